"""`docker inspect` in its five spellings: one operation, narrowed by a type."""

from contracts.docker import operations as ops
from contracts.docker.grammar.kinds import (
    BOOL,
    NAME_OF,
    REFERENCE_TO,
    Kind,
    UnservedError,
)
from contracts.docker.grammar.references import NETWORK, PLATFORM
from contracts.docker.grammar.table import Argument, Command, Fields, Flag
from contracts.docker.harm import Risk

FORMAT = Flag(name="format", short="f", about="Go template or `json`")
SIZE = Flag(name="size", short="s", kind=BOOL, about="total file sizes of a container")
TYPES = ("container", "image", "network", "volume")


SWARM_TYPES = ("config", "node", "plugin", "secret", "service", "task")


def read_type(text: str) -> str:
    """Read the type of an object that single engines have."""
    if text in SWARM_TYPES:
        raise UnservedError(
            f"Objects of the type {text} are not served.", f"Ask for one of {', '.join(TYPES)}."
        )
    if text not in TYPES:
        raise ValueError(f"it must be one of {', '.join(TYPES)}")
    return text


TYPE = Kind("|".join(TYPES), read_type)


def inspect(kind: str, target: Kind, *flags: Flag) -> Command:
    """Return `docker <kind> inspect`."""
    return Command(
        names=(f"{kind} inspect",),
        model=ops.Inspect,
        about=f"show everything that the engine knows of a {kind}",
        risk=Risk.READ,
        flags=(FORMAT, *flags),
        arguments=(Argument(field="targets", kind=target, many=True),),
        fixed={"type": kind},
    )


NAMED = {"container": NAME_OF, "volume": NAME_OF, "network": NETWORK}


def named_as_its_type(fields: Fields) -> None:
    """Read the targets again as what `--type` says they are."""
    kind = NAMED.get(fields.get("type") or "", REFERENCE_TO)
    for target in fields["targets"]:
        kind.read(target)


COMMANDS = (
    inspect("container", NAME_OF, SIZE),
    inspect(
        "image", REFERENCE_TO, Flag(name="platform", kind=PLATFORM, about="os[/arch[/variant]]")
    ),
    inspect("network", NETWORK, Flag(name="verbose", short="v", kind=BOOL, about="in detail")),
    inspect("volume", NAME_OF),
    Command(
        names=("inspect",),
        model=ops.Inspect,
        about="show everything that the engine knows of an object",
        risk=Risk.READ,
        flags=(FORMAT, SIZE, Flag(name="type", kind=TYPE, about="kind of object")),
        arguments=(Argument(field="targets", kind=REFERENCE_TO, many=True),),
        checks=(named_as_its_type,),
    ),
)
