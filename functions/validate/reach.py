"""What a new container would reach of the host through objects that exist: no line tells it."""

from collections.abc import Iterator

from contracts.docker.operations import Create, Operation, Run
from contracts.docker.targets import volumes_of
from contracts.world import HostPicture


def reached(operation: Operation, picture: HostPicture | None) -> tuple[str, ...]:
    """Return why an operation is an escape in this world, in words; none where it is not."""
    if not isinstance(operation, Run | Create):
        return ()
    inherited = _inherited(operation, picture)
    return tuple(dict.fromkeys([*inherited, *_mounted(operation, picture)]))


def _inherited(new: Run | Create, picture: HostPicture | None) -> Iterator[str]:
    for source in new.volumes_from:
        name = source.partition(":")[0]
        container = picture.container(name) if picture else None
        mounts = container.host_mounts if container else None
        if mounts is None:
            yield f"takes over the mounts of {name[:80]}, which are not known"
        elif mounts:
            yield f"takes over the mounts of {name[:80]}, some of which are the host's"


def _mounted(new: Run | Create, picture: HostPicture | None) -> Iterator[str]:
    names = set(volumes_of(new))
    for volume in picture.volumes if picture and names else ():
        if volume.host and volume.name in names:
            yield f"mounts the volume {volume.name[:80]}, which holds what is the host's"
