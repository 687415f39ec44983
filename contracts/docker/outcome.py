"""What an operation gave back."""

from pydantic import JsonValue

from contracts.model import Fact

REDACTED = "[redacted]"
"""Stands where a secret stood."""


class Outcome(Fact):
    """What docker's own CLI would have printed and returned, and the same as data.

    `exit_code` is the CLI's: 0 done, 1 the engine said no (its words are in `stderr`).
    `truncated` says that the middle of a long text was left out, `redactions` how many secrets
    were.
    """

    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""
    data: JsonValue = None
    truncated: bool = False
    redactions: int = 0
