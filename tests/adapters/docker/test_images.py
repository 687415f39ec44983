"""Images on engines that err, break off, or are of another age, told by a fake one."""

import asyncio
import base64
import io
import json
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel

from contracts.docker.errand import Errand
from contracts.docker.operations import (
    History,
    ImagePrune,
    Images,
    Import,
    Inspect,
    Load,
    Operation,
    Pull,
    Push,
    Rmi,
    Save,
    Search,
    Tag,
)
from contracts.errors import Code, Error, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from runtime.adapters.docker.engine import served
from tests.adapters.docker.fake_engine import FakeEngine

ARCHIVE = Errand(upload=b"an archive")
CREATED = "POST /images/create"
PUSHED = "POST /images/registry.example/web/push"
CHANGES: list[tuple[str, Operation, Errand]] = [
    (CREATED, Pull(image="web"), Errand()),
    (PUSHED, Push(image="registry.example/web"), Errand()),
    ("POST /images/load", Load(), ARCHIVE),
    (CREATED, Import(source="-"), ARCHIVE),
    ("POST /images/web/tag", Tag(image="web", reference="web:2"), Errand()),
    ("DELETE /images/web", Rmi(images=("web",)), Errand()),
    ("POST /images/prune", ImagePrune(), Errand()),
]
PROGRESS = CHANGES[:4]


@pytest.fixture
async def patient(fake: FakeEngine) -> AsyncIterator[Engine]:
    """Give an adapter that waits as long as any for an answer of the fake engine."""
    async with open_docker(EngineSettings(docker_host=fake.url)) as opened:
        yield opened


def lines(*messages: object) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\r\n" for message in messages)


async def refused(engine: Engine, operation: Operation, errand: Errand | None = None) -> Error:
    with pytest.raises(RefusedError) as caught:
        await engine.run(operation, errand)
    assert caught.value.error.hint
    return caught.value.error


def verb(case: tuple[str, Operation, Errand]) -> str:
    return case[1].verb


@pytest.mark.parametrize(("what", "operation", "errand"), CHANGES, ids=map(verb, CHANGES))
@pytest.mark.parametrize("fault", ["hangs", "drops"])
async def test_a_change_of_images_without_an_answer_has_an_unknown_outcome(
    fake: FakeEngine,
    impatient: Engine,
    what: str,
    operation: Operation,
    errand: Errand,
    fault: str,
) -> None:
    getattr(fake, fault)(what)
    error = await refused(impatient, operation, errand)
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "docker images" in error.hint
    assert fake.asked.count(what) == 1


@pytest.mark.parametrize(("what", "operation", "errand"), PROGRESS, ids=map(verb, PROGRESS))
async def test_a_progress_that_breaks_off_has_an_unknown_outcome(
    fake: FakeEngine, patient: Engine, what: str, operation: Operation, errand: Errand
) -> None:
    fake.streams(what, lines({"status": "Begun"}), cut=True)
    assert (await refused(patient, operation, errand)).code is Code.OUTCOME_UNKNOWN


@pytest.mark.parametrize(("what", "operation", "errand"), PROGRESS, ids=map(verb, PROGRESS))
async def test_a_progress_that_cannot_be_read_has_an_unknown_outcome(
    fake: FakeEngine, patient: Engine, what: str, operation: Operation, errand: Errand
) -> None:
    endless = b'{"status": "%s"}\n' % (b"x" * 3 * 1024 * 1024)
    for text in (b"<html>\n", b"[1]\n", b'{"status": "cut', endless):
        fake.streams(what, lines({"status": "Begun"}), text)
        error = await refused(patient, operation, errand)
        assert error.code is Code.OUTCOME_UNKNOWN
        assert "cannot be read" in error.message


@pytest.mark.parametrize(("what", "operation", "errand"), PROGRESS, ids=map(verb, PROGRESS))
async def test_an_error_in_the_progress_is_the_outcomes_error(
    fake: FakeEngine, patient: Engine, what: str, operation: Operation, errand: Errand
) -> None:
    failure = {"errorDetail": {"code": 1, "message": "the engine's words"}, "error": "old words"}
    fake.streams(what, lines({"status": "Begun"}, failure), lines({"status": "never shown"}))
    outcome = await patient.run(operation, errand)
    assert outcome.exit_code == 1
    assert outcome.stdout.endswith("Begun\n")
    assert outcome.stderr == "the engine's words\n"


async def test_a_message_that_comes_in_pieces_is_one(fake: FakeEngine, patient: Engine) -> None:
    whole = lines(
        {"status": "Pulling fs layer", "progressDetail": {}, "id": "abc"},
        {"status": "Downloading", "progressDetail": {"current": 1, "total": 2}, "id": "abc"},
        {"status": "Digest: sha256:é"},
        {"aux": {"ID": "for programs"}},
        {"stream": "as it is\n"},
    )
    fake.streams(CREATED, *(whole[at : at + 1] for at in range(len(whole))))
    outcome = await patient.run(Pull(image="web:1"))
    assert outcome.stdout == (
        "abc: Pulling fs layer\nDigest: sha256:é\nas it is\ndocker.io/library/web:1\n"
    )


async def test_a_long_progress_is_kept_within_the_limit_and_told_whole(fake: FakeEngine) -> None:
    fake.streams(CREATED, *(lines({"status": f"line {number}"}) for number in range(2000)))
    pieces: list[str] = []

    async def out(stdout: str, stderr: str) -> None:
        assert not stderr
        pieces.append(stdout)

    settings = EngineSettings(docker_host=fake.url, output_limit_bytes=1024)
    async with open_docker(settings) as engine:
        outcome = await engine.run(Pull(image="web"), Errand(out=out))
    assert outcome.truncated
    assert len(outcome.stdout) < 1200
    assert outcome.stdout.startswith("Using default tag: latest\n")
    assert outcome.stdout.endswith("docker.io/library/web:latest\n")
    assert "".join(pieces).count("line ") == 2000


async def test_a_pull_that_is_cancelled_lets_the_engine_stop(
    fake: FakeEngine, patient: Engine
) -> None:
    """The engine ends a pull of which nobody hears any more; so the connection is closed."""
    begun, closed = asyncio.Event(), asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        begun.set()
        try:
            while True:
                await response.write(lines({"status": "Pulling"}) * 5000)
        except (ConnectionError, asyncio.CancelledError):
            closed.set()
            raise

    fake.answers(CREATED, answer)
    async with asyncio.timeout(10):
        task = asyncio.create_task(patient.run(Pull(image="web")))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await closed.wait()


async def test_an_engine_that_is_not_there_changed_nothing(fake: FakeEngine) -> None:
    settings = EngineSettings(docker_host=f"{fake.url}.none")
    async with open_docker(settings) as engine:
        for _, operation, errand in CHANGES:
            assert (await refused(engine, operation, errand)).code is Code.ENGINE_UNREACHABLE


@pytest.mark.parametrize("operation", [Load(), Import(source="files.tar")])
async def test_what_needs_an_archive_is_refused_without_one(
    fake: FakeEngine, patient: Engine, operation: Operation
) -> None:
    error = await refused(patient, operation)
    assert error.code is Code.INVALID_COMMAND
    assert "`upload`" in error.hint
    assert not [each for each in fake.asked if each.startswith("POST")]


async def test_an_address_is_fetched_by_the_engine(fake: FakeEngine, patient: Engine) -> None:
    asked = listening(fake, CREATED, lines({"status": "sha256:1"}))
    await patient.run(Import(source="https://files.example/a.tar", reference="web"))
    assert asked == [{"fromSrc": ["https://files.example/a.tar"], "repo": ["web"]}]


def listening(fake: FakeEngine, what: str, answer: bytes) -> list[dict[str, list[str]]]:
    """Answer so, and note with what query each was asked."""
    asked: list[dict[str, list[str]]] = []

    async def note(request: web.BaseRequest) -> web.StreamResponse:
        asked.append({key: request.query.getall(key) for key in request.query})
        await request.read()
        return web.Response(body=answer)

    fake.answers(what, note)
    return asked


ARM = '{"architecture":"arm64","os":"linux"}'
PLATFORMS: list[tuple[str, bytes, Operation, dict[str, list[str]]]] = [
    (
        "GET /images/web/history",
        b"[]",
        History(image="web", platform="linux/arm64"),
        {"platform": [ARM]},
    ),
    (
        "GET /images/web/json",
        b'{"Id": "sha256:1"}',
        Inspect(targets=("web",), type="image", platform="linux/arm64"),
        {"platform": [ARM]},
    ),
    (
        "DELETE /images/web",
        b"[]",
        Rmi(images=("web",), force=True, prune=False, platforms=("linux/arm64", "linux/x86_64")),
        {
            "force": ["1"],
            "noprune": ["1"],
            "platforms": [ARM, '{"architecture":"amd64","os":"linux"}'],
        },
    ),
    (
        PUSHED,
        lines({"status": "Done"}),
        Push(image="registry.example/web", platform="linux/arm/v7"),
        {"tag": ["latest"], "platform": ['{"architecture":"arm","os":"linux","variant":"v7"}']},
    ),
    (
        "POST /images/load",
        b"",
        Load(platforms=("windows(10.0)/amd64",), quiet=True),
        {
            "quiet": ["1"],
            "platform": ['{"architecture":"amd64","os":"windows","os.version":"10.0"}'],
        },
    ),
    (
        "GET /images/get",
        bytes(10240),
        Save(images=("web", "db"), platforms=("Linux/aarch64/v8",)),
        {
            "names": ["web", "db"],
            "platform": ['{"architecture":"arm64","os":"linux","variant":"v8"}'],
        },
    ),
]


@pytest.mark.parametrize(
    ("what", "answer", "operation", "query"), PLATFORMS, ids=[each[2].verb for each in PLATFORMS]
)
async def test_platforms_are_sent_to_an_engine_that_knows_them(
    fake: FakeEngine,
    patient: Engine,
    what: str,
    answer: bytes,
    operation: Operation,
    query: dict[str, list[str]],
) -> None:
    fake.says("GET /version", {"Version": "28.2.2", "ApiVersion": "1.50"})
    asked = listening(fake, what, answer)
    assert (await patient.run(operation, ARCHIVE)).exit_code == 0
    assert asked == [query]


@pytest.mark.parametrize(
    ("operation", "since"),
    [
        (History(image="web", platform="linux/arm64"), "1.48"),
        (Inspect(targets=("web",), type="image", platform="linux/arm64"), "1.49"),
        (Rmi(images=("web",), platforms=("linux/arm64",)), "1.50"),
        (Push(image="web", platform="linux/arm64"), "1.46"),
        (Load(platforms=("linux/arm64",)), "1.48"),
        (Save(images=("web",), platforms=("linux/arm64",)), "1.48"),
    ],
)
async def test_an_engine_that_does_not_know_platforms_is_not_asked(
    fake: FakeEngine, patient: Engine, operation: Operation, since: str
) -> None:
    outcome = await patient.run(operation, ARCHIVE)
    assert outcome.exit_code == 1
    assert outcome.stderr == (
        f'"--platform" requires API version {since}, but the Docker daemon API version is 1.41\n'
    )
    assert set(fake.asked) == {"GET /version"}


@pytest.mark.parametrize("platform", ["linux", "arm64", "a/b/c/d", "linux//v8", "(1)/amd64"])
async def test_half_a_platform_is_refused(fake: FakeEngine, patient: Engine, platform: str) -> None:
    """The other half would be taken from this machine, which is not the engine's."""
    fake.says("GET /version", {"Version": "28.2.2", "ApiVersion": "1.50"})
    error = await refused(patient, History(image="web", platform=platform))
    assert error.code is Code.INVALID_COMMAND
    assert "linux/amd64" in error.hint


async def test_a_push_of_one_platform_says_what_it_leaves_out(
    fake: FakeEngine, patient: Engine
) -> None:
    fake.says("GET /version", {"Version": "28.2.2", "ApiVersion": "1.50"})
    reduced = {
        "manifestPushedInsteadOfIndex": True,
        "originalIndex": {"digest": "sha256:1"},
        "selectedManifest": {"digest": "sha256:2"},
    }
    fake.streams(PUSHED, lines({"status": "Done"}, {"aux": reduced}))
    operation = Push(image="registry.example/web:latest", platform="linux/arm64", quiet=True)
    outcome = await patient.run(operation)
    assert outcome.stdout == (
        "\n Info -> Using --platform pushes only the specified platform manifest of a"
        " multi-platform image index.\n"
        "         Other components, like attestations, will not be included.\n"
        "         To push the complete multi-platform image, remove the --platform flag.\n"
        "         \n"
        "registry.example/web:latest\n"
        "\n Info -> Not all multiplatform-content is present and only the available"
        " single-platform image was pushed\n"
        "         sha256:1 -> sha256:2\n"
    )


async def test_content_that_is_missing_is_explained_beside_the_error(
    fake: FakeEngine, patient: Engine
) -> None:
    missing = {"aux": {"contentMissing": True, "desc": {}}}
    fake.streams(PUSHED, lines(missing, {"errorDetail": {"message": "no content"}}))
    outcome = await patient.run(Push(image="registry.example/web"))
    assert "not all of them are available locally" in outcome.stdout
    assert (outcome.exit_code, outcome.stderr) == (1, "no content\n")


def archive(size: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        member = tarfile.TarInfo("layer.tar")
        member.size = size
        tar.addfile(member, io.BytesIO(bytes(size)))
    return file.getvalue()


@pytest.mark.parametrize("limit", [20_000, 2**30])
async def test_an_archive_fits_into_the_answer_or_is_refused(fake: FakeEngine, limit: int) -> None:
    settings = EngineSettings(docker_host=fake.url, output_limit_bytes=limit)
    async with open_docker(settings) as engine:
        small, large = archive(5_000), archive(400_000)
        fake.streams("GET /images/get", small)
        outcome = await engine.run(Save(images=("web",), output="some/web.tar"))
        assert not outcome.truncated
        assert isinstance(outcome.data, dict)
        assert base64.b64decode(str(outcome.data["content"])) == small
        assert outcome.data["name"] == "web.tar"
        fake.streams("GET /images/get", *(large[at : at + 999] for at in range(0, 400_000, 999)))
        error = await refused(engine, Save(images=("web",)))
    assert error.code is Code.ENGINE_ERROR
    assert "docker push" in error.hint


async def test_a_large_image_is_refused_before_the_engine_packs_it(
    fake: FakeEngine, patient: Engine
) -> None:
    fake.says("GET /images/web/json", {"Id": "sha256:1", "Size": 2**30})
    assert str(2**30) in (await refused(patient, Save(images=("web",)))).message
    assert "GET /images/get" not in fake.asked
    packed = {"Id": "sha256:1", "Size": 2**30, "Descriptor": {}}
    fake.says("GET /images/web/json", packed)
    fake.streams("GET /images/get", archive(10))
    assert (await patient.run(Save(images=("web",)))).exit_code == 0


async def test_an_archive_behind_which_an_error_stands_is_none(
    fake: FakeEngine, patient: Engine
) -> None:
    broken = archive(10)[:-9000] + lines({"errorDetail": {"message": "no space left"}})
    fake.streams("GET /images/get", broken)
    error = await refused(patient, Save(images=("web",)))
    assert error.code is Code.ENGINE_ERROR
    assert "no space left" in error.message


async def test_an_unknown_removal_tells_what_was_asked_for_before(
    fake: FakeEngine, patient: Engine
) -> None:
    fake.says("DELETE /images/one", [{"Untagged": "one:latest"}])
    fake.drops("DELETE /images/two")
    error = await refused(patient, Rmi(images=("one", "two", "three")))
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "before that: one." in error.message
    assert "DELETE /images/three" not in fake.asked


async def test_an_engine_that_is_lost_after_a_removal_is_an_error_beside_it(
    fake: FakeEngine, patient: Engine
) -> None:
    fake.says("DELETE /images/one", [{"Untagged": "one:latest"}])
    fake.then("DELETE /images/one", Path(fake.url.removeprefix("unix://")).unlink)
    outcome = await patient.run(Rmi(images=("one", "two"), force=True))
    assert (outcome.exit_code, outcome.stdout) == (1, "Untagged: one:latest\n")
    assert "Is the docker daemon running?" in outcome.stderr


@pytest.mark.parametrize("force", [True, False])
async def test_only_an_image_that_is_not_there_is_forgiven_by_force(
    fake: FakeEngine, patient: Engine, *, force: bool
) -> None:
    missing = {"message": "No such image: one:latest"}
    fake.says("DELETE /images/one", missing, status=404)
    assert (await patient.run(Rmi(images=("one",), force=force))).exit_code == int(not force)
    fake.says("DELETE /images/two", {"message": "conflict"}, status=409)
    assert (await patient.run(Rmi(images=("one", "two"), force=force))).exit_code == 1


HIDDEN, SEEN = "a" * 64, "b" * 64


@pytest.fixture
def shared(fake: FakeEngine) -> FakeEngine:
    """An engine of which one container may be seen, and another not."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        listed = [{"Id": each, "ImageID": f"sha256:{each}"} for each in (HIDDEN, SEEN)]
        return web.json_response(listed[1:] if "filters" in request.query else listed)

    fake.answers("GET /containers/json", answer)
    for name, used in (("hidden", HIDDEN), ("seen", SEEN)):
        fake.says(f"GET /images/{name}/json", {"Id": f"sha256:{used}"})
        words = f"conflict: container {used[:12]} is using its referenced image"
        fake.says(f"DELETE /images/{name}", {"message": words}, status=409)
    return fake


async def behind(fake: FakeEngine, operation: Operation) -> Any:
    settings = EngineSettings(docker_host=fake.url, only_label="team=web")
    async with open_docker(settings) as engine:
        return await engine.run(operation)


async def test_who_uses_an_image_is_not_told_of_a_container_that_may_not_be_seen(
    shared: FakeEngine,
) -> None:
    outcome = await behind(shared, Rmi(images=("seen", "hidden")))
    assert SEEN[:12] in outcome.stderr
    assert HIDDEN[:12] not in outcome.stderr
    assert outcome.stderr.count("is using its referenced image") == 2


async def test_force_takes_no_image_from_a_container_that_may_not_be_seen(
    shared: FakeEngine,
) -> None:
    outcome = await behind(shared, Rmi(images=("hidden", "seen"), force=True))
    assert outcome.exit_code == 1
    assert "DELETE /images/hidden" not in shared.asked
    assert "DELETE /images/seen" in shared.asked


async def test_pruning_behind_a_label_asks_for_it(fake: FakeEngine) -> None:
    asked = listening(fake, "POST /images/prune", b"{}")
    await behind(fake, ImagePrune(all=True))
    assert [json.loads(each["filters"][0]) for each in asked] == [
        {"dangling": {"false": True}, "label": {"team=web": True}}
    ]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (Pull(image="Web"), "invalid reference format"),
        (Push(image="web:1:2"), "invalid reference format"),
        (Push(image=f"web@sha256:{'0' * 64}"), "cannot push a digest reference"),
        (Import(source="-", reference="W!"), "invalid reference format"),
    ],
)
async def test_what_is_no_reference_is_refused_in_the_clis_words(
    fake: FakeEngine, patient: Engine, operation: Operation, words: str
) -> None:
    outcome = await patient.run(operation)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (1, "", f"{words}\n")
    assert not fake.asked


@pytest.mark.parametrize(
    ("image", "name", "tag"),
    [
        ("web", "docker.io/library/web", "latest"),
        ("team/web:2", "docker.io/team/web", "2"),
        ("index.docker.io/web", "docker.io/library/web", "latest"),
        ("localhost/web", "localhost/web", "latest"),
        ("host:5000/web:2", "host:5000/web", "2"),
        (f"web:2@sha256:{'0' * 64}", "docker.io/library/web", f"sha256:{'0' * 64}"),
    ],
)
async def test_a_reference_is_sent_as_docker_normalises_it(
    fake: FakeEngine, patient: Engine, image: str, name: str, tag: str
) -> None:
    asked = listening(fake, CREATED, b"")
    outcome = await patient.run(Pull(image=image, platform="Linux/ARM64"))
    assert asked == [{"fromImage": [name], "tag": [tag], "platform": ["linux/arm64"]}]
    assert outcome.stdout.endswith(f"{name}{'@' if '@' in image else ':'}{tag}\n") or "2@" in image


@pytest.mark.parametrize(
    "operation",
    [History, ImagePrune, Images, Import, Inspect, Load, Pull, Push, Rmi, Save, Search, Tag],
)
def test_all_that_can_be_asked_of_images_is_heeded(operation: type[BaseModel]) -> None:
    fields = operation.model_fields
    assert served()[fields["verb"].default] == fields.keys() - {"verb"}


async def test_an_answer_of_an_index_has_a_limit_and_a_form(
    fake: FakeEngine, patient: Engine
) -> None:
    fake.streams("GET /images/search", *[b"[" * 1024 * 1024] * 9)
    assert "more than" in (await refused(patient, Search(term="web"))).message
    fake.streams("GET /images/search", b"<html>")
    assert (await refused(patient, Search(term="web"))).code is Code.ENGINE_ERROR
    fake.streams("GET /images/search", b"null")
    assert (await patient.run(Search(term="web"))).data == []
