"""`docker create`, and the first half of `docker run`."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from contracts.docker.grammar.references import ID
from contracts.docker.operations import Create, Run
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import reference
from runtime.adapters.docker.actions import state_of
from runtime.adapters.docker.api import api
from runtime.adapters.docker.begun import begun
from runtime.adapters.docker.connection import NOT_FOUND, EngineError
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout
from runtime.adapters.docker.pulling import pulled
from runtime.adapters.docker.reach import guard
from runtime.adapters.docker.seen import only_seen
from runtime.adapters.docker.specification import ClientError, body, mapping

_PATIENCE = 60.0
"""Seconds beyond the usual that the layers of a new container may take."""
_NO_IMAGE = "No such image"

FIELDS = (
    "add_hosts annotations args attach blkio_weight blkio_weight_devices cap_add cap_drop"
    " cgroup_parent cgroupns cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus"
    " cpuset_cpus cpuset_mems device_cgroup_rules device_read_bps device_read_iops"
    " device_write_bps device_write_iops devices dns dns_options dns_search domainname entrypoint"
    " env expose gpus groups health_cmd health_interval health_retries health_start_interval"
    " health_start_period health_timeout hostname image init interactive ip ip6 ipc isolation"
    " kernel_memory labels link_local_ips links log_driver log_options mac_address memory"
    " memory_reservation memory_swap memory_swappiness mounts name network_aliases networks"
    " no_healthcheck oom_kill_disable oom_score_adj pid pids_limit platform ports privileged"
    " publish_all pull quiet read_only restart rm runtime security_options shm_size stop_signal"
    " stop_timeout storage_options sysctls tmpfs tty ulimits user userns uts volume_driver volumes"
    " volumes_from workdir"
)
"""What is sent to the engine of a specification."""


async def create(host: Host, operation: Create) -> Outcome:
    """Make a container; print its id."""
    printout = Printout(host)
    try:
        made = await make(host, operation, printout)
    except ClientError as error:
        return await printout.failed(error)
    except EngineError as error:
        return await printout.failed(await words(host, operation, error))
    await printout.stdout(f"{made}\n")
    return printout.outcome({"container": await state_of(host, made)})


async def words(host: Host, operation: Create | Run, error: EngineError) -> str:
    """Return an error's words, without what may not be seen: they are printed at once."""
    return await host.veiled(str(error), operation.model_dump_json())


async def make(host: Host, operation: Create | Run, printout: Printout) -> str:
    """Make a container that bears the errand's labels, and return its id.

    Behind `only_label` it bears that label too, and reaches no container without it. A missing
    image is pulled as `--pull` says. Raises EngineError, ClientError, RefusedError.
    """
    labels = owned(host, mapping(operation.labels))
    request = body(await only_seen(host, operation), await api(host), labels)
    params = {"name": operation.name} if operation.name else {}
    if operation.platform:
        params["platform"] = operation.platform
    if operation.pull == "always":
        await _pulled(host, operation, printout)
        with begun(f"The image {operation.image} was pulled."):
            answer = await _made(host, operation, params, request)
    else:
        try:
            answer = await _made(host, operation, params, request)
        except EngineError as error:
            if not _pullable(error, operation):
                raise
            if not operation.quiet:
                image = reference.read(operation.image).tagged().familiar
                await printout.stderr(f"Unable to find image '{image}' locally\n")
            await _pulled(host, operation, printout)
            with begun(f"The image {operation.image} was pulled."):
                answer = await _made(host, operation, params, request)
    await printout.stderr(_warnings(answer, operation))
    return str(answer["Id"])


async def _made(
    host: Host, operation: Create | Run, params: Mapping[str, str], request: Mapping[str, Any]
) -> Any:
    await guard(host, operation)
    return await host.connection.change("containers/create", params, body=request, grace=_PATIENCE)


def _pullable(error: EngineError, operation: Create | Run) -> bool:
    """Tell whether an image is missing that a registry may have: an id is none's."""
    by_id = ID.fullmatch(operation.image.removeprefix("sha256:"))
    missing = error.status == NOT_FOUND and _NO_IMAGE in str(error)
    return missing and operation.pull == "missing" and not by_id


async def _pulled(host: Host, operation: Create | Run, printout: Printout) -> None:
    """Pull the image; its progress is no output of the container's, so it goes to stderr."""
    await pulled(
        host, operation.image, operation.platform, quiet=operation.quiet, say=printout.stderr
    )


def owned(host: Host, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the labels that what is made bears beside those that are asked for.

    Raises RefusedError where one of those would hide it from here.
    """
    labels = dict(host.errand.labels)
    if host.only_label is None:
        return labels
    key, equals, value = host.only_label.partition("=")
    if equals and asked.get(key, value) != value:
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"The label {key}={asked[key]} cannot be given: here everything bears {key}={value}.",
            f"Leave the label {key} out; it is added.",
        )
    return labels | {key: value if equals else asked.get(key, "")}


def _warnings(answer: dict[str, Any], operation: Create | Run) -> str:
    warnings: list[str] = list(answer.get("Warnings") or ())
    loopback = next((text for text in operation.dns if ip_address(text).is_loopback), None)
    if loopback is not None:
        warnings.append(f"Localhost DNS ({loopback}) may fail in containers.")
    return "".join(f"WARNING: {warning}\n" for warning in warnings)
