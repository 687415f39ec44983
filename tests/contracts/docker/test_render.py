import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import TypeAdapter

from contracts.docker.grammar import COMMANDS, client
from contracts.docker.operations import Operation
from contracts.docker.parse import parse, parse_argv
from contracts.docker.render import render
from contracts.docker.risk import Risk, assess
from contracts.docker.targets import targets
from contracts.docker.words import MAX_BYTES
from contracts.errors import Code, RefusedError
from tests.contracts.docker.lines import (
    ANY_COMMAND,
    EXCLUSIVE,
    LINES,
    MOUNTS,
    NETWORKS,
    PORTS,
    VALUES,
)

ADAPTER: TypeAdapter[Operation] = TypeAdapter(Operation)


def understood(words: list[str]) -> Operation | None:
    """Return the operation of an argv; None where its fields exclude each other."""
    try:
        return parse_argv(words)
    except RefusedError as refused:
        if any(each in refused.error.message for each in EXCLUSIVE):
            return None
        raise


def check(words: list[str]) -> None:
    """Check what holds for every operation."""
    op = understood(words)
    if op is None:
        return
    line = render(op)
    assert parse(line) == op
    assert render(parse(line)) == line
    assert ADAPTER.validate_json(ADAPTER.dump_json(op)) == op
    assert assess(op).risk in Risk
    assert all(target.reference for target in targets(op))


@pytest.mark.parametrize("name", sorted(LINES))
def test_every_operation_is_read_back_from_its_line(name: str) -> None:
    @given(LINES[name])
    @settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
    def holds(words: list[str]) -> None:
        check(words)

    holds()


@pytest.mark.slow
@given(ANY_COMMAND)
@settings(max_examples=600, suppress_health_check=list(HealthCheck), deadline=None)
def test_many_operations_are_read_back_from_their_lines(words: list[str]) -> None:
    check(words)


def test_every_kind_of_the_table_is_drawn_by_these_tests() -> None:
    flags = [flag for command in COMMANDS for flag in (*command.before, *command.flags)]
    arguments = [argument for command in COMMANDS for argument in command.arguments]
    drawn = {flag.kind for flag in flags if not flag.refused} | {each.kind for each in arguments}
    assert drawn == set(VALUES) - {client.LEVEL}


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("docker container ls -aq", "docker ps --all --quiet"),
        ("docker ps -a=false", "docker ps"),
        ("docker rm -- -odd", "docker rm -- -odd"),
        ("docker logs -n 5 web", "docker logs --tail 5 web"),
        ("docker image inspect x", "docker image inspect x"),
        ("docker inspect --type image -s x", "docker inspect --size --type image x"),
        ("docker stats web", "docker stats web"),
        ("docker stats --no-stream", "docker stats --no-stream"),
        ("docker exec web sh -c 'a \"b\"'", "docker exec web sh -c 'a \"b\"'"),
        (
            "docker run -dp80:80 -m 512m nginx -x",
            "docker run --detach --memory 512m --publish 80:80 nginx -x",
        ),
        ("docker commit -p=false web", "docker commit --pause=false web"),
        ("docker compose -p shop ps -a", "docker compose --project-name shop ps --all"),
        ("docker system prune -af", "docker system prune --all"),
        ("docker cp -L web:/a -", "docker cp --follow-link web:/a -"),
        ("docker volume create --name v", "docker volume create v"),
        ("docker run --net host x", "docker run --network host x"),
        ("docker create --init=false x", "docker create --init=false x"),
    ],
)
def test_an_operation_has_one_canonical_line(line: str, canonical: str) -> None:
    assert render(parse(line)) == canonical
    assert parse(canonical) == parse(line)


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        *(("--mount", value) for value in MOUNTS),
        *(("--network", value) for value in NETWORKS),
        *(("--publish", value) for value in PORTS),
    ],
)
def test_what_has_a_grammar_of_its_own_is_read_back(flag: str, value: str) -> None:
    check(["docker", "run", flag, value, "nginx"])


def test_what_would_not_fit_into_a_line_once_written_in_full_is_refused() -> None:
    quotes = "\\'" * (MAX_BYTES // 3)
    with pytest.raises(RefusedError) as refused:
        parse(f"docker exec web echo {quotes}")
    assert refused.value.error.code is Code.INVALID_COMMAND
