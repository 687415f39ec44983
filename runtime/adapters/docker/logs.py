"""`docker logs`: what a container printed, split into its two streams."""

import time

from pydantic import JsonValue

from contracts.docker.operations import Logs
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.output import printed
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.text import timestamp


async def logs(host: Host, operation: Logs) -> Outcome:
    """Print the logs as they come; the outcome has them bounded.

    Following them has no end while the container runs: it is refused where nobody takes what is
    printed meanwhile.
    """
    if operation.follow and host.errand.out is None:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "docker logs --follow has no end, and nobody takes what it prints.",
            "Leave --follow out and ask for a part: --tail 100, or --since 10m.",
        )
    found = await host.container(operation.container)
    params = {"stdout": "1", "stderr": "1"}
    try:
        params |= _times(operation)
    except timestamp.InvalidTimeError as error:
        return Outcome(exit_code=1, stderr=f"{error}\n")
    params |= {"follow": "1"} if operation.follow else {}
    params |= {"timestamps": "1"} if operation.timestamps else {}
    params |= {"details": "1"} if operation.details else {}
    params["tail"] = "all" if operation.tail is None else str(operation.tail)
    printout, path = Printout(host), path_of("containers", found["Id"], "logs")
    tty = bool((found.get("Config") or {}).get("Tty"))
    async with host.connection.stream(path, params, endless=operation.follow) as pieces:
        counted = await printed(pieces, printout, tty=tty, unreadable=Code.ENGINE_ERROR)
    data: dict[str, JsonValue] = {
        "container": str(found.get("Name", "")).removeprefix("/"),
        "id": found["Id"],
        **counted._asdict(),
    }
    return printout.outcome(data)


def _times(operation: Logs) -> dict[str, str]:
    """Return `since` and `until` as the engine takes them: Unix times."""
    asked = {"since": operation.since, "until": operation.until}
    return {
        name: timestamp.unix(name, value, time.time()) for name, value in asked.items() if value
    }
