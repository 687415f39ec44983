"""Who made an event: the place of signatures in the worker.

Every event passes a `Signer` before it is stored and a `Verifier` before it is believed. The
bytes that they cover are `contracts.headers.canonical`.
"""

from collections.abc import Mapping
from typing import Protocol

from contracts import headers as h


class Signer(Protocol):
    """Signs for one function."""

    def sign(
        self, subject: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[str, dict[str, str]]:
        """Return the digest of the event, and the headers that prove who made it."""
        ...


class Verifier(Protocol):
    """Knows whom to believe."""

    def verify(self, subject: str, headers: Mapping[str, str], body: bytes) -> str:
        """Return the digest of the event. Raises PermanentError where it is not to be believed."""
        ...


class Digests:
    """Digests without signatures: causes are named, makers are not proved."""

    def sign(
        self, subject: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[str, dict[str, str]]:
        """Return the digest, and no proof."""
        return h.digest(subject, headers, body), {}

    def verify(self, subject: str, headers: Mapping[str, str], body: bytes) -> str:
        """Return the digest."""
        return h.digest(subject, headers, body)
