"""An engine over a real sshd. Behind it a fake engine, for what a real one seldom does."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from aiohttp import web

from contracts.docker.operations import Operation, Ps, Restart, Start
from contracts.errors import Code, Error, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, Entry, open_docker
from runtime.adapters.docker.find import listed
from runtime.adapters.docker.http import HttpConnection
from tests.adapters.docker.fake_engine import FakeEngine, fake_engine
from tests.adapters.docker.sshd import DIAL, Sshd, program, running

pytestmark = pytest.mark.slow

WITHIN_S = 15.0
PATIENT = EngineSettings(docker_host=None, request_timeout=timedelta(seconds=WITHIN_S))
NO_FORWARDING = ("AllowStreamLocalForwarding no",)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path is short: a socket's may have some hundred characters."""
    if program() is None:
        pytest.skip("ssh: there is no sshd here (apt-get install openssh-server)")
    with TemporaryDirectory(prefix="acg") as made:
        yield Path(made)


@pytest.fixture
async def fake(folder: Path) -> AsyncIterator[FakeEngine]:
    async with fake_engine(folder) as served:
        served.says("GET /containers/json", [])
        yield served


@contextmanager
def sshd(folder: Path, *options: str) -> Iterator[Sshd]:
    """Give an sshd in front of the fake engine."""
    with running(Sshd(folder / "sshd", str(folder / "fake.sock"), options)) as started:
        yield started


@pytest.fixture
def far(folder: Path, fake: FakeEngine) -> Iterator[Sshd]:
    assert fake.asked == []
    with sshd(folder) as started:
        yield started


@asynccontextmanager
async def opened(entry: Entry) -> AsyncIterator[Engine]:
    async with open_docker(PATIENT, entry) as engine:
        yield engine


async def until(seen: Callable[[], object]) -> None:
    """Wait until something is seen."""
    async with asyncio.timeout(WITHIN_S):
        while not seen():
            await asyncio.sleep(0.01)


async def refusal(engine: Engine, operation: Operation) -> Error:
    with pytest.raises(RefusedError) as caught:
        await engine.run(operation)
    assert caught.value.error.hint
    return caught.value.error


async def test_a_command_goes_over_ssh_to_the_engine(far: Sshd, fake: FakeEngine) -> None:
    async with opened(far.entry()) as engine:
        assert engine.host == "far"
        assert (await engine.run(Ps(quiet=True))).exit_code == 0
        assert engine.url == far.url
    assert "GET /containers/json" in fake.asked


async def test_a_host_with_another_key_is_refused_and_nothing_is_sent(
    far: Sshd, fake: FakeEngine
) -> None:
    other = far.key("other").with_suffix(".pub").read_text().split()
    known = f"[127.0.0.1]:{far.port} {other[0]} {other[1]}\n"
    far.known_hosts.write_text(known)
    async with opened(far.entry()) as engine:
        for operation in (Ps(), Restart(containers=("web",))):
            error = await refusal(engine, operation)
            assert error.code is Code.ENGINE_UNREACHABLE
            assert "another host key than the known one" in error.message
            assert error.message.count("SHA256:") == 2
            assert far.line in error.hint
    assert fake.asked == []
    assert far.known_hosts.read_text() == known
    assert far.logins == 0


async def test_a_host_that_is_not_known_is_refused_until_its_line_is_written(
    far: Sshd, fake: FakeEngine
) -> None:
    far.known_hosts.write_text("")
    async with opened(far.entry()) as engine:
        error = await refusal(engine, Ps())
        assert "is not known: it shows the host key ssh-ed25519 SHA256:" in error.message
        assert far.known_hosts.read_text() == ""
        assert fake.asked == []
        far.known_hosts.write_text(error.hint.rpartition(": ")[2] + "\n")
        await succeeds(engine)


async def succeeds(engine: Engine) -> None:
    """Wait until a command runs: a host that refused is left alone for a moment."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                assert (await engine.run(Ps(quiet=True))).exit_code == 0
            except RefusedError:
                await asyncio.sleep(0.05)
            else:
                return


async def test_without_a_list_of_keys_no_host_is_trusted(far: Sshd, fake: FakeEngine) -> None:
    entry = far.entry()
    far.known_hosts.unlink()
    async with opened(entry) as engine:
        error = await refusal(engine, Ps())
    assert "known_hosts cannot be read" in error.message
    assert fake.asked == []


async def test_a_key_that_is_not_let_in_is_named(far: Sshd) -> None:
    (far.folder / "authorized_keys").write_text("")
    async with opened(far.entry()) as engine:
        error = await refusal(engine, Ps())
    assert f"does not take the key {far.identity}" in error.message
    assert error.code is Code.ENGINE_UNREACHABLE


async def test_a_refused_login_is_not_tried_at_once_again(far: Sshd) -> None:
    (far.folder / "authorized_keys").write_text("")
    async with opened(far.entry()) as engine:
        refused = await asyncio.gather(*(refusal(engine, Ps()) for _ in range(20)))
    assert {each.code for each in refused} == {Code.ENGINE_UNREACHABLE}
    assert far.log.count("Connection from") < 5


async def test_no_ssh_server_is_an_unreachable_engine(far: Sshd) -> None:
    entry = far.entry()
    far.stop()
    async with opened(entry) as engine:
        for operation in (Ps(), Restart(containers=("web",))):
            error = await refusal(engine, operation)
            assert error.code is Code.ENGINE_UNREACHABLE
            assert far.url in error.message


async def test_fifty_commands_at_once_go_over_one_connection(far: Sshd, fake: FakeEngine) -> None:
    there: list[str] = []
    everybody = asyncio.Event()

    async def started(request: web.BaseRequest) -> web.StreamResponse:
        there.append(request.path)
        if len(there) == 50:
            everybody.set()
        await everybody.wait()
        return web.Response(status=204)

    names = [f"c{number}" for number in range(50)]
    for name in names:
        fake.answers(f"POST /containers/{name}/start", started)
    async with opened(far.entry()) as engine, asyncio.timeout(WITHIN_S):
        done = await asyncio.gather(*(engine.run(Start(containers=(name,))) for name in names))
    assert [each.stdout for each in done] == [f"{name}\n" for name in names]
    assert far.logins == 1


@pytest.mark.parametrize("fault", ["drops", "is silent"])
async def test_a_link_lost_in_mid_command_leaves_its_outcome_unknown(
    far: Sshd, fake: FakeEngine, fault: str
) -> None:
    fake.hangs("POST /containers/web/start")
    silent_s = 0.2 if fault == "is silent" else 5.0
    async with opened(far.entry(silent_s=silent_s)) as engine:
        running_command = asyncio.create_task(refusal(engine, Start(containers=("web",))))
        await until(lambda: "POST /containers/web/start" in fake.asked)
        if fault == "drops":
            far.drop()
            error = await running_command
        else:
            with far.silent():
                error = await running_command
        assert error.code is Code.OUTCOME_UNKNOWN
        assert "the SSH connection was lost" in error.message
        assert fake.asked.count("POST /containers/web/start") == 1
        assert (await engine.run(Ps(quiet=True))).exit_code == 0, "it is opened again"
    assert far.logins == 2


async def test_a_link_lost_between_two_commands_is_not_noticed(far: Sshd) -> None:
    async with opened(far.entry()) as engine:
        assert (await engine.run(Ps(quiet=True))).exit_code == 0
        far.drop()
        await succeeds(engine)
        assert far.logins == 2


async def test_a_stream_over_a_lost_link_ends_with_an_error(far: Sshd, fake: FakeEngine) -> None:
    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await fake.released.wait()
        return response

    fake.answers("GET /events", endless)
    fake.says("GET /system/df", {})
    async with opened(far.entry()) as engine:
        changes = engine.changes()
        await anext(changes)
        far.drop()
        with pytest.raises(RefusedError) as caught:
            await anext(changes)
    assert caught.value.error.code is Code.ENGINE_UNREACHABLE


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("over", ["ssh", "a socket"])
async def test_a_change_whose_answer_is_lost_is_not_sent_again(
    far: Sshd, fake: FakeEngine, over: str, method: str
) -> None:
    """An HTTP client may repeat what HTTP calls idempotent; a removal of something new is not."""
    fake.drops(f"{method} /containers/web")
    at = listed(far.entry()) if over == "ssh" else None
    connection = HttpConnection(EngineSettings(docker_host=fake.url), at)
    try:
        with pytest.raises(RefusedError) as caught:
            await connection.change("containers/web", method=method)
    finally:
        await connection.close()
    assert caught.value.error.code is Code.OUTCOME_UNKNOWN
    assert fake.asked.count(f"{method} /containers/web") == 1


async def test_much_data_goes_through_whole_both_ways(far: Sshd, fake: FakeEngine) -> None:
    sent = os.urandom(6_000_000)

    async def echo(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        async for piece in request.content.iter_any():
            await response.write(piece)
        return response

    fake.answers("PUT /containers/web/archive", echo)
    connection = HttpConnection(PATIENT, listed(far.entry()))
    came = hashlib.sha256()
    try:
        async with connection.stream("containers/web/archive", method="PUT", body=sent) as pieces:
            async for piece in pieces:
                came.update(piece)
                await asyncio.sleep(0)
    finally:
        await connection.close()
    assert came.digest() == hashlib.sha256(sent).digest()


async def test_an_answer_that_breaks_off_ends_although_much_is_still_to_be_sent(
    folder: Path,
) -> None:
    """What is there says that no more will come, and reads no more: it would be sent for ever."""
    over = asyncio.Event()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET"):
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"ApiVersion":"1.41"}')
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n")
            writer.write_eof()
            await over.wait()
        writer.close()
        await writer.wait_closed()

    async def ended(connection: HttpConnection) -> None:
        async with connection.stream(
            "containers/web/archive", method="PUT", body=bytes(20_000_000), changes=True
        ) as pieces:
            async for _ in pieces:
                pass

    server = await asyncio.start_unix_server(half, str(folder / "fake.sock"))
    with sshd(folder) as far:
        connection = HttpConnection(PATIENT, listed(far.entry()))
        try:
            with pytest.raises(RefusedError) as caught:
                await asyncio.wait_for(ended(connection), WITHIN_S)
        finally:
            over.set()
            await connection.close()
            server.close()
            await server.wait_closed()
    assert caught.value.error.code is Code.OUTCOME_UNKNOWN


async def test_a_cancelled_command_leaves_no_channel_behind(far: Sshd, fake: FakeEngine) -> None:
    gone = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.StreamResponse:
        try:
            while request.transport and not request.transport.is_closing():
                await asyncio.sleep(0.01)
        finally:
            gone.set()
        return web.Response()

    fake.answers("GET /containers/json", hang)
    async with opened(far.entry()) as engine:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await engine.run(Ps())
        async with asyncio.timeout(WITHIN_S):
            await gone.wait()
        assert far.logins == 1


async def test_an_engine_that_is_down_there_is_unreachable_and_not_unknown(
    far: Sshd, fake: FakeEngine, folder: Path
) -> None:
    async with opened(far.entry()) as engine:
        assert (await engine.run(Ps(quiet=True))).exit_code == 0
        (folder / "fake.sock").unlink()
        error = await refusal(engine, Restart(containers=("web",)))
    assert error.code is Code.ENGINE_UNREACHABLE
    assert "fake.sock" in error.message
    assert "POST /containers/web/restart" not in fake.asked


def dialled(far: Sshd, folder: Path) -> Path:
    """Put a `docker` there that passes on to the fake engine, and notes how it was called."""
    said = folder / "said"
    far.program(DIAL.format(said=str(said), socket=str(folder / "fake.sock")))
    return said


@pytest.mark.slow
async def test_where_forwarding_is_refused_a_program_there_passes_on(
    folder: Path, fake: FakeEngine
) -> None:
    with sshd(folder, *NO_FORWARDING) as far:
        said = dialled(far, folder)
        there: list[str] = []

        async def started(request: web.BaseRequest) -> web.StreamResponse:
            there.append(request.path)
            return web.Response(status=204)

        names = [f"c{number}" for number in range(12)]
        for name in names:
            fake.answers(f"POST /containers/{name}/start", started)
        async with opened(far.entry()) as engine, asyncio.timeout(WITHIN_S):
            done = await asyncio.gather(*(engine.run(Start(containers=(name,))) for name in names))
        assert all(each.exit_code == 0 for each in done)
        assert len(there) == 12
        assert far.logins == 1
        assert f"['-H', 'unix://{folder}/fake.sock', 'system', 'dial-stdio']" in said.read_text()


@pytest.mark.slow
async def test_nothing_of_our_environment_leaves(
    folder: Path, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This sshd takes every variable: its own client, told to send one, shows that it would."""
    assert fake.asked == []
    for name in ("NATS_NKEY", "LC_ALL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "ours-alone")
    with sshd(folder, *NO_FORWARDING) as far:
        said = dialled(far, folder)
        async with opened(far.entry()) as engine:
            assert (await engine.run(Ps(quiet=True))).exit_code == 0
        assert "SSH_CONNECTION" in said.read_text()
        assert "ours-alone" not in said.read_text()
        sent = ("-o", "SendEnv=NATS_NKEY", "docker", "system", "dial-stdio")
        await asyncio.to_thread(far.ssh, *sent)
        assert "'NATS_NKEY': 'ours-alone'" in said.read_text()


@pytest.mark.slow
async def test_where_neither_way_leads_on_both_are_told(folder: Path, fake: FakeEngine) -> None:
    with sshd(folder, *NO_FORWARDING) as far:
        far.program("import sys; sys.exit('permission denied there')")
        async with opened(far.entry()) as engine:
            error = await refusal(engine, Restart(containers=("web",)))
    assert error.code is Code.ENGINE_UNREACHABLE
    assert "open failed" in error.message
    assert "permission denied there" in error.message
    assert fake.asked == []


@pytest.mark.slow
async def test_a_lost_link_of_the_program_leaves_the_outcome_unknown(
    folder: Path, fake: FakeEngine
) -> None:
    fake.hangs("POST /containers/web/start")
    with sshd(folder, *NO_FORWARDING) as far:
        dialled(far, folder)
        async with opened(far.entry()) as engine:
            command: asyncio.Task[Any] = asyncio.create_task(
                refusal(engine, Start(containers=("web",)))
            )
            await until(lambda: "POST /containers/web/start" in fake.asked)
            far.drop()
            assert (await command).code is Code.OUTCOME_UNKNOWN


@pytest.mark.slow
@pytest.mark.parametrize(
    "allowed",
    [
        'restrict,port-forwarding,command="/bin/false"',
        'restrict,command="docker system dial-stdio"',
    ],
)
async def test_the_least_that_a_host_must_allow_is_enough(
    far: Sshd, folder: Path, allowed: str
) -> None:
    """The lines of docs/hosts.md."""
    dialled(far, folder)
    keys = far.folder / "authorized_keys"
    keys.write_text(f"{allowed} {keys.read_text()}")
    async with opened(far.entry()) as engine:
        assert (await engine.run(Ps(quiet=True))).exit_code == 0
