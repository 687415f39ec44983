"""What a template sees of the engine's JSON: Go's structs and maps told apart.

JSON does not tell a struct from a map, Go does: a missing key of a map is no error and a map
prints as `map[a:b]`; a missing field of a struct is an error, and an optional field that the
engine left out is still known. The tables name what the engine says of containers, images,
networks, volumes and itself (moby/api types).
"""

from typing import Any

_MAPS = frozenset(
    {
        "Annotations", "Containers", "Data", "Details", "DriverOpts", "ExposedPorts",
        "Labels", "Networks", "Options", "PortBindings", "Ports", "Runtimes", "Status",
        "StorageOpt", "Sysctls", "Tmpfs", "Volumes",
    }
)  # fmt: skip
_POINTERS = frozenset(
    {"Health", "Healthcheck", "Init", "MemorySwappiness", "OomKillDisable", "PidsLimit",
     "SizeRootFs", "SizeRw", "StopTimeout", "IPAMConfig", "Platform", "Server", "UsageData"}
)  # fmt: skip
_ALIASES = {
    "APIVersion": "ApiVersion",
    "CPUCount": "CpuCount",
    "CPUPercent": "CpuPercent",
    "CPUPeriod": "CpuPeriod",
    "CPUQuota": "CpuQuota",
    "CPURealtimePeriod": "CpuRealtimePeriod",
    "CPURealtimeRuntime": "CpuRealtimeRuntime",
    "CPUShares": "CpuShares",
    "DNS": "Dns",
    "DNSOptions": "DnsOptions",
    "DNSSearch": "DnsSearch",
    "HostIP": "HostIp",
    "ID": "Id",
    "NanoCPUs": "NanoCpus",
}


class GoMap(dict[str, Any]):
    """A map of Go; `null` where the engine says null."""

    null = False


class GoStruct(dict[str, Any]):
    """A struct of Go, which knows by what name it was reached."""

    name = ""


class NullList(list[Any]):
    """A list of Go that has no elements because the engine says null."""


class Missing:
    """What a map has for a key that it does not have."""


MISSING = Missing()


def typed(value: Any, name: str = "", parent: str = "") -> Any:
    """Return the engine's JSON with Go's structs, maps and absent lists told apart."""
    if isinstance(value, dict):
        inner = {key: typed(item, key, name) for key, item in value.items()}
        if name in _MAPS or (name, parent) == ("Config", "LogConfig"):
            return GoMap(inner)
        struct = GoStruct(inner)
        struct.name = name
        return struct
    if isinstance(value, list):
        # What a list of structs is called, its structs are called.
        return [typed(item, name if isinstance(item, dict) else "") for item in value]
    if value is None and name and name not in _POINTERS:
        return _null_map() if name in _MAPS else NullList()
    return value


def plain(value: Any) -> Any:
    """Return the JSON again that `typed` was given."""
    if isinstance(value, NullList) or (isinstance(value, GoMap) and value.null):
        return None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if isinstance(value, Missing) else value


def field(struct: GoStruct, name: str) -> Any:
    """Return a field of a struct by its name in Go or in JSON; raise KeyError if it has none."""
    if name in struct:
        return struct[name]
    if (alias := _ALIASES.get(name)) and alias in struct:
        return struct[alias]
    return _LEFT_OUT.get(struct.name, {})[name]


def _null_map() -> GoMap:
    empty = GoMap()
    empty.null = True
    return empty


# Fields that the engine leaves out of its JSON where they are empty.
_LEFT_OUT: dict[str, dict[str, Any]] = {
    "": {"SizeRw": None, "SizeRootFs": None},
    "State": {"Health": None},
    "Config": {
        "ExposedPorts": _null_map(),
        "Healthcheck": None,
        "MacAddress": "",
        "OnBuild": NullList(),
        "Shell": NullList(),
        "StopSignal": "",
        "StopTimeout": None,
    },
    "HostConfig": {
        "Annotations": _null_map(),
        "Init": None,
        "Mounts": NullList(),
        "StorageOpt": _null_map(),
        "Sysctls": _null_map(),
        "Tmpfs": _null_map(),
    },
}
