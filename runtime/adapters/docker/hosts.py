"""`hosts.toml`: which engines there are, how each is reached, and what each is for.

    [[host]]
    name = "alpha"
    url = "ssh://deploy@alpha.example:22"
    labels = { env = "prod" }

docs/hosts.md tells every key. What is not known here is refused, with the file, the table and the
key in the sentence: a host that was left out by a slip of the pen would be missed much later.
"""

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from contracts.model import Strict
from runtime.adapters.docker.address import Address, parsed
from runtime.errors import RuntimeFault

FILE = "hosts.toml"
LOCAL = "local"
CONCURRENCY = 64
"""As many commands as `execute` has in hand at once: by default none waits for its turn."""
_FOLDER = "folder"
_MOST_HOSTS = 1000


class HostsError(RuntimeFault):
    """The file cannot be used; the message names the file, the table, and the key."""


def _path(value: object, info: ValidationInfo) -> object:
    """Take a path from the file: `~` is the home, what is relative stands beside the file."""
    if not isinstance(value, str) or not value:
        raise ValueError("must be a path")
    folder = (info.context or {}).get(_FOLDER, Path())
    return folder / Path(value).expanduser()


def _engine(url: str) -> str:
    parsed(url)
    return url


FilePath = Annotated[Path, BeforeValidator(_path)]
# A host's name is one token of a NATS subject.
Name = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"),
]
LabelKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Label = Annotated[str, StringConstraints(max_length=256)]


class Tls(Strict):
    """How an engine over TCP is known, and how we prove to it who we are (PEM files).

    - `ca`: who vouches for the engine's certificate.
    - `cert`, `key`: ours.
    - `server_name`: the name in its certificate, where that is not the host of the url.
    """

    ca: FilePath
    cert: FilePath
    key: FilePath
    server_name: str | None = None


class Ssh(Strict):
    """How a host over SSH is known, and how we prove to it who we are.

    - `known_hosts`: the only list of host keys; without it the user's and the machine's.
    - `identity`: the only key that is offered; without it those of the agent and of the user.
    - `keepalive_seconds`: how often a silent host is asked for a sign of life.
    - `keepalive_count`: after how many of them without an answer the link is given up.
    """

    known_hosts: FilePath | None = None
    identity: FilePath | None = None
    keepalive_seconds: Annotated[float, Field(ge=0.05, le=300, strict=False)] = 5.0
    keepalive_count: Annotated[int, Field(ge=1, le=20)] = 3


class Entry(Strict):
    """One host.

    - `url`: without one the engine is found as docker finds it.
    - `concurrency`: how many commands run there at once; more wait for their turn.
    - `insecure`: plain TCP to another machine: whoever is on the way is root there.
    """

    name: Name
    url: Annotated[str, AfterValidator(_engine)] | None = None
    labels: dict[LabelKey, Label] = Field(default_factory=dict)
    concurrency: Annotated[int, Field(ge=1, le=1000)] = CONCURRENCY
    insecure: bool = False
    tls: Tls | None = None
    ssh: Ssh | None = None

    @property
    def address(self) -> Address | None:
        """The url, taken apart."""
        return parsed(self.url) if self.url else None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        scheme = self.address.scheme if self.address else ""
        for name, of in (("tls", "tcp"), ("ssh", "ssh")):
            if getattr(self, name) and scheme != of:
                raise ValueError(f"`{name}` belongs to a url that begins with {of}://")
        if self.insecure and (scheme != "tcp" or self.tls):
            raise ValueError("`insecure` belongs to a url that begins with tcp://, without `tls`")
        plain = self.address and scheme == "tcp" and not self.tls
        if plain and not self.insecure and self.address and not self.address.loopback:
            raise ValueError(
                "plain tcp:// to another machine gives root there to whoever is on the way: add"
                " `tls` (ca, cert, key), use ssh://, or write `insecure = true`"
            )
        return self


class _File(Strict):
    host: Annotated[tuple[Entry, ...], Field(max_length=_MOST_HOSTS, strict=False)] = ()


def read(path: Path) -> tuple[Entry, ...]:
    """Return the hosts of a file, in its order. Raises HostsError."""
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            raise HostsError(f"{path}: everybody may write it, and so say where commands go: chmod")
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise HostsError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise HostsError(f"{path} is no TOML: {error}.") from error
    try:
        entries = _File.model_validate(document, context={_FOLDER: path.parent}).host
    except ValidationError as error:
        told = "; ".join(_told(error, document))
        raise HostsError(f"{path}: {told}.") from error
    if not entries:
        raise HostsError(f"{path}: there is no host in it: write at least one [[host]].")
    for said in (*_twice(entries), *_private(entries)):
        raise HostsError(f"{path}: {said}.")
    return entries


def _twice(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Say what two hosts may not share: an engine under two names would be two of everything."""
    for key in ("name", "url"):
        seen: dict[object, str] = {}
        for each in entries:
            value = getattr(each, key)
            if value in seen:
                what = f"{key} {value!r}" if value else f"no {key} (the engine that docker finds)"
                yield f"[[host]] {seen[value]!r} and [[host]] {each.name!r} both have {what}"
            seen[value] = each.name


def _private(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Say which files are missing, and which keys everybody may read."""
    for each in entries:
        where = f"[[host]] {each.name!r}"
        for table in ("tls", "ssh"):
            for key, path in getattr(each, table) or ():
                if isinstance(path, Path):
                    yield from _unfit(path, f"{where}: {table}.{key}", key in {"key", "identity"})


def _unfit(path: Path, where: str, private: bool) -> Iterator[str]:  # noqa: FBT001 - internal
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield f"{where}: {path}: {error.strerror}"
        return
    if private and mode & stat.S_IRWXO:
        yield f"{where}: everybody may read {path}: chmod o= it"


def _told(error: ValidationError, document: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each error: the table, by its name; the key; what is wrong."""
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        first, *rest = each["loc"] or ("",)
        where, key = str(first), ""
        if first == "host" and rest and isinstance(rest[0], int):
            where, key = _table(document, rest[0]), ".".join(map(str, rest[1:]))
        said = each["msg"].removeprefix("Value error, ")
        if each["type"] == "missing":
            said = "is missing"
        elif each["type"] == "tuple_type":
            said = "write each host as a table of its own, [[host]]"
        elif each["type"] == "extra_forbidden":
            said = "is not known here"
        elif key == "name" and each["type"] == "string_pattern_mismatch":
            said = "must be 1 to 63 letters, digits, _ or -, a letter or digit first"
        yield f"{where}: {key}: {said}" if key else f"{where}: {said}"


def _table(document: dict[str, Any], number: int) -> str:
    """Name a table as a person finds it: by its name, else by its place."""
    table = document["host"][number]
    name = table.get("name") if isinstance(table, dict) else None
    return f"[[host]] {name!r}" if isinstance(name, str) else f"[[host]] number {number + 1}"
