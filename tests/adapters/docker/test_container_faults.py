"""What making, running and removing containers say where the engine errs, or is lost on the way."""

import asyncio
import json
import struct
from typing import Any

import pytest
from aiohttp import web

from contracts.docker.errand import COMMAND, Errand
from contracts.docker.operations import Operation
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine
from tests.adapters.docker.fake_engine import FakeEngine

ID = "f" * 64
INSPECTED = {"Id": ID, "Name": "/web", "State": {"Status": "running"}, "Config": {"Tty": False}}
FOUND = {"StatusCode": 3, "Error": None}


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


def serving(fake: FakeEngine, **other: Any) -> None:
    """Let the fake run a container that prints and ends with 3."""
    fake.says("POST /containers/create", {"Id": ID, "Warnings": other.get("warnings", [])})
    fake.streams(f"POST /containers/{ID}/attach", frame(1, b"out\n"), frame(2, b"err\n"))
    fake.says(f"POST /containers/{ID}/wait", FOUND)
    fake.says(f"POST /containers/{ID}/start", status=204)
    fake.says(f"GET /containers/{ID}/json", INSPECTED)
    fake.says("GET /containers/web/json", INSPECTED)
    fake.says("POST /containers/web/exec", {"Id": "e1"})
    fake.streams("POST /exec/e1/start", frame(1, b"out\n"))
    fake.says("GET /exec/e1/json", {"Running": False, "ExitCode": 3})


async def refused(engine: Engine, operation: Operation) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await engine.run(operation, Errand(upload=b"x"))
    assert caught.value.error.hint
    return caught.value


LOST = [
    ("run busybox", "POST /containers/create", "drops"),
    ("run busybox", f"POST /containers/{ID}/attach", "drops"),
    ("run busybox", f"POST /containers/{ID}/wait", "drops"),
    ("run busybox", f"POST /containers/{ID}/start", "drops"),
    ("run busybox", f"POST /containers/{ID}/start", "hangs"),
    ("run -d busybox", f"POST /containers/{ID}/start", "drops"),
    ("create busybox", "POST /containers/create", "drops"),
    ("exec web true", "POST /exec/e1/start", "drops"),
    ("exec web true", "GET /exec/e1/json", "drops"),
    ("exec -d web true", "POST /exec/e1/start", "hangs"),
    ("rm web", "DELETE /containers/web", "drops"),
    ("update -m 64m web", "POST /containers/web/update", "hangs"),
    ("commit web", "POST /commit", "drops"),
    ("container prune -f", "POST /containers/prune", "drops"),
    ("cp x web:/tmp/x", "PUT /containers/web/archive", "drops"),
]


@pytest.mark.parametrize(("line", "what", "fault"), LOST)
async def test_an_effect_whose_answer_is_lost_has_an_unknown_outcome(
    fake: FakeEngine, impatient: Engine, line: str, what: str, fault: str
) -> None:
    serving(fake)
    getattr(fake, fault)(what)
    error = (await refused(impatient, parse(f"docker {line}"))).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert fake.asked.count(what) == 1


@pytest.mark.parametrize("line", ["run busybox", "exec web true"])
async def test_output_that_breaks_off_is_an_unknown_outcome(
    fake: FakeEngine, impatient: Engine, line: str
) -> None:
    serving(fake)
    for what in (f"POST /containers/{ID}/attach", "POST /exec/e1/start"):
        fake.streams(what, frame(1, b"out\n"), cut=True)
    error = (await refused(impatient, parse(f"docker {line}"))).error
    assert error.code is Code.OUTCOME_UNKNOWN


@pytest.mark.parametrize("line", ["run busybox", "exec web true"])
async def test_output_that_cannot_be_read_is_an_unknown_outcome(
    fake: FakeEngine, impatient: Engine, line: str
) -> None:
    serving(fake)
    for what in (f"POST /containers/{ID}/attach", "POST /exec/e1/start"):
        fake.streams(what, b"this is no multiplexed stream")
    assert (await refused(impatient, parse(f"docker {line}"))).error.code is Code.OUTCOME_UNKNOWN


async def test_a_wait_that_fails_in_the_engine_is_said_as_the_cli_says_it(
    fake: FakeEngine, impatient: Engine
) -> None:
    serving(fake)
    fake.says(f"POST /containers/{ID}/wait", {"StatusCode": 0, "Error": {"Message": "no state"}})
    outcome = await impatient.run(parse("docker run busybox"))
    assert (outcome.exit_code, outcome.stdout) == (125, "out\n")
    assert outcome.stderr == "err\nError waiting for container: no state\n"


async def test_an_end_that_cannot_be_read_is_an_unknown_outcome(
    fake: FakeEngine, impatient: Engine
) -> None:
    serving(fake)
    fake.writes(f"POST /containers/{ID}/wait", "gateway timeout")
    error = (await refused(impatient, parse("docker run busybox"))).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert ID[:12] in error.message


@pytest.mark.slow
async def test_a_process_that_outlives_its_output_is_waited_for_a_while(
    fake: FakeEngine, impatient: Engine
) -> None:
    serving(fake)
    answers = [{"Running": True, "ExitCode": None}, {"Running": False, "ExitCode": 4}]

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(answers.pop(0) if len(answers) > 1 else answers[0])

    fake.answers("GET /exec/e1/json", answer)
    assert (await impatient.run(parse("docker exec web true"))).exit_code == 4
    fake.says("GET /exec/e1/json", {"Running": True, "ExitCode": None})
    async with asyncio.timeout(20):
        assert (await impatient.run(parse("docker exec web true"))).exit_code == 0


@pytest.mark.parametrize("flags", ["--rm", ""])
async def test_a_run_that_is_cancelled_while_it_creates_removes_what_it_created(
    fake: FakeEngine, impatient: Engine, flags: str
) -> None:
    serving(fake)
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def create(_: web.BaseRequest) -> web.StreamResponse:
        asked.set()
        await cancelled.wait()
        return web.json_response({"Id": ID}, status=201)

    fake.answers("POST /containers/create", create)
    work = asyncio.create_task(impatient.run(parse(f"docker run {flags} busybox")))
    async with asyncio.timeout(20):
        await asked.wait()
        work.cancel()
        asyncio.get_running_loop().call_soon(cancelled.set)
        with pytest.raises(asyncio.CancelledError):
            await work
    assert (f"DELETE /containers/{ID}" in fake.asked) is bool(flags)
    assert f"POST /containers/{ID}/start" not in fake.asked


async def test_warnings_of_the_engine_are_printed(fake: FakeEngine, impatient: Engine) -> None:
    serving(fake, warnings=["no swap here"])
    outcome = await impatient.run(parse("docker create busybox"))
    assert (outcome.stdout, outcome.stderr) == (f"{ID}\n", "WARNING: no swap here\n")
    fake.says("POST /containers/web/update", {"Warnings": ["no swap here"]})
    outcome = await impatient.run(parse("docker update -m 64m web"))
    assert outcome.stdout == "web\nno swap here\n"


@pytest.mark.parametrize("verb", ["create", "run"])
@pytest.mark.parametrize(
    ("flag", "since"),
    [("--health-start-interval=2s", "1.44"), ("--annotation=a=b", "1.43")],
)
async def test_what_an_old_engine_would_leave_unheeded_is_refused_in_the_clis_words(
    fake: FakeEngine, impatient: Engine, verb: str, flag: str, since: str
) -> None:
    serving(fake)
    outcome = await impatient.run(parse(f"docker {verb} {flag} busybox"))
    words = (
        f'"{flag.partition("=")[0]}" requires API version {since},'
        " but the Docker daemon API version is 1.41\n"
    )
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (1, "", words)
    assert "POST /containers/create" not in fake.asked


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        ("", ["create", "pull", "create"]),
        ("--pull never", ["create"]),
        ("--pull always", ["pull", "create"]),
    ],
)
async def test_an_image_is_pulled_as_the_policy_says(
    fake: FakeEngine, impatient: Engine, flags: str, asked: list[str]
) -> None:
    """At first there is none; once it was pulled there is one."""
    done: list[str] = []

    async def create(_: web.BaseRequest) -> web.StreamResponse:
        done.append("create")
        if "pull" in done:
            return web.json_response({"Id": ID}, status=201)
        return web.json_response({"message": "No such image: busybox:latest"}, status=404)

    async def pull(request: web.BaseRequest) -> web.StreamResponse:
        done.append("pull")
        assert request.query["fromImage"] == "docker.io/library/busybox"
        assert request.query["tag"] == "latest"
        return web.Response(body=json.dumps({"status": "Pulled"}).encode() + b"\r\n")

    serving(fake)
    fake.answers("POST /containers/create", create)
    fake.answers("POST /images/create", pull)
    outcome = await impatient.run(parse(f"docker create {flags} busybox"))
    assert done == asked
    missing = "Unable to find image 'busybox:latest' locally\n" if not flags else ""
    if "pull" in asked:
        assert (outcome.exit_code, outcome.stderr) == (0, f"{missing}Pulled\n")
    else:
        words = "Error response from daemon: No such image: busybox:latest\n"
        assert (outcome.exit_code, outcome.stderr) == (1, words)


@pytest.mark.parametrize(
    "line",
    [
        "create -v ./here:/there busybox",
        "create --mount type=bind,source=../here,target=/there busybox",
        "create --security-opt seccomp=profile.json busybox",
        "create -e SECRET busybox",
        "exec -e SECRET web env",
    ],
)
async def test_nothing_of_the_gateways_own_machine_reaches_a_container(
    fake: FakeEngine, impatient: Engine, line: str
) -> None:
    serving(fake)
    error = (await refused(impatient, parse(f"docker {line}"))).error
    assert error.code in {Code.UNSUPPORTED_COMMAND, Code.INVALID_COMMAND}
    assert not [each for each in fake.asked if each.startswith("POST")]


async def test_a_removal_that_is_told_is_evidence_and_what_is_left_open_is_not(
    fake: FakeEngine, impatient: Engine
) -> None:
    removal = parse("docker rm web gone")
    fake.says("GET /containers/web/json", {"message": "on fire"}, status=500)
    fake.says("GET /containers/gone/json", {"message": "No such container: gone"}, status=404)
    said = await impatient.evidence(removal, Errand(labels={COMMAND: "c-1"}))
    assert "'gone' is gone" in said
    assert "'web' is gone" not in said
    assert "still there" not in said


async def test_a_character_in_two_pieces_is_printed_when_it_is_whole(
    fake: FakeEngine, impatient: Engine
) -> None:
    told: list[tuple[str, str]] = []

    async def out(stdout: str, stderr: str) -> None:
        told.append((stdout, stderr))

    serving(fake)
    whole = frame(1, "å".encode()[:1]) + frame(2, b"!") + frame(1, "å".encode()[1:] + b"\xff")
    fake.streams("POST /exec/e1/start", *(whole[at : at + 3] for at in range(0, len(whole), 3)))
    outcome = await impatient.run(parse("docker exec web true"), Errand(out=out))
    assert "".join(stdout for stdout, _ in told) == outcome.stdout == "å\ufffd"


async def test_a_signal_is_sent_with_the_first_request_to_an_engine_that_knows_it(
    fake: FakeEngine, impatient: Engine
) -> None:
    asked: list[str | None] = []

    async def stop(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.query.get("signal"))
        return web.Response(status=204)

    serving(fake)
    fake.says("GET /version", {"Version": "0.0-fake", "ApiVersion": "1.42"})
    fake.answers("POST /containers/web/stop", stop)
    outcome = await impatient.run(parse("docker stop --signal SIGINT --timeout 0 web"))
    assert (outcome.exit_code, asked) == (0, ["SIGINT"])
