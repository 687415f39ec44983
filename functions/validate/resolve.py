"""From the names in an operation to the exact objects that exist, on the host that has them."""

import difflib
from collections.abc import Mapping, Sequence

from contracts.docker.operations import ComposeLs, Help, Operation
from contracts.docker.operations.compose import Compose
from contracts.docker.targets import Target, makes, targets
from contracts.errors import Code, RefusedError
from contracts.plan import ObjectRef, Step
from contracts.world import HostPicture, World
from functions.validate.find import found_in
from functions.validate.projects import on_hosts

_OPTIONS = 5
_LOCAL = "local"


def resolved(
    operation: Operation,
    host: str | None,
    world: World,
    earlier: Sequence[Step] = (),
    *,
    changes: bool = False,
) -> tuple[str, tuple[ObjectRef, ...]]:
    """Return the host and the objects that an operation touches.

    What an `earlier` step makes on a host is there by then, and has no id yet.

    Where it `changes` something and no host is said, a host that is not seen may have what is
    named as well: whoever asked must say which is meant.

    Raises RefusedError: `unknown_object` with the nearest names, `ambiguous` where more than
    one host has, or may have, what is named, or a host more than one such object,
    `unknown_host`, or the reason why a host is not seen.
    """
    wanted = targets(operation)
    pictures = [each for each in world if host in {None, each.host}]
    if isinstance(operation, Help) and host is None:
        return next((each.host for each in pictures), _LOCAL), ()
    if not pictures:
        raise RefusedError(
            Code.UNKNOWN_HOST,
            f"There is no host {host!r}." if host else "Nothing is known of any host.",
            "Name one of the hosts given.",
            options=tuple(sorted(world.hosts)),
        )
    if isinstance(operation, Compose) and not isinstance(operation, ComposeLs):
        having = on_hosts(operation, _seen(pictures))
        return _one(having, f"docker {operation.verb}", _unseen(pictures) if changes else [])
    if not wanted:
        return _default(pictures).host, ()
    having = [
        (picture, found)
        for picture in pictures
        if picture.error is None
        and (found := _all(wanted, picture, _made(earlier, picture))) is not None
    ]
    if not having:
        raise _nowhere(wanted, pictures, earlier)
    return _one(having, wanted[0].reference, _unseen(pictures) if changes else [])


def _one(
    having: list[tuple[HostPicture, tuple[ObjectRef, ...]]], named: str, unseen: list[HostPicture]
) -> tuple[str, tuple[ObjectRef, ...]]:
    """Return the one host that has what is named, and the objects there.

    `unseen` are the hosts that may have it too.
    """
    if len(having) > 1 or unseen:
        seen = tuple(picture.host for picture, _ in having)
        doubtful = tuple(picture.host for picture in unseen)
        has = f"{len(having)} hosts have" if len(having) > 1 else f"The host {seen[0]} has"
        may = f", and {', '.join(doubtful)}, not seen at the moment, may too" if unseen else ""
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{has} what `{named}` names{may}.",
            "Send the same with `host` set.",
            question="On which host?",
            options=(*seen, *doubtful),
        )
    picture, found = having[0]
    return picture.host, found


def _unseen(pictures: list[HostPicture]) -> list[HostPicture]:
    return [picture for picture in pictures if picture.error is not None]


def _seen(pictures: list[HostPicture]) -> list[HostPicture]:
    """Return the hosts that are seen; raise RefusedError with the reason where none is."""
    seen = [picture for picture in pictures if picture.error is None]
    unseen = next((each.error for each in pictures if each.error), None)
    if unseen and not seen:
        raise RefusedError(unseen.code, unseen.message, unseen.hint, transport=unseen.transport)
    return seen


def _default(pictures: list[HostPicture]) -> HostPicture:
    """Return where a command goes that names nothing: the local host, or the only one."""
    if len(pictures) == 1:
        return pictures[0]
    local = next((each for each in pictures if each.host == _LOCAL), None)
    if local:
        return local
    raise RefusedError(
        Code.AMBIGUOUS,
        "There are several hosts.",
        "Send the same with `host` set.",
        question="On which host?",
        options=tuple(each.host for each in pictures),
    )


def _made(earlier: Sequence[Step], picture: HostPicture) -> dict[str, ObjectRef]:
    """Return what earlier steps make on a host, by the name that it is given."""
    made = (makes(each.operation) for each in earlier if each.host == picture.host)
    return {one.reference: ObjectRef(kind=one.kind, name=one.reference) for one in made if one}


def _all(
    wanted: tuple[Target, ...], picture: HostPicture, made: Mapping[str, ObjectRef]
) -> tuple[ObjectRef, ...] | None:
    found: list[ObjectRef] = []
    for target in wanted:
        new = made.get(target.reference)
        one = new if new and target.kind in {new.kind, "any"} else found_in(picture, target)
        if one is None:
            return None
        found.append(one)
    return tuple(found)


def _nowhere(
    wanted: tuple[Target, ...], pictures: list[HostPicture], earlier: Sequence[Step]
) -> RefusedError:
    seen = _seen(pictures)
    missing = (
        target
        for target in wanted
        if all(_all((target,), each, _made(earlier, each)) is None for each in seen)
    )
    gone = next(missing, wanted[0])
    near = difflib.get_close_matches(gone.reference, _names(gone.kind, seen), _OPTIONS, 0.4)
    kind = "object" if gone.kind == "any" else gone.kind
    return RefusedError(
        Code.UNKNOWN_OBJECT,
        f"There is no {kind} {gone.reference!r}.",
        "Use one of the names given." if near else "List what exists with `docker ps -a`.",
        options=tuple(near),
    )


def _names(kind: str, pictures: list[HostPicture]) -> list[str]:
    names: list[str] = []
    for picture in pictures:
        if kind in {"container", "any"}:
            names.extend(each.name for each in picture.containers)
        if kind in {"image", "any"}:
            names.extend(tag for each in picture.images for tag in each.tags)
        if kind in {"network", "any"}:
            names.extend(each.name for each in picture.networks)
        if kind in {"volume", "any"}:
            names.extend(each.name for each in picture.volumes)
    return sorted(set(names))
