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
)
from contracts.docker.grammar.quantities import (
    CPUS,
    DURATION_OF,
    POSITIVE,
    SIZES,
    SWAP,
    SWAPPINESS,
    UINT16,
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


def text(name: str, kind: Kind = TEXT, judge: Judge | None = None, about: str = "") -> Flag:
    """Return a flag with one value."""
    return Flag(name=name, kind=kind, judge=judge, about=about)


def switch(name: str, short: str = "", judge: Judge | None = None, about: str = "") -> Flag:
    """Return a flag that stands without a value."""
    return Flag(name=name, short=short, kind=BOOL, judge=judge, about=about)


def several(
    name: str, field: str, kind: Kind = TEXT, judge: Judge | None = None, short: str = ""
) -> Flag:
    """Return a flag that may be repeated."""
    return Flag(name=name, short=short, field=field, kind=kind, many=True, judge=judge)


LIMITS = (
    text("blkio-weight", UINT16),
    text("cpu-period", INT),
    text("cpu-quota", INT),
    text("cpu-rt-period", INT),
    text("cpu-rt-runtime", INT),
    Flag(name="cpu-shares", short="c", kind=INT),
    text("cpus", CPUS),
    text("cpuset-cpus"),
    text("cpuset-mems"),
    text("kernel-memory", SIZES),
    Flag(name="memory", short="m", kind=SIZES),
    text("memory-reservation", SIZES),
    text("memory-swap", SWAP),
    text("pids-limit", INT, about="-1 is unlimited"),
    text("restart", RESTART),
)

SECURITY_FLAGS = (
    several("cap-add", "cap_add", judge=escape.judge_capabilities),
    several("cap-drop", "cap_drop"),
    text("cgroup-parent", judge=escape.escapes("chooses its parent cgroup on the host")),
    text("cgroupns", CGROUP_SPACE, escape.namespace("cgroup")),
    several("device", "devices", DEVICE, escape.escapes("uses a device of the host")),
    several(
        "device-cgroup-rule",
        "device_cgroup_rules",
        DEVICE_RULE,
        escape.escapes("may use devices of the host"),
    ),
    several("gpus", "gpus", GPUS, escape.escapes("uses GPUs of the host")),
    several("group-add", "groups"),
    text("ipc", judge=escape.namespace("IPC")),
    text("isolation"),
    switch("oom-kill-disable", judge=escape.escapes("is spared by the host's memory killer")),
    text("oom-score-adj", INT, escape.judge_oom_score),
    text("pid", PID, escape.namespace("PID")),
    switch("privileged", judge=escape.escapes("is privileged")),
    text("runtime", judge=escape.escapes("chooses the runtime on the host")),
    several("security-opt", "security_options", SECURITY, escape.judge_security),
    several("sysctl", "sysctls", SYSCTL, escape.escapes("sets kernel parameters")),
    switch("use-api-socket", judge=escape.escapes("mounts the engine's socket")),
    text("userns", HOST_ONLY, escape.namespace("user")),
    text("uts", HOST_ONLY, escape.namespace("UTS")),
)

STORAGE_FLAGS = (
    several("mount", "mounts", MOUNT, escape.judge_mounts),
    switch("read-only"),
    several("storage-opt", "storage_options", STRICT_OPTION),
    several("tmpfs", "tmpfs"),
    several("volume", "volumes", BINDING, escape.judge_volumes, short="v"),
    text("volume-driver", judge=escape.judge_driver),
    several("volumes-from", "volumes_from", judge=escape.judge_inherited),
    text("shm-size", SIZES),
)

NETWORK_FLAGS = (
    several("add-host", "add_hosts", HOST),
    several("dns", "dns", ADDRESS),
    Flag(name="dns-option", aliases=("dns-opt",), field="dns_options", many=True),
    several("dns-search", "dns_search", SEARCH_DOMAIN),
    text("domainname"),
    several("expose", "expose", EXPOSE),
    Flag(name="hostname", short="h"),
    text("ip"),
    text("ip6"),
    several("link", "links", LINK),
    several("link-local-ip", "link_local_ips"),
    text("mac-address", MAC_ADDRESS),
    Flag(
        name="network",
        aliases=("net",),
        field="networks",
        kind=ATTACHMENT,
        many=True,
        judge=escape.judge_networks,
    ),
    Flag(name="network-alias", aliases=("net-alias",), field="network_aliases", many=True),
    several("publish", "ports", PUBLICATION, short="p"),
    switch("publish-all", "P"),
)

PROCESS_FLAGS = (
    several("attach", "attach", STREAM, short="a"),
    text("entrypoint"),
    several("env", "env", ENV, escape.judge_env, short="e"),
    several("env-file", "env_files", judge=escape.escapes(FILE)),
    text("health-cmd"),
    text("health-interval", DURATION_OF),
    text("health-retries", POSITIVE),
    text("health-start-interval", DURATION_OF),
    text("health-start-period", DURATION_OF),
    text("health-timeout", DURATION_OF),
    switch("init"),
    switch("interactive", "i", about="keep standard input open"),
    switch("no-healthcheck"),
    text("stop-signal"),
    text("stop-timeout", INT),
    switch("tty", "t"),
    several("ulimit", "ulimits", ULIMIT),
    Flag(name="user", short="u"),
    Flag(name="workdir", short="w"),
)

OTHER_FLAGS = (
    several("annotation", "annotations", OPTION),
    several("blkio-weight-device", "blkio_weight_devices", DEVICE_WEIGHT),
    text("cidfile", judge=escape.escapes(FILE)),
    several("device-read-bps", "device_read_bps", BPS),
    several("device-read-iops", "device_read_iops", IOPS),
    several("device-write-bps", "device_write_bps", BPS),
    several("device-write-iops", "device_write_iops", IOPS),
    Flag(name="disable-content-trust", kind=BOOL, refused=TRUST, refused_when=False),
    several("label", "labels", LABEL, short="l"),
    several("label-file", "label_files", judge=escape.escapes(FILE)),
    text("log-driver", judge=escape.judge_log_driver),
    several("log-opt", "log_options", OPTION, escape.judge_log_options),
    text("memory-swappiness", SWAPPINESS),
    text("name", NEW_NAME),
    text("platform", PLATFORM),
    text("pull", PULL),
    switch("quiet", "q"),
    switch("rm", about="remove it when it ends"),
)

SPECIFICATION = tuple(
    sorted(
        (*LIMITS, *SECURITY_FLAGS, *STORAGE_FLAGS, *NETWORK_FLAGS, *PROCESS_FLAGS, *OTHER_FLAGS),
        key=lambda flag: flag.name,
    )
)
IMAGE = Argument(field="image", kind=IMAGE_OR_ID)
ARGS = Argument(field="args", many=True, optional=True)
NO_TERMINAL = (
    Flag(name="detach-keys", ignored=True, about="no meaning without a terminal"),
    Flag(name="sig-proxy", kind=BOOL, ignored=True, about="no meaning without a terminal"),
)


def judge_specification(op: ops.Create | ops.Run) -> Iterator[Finding]:
    """Judge what a new container runs: what it removes counts where it mounts what lasts."""
    entrypoint = (op.entrypoint,) if op.entrypoint else ()
    lasting = bool(op.volumes or op.mounts or op.volumes_from)
    yield from inner.findings((*entrypoint, *op.args), lasting=lasting)


def judge_exec(op: ops.Exec) -> Iterator[Finding]:
    """Judge what is run inside a container."""
    yield from inner.findings(op.argv)


COMMANDS = (
    Command(
        names=("run", "container run"),
        model=ops.Run,
        about="create a container and start it",
        risk=Risk.MUTATE,
        discloses=Discloses.OUTPUT,
        flags=(switch("detach", "d", about="do not wait for it"), *SPECIFICATION, *NO_TERMINAL),
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
        flags=SPECIFICATION,
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
            several("env", "env", ENV, escape.judge_env, short="e"),
            several("env-file", "env_files", judge=escape.escapes(FILE)),
            switch("interactive", "i", about="keep standard input open"),
            switch("privileged", judge=escape.escapes("is privileged")),
            switch("tty", "t"),
            Flag(name="user", short="u"),
            Flag(name="workdir", short="w"),
            NO_TERMINAL[0],
        ),
        arguments=(CONTAINER, Argument(field="argv", many=True)),
        interspersed=False,
        checks=(checks.no_terminal,),
        judge=judge_exec,
    ),
)
