"""What the HTTP door can be told."""

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt, ValidationInfo, field_validator

from runtime import Settings, tokens_file

_LOCALHOST = "localhost"


class HttpSettings(Settings, env_prefix="HTTP_"):
    """`HTTP_PORT` and its kind. Without TLS it listens on loopback alone.

    - `tls_certificate`, `tls_key`: PEM files: the chain, and its key without a passphrase. They
      are read again when they change.
    - `host`, `port`: where it listens; 0 takes a free port. All but loopback need TLS.
    - `tokens`: the file of `acg token`; in the keys of ACG_HOME where unset.
    - `connections`: how many at once; beyond it the oldest that asks for nothing is dropped, and
      where all are being answered, 503.
    - `per_caller`: how many requests of one caller may wait at once; beyond it 429.
    - `wait_seconds`: how long a request waits for the end of its command; then 504.
    - `read_seconds`: how long a client may take to send a request, its head and its body each.
    - `stall_seconds`: how long a client may leave an answer unread.
    - `idle_seconds`: how long a connection is kept between two requests.
    - `keep_alive_seconds`: how often an event stream says that it lives.
    - `stream_seconds`: after how long an event stream is ended, to be resumed.
    - `public_docs`: show `/docs` and `/openapi.json` to those without a token, too.
    """

    tls_certificate: Path | None = None
    tls_key: Annotated[Path | None, Field(validate_default=True)] = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8003
    tokens: Path = Field(default_factory=tokens_file)
    connections: PositiveInt = 512
    per_caller: PositiveInt = 128
    wait_seconds: PositiveFloat = 120.0
    read_seconds: PositiveFloat = 10.0
    stall_seconds: PositiveFloat = 30.0
    idle_seconds: PositiveFloat = 15.0
    keep_alive_seconds: PositiveFloat = 15.0
    stream_seconds: PositiveFloat = 3600.0
    public_docs: bool = False

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """The certificate and its key, where there is TLS."""
        if self.tls_certificate and self.tls_key:
            return self.tls_certificate, self.tls_key
        return None

    @field_validator("tls_key")
    @classmethod
    def _both(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        if bool(key) != bool(info.data.get("tls_certificate")):
            raise ValueError("set both HTTP_TLS_CERTIFICATE and HTTP_TLS_KEY, or neither")
        return key

    @field_validator("host")
    @classmethod
    def _safe(cls, host: str, info: ValidationInfo) -> str:
        try:
            loopback = is_loopback(host)
        except ValueError as error:
            raise ValueError(
                f"{host!r} is no address: 127.0.0.1, ::1, 0.0.0.0 or one of this machine's"
            ) from error
        if not loopback and not info.data.get("tls_certificate"):
            raise ValueError(
                f"{host} would show tokens to the network: set HTTP_TLS_CERTIFICATE and "
                "HTTP_TLS_KEY (PEM files), or listen on 127.0.0.1 behind a proxy that has TLS"
            )
        return host


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address. Raises ValueError where it is none."""
    return host == _LOCALHOST or ipaddress.ip_address(host).is_loopback
