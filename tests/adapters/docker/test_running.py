"""Containers that run while somebody waits: what they print, how they end, who may see them."""

import asyncio
import base64
import io
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contracts.docker.errand import CALLER, COMMAND, Errand
from contracts.docker.operations import Cp, Operation
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.conftest import Lab

pytestmark = pytest.mark.docker

LABELS = {COMMAND: "c-1", CALLER: "agent"}
DEADLINE = 20.0
_UNTIL_TOLD = "echo one; while [ ! -e /go ]; do sleep 0.05; done; echo två; echo err >&2; exit 3"


class Told:
    """Takes what is printed, and lets a test wait for it."""

    def __init__(self) -> None:
        self.stdout = self.stderr = ""
        self._news = asyncio.Event()

    async def __call__(self, stdout: str, stderr: str) -> None:
        self.stdout += stdout
        self.stderr += stderr
        self._news.set()

    async def until(self, text: str) -> None:
        """Return once it was printed."""
        async with asyncio.timeout(DEADLINE):
            while text not in self.stdout:
                await self._news.wait()
                self._news.clear()


def line(lab: Lab, text: str) -> Operation:
    """Return an operation on objects of this test; what it makes is removed with the test."""
    verb, _, rest = text.format(lab=lab, image=lab.image).partition(" ")
    labelled = f"--label {lab.label} " if verb in {"run", "create"} else ""
    return parse(f"docker {verb} {labelled}{rest}")


async def eventually(what: Callable[[], Awaitable[bool]]) -> None:
    """Return once it is so."""
    async with asyncio.timeout(DEADLINE):
        while not await what():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("verb", ["run", "exec", "start"])
async def test_what_is_printed_is_told_while_it_is_printed(
    docker: Engine, lab: Lab, verb: str
) -> None:
    name = lab.name("web")
    if verb == "exec":
        lab.make("web")
    if verb == "start":
        lab.make("web", "sh", "-c", _UNTIL_TOLD, start=False)
    commands = {
        "run": f'run --name {name} {lab.image} sh -c "{_UNTIL_TOLD}"',
        "exec": f'exec {name} sh -c "{_UNTIL_TOLD}"',
        "start": f"start --attach {name}",
    }
    told = Told()
    work = asyncio.create_task(docker.run(line(lab, commands[verb]), Errand(out=told)))
    await told.until("one\n")
    assert not work.done()
    assert (await docker.run(line(lab, f"exec {name} touch /go"))).exit_code == 0
    async with asyncio.timeout(DEADLINE):
        outcome = await work
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (3, "one\ntvå\n", "err\n")
    assert (told.stdout, told.stderr) == (outcome.stdout, outcome.stderr)
    data: Any = outcome.data
    assert data["exit_code"] == 3


@pytest.mark.parametrize("removed", [True, False], ids=["rm", "kept"])
async def test_a_run_that_is_cancelled_leaves_nothing_that_was_to_be_removed(
    docker: Engine, lab: Lab, *, removed: bool
) -> None:
    """Without --rm the container goes on, as docker's does when its client goes away."""
    name, told = lab.name("web"), Told()
    flag = "--rm " if removed else ""
    text = f"run {flag}--name {name} {lab.image} sh -c 'echo one; sleep 600'"
    work = asyncio.create_task(docker.run(line(lab, text), Errand(out=told)))
    await told.until("one\n")
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    async def as_it_should_be() -> bool:
        seen = (await docker.picture()).container(name)
        return seen is None if removed else seen is not None and seen.state == "running"

    await eventually(as_it_should_be)


async def test_what_is_made_bears_the_labels_of_the_command(docker: Engine, lab: Lab) -> None:
    errand = Errand(labels=LABELS)
    for word, verb in (("a", "create"), ("b", "run -d")):
        text = f"{verb} --name {lab.name(word)} --label {COMMAND}=forged {lab.image} true"
        flags = text.replace("--name", f"--label {lab.label} --name")
        await docker.run(parse(f"docker {flags}"), errand)
        labels = lab.inspect(lab.name(word))["Config"]["Labels"]
        assert {key: labels[key] for key in LABELS} == LABELS
    odd = Errand(labels={COMMAND: 'a "quoted" $HOME \\ one'})
    made: Any = (await docker.run(line(lab, f"commit {lab.name('a')}"), odd)).data
    try:
        image = lab.real.json("GET", f"/images/{made['image']}/json")
        assert image["Config"]["Labels"][COMMAND] == odd.labels[COMMAND]
        said = await docker.evidence(line(lab, f"commit {lab.name('a')}"), odd)
        assert said.startswith("It was committed: the image ")
    finally:
        lab.real.call("DELETE", f"/images/{made['image']}")


async def test_what_was_made_is_known_after_a_crash_by_its_label(docker: Engine, lab: Lab) -> None:
    operation = line(lab, f"run -d --name {lab.name('web')} {lab.image} sleep 600")
    errand = Errand(labels={COMMAND: f"c-{lab.suffix}"})
    before = await docker.evidence(operation, errand)
    assert before.startswith(f"No container bears the label {COMMAND}=c-{lab.suffix}.")
    await docker.run(operation, errand)
    after = await docker.evidence(operation, errand)
    assert after.startswith(f"It was created: it bears the label {COMMAND}=c-{lab.suffix}.")
    assert "state running" in after
    other = await docker.evidence(operation, Errand(labels={COMMAND: "c-of-somebody"}))
    assert "It was created" not in other
    removal = line(lab, f"rm -f {lab.name('web')}")
    assert (await docker.evidence(removal)).endswith("It is still there.")
    await docker.run(removal)
    assert "is gone" in await docker.evidence(removal)


@asynccontextmanager
async def behind(lab: Lab, label: str) -> AsyncIterator[Engine]:
    """Give an adapter that sees only what bears a label."""
    settings = EngineSettings(docker_host=lab.real.address.host, only_label=label)
    async with open_docker(settings) as opened:
        yield opened


HIDDEN = [
    "rm -f {0}",
    "rm -f {1}",
    "exec {0} true",
    "update --memory 64m {0}",
    "commit {0}",
    "export {0}",
    "cp {0}:/etc/passwd -",
    "start --attach {0}",
    "create --volumes-from {0} {image}",
    "create --link {0}:other {image}",
    "create --network container:{0} {image}",
    "create --pid container:{0} {image}",
    "run -d --ipc container:{1} {image}",
]


async def test_what_may_not_be_seen_can_be_neither_changed_nor_used(lab: Lab) -> None:
    name = lab.make("hidden")
    before = lab.inspect(name)
    async with behind(lab, f"acg.seen={lab.suffix}") as docker:
        for text in HIDDEN:
            words = text.format(name, before["Id"][:20], image=lab.image)
            outcome = await docker.run(parse(f"docker {words}"))
            assert "No such container" in outcome.stderr, text
            assert outcome.stdout == "", text
        with pytest.raises(RefusedError) as refused:
            await docker.run(parse(f"docker rm --link {name}/db"))
        assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
        upload = Errand(upload=b"x")
        assert (await docker.run(parse(f"docker cp x {name}:/"), upload)).exit_code == 1
    assert lab.inspect(name) == before


async def test_an_error_told_at_once_does_not_tell_who_else_is_there(lab: Lab) -> None:
    name, told = lab.make("hidden"), Told()
    async with behind(lab, f"acg.seen={lab.suffix}") as docker:
        for verb in ("create", "run"):
            text = f"{verb} --name {name} {lab.image} true"
            outcome = await docker.run(line(lab, text), Errand(out=told))
            assert outcome.exit_code == {"create": 1, "run": 125}[verb]
    assert told.stderr.count("is already in use by container") == 2
    assert lab.inspect(name)["Id"] not in told.stderr


async def test_what_is_made_behind_a_label_bears_it_and_prune_spares_the_rest(lab: Lab) -> None:
    spared = lab.finished("spared", "true")
    label = f"acg.seen={lab.suffix}"
    async with behind(lab, label) as docker:
        made = await docker.run(line(lab, f"run --name {lab.name('own')} {lab.image} true"))
        assert made.exit_code == 0
        linked = f"create --name {lab.name('two')} --volumes-from {lab.name('own')} {lab.image}"
        assert (await docker.run(line(lab, linked))).exit_code == 0
        with pytest.raises(RefusedError) as refused:
            await docker.run(line(lab, f"create --label acg.seen=other {lab.image}"))
        assert refused.value.error.code is Code.INVALID_COMMAND
        pruned: Any = (await docker.run(parse("docker container prune --force"))).data
        assert len(pruned["deleted"]) == 2
    assert lab.inspect(spared)["State"]["Status"] == "exited"


async def test_a_path_may_have_any_characters(docker: Engine, lab: Lab) -> None:
    name, odd = lab.make("web", start=False), "a +b&path=%41é#?;'.txt"
    copy = Cp(container=name, path=f"/etc/{odd}", local="sent", into=True)
    assert (await docker.run(copy, Errand(upload=b"sent\n"))).exit_code == 0
    back: Any = (await docker.run(copy.model_copy(update={"into": False, "local": "./"}))).data
    assert (back["name"], base64.b64decode(back["content"])) == (odd, b"sent\n")


async def test_files_are_only_data_here(docker: Engine, lab: Lab) -> None:
    name = lab.make("web")
    sent = await docker.run(
        line(lab, f"cp ../../etc/secret.txt {name}:/tmp"), Errand(upload=b"sent\n")
    )
    assert sent.exit_code == 0, sent.stderr
    back: Any = (await docker.run(line(lab, f"cp {name}:/tmp/secret.txt /etc/elsewhere"))).data
    assert (back["format"], back["name"], back["mode"]) == ("file", "elsewhere", "0644")
    assert base64.b64decode(back["content"]) == b"sent\n"
    packed: Any = (await docker.run(line(lab, f"cp {name}:/tmp/secret.txt -"))).data
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed["content"]))) as opened:
        assert opened.getnames() == ["secret.txt"]
    with pytest.raises(RefusedError) as refused:
        await docker.run(line(lab, f"cp - {name}:/tmp"))
    assert refused.value.error.code is Code.INVALID_COMMAND
    assert "`upload`" in refused.value.error.hint


@pytest.mark.parametrize("text", ["cp {0}:/bin -", "export {0}"])
async def test_what_is_larger_than_an_answer_is_refused_whole(
    docker: Engine, lab: Lab, text: str
) -> None:
    name = lab.make("web", start=False)
    with pytest.raises(RefusedError) as refused:
        await docker.run(line(lab, text.format(name)))
    assert refused.value.error.code is Code.ENGINE_ERROR
    assert "larger than an answer" in refused.value.error.message
    assert refused.value.error.hint


async def test_the_file_system_of_a_container_is_given_as_an_archive(
    docker: Engine, lab: Lab
) -> None:
    """Of an image with one small file: a larger one is more than an answer holds."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        entry = tarfile.TarInfo("hello.txt")
        entry.size = 6
        packed.addfile(entry, io.BytesIO(b"hello\n"))
    image = f"acg-tiny-{lab.suffix}"
    query = {"fromSrc": "-", "repo": image, "changes": 'CMD ["none"]'}
    lab.real.post_and_follow("/images/create", query, buffer.getvalue(), seconds=30)
    try:
        name = lab.make("tiny", start=False, Image=image)
        given: Any = (await docker.run(line(lab, f"export -o root.tar {name}"))).data
        assert (given["name"], given["format"]) == ("root.tar", "tar")
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(given["content"]))) as packed:
            assert "hello.txt" in packed.getnames()
    finally:
        lab.clean()
        lab.real.call("DELETE", f"/images/{image}")
