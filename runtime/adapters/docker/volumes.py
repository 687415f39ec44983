"""`docker volume ls`, `create` and `rm`."""

import json
from typing import Any

from contracts.docker.operations import VolumeCreate, VolumeLs, VolumeRm
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import actions, ports, tables
from runtime.adapters.docker.connection import path_of
from runtime.adapters.docker.creation import owned
from runtime.adapters.docker.host import Host, grouped
from runtime.adapters.docker.networks import mapped
from runtime.adapters.docker.text import human
from runtime.adapters.docker.text.template import Row

_UNKNOWN = "N/A"

VOLUMES = tables.Columns(
    "docker volume ls",
    {
        "Availability": "AVAILABILITY",
        "Driver": "DRIVER",
        "Group": "GROUP",
        "Labels": "LABELS",
        "Links": "LINKS",
        "Mountpoint": "MOUNTPOINT",
        "Name": "VOLUME NAME",
        "Scope": "SCOPE",
        "Size": "SIZE",
        "Status": "STATUS",
    },
    labels=True,
)
_TABLE = "table {{.Driver}}\t{{.Name}}"
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"


async def ls(host: Host, operation: VolumeLs) -> Outcome:
    """List volumes."""
    form = _format(operation)
    VOLUMES.used(form)
    asked = grouped(operation.filters)
    params = {"filters": json.dumps(asked)} if asked else {}
    answer: dict[str, Any] = await host.connection.read("volumes", params)
    listed: list[dict[str, Any]] = answer.get("Volumes") or []
    listed.sort(key=lambda each: ports.natural(each["Name"]))
    rows = [row(each) for each in listed]
    return Outcome(stdout=VOLUMES.render(form, rows), data=tables.data(rows))


def _format(operation: VolumeLs) -> str:
    form = operation.format or "table"
    if form == "table":
        return "{{.Name}}" if operation.quiet else _TABLE
    if form == "raw":
        return "name: {{.Name}}" if operation.quiet else RAW
    return form


def row(listed: dict[str, Any]) -> Row:
    """Return a listed volume as a line; how much it holds is known only to `docker system df`."""
    labels: dict[str, str] = listed.get("Labels") or {}
    usage: dict[str, int] | None = listed.get("UsageData")
    cluster: dict[str, Any] | None = listed.get("ClusterVolume")
    spec = (cluster or {}).get("Spec") or {}
    return VOLUMES.row(
        {
            "Availability": lambda: _UNKNOWN if cluster is None else spec.get("Availability", ""),
            "Driver": lambda: listed.get("Driver") or "",
            "Group": lambda: _UNKNOWN if cluster is None else spec.get("Group", ""),
            "Labels": lambda: ",".join(sorted(f"{key}={labels[key]}" for key in labels)),
            "Links": lambda: _UNKNOWN if usage is None else str(usage.get("RefCount", 0)),
            "Mountpoint": lambda: listed.get("Mountpoint") or "",
            "Name": lambda: str(listed["Name"]),
            "Scope": lambda: listed.get("Scope") or "",
            "Size": lambda: _UNKNOWN if usage is None else human.size(usage.get("Size", 0)),
            "Status": lambda: _status(cluster),
        },
        lambda key: labels.get(key, ""),
    )


def _status(cluster: dict[str, Any] | None) -> str:
    """Return where a volume of a swarm stands; others have no status."""
    if cluster is None:
        return _UNKNOWN
    if not (cluster.get("Info") or {}).get("VolumeID"):
        return "pending creation"
    nodes = len(cluster.get("PublishStatus") or ())
    if not nodes:
        return "created"
    return "in use (1 node)" if nodes == 1 else f"in use ({nodes} nodes)"


async def create(host: Host, operation: VolumeCreate) -> Outcome:
    """Make a volume, which bears the errand's labels, and `only_label`, beside its own.

    One that is there already is left as it is, and bears none of them: so does docker's CLI.
    """
    labels = mapped(operation.labels)
    body: dict[str, Any] = {
        "Driver": operation.driver,
        "DriverOpts": mapped(operation.options),
        "Labels": labels | owned(host, labels),
    }
    if operation.name:
        body["Name"] = operation.name
    answer = await host.connection.change("volumes/create", body=body)
    made: dict[str, Any] = answer or {}
    name = str(made.get("Name") or operation.name or "")
    return Outcome(
        stdout=f"{name}\n",
        data={
            "name": name,
            "driver": made.get("Driver"),
            "labels": made.get("Labels") or {},
            "created_at": made.get("CreatedAt"),
        },
    )


async def rm(host: Host, operation: VolumeRm) -> Outcome:
    """Remove volumes, going on after a failure; with `force`, the engine minds no missing one."""
    params = {"force": "1"} if operation.force else {}
    longest = host.settings.wait_timeout.total_seconds()

    async def change(name: str) -> None:
        path = path_of("volumes", name)
        await host.connection.change(path, params, method="DELETE", grace=longest)

    done, errors = await actions.each(host, operation.volumes, operation.verb, change)
    return Outcome(
        exit_code=1 if errors else 0,
        stdout="".join(f"{name}\n" for name in done),
        stderr="".join(f"{error}\n" for error in errors),
        data={"removed": list(done)},
    )
