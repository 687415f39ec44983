"""How the gateway reaches a Docker Engine, and how long and how much it waits for."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_MEBIBYTE = 1024 * 1024


def _seconds(value: object) -> object:
    """Take the seconds that an environment variable holds."""
    try:
        return timedelta(seconds=float(value)) if isinstance(value, str) else value
    except ValueError:
        return value


_Seconds = Annotated[timedelta, BeforeValidator(_seconds), Field(gt=timedelta(0))]


class EngineSettings(BaseSettings):
    """Read from the environment: DOCKER_HOST as docker reads it, the rest with the prefix ACG_."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore", env_ignore_empty=True)

    docker_host: str | None = Field(default=None, validation_alias="DOCKER_HOST")
    """Where the engine is; without it, it is found as docker finds it (see find.py)."""

    hosts: Path | None = Field(default=None, validation_alias="ACG_HOSTS")
    """Which engines there are: a hosts.toml; without it that of ACG_HOME, if there is one."""

    only_label: str | None = Field(default=None, validation_alias="ACG_ONLY_LABEL")
    """`key=value`: containers without this label can be neither seen nor touched, and those that
    are made bear it."""

    request_timeout: _Seconds = Field(
        default=timedelta(seconds=30), validation_alias="ACG_ENGINE_TIMEOUT_SECONDS"
    )
    """How long an answer may take, beyond the grace period that the request itself asks for."""

    wait_timeout: _Seconds = Field(
        default=timedelta(hours=1), validation_alias="ACG_ENGINE_WAIT_SECONDS"
    )
    """How long `docker wait` may block, the transfer or removal of images may take, and the longest
    grace period of a stop without end."""

    output_limit_bytes: int = Field(
        default=_MEBIBYTE, ge=1024, validation_alias="ACG_OUTPUT_LIMIT_BYTES"
    )
    """How much of one step's output is kept: of more, the head and the tail."""

    registry_auth_file: Path | None = Field(default=None, validation_alias="ACG_REGISTRY_AUTH_FILE")
    """Credentials for registries, in the form of docker's config.json; none without it."""

    @field_validator("only_label")
    @classmethod
    def _is_label(cls, value: str | None) -> str | None:
        if value is not None and not value.partition("=")[0]:
            raise ValueError("must be a label's key, or key=value")
        return value
