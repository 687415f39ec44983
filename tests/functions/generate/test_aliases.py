"""Aliases: the owner's own names for containers."""

from pathlib import Path

import pytest

from contracts.errors import Code, RefusedError
from contracts.world import HostPicture, World
from functions.generate.aliases import Aliases
from functions.generate.builtin import propose
from functions.generate.model.excerpt import excerpt
from tests.functions.generate.worlds import AS_OF, container

WORLD = World(
    {
        "local": HostPicture(
            host="local",
            as_of=AS_OF,
            containers=(
                container("shop-pg-1", "postgres:16", labels={"role": "primary"}),
                container("shop-pg-2", "postgres:16", labels={"role": "replica"}),
                container("database-exporter", "exporter:1"),
                container("mq", "rabbitmq:3"),
            ),
        )
    }
)
FILE = """
[aliases."the database"]
label = "role=primary"

[aliases."order queue"]
name = "mq"

[aliases.replicas]
label = "role"

[aliases.ghost]
name = "gone"

[aliases.elsewhere]
name = "mq"
host = "eu-1"
"""


@pytest.fixture
def aliases(tmp_path: Path) -> Aliases:
    path = tmp_path / "aliases.toml"
    path.write_text(FILE)
    return Aliases.read(path)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("restart the database", "docker restart shop-pg-1"),
        ("Restart Database", "docker restart shop-pg-1"),
        ("restart the order queue", "docker restart mq"),
        ("show the last 5 lines of the logs of the order queue", "docker logs --tail 5 mq"),
        ("restart database-exporter", "docker restart database-exporter"),
    ],
)
def test_what_the_owner_calls_a_container_is_a_name_of_it(
    aliases: Aliases, words: str, line: str
) -> None:
    assert propose(words, WORLD, aliases=aliases) == (line,)


@pytest.mark.parametrize("words", ["restart the ghost", "restart elsewhere"])
def test_an_alias_of_nothing_here_means_nothing(aliases: Aliases, words: str) -> None:
    with pytest.raises(RefusedError) as caught:
        propose(words, WORLD, aliases=aliases)
    assert caught.value.error.code in {Code.UNKNOWN_OBJECT, Code.NOT_UNDERSTOOD}


def test_a_model_is_told_what_things_are_called(aliases: Aliases) -> None:
    shown = excerpt(
        "restart the order queue", WORLD, host=None, labels=(), tokens=60, aliases=aliases
    )
    assert shown.names[0] == "mq"
    assert '"called":["order queue"]' in shown.text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[aliases.x]\n", "aliases.x"),
        ("[aliases.x]\nname = 3\n", "aliases.x.name"),
        ("[aliases.x]\nname = 'a'\ncolour = 'b'\n", "aliases.x.colour"),
        ("[alias.x]\nname = 'a'\n", "alias"),
        ("[aliases", "end of document"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_fault(
    tmp_path: Path, text: str, fault: str
) -> None:
    path = tmp_path / "aliases.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"aliases\.toml") as caught:
        Aliases.read(path)
    assert fault in str(caught.value)
