"""Make a small image without a registry: busybox, from the program that this machine has."""

import io
import os
import platform
import secrets
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.engine.api import Engine, EngineError

REPOSITORY = "acg-busybox"
REGISTRY_IMAGE = ("busybox", "1.37")
IMPORT_SECONDS = 60
PULL_SECONDS = 180
DYNAMIC_LOADER = 3  # PT_INTERP, elf(5)
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
ACCOUNTS = b"root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"


class ImageError(Exception):
    """No image could be made; the text says what to do."""


@contextmanager
def busybox_image(engine: Engine, tag: str | None = None) -> Iterator[str]:
    """Give the name of an image with busybox and a link for each of its applets.

    `tag` names it, for whoever wants to find it again; else it is a random one.

    What this makes or pulls is removed afterwards; what was there before stays. Raises
    ImageError.
    """
    if (program := _static_busybox(engine)) is not None:
        tag = tag or secrets.token_hex(4)
        name = f"{REPOSITORY}:{tag}"
        query = {"fromSrc": "-", "repo": REPOSITORY, "tag": tag, "changes": 'CMD ["sh"]'}
        engine.post_and_follow(
            "/images/create", query, _root_filesystem(program), seconds=IMPORT_SECONDS
        )
    else:
        repository, version = REGISTRY_IMAGE
        name = f"{repository}:{version}"
        if _has(engine, name):
            yield name
            return
        try:
            engine.post_and_follow(
                "/images/create", {"fromImage": repository, "tag": version}, seconds=PULL_SECONDS
            )
        except EngineError as error:
            raise ImageError(
                f"{name} cannot be pulled ({error}), and there is no static busybox here to make "
                "an image of. On Debian or Ubuntu: apt-get install busybox-static"
            ) from error
    try:
        yield name
    finally:
        engine.call("DELETE", f"/images/{name}", query={"force": "true"})


def remove_image(engine: Engine, tag: str) -> None:
    """Remove an image that was made here under that tag, if there is one."""
    if _has(engine, name := f"{REPOSITORY}:{tag}"):
        engine.call("DELETE", f"/images/{name}", query={"force": "true"})


def _has(engine: Engine, name: str) -> bool:
    tags = (tag for image in engine.json("GET", "/images/json") for tag in image["RepoTags"] or ())
    return any(tag in {name, f"docker.io/library/{name}"} for tag in tags)


def _static_busybox(engine: Engine) -> Path | None:
    """Return this machine's busybox if the engine's containers can run it."""
    found = shutil.which("busybox", path=f"{os.defpath}:/usr/local/bin")
    if found is None or platform.system() != "Linux" or not is_static(Path(found).read_bytes()):
        return None
    version = engine.json("GET", "/version")
    machine = platform.machine()
    fits = version["Os"] == "linux" and version["Arch"] == ARCHITECTURES.get(machine, machine)
    return Path(found) if fits else None


def is_static(program: bytes) -> bool:
    """Tell whether an ELF program needs no loader; what is no 64-bit ELF does not count."""
    if program[:5] != b"\x7fELF\x02":
        return False
    order = "<" if program[5] == 1 else ">"
    (offset,) = struct.unpack_from(order + "Q", program, 32)
    size, count = struct.unpack_from(order + "HH", program, 54)
    kinds = (struct.unpack_from(order + "I", program, offset + size * i)[0] for i in range(count))
    return DYNAMIC_LOADER not in kinds


def _root_filesystem(busybox: Path) -> bytes:
    applets = subprocess.run(
        (str(busybox), "--list"), check=True, capture_output=True, text=True, timeout=10
    ).stdout.split()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        _add(tar, "bin/busybox", busybox.read_bytes(), mode=0o755)
        for applet in applets:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            if applet != "busybox":
                tar.addfile(link)
        _add(tar, "etc/passwd", ACCOUNTS, mode=0o644)
        folder = tarfile.TarInfo("tmp")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(folder)
    return archive.getvalue()


def _add(tar: tarfile.TarFile, name: str, content: bytes, *, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))
