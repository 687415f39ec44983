"""Settings: read once from the environment; a class per function, its name the prefix."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.requests import CALLER

# The names of the gateway's own users, the HTTP door among them: their keys are no callers'.
GATEWAY, DOOR = "gateway", "http"

# With 30 s, the death of a worker or of a stream's leader would cost single commands 30 s.
ACK_WAIT = timedelta(seconds=5)


class Settings(BaseSettings):
    """What a function can be told, by variables with its name in front: `VALIDATE_ALLOW_RISK`.

    Durations carry their unit in the name (`_SECONDS`). An empty variable counts as unset.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True
    )


def state_home() -> Path:
    """Return where a user's programs keep state (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


class AcgSettings(Settings, env_prefix="ACG_"):
    """What every process of the gateway can be told.

    - `home`: where the embedded server keeps its store, keys and logs.
    - `metrics_port`: where `/metrics`, `/healthz`, `/readyz` are served; 0 takes a free one.
    - `log_format`: `console` for people, `json` for machines; by terminal where unset.
    - `ack_wait_seconds`: how long a delivery may go without a word before another worker gets it.
    - `drain_seconds`: how long what is in hand may take after SIGTERM.
    - `stream_replicas`: on how many servers of a cluster `acg setup` keeps each stream and bucket;
      unset, one of those it makes, and what is there is left as it is.
    - `caller`: as whom requests are made; part of subjects, permissions and the key's file name.
    """

    home: Path = Field(default_factory=lambda: state_home() / "acg")
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    log_level: str = "info"
    log_format: str | None = None
    ack_wait_seconds: float = ACK_WAIT.total_seconds()
    drain_seconds: float = 25.0
    stream_replicas: Annotated[int, Field(ge=1, le=5)] | None = None
    caller: str = "local"

    @field_validator("caller")
    @classmethod
    def _a_name(cls, caller: str) -> str:
        if not CALLER.fullmatch(caller):
            raise ValueError("a caller's name has 1 to 64 of the characters A-Z a-z 0-9 _ -")
        if caller in {GATEWAY, DOOR}:
            raise ValueError(f"`{caller}` is the gateway itself: use another name, such as local")
        return caller

    @property
    def ack_wait(self) -> timedelta:
        """How long a delivery may go without a word."""
        return timedelta(seconds=self.ack_wait_seconds)


class LinkSettings(Settings, env_prefix="NATS_"):
    """Which NATS, and as whom. Names as other NATS tools have them (`NATS_URL`, `NATS_NKEY`).

    - `url`: one or several servers, separated by commas.
    - `nkey`: a file that holds a user's nkey seed. `creds`: a credentials file.
    """

    url: str | None = None
    user: str | None = None
    password: str | None = None
    token: str | None = None
    nkey: Path | None = None
    creds: Path | None = None

    @classmethod
    def found(cls) -> Self:
        """Return what the environment says; without NATS_URL, what the `nats` context says.

        The context is that of NATS_CONTEXT, or the one selected with `nats context select`.
        """
        return cls() if os.environ.get("NATS_URL") else cls(**_context())

    @property
    def servers(self) -> list[str]:
        """The servers to try."""
        return [each.strip() for each in (self.url or "").split(",") if each.strip()]

    @property
    def shown(self) -> str:
        """The servers as they may be shown: without the password or token that an address holds."""
        parts = (each.rpartition("://") for each in self.servers)
        return ", ".join(f"{scheme}{sep}{rest.rpartition('@')[2]}" for scheme, sep, rest in parts)

    @property
    def credentials(self) -> dict[str, Any]:
        """What nats-py takes to prove who we are."""
        found: dict[str, Any] = {}
        if self.nkey:
            found["nkeys_seed_str"] = self.nkey.read_text().strip()
        if self.creds:
            found["user_credentials"] = str(self.creds)
        for name in ("user", "password", "token"):
            if value := getattr(self, name):
                found[name] = value
        return found


def _context() -> dict[str, Any]:
    """Read the context of the `nats` command line (its files, its names)."""
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "nats"
    name = os.environ.get("NATS_CONTEXT")
    try:
        name = name or (base / "context.txt").read_text().strip()
        held = json.loads((base / "context" / f"{name}.json").read_text()) if name else {}
    except FileNotFoundError:
        return {}
    fields = ("url", "user", "password", "token", "nkey", "creds")
    return {each: held[each] for each in fields if held.get(each)}
