"""Pull and push: a real engine and a fake registry, beside docker's own CLI."""

import json
import re
from pathlib import Path

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation, Pull, Push, Search
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api
from tests.adapters.docker.cli import Cli, Said, at_once, ours
from tests.adapters.docker.fake_registry import FakeRegistry
from tests.adapters.docker.shelf import Shelf

pytestmark = pytest.mark.docker

_LAYER = re.compile(r"^[0-9a-f]{12}: ")
_ID = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b")


def settled(said: Said, registry: FakeRegistry, repository: str) -> Said:
    """Take out what differs by necessity: ids, the repository, and a layer's steps but its last.

    The engine leaves out steps of which it told too fast.
    """
    lines = said.out.splitlines()
    kept = [
        line
        for at, line in enumerate(lines)
        if not (found := _LAYER.match(line))
        or not any(later.startswith(found[0]) for later in lines[at + 1 :])
    ]
    name = repository.partition("/")[2]
    out, err = (
        _ID.sub("#", text).replace(name, "name").replace(registry.address, "registry")
        for text in ("\n".join(kept), said.err)
    )
    return Said(said.code, out, err)


class Shop:
    """Images in a registry: one for docker's CLI, one for the adapter."""

    def __init__(self, shelf: Shelf, registry: FakeRegistry) -> None:
        self.shelf = shelf
        self.registry = registry
        self.theirs, self.ours = (f"{registry.address}/{shelf.name(who)}" for who in "xy")

    def make(self, *tags: str) -> None:
        """Make an image of both under these tags."""
        for repository in (self.theirs, self.ours):
            self.shelf.make(*(f"{repository}:{tag}" for tag in tags))

    def stock(self, *tags: str) -> None:
        """Put images of both into the registry; the engine has none of them."""
        for repository in (self.theirs, self.ours):
            for tag in tags:
                self.registry.put(repository.partition("/")[2], tag, self.shelf.label)

    def digest(self, repository: str, tag: str) -> str:
        """Return the digest by which the registry knows an image."""
        name = repository.partition("/")[2]
        same = self.registry.manifests[name, tag]
        return next(
            reference
            for (each, reference), manifest in self.registry.manifests.items()
            if each == name and reference != tag and manifest == same
        )

    def said(self, theirs: Said, our: Said) -> tuple[Said, Said]:
        """Return what both said, without what differs by necessity."""
        return (
            settled(theirs, self.registry, self.theirs),
            settled(our, self.registry, self.ours),
        )


@pytest.fixture
def shop(shelf: Shelf, registry: FakeRegistry) -> Shop:
    return Shop(shelf, registry)


def told(outcome: Outcome) -> dict[str, object]:
    assert isinstance(outcome.data, dict)
    return dict(outcome.data)


def line(case: tuple[tuple[str, ...], str, dict[str, object]]) -> str:
    """Name a case by its command line."""
    flags, tag, _ = case
    return " ".join((*flags, f"name{tag}"))


PULLS: list[tuple[tuple[str, ...], str, dict[str, object]]] = [
    ((), "", {}),
    (("-q",), ":1", {"quiet": True}),
    (("-a",), "", {"all_tags": True}),
    (("--platform", "Linux/riscv64"), ":1", {"platform": "Linux/riscv64"}),
    ((), ":none", {}),
]


@pytest.mark.parametrize(("flags", "tag", "fields"), PULLS, ids=map(line, PULLS))
async def test_pull_says_and_does_what_the_cli_does(
    cli: Cli,
    docker: Engine,
    shop: Shop,
    flags: tuple[str, ...],
    tag: str,
    fields: dict[str, object],
) -> None:
    """Twice: what is new, then what is there already."""
    shop.stock("latest", "1")
    operation = Pull.model_validate({"image": f"{shop.ours}{tag}", **fields})
    for _ in range(2):
        theirs = cli("pull", *flags, f"{shop.theirs}{tag}")
        said, our = shop.said(theirs, await ours(docker, operation))
        assert our == said
        tags = shop.shelf.tags()
        pulled = {each.replace(shop.theirs, "") for each in tags if each.startswith(shop.theirs)}
        assert {each.replace(shop.ours, "") for each in tags if shop.ours in each} == pulled
        assert bool(pulled) is (our.code == 0)


async def test_pull_by_digest_says_what_the_cli_says(cli: Cli, docker: Engine, shop: Shop) -> None:
    shop.stock("1")
    theirs = cli("pull", f"{shop.theirs}@{shop.digest(shop.theirs, '1')}")
    outcome = await docker.run(Pull(image=f"{shop.ours}@{shop.digest(shop.ours, '1')}"))
    said, our = shop.said(theirs, Said(outcome.exit_code, outcome.stdout, outcome.stderr))
    assert our == said
    assert told(outcome)["digests"] == [shop.digest(shop.ours, "1")]
    assert outcome.stdout.endswith(f"{told(outcome)['reference']}\n")


PUSHES: list[tuple[tuple[str, ...], str, dict[str, object]]] = [
    ((), "", {}),
    (("-q",), ":1", {"quiet": True}),
    (("-a",), "", {"all_tags": True}),
    (("-aq",), "", {"all_tags": True, "quiet": True}),
    ((), ":none", {}),
]


@pytest.mark.parametrize(("flags", "tag", "fields"), PUSHES, ids=map(line, PUSHES))
async def test_push_says_and_does_what_the_cli_does(
    cli: Cli,
    docker: Engine,
    shop: Shop,
    flags: tuple[str, ...],
    tag: str,
    fields: dict[str, object],
) -> None:
    """Twice: what is new, then what is there already."""
    shop.make("latest", "1")
    operation = Push.model_validate({"image": f"{shop.ours}{tag}", **fields})
    for _ in range(2):
        theirs = cli("push", *flags, f"{shop.theirs}{tag}")
        said, our = shop.said(theirs, await ours(docker, operation))
        assert our == said
        there = [shop.registry.tags(name.partition("/")[2]) for name in (shop.theirs, shop.ours)]
        assert there[0] == there[1]
        assert bool(there[0]) is (our.code == 0)


async def test_what_was_pushed_is_told_as_data_too(docker: Engine, shop: Shop) -> None:
    shop.make("1")
    outcome = await docker.run(Push(image=f"{shop.ours}:1"))
    (pushed,) = told(outcome)["pushed"]  # type: ignore[misc] # a list of one
    assert pushed["tag"] == "1"  # type: ignore[has-type] # a JSON object
    assert pushed["digest"] == shop.digest(shop.ours, "1")  # type: ignore[has-type] # a JSON object


@pytest.mark.parametrize(
    ("verb", "operation"), [("pull", Pull), ("push", Push)], ids=["pull", "push"]
)
async def test_a_registry_that_wants_to_know_who_asks_refuses_both_alike(
    cli: Cli,
    docker: Engine,
    shop: Shop,
    verb: str,
    operation: type[Pull | Push],
) -> None:
    shop.make("1")
    shop.registry.login = "ann:secret"
    theirs = cli(verb, f"{shop.theirs}:1")
    outcome = await docker.run(operation(image=f"{shop.ours}:1"))
    our = Said(outcome.exit_code, outcome.stdout, outcome.stderr)
    said, mine = shop.said(theirs, our)
    assert mine == said
    assert our.code == 1
    assert "no basic auth credentials" in our.err
    assert shop.registry.address in str(told(outcome)["hint"])


@pytest.mark.parametrize("auth", ["YW5uOnNlY3JldA==", ""], ids=["encoded", "plain"])
async def test_credentials_come_from_the_gateways_own_file_alone(
    engine: api.Engine, shop: Shop, tmp_path: Path, auth: str
) -> None:
    shop.make("1")
    shop.registry.login = "ann:secret"
    entry = {"auth": auth} if auth else {"username": "ann", "password": "secret"}
    file = tmp_path / "registries.json"
    settings = EngineSettings(docker_host=engine.address.host, registry_auth_file=file)
    async with open_docker(settings) as docker:
        file.write_text(json.dumps({"auths": {f"http://{shop.registry.address}/v2/": entry}}))
        assert (await docker.run(Push(image=f"{shop.ours}:1"))).exit_code == 0
        assert (await docker.run(Pull(image=f"{shop.ours}:1"))).exit_code == 0
        file.write_text('{"auths": {"elsewhere.example": {"auth": "YW5uOnNlY3JldA=="}}}')
        assert (await docker.run(Pull(image=f"{shop.ours}:1"))).exit_code == 1
        for broken in ('{"auths": {"x": "hunter2"}}', "hunter2"):
            file.write_text(broken)
            error = await refused(docker, Pull(image=f"{shop.ours}:1"))
            assert error.error.code is Code.INTERNAL
            assert "hunter2" not in str(error.error)
        assert "ACG_REGISTRY_AUTH_FILE" in error.error.hint
    assert "secret" not in repr(settings)


async def refused(docker: Engine, operation: Operation) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await docker.run(operation)
    return caught.value


@pytest.mark.parametrize("fault", ["spoilt", "lost"])
async def test_an_error_in_the_middle_of_a_pull_is_the_outcomes_error(
    cli: Cli, docker: Engine, shop: Shop, fault: str
) -> None:
    shop.stock("1")
    for repository in (shop.theirs, shop.ours):
        layers = shop.registry.layers(repository.partition("/")[2], "1")
        getattr(shop.registry, fault).update(layers)
    theirs = cli("pull", f"{shop.theirs}:1")
    our = await ours(docker, Pull(image=f"{shop.ours}:1"))
    said, mine = shop.said(theirs, our)
    assert (mine.code, mine.err) == (said.code, said.err)
    assert our.code == 1
    assert our.out.startswith("1: Pulling from ")
    assert our.err
    assert shop.shelf.images() == []


@pytest.mark.slow
async def test_a_transfer_that_breaks_off_is_taken_up_again_and_shown_meanwhile(
    cli: Cli, docker: Engine, shop: Shop
) -> None:
    """The engine waits five seconds before it tries again."""
    shop.stock("1")
    for repository in (shop.theirs, shop.ours):
        shop.registry.cut.update(shop.registry.layers(repository.partition("/")[2], "1"))
    asked = ("pull", f"{shop.theirs}:1")
    theirs, our = await at_once(cli, asked, docker, Pull(image=f"{shop.ours}:1"))
    said, mine = shop.said(theirs, our)
    assert mine == said
    assert our.code == 0
    assert "Retrying in" in our.out
    assert shop.registry.cut == set()
    assert len(shop.shelf.tags()) == 2


async def test_progress_is_told_piece_by_piece_and_is_the_outcomes_text(
    docker: Engine, shop: Shop
) -> None:
    shop.stock("1")
    pieces: list[tuple[str, str]] = []

    async def out(stdout: str, stderr: str) -> None:
        pieces.append((stdout, stderr))

    for image in (f"{shop.ours}:1", f"{shop.ours}:none"):
        pieces.clear()
        outcome = await docker.run(Pull(image=image), Errand(out=out))
        assert "".join(stdout for stdout, _ in pieces) == outcome.stdout
        assert "".join(stderr for _, stderr in pieces) == outcome.stderr
        if outcome.exit_code == 0:
            assert len(pieces) >= 2


async def test_a_registry_is_searched_with_the_gateways_credentials(
    engine: api.Engine, registry: FakeRegistry, tmp_path: Path
) -> None:
    file = tmp_path / "registries.json"
    entry = {"username": "ann", "password": "secret"}
    file.write_text(json.dumps({"auths": {registry.address: entry}}))
    settings = EngineSettings(docker_host=engine.address.host, registry_auth_file=file)
    async with open_docker(settings) as docker:
        outcome = await docker.run(Search(term=f"{registry.address}/web", limit=3))
    assert outcome.exit_code == 0
    assert registry.asked[-1] == "GET /v1/search?q=web&n=3"
