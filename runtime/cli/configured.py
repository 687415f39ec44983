"""What the environment sets, and how a setting that cannot be used is told."""

from collections.abc import Iterator

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from runtime.settings import LinkSettings

_USAGE = 2


def websocket() -> bool:
    """Say whether the server is spoken to through a websocket, for which nats-py needs aiohttp."""
    try:
        return any(each.startswith("ws") for each in LinkSettings.found().servers)
    except ValueError as error:
        raise unusable(error) from error


def about_settings(error: ValueError) -> bool:
    """Say whether an error is about a setting: anything else is a fault of ours."""
    if isinstance(error, ValidationError):
        return error.title.endswith("Settings")
    return isinstance(error, SettingsError)


def unusable(error: ValueError) -> typer.Exit:
    """Say which setting cannot be used and why; return what ends the program."""
    for line in told(error):
        typer.echo(f"acg: {line}", err=True)
    return typer.Exit(_USAGE)


def told(error: ValueError) -> Iterator[str]:
    """Yield a sentence for each setting that cannot be used."""
    if not isinstance(error, ValidationError):
        yield f'a setting cannot be read: {error}; a list is JSON, such as ["read"]'
        return
    prefix = error.title.removesuffix("Settings").upper().replace("LINK", "NATS")
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = "_".join(map(str, each["loc"])).upper()
        variable = name if name.startswith(("ACG_", "DOCKER_")) else f"{prefix}_{name}"
        yield f"{variable}: {each['msg'].removeprefix('Value error, ')}"
