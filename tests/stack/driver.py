"""A caller inside the stack's network, started from our own image; the program comes by stdin.

    driver.py ask '{"request": "what is running?"}'       prints the reply
    driver.py load '{"workers": 100, "containers": [...]}' asks until SIGTERM, prints what came back
    driver.py history '["<command id>", ...]'              prints each one's terminal events
    driver.py leader                                       prints which server leads the history

Results are lines of JSON on stdout. It uses nothing but the gateway's public client.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from datetime import timedelta
from typing import Any

from contracts.requests import RunRequest
from runtime import log
from runtime.client import Gateway, gateway
from runtime.errors import NoAnswerError
from runtime.link import connect
from runtime.settings import LinkSettings

CALLER = "stack"
PATIENCE = timedelta(seconds=30)
TERMINAL = frozenset({"planned", "executed", "rejected", "failed"})
DEADLINE_S = 120.0


def say(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


async def ask(link: LinkSettings, wanted: str) -> None:
    async with gateway(link, CALLER, patience=PATIENCE) as caller:
        reply = await caller.run(RunRequest.model_validate_json(wanted), served_within=PATIENCE)
    say(reply.model_dump(mode="json"))


class Load:
    """Callers that each ask for the next change as soon as they know how the last one ended."""

    def __init__(self, caller: Gateway, wanted: dict[str, Any]) -> None:
        self._caller = caller
        self._run = os.urandom(8).hex()
        self._workers: int = wanted["workers"]
        self._containers: list[str] = wanted["containers"]
        self._ended = asyncio.Event()
        self._asked = 0
        self._answered: list[dict[str, Any]] = []
        self._unheard: list[str] = []

    async def run(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._ended.set)
        workers = [asyncio.create_task(self._work(number)) for number in range(self._workers)]
        while self._asked < self._workers:
            await asyncio.sleep(0.01)
        say({"in_flight": self._asked - len(self._answered)})
        await asyncio.gather(*workers)
        return {"replies": self._answered, "unheard": self._unheard}

    async def _work(self, number: int) -> None:
        container = self._containers[number % len(self._containers)]
        turn = 0
        while not self._ended.is_set():
            turn += 1
            key = f"{self._run}-{number}-{turn}"
            request = RunRequest(
                command=f"docker update --cpu-shares {2 + self._asked % 1000} {container}",
                idempotency_key=key,
                deadline_s=DEADLINE_S,
            )
            self._asked += 1
            asked = time.time()
            try:
                reply = await self._caller.run(request, served_within=PATIENCE)
            except NoAnswerError:
                self._unheard.append(key)
                continue
            self._answered.append(
                {
                    "id": reply.command_id,
                    "container": container,
                    "status": reply.status,
                    "outcome": reply.outcome,
                    "code": reply.error.code if reply.error else None,
                    "asked": asked,
                    "answered": time.time(),
                }
            )


async def load(link: LinkSettings, wanted: str) -> None:
    async with gateway(link, CALLER, patience=PATIENCE) as caller:
        say(await Load(caller, json.loads(wanted)).run())


async def history(link: LinkSettings, wanted: str) -> None:
    known = dict[str, list[str]]((each, []) for each in json.loads(wanted))
    async with gateway(link, CALLER, patience=PATIENCE) as caller:
        async for seen in caller.history(limit=1_000_000):
            if seen.type in TERMINAL and seen.command_id in known:
                known[seen.command_id].append(seen.type)
    say(known)


async def leader(link: LinkSettings) -> None:
    async with connect(link, "stack", patience=PATIENCE) as connected, asyncio.timeout(60):
        info = None
        while info is None:
            # Nobody answers while there is no leader.
            with contextlib.suppress(NoAnswerError):
                info = await connected.api("STREAM.INFO.COMMANDS")
    say({"leader": info["cluster"]["leader"], "replicas": info["config"]["num_replicas"]})


async def main(what: str, *wanted: str) -> None:
    log.configure("error", "json")  # to stderr: stdout is for results
    link = LinkSettings.found()
    match what:
        case "ask":
            await ask(link, *wanted)
        case "load":
            await load(link, *wanted)
        case "history":
            await history(link, *wanted)
        case "leader":
            await leader(link)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
