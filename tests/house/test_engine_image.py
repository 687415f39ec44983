import struct
from pathlib import Path

import pytest

from scripts.engine.api import Engine
from scripts.engine.image import busybox_image, is_static


def elf(*segments: int, order: str = "<") -> bytes:
    """Build a 64-bit program with segments of these kinds. The layout is that of elf (5)."""
    size = 56
    identity = b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + bytes(10)
    header = struct.pack(
        f"{order}HHIQQQIHHHHHH", 2, 0, 1, 0, 64, 0, 0, 64, size, len(segments), 0, 0, 0
    )
    table = (struct.pack(f"{order}I", kind).ljust(size, b"\0") for kind in segments)
    return identity + header + b"".join(table)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (elf(1, 1, 4), True),
        (elf(6, 3, 1), False),
        (elf(1, 4, order=">"), True),
        (elf(1, 3, order=">"), False),
        (b"\x7fELF\x01" + bytes(80), False),
        (b"#!/bin/sh\n", False),
        (b"", False),
    ],
)
def test_only_a_program_without_a_loader_is_static(program: bytes, *, expected: bool) -> None:
    assert is_static(program) is expected


@pytest.mark.docker
def test_the_image_runs_and_goes_again(engine: Engine) -> None:
    with busybox_image(engine) as name:
        command = ["sh", "-c", "echo $((6 * 7)) | cat"]
        created = engine.json(
            "POST", "/containers/create", {"Image": name, "Cmd": command, "Tty": True}
        )
        path = f"/containers/{created['Id']}"
        try:
            engine.call("POST", f"{path}/start")
            assert engine.json("POST", f"{path}/wait")["StatusCode"] == 0
            assert engine.call("GET", f"{path}/logs", query={"stdout": "1"}).split() == [b"42"]
        finally:
            engine.call("DELETE", path, query={"force": "1"})
    tags = [tag for image in engine.json("GET", "/images/json") for tag in image["RepoTags"] or ()]
    assert not Path(name).name.startswith("acg-") or name not in tags
