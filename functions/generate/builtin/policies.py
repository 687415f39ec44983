"""Orders about when the engine starts a container again by itself."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.lifecycle import Builder
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.steps import Step, together

_POLICIES = MappingProxyType(
    {
        "always": "always",
        "always restart": "always",
        "restart always": "always",
        "no": "no",
        "none": "no",
        "never": "no",
        "never restart": "no",
        "not restart": "no",
        "unless-stopped": "unless-stopped",
        "unless stopped": "unless-stopped",
        "restart unless stopped": "unless-stopped",
        "on-failure": "on-failure",
        "on failure": "on-failure",
        "restart on failure": "on-failure",
    }
)


def restart_policy(meaning: Meaning, scope: Scope) -> list[Step]:
    """Set when the engine starts a container again by itself."""
    # No value: `come back by itself unless somebody stops it`.
    named = meaning.slots.get("v", "unless stopped")
    said = " ".join(named.lower().replace("automatically", "").split())
    counted = re.fullmatch(
        r"on[- ]failure(?: with|,)?(?: (?:a )?max(?:imum)?(?: of)?)? (\d+)(?: retries| times)?",
        said,
    )
    policy = f"on-failure:{counted.group(1)}" if counted else _POLICIES.get(said)
    if policy is None:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{said!r} is no restart policy.",
            "Use one of the options.",
            options=("always", "unless-stopped", "on-failure", "no"),
        )
    return together(["update", "--restart", policy], resolve(meaning.slots.get("x", "it"), scope))


def restart_always(meaning: Meaning, scope: Scope) -> list[Step]:
    """Let the engine start a container again whenever it stops by itself."""
    return together(["update", "--restart", "always"], resolve(meaning.slots["x"], scope))


def restart_never(meaning: Meaning, scope: Scope) -> list[Step]:
    """Let the engine leave a container that stopped."""
    return together(["update", "--restart", "no"], resolve(meaning.slots["x"], scope))


def restart_on_failure(meaning: Meaning, scope: Scope) -> list[Step]:
    """Let the engine start a container again that failed."""
    return together(["update", "--restart", "on-failure"], resolve(meaning.slots["x"], scope))


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "restart_policy": restart_policy,
        "restart_always": restart_always,
        "restart_never": restart_never,
        "restart_on_failure": restart_on_failure,
    }
)
