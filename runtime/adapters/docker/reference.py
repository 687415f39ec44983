"""References to images as docker's client normalises them (distribution/reference)."""

from dataclasses import dataclass, replace

from contracts.docker.grammar.references import split_image

HUB = "docker.io"
_HUB_OF_OLD = "index.docker.io"
_LIBRARY = "library/"
_LATEST = "latest"


@dataclass(frozen=True)
class Reference:
    """An image of a registry: `registry.example/team/web:1`; tag and digest may be empty."""

    domain: str
    path: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The whole name without tag and digest: `docker.io/library/busybox`."""
        return f"{self.domain}/{self.path}"

    @property
    def familiar(self) -> str:
        """The reference without what docker leaves out: `busybox:1`."""
        path = self.path
        if self.domain == HUB:
            rest = path.removeprefix(_LIBRARY)
            path = path if "/" in rest else rest
        else:
            path = self.name
        return f"{path}{self._rest}"

    @property
    def names_only(self) -> bool:
        """Whether it has neither tag nor digest."""
        return not self._rest

    @property
    def _rest(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{tag}@{self.digest}" if self.digest else tag

    def __str__(self) -> str:
        """Return the whole reference, as docker prints it after a pull."""
        return f"{self.name}{self._rest}"

    def tagged(self) -> "Reference":
        """Return it with docker's default tag, where it has neither tag nor digest."""
        return replace(self, tag=_LATEST) if self.names_only else self


def read(text: str) -> Reference:
    """Read a reference. Raises ValueError where docker would call its format invalid."""
    repository, tag, digest = split_image(text)
    first, slash, rest = repository.partition("/")
    if slash and (set(".:") & set(first) or first == "localhost" or first != first.lower()):
        domain, path = first, rest
    else:
        domain, path = HUB, repository
    if domain == _HUB_OF_OLD:
        domain = HUB
    if domain == HUB and "/" not in path:
        path = f"{_LIBRARY}{path}"
    return Reference(domain, path, tag, digest)
