"""The engine itself: its version and what it says of itself."""

from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.containers import FILTERS, PRUNE
from contracts.docker.grammar.containers import FORMAT as LONG_FORMAT
from contracts.docker.grammar.inspect import FORMAT
from contracts.docker.grammar.kinds import BOOL
from contracts.docker.grammar.quantities import TIME
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Risk

COMMANDS = (
    Command(
        names=("version",),
        model=ops.Version,
        about="show the versions of client and engine",
        risk=Risk.READ,
        flags=(FORMAT,),
    ),
    Command(
        names=("info", "system info"),
        model=ops.Info,
        about="show what the engine says of itself",
        risk=Risk.READ,
        flags=(FORMAT,),
    ),
    Command(
        names=("help",),
        model=ops.Help,
        about="show how a command is used",
        risk=Risk.READ,
        arguments=(Argument(field="command", many=True, optional=True),),
    ),
    Command(
        names=("events", "system events"),
        model=ops.Events,
        about="show what happens in the engine",
        risk=Risk.READ,
        flags=(
            FILTERS,
            LONG_FORMAT,
            Flag(name="since", kind=TIME, about="from this time on, or as far back as `10m`"),
            Flag(name="until", kind=TIME, about="without it, until the deadline"),
        ),
    ),
    Command(
        names=("system df",),
        model=ops.SystemDf,
        about="show what takes up disk space",
        risk=Risk.READ,
        flags=(LONG_FORMAT, Flag(name="verbose", short="v", kind=BOOL, about="in detail")),
    ),
    Command(
        names=("system prune",),
        model=ops.SystemPrune,
        about="remove everything that is not used",
        risk=Risk.DESTROY,
        reason="removes everything that is not used",
        flags=(
            Flag(name="all", short="a", kind=BOOL, about="all unused images, not only nameless"),
            Flag(name="volumes", kind=BOOL, about="anonymous volumes too"),
            *PRUNE,
        ),
        checks=(checks.no_until_with_volumes,),
    ),
)
