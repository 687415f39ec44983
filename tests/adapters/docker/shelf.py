"""Images of a test's own, on a real engine: labelled, with random names, removed by label."""

import io
import json
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.engine import api

_SECONDS = 30.0


class Shelf:
    """Makes images that bear this test's label, and removes exactly those."""

    def __init__(self, real: api.Engine) -> None:
        self.real = real
        self.suffix = secrets.token_hex(4)
        self.label = f"acg.test={self.suffix}"

    def name(self, word: str) -> str:
        """Return a name that nobody else has."""
        return f"acg-{word}-{self.suffix}"

    def make(self, *names: str, size: int = 3000) -> None:
        """Make one image of a layer that no other has, under all of these names."""
        query = {
            "fromSrc": "-",
            "repo": names[0],
            "changes": f"LABEL {self.label}",
            "message": "made for a test",
        }
        body = filesystem(secrets.token_bytes(size))
        self.real.post_and_follow("/images/create", query, body, seconds=_SECONDS)
        for name in names[1:]:
            self.tag(names[0], name)

    def tag(self, image: str, name: str) -> None:
        """Give an image another name."""
        repository, _, tag = name.rpartition(":")
        self.real.call("POST", f"/images/{image}/tag", query={"repo": repository, "tag": tag})

    def remove(self, name: str) -> None:
        """Take a name away, and the image with its last one."""
        self.real.call("DELETE", f"/images/{name}", query={"force": "1"})

    def images(self) -> list[Any]:
        """Return the images that bear the label."""
        query = {"all": "1", "filters": json.dumps({"label": {self.label: True}})}
        found: list[Any] = self.real.json("GET", "/images/json", query=query)
        return found

    def tags(self) -> set[str]:
        """Return the names of those images."""
        return {tag for each in self.images() for tag in each["RepoTags"] or ()}

    def clean(self) -> None:
        """Remove what bears the label, and nothing else."""
        for each in self.images():
            self.remove(each["Id"])


def filesystem(content: bytes) -> bytes:
    """Return the archive of a file system with one file."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo("content")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


@contextmanager
def opened_shelf(engine: api.Engine) -> Iterator[Shelf]:
    """Give a shelf, and remove at the end what was made for it."""
    made = Shelf(engine)
    try:
        yield made
    finally:
        made.clean()
