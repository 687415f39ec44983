"""From a compose project and its services to the exact containers that a command touches."""

from collections.abc import Sequence

from contracts.docker.operations.compose import Compose
from contracts.docker.projects import Member, choose
from contracts.errors import Code, RefusedError
from contracts.plan import ObjectRef
from contracts.world import HostPicture


def on_hosts(
    op: Compose, pictures: Sequence[HostPicture]
) -> list[tuple[HostPicture, tuple[ObjectRef, ...]]]:
    """Return each host that has what a compose command means, with the containers it touches.

    None may be touched: nothing is left to start where everything runs. Raises RefusedError as
    `choose` does, where no host has it, and where any host leaves open which project is meant.
    """
    having: list[tuple[HostPicture, tuple[ObjectRef, ...]]] = []
    for picture in pictures:
        try:
            chosen = choose(op, _members(picture))
        except RefusedError as refused:
            if refused.error.code is Code.AMBIGUOUS:
                raise _nowhere(op, pictures) from refused
            if refused.error.code is not Code.UNKNOWN_OBJECT:
                raise
        else:
            having.append((picture, tuple(map(_reference, chosen.touched))))
    if not having:
        raise _nowhere(op, pictures)
    return having


def _nowhere(op: Compose, pictures: Sequence[HostPicture]) -> RefusedError:
    """Return why no host has it, with the names that there are on any of them."""
    try:
        choose(op, [each for picture in pictures for each in _members(picture)])
    except RefusedError as refused:
        return refused
    return RefusedError(
        Code.UNKNOWN_OBJECT,
        "No host has all of these services in one compose project.",
        "Send the same with `host` set, for the services of that host.",
        options=tuple(picture.host for picture in pictures),
    )


def _members(picture: HostPicture) -> list[Member]:
    return [Member(each.id, each.name, each.state, each.labels) for each in picture.containers]


def _reference(member: Member) -> ObjectRef:
    return ObjectRef(kind="container", name=member.name, id=member.id)
