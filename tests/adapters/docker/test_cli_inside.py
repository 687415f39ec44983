"""What reaches into containers: exec and cp do and say what docker's own CLI does and says."""

import base64
import io
import shlex
import tarfile
from pathlib import Path
from typing import Any

import pytest

from contracts.docker.errand import Errand
from contracts.docker.parse import parse_argv
from runtime.adapters.docker import Engine
from tests.adapters.conftest import Lab
from tests.adapters.docker import likeness
from tests.adapters.docker.cli import Cli, Said, at_once, ours

pytestmark = pytest.mark.docker

EXEC = [
    "exec {web} sh -c 'echo out; echo err >&2; exit 5'",
    "exec -e A=1 -e A=2 -e B= -w /tmp -u nobody {web} sh -c 'echo $A; pwd; id -un'",
    "exec -i {web} wc -c",
    "exec -t {web} sh -c 'echo on a terminal; exit 2'",
    "exec {web} acg-no-such-program",
    "exec -d {web} sleep 60",
    "exec -d {web} acg-no-such-program",
    "exec -w /nowhere {web} true",
    "exec --privileged -u 7:8 {web} id",
    "exec {web} seq 1 5000",
    "exec {done} true",
    "exec nobody-there true",
]
OUT = [
    "{web}:/etc/passwd",
    "{web}:/made",
    "{web}:/made/",
    "{web}:/made/.",
    "{web}:/made/link",
    "-L {web}:/made/link",
    "-L {web}:/made/to-folder",
    "{web}:/made/nothing",
    "{done}:/etc/passwd",
    "nobody-there:/etc/passwd",
]
INTO = [
    "/made",
    "/made/",
    "/made/new",
    "/made/file",
    "/made/link",
    "/made/to-folder",
    "/made/nowhere/new",
    "/made/nowhere/",
    "/made/file/",
    "/dev/null",
]


async def test_exec_says_what_the_cli_says(cli: Cli, docker: Engine, lab: Lab) -> None:
    names = {"web": lab.make("web"), "done": lab.finished("done", "true")}
    for line in EXEC:
        words = shlex.split(line.format(**names))
        theirs, our = await at_once(cli, tuple(words), docker, parse_argv(["docker", *words]))
        assert likeness.words(our, cli) == likeness.words(theirs, cli)


async def test_an_attached_start_says_what_the_cli_says(cli: Cli, docker: Engine, lab: Lab) -> None:
    """Each container can be started again and again, and does the same each time."""
    job = lab.make("job", "sh", "-c", "echo out; echo err >&2; exit 5", start=False)
    terminal = lab.make("terminal", "echo", "on a terminal", start=False, Tty=True)
    reader = lab.make("reader", "wc", "-c", start=False, OpenStdin=True, StdinOnce=True)
    nothing = lab.make("nothing", "acg-no-such-program", start=False)
    lines = [
        ["start", "--attach", job],
        ["start", "-a", "-i", job],
        ["start", "-a", terminal],
        ["start", "-i", reader],
        ["start", "-a", nothing],
        ["start", "-a", "nobody-there"],
    ]
    for words in lines:
        theirs = likeness.words(cli(*words), cli)
        assert likeness.words(await ours(docker, parse_argv(["docker", *words])), cli) == theirs


async def test_cp_gives_what_the_cli_writes(
    cli: Cli, docker: Engine, lab: Lab, tmp_path: Path
) -> None:
    """The CLI writes into a folder; we give a file, or an archive, as data."""
    names = {"web": made(lab, "web"), "done": lab.finished("done", "true")}
    theirs, our = {}, {}
    for number, line in enumerate(OUT):
        words = shlex.split(line.format(**names))
        target = tmp_path / str(number)
        target.mkdir()
        said = cli("cp", *words, f"{target}/")
        theirs[line] = (likeness.words(said, cli), contents(target))
        outcome = await docker.run(parse_argv(["docker", "cp", *words, "./"]))
        our[line] = (
            likeness.words(Said(outcome.exit_code, outcome.stdout, outcome.stderr), cli),
            unpacked(outcome.data, tmp_path / f"ours-{number}"),
        )
    assert our == theirs


@pytest.mark.parametrize("archive", [False, True], ids=["file", "archive"])
async def test_cp_puts_a_file_where_the_cli_puts_it(
    cli: Cli, docker: Engine, lab: Lab, tmp_path: Path, *, archive: bool
) -> None:
    """The CLI reads a file, and as an archive what stands in a folder; we take an upload."""
    (tmp_path / "sent").mkdir()
    source = tmp_path / "sent" / "sent.txt"
    source.write_bytes(b"sent\n")
    x, y = made(lab, "x"), made(lab, "y")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        packed.add(source, "sent.txt")
    upload = buffer.getvalue() if archive else source.read_bytes()
    targets = ["/made", "/made/to-folder"] if archive else INTO
    theirs, our = {}, {}
    for target in targets:
        said = cli("cp", str(source), f"{x}:{target}")
        theirs[target] = likeness.words(said, cli, x)
        line = ["docker", "cp", "-" if archive else "sent.txt", f"{y}:{target}"]
        outcome = await docker.run(parse_argv(line), Errand(upload=upload))
        said = Said(outcome.exit_code, outcome.stdout, outcome.stderr)
        our[target] = likeness.words(said, cli, y)
    assert our == theirs
    assert files(lab, y) == files(lab, x)
    assert ("made/folder/sent.txt", b"sent\n") in files(lab, y).items()


def made(lab: Lab, word: str) -> str:
    """Make a container with a few files."""
    name = lab.make(word, start=False)
    with_files = io.BytesIO()
    with tarfile.open(fileobj=with_files, mode="w") as packed:
        for folder in ("made", "made/folder"):
            packed.addfile(entry(folder, tarfile.DIRTYPE, 0o755))
        packed.addfile(entry("made/file", tarfile.REGTYPE, 0o640, 4), io.BytesIO(b"old\n"))
        for link, target in (("link", "file"), ("to-folder", "folder")):
            found = entry(f"made/{link}", tarfile.SYMTYPE, 0o777)
            found.linkname = target
            packed.addfile(found)
    lab.real.call("PUT", f"/containers/{name}/archive", with_files.getvalue(), {"path": "/"})
    return name


def entry(name: str, kind: bytes, mode: int, size: int = 0) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.mode, found.size = kind, mode, size
    return found


def files(lab: Lab, container: str) -> dict[str, Any]:
    """Return what stands in a container's folder, by path."""
    answer = lab.real.call("GET", f"/containers/{container}/archive", query={"path": "/made"})
    with tarfile.open(fileobj=io.BytesIO(answer)) as packed:
        return {
            each.name: file.read() if (file := packed.extractfile(each)) else each.linkname
            for each in packed
            if not each.issym()
        }


def contents(folder: Path) -> dict[str, Any]:
    """Return what stands in a folder of ours, by path."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else path.is_dir() or (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in folder.rglob("*")
    }


def unpacked(data: Any, folder: Path) -> dict[str, Any]:
    """Write what was given as data as docker's CLI would, and return what stands there then."""
    folder.mkdir()
    if data is None:
        return {}
    content = base64.b64decode(data["content"], validate=True)
    assert data["bytes"] == len(content)
    if data["format"] == "file":
        path = folder / data["name"]
        path.write_bytes(content)
        path.chmod(int(data["mode"], 8))
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            packed.extractall(folder, filter="tar")
    return contents(folder)
