"""`/health` and `/metrics`: whether the gateway can be used, and what it counted."""

from http import HTTPStatus

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder
from starlette.responses import JSONResponse, Response

from contracts.inputs import Check
from functions.http.visit import Visit

# Without these nothing can be done here; without the others some of it.
_NEEDED = frozenset({"nats", "stream", "functions"})


async def health(visit: Visit) -> Response:
    """Say what is there, each check with its time: 200 where requests are served, else 503.

    For those without a token, too: it names nothing that runs anywhere.
    """
    door = visit.door
    checks = await door.callers.checks()
    status = standing(checks)
    if door.closing.is_set():
        status = "closing"
    document = {
        "status": status,
        "checks": {each.name: {"ok": each.ok, "ms": each.ms, "said": each.said} for each in checks},
    }
    well = status in {"ok", "degraded"}
    return JSONResponse(document, HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


def standing(checks: tuple[Check, ...]) -> str:
    """Return `ok`, `degraded` (requests are served, but not all can be done) or `down`."""
    failed = {each.name for each in checks if not each.ok}
    if failed & _NEEDED:
        return "down"
    return "degraded" if failed else "ok"


async def metrics(visit: Visit) -> Response:
    """Return what this process counted, in the format that the scraper asks for."""
    encode, media_type = choose_encoder(visit.request.headers.get("accept", ""))
    return Response(encode(REGISTRY), headers={"Content-Type": media_type})
