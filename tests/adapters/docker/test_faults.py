"""What the adapter says where the engine errs, hangs, breaks off or is not there."""

import asyncio
import errno
import struct
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.docker.operations import (
    Inspect,
    Kill,
    Logs,
    Operation,
    Pause,
    Ps,
    Restart,
    Start,
    Stop,
    Version,
    Wait,
)
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, Found, http, open_docker
from tests.adapters.docker.fake_engine import FakeEngine

INSPECTED = {
    "Id": "f" * 64,
    "Name": "/web",
    "State": {"Status": "running", "StartedAt": "2026-01-02T03:04:05Z", "ExitCode": 0},
    "Config": {},
}


async def refused(engine: Engine, operation: Operation) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await engine.run(operation)
    assert caught.value.error.hint
    return caught.value


@pytest.mark.parametrize("status", [400, 404, 409, 500, 503])
async def test_an_error_of_the_engine_is_an_outcome(
    fake: FakeEngine, impatient: Engine, status: int
) -> None:
    fake.says("POST /containers/web/pause", {"message": "the engine's words\n"}, status=status)
    outcome = await impatient.run(Pause(containers=("web",)))
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr == "Error response from daemon: the engine's words\n"


async def test_an_error_that_is_no_json_is_passed_on_as_text(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.writes("GET /containers/json", "Bad Gateway", status=502)
    outcome = await impatient.run(Ps())
    assert outcome.stderr == "Error response from daemon: Bad Gateway\n"


@pytest.mark.parametrize(
    ("verb", "operation"),
    [
        ("start", Start(containers=("web",))),
        ("stop", Stop(containers=("web",), timeout=0)),
        ("restart", Restart(containers=("web",), timeout=0)),
        ("kill", Kill(containers=("web",))),
    ],
)
@pytest.mark.parametrize("fault", ["hangs", "drops"])
async def test_a_change_without_an_answer_has_an_unknown_outcome(
    fake: FakeEngine, impatient: Engine, verb: str, operation: Operation, fault: str
) -> None:
    getattr(fake, fault)(f"POST /containers/web/{verb}")
    error = (await refused(impatient, operation)).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "web" in error.message
    assert fake.asked.count(f"POST /containers/web/{verb}") == 1


async def test_an_unknown_outcome_tells_what_was_done_before(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says("POST /containers/one/start")
    fake.drops("POST /containers/two/start")
    error = (await refused(impatient, Start(containers=("one", "two", "three")))).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "Done before that: one." in error.message
    assert "POST /containers/three/start" not in fake.asked


@pytest.mark.slow
@pytest.mark.parametrize("asked", [1, None])
async def test_the_wait_for_a_stop_is_longer_than_its_grace_period(
    fake: FakeEngine, asked: int | None
) -> None:
    """With 0.3 s of patience a stop that hangs is given up after its grace period, not before."""
    fake.says("GET /containers/web/json", {**INSPECTED, "Config": {"StopTimeout": 1}})
    fake.hangs("POST /containers/web/stop")
    settings = EngineSettings(docker_host=fake.url, request_timeout=timedelta(seconds=0.3))
    clock = asyncio.get_running_loop().time
    began = clock()
    async with open_docker(settings) as engine:
        await refused(engine, Stop(containers=("web",), timeout=asked))
    assert clock() - began >= 1.25


@pytest.mark.parametrize("fault", ["hangs", "drops"])
async def test_a_read_without_an_answer_is_an_unreachable_engine(
    fake: FakeEngine, impatient: Engine, fault: str
) -> None:
    getattr(fake, fault)("GET /containers/json")
    assert (await refused(impatient, Ps())).error.code is Code.ENGINE_UNREACHABLE


async def test_a_log_stream_that_breaks_off_is_no_log(fake: FakeEngine, impatient: Engine) -> None:
    frame = struct.pack(">BxxxL", 1, 5) + b"hello"
    fake.says("GET /containers/web/json", INSPECTED)
    fake.streams(f"GET /containers/{'f' * 64}/logs", frame, frame[:6], cut=True)
    assert (await refused(impatient, Logs(container="web"))).error.code is Code.ENGINE_UNREACHABLE


async def test_frames_may_be_cut_anywhere(fake: FakeEngine, impatient: Engine) -> None:
    stream = struct.pack(">BxxxL", 1, 6) + b"hello\n" + struct.pack(">BxxxL", 2, 4) + b"bad\n"
    pieces = [stream[at : at + 1] for at in range(len(stream))]
    fake.says("GET /containers/web/json", INSPECTED)
    fake.streams(f"GET /containers/{'f' * 64}/logs", *pieces)
    outcome = await impatient.run(Logs(container="web"))
    assert (outcome.stdout, outcome.stderr) == ("hello\n", "bad\n")


async def test_a_wait_that_takes_too_long_passes_its_deadline(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.hangs("POST /containers/web/wait")
    error = (await refused(impatient, Wait(containers=("web",)))).error
    assert error.code is Code.DEADLINE_EXCEEDED


async def test_an_answer_that_is_no_json_is_the_engines_error(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.writes("GET /version", "hello")
    assert (await refused(impatient, Version())).error.code is Code.ENGINE_ERROR


@pytest.mark.parametrize("url", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1"])
async def test_no_engine_is_said_for_reads_and_changes_alike(url: str) -> None:
    async with open_docker(EngineSettings(docker_host=url)) as engine:
        for operation in (Ps(), Restart(containers=("web",))):
            error = (await refused(engine, operation)).error
            assert error.code is Code.ENGINE_UNREACHABLE
            assert url in error.message
        with pytest.raises(RefusedError):
            await engine.picture()
        with pytest.raises(RefusedError):
            await anext(engine.changes())


async def test_an_engine_that_comes_later_is_found(tmp_path: Path, fake: FakeEngine) -> None:
    later = tmp_path / "later.sock"
    fake.says("GET /containers/json", [])
    async with open_docker(EngineSettings(docker_host=f"unix://{later}")) as engine:
        assert (await refused(engine, Ps())).error.code is Code.ENGINE_UNREACHABLE
        later.symlink_to(fake.url.removeprefix("unix://"))
        assert (await engine.run(Ps(quiet=True))).exit_code == 0


async def test_an_engine_lost_after_the_first_target_is_an_error_of_the_second(
    fake: FakeEngine, tmp_path: Path
) -> None:
    """As with the CLI: what was done is printed, what was not is an error."""
    link = tmp_path / "link.sock"
    link.symlink_to(fake.url.removeprefix("unix://"))
    fake.says("POST /containers/one/start")
    fake.then("POST /containers/one/start", link.unlink)
    async with open_docker(EngineSettings(docker_host=f"unix://{link}")) as engine:
        outcome = await engine.run(Start(containers=("one", "two")))
    assert (outcome.exit_code, outcome.stdout) == (1, "one\n")
    assert outcome.stderr == (
        f"Cannot connect to the Docker daemon at unix://{link}. Is the docker daemon running?\n"
        "Error: failed to start containers: two\n"
    )


async def test_a_stream_of_events_that_ends_is_an_unreachable_engine(
    fake: FakeEngine, impatient: Engine
) -> None:
    event = b'{"Type":"container","Action":"%s"}\n'
    fake.streams(
        "GET /events", event % b"exec_start: x", event % b"start", event % b"top", cut=False
    )
    changes = impatient.changes()
    await anext(changes)  # it listens
    await anext(changes)  # the start; what came before and after is none
    with pytest.raises(RefusedError) as caught:
        await anext(changes)
    assert caught.value.error.code is Code.ENGINE_UNREACHABLE


async def test_a_reference_cannot_leave_its_place_in_the_path(
    fake: FakeEngine, impatient: Engine
) -> None:
    for reference in ("../images", "web/json?x=", "web#", "web%2e%2e"):
        await impatient.run(Inspect(targets=(reference,), type="container"))
    paths = [asked for asked in fake.asked if asked != "GET /version"]
    assert paths == [
        "GET /containers/../images/json",
        "GET /containers/web/json?x=/json",
        "GET /containers/web#/json",
        "GET /containers/web%2e%2e/json",
    ]


@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirection_is_no_success(
    fake: FakeEngine, impatient: Engine, status: int
) -> None:
    fake.writes("POST /containers/web/start", "moved", status=status)
    outcome = await impatient.run(Start(containers=("web",)))
    assert (outcome.exit_code, outcome.stdout) == (1, "")


async def test_what_is_so_already_is_a_success(fake: FakeEngine, impatient: Engine) -> None:
    fake.writes("POST /containers/web/start", "", status=304)
    assert (await impatient.run(Start(containers=("web",)))).stdout == "web\n"


async def test_a_cancelled_change_is_not_sent_again(fake: FakeEngine, impatient: Engine) -> None:
    fake.hangs("POST /containers/web/start")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await impatient.run(Start(containers=("web",)))
    assert fake.asked.count("POST /containers/web/start") == 1


@pytest.mark.parametrize(
    ("server", "least", "used"),
    [
        ("1.41", "1.12", "1.41"),
        ("1.50", "1.24", "1.50"),
        ("1.55", "1.44", "1.50"),
        ("1.60", "1.52", "1.52"),
    ],
)
async def test_the_newest_api_that_both_know_is_spoken(
    fake: FakeEngine, impatient: Engine, server: str, least: str, used: str
) -> None:
    fake.says("GET /version", {"Version": "x", "ApiVersion": server, "MinAPIVersion": least})
    outcome = await impatient.run(Version(format="{{.Client.APIVersion}}"))
    assert outcome.stdout == f"{used}\n"


async def test_an_engine_of_another_age_is_spoken_to_in_its_version(
    fake: FakeEngine, impatient: Engine
) -> None:
    words = "client version 1.41 is too old. Minimum supported API version is 1.44"
    fake.says("GET /containers/json", [])
    await impatient.run(Ps())
    fake.says("GET /version", {"ApiVersion": "1.48", "MinAPIVersion": "1.44"})
    fake.says("GET /containers/json", {"message": words}, status=400)
    assert words in (await impatient.run(Ps())).stderr
    assert (await impatient.run(Version(format="{{.Client.ApiVersion}}"))).stdout == "1.48\n"


def test_a_socket_without_permission_says_how_to_get_it() -> None:
    error = PermissionError(errno.EACCES, "Permission denied")
    refused = http.unreachable(Found("unix:///var/run/docker.sock", "Docker's usual socket"), error)
    assert refused.error.code is Code.ENGINE_UNREACHABLE
    assert "docker group" in refused.error.hint


async def test_evidence_says_what_can_be_seen(fake: FakeEngine, impatient: Engine) -> None:
    fake.says("GET /containers/web/json", INSPECTED)
    said = await impatient.evidence(Restart(containers=("web", "gone")))
    assert "Container 'web', id ffffffffffff: state running" in said
    assert "StartedAt 2026-01-02T03:04:05Z" in said
    assert "Container 'gone': Error response from daemon" in said


async def test_what_the_engine_does_not_take_is_not_sent_for_ever(fake: FakeEngine) -> None:
    connection = http.HttpConnection(
        EngineSettings(docker_host=fake.url, request_timeout=timedelta(seconds=0.3))
    )
    fake.hangs("POST /images/load")
    try:
        with pytest.raises(RefusedError) as caught:
            async with connection.stream(
                "images/load", method="POST", body=bytes(8_000_000), changes=True
            ):
                raise AssertionError("it answered")
    finally:
        await connection.close()
    assert caught.value.error.code is Code.OUTCOME_UNKNOWN
