"""What callers got of what they were promised, reckoned from how their commands ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from contracts import headers as h
from contracts.errors import Code, Error
from contracts.events import CommandExecuted, CommandFailed, CommandRejected, Event
from contracts.verdict import Verdict
from runtime.slo.ends import ended
from runtime.slo.objectives import BadFileError, Promises, SloSettings
from runtime.slo.reckoning import ALL, End, Standing, reckon
from tests.stories import ID, NOW, entry, plan, requested, result

SINCE = NOW - timedelta(days=30)


def end(
    caller: str = "alice",
    verdict: Verdict = Verdict.GOOD,
    *,
    ago: timedelta = timedelta(days=10),
    seconds: float | None = None,
    code: str = "",
) -> End:
    return End(1, caller, NOW - ago, verdict, code, seconds)


def reckoned(*ends: End, **settings: float) -> dict[str, Standing]:
    promises = Promises.read(SloSettings(**settings), Path("/nonexistent"))  # type: ignore[arg-type] # numbers, each
    return {each.caller: each for each in reckon(ends, promises, SINCE, NOW)}


def test_what_is_not_counted_changes_no_share() -> None:
    ends = (
        [end()] * 999
        + [end(verdict=Verdict.BAD, code="internal")]
        + [end(verdict=Verdict.EXCLUDED)] * 5000
    )
    alice = reckoned(*ends)["alice"]
    assert (alice.good, alice.bad, alice.excluded) == (999, 1, 5000)
    assert alice.availability.reached == pytest.approx(0.999)
    assert alice.availability.budget_left == pytest.approx(0.8)  # one of the five that 99.5 % leave
    assert alice.bad_codes == {"internal": 1}


def test_a_budget_can_be_overdrawn() -> None:
    alice = reckoned(*[end()] * 98, *[end(verdict=Verdict.BAD)] * 2)["alice"]
    assert alice.availability.budget_left == pytest.approx(-3)


def test_nothing_that_counts_leaves_the_whole_budget() -> None:
    alice = reckoned(end(verdict=Verdict.EXCLUDED))["alice"]
    assert (alice.availability.reached, alice.availability.budget_left) == (None, 1)
    assert (alice.latency.reached, alice.p95) == (None, None)


def test_the_burn_is_that_of_each_window() -> None:
    ends = [end(ago=timedelta(days=2))] * 98 + [end(ago=timedelta(hours=2))]
    ends += [end(verdict=Verdict.BAD, ago=timedelta(minutes=5))]
    alice = reckoned(*ends)["alice"]
    assert alice.burn == pytest.approx({"1h": 200, "6h": 100, "3d": 2})


def test_a_window_that_was_not_read_whole_is_left_out() -> None:
    promises = Promises.read(SloSettings(), Path("/nonexistent"))
    (alice, _) = reckon([end(ago=timedelta())], promises, NOW - timedelta(hours=2), NOW)
    assert set(alice.burn) == {"1h"}


def test_latency_is_of_those_that_may_be_asked_how_long_they_took() -> None:
    took = [end(seconds=float(each)) for each in range(1, 21)]
    alice = reckoned(*took, end(), end(), latency=50.0)["alice"]
    assert alice.latency.reached == 0.5  # 1 to 10 s of 20 s
    assert alice.latency.budget_left == 0
    assert (alice.p50, alice.p95) == (10, 19)


def test_who_has_least_left_stands_first_and_all_together_last() -> None:
    ends = [end("fine"), end("late", seconds=60.0), end("down", Verdict.BAD)]
    assert list(reckoned(*ends)) == ["down", "late", "fine", ALL]
    assert reckoned(*ends)[ALL].good == 2


def headers(**more: str) -> dict[str, str]:
    return {h.TIMINGS: f"{h.timings_header(NOW - timedelta(seconds=4))},execute=1", **more}


@pytest.mark.parametrize(
    ("event", "verdict", "seconds"),
    [
        (
            CommandExecuted(
                command_id=ID, caller="a", outcome="failed", plan=plan(), results=(result(1),)
            ),
            Verdict.GOOD,
            4.0,
        ),
        (
            CommandExecuted(
                command_id=ID,
                caller="a",
                outcome="succeeded",
                plan=plan("docker logs -f web"),
                results=(result(),),
            ),
            Verdict.GOOD,
            None,
        ),
        (
            CommandFailed(command_id=ID, error=Error(code=Code.ENGINE_UNREACHABLE, message="No.")),
            Verdict.BAD,
            None,
        ),
        (
            CommandRejected(command_id=ID, error=Error(code=Code.AMBIGUOUS, message="Which?")),
            Verdict.EXCLUDED,
            None,
        ),
    ],
    ids=["docker's no", "on and on", "no engine", "a question"],
)
def test_an_end_is_read_from_its_event(
    event: Event, verdict: Verdict, seconds: float | None
) -> None:
    found = ended(entry(event, headers=headers(**{h.CALLER: "alice"})))
    assert found
    assert (found.caller, found.verdict) == ("alice", verdict)
    assert found.seconds == (pytest.approx(seconds) if seconds else None)


def test_what_is_no_end_is_none() -> None:
    assert ended(entry(requested())) is None


def test_each_promise_comes_from_the_nearest_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "slo.toml").write_text(
        "availability = 99.0\nlatency = 90.0\nseconds = 30\n[callers.ci]\nseconds = 60.5\n"
    )
    promises = Promises.read(SloSettings(latency=80.0), tmp_path)
    assert promises.to("ci").model_dump() == {
        "availability": 0.99,
        "latency": 0.8,
        "seconds": 60.5,
    }
    assert promises.to("anybody").seconds == 30
    assert Promises.read(SloSettings(), tmp_path / "none").to("ci").availability == 0.995


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("availability = 100", "availability: Input should be less than 100"),
        ("[callers.ci]\nlatency = 0", "callers.ci.latency: Input should be greater than 0"),
        ("avaliability = 99", "avaliability: Extra inputs are not permitted"),
        ("= 1", "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_place(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "slo.toml").write_text(text)
    with pytest.raises(BadFileError, match=said):
        Promises.read(SloSettings(), tmp_path)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="objectives"):
        Promises.read(SloSettings(file=tmp_path / "objectives"), tmp_path)
