"""`docker run`, `create`, `update` and `exec`: what starts processes, and within which bounds."""

from collections.abc import Iterator

from contracts.docker import escape, inner
from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.containers import CONTAINER, CONTAINERS
from contracts.docker.grammar.kinds import BOOL, INT, TEXT, Kind
from contracts.docker.grammar.mounting import BINDING, MOUNT
from contracts.docker.grammar.networking import (
    ADDRESS,
    ATTACHMENT,
    EXPOSE,
    HOST,
    LINK,
    MAC_ADDRESS,
    PUBLICATION,
    SEARCH_DOMAIN,
    SOURCE,
)
from contracts.docker.grammar.quantities import (
    CPUS,
    DURATION_OF,
    POSITIVE,
    SIZES,
    SWAP,
    SWAPPINESS,
    UINT16,
    UINT64,
)
from contracts.docker.grammar.references import IMAGE_OR_ID, NEW_NAME, PLATFORM
from contracts.docker.grammar.settings import (
    BPS,
    CGROUP_SPACE,
    DEVICE,
    DEVICE_RULE,
    DEVICE_WEIGHT,
    ENV,
    GPUS,
    HOST_ONLY,
    IOPS,
    LABEL,
    OPTION,
    PID,
    PULL,
    RESTART,
    SECURITY,
    STREAM,
    STRICT_OPTION,
    SYSCTL,
    ULIMIT,
)
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Discloses, Finding, Judge, Risk

TRUST = "Signatures are not checked here; ask for an image by its digest."
FILE = "reads or writes a file of the gateway's host"


SHORT = {"attach": "a", "env": "e", "label": "l", "publish": "p", "volume": "v"}


def text(name: str, kind: Kind = TEXT, judge: Judge | None = None, about: str = "") -> Flag:
    """Return a flag with one value."""
    return Flag(name=name, kind=kind, judge=judge, about=about)


def switch(name: str, short: str = "", judge: Judge | None = None, about: str = "") -> Flag:
    """Return a flag that stands without a value."""
    return Flag(name=name, short=short, kind=BOOL, judge=judge, about=about)


def several(
    name: str, field: str, kind: Kind = TEXT, judge: Judge | None = None, *, about: str
) -> Flag:
    """Return a flag that may be repeated."""
    short = SHORT.get(name, "")
    return Flag(name=name, short=short, field=field, kind=kind, many=True, judge=judge, about=about)


LIMITS = (
    text("blkio-weight", UINT16, about="block IO weight, 10 to 1000"),
    text("cpu-period", INT, about="CFS period in microseconds"),
    text("cpu-quota", INT, about="CFS quota in microseconds"),
    text("cpu-rt-period", INT, about="real-time period in microseconds"),
    text("cpu-rt-runtime", INT, about="real-time run time in microseconds"),
    Flag(name="cpu-shares", short="c", kind=INT, about="relative weight"),
    text("cpus", CPUS, about="number of CPUs"),
    text("cpuset-cpus", about="CPUs to run on, such as 0-3"),
    text("cpuset-mems", about="memory nodes to use"),
    text("kernel-memory", SIZES, about="limit of kernel memory"),
    Flag(name="memory", short="m", kind=SIZES, about="limit of memory"),
    text("memory-reservation", SIZES, about="soft limit of memory"),
    text("memory-swap", SWAP, about="limit of memory and swap together; -1 is unlimited"),
    text("pids-limit", INT, escape.judge_processes, about="-1 is unlimited"),
    text("restart", RESTART, about="no, always, unless-stopped or on-failure[:n]"),
)

SECURITY_FLAGS = (
    several(
        "cap-add", "cap_add", judge=escape.judge_capabilities, about="Linux capabilities to add"
    ),
    several("cap-drop", "cap_drop", about="Linux capabilities to drop"),
    text(
        "cgroup-parent",
        judge=escape.escapes("chooses its parent cgroup on the host"),
        about="parent cgroup on the host",
    ),
    text("cgroupns", CGROUP_SPACE, escape.namespace("cgroup"), about="cgroup namespace"),
    several(
        "device",
        "devices",
        DEVICE,
        escape.escapes("uses a device of the host"),
        about="host device",
    ),
    several(
        "device-cgroup-rule",
        "device_cgroup_rules",
        DEVICE_RULE,
        escape.escapes("may use devices of the host"),
        about="devices that may be used",
    ),
    several("gpus", "gpus", GPUS, escape.escapes("uses GPUs of the host"), about="GPUs to use"),
    several("group-add", "groups", about="further groups"),
    text("ipc", judge=escape.namespace("IPC"), about="IPC namespace"),
    text("isolation", about="isolation technology (Windows)"),
    switch(
        "oom-kill-disable",
        judge=escape.escapes("is spared by the host's memory killer"),
        about="never kill it when memory is short",
    ),
    text("oom-score-adj", INT, escape.judge_oom_score, about="preference when memory is short"),
    text("pid", PID, escape.namespace("PID"), about="PID namespace"),
    switch("privileged", judge=escape.escapes("is privileged"), about="all rights of the host"),
    text("runtime", judge=escape.escapes("chooses the runtime on the host"), about="OCI runtime"),
    several(
        "security-opt",
        "security_options",
        SECURITY,
        escape.judge_security,
        about="how it is confined",
    ),
    several(
        "sysctl",
        "sysctls",
        SYSCTL,
        escape.escapes("sets kernel parameters"),
        about="kernel parameter",
    ),
    switch(
        "use-api-socket",
        judge=escape.escapes("mounts the engine's socket"),
        about="mount the engine's socket",
    ),
    text("userns", HOST_ONLY, escape.namespace("user"), about="user namespace"),
    text("uts", HOST_ONLY, escape.namespace("UTS"), about="UTS namespace"),
)

STORAGE_FLAGS = (
    several("mount", "mounts", MOUNT, escape.judge_mounts, about="mount, as key=value,..."),
    switch("read-only", about="read-only root file system"),
    several("storage-opt", "storage_options", STRICT_OPTION, about="option of the storage driver"),
    several("tmpfs", "tmpfs", judge=escape.judge_tmpfs, about="file system in memory"),
    several("volume", "volumes", BINDING, escape.judge_volumes, about="[source:]target[:mode]"),
    text("volume-driver", judge=escape.judge_driver, about="driver for its volumes"),
    several(
        "volumes-from",
        "volumes_from",
        SOURCE,
        judge=escape.judge_inherited,
        about="mounts of another container",
    ),
    text("shm-size", SIZES, about="size of /dev/shm"),
)

NETWORK_FLAGS = (
    several("add-host", "add_hosts", HOST, about="line for /etc/hosts"),
    several("dns", "dns", ADDRESS, about="name server"),
    Flag(
        name="dns-option",
        aliases=("dns-opt",),
        field="dns_options",
        many=True,
        about="option of the resolver",
    ),
    several("dns-search", "dns_search", SEARCH_DOMAIN, about="domain to search"),
    text("domainname", about="NIS domain"),
    several("expose", "expose", EXPOSE, about="port that others may use"),
    Flag(name="hostname", short="h", about="host name"),
    text("ip", about="IPv4 address"),
    text("ip6", about="IPv6 address"),
    several("link", "links", LINK, about="legacy link to a container"),
    several("link-local-ip", "link_local_ips", about="link-local address"),
    text("mac-address", MAC_ADDRESS, about="MAC address"),
    Flag(
        name="network",
        aliases=("net",),
        field="networks",
        kind=ATTACHMENT,
        many=True,
        judge=escape.judge_networks,
        about="network to join",
    ),
    Flag(
        name="network-alias",
        aliases=("net-alias",),
        field="network_aliases",
        many=True,
        about="further name in its network",
    ),
    several(
        "publish", "ports", PUBLICATION, about="port of the host, as [[ip:]port:]port[/protocol]"
    ),
    switch("publish-all", "P", about="publish all exposed ports"),
)

PROCESS_FLAGS = (
    several("attach", "attach", STREAM, about="stdin, stdout or stderr"),
    text("entrypoint", about="program instead of the image's"),
    several("env", "env", ENV, escape.judge_env, about="environment variable"),
    several("env-file", "env_files", judge=escape.escapes(FILE), about="file of variables"),
    text("health-cmd", about="command that checks its health"),
    text("health-interval", DURATION_OF, about="time between checks"),
    text("health-retries", POSITIVE, about="failures until unhealthy"),
    text("health-start-interval", DURATION_OF, about="time between checks at the start"),
    text("health-start-period", DURATION_OF, about="time to start in"),
    text("health-timeout", DURATION_OF, about="longest time of a check"),
    switch("init", about="run an init process"),
    switch("interactive", "i", about="keep standard input open"),
    switch("no-healthcheck", about="no health check"),
    text("stop-signal", about="signal to stop it"),
    text("stop-timeout", INT, about="seconds until it is killed"),
    switch("tty", "t", about="allocate a terminal"),
    several("ulimit", "ulimits", ULIMIT, about="limit, as name=soft[:hard]"),
    Flag(name="user", short="u", about="user, as name or id[:group]"),
    Flag(name="workdir", short="w", about="working directory"),
)

OTHER_FLAGS = (
    several(
        "annotation",
        "annotations",
        OPTION,
        escape.escapes("tells the runtime on the host what to do"),
        about="annotation for the OCI runtime",
    ),
    several(
        "blkio-weight-device",
        "blkio_weight_devices",
        DEVICE_WEIGHT,
        about="block IO weight for a device",
    ),
    text("cidfile", judge=escape.escapes(FILE), about="file for its id"),
    several("device-read-bps", "device_read_bps", BPS, about="read rate of a device"),
    several("device-read-iops", "device_read_iops", IOPS, about="read operations of a device"),
    several("device-write-bps", "device_write_bps", BPS, about="write rate of a device"),
    several("device-write-iops", "device_write_iops", IOPS, about="write operations of a device"),
    Flag(name="disable-content-trust", kind=BOOL, refused=TRUST, refused_when=False),
    several("label", "labels", LABEL, about="label"),
    several("label-file", "label_files", judge=escape.escapes(FILE), about="file of labels"),
    text("log-driver", judge=escape.judge_log_driver, about="where its log goes"),
    several(
        "log-opt", "log_options", OPTION, escape.judge_log_options, about="option of the log driver"
    ),
    text("memory-swappiness", SWAPPINESS, about="0 to 100"),
    text("name", NEW_NAME, about="its name"),
    text("platform", PLATFORM, about="os[/arch[/variant]]"),
    text("pull", PULL, about="always, missing or never"),
    switch("quiet", "q", about="no progress of pulls"),
    switch("rm", about="remove it when it ends"),
)

SPECIFICATION = tuple(
    sorted(
        (*LIMITS, *SECURITY_FLAGS, *STORAGE_FLAGS, *NETWORK_FLAGS, *PROCESS_FLAGS, *OTHER_FLAGS),
        key=lambda flag: flag.name,
    )
)
WINDOWS = tuple(
    Flag(name=name, kind=kind, refused="Only engines on Windows have it; leave it out.")
    for name, kind in (
        ("cpu-count", INT),
        ("cpu-percent", INT),
        ("io-maxbandwidth", SIZES),
        ("io-maxiops", UINT64),
    )
)
IMAGE = Argument(field="image", kind=IMAGE_OR_ID)
ARGS = Argument(field="args", many=True, optional=True)
NO_TERMINAL = (
    Flag(name="detach-keys", ignored=True, about="no meaning without a terminal"),
    Flag(name="sig-proxy", kind=BOOL, ignored=True, about="no meaning without a terminal"),
)


def judge_specification(op: ops.Create | ops.Run) -> Iterator[Finding]:
    """Judge what a new container runs: destruction where it removes what its mounts hold."""
    entrypoint = (op.entrypoint,) if op.entrypoint else ()
    lasting = bool(op.volumes or op.mounts or op.volumes_from)
    yield from inner.findings((*entrypoint, *op.args), lasting=lasting)
    if op.health_cmd:
        yield from inner.findings(("sh", "-c", op.health_cmd), lasting=lasting)


def judge_exec(op: ops.Exec) -> Iterator[Finding]:
    """Judge what is run inside a container: destruction where it removes something."""
    yield from inner.findings(op.argv)


COMMANDS = (
    Command(
        names=("run", "container run"),
        model=ops.Run,
        about="create a container and start it",
        risk=Risk.MUTATE,
        discloses=Discloses.OUTPUT,
        flags=(
            switch("detach", "d", about="do not wait for it"),
            *SPECIFICATION,
            *NO_TERMINAL,
            *WINDOWS,
        ),
        arguments=(IMAGE, ARGS),
        interspersed=False,
        checks=(*checks.SPECIFICATION, checks.detached_or_attached, checks.no_terminal),
        judge=judge_specification,
    ),
    Command(
        names=("create", "container create"),
        model=ops.Create,
        about="create a container",
        risk=Risk.MUTATE,
        flags=(*SPECIFICATION, *WINDOWS),
        arguments=(IMAGE, ARGS),
        interspersed=False,
        checks=checks.SPECIFICATION,
        judge=judge_specification,
    ),
    Command(
        names=("update", "container update"),
        model=ops.Update,
        about="change the limits of containers",
        risk=Risk.MUTATE,
        flags=LIMITS,
        arguments=(CONTAINERS,),
        checks=(checks.something_to_change,),
    ),
    Command(
        names=("exec", "container exec"),
        model=ops.Exec,
        about="run a command inside a container",
        risk=Risk.MUTATE,
        reason="runs a command inside a container",
        discloses=Discloses.OUTPUT,
        flags=(
            switch("detach", "d", about="do not wait for it"),
            several("env", "env", ENV, escape.judge_env, about="environment variable"),
            several("env-file", "env_files", judge=escape.escapes(FILE), about="file of variables"),
            switch("interactive", "i", about="keep standard input open"),
            switch(
                "privileged", judge=escape.escapes("is privileged"), about="all rights of the host"
            ),
            switch("tty", "t", about="allocate a terminal"),
            Flag(name="user", short="u", about="user, as name or id[:group]"),
            Flag(name="workdir", short="w", about="working directory"),
            NO_TERMINAL[0],
        ),
        arguments=(CONTAINER, Argument(field="argv", many=True)),
        interspersed=False,
        checks=(checks.no_terminal,),
        judge=judge_exec,
    ),
)
