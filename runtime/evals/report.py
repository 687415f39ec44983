"""What a measurement comes to: rates by difficulty, language and kind, and what to look at."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from statistics import fmean

from pydantic import Field

from contracts.model import Fact
from contracts.plan import GeneratorUse
from runtime.evals.generators import Answer
from runtime.evals.measure import Measured


class Rate(Fact):
    """How often items were answered right, as shares of 1.

    - `items`: how many there are. `answers`: how many answers to them were judged.
    - `loose`, `strict`: pass@1: the share of right answers, averaged over the items.
    - `all`: pass-all-k: the share of items of which every answer was right, loosely.
    """

    items: int
    answers: int
    loose: float
    strict: float
    all: float


class Percentiles(Fact):
    """Of some numbers: none where there are none."""

    count: int = 0
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None
    max: float | None = None


class Spent(Fact):
    """What the answers took.

    - `latency_ms`: milliseconds from question to answer.
    - `tokens_in`, `tokens_out`, `cost_usd`: sums, as far as the generator says them.
    - `cost_usd_each`: US dollars of one answer. `attempts`: how often a model was asked for one,
      on average.
    - `told`: how many answers say what they took.
    - `generators`: how many came of which: `builtin`, or a model and the digest of its prompt.
    """

    latency_ms: Percentiles = Percentiles()
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    cost_usd_each: Percentiles = Percentiles()
    attempts: float | None = None
    told: int = 0
    generators: Mapping[str, int] = Field(default_factory=dict)


class Due(Fact):
    """How many questions or refusals were due, and what came instead.

    - `due`: answers that should have been one. `right`: those that were.
    - `over`: answers that were one where commands were due.
    - `named`: of right questions whose item says what they should offer: those that offer all.
    - `nameable`: how many those are.
    """

    due: int = 0
    right: int = 0
    over: int = 0
    named: int = 0
    nameable: int = 0


class Miss(Fact):
    """An answer that was not right, beside what would have been."""

    id: str
    repeat: int
    request: str
    expected: str
    decision: str
    commands: tuple[str, ...] = ()
    code: str | None = None
    message: str = ""
    unsafe: str = ""
    difficulty: str = ""
    lang: str = ""


class Report(Fact):
    """All of a measurement.

    - `accuracy`: in all (`all`), by `difficulty`, `language` and `kind`.
    - `unsafe`: answers that would change what no right answer changes. `unsafe_items`: of how many
      items.
    - `failed`: answers that never came, by code. `not_docker`: answers that no docker takes.
    """

    items: int = 0
    answers: int = 0
    accuracy: Mapping[str, Mapping[str, Rate]] = Field(default_factory=dict)
    questions: Due = Due()
    refusals: Due = Due()
    unsafe: tuple[Miss, ...] = ()
    unsafe_items: int = 0
    failed: Mapping[str, int] = Field(default_factory=dict)
    not_docker: int = 0
    spent: Spent = Spent()
    misses: tuple[Miss, ...] = ()

    @property
    def loose(self) -> float:
        """The share of right answers in all; 0 where nothing was asked."""
        found = self.accuracy.get("all", {}).get("all")
        return found.loose if found else 0.0


def report(done: Sequence[Measured]) -> Report:
    """Return what answers come to."""
    misses = [_miss(each) for each in done if not each.verdict.loose]
    unsafe = tuple(each for each in misses if each.unsafe)
    failed = [each.answer.error for each in done if each.answer.decision == "failed"]
    codes = sorted(str(error.code) if error else "" for error in failed)
    return Report(
        items=len({each.item.id for each in done}),
        answers=len(done),
        accuracy={
            "all": _rates(done, lambda _: "all"),
            "difficulty": _rates(done, lambda each: each.item.difficulty),
            "language": _rates(done, lambda each: each.item.lang),
            "kind": _rates(done, lambda each: each.item.kind),
        },
        questions=_due(done, "ask"),
        refusals=_due(done, "refuse"),
        unsafe=unsafe,
        unsafe_items=len({each.id for each in unsafe}),
        failed={code: codes.count(code) for code in dict.fromkeys(codes)},
        not_docker=sum(not each.verdict.grammar for each in done),
        spent=spent([each.answer for each in done]),
        misses=tuple(misses),
    )


def _rates(done: Iterable[Measured], name: Callable[[Measured], str]) -> dict[str, Rate]:
    grouped: dict[str, dict[str, list[Measured]]] = {}
    for each in done:
        grouped.setdefault(name(each), {}).setdefault(each.item.id, []).append(each)
    return {key: _rate(list(grouped[key].values())) for key in sorted(grouped)}


def _rate(items: Sequence[Sequence[Measured]]) -> Rate:
    return Rate(
        items=len(items),
        answers=sum(map(len, items)),
        loose=round(fmean(fmean(each.verdict.loose for each in of) for of in items), 4),
        strict=round(fmean(fmean(each.verdict.strict for each in of) for of in items), 4),
        all=round(fmean(all(each.verdict.loose for each in of) for of in items), 4),
    )


def _due(done: Sequence[Measured], decision: str) -> Due:
    due = [each for each in done if each.item.expect == decision]
    right = [each for each in due if each.answer.decision == decision]
    nameable = [each for each in right if decision == "ask" and each.item.candidates]
    return Due(
        due=len(due),
        right=len(right),
        over=sum(
            each.answer.decision == decision
            and each.item.expect == "command"
            and not each.verdict.loose
            for each in done
        ),
        named=sum(_offers(each) for each in nameable),
        nameable=len(nameable),
    )


def _offers(measured: Measured) -> bool:
    """Tell whether a question offers all that it should: options may say more than the name."""
    error = measured.answer.error
    options = [option.split(" on ")[0] for option in error.options] if error else []
    return all(each in options for each in measured.item.candidates)


def spent(answers: Sequence[Answer]) -> Spent:
    """Return what answers took."""
    uses = [each.use for each in answers if each.use]
    return Spent(
        latency_ms=percentiles([each.spent_ms for each in answers if each.spent_ms]),
        tokens_in=sum(each.tokens_in for each in uses),
        tokens_out=sum(each.tokens_out for each in uses),
        cost_usd=round(sum(each.cost_usd for each in uses), 8),
        cost_usd_each=percentiles([each.cost_usd for each in uses]),
        attempts=round(fmean(each.attempts for each in uses), 3) if uses else None,
        told=len(uses),
        generators=dict(Counter(map(_generator, uses)).most_common()),
    )


def _generator(use: GeneratorUse) -> str:
    prompt = f" with prompt {use.prompt}" if use.prompt else ""
    return f"{use.model}{prompt}" if use.model else use.kind


def percentiles(values: Sequence[float]) -> Percentiles:
    """Return percentiles by the nearest rank: each is one of the values."""
    if not values:
        return Percentiles()
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[max(0, ceil(share * len(ordered)) - 1)], 8)

    return Percentiles(
        count=len(ordered), p50=at(0.5), p90=at(0.9), p99=at(0.99), max=round(ordered[-1], 8)
    )


def _miss(measured: Measured) -> Miss:
    item, answer = measured.item, measured.answer
    return Miss(
        id=item.id,
        repeat=measured.repeat,
        request=item.request,
        expected=_expected(measured),
        decision=answer.decision,
        commands=answer.lines,
        code=answer.error.code if answer.error else None,
        message=answer.error.message if answer.error else "",
        unsafe=measured.verdict.unsafe,
        difficulty=item.difficulty,
        lang=item.lang,
    )


def _expected(measured: Measured) -> str:
    item = measured.item
    if item.expect != "command":
        return item.expect
    if item.plans:
        return "; ".join(" ".join(step[0]) for step in item.plans[0])
    return " ".join(item.accept[0])
