"""The engine itself: its version and what it says of itself."""

from contracts.docker import operations as ops
from contracts.docker.grammar.inspect import FORMAT
from contracts.docker.grammar.table import Argument, Command
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
)
