"""Containers that exist: list them, look at them, change their state, remove them."""

from collections.abc import Iterator

from contracts.docker import escape
from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.kinds import BOOL, FILTER, INT, LAST, NAME_OF, TAIL
from contracts.docker.grammar.networking import PRIVATE_PORT
from contracts.docker.grammar.quantities import TIME
from contracts.docker.grammar.references import CHECKPOINT, LINK_OR_NAME, NEW_IMAGE, OTHER_NAME
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Discloses, Finding, Risk

CONTAINER = Argument(field="container", kind=NAME_OF, refers="container")
CONTAINERS = Argument(field="containers", kind=NAME_OF, many=True, refers="container")
FORMAT = Flag(name="format", about="Go template, `table ...` or `json`")
NO_TRUNC = Flag(name="no-trunc", kind=BOOL, about="do not shorten")
QUIET = Flag(name="quiet", short="q", kind=BOOL, about="ids only")
ALL = Flag(name="all", short="a", kind=BOOL, about="stopped ones too")
FILTERS = Flag(
    name="filter",
    short="f",
    field="filters",
    kind=FILTER,
    many=True,
    about="only what fits, as key=value",
)
SIGNAL = Flag(name="signal", short="s", about="signal to send")
TIMEOUT = Flag(
    name="timeout",
    short="t",
    kind=INT,
    about="seconds to wait before SIGKILL; -1 waits for ever",
)
TIME_FLAG = Flag(name="time", field="time_flag", kind=INT, about="old name of --timeout")

PRUNE = (
    Flag(
        name="filter", field="filters", kind=FILTER, many=True, about="only what fits, as key=value"
    ),
    Flag(name="force", short="f", kind=BOOL, ignored=True, about="nobody is asked here"),
)


def told_by_copy(op: ops.Cp) -> Discloses:
    """Say what `docker cp` tells: what is copied out is data."""
    return Discloses.METADATA if op.into else Discloses.DATA


def judge_copy(op: ops.Cp) -> Iterator[Finding]:
    """Judge `docker cp`: a change into a container; an escape unless the other side is `-`."""
    if op.into:
        yield Risk.MUTATE, "writes into a container"
    yield from escape.judge_local_path(op.local)


COMMANDS = (
    Command(
        names=("ps", "container ls", "container list", "container ps"),
        model=ops.Ps,
        about="list containers",
        risk=Risk.READ,
        flags=(
            ALL,
            FILTERS,
            FORMAT,
            Flag(name="last", short="n", kind=LAST, about="the n newest, in any state"),
            Flag(
                name="latest",
                short="l",
                kind=BOOL,
                field="last",
                constant=1,
                about="the newest, in any state",
            ),
            NO_TRUNC,
            QUIET,
            Flag(name="size", short="s", kind=BOOL, about="total file sizes"),
        ),
    ),
    Command(
        names=("logs", "container logs"),
        model=ops.Logs,
        about="show what a container printed",
        risk=Risk.READ,
        discloses=Discloses.OUTPUT,
        flags=(
            Flag(name="details", kind=BOOL, about="with the attributes of the log driver"),
            Flag(name="follow", short="f", kind=BOOL, about="go on until the deadline"),
            Flag(name="since", kind=TIME, about="from this time on, or as far back as `10m`"),
            Flag(name="tail", short="n", kind=TAIL, about="only the last lines"),
            Flag(name="timestamps", short="t", kind=BOOL, about="with the time of each line"),
            Flag(name="until", kind=TIME, about="up to this time"),
        ),
        arguments=(CONTAINER,),
    ),
    Command(
        names=("stats", "container stats"),
        model=ops.Stats,
        about="show resource use",
        risk=Risk.READ,
        flags=(
            ALL,
            FORMAT,
            Flag(name="no-stream", kind=BOOL, field="stream", inverted=True, about="one reading"),
            NO_TRUNC,
        ),
        arguments=(
            Argument(
                field="containers", kind=NAME_OF, many=True, optional=True, refers="container"
            ),
        ),
        presets={"stream": True},
    ),
    Command(
        names=("top", "container top"),
        model=ops.Top,
        about="show the processes of a container",
        risk=Risk.READ,
        discloses=Discloses.OUTPUT,
        arguments=(CONTAINER, Argument(field="ps_args", many=True, optional=True)),
        interspersed=False,
    ),
    Command(
        names=("port", "container port"),
        model=ops.Port,
        about="show published ports",
        risk=Risk.READ,
        arguments=(CONTAINER, Argument(field="private_port", kind=PRIVATE_PORT, optional=True)),
    ),
    Command(
        names=("diff", "container diff"),
        model=ops.Diff,
        about="show what changed in a container's file system",
        risk=Risk.READ,
        arguments=(CONTAINER,),
    ),
    Command(
        names=("wait", "container wait"),
        model=ops.Wait,
        about="wait until containers stop and show their exit codes",
        risk=Risk.READ,
        arguments=(CONTAINERS,),
    ),
    Command(
        names=("start", "container start"),
        model=ops.Start,
        about="start stopped containers",
        risk=Risk.MUTATE,
        flags=(
            Flag(
                name="attach",
                short="a",
                kind=BOOL,
                discloses=Discloses.OUTPUT,
                about="wait for what it prints",
            ),
            Flag(
                name="interactive",
                short="i",
                kind=BOOL,
                discloses=Discloses.OUTPUT,
                about="attach its input, which is empty",
            ),
            Flag(name="checkpoint", kind=CHECKPOINT, about="restore from this checkpoint"),
            Flag(
                name="checkpoint-dir",
                judge=escape.escapes("reads or writes a file of the host"),
                about="folder of checkpoints on the host",
            ),
            Flag(name="detach-keys", ignored=True, about="no meaning without a terminal"),
        ),
        arguments=(CONTAINERS,),
        checks=(checks.one_attached,),
    ),
    Command(
        names=("stop", "container stop"),
        model=ops.Stop,
        about="stop containers",
        risk=Risk.MUTATE,
        flags=(SIGNAL, TIMEOUT, TIME_FLAG),
        arguments=(CONTAINERS,),
        checks=(checks.one_timeout,),
    ),
    Command(
        names=("restart", "container restart"),
        model=ops.Restart,
        about="restart containers",
        risk=Risk.MUTATE,
        flags=(SIGNAL, TIMEOUT, TIME_FLAG),
        arguments=(CONTAINERS,),
        checks=(checks.one_timeout,),
    ),
    Command(
        names=("pause", "container pause"),
        model=ops.Pause,
        about="freeze the processes of containers",
        risk=Risk.MUTATE,
        arguments=(CONTAINERS,),
    ),
    Command(
        names=("unpause", "container unpause"),
        model=ops.Unpause,
        about="let frozen containers go on",
        risk=Risk.MUTATE,
        arguments=(CONTAINERS,),
    ),
    Command(
        names=("kill", "container kill"),
        model=ops.Kill,
        about="send a signal to containers",
        risk=Risk.MUTATE,
        flags=(SIGNAL,),
        arguments=(CONTAINERS,),
    ),
    Command(
        names=("rename", "container rename"),
        model=ops.Rename,
        about="rename a container",
        risk=Risk.MUTATE,
        arguments=(CONTAINER, Argument(field="name", kind=OTHER_NAME)),
    ),
    Command(
        names=("rm", "container rm", "container remove"),
        model=ops.Rm,
        about="remove containers",
        risk=Risk.DESTROY,
        reason="removes containers",
        flags=(
            Flag(name="force", short="f", kind=BOOL, about="running ones too"),
            Flag(name="link", short="l", kind=BOOL, about="only a legacy link"),
            Flag(name="volumes", short="v", kind=BOOL, about="with their anonymous volumes"),
        ),
        arguments=(Argument(field="containers", kind=LINK_OR_NAME, many=True, refers="container"),),
        checks=(checks.names_or_link,),
    ),
    Command(
        names=("cp", "container cp"),
        model=ops.Cp,
        about="copy between a container and the caller",
        risk=Risk.READ,
        flags=(
            Flag(name="archive", short="a", kind=BOOL, about="keep owners and groups"),
            Flag(
                name="follow-link",
                short="L",
                kind=BOOL,
                about="follow symbolic links in the source",
            ),
            Flag(name="quiet", short="q", kind=BOOL, ignored=True, about="no meaning here"),
        ),
        arguments=(Argument(field="source"), Argument(field="destination")),
        refers=(("container", "container"),),
        checks=(checks.copying,),
        discloses=told_by_copy,
        judge=judge_copy,
    ),
    Command(
        names=("export", "container export"),
        model=ops.Export,
        about="send a container's file system to the caller",
        risk=Risk.READ,
        discloses=Discloses.DATA,
        flags=(
            Flag(
                name="output",
                short="o",
                judge=escape.judge_local_path,
                about="file instead of the answer",
            ),
        ),
        arguments=(CONTAINER,),
    ),
    Command(
        names=("commit", "container commit"),
        model=ops.Commit,
        about="make an image of a container",
        risk=Risk.MUTATE,
        flags=(
            Flag(name="author", short="a", about="author of the image"),
            Flag(
                name="change",
                short="c",
                field="changes",
                many=True,
                about="Dockerfile instruction to apply",
            ),
            Flag(name="message", short="m", about="message of the commit"),
            Flag(name="pause", short="p", kind=BOOL, about="stand still meanwhile"),
        ),
        arguments=(CONTAINER, Argument(field="reference", kind=NEW_IMAGE, optional=True)),
        interspersed=False,
    ),
    Command(
        names=("container prune",),
        model=ops.ContainerPrune,
        about="remove all stopped containers",
        risk=Risk.DESTROY,
        reason="removes all stopped containers",
        flags=PRUNE,
    ),
)
