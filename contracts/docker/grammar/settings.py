"""Key-value flags and the other small forms of `docker run`."""

import re

from contracts.docker.grammar.csv import read_csv
from contracts.docker.grammar.kinds import Kind
from contracts.docker.grammar.quantities import read_size, read_weight, show_size
from contracts.docker.operations.values import DeviceLimit, RestartPolicy, Setting, Ulimit


def read_option(text: str) -> Setting:
    """Read `key=value`; a missing value is empty."""
    key, _, value = text.partition("=")
    if not key:
        raise ValueError("it must be key=value")
    return Setting(key=key, value=value)


def read_label(text: str) -> Setting:
    """Read a label: `key=value` or `key`, whose key has no blanks (opts.ValidateLabel)."""
    key, _, value = text.lstrip(" \t").partition("=")
    if not key:
        raise ValueError("a label must have a name")
    if " " in key or "\t" in key:
        raise ValueError("a label's name must not contain blanks")
    return Setting(key=key, value=value)


def read_strict_option(text: str) -> Setting:
    """Read `key=value`, where the equals sign is required."""
    if "=" not in text:
        raise ValueError("it must be key=value")
    key, _, value = text.partition("=")
    return Setting(key=key, value=value)


def read_env(text: str) -> Setting:
    """Read a variable; without `=` it has no value of its own."""
    key, equals, value = text.partition("=")
    if not key:
        raise ValueError("a variable must have a name")
    return Setting(key=key, value=value if equals else None)


SYSCTLS = frozenset(
    {
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
    }
)


def read_sysctl(text: str) -> Setting:
    """Read a kernel parameter that has a namespace of its own (opts.ValidateSysctl)."""
    key, equals, value = text.partition("=")
    if not equals or not (key in SYSCTLS or key.startswith(("net.", "fs.mqueue."))):
        raise ValueError("it is no kernel parameter that a container can have")
    return Setting(key=key, value=value)


def show_setting(setting: Setting) -> str:
    """Write a setting."""
    return setting.key if setting.value is None else f"{setting.key}={setting.value}"


LIMITS = frozenset(
    {
        "core",
        "cpu",
        "data",
        "fsize",
        "locks",
        "memlock",
        "msgqueue",
        "nice",
        "nofile",
        "nproc",
        "rss",
        "rtprio",
        "rttime",
        "sigpending",
        "stack",
    }
)
SIGNED = re.compile(r"[+-]?[0-9]{1,18}")


def read_ulimit(text: str) -> Ulimit:
    """Read `name=soft[:hard]` (go-units, ParseUlimit)."""
    name, equals, value = text.partition("=")
    if not equals or name not in LIMITS:
        raise ValueError("it must be a limit such as nofile=1024:2048")
    said = value.split(":")
    if len(said) > 2 or any(SIGNED.fullmatch(each) is None for each in said):  # noqa: PLR2004 -- soft, hard
        raise ValueError("it must be name=soft[:hard]")
    soft, hard = int(said[0]), int(said[-1])
    if hard != -1 and (soft == -1 or soft > hard):
        raise ValueError("the soft limit must not be above the hard one")
    return Ulimit(name=name, soft=soft, hard=hard)


def read_restart(text: str) -> RestartPolicy | None:
    """Read a restart policy; the empty text is none (opts.ParseRestartPolicy)."""
    if not text:
        return None
    name, colon, retries = text.partition(":")
    if colon and not name:
        raise ValueError("a policy must stand before the colon")
    if retries and SIGNED.fullmatch(retries) is None:
        raise ValueError("the number of retries must be an integer")
    return RestartPolicy(name=name, retries=int(retries or 0))


def show_restart(policy: RestartPolicy) -> str:
    """Write a restart policy."""
    return f"{policy.name}:{policy.retries}" if policy.retries else policy.name


def device_path(text: str) -> tuple[str, str]:
    """Split `path:value` for a device of the host."""
    path, colon, value = text.partition(":")
    if not colon or not path.startswith("/dev/"):
        raise ValueError("it must be /dev/...:value")
    return path, value


def read_bps(text: str) -> DeviceLimit:
    """Read a rate in bytes per second for one device."""
    path, value = device_path(text)
    return DeviceLimit(path=path, value=read_size(value))


def read_iops(text: str) -> DeviceLimit:
    """Read a rate in operations per second for one device."""
    path, value = device_path(text)
    if re.fullmatch(r"[0-9]{1,18}", value) is None:
        raise ValueError("the rate must be a number")
    return DeviceLimit(path=path, value=int(value))


def read_device_weight(text: str) -> DeviceLimit:
    """Read a weight for one device."""
    path, value = device_path(text)
    if re.fullmatch("[0-9]{1,9}", value) is None:
        raise ValueError("the weight must be a number")
    return DeviceLimit(path=path, value=read_weight(str(int(value))))


def show_limit(limit: DeviceLimit) -> str:
    """Write a limit of a device."""
    return f"{limit.path}:{limit.value}"


CDI = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*")
MODE = re.compile(r"(?!.*(.).*\1)[rwm]{1,3}")
RULE = re.compile(r"[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}")


def read_device(text: str) -> str:
    """Read `host[:container][:mode]`, or a CDI name."""
    if CDI.fullmatch(text):
        return text
    parts = text.split(":")
    path = parts[0]
    if len(parts) == 3:  # noqa: PLR2004 -- host, container, mode
        path = parts[1]
        if MODE.fullmatch(parts[2]) is None:
            raise ValueError("the mode must be made of r, w and m")
    elif len(parts) == 2 and MODE.fullmatch(parts[1]) is None:  # noqa: PLR2004 -- host, container
        path = parts[1]
    if not parts[0] or len(parts) > 3 or not path.startswith("/"):  # noqa: PLR2004 -- as above
        raise ValueError("it must be an absolute path, as in /dev/x[:/dev/y][:rwm]")
    return text


def read_device_rule(text: str) -> str:
    """Read a rule of the devices cgroup, such as `c 42:* rmw`."""
    if RULE.fullmatch(text) is None:
        raise ValueError("it must be a rule such as 'c 42:* rmw'")
    return text


def read_gpus(text: str) -> str:
    """Read a request for GPUs: `all`, a number, or key=value fields (opts/gpus.go)."""
    seen: set[str] = set()
    for part in read_csv(text):
        key, equals, value = part.partition("=")
        if key in seen:
            raise ValueError(f"the key '{key[:40]}' is given twice")
        seen.add(key)
        count = value if equals and key == "count" else key if not equals else "all"
        if count != "all" and SIGNED.fullmatch(count) is None:
            raise ValueError("the count must be 'all' or an integer")
        if equals and key not in {"driver", "count", "device", "capabilities", "options"}:
            raise ValueError(f"there is no key '{key[:40]}'")
    return text


def read_security(text: str) -> str:
    """Read `key=value`, or `key:value` as docker once wrote it."""
    mark = "=" if "=" in text else ":"
    key, _, value = text.partition(mark)
    if key != "no-new-privileges" and not value:
        raise ValueError("it must be key=value")
    return text


def read_stream(text: str) -> str:
    """Read the name of a standard stream."""
    if text.lower() not in {"stdin", "stdout", "stderr"}:
        raise ValueError("it must be STDIN, STDOUT or STDERR")
    return text.lower()


def choice(*words: str) -> Kind:
    """Return a kind for one of a few words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"it must be one of {', '.join(word for word in words if word)}")
        return text

    return Kind("|".join(word for word in words if word), read)


def read_process_space(text: str) -> str:
    """Read a PID mode: `host`, or another container's."""
    if text not in {"", "host"} and re.fullmatch(r"container:.+", text) is None:
        raise ValueError("it must be host or container:<name>")
    return text


OPTION = Kind("key=value", read_option, show_setting)
STRICT_OPTION = Kind("key=value", read_strict_option, show_setting)
LABEL = Kind("label", read_label, show_setting)
ENV = Kind("NAME=value", read_env, show_setting)
SYSCTL = Kind("sysctl=value", read_sysctl, show_setting)
ULIMIT = Kind("ulimit", read_ulimit, lambda u: f"{u.name}={u.soft}:{u.hard}")
RESTART = Kind("restart policy", read_restart, show_restart)
BPS = Kind("device:rate", read_bps, lambda limit: f"{limit.path}:{show_size(limit.value)}")
IOPS = Kind("device:operations", read_iops, show_limit)
DEVICE_WEIGHT = Kind("device:weight", read_device_weight, show_limit)
DEVICE = Kind("device", read_device)
DEVICE_RULE = Kind("device rule", read_device_rule)
GPUS = Kind("gpus", read_gpus)
SECURITY = Kind("security option", read_security)
STREAM = Kind("stream", read_stream)
PULL = choice("always", "missing", "never", "")
PID = Kind("pid mode", read_process_space)
HOST_ONLY = choice("host", "")
CGROUP_SPACE = choice("host", "private", "")
