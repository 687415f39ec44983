"""The flags of docker's client itself, which stand before the command."""

from contracts.docker import escape
from contracts.docker import operations as ops
from contracts.docker.grammar.kinds import BOOL, Kind
from contracts.docker.grammar.table import Command, Flag
from contracts.docker.harm import Risk

ENDPOINT = (
    "The gateway decides how engines are reached; name a host in the request's `host` instead."
)
LEVELS = ("debug", "info", "warn", "error", "fatal", "warning", "panic", "trace")


def read_level(text: str) -> str:
    """Read a level of the client's log."""
    if text.lower() not in LEVELS:
        raise ValueError(f"it must be one of {', '.join(LEVELS[:5])}")
    return text


LEVEL = Kind("level", read_level)

OTHER_ENGINE = escape.escapes("chooses another engine, or other credentials")

CLIENT = Command(
    names=("",),
    model=ops.Version,
    about="flags of the client, before the command",
    risk=Risk.READ,
    flags=(
        Flag(name="config", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="context", short="c", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="debug", short="D", kind=BOOL, ignored=True, about="no meaning here"),
        Flag(name="host", short="H", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(
            name="log-level",
            short="l",
            kind=LEVEL,
            ignored=True,
            about="no meaning here",
        ),
        Flag(name="tls", kind=BOOL, refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="tlscacert", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="tlscert", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="tlskey", refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="tlsverify", kind=BOOL, refused=ENDPOINT, judge=OTHER_ENGINE),
        Flag(name="version", short="v", kind=BOOL, ignored=True, about="same as `docker version`"),
    ),
)
