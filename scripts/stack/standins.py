"""Images that stand in for those of a registry: made of what Debian and PyPI give this machine.

The Dockerfile and compose.yaml are the real ones; only what they are built on, and nats, Prometheus
and Alertmanager, come from here. What takes long is kept below `state` for the next time.
"""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".acg" / "stack"
SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
PYTHON = (3, 11)
"""The version that SUITE has, and that the locks were made for."""
LOCKS = ("bootstrap.txt", "run.txt")
SECONDS = 600
# What no container reads: package lists and archives, manuals, words in other languages.
LEFT_OUT = (
    *("dev", "proc", "sys", "var/cache", "var/lib/apt/lists", "var/log"),
    *("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man"),
)


class StandInError(Exception):
    """A stand-in cannot be made here; the text says why."""


@dataclass(frozen=True)
class StandIns:
    """The names of images that were made on an engine; all of them begin with `prefix`."""

    prefix: str

    @property
    def python(self) -> str:
        """Debian with Python: for `python:3.11-slim-bookworm`."""
        return f"{self.prefix}-python"

    @property
    def build(self) -> str:
        """The same with every locked package: no container needs to reach a package index."""
        return f"{self.prefix}-build"

    @property
    def gateway(self) -> str:
        """What our Dockerfile makes of them."""
        return f"{self.prefix}-gateway"

    @property
    def nats(self) -> str:
        """The wheel's nats-server with busybox: for `nats:…-alpine`."""
        return f"{self.prefix}-nats"

    @property
    def prometheus(self) -> str:
        """Debian's Prometheus: for `prom/prometheus`."""
        return f"{self.prefix}-prometheus"

    @property
    def alertmanager(self) -> str:
        """Debian's Alertmanager: for `prom/alertmanager`."""
        return f"{self.prefix}-alertmanager"

    @property
    def label(self) -> str:
        """What every one of them bears, and what is built on them."""
        return f"acg.stack={self.prefix}"


def make(names: StandIns, state: Path = STATE) -> None:
    """Make all of them. Raises StandInError; what was made until then stays for `remove`."""
    if sys.version_info[:2] != PYTHON:
        raise StandInError(f"The stand-ins need Python {'.'.join(map(str, PYTHON))} here.")
    state.mkdir(parents=True, exist_ok=True)
    _import(_debian(state), names.python, f"LABEL {names.label}")
    _folder_on(names.build, names.python, {"wheels": _wheels(state)})
    build(names)
    _nats(names)
    _daemon(names.prometheus, names.python, "prometheus", "/prometheus")
    _daemon(names.alertmanager, names.python, "prometheus-alertmanager", "/alertmanager")


def build(names: StandIns, image: str = "", *options: str) -> None:
    """Build our Dockerfile on them, as `image` or under its usual name."""
    given = {
        "PYTHON_IMAGE": names.python,
        "BUILD_IMAGE": names.build,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "/opt/wheels",
    }
    arguments = [part for each in given.items() for part in ("--build-arg", "=".join(each))]
    docker("build", "--quiet", "--tag", image or names.gateway, *arguments, *options, str(ROOT))


def remove(names: StandIns) -> None:
    """Remove those that there are, and what was built on them."""
    docker("image", "prune", "--all", "--force", "--filter", f"label={names.label}")


def docker(*arguments: str, given: bytes | None = None) -> str:
    """Run docker's CLI; return what it printed. Raises StandInError."""
    done = subprocess.run(
        ("docker", *arguments), input=given, capture_output=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        said = (done.stdout[-2000:] + done.stderr[-2000:]).decode(errors="replace").strip()
        raise StandInError(f"docker {arguments[0]} failed: {said}")
    return done.stdout.decode(errors="replace").strip()


def _debian(state: Path) -> Path:
    """Return a tar of a small Debian with Python, pip and venv."""
    archive = state / f"{SUITE}.tar"
    if archive.exists():
        return archive
    with tempfile.TemporaryDirectory(dir=state) as folder:
        tree, part = Path(folder) / "tree", Path(folder) / "part.tar"
        wanted = "--include=python3,python3-pip,python3-venv"
        _run("debootstrap", "--variant=minbase", wanted, SUITE, str(tree), MIRROR)
        without = [f"--exclude=./{each}/*" for each in LEFT_OUT]
        _run("tar", "-C", str(tree), *without, "-cf", str(part), ".")
        part.rename(archive)
    return archive


def _wheels(state: Path) -> Path:
    """Return a folder with every package that the image is built of, as locked."""
    locks = [ROOT / "requirements" / each for each in LOCKS]
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in locks)).hexdigest()[:16]
    folder = state / f"wheels-{digest}"
    if folder.exists():
        return folder
    for older in state.glob("wheels-*"):
        shutil.rmtree(older)
    with tempfile.TemporaryDirectory(dir=state) as part:
        wanted = [each for lock in locks for each in ("-r", str(lock))]
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
        _run(*pip, "--dest", part, *wanted)
        shutil.copytree(part, folder)
    return folder


def _nats(names: StandIns) -> None:
    server = Path(sysconfig.get_path("scripts")) / "nats-server"
    busybox = shutil.which("busybox")
    if busybox is None:
        raise StandInError("There is no busybox here.")
    with tempfile.TemporaryDirectory() as made:
        tree = Path(made)
        for folder in ("bin", "etc", "tmp"):
            (tree / folder).mkdir()
        shutil.copy(server, tree / "bin/nats-server")
        shutil.copy(busybox, tree / "bin/busybox")
        for applet in ("sh", "wget", "kill"):
            (tree / "bin" / applet).symlink_to("busybox")
        archive = tree / "nats.tar"
        with tarfile.open(archive, "w") as tar:
            for folder in ("bin", "etc", "tmp"):
                tar.add(tree / folder, folder)
            label = f"LABEL {names.label}"
            _import(archive, names.nats, label, "ENV PATH=/bin", 'ENTRYPOINT ["nats-server"]')


def _daemon(name: str, base: str, program: str, store: str) -> None:
    """Make an image of a program of Debian's that keeps what it stores in a folder."""
    found = shutil.which(program)
    if found is None:
        raise StandInError(f"There is no {program} here.")
    _folder_on(
        name,
        base,
        {program: Path(found)},
        f'RUN ["install", "-d", "-o", "65534", "-g", "65534", "{store}"]',
        "USER 65534",
        f'ENTRYPOINT ["/opt/{program}"]',
    )


def _folder_on(name: str, base: str, files: Mapping[str, Path], *more: str) -> None:
    """Make an image of another one and files or folders below /opt."""
    with tempfile.TemporaryDirectory() as made:
        context = Path(made)
        lines = [f"FROM {base}"]
        for target, source in files.items():
            (shutil.copytree if source.is_dir() else shutil.copy)(source, context / target)
            lines.append(f"COPY {target} /opt/{target}")
        (context / "Dockerfile").write_text("\n".join([*lines, *more]) + "\n")
        docker("build", "--quiet", "--tag", name, made)


def _import(archive: Path, name: str, *changes: str) -> None:
    options = [each for change in changes for each in ("--change", change)]
    docker("import", *options, str(archive), name)


def _run(*command: str) -> None:
    done = _finished(command)
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-12:])
        raise StandInError(f"{command[0]} failed:\n{said}")


def _finished(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
