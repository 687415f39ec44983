"""`acg up --http`: the door of a real gateway, by its own user of NATS."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Acg, eventually
from tests.functions.http.conftest import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def asked(url: str, token: str = "", body: Any = None) -> Any:
    """Return the document of an answer; nothing where nobody listens yet."""
    sent = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, sent)  # noqa: S310 - our own, on loopback
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)
    except urllib.error.URLError:
        return None


@pytest.mark.slow
def test_a_door_is_opened_beside_the_gateway_and_closed_with_it(tmp_path: Path) -> None:
    port = free_port()
    acg = Acg(tmp_path, HTTP_PORT=str(port))
    url = f"http://127.0.0.1:{port}"
    running = acg.start("up", "--http")
    try:
        told = eventually(lambda: asked(f"{url}/health"))
        assert told["checks"]["nats"]["ok"]
        assert told["checks"]["functions"]["ok"]
        token = acg("token", "add", "alice").stdout.strip()

        def served() -> Any:
            reply = asked(f"{url}/v1/commands", token, {"command": "docker ps"})
            return reply if reply.get("code") not in {"forbidden", "unauthenticated"} else None

        reply = eventually(served)
        assert reply["status"] == "failed"
        assert reply["error"]["code"] == "engine_unreachable"
    finally:
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=45)
    assert running.returncode == 0, said
    assert asked(f"{url}/health") is None


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"HTTP_HOST": "0.0.0.0"}, "HTTP_HOST: 0.0.0.0 would show tokens to the network"),  # noqa: S104 - that it is refused is what is tested
        ({"HTTP_PORT": "many"}, "HTTP_PORT: "),
        ({"HTTP_TLS_CERTIFICATE": "/x"}, "HTTP_TLS_KEY: set both"),
    ],
)
def test_a_door_that_cannot_be_opened_is_told_and_ends_it(
    tmp_path: Path, setting: dict[str, str], said: str
) -> None:
    done = Acg(tmp_path, **setting)("up", "--http")
    assert done.code == 2
    assert said in done.stderr


def test_what_a_door_needs_is_not_imported_where_there_is_none() -> None:
    program = (
        "import sys; from runtime import discover; discover.everything(); discover.doors(); "
        "print([each for each in ('starlette', 'uvicorn', 'anyio') if each in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"
