"""The gateway's promises, each with what is known of it for the deployment at hand.

No promise is said to hold because it was meant to: each is judged by what was found here and by
what this version has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from runtime.cli.health.deployment import Seen
from runtime.cli.health.finding import Finding

Verdict = Literal["holds", "does not hold", "cannot be checked"]

TEXTS = {
    "P1": "what was acknowledged is on disk and survives a crash",
    "P2": "no effect happens twice; what is uncertain is said to be",
    "P3": "every command ends in exactly one way, and in time",
    "P4": "only validate can let something run",
    "P5": "denied unless allowed",
    "P6": "never a shell",
    "P7": "what was approved is what runs",
    "P8": "the history is append-only, and others can verify it",
    "P9": "secrets reach neither events, logs, prompts nor metrics",
    "P10": "a caller learns why, and sees only what is its own",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, the verdict on it here, and why."""

    id: str
    verdict: Verdict
    why: str

    @property
    def text(self) -> str:
        """What is promised, in few words."""
        return TEXTS[self.id]


def judged(findings: Mapping[str, Finding], seen: Seen, *, embedded: bool) -> Iterator[Promise]:
    """Yield the verdict on each promise."""
    yield _durable(findings, seen)
    yield _once(seen)
    yield _ends(seen)
    yield Promise("P4", "does not hold", _P4_EMBEDDED if embedded else _P4_SHARED)
    yield Promise(
        "P5",
        "holds",
        "the parser refuses what its table does not know, validate what is not in "
        f"VALIDATE_ALLOW_RISK ({findings['policy'].said})",
    )
    yield Promise("P6", "holds", "typed operations go to the engine's API; no shell is started")
    yield Promise(
        "P7",
        "does not hold",
        "what was resolved is acted on by its id, and refused where that has changed; but nobody "
        "approves yet, and a change of its state is not looked at",
    )
    yield _verifiable(seen)
    yield Promise(
        "P9",
        "holds",
        "requests and files with a known form of secret are refused, outputs and logs leave it out "
        "(docs/secrets.md: which forms; archives that you copy out are not searched)",
    )
    yield _own(embedded=embedded)


_P4_EMBEDDED = (
    "callers cannot publish it (the server's permissions), but all functions share one process "
    "and one key, and nothing is signed yet"
)
_P4_SHARED = (
    "events are not signed yet, and the functions have no users of their own: whoever may publish "
    "on this server may publish it"
)


def _durable(findings: Mapping[str, Finding], seen: Seen) -> Promise:
    synced = findings["sync to disk"]
    if synced.state == "ok" and seen.history.get("storage") == "file":
        return Promise("P1", "holds", f"COMMANDS is on disk, {synced.said}")
    if synced.state == "no":
        return Promise("P1", "does not hold", synced.said)
    if synced.state == "ok":
        return Promise("P1", "cannot be checked", "the streams could not be seen")
    return Promise("P1", "cannot be checked", synced.said)


def _once(seen: Seen) -> Promise:
    if not seen.history:
        return Promise("P2", "cannot be checked", "the streams could not be seen")
    if not _kept(seen):
        return Promise(
            "P2", "does not hold", "COMMANDS lets events be deleted, claims among them: acg setup"
        )
    return Promise("P2", "holds", "a claim is stored by compare-and-set before each effect")


def _ends(seen: Seen) -> Promise:
    if "reaper" in seen.serving:
        return Promise("P3", "holds", "the reaper runs and ends what is overdue")
    if seen.history:
        return Promise("P3", "does not hold", "no reaper runs: acg serve reaper")
    return Promise("P3", "cannot be checked", "no gateway runs here")


def _verifiable(seen: Seen) -> Promise:
    unsigned = "events name their causes by digest, but are not signed yet"
    if seen.history and not _kept(seen):
        return Promise("P8", "does not hold", f"COMMANDS lets events be deleted; {unsigned}")
    return Promise("P8", "does not hold", f"{unsigned}, and no checkpoint leaves this host")


def _own(*, embedded: bool) -> Promise:
    if embedded:
        return Promise(
            "P10", "holds", "each refusal has code, sentence, hint; the server knows one caller"
        )
    return Promise(
        "P10",
        "cannot be checked",
        "each refusal has code, sentence, hint; who may read whose feed is up to this server",
    )


def _kept(seen: Seen) -> bool:
    return bool(seen.history.get("deny_delete") and seen.history.get("deny_purge"))
