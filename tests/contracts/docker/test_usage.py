import pytest

from contracts.docker.grammar import COMMANDS
from contracts.docker.operations import Help
from contracts.docker.parse import parse
from contracts.docker.usage import usage
from contracts.errors import Code, RefusedError


def test_every_name_of_every_command_is_explained() -> None:
    for name in (name for command in COMMANDS for name in command.names):
        op = parse(f"docker {name} --help")
        assert isinstance(op, Help)
        text = usage(op)
        assert text.startswith("Usage:  docker ")
        assert "risk: " in text


def test_every_flag_says_what_it_is_for() -> None:
    flags = [flag for command in COMMANDS for flag in (*command.before, *command.flags)]
    assert [flag.name for flag in flags if not (flag.about or flag.refused)] == []


def test_every_command_and_flag_of_the_table_is_spelt_once() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(set(names)) == len(names)
    for command in COMMANDS:
        spelt = [name for flag in command.flags for name in (flag.name, *flag.aliases)]
        short = [flag.short for flag in command.flags if flag.short]
        assert len(set(spelt)) == len(spelt)
        assert len(set(short)) == len(short)


def test_a_group_lists_its_commands() -> None:
    text = usage(Help(command=("network",)))
    assert "connect" in text
    assert "connect a container to a network" in text


def test_everything_is_listed_without_a_topic() -> None:
    text = usage(Help())
    assert all(command.name in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("docker help bogus", Code.INVALID_COMMAND),
        ("docker help swarm", Code.UNSUPPORTED_COMMAND),
        ("docker help container bogus", Code.INVALID_COMMAND),
    ],
)
def test_what_is_not_served_is_not_explained(line: str, code: Code) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(line)
    assert refused.value.error.code is code
