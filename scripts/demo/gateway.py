"""A gateway for the demonstration: its own state, its own NATS, and one label that it may touch."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_SECONDS = 30
STOP_SECONDS = 30
ANSWER_SECONDS = 90
POLL_SECONDS = 0.05
LOG_LINES = 15
ACG = str(Path(sys.executable).parent / "acg")
# The person's own gateway, if there is one, is not the demonstration's.
NOT_OURS = ("NATS_URL", "NATS_CONTEXT", "NATS_NKEY", "NATS_CREDS", "ACG_HOST", "ACG_CALLER")


class GatewayError(Exception):
    """The gateway does not run; the text ends with what it said last."""


@dataclass(frozen=True)
class Gateway:
    """A gateway that runs, spoken to by its own command line."""

    environment: dict[str, str]

    def ask(self, words: str) -> tuple[int, dict[str, Any]]:
        """Return the exit status and the answer of `acg run --json`."""
        done = subprocess.run(
            [ACG, "run", "--json", words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=ANSWER_SECONDS,
            check=False,
        )
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError as error:
            raise GatewayError(f"`acg run` ended with {done.returncode} and no answer") from error

    def show_history(self) -> int:
        """Let `acg history` print; return its exit status."""
        return subprocess.run(
            [ACG, "history"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            timeout=ANSWER_SECONDS,
            check=False,
        ).returncode


@contextmanager
def open_gateway(home: Path, label: str) -> Iterator[Gateway]:
    """Give a gateway that sees containers with that label alone. Raises GatewayError.

    All that it keeps lies in `home`.
    """
    port = _free_port()
    environment = {name: each for name, each in os.environ.items() if name not in NOT_OURS} | {
        "ACG_HOME": str(home),
        "ACG_ONLY_LABEL": label,
        "ACG_METRICS_PORT": str(port),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    log = home / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [ACG, "up"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if not _ready(process, f"http://127.0.0.1:{port}/readyz"):
            said = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
            raise GatewayError("\n".join(["`acg up` is not ready. It said last:", *said]))
        # The port is the gateway's: another process of its command line takes a free one.
        yield Gateway({**environment, "ACG_METRICS_PORT": "0"})
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own URL
            return True
        time.sleep(POLL_SECONDS)
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
