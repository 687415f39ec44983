"""Images on the host: the adapter says and does what docker's own CLI says and does."""

import base64
import hashlib
import io
import json
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.docker.errand import COMMAND, Errand
from contracts.docker.operations import (
    Filter,
    History,
    ImagePrune,
    Import,
    Load,
    Operation,
    Pull,
    Push,
    Rmi,
    Save,
    Search,
    Tag,
)
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker.cli import Cli, Said, assert_same, ours
from tests.adapters.docker.fake_registry import FakeRegistry
from tests.adapters.docker.shelf import Shelf, filesystem

pytestmark = pytest.mark.docker

_ID = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b")
_FOLLOWED = 27


def blank(said: Said, who: str) -> Said:
    """Take out what differs by necessity: ids, and the letter of who did it."""
    out, err = (
        re.sub(rf"\bacg-{who}\b", "acg-?", _ID.sub("#", text)) for text in (said.out, said.err)
    )
    return Said(said.code, out, err)


def of(outcome: Outcome) -> Said:
    return Said(outcome.exit_code, outcome.stdout, outcome.stderr)


def data(outcome: Outcome) -> dict[str, object]:
    assert isinstance(outcome.data, dict)
    return dict(outcome.data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{}:1", "{}:2"),
        ("{}:1", "registry.example:5000/team/{}"),
        ("{}:none", "{}:2"),
        ("{}:1", "{}:2@sha256:" + "0" * 64),
        ("{}:1", "{}:2:3"),
    ],
)
async def test_tag_says_and_does_what_the_cli_does(
    cli: Cli, docker: Engine, shelf: Shelf, old: str, new: str
) -> None:
    made = [shelf.name(who) for who in "xy"]
    shelf.make(*(f"{name}:1" for name in made))
    theirs = cli("tag", old.format(made[0]), new.format(made[0]))
    our = await ours(docker, Tag(image=old.format(made[1]), reference=new.format(made[1])))
    assert blank(our, "y") == blank(theirs, "x")
    tags = shelf.tags()
    assert len(tags) == (4 if our.code == 0 else 2)
    assert {tag.replace(made[0], made[1]) for tag in tags} == {t for t in tags if made[1] in t}


REMOVALS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    ((), ("{}:1",)),
    ((), ("{}:2", "acg-none", "{}:1")),
    (("-f",), ("acg-none", "{}:1")),
    (("--no-prune",), ("{}:1", "{}:2")),
    ((), ("{}:used",)),
    (("-f",), ("{}:used", "acg-none")),
]


@pytest.mark.parametrize(("flags", "names"), REMOVALS, ids=" ".join)
async def test_rmi_says_and_does_what_the_cli_does(
    cli: Cli,
    docker: Engine,
    shelf: Shelf,
    lab: Lab,
    flags: tuple[str, ...],
    names: tuple[str, ...],
) -> None:
    """Each removes images of its own; one of them may be used by a container."""
    made = [shelf.name(who) for who in "xy"]
    for name in made:
        if "{}:used" not in names:
            shelf.make(f"{name}:1", f"{name}:2")
        else:
            shelf.make(f"{name}:used")
            lab.make(name, "sh", start=False, Image=f"{name}:used")
    theirs = cli("rmi", *flags, *(name.format(made[0]) for name in names))
    operation = Rmi(
        images=tuple(name.format(made[1]) for name in names),
        force="-f" in flags,
        prune="--no-prune" not in flags,
    )
    our = await ours(docker, operation)
    said, mine = blank(theirs, "x"), blank(our, "y")
    if cli.version < _FOLLOWED:  # it has other words for what is not there
        said, mine = replace(said, err=""), replace(mine, err="")
    assert mine == said
    left = shelf.tags()
    assert {t.replace(made[0], "") for t in left if made[0] in t} == {
        t.replace(made[1], "") for t in left if made[1] in t
    }


async def test_what_rmi_removed_is_told_as_data_too(docker: Engine, shelf: Shelf) -> None:
    name = shelf.name("y")
    shelf.make(f"{name}:1", f"{name}:2")
    first = data(await docker.run(Rmi(images=(f"{name}:1",))))
    assert first == {"untagged": [f"{name}:1"], "deleted": []}
    second = data(await docker.run(Rmi(images=(f"{name}:2",))))
    assert second["untagged"] == [f"{name}:2"]
    assert shelf.images() == []
    assert str(second["deleted"]).count("sha256:") == 2


@pytest.mark.parametrize("flags", [(), ("-a",)], ids=" ".join)
async def test_prune_says_and_does_what_the_cli_does(
    cli: Cli, docker: Engine, flags: tuple[str, ...], shelf: Shelf
) -> None:
    """One image has lost its name to another: without `-a` it alone goes."""
    said: list[Said] = []
    for who in "xy":
        name = f"{shelf.name(who)}:1"
        shelf.make(name)
        shelf.make(name)
        label = f"label={shelf.label}"
        if who == "x":
            said.append(blank(cli("image", "prune", "-f", *flags, "--filter", label), who))
        else:
            chosen = (Filter(key="label", value=shelf.label),)
            outcome = await docker.run(ImagePrune(all=bool(flags), filters=chosen))
            assert len(data(outcome)["deleted"]) == (4 if flags else 2)  # type: ignore[arg-type] # a list
            said.append(blank(of(outcome), who))
        assert shelf.tags() == (set() if flags else {name})
        shelf.clean()
    theirs, our = said
    assert sorted(our.out.splitlines()) == sorted(theirs.out.splitlines())
    assert (our.code, our.err) == (theirs.code, theirs.err)


async def test_a_filter_that_prune_does_not_know_is_the_engines_error(
    cli: Cli, docker: Engine
) -> None:
    operation = ImagePrune(filters=(Filter(key="acg-none", value="1"),))
    line = ("image", "prune", "-f", "--filter", "acg-none=1")
    await assert_same(cli, docker, line, operation)


HISTORIES: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-q",), {"quiet": True}),
    (("--no-trunc",), {"no_trunc": True}),
    (("--human=false",), {"human": False}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "{{json .}}"), {"format": "{{json .}}"}),
    (("--format", "table {{.ID}}\t{{.Size}}"), {"format": "table {{.ID}}\t{{.Size}}"}),
    (
        ("--format", "{{.CreatedBy}}|{{.Comment}}|{{.CreatedSince}}"),
        {"format": "{{.CreatedBy}}|{{.Comment}}|{{.CreatedSince}}"},
    ),
    (("-q", "--format", "{{.Size}}"), {"quiet": True, "format": "{{.Size}}"}),
]


@pytest.mark.parametrize(("flags", "fields"), HISTORIES, ids=" ".join)
async def test_history_prints_what_the_cli_prints(
    cli: Cli, docker: Engine, busybox: str, flags: tuple[str, ...], fields: dict[str, object]
) -> None:
    operation = History.model_validate({"image": busybox, **fields})
    await assert_same(cli, docker, ("history", *flags, busybox), operation)


async def test_the_history_of_what_is_not_there_is_the_engines_error(
    cli: Cli, docker: Engine
) -> None:
    await assert_same(cli, docker, ("history", "acg-none"), History(image="acg-none"))


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        (("history", "acg-none"), History(image="acg-none", platform="linux/arm64")),
        (("save", "acg-none"), Save(images=("acg-none",), platforms=("linux/arm64",))),
        (("rmi", "acg-none"), Rmi(images=("acg-none",), platforms=("linux/arm64",))),
    ],
    ids=["history", "save", "rmi"],
)
async def test_a_platform_is_refused_in_the_clis_words_where_the_engine_is_too_old(
    cli: Cli, docker: Engine, line: tuple[str, ...], operation: Operation
) -> None:
    theirs = cli(line[0], "--platform", "linux/arm64", *line[1:])
    our = await ours(docker, operation)
    assert our.code == 1
    if cli.version >= _FOLLOWED:  # an older one does not know --platform here
        assert our == theirs


SEARCHES: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("--no-trunc",), {"no_trunc": True}),
    (("--limit", "2"), {"limit": 2}),
    (("--filter", "stars=7"), {"filters": [Filter(key="stars", value="7")]}),
    (("--filter", "is-official=true"), {"filters": [Filter(key="is-official", value="true")]}),
    (("--filter", "is-automated=false"), {"filters": [Filter(key="is-automated", value="false")]}),
    (("--filter", "acg-none=1"), {"filters": [Filter(key="acg-none", value="1")]}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "{{.Name}}: {{.IsOfficial}}"), {"format": "{{.Name}}: {{.IsOfficial}}"}),
    (
        ("--format", "table {{.Name}}\t{{.StarCount}}"),
        {"format": "table {{.Name}}\t{{.StarCount}}"},
    ),
]


@pytest.mark.parametrize(("flags", "fields"), SEARCHES, ids=" ".join)
async def test_search_prints_what_the_cli_prints(
    cli: Cli,
    docker: Engine,
    registry: FakeRegistry,
    flags: tuple[str, ...],
    fields: dict[str, object],
) -> None:
    term = f"{registry.address}/web"
    operation = Search.model_validate({"term": term, **fields})
    theirs, our = cli("search", *flags, term), await ours(docker, operation)
    if cli.version < _FOLLOWED and "{{.Name}}: {{.IsOfficial}}" not in flags:
        assert our.code == theirs.code  # its table has another column, and other widths
    else:
        assert our == theirs
    searched = [each for each in registry.asked if "/v1/search" in each]
    assert len(set(searched)) <= 1


async def test_a_search_of_an_index_that_is_not_there_is_the_engines_error(
    cli: Cli, docker: Engine
) -> None:
    await assert_same(cli, docker, ("search", "127.0.0.1:1/web"), Search(term="127.0.0.1:1/web"))


async def test_save_gives_the_archive_that_the_cli_writes(
    cli: Cli, docker: Engine, shelf: Shelf, tmp_path: Path
) -> None:
    names = (f"{shelf.name('x')}:1", f"{shelf.name('y')}:1")
    for name in names:
        shelf.make(name)
    written = tmp_path / "theirs.tar"
    assert cli("save", "-o", str(written), *names) == Said(0, "", "")
    outcome = await docker.run(Save(images=names, output="-"))
    assert of(outcome) == Said(0, "", "")
    told = data(outcome)
    archive = base64.b64decode(str(told["content"]))
    assert members(archive) == members(written.read_bytes())
    assert (told["bytes"], told["images"]) == (len(archive), list(names))
    assert told["sha256"] == hashlib.sha256(archive).hexdigest()


def members(archive: bytes) -> dict[str, object]:
    """Return the files of an archive; the engine lists its images in any order."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        files = {each.name: tar.extractfile(each) for each in tar}
        found = {name: file.read() if file else None for name, file in files.items()}
    images = json.loads(found.pop("manifest.json") or b"")
    return {**found, "images": sorted(images, key=json.dumps)}


async def test_saving_what_is_not_there_is_the_engines_error(
    cli: Cli, docker: Engine, shelf: Shelf, tmp_path: Path
) -> None:
    name = shelf.name("none")
    theirs = cli("save", "-o", str(tmp_path / "none.tar"), name)
    our = await ours(docker, Save(images=(name,)))
    assert our == theirs
    assert our.code == 1


@pytest.mark.parametrize("names", [1, 2])
async def test_load_says_and_does_what_the_cli_does(
    cli: Cli, docker: Engine, shelf: Shelf, tmp_path: Path, names: int
) -> None:
    tags = [f"{shelf.name('x')}:{number}" for number in range(names)]
    shelf.make(*tags)
    outcome = await docker.run(Save(images=tuple(tags)))
    archive = base64.b64decode(str(data(outcome)["content"]))
    stored = tmp_path / "x.tar"
    stored.write_bytes(archive)
    shelf.clean()
    theirs = cli("load", "-i", str(stored))
    shelf.clean()
    loaded = await docker.run(Load(input="x.tar"), Errand(upload=archive))
    assert sorted(loaded.stdout.splitlines()) == sorted(theirs.out.splitlines())
    assert (loaded.exit_code, loaded.stderr) == (theirs.code, theirs.err)
    assert shelf.tags() == set(tags)
    assert sorted(json.dumps(data(loaded)["images"])) == sorted(json.dumps(tags))


@pytest.mark.parametrize(
    "archive", [b"", b"no archive" * 100_000, filesystem(b"no image")], ids=["none", "bad", "other"]
)
async def test_what_cannot_be_loaded_is_the_engines_error(
    cli: Cli, docker: Engine, tmp_path: Path, archive: bytes
) -> None:
    stored = tmp_path / "bad.tar"
    stored.write_bytes(archive)
    theirs = cli("load", "-i", str(stored))
    our = of(await docker.run(Load(), Errand(upload=archive)))
    path = re.compile(r"docker-import-\d+")
    assert replace(our, err=path.sub("#", our.err)) == replace(
        theirs, err=path.sub("#", theirs.err)
    )
    assert our.code == 1


@pytest.mark.parametrize(
    ("flags", "fields"),
    [
        ((), {}),
        (
            ("-m", "from a test", "-c", "ENV MODE=prod", "-c", 'CMD ["sh"]'),
            {"message": "from a test", "changes": ("ENV MODE=prod", 'CMD ["sh"]')},
        ),
        (("-c", "NOTHING at all"), {"changes": ("NOTHING at all",)}),
        (("--platform", "Linux/arm64"), {"platform": "Linux/arm64"}),
    ],
    ids=["plain", "changed", "wrong", "platform"],
)
async def test_import_says_and_does_what_the_cli_does(
    cli: Cli,
    docker: Engine,
    shelf: Shelf,
    tmp_path: Path,
    flags: tuple[str, ...],
    fields: dict[str, object],
) -> None:
    archive = filesystem(b"of a test")
    stored = tmp_path / "files.tar"
    stored.write_bytes(archive)
    label = f"LABEL {shelf.label}"
    theirs = cli("import", "-c", label, *flags, str(stored), f"{shelf.name('x')}:1")
    fields = {**fields, "changes": (label, *fields.get("changes", ()))}  # type: ignore[misc] # texts
    told = {"source": "files.tar", "reference": f"{shelf.name('y')}:1", **fields}
    errand = Errand(upload=archive, labels={"acg.caller": 'a "b" $HOME\\'})
    our = of(await docker.run(Import.model_validate(told), errand))
    assert blank(our, "y") == blank(theirs, "x")
    made = {each["RepoTags"][0]: each for each in shelf.images()}
    assert len(made) == (2 if our.code == 0 else 0)
    if made:
        one, other = (shelf.real.json("GET", f"/images/{shelf.name(who)}:1/json") for who in "xy")
        assert other["Config"]["Labels"].pop("acg.caller") == 'a "b" $HOME\\'
        for key in ("Comment", "Os", "Architecture", "RootFS"):
            assert other[key] == one[key]
        for key in ("Cmd", "Env", "Labels"):
            assert other["Config"][key] == one["Config"][key]


async def test_what_became_of_images_can_be_seen_after_a_crash(
    docker: Engine, shelf: Shelf
) -> None:
    name = shelf.name("x")
    shelf.make(f"{name}:1")
    short = str(shelf.images()[0]["Id"])[7:19]
    there = f"Image '{name}:1', id {short}: it is there."
    gone = f"Image '{name}:2': there is no such image."
    assert await docker.evidence(Pull(image=f"{name}:1")) == there
    assert await docker.evidence(Tag(image=f"{name}:1", reference=f"{name}:2")) == f"{gone} {there}"
    assert there in await docker.evidence(Push(image=f"{name}:1"))
    assert await docker.evidence(Rmi(images=(f"{name}:1", f"{name}:2"))) == (
        f"{there} It is still there. Image '{name}:2' is gone: there is no such image."
    )


async def test_an_import_is_known_by_the_label_of_its_command(docker: Engine, shelf: Shelf) -> None:
    errand = Errand(upload=filesystem(b"of a test"), labels={COMMAND: shelf.suffix})
    operation = Import(source="-", changes=(f"LABEL {shelf.label}",))
    before = await docker.evidence(operation, errand)
    assert before == f"No image bears the label {COMMAND}={shelf.suffix}."
    made = str(data(await docker.run(operation, errand))["id"])
    after = await docker.evidence(operation, errand)
    assert after.startswith(f"It was imported: the image {made[7:19]} bears")
