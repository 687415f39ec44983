"""Bearer tokens: who may come through a door, and as which caller.

A token is 256 random bits, shown once. Kept is its SHA-256 alone: a slow hash protects what people
can remember, since that can be guessed; 2^256 values cannot, whatever a guess costs, and a slow
hash would only let strangers keep the door busy.
"""

import base64
import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError

from contracts.model import Strict
from contracts.requests import CALLER
from runtime.errors import RuntimeFault
from runtime.settings import DOOR, GATEWAY, AcgSettings

Use = Literal["commands", "metrics"]

# A scanner of repositories finds what begins in a way of its own.
_PREFIX = "acg"
_ID_BYTES = 5
_SECRET_BYTES = 32
_LARGEST = 4 << 20
_NOBODY = hashlib.sha256(b"").hexdigest()


class TokensError(RuntimeFault):
    """The file of tokens cannot be used; the message says why and what to do."""


class Token(Strict):
    """One token, as it is kept.

    - `id`: names it in lists and logs; part of the token, and no secret.
    - `caller`: as whom it asks.
    - `sha256`: the digest of the whole token, in hexadecimal.
    - `created`, `expires`: from when until when it is good; null: until it is removed.
    - `use`: `commands`, or `metrics`, which reads `/metrics` and nothing else.
    - `note`: what it is for, in the words of whoever made it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z2-7]{8}$")]
    caller: Annotated[str, Field(pattern=rf"^{CALLER.pattern}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    created: AwareDatetime
    expires: AwareDatetime | None = None
    use: Use = "commands"
    note: Annotated[str, Field(max_length=256)] = ""

    def good(self, now: datetime) -> bool:
        """Say whether it has not expired."""
        return self.expires is None or now < self.expires


class _File(Strict):
    version: Literal[1] = 1
    tokens: tuple[Token, ...] = ()


def tokens_file(home: Path | None = None) -> Path:
    """Return where tokens are kept: the file of HTTP_TOKENS, else in the home's keys."""
    named = os.environ.get("HTTP_TOKENS")
    return Path(named) if named else (home or AcgSettings().home) / "keys" / "tokens.json"


def read(path: Path) -> tuple[Token, ...]:
    """Return the tokens that a file keeps; none where there is no file. Raises TokensError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            body = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise TokensError(f"{path} cannot be read: {error.strerror}") from error
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise TokensError(f"others may write to {path}, and so let themselves in: chmod 600 {path}")
    if len(body) > _LARGEST:
        raise TokensError(f"{path} has more than {_LARGEST} bytes")
    try:
        return _File.model_validate_json(body).tokens
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise TokensError(
            f"{path} is no file of `acg token`: {where or 'it'}: {first['msg']}"
        ) from error


def add(
    path: Path,
    caller: str,
    *,
    expires: datetime | None = None,
    use: Use = "commands",
    note: str = "",
) -> tuple[Token, str]:
    """Keep a new token; return it and the text to hand out, which nobody can show again.

    Raises TokensError.
    """
    if caller in {GATEWAY, DOOR} or not CALLER.fullmatch(caller):
        raise TokensError(
            f"{caller!r} is no caller's name: it has 1 to 64 of A-Z a-z 0-9 _ -, and is not the "
            "gateway's own (gateway, http)"
        )
    name = base64.b32encode(os.urandom(_ID_BYTES)).decode().lower()
    text = f"{_PREFIX}_{name}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    try:
        token = Token(
            id=name,
            caller=caller,
            sha256=_digest(text),
            created=datetime.now(UTC).replace(microsecond=0),
            expires=expires,
            use=use,
            note=note,
        )
    except ValidationError as error:
        raise TokensError(f"the token cannot be kept: {error.errors()[0]['msg']}") from error
    with _alone(path):
        _write(path, (*read(path), token))
    return token, text


def remove(path: Path, name: str) -> Token:
    """Forget the token of this id; who holds it is let in no more. Raises TokensError."""
    with _alone(path):
        kept = read(path)
        found = next((each for each in kept if each.id == name), None)
        if found is None:
            raise TokensError(f"there is no token {name!r}: `acg token list` shows those there are")
        _write(path, tuple(each for each in kept if each is not found))
    return found


class Tokens:
    """The tokens of a file, read again when it changes.

    A file that cannot be used lets nobody in: `problem` says why.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._kept: dict[str, Token] = {}
        self.problem = ""
        self.refresh()

    @property
    def callers(self) -> tuple[str, ...]:
        """As whom somebody may ask, in the order of the alphabet."""
        asking = {each.caller for each in self._kept.values() if each.use == "commands"}
        return tuple(sorted(asking))

    def refresh(self) -> None:
        """Look whether the file changed, and read it where it did."""
        seen = self._state()
        if seen == self._seen:
            return
        try:
            self._kept = {each.id: each for each in read(self._path)}
            self.problem = ""
        except TokensError as error:
            self._kept = {}
            self.problem = str(error)
        self._seen = seen

    def find(self, text: str, now: datetime | None = None) -> Token | None:
        """Return the token that a text is, if it is one and has not expired.

        What is compared in constant time is the digest: the id is no secret.
        """
        prefix, _, rest = text.partition("_")
        kept = self._kept.get(rest.partition("_")[0])
        same = hmac.compare_digest(_digest(text), kept.sha256 if kept else _NOBODY)
        if kept is None or not same or prefix != _PREFIX:
            return None
        return kept if kept.good(now or datetime.now(UTC)) else None

    def good(self, token: Token) -> bool:
        """Say whether a token that was found is one still."""
        return self._kept.get(token.id) == token and token.good(datetime.now(UTC))

    def _state(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_ino, found.st_size ^ found.st_mode << 32


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes from changing the file meanwhile. Raises TokensError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock").open("a")
    except OSError as error:
        raise TokensError(f"{path.parent} cannot be written to: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, tokens: tuple[Token, ...]) -> None:
    """Put the file in place whole: who reads meanwhile reads the old one. Raises TokensError."""
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")  # 0600 from the start
    except OSError as error:
        raise TokensError(f"{path.parent} cannot be written to: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(_File(tokens=tokens).model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise TokensError(f"{path} cannot be written: {error.strerror}") from error
