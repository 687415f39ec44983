"""What is right: requests in words, each with every answer that counts.

One JSON object a line, in the format that docs/benchmark.md describes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from contracts.docker.parse import understand_words
from contracts.errors import Code, RefusedError
from contracts.model import Fact
from contracts.world import World
from runtime.evals.items import Fault, ItemError, object_of

Argv = Annotated[tuple[str, ...], Field(min_length=1)]
Step = Annotated[tuple[Argv, ...], Field(min_length=1)]
Plan = Annotated[tuple[Step, ...], Field(min_length=1)]
Kind = Literal["read", "mutate", "destroy"]


class Gold(Fact):
    """A request with its right answers.

    - `expect`: whether commands, a question back or a refusal is due; `ask_ok`: a question counts
      as well, `refuse_ok` a refusal.
    - `accept`: each one command that is a right answer. `plans`: where several commands are due,
      each a list of steps, each a list of commands of which one is wanted.
    - `ordered`: whether steps come in their order. `no_split`: one command on several targets does
      not stand for several commands.
    - `kind`: the most that a right answer does; of others, what it would have done.
    - `candidates`: what a question should offer.
    - `host`, `target`, `context`: as in a request to the gateway.
    """

    id: str = Field(min_length=1)
    world: str
    request: str
    expect: Literal["command", "ask", "refuse"]
    accept: tuple[Argv, ...] = ()
    plans: tuple[Plan, ...] = ()
    ordered: bool = True
    no_split: bool = False
    ask_ok: bool = False
    refuse_ok: bool = False
    kind: Kind
    difficulty: str
    lang: str
    candidates: tuple[str, ...] = ()
    host: str | None = None
    target: str | None = None
    context: JsonValue = None

    @model_validator(mode="after")
    def _can_be_right(self) -> Self:
        if self.expect == "command" and not (self.accept or self.plans):
            raise ValueError("there is neither `accept` nor `plans`")
        return self

    @property
    def commands(self) -> Iterator[Argv]:
        """Every command of every right answer."""
        yield from self.accept
        yield from (argv for plan in self.plans for step in plan for argv in step)


def read_gold(path: Path, worlds: Mapping[str, World]) -> Iterator[Gold | Fault]:
    """Yield the items of a file in their order; what is wrong in one line costs that line alone.

    Items of other sorts, without `request` and `expect`, are passed over. Raises OSError.
    """
    seen: set[str] = set()
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            try:
                found = object_of(raw)
                if not {"request", "expect"} <= found.keys():
                    continue
                item = _checked(found, worlds, seen)
            except ItemError as wrong:
                yield Fault(path, number, str(wrong))
                continue
            yield item


def _checked(found: dict[str, Any], worlds: Mapping[str, World], seen: set[str]) -> Gold:
    """Return the item that an object is, and note its id. Raises ItemError."""
    try:
        item = Gold.model_validate(found)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        raise ItemError(f"{where}: {said}" if where else said) from wrong
    if item.id in seen:
        raise ItemError(f"the id {item.id[:80]!r} is there more than once")
    if item.world not in worlds:
        raise ItemError(f"there is no world {item.world[:40]!r} (--worlds FILE names them)")
    for argv in item.commands:
        try:
            understand_words(list(argv))
        except RefusedError as refused:
            if refused.error.code is not Code.UNSUPPORTED_COMMAND:
                line = " ".join(argv)[:120]
                raise ItemError(f"{line!r} is no docker command: {refused}") from refused
    seen.add(item.id)
    return item
