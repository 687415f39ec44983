"""`docker info`: the engine's part is the engine's; the client's part is the gateway's own."""

from collections.abc import Iterator
from typing import Any

from contracts.docker.operations import Info
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import versions
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import gojson, human, redact, values
from runtime.adapters.docker.text.template import Template

_RUNNING = "running"
_PAUSED = "paused"
_QUIET_SWARM = frozenset({"inactive", "locked", ""})


async def info(host: Host, operation: Info) -> Outcome:
    """Return what the engine says of itself and its host."""
    format_ = operation.format
    template = Template(format_) if format_ and format_ != "json" else None
    server: dict[str, Any] = await host.connection.read("info")
    if host.only_label is not None:
        server |= await _counts(host)
    for proxy in ("HttpProxy", "HttpsProxy"):
        if server.get(proxy):
            server[proxy] = redact.url(server[proxy])
    own = (await versions.client(host)) | {"Debug": False, "Plugins": [], "Warnings": None}
    document = server | {"ClientInfo": own}
    if template is not None:
        return Outcome(stdout=f"{template.render(values.typed(document))}\n", data=document)
    if format_:
        return Outcome(stdout=f"{gojson.compact(document)}\n", data=document)
    lines = [*_client(own), "", "Server:", *_server(server), ""]
    return Outcome(
        stdout="".join(f"{line}\n" for line in lines),
        stderr="".join(f"{warning}\n" for warning in server.get("Warnings") or ()),
        data=document,
    )


async def _counts(host: Host) -> dict[str, int]:
    """Count only the containers that may be seen."""
    states = [each.get("State") for each in await host.containers(everything=True)]
    running, paused = states.count(_RUNNING), states.count(_PAUSED)
    return {
        "Containers": len(states),
        "ContainersRunning": running,
        "ContainersPaused": paused,
        "ContainersStopped": len(states) - running - paused,
    }


def _client(own: dict[str, Any]) -> Iterator[str]:
    yield f"Client: {versions.CLIENT}"
    if own["Version"]:
        yield f" Version:    {own['Version']}"
    yield f" Context:    {own['Context']}"
    yield f" Debug Mode: {_bool(own['Debug'])}"


def _server(info_: dict[str, Any]) -> Iterator[str]:
    yield f" Containers: {info_.get('Containers', 0)}"
    yield f"  Running: {info_.get('ContainersRunning', 0)}"
    yield f"  Paused: {info_.get('ContainersPaused', 0)}"
    yield f"  Stopped: {info_.get('ContainersStopped', 0)}"
    yield f" Images: {info_.get('Images', 0)}"
    yield from _said(info_, {"Server Version": "ServerVersion", "Storage Driver": "Driver"})
    for key, value in info_.get("DriverStatus") or ():
        yield f"  {key}: {value}"
    yield from _said(
        info_,
        {
            "Logging Driver": "LoggingDriver",
            "Cgroup Driver": "CgroupDriver",
            "Cgroup Version": "CgroupVersion",
        },
    )
    yield from _plugins(info_)
    yield from _swarm(info_.get("Swarm") or {})
    yield from _runtimes(info_)
    yield from _said(
        info_,
        {
            "Kernel Version": "KernelVersion",
            "Operating System": "OperatingSystem",
            "OSType": "OSType",
            "Architecture": "Architecture",
        },
    )
    yield f" CPUs: {info_.get('NCPU', 0)}"
    yield f" Total Memory: {human.binary_size(info_.get('MemTotal', 0))}"
    yield from _said(info_, {"Name": "Name", "ID": "ID"})
    yield f" Docker Root Dir: {info_.get('DockerRootDir', '')}"
    yield from _settings(info_)


def _plugins(info_: dict[str, Any]) -> Iterator[str]:
    plugins: dict[str, list[str] | None] = info_.get("Plugins") or {}
    yield " Plugins:"
    for kind in ("Volume", "Network", "Authorization", "Log"):
        names = plugins.get(kind) or []
        if names or kind != "Authorization":
            yield f"  {kind}: {' '.join(names)}"
    if directories := info_.get("CDISpecDirs"):
        yield " CDI spec directories:"
        yield from (f"  {directory}" for directory in directories)
    if devices := info_.get("DiscoveredDevices"):
        yield " Discovered Devices:"
        yield from (f"  {device.get('Source')}: {device.get('ID')}" for device in devices)


def _swarm(swarm: dict[str, Any]) -> Iterator[str]:
    """Say what of a swarm concerns one host; its settings are in the data."""
    state = swarm.get("LocalNodeState") or ""
    yield f" Swarm: {state}"
    if state in _QUIET_SWARM:
        return
    yield f"  NodeID: {swarm.get('NodeID', '')}"
    if swarm.get("Error"):
        yield f"  Error: {swarm['Error']}"
    yield f"  Is Manager: {_bool(swarm.get('ControlAvailable'))}"
    if swarm.get("Cluster") and swarm.get("ControlAvailable"):
        yield f"  ClusterID: {swarm['Cluster'].get('ID', '')}"
        yield f"  Managers: {swarm.get('Managers', 0)}"
        yield f"  Nodes: {swarm.get('Nodes', 0)}"
    yield f"  Node Address: {swarm.get('NodeAddr', '')}"


def _runtimes(info_: dict[str, Any]) -> Iterator[str]:
    if runtimes := info_.get("Runtimes"):
        yield f" Runtimes: {' '.join(sorted(runtimes))}"
        yield f" Default Runtime: {info_.get('DefaultRuntime', '')}"
    if info_.get("OSType") != "linux":
        return
    yield f" Init Binary: {info_.get('InitBinary', '')}"
    for name, key in (("containerd", "Containerd"), ("runc", "Runc"), ("init", "Init")):
        yield f" {name} version: {(info_.get(f'{key}Commit') or {}).get('ID', '')}"
    if options := info_.get("SecurityOptions"):
        yield " Security Options:"
        yield from (line for option in options for line in _security(option))


def _security(option: str) -> Iterator[str]:
    """Go over what the engine says as "name=seccomp,profile=default"."""
    pairs = [part.partition("=") for part in option.split(",")]
    yield from (f"  {value or key}" for key, _, value in pairs if key == "name" or not value)
    yield from (f"   Profile: {value}" for key, _, value in pairs if key == "profile")


def _settings(info_: dict[str, Any]) -> Iterator[str]:
    yield f" Debug Mode: {_bool(info_.get('Debug'))}"
    if info_.get("Debug"):
        yield f"  File Descriptors: {info_.get('NFd', 0)}"
        yield f"  Goroutines: {info_.get('NGoroutines', 0)}"
        yield f"  System Time: {info_.get('SystemTime', '')}"
        yield f"  EventsListeners: {info_.get('NEventsListener', 0)}"
    yield from _said(
        info_, {"HTTP Proxy": "HttpProxy", "HTTPS Proxy": "HttpsProxy", "No Proxy": "NoProxy"}
    )
    if labels := info_.get("Labels"):
        yield " Labels:"
        yield from (f"  {label}" for label in labels)
    yield f" Experimental: {_bool(info_.get('ExperimentalBuild'))}"
    yield from _registries(info_.get("RegistryConfig") or {})
    yield f" Live Restore Enabled: {_bool(info_.get('LiveRestoreEnabled'))}"
    if info_.get("ProductLicense"):
        yield f" Product License: {info_['ProductLicense']}"
    if pools := info_.get("DefaultAddressPools"):
        yield " Default Address Pools:"
        yield from (f"   Base: {pool['Base']}, Size: {pool['Size']}" for pool in pools)


def _registries(config: dict[str, Any]) -> Iterator[str]:
    indexes: dict[str, dict[str, Any]] = config.get("IndexConfigs") or {}
    ranges: list[str] = config.get("InsecureRegistryCIDRs") or []
    if indexes or ranges:
        yield " Insecure Registries:"
        yield from (f"  {each['Name']}" for each in indexes.values() if not each.get("Secure"))
        yield from (f"  {each}" for each in ranges)
    if mirrors := config.get("Mirrors"):
        yield " Registry Mirrors:"
        yield from (f"  {mirror}" for mirror in mirrors)


def _said(info_: dict[str, Any], titles: dict[str, str]) -> Iterator[str]:
    """Go over what is not empty."""
    return (f" {title}: {info_[key]}" for title, key in titles.items() if info_.get(key))


def _bool(value: object) -> str:
    return str(bool(value)).lower()
