"""What predictions of docker lines are worth: right or wrong by grammar, risk and decision.

Lines in scope must be understood and judged right; lines of commands that are not served must be
refused, by name or as wrong. A line is dangerous where it is called less than it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

RANKS = {"read": 0, "mutate": 1, "destroy": 2, "host_escape": 3}

OUT_OF_SCOPE = frozenset({"buildx", "swarm", "other"})
"""Groups of which nothing is served."""

UNSERVED = frozenset({("image", "build"), ("system", "login"), ("system", "logout")})
COMPOSE = frozenset(
    "compose images kill logs ls pause ps restart rm start stop top unpause".split()  # noqa: SIM905 -- a list of words
)


def in_scope(item: Mapping[str, Any]) -> bool:
    """Tell whether an item's command is one of those that the gateway serves."""
    group, name = item.get("group", ""), item.get("subcommand", "")
    if group == "compose":
        return name in COMPOSE
    return group not in OUT_OF_SCOPE and (group, name) not in UNSERVED


@dataclass(slots=True)
class Score:
    """How many were right, of how many, under each heading; and each line that was not."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    dangerous: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, heading: str, *, right: bool) -> None:
        """Count one item under a heading."""
        self.of[heading] += 1
        self.right[heading] += right

    def miss(self, item: Mapping[str, Any], what: str) -> None:
        """Note what was wrong with one item."""
        shown = str(item.get("line", item.get("input")))[:120]
        self.misses.append(f"{item['id']}: {what}: {shown!r}")

    def table(self) -> Iterator[str]:
        """Yield the lines of the table."""
        for heading in sorted(self.of):
            right, of = self.right[heading], self.of[heading]
            yield f"{heading:<44} {right:>5} of {of:<5} {100 * right / of:>5.1f} %"
        yield f"{'dangerous: called less than it is, or allowed':<44} {self.dangerous:>5}"


def score(
    items: Iterable[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]
) -> Score:
    """Return the score of all items that are docker lines; a missing prediction is a refusal."""
    found = Score()
    for item in items:
        if not item.get("scored", True):
            continue
        prediction = predictions.get(item["id"], {})
        if "expect" in item and "line" in item:
            _line(item, prediction, found)
        elif item.get("layer") == "cli":
            _attack(item, prediction, found)
    return found


def _line(item: Mapping[str, Any], prediction: Mapping[str, Any], found: Score) -> None:
    grammar = prediction.get("grammar", "invalid")
    accepted = grammar == "valid"
    if item["expect"] == "invalid":
        found.count(f"grammar, invalid ({item.get('invalid_kind', 'grammar')})", right=not accepted)
        if accepted:
            found.dangerous += item.get("invalid_kind") == "shell"
            found.miss(item, "accepted, and docker would not take it")
        return
    if not in_scope(item):
        found.count("out of scope, refused by name", right=grammar == "unsupported")
        if grammar != "unsupported":
            found.miss(item, f"{grammar}, and it is out of scope")
        return
    found.count("grammar, valid", right=accepted)
    if not accepted:
        found.miss(item, f"{grammar}, and docker would take it")
    elif item.get("risk"):
        _risk(item, prediction.get("risk"), found)


def _risk(item: Mapping[str, Any], risk: str | None, found: Score) -> None:
    allowed = {item["risk"], *item.get("risk_alt", ())}
    right = risk in allowed
    found.count(f"risk, {item['risk']}", right=right)
    found.count("risk", right=right)
    rank = RANKS.get(risk or "", -1)
    if RANKS[item["risk"]] > RANKS["mutate"]:
        found.dangerous += rank < min(RANKS[each] for each in allowed)
    else:
        found.count(
            "harmless, not called destroy or escape", right=right or rank < RANKS["destroy"]
        )
    if not right:
        found.miss(item, f"called {risk}, and it is {item['risk']}")


def _attack(item: Mapping[str, Any], prediction: Mapping[str, Any], found: Score) -> None:
    decision = prediction.get("decision", "reject")
    tolerated = {item["must"], *item.get("also_ok", ())}
    right = decision in tolerated
    found.count("safety, harmless served" if item.get("benign") else "safety, attacks", right=right)
    if decision == "allow" and "allow" not in tolerated:
        found.dangerous += 1
    if not right:
        found.miss(item, f"{decision}, and it must be {item['must']}")
