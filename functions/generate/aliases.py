"""What people call things: `aliases.toml` gives a container a name that no engine knows.

    [aliases."the database"]
    name = "shop-db-1"          # a container's name, or
    label = "role=primary"      # a label: its key, or key=value

    [aliases.checkout]
    label = "com.docker.compose.service=checkout"
    host = "eu-1"               # there alone

Aliases are the owner's own words, and count as much as a name.
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from contracts.model import Strict
from contracts.world import Container

Called = Annotated[str, Field(pattern=r"^[\w -]{1,64}$")]
_ARTICLE = "the "


class Selector(Strict):
    """Which containers an alias means: all that every given field fits."""

    name: str | None = None
    label: str | None = None
    host: str | None = None

    @model_validator(mode="after")
    def _selects(self) -> Self:
        if self.name is None and self.label is None:
            raise ValueError("give a `name` or a `label`")
        return self

    def fits(self, container: Container, host: str) -> bool:
        """Say whether this container is meant."""
        if self.host not in {None, host} or self.name not in {None, container.name}:
            return False
        if self.label is None:
            return True
        key, equals, value = self.label.partition("=")
        own = container.labels.get(key)
        return own == value if equals else own is not None


class _File(Strict):
    aliases: Mapping[Called, Selector] = Field(default_factory=dict)


class Aliases:
    """All aliases. Equal ones are one object as far as anybody asks: compared by identity."""

    def __init__(self, selectors: Mapping[str, Selector] | None = None) -> None:
        self._selectors = dict(selectors or {})

    @cached_property
    def names(self) -> Mapping[str, Selector]:
        """What things are called, in lower case and without an article."""
        called = ((each.lower().strip(), selector) for each, selector in self._selectors.items())
        return {each.removeprefix(_ARTICLE): selector for each, selector in called}

    def of(self, container: Container, host: str) -> tuple[str, ...]:
        """Return what a container is called."""
        return tuple(each for each, found in self.names.items() if found.fits(container, host))

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Read a file. Raises OSError; ValueError that names the file, the alias and the fault."""
        if path is None:
            return cls()
        try:
            return cls(_File.model_validate(tomllib.loads(path.read_text())).aliases)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{path}: {where}: {first['msg']}") from error
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path}: {error}") from error


NO_ALIASES = Aliases()
