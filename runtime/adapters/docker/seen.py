"""What a new container takes of other containers: only of those that may be seen."""

from contracts.docker.operations import Attachment, Create, Run
from runtime.adapters.docker.host import Host

_CONTAINER = "container:"


async def only_seen(host: Host, spec: Create | Run) -> Create | Run:
    """Return a specification that names other containers by their ids, behind `only_label`.

    Raises EngineError (no such container) for one that may not be seen. Without `only_label` it
    is left as it is.
    """
    if host.only_label is None:
        return spec
    return spec.model_copy(
        update={
            "ipc": await _space(host, spec.ipc),
            "links": tuple([await _link(host, link) for link in spec.links]),
            "networks": tuple([await _network(host, each) for each in spec.networks]),
            "pid": await _space(host, spec.pid),
            "volumes_from": tuple([await _source(host, each) for each in spec.volumes_from]),
        }
    )


async def _space(host: Host, mode: str) -> str:
    if not mode.startswith(_CONTAINER):
        return mode
    return _CONTAINER + await host.reference(mode.removeprefix(_CONTAINER))


async def _network(host: Host, attachment: Attachment) -> Attachment:
    return attachment.model_copy(update={"name": await _space(host, attachment.name)})


async def _link(host: Host, link: str) -> str:
    name, _, alias = link.partition(":")
    return f"{await host.reference(name)}:{alias or name}"


async def _source(host: Host, source: str) -> str:
    name, colon, mode = source.partition(":")
    return f"{await host.reference(name)}{colon}{mode}"
