"""One thing that was looked at, and how looking at it is kept from hanging or crashing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from contracts.errors import RefusedError
from runtime.cli.configured import about_settings, told
from runtime.errors import RuntimeFault

State = Literal["ok", "no", "unknown"]

DEADLINE = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: `said` in a sentence, `fix` what to do about it.

    `required`: without it the gateway cannot do its work here.
    """

    name: str
    state: State
    said: str
    fix: str = ""
    required: bool = True

    @property
    def bad(self) -> bool:
        """Whether something that is needed is missing."""
        return self.required and self.state == "no"


def ok(name: str, said: str) -> Finding:
    """Return what is as it should be."""
    return Finding(name, "ok", said)


def no(name: str, said: str, fix: str = "", *, required: bool = True) -> Finding:
    """Return what is not as it should be."""
    return Finding(name, "no", said, fix, required)


def unknown(name: str, said: str, fix: str = "") -> Finding:
    """Return what cannot be checked, and why not."""
    return Finding(name, "unknown", said, fix)


async def looked(
    name: str, look: Callable[[], Awaitable[Finding]], *, required: bool = True
) -> Finding:
    """Return what a look finds within the deadline; a look that fails has found that.

    `required` says whether what is looked for is needed here.
    """
    try:
        async with asyncio.timeout(DEADLINE.total_seconds()):
            return replace(await look(), required=required)
    except TimeoutError:
        return unknown(name, f"no answer within {DEADLINE.total_seconds():.0f} s")
    except Exception as error:  # noqa: BLE001 - the boundary: one broken look hides no other
        return replace(_broken(name, error), required=required)


def _broken(name: str, error: Exception) -> Finding:
    match error:
        case RefusedError():
            return no(name, error.error.message, error.error.hint)
        case RuntimeFault() | OSError():
            return no(name, f"{error}" or type(error).__name__)
        case ValueError() if about_settings(error):
            return no(name, "; ".join(told(error)), "correct the setting")
        case _:
            return unknown(name, f"{type(error).__name__}: {error}")
