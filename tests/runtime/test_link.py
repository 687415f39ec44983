"""Every question over the connection ends, whatever else has ended already."""

import asyncio
import re
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from runtime.errors import LinkError, NoAnswerError
from runtime.link import Link, connect
from runtime.settings import LinkSettings
from tests.servers import NatsServer

SOON = timedelta(seconds=0.5)


async def test_a_question_ends_though_all_tasks_of_the_process_were_told_to_end(link: Link) -> None:
    """As when `asyncio.run` clears up: nobody is left who reads, and nobody waits for ever."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        with pytest.raises(NoAnswerError):
            await link.ask("nobody.hears", within=SOON)


async def test_a_connection_that_never_comes_about_ends_when_it_is_told_to() -> None:
    """At whatever moment: while it closes what failed, the library loses a cancellation."""

    async def refuses(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"INFO {}\r\n-ERR 'Authorization Violation'\r\n")
        writer.close()

    async def connecting(url: str) -> None:
        async with connect(LinkSettings(url=url), "nobody"):
            raise AssertionError

    async with await asyncio.start_server(refuses, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        tasks = [asyncio.create_task(connecting(f"nats://127.0.0.1:{port}")) for _ in range(20)]
        for task in tasks:
            await asyncio.wait({task}, timeout=0.01)
            task.cancel()
        _, left = await asyncio.wait(tasks, timeout=10)
    assert not left


async def test_a_server_that_is_away_is_told_of_once_and_not_at_every_attempt() -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as gone:
        url = f"nats://127.0.0.1:{gone.sockets[0].getsockname()[1]}"
    away = LinkSettings(url=url.replace("//", "//me:hidden@"))
    why = re.escape(f"no NATS server at {url}: ") + ".*Connect call failed"
    with capture_logs() as logs, pytest.raises(LinkError, match=why):
        async with connect(away, "early", patience=3 * SOON):
            raise AssertionError
    said = [each["error"] for each in logs if each["event"] == "nats connection"]
    assert said
    assert len(said) == len(set(said))
    assert "hidden" not in str(logs)


async def test_only_a_connection_that_is_lost_is_warned_of_and_not_one_that_is_closed(
    server: NatsServer,
) -> None:
    with capture_logs() as logs:
        async with connect(server.link, "gone"):
            pass
        assert logs == []
        async with connect(server.link, "left"):
            server.kill()
            async with asyncio.timeout(10):
                while not any(each["event"] == "nats disconnected" for each in logs):
                    await asyncio.sleep(0.02)
