"""Which object of a host a reference means, in docker's own order.

A whole id, else an exact name or tag, else the start of one id alone (moby: container.GetContainer,
images.GetImage, network.FindNetwork).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from contracts.docker.targets import Target
from contracts.errors import Code, RefusedError
from contracts.plan import ObjectRef
from contracts.world import HostPicture

_OPTIONS = 5
_DIGEST = "sha256:"


class _Known(NamedTuple):
    """An object of a host: `shown` is what a person would call it."""

    id: str
    shown: str


def found_in(picture: HostPicture, target: Target) -> ObjectRef | None:
    """Return what a reference means there, looked for in the order of `docker inspect`.

    Raises RefusedError (`ambiguous`) where it is several objects' name, or the start of several
    ids and nothing's name.
    """
    for kind, find in _FINDERS.items():
        if target.kind in {kind, "any"} and (one := find(target.reference, picture)):
            return one
    return None


def _container(reference: str, picture: HostPicture) -> ObjectRef | None:
    if one := picture.container(reference):
        return ObjectRef(kind="container", name=one.name, id=one.id)
    known = (_Known(each.id, each.name) for each in picture.containers)
    _begun("container", reference.removeprefix("/"), known)
    return None


def _image(reference: str, picture: HostPicture) -> ObjectRef | None:
    if not reference:
        return None
    tagged = _tagged(reference)
    bare = reference.removeprefix(_DIGEST)
    one = next((each.id for each in picture.images if each.id == f"{_DIGEST}{bare}"), None)
    one = one or next((each.id for each in picture.images if tagged in each.tags), None)
    if one is None:
        known = (
            _Known(each.id.removeprefix(_DIGEST), each.tags[0] if each.tags else each.id)
            for each in picture.images
        )
        begun = _begun("image", bare, known)
        one = f"{_DIGEST}{begun.id}" if begun else None
    return ObjectRef(kind="image", name=reference, id=one) if one else None


def _tagged(reference: str) -> str:
    """Return an image's name as its tags have it: `:latest` by default."""
    short = reference.removeprefix("docker.io/").removeprefix("library/")
    return short if ":" in short.rpartition("/")[2] or "@" in short else f"{short}:latest"


def _network(reference: str, picture: HostPicture) -> ObjectRef | None:
    known = [_Known(each.id, each.name) for each in picture.networks]
    one = (
        next((each for each in known if each.id == reference), None)
        or _only("network", reference, [each for each in known if each.shown == reference])
        or _begun("network", reference, known)
    )
    return ObjectRef(kind="network", name=one.shown, id=one.id) if one else None


def _volume(reference: str, picture: HostPicture) -> ObjectRef | None:
    there = any(each.name == reference for each in picture.volumes)
    return ObjectRef(kind="volume", name=reference) if there else None


def _begun(kind: str, start: str, known: Iterable[_Known]) -> _Known | None:
    """Return the one object whose id begins so."""
    if not start:
        return None
    return _only(kind, start, [each for each in known if each.id.startswith(start)])


def _only(kind: str, reference: str, found: Sequence[_Known]) -> _Known | None:
    if len(found) > 1:
        names = [each.shown for each in found]
        unlike = len(set(names)) == len(names)
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{len(found)} {kind}s are what {reference!r} can mean.",
            "Use one of the names given, or a whole id.",
            question=f"Which {kind}?",
            options=tuple(names if unlike else [each.id for each in found])[:_OPTIONS],
        )
    return found[0] if found else None


_FINDERS: dict[str, Callable[[str, HostPicture], ObjectRef | None]] = {
    "container": _container,
    "image": _image,
    "network": _network,
    "volume": _volume,
}
