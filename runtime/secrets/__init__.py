"""Secrets: seen by their published forms and by the names that they are given, and left out.

Light to import. The detectors are loaded at their first use, or by `detectors()` where that
should be earlier: a process that needs none loads none.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from runtime.secrets.requests import refuse_secrets
from runtime.settings import Settings

if TYPE_CHECKING:
    from runtime.secrets.detect import Detectors

__all__ = ["detectors", "open_detectors", "refuse_secrets", "without_secrets"]


@cache
def detectors() -> "Detectors":
    """Return all detectors; the first call loads them (about 0.2 s)."""
    from runtime.secrets.detect import Detectors  # noqa: PLC0415 - loads detect-secrets
    from runtime.secrets.library import forms  # noqa: PLC0415 - the same
    from runtime.secrets.published import PUBLISHED  # noqa: PLC0415 - compiles many patterns

    return Detectors((*PUBLISHED, *forms()))


def without_secrets(text: str) -> str:
    """Return a text in which each secret of a known form is replaced by a mark."""
    return detectors().redact(text)


@asynccontextmanager
async def open_detectors(_: Settings) -> AsyncIterator[None]:
    """Load the detectors at the start of a function, so that no request waits for them."""
    detectors()
    yield None
