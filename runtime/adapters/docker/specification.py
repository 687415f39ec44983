"""What `docker run` and `docker create` say of a container, as the engine takes it.

Field by field what docker/cli v28 makes of its flags (cli/command/container/opts.go, opts/), but
for what depends on the machine of whoever types: no file, no folder and no variable of the
gateway's own reaches a container.
"""

from collections.abc import Iterable
from typing import Any

from contracts.docker.operations import Create, Run, Setting
from contracts.docker.operations.values import DeviceLimit
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import devices, endpoints, limits, mounts, portmaps

MASKED = "systempaths=unconfined"
_PROFILES = frozenset({"builtin", "unconfined"})
_SINCE = {
    "annotations": ("--annotation", (1, 43)),
    "health_start_interval": ("--health-start-interval", (1, 44)),
}
"""Flags that older engines would leave unheeded, by their fields, and the API that knows them."""

# Where the engine takes the field of a specification as it is.
_CONFIG = {
    "Domainname": "domainname",
    "Hostname": "hostname",
    "Image": "image",
    "OpenStdin": "interactive",
    "StopSignal": "stop_signal",
    "Tty": "tty",
    "User": "user",
    "WorkingDir": "workdir",
}
_HOST_CONFIG = {
    "AutoRemove": "rm",
    "CgroupParent": "cgroup_parent",
    "CgroupnsMode": "cgroupns",
    "IpcMode": "ipc",
    "Isolation": "isolation",
    "MemorySwappiness": "memory_swappiness",
    "OomKillDisable": "oom_kill_disable",
    "OomScoreAdj": "oom_score_adj",
    "PidMode": "pid",
    "Privileged": "privileged",
    "PublishAllPorts": "publish_all",
    "ReadonlyRootfs": "read_only",
    "Runtime": "runtime",
    "ShmSize": "shm_size",
    "UTSMode": "uts",
    "UsernsMode": "userns",
    "VolumeDriver": "volume_driver",
}
_LISTS = {
    "DeviceCgroupRules": "device_cgroup_rules",
    "Dns": "dns",
    "DnsOptions": "dns_options",
    "DnsSearch": "dns_search",
    "ExtraHosts": "add_hosts",
    "GroupAdd": "groups",
    "Links": "links",
    "VolumesFrom": "volumes_from",
}
_MAPS = {
    "Annotations": "annotations",
    "StorageOpt": "storage_options",
    "Sysctls": "sysctls",
}


class ClientError(Exception):
    """Docker's own client would say no before it asks the engine; the text is what it says."""


def body(
    spec: Create | Run, version: tuple[int, ...], labels: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the body of `containers/create`, for an engine that speaks this version of the API.

    `labels` are borne beside those that are asked for, and win over them. Raises RefusedError for
    what would read this machine, ClientError for what the engine is too old for.
    """
    _refuse_what_is_too_new(spec, version)
    config = {name: getattr(spec, field) for name, field in _CONFIG.items()}
    config |= _streams(spec)
    config |= {
        "Cmd": list(spec.args) or None,
        "Entrypoint": None if spec.entrypoint is None else [spec.entrypoint],
        "Env": environment(spec.env),
        "ExposedPorts": {port: {} for port in portmaps.exposed(spec)},
        "Healthcheck": _healthcheck(spec),
        "Labels": mapping(spec.labels) | (labels or {}),
        "Volumes": mounts.anonymous(spec.volumes),
    }
    if spec.stop_timeout is not None:
        config["StopTimeout"] = spec.stop_timeout
    config["HostConfig"] = _host_config(spec, version)
    return config | endpoints.networking(spec, version)


def _streams(spec: Create | Run) -> dict[str, bool]:
    """Return what is attached; where input is, it closes with whoever was first."""
    if isinstance(spec, Run) and spec.detach:
        return dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce"), False)
    stdin = spec.interactive or "stdin" in spec.attach
    return {
        "AttachStdin": stdin,
        "AttachStdout": not spec.attach or "stdout" in spec.attach,
        "AttachStderr": not spec.attach or "stderr" in spec.attach,
        "StdinOnce": spec.interactive and stdin,
    }


def _host_config(spec: Create | Run, version: tuple[int, ...]) -> dict[str, Any]:
    security = [option for option in map(_confinement, spec.security_options) if option != MASKED]
    unmasked: list[str] | None = [] if MASKED in spec.security_options else None
    found: dict[str, Any] = {name: getattr(spec, field) for name, field in _HOST_CONFIG.items()}
    found |= {name: list(getattr(spec, field)) for name, field in _LISTS.items()}
    found |= {name: mapping(getattr(spec, field)) for name, field in _MAPS.items()}
    found |= limits.resources(spec, version)
    found |= {
        "Binds": mounts.binds(spec.volumes),
        "BlkioDeviceReadBps": _rates(spec.device_read_bps),
        "BlkioDeviceReadIOps": _rates(spec.device_read_iops),
        "BlkioDeviceWriteBps": _rates(spec.device_write_bps),
        "BlkioDeviceWriteIOps": _rates(spec.device_write_iops),
        "BlkioWeightDevice": [
            {"Path": each.path, "Weight": each.value} for each in spec.blkio_weight_devices
        ],
        "CapAdd": _capabilities(spec.cap_add),
        "CapDrop": _capabilities(spec.cap_drop),
        "DeviceRequests": devices.requests(spec),
        "Devices": devices.mappings(spec.devices),
        "LogConfig": {"Type": spec.log_driver, "Config": mapping(spec.log_options)},
        "MaskedPaths": unmasked,
        "Mounts": [mounts.mount(each, version) for each in spec.mounts],
        "NetworkMode": endpoints.mode(spec),
        "PidsLimit": spec.pids_limit or 0,
        "PortBindings": portmaps.bindings(spec.ports),
        "ReadonlyPaths": unmasked,
        "RestartPolicy": limits.restart_policy(spec, "no"),
        "SecurityOpt": security,
        "Tmpfs": dict(_cut(each) for each in spec.tmpfs),
        "Ulimits": [
            {"Name": name, "Soft": each.soft, "Hard": each.hard}
            for name, each in sorted({limit.name: limit for limit in spec.ulimits}.items())
        ],
    }
    if spec.init is not None:
        found["Init"] = spec.init
    return found


def mapping(settings: Iterable[Setting]) -> dict[str, str]:
    """Return settings as a map: of several with one key the last one holds."""
    return {each.key: each.value or "" for each in settings}


def environment(settings: Iterable[Setting]) -> list[str]:
    """Return variables as the engine takes them: of several with one name the last one holds."""
    found: dict[str, str] = {}
    for each in settings:
        if each.value is None:
            raise RefusedError(
                Code.UNSUPPORTED_COMMAND,
                f"--env {each.key} without a value would take the variable of the gateway itself.",
                f"Give its value: --env {each.key}=value.",
            )
        found[each.key] = each.value
    return [f"{key}={value}" for key, value in found.items()]


def _healthcheck(spec: Create | Run) -> dict[str, Any] | None:
    if spec.no_healthcheck:
        return {"Test": ["NONE"]}
    said = {
        "Interval": spec.health_interval,
        "Retries": spec.health_retries,
        "StartInterval": spec.health_start_interval,
        "StartPeriod": spec.health_start_period,
        "Timeout": spec.health_timeout,
    }
    check: dict[str, Any] = {key: value for key, value in said.items() if value}
    if spec.health_cmd:
        check["Test"] = ["CMD-SHELL", spec.health_cmd]
    return check or None


def _refuse_what_is_too_new(spec: Create | Run, version: tuple[int, ...]) -> None:
    """Raise ClientError, in the client's words, for a flag that the engine is too old for."""
    for field, (flag, since) in _SINCE.items():
        if getattr(spec, field) and version < since:
            wanted, there = (".".join(map(str, each)) for each in (since, version))
            raise ClientError(
                f'"{flag}" requires API version {wanted},'
                f" but the Docker daemon API version is {there}"
            )


def _confinement(option: str) -> str:
    """Return a security option; a profile of system calls would be a file of the gateway's."""
    key, _, value = option.partition("=" if "=" in option else ":")
    if key == "seccomp" and value not in _PROFILES:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            f"--security-opt seccomp={value} would read a file of the gateway's host.",
            "Leave it out: without it the engine's own profile holds.",
        )
    return option


def _capabilities(names: tuple[str, ...]) -> list[str]:
    """Return capabilities as docker's client normalises them."""
    found = {name.upper() for name in names}
    return sorted(
        name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in found
    )


def _rates(rates: tuple[DeviceLimit, ...]) -> list[dict[str, Any]]:
    return [{"Path": each.path, "Rate": each.value} for each in rates]


def _cut(text: str) -> tuple[str, str]:
    path, _, options = text.partition(":")
    return path, options
