"""Images: list them, look at them, move and remove them."""

from contracts.docker import operations as ops
from contracts.docker.grammar.containers import FILTERS, FORMAT, NO_TRUNC, QUIET
from contracts.docker.grammar.kinds import BOOL
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Risk

COMMANDS = (
    Command(
        names=("images", "image ls", "image list"),
        model=ops.Images,
        about="list images",
        risk=Risk.READ,
        flags=(
            Flag(name="all", short="a", kind=BOOL, about="intermediate ones too"),
            Flag(name="digests", kind=BOOL),
            FILTERS,
            FORMAT,
            NO_TRUNC,
            QUIET,
            Flag(
                name="tree",
                kind=BOOL,
                refused="The tree view is experimental; ask for `docker images`.",
            ),
        ),
        arguments=(Argument(field="reference", optional=True),),
    ),
)
