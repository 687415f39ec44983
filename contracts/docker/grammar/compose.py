"""`docker compose` for projects that exist, known by their containers' labels."""

from contracts.docker import escape
from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.containers import FORMAT, NO_TRUNC, QUIET, SIGNAL, TIMEOUT
from contracts.docker.grammar.kinds import BOOL, FILTER, INT, TAIL, Kind
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Discloses, Risk
from contracts.model import Fact

PLAN = "Nothing is run in the request's mode `plan`; ask in that mode instead."
SHOW = "no meaning without a terminal"
NO_FILES = "The gateway reads no compose files; set values where the project is deployed."


def read_project(text: str) -> str:
    """Read the name of a project or of a service (compose-spec)."""
    if not text or not text.isascii() or not text.replace("-", "a").replace("_", "a").isalnum():
        raise ValueError("it must be made of letters, digits, '-' and '_'")
    return text


def read_service(text: str) -> str:
    """Read the name of a service (compose-spec)."""
    if text.startswith("-"):
        raise ValueError("no service can have this name")
    return read_project(text.replace(".", "_")) and text


PROJECT = Kind("project", read_project)
SERVICE = Kind("service", read_service)
SERVICES = Argument(field="services", kind=SERVICE, many=True, optional=True)
DRY_RUN = Flag(name="dry-run", kind=BOOL, refused=PLAN)

BEFORE = (
    Flag(name="all-resources", kind=BOOL, ignored=True, about=SHOW),
    Flag(name="ansi", ignored=True, about=SHOW),
    Flag(name="compatibility", kind=BOOL, ignored=True, about="no meaning here"),
    DRY_RUN,
    Flag(
        name="env-file",
        refused=NO_FILES,
        judge=escape.escapes("reads a file of the gateway's host"),
    ),
    Flag(
        name="file",
        short="f",
        field="files",
        many=True,
        judge=escape.judge_compose_files,
        about="compose file that its labels name",
    ),
    Flag(name="no-ansi", kind=BOOL, ignored=True, about=SHOW),
    Flag(name="parallel", kind=INT, ignored=True, about="no meaning here"),
    Flag(name="profile", field="profiles", many=True, about="profile of services"),
    Flag(name="progress", ignored=True, about=SHOW),
    Flag(
        name="project-directory",
        aliases=("workdir",),
        field="directory",
        about="folder that its labels name",
    ),
    Flag(
        name="project-name", short="p", field="project", kind=PROJECT, about="name of the project"
    ),
    Flag(name="verbose", kind=BOOL, ignored=True, about=SHOW),
    Flag(name="version", short="v", kind=BOOL, refused="Ask for `docker version`."),
)

GROUP = Command(
    names=("compose",),
    model=ops.ComposeLs,
    about="flags that say which project is meant",
    risk=Risk.READ,
    flags=BEFORE,
)


TELLING = {ops.ComposeLogs, ops.ComposeTop}
"""What shows output of containers."""


def compose(model: type[Fact], about: str, risk: Risk, *flags: Flag, reason: str = "") -> Command:
    """Return the command of a compose operation."""
    name = model.model_fields["verb"].default
    return Command(
        names=(name,),
        model=model,
        about=about,
        risk=risk,
        reason=reason,
        discloses=Discloses.OUTPUT if model in TELLING else Discloses.METADATA,
        before=BEFORE,
        flags=(DRY_RUN, *flags),
        arguments=() if model is ops.ComposeLs else (SERVICES,),
        checks=(checks.compose_files,),
    )


COMMANDS = (
    compose(
        ops.ComposeLs,
        "list projects",
        Risk.READ,
        Flag(name="all", short="a", kind=BOOL, about="stopped ones too"),
        Flag(
            name="filter",
            field="filters",
            kind=FILTER,
            many=True,
            about="only what fits, as key=value",
        ),
        FORMAT,
        QUIET,
    ),
    compose(
        ops.ComposePs,
        "list the containers of a project",
        Risk.READ,
        Flag(name="all", short="a", kind=BOOL, about="stopped ones too"),
        Flag(name="filter", about="status=..."),
        FORMAT,
        NO_TRUNC,
        Flag(name="orphans", kind=BOOL, about="services that are gone too"),
        QUIET,
        Flag(name="services", kind=BOOL, field="list_services", about="names of services"),
        Flag(name="status", field="statuses", many=True, about="only containers in this state"),
    ),
    compose(
        ops.ComposeLogs,
        "show what the containers of a project printed",
        Risk.READ,
        Flag(name="follow", short="f", kind=BOOL, about="go on until the deadline"),
        Flag(name="index", kind=INT, about="one replica"),
        Flag(name="no-color", kind=BOOL, ignored=True, about=SHOW),
        Flag(
            name="no-log-prefix",
            kind=BOOL,
            field="log_prefix",
            inverted=True,
            about="without the name of the service",
        ),
        Flag(name="since", about="from this time on, or as far back as `10m`"),
        Flag(name="tail", short="n", kind=TAIL, about="only the last lines"),
        Flag(name="timestamps", short="t", kind=BOOL, about="with the time of each line"),
        Flag(name="until", about="up to this time"),
    ),
    compose(
        ops.ComposeTop,
        "show the processes of a project",
        Risk.READ,
    ),
    compose(ops.ComposeImages, "list the images of a project", Risk.READ, FORMAT, QUIET),
    compose(ops.ComposeStart, "start a project's containers", Risk.MUTATE),
    compose(ops.ComposeStop, "stop a project's containers", Risk.MUTATE, TIMEOUT),
    compose(
        ops.ComposeRestart,
        "restart a project's containers",
        Risk.MUTATE,
        Flag(
            name="no-deps",
            kind=BOOL,
            field="dependencies",
            inverted=True,
            about="without what depends on it",
        ),
        TIMEOUT,
    ),
    compose(ops.ComposePause, "freeze a project's processes", Risk.MUTATE),
    compose(ops.ComposeUnpause, "let frozen processes go on", Risk.MUTATE),
    compose(
        ops.ComposeKill,
        "send a signal to a project's containers",
        Risk.MUTATE,
        Flag(
            name="remove-orphans",
            kind=BOOL,
            judge=escape.destroys("removes containers of services that are gone"),
            about="remove containers of services that are gone",
        ),
        SIGNAL,
    ),
    compose(
        ops.ComposeRm,
        "remove a project's stopped containers",
        Risk.DESTROY,
        Flag(name="all", short="a", kind=BOOL, ignored=True, about="no meaning any more"),
        Flag(name="force", short="f", kind=BOOL, ignored=True, about="nobody is asked here"),
        Flag(name="stop", short="s", kind=BOOL, about="stop running ones first"),
        Flag(name="volumes", short="v", kind=BOOL, about="with their anonymous volumes"),
        reason="removes a project's containers",
    ),
)
