import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.docker.parse import understand
from contracts.errors import RefusedError
from tests.fuzz.__main__ import lines_of
from tests.fuzz.mutation import mutated
from tests.fuzz.run import Seen, attempt, fuzz

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests/evals/cli.jsonl"


@pytest.mark.slow
def test_no_line_breaks_the_parser_and_every_operation_is_read_back() -> None:
    seen = fuzz(list(lines_of(OWN)), 6_000, seed=3, tell=lambda _: None)
    assert seen.broken == []
    assert seen.lines == 6_000
    assert seen.parsed > 1_000
    assert {"invalid_command", "shell_syntax", "unsupported_command"} <= set(seen.refused)


def test_the_same_seed_tries_the_same_lines() -> None:
    corpus = list(lines_of(OWN))
    one, again = (list(itertools.islice(mutated(corpus, 5), 200)) for _ in range(2))
    other = list(itertools.islice(mutated(corpus, 6), 200))
    assert one == again != other
    assert len(set(one)) > 150


def test_changed_lines_are_of_both_sorts() -> None:
    def parses(line: str) -> bool:
        try:
            understand(line)
        except RefusedError:
            return False
        return True

    changed = itertools.islice(mutated(list(lines_of(OWN)), 7), 500)
    assert {parses(line) for line in changed} == {True, False}


def test_what_is_broken_is_told_with_its_line() -> None:
    seen = Seen(seed=1)
    attempt(None, seen)  # type: ignore[arg-type] # what no caller sends, and the parser cannot take
    assert len(seen.broken) == seen.lines == 1
    *_, count, line = seen.report()
    assert count == "broken: 1"
    assert line.startswith("None: TypeError: ")


@pytest.mark.slow
def test_the_tool_says_how_fast_it_was_and_what_it_saw() -> None:
    done = fuzzing("--count", "300", "--seed", "2")
    assert done.returncode == 0, done.stderr
    first, second, third, last = done.stdout.splitlines()
    assert first.startswith("300 lines in ")
    assert first.endswith("lines/s, seed 2")
    assert second.startswith("parsed ")
    assert third.startswith("one parse: median ")
    assert last == "broken: 0"


@pytest.mark.slow
def test_a_corpus_that_cannot_be_read_is_told() -> None:
    done = fuzzing("missing.jsonl")
    assert done.returncode == 2
    assert done.stderr.startswith("fuzz: ")


def fuzzing(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
