"""What a container may use at most, as the engine takes it; and `docker update`."""

from typing import Any

from contracts.docker.operations import Update
from contracts.docker.operations.creation import Limits
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import actions
from runtime.adapters.docker.api import api
from runtime.adapters.docker.host import Host

FIELDS = (
    "containers blkio_weight cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus"
    " cpuset_cpus cpuset_mems kernel_memory memory memory_reservation memory_swap pids_limit"
    " restart"
)

_WITHOUT_KERNEL_MEMORY = (1, 42)
"""The API from which docker's client leaves the limit of kernel memory out."""


def resources(limits: Limits, version: tuple[int, ...]) -> dict[str, Any]:
    """Return the limits that `create` and `update` share."""
    found: dict[str, Any] = {
        "BlkioWeight": limits.blkio_weight,
        "CpuPeriod": limits.cpu_period,
        "CpuQuota": limits.cpu_quota,
        "CpuRealtimePeriod": limits.cpu_rt_period,
        "CpuRealtimeRuntime": limits.cpu_rt_runtime,
        "CpuShares": limits.cpu_shares,
        "CpusetCpus": limits.cpuset_cpus,
        "CpusetMems": limits.cpuset_mems,
        "Memory": limits.memory,
        "MemoryReservation": limits.memory_reservation,
        "MemorySwap": limits.memory_swap,
        "NanoCpus": limits.cpus,
    }
    if limits.kernel_memory and version < _WITHOUT_KERNEL_MEMORY:
        found["KernelMemory"] = limits.kernel_memory
    return found


def restart_policy(limits: Limits, default: str = "") -> dict[str, Any]:
    """Return the restart policy; `update` without one leaves it as it is."""
    policy = limits.restart
    if policy is None:
        return {"Name": default, "MaximumRetryCount": 0}
    return {"Name": policy.name, "MaximumRetryCount": policy.retries}


async def update(host: Host, operation: Update) -> Outcome:
    """Change the limits of containers; warnings stand below the names, as the CLI has them."""
    body = resources(operation, await api(host)) | {"RestartPolicy": restart_policy(operation)}
    if operation.pids_limit:
        body["PidsLimit"] = operation.pids_limit
    warnings: list[str] = []

    async def change(name: str) -> None:
        answer = await host.connection.change(await host.path(name, "update"), body=body)
        warnings.extend((answer or {}).get("Warnings") or ())

    done, errors = await actions.each(host, operation.containers, "update", change)
    outcome = await actions.outcome(host, done, errors)
    said = "".join(f"{warning}\n" for warning in warnings)
    return outcome.model_copy(update={"stdout": outcome.stdout + said})
