"""Every way in which an operation could reach the host, or past its own container.

Each judge looks at one field and yields what is risky in it. Sources: docker/cli v28 and the
engine's API v1.49; what is not known to be harmless counts as reaching the host.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from contracts.docker.harm import Finding, Judge, Risk
from contracts.docker.operations.values import Attachment, Binding, Mount, Setting

DEFAULT_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
PRIVATE_ZONES = (
    ".internal",
    ".local",
    ".localhost",
    ".localdomain",
    ".lan",
    ".home",
    ".home.arpa",
    ".intranet",
    ".corp",
    ".private",
)
NETWORK_DRIVERS = frozenset(
    {"", "default", "bridge", "overlay", "macvlan", "ipvlan", "none", "null", "host"}
)
"""The engine's own. Without a parent, macvlan and ipvlan lead nowhere; of none and host there is
one each, and the engine makes no other."""
LOCAL_LOG_DRIVERS = frozenset({"", "none", "local", "json-file", "journald"})
BINDING = frozenset(
    {"bind", "rbind", "move", "remount", "shared", "rshared", "slave", "rslave", "loop"}
)


def escapes(reason: str) -> Judge:
    """Return a judge for a field that reaches the host whatever its value."""
    return always(Risk.ESCAPE, reason)


def destroys(reason: str) -> Judge:
    """Return a judge for a field that removes something."""
    return always(Risk.DESTROY, reason)


def always(risk: Risk, reason: str) -> Judge:
    """Return a judge that finds the same whatever the value; its docstring says what."""

    def judge(_: object) -> Iterator[Finding]:
        yield risk, reason

    judge.__doc__ = f"{risk}: {reason}."
    return judge


def namespace(name: str) -> Judge:
    """Return a judge for a namespace: the host's, or another container's."""

    def judge(value: str) -> Iterator[Finding]:
        mode = value.strip().lower()
        if mode == "host":
            yield Risk.ESCAPE, f"shares the host's {name} namespace"
        elif mode.startswith("container:"):
            yield Risk.ESCAPE, f"joins the {name} namespace of another container"
        elif mode not in {"private", "shareable", "none"}:
            yield Risk.ESCAPE, f"asks for an unknown {name} namespace"

    judge.__doc__ = f"escape: the {name} namespace of the host or of another container."
    return judge


def judge_networks(attachments: tuple[Attachment, ...]) -> Iterator[Finding]:
    """Judge `--network`: the host's network, or another container's, is an escape."""
    for attachment in attachments:
        yield from judge_network(attachment.name)


def judge_network(name: str) -> Iterator[Finding]:
    """Judge the name of a network."""
    mode = name.strip().lower()
    if mode == "host":
        yield Risk.ESCAPE, "shares the host's network namespace"
    elif mode.startswith("container:"):
        yield Risk.ESCAPE, "joins the network namespace of another container"


def judge_network_driver(name: str) -> Iterator[Finding]:
    """Judge `--driver` of a network: an escape unless it is one of the engine's own."""
    if name.lower() not in NETWORK_DRIVERS:
        yield Risk.ESCAPE, "uses a network driver that runs on the host"


def judge_address_driver(name: str) -> Iterator[Finding]:
    """Judge `--ipam-driver`: an escape unless it is one of the engine's own."""
    if name.lower() not in {"", "default", "null"}:
        yield Risk.ESCAPE, "uses an address driver that runs on the host"


def judge_network_options(options: tuple[Setting, ...]) -> Iterator[Finding]:
    """Judge `--opt` of a network: an escape where it names an interface of the host."""
    for option in options:
        key = option.key.strip().lower()
        if key in {"parent", "com.docker.network.bridge.name"}:
            yield Risk.ESCAPE, f"uses an interface of the host ({key})"


def judge_capabilities(names: tuple[str, ...]) -> Iterator[Finding]:
    """Judge `--cap-add`: an escape beyond what docker gives by default."""
    for name in names:
        plain = name.strip().upper().removeprefix("CAP_")
        if plain not in DEFAULT_CAPABILITIES:
            yield Risk.ESCAPE, f"adds the capability {plain[:40]}"


def judge_security(options: tuple[str, ...]) -> Iterator[Finding]:
    """Judge `--security-opt`: an escape unless it tightens confinement or is the default."""
    for option in options:
        key, _, value = option.partition("=" if "=" in option else ":")
        harmless = {
            "no-new-privileges": {"", "true", "1", "t"},
            "seccomp": {"builtin"},
            "apparmor": {"docker-default"},
        }
        if value.lower() not in harmless.get(key.lower(), set()):
            yield Risk.ESCAPE, f"changes how the container is confined ({key[:40]})"


def judge_volumes(bindings: tuple[Binding, ...]) -> Iterator[Finding]:
    """Judge `--volume`: a path of the host, the engine's socket among them, is an escape."""
    for binding in bindings:
        if binding.host_path:
            socket = "docker.sock" in (binding.source or "")
            what = "the engine's socket" if socket else "a path of the host"
            yield Risk.ESCAPE, f"mounts {what}"


def judge_mounts(mounts: tuple[Mount, ...]) -> Iterator[Finding]:
    """Judge `--mount`: an escape by binds, pipes, and drivers that mount what is the host's."""
    for mount in mounts:
        if mount.type == "bind":
            yield Risk.ESCAPE, "mounts a path of the host"
        elif mount.type not in {"volume", "tmpfs", "image"}:
            yield Risk.ESCAPE, f"mounts a {mount.type[:40]} of the host"
        yield from judge_driver(mount.volume_driver)
        yield from judge_volume_options(mount.volume_options)


def judge_driver(name: str) -> Iterator[Finding]:
    """Judge a volume driver: an escape unless it is docker's own."""
    if name not in {"", "local"}:
        yield Risk.ESCAPE, "uses a volume driver that runs on the host"


def judge_volume_options(options: tuple[Setting, ...]) -> Iterator[Finding]:
    """Judge the options of docker's own volume driver, which mounts whatever they say.

    It knows `type`, `device`, `o` and a quota. Harmless is a tmpfs without options that bind.
    """
    types = {option.value for option in options if option.key.lower() == "type"}
    tmpfs = types == {"tmpfs"}
    for option in options:
        mounts = option.key.lower() in {"type", "device", "o"}
        if mounts and not (tmpfs and harmless_for_tmpfs(option)):
            yield Risk.ESCAPE, "mounts something of the host through volume options"


def holds_the_host(driver: str, options: Mapping[str, str]) -> bool:
    """Tell whether a volume that exists holds more than docker's own, as the engine tells it."""
    settings = tuple(Setting(key=key, value=value) for key, value in options.items())
    return any(judge_driver(driver)) or any(judge_volume_options(settings))


def harmless_for_tmpfs(option: Setting) -> bool:
    """Tell whether an option of a tmpfs says no more than its size and its owner."""
    value = (option.value or "").lower()
    match option.key:
        case "type":
            return value == "tmpfs"
        case "device":
            return value in {"tmpfs", "none"}
        case "o":
            return not {word.partition("=")[0].strip() for word in value.split(",")} & BINDING
        case _:
            return False


def judge_env(settings: tuple[Setting, ...]) -> Iterator[Finding]:
    """Judge `--env`: a name without a value, taken from the gateway's own, is an escape."""
    for setting in settings:
        if setting.value is None:
            yield Risk.ESCAPE, "takes a variable from the gateway's own environment"


def judge_log_driver(name: str) -> Iterator[Finding]:
    """Judge `--log-driver`: an escape where the log leaves the host."""
    if name not in LOCAL_LOG_DRIVERS:
        yield Risk.ESCAPE, "sends the container's log to another system"


def judge_log_options(options: tuple[Setting, ...]) -> Iterator[Finding]:
    """Judge `--log-opt`: an address to send the log to is an escape."""
    for option in options:
        if option.key.lower().endswith(("address", "url", "endpoint", "host", "uri")):
            yield Risk.ESCAPE, "sends the container's log to another system"


def judge_oom_score(score: int) -> Iterator[Finding]:
    """Judge `--oom-score-adj`: an escape below nought, where the host's others die first."""
    if score < 0:
        yield Risk.ESCAPE, "is spared by the host's out-of-memory killer"


def judge_processes(most: int) -> Iterator[Finding]:
    """Judge `--pids-limit`: an escape where it takes the limit of processes away."""
    if most < 0:
        yield Risk.ESCAPE, "may start processes until the host has no more"


def judge_inherited(containers: tuple[str, ...]) -> Iterator[Finding]:
    """Judge `--volumes-from`: an escape, since nothing in the line says what is mounted there."""
    for reference in containers:
        yield Risk.ESCAPE, f"takes over whatever {reference.partition(':')[0][:80]} mounts"


def judge_tmpfs(mounts: tuple[str, ...]) -> Iterator[Finding]:
    """Judge `--tmpfs`: an escape by options that would bind or move something."""
    for mount in mounts:
        options = mount.partition(":")[2].lower().split(",")
        if {option.partition("=")[0].strip() for option in options} & BINDING:
            yield Risk.ESCAPE, "mounts something of the host through options of a tmpfs"


def judge_local_path(path: str) -> Iterator[Finding]:
    """Judge the local side of a transfer: an escape unless it is `-`, the caller's own data."""
    if path != "-":
        yield Risk.ESCAPE, "reads or writes a file of the gateway's host; use `-` instead"


def judge_import(source: str) -> Iterator[Finding]:
    """Judge what is imported: an escape where the engine would fetch from inside its network.

    From a public host that is as much as a pull. What only the engine's host can reach, or what
    is no address of the web, is not the caller's to read. All else is what the caller sends.
    """
    if "://" not in source:
        return
    if public(source):
        yield Risk.MUTATE, "makes the engine fetch an address of the caller's choice"
    else:
        yield Risk.ESCAPE, "makes the engine fetch an address inside its own network"


def judge_search(term: str) -> Iterator[Finding]:
    """Judge what is searched for: an escape where it names an index that is not public.

    The engine asks whatever stands before the first slash, and hands back what it answers.
    """
    first, slash, _ = term.partition("/")
    named = slash and (set(".:") & set(first) or first.lower() == "localhost")
    if named and not public(f"https://{first}"):
        yield Risk.ESCAPE, "makes the engine ask an address inside its own network"


def public(address: str) -> bool:
    """Tell whether an address of the web names a host of the public internet.

    A host is public by a name of several labels outside the private zones, or by a public
    address written out in full; every other spelling of an address is none.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in {"http", "https"} or not host.isascii():
            return False
        if ":" in host or host.rpartition(".")[2][:1].isdigit():
            return ip_address(host).is_global
    except ValueError:
        return False
    return "." in host and not host.endswith(PRIVATE_ZONES)


def judge_compose_files(files: tuple[str, ...]) -> Iterator[Finding]:
    """Judge `--file`: an escape where it would have to be fetched."""
    for name in files:
        if "://" in name or name == "-" or name.startswith("git@"):
            yield Risk.ESCAPE, "names a compose file that would have to be fetched"
