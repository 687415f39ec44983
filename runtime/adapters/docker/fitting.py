"""A picture of a host that is too large for a message keeps what commands are grounded in."""

from collections.abc import Callable

from contracts.world import COMPOSE_PROJECT, COMPOSE_SERVICE, Container, HostPicture

LARGEST = 1_800_000
"""In bytes; the bucket takes 2 MiB with the headers."""
_KEPT = frozenset({COMPOSE_PROJECT, COMPOSE_SERVICE})


def fitted(picture: HostPicture, largest: int = LARGEST) -> HostPicture:
    """Return a picture that a message holds, which says what was left out; the least first."""
    for words, left_out in _STEPS:
        if len(picture.__pydantic_serializer__.to_json(picture)) <= largest:
            return picture
        picture = left_out(picture).model_copy(update={"left_out": (*picture.left_out, words)})
    return picture


def _without_labels(kind: str) -> Callable[[HostPicture], HostPicture]:
    def left_out(picture: HostPicture) -> HostPicture:
        bare = tuple(each.model_copy(update={"labels": {}}) for each in getattr(picture, kind))
        return picture.model_copy(update={kind: bare})

    return left_out


def _of_compose_alone(picture: HostPicture) -> HostPicture:
    def bare(container: Container) -> Container:
        labels = {key: value for key, value in container.labels.items() if key in _KEPT}
        return container.model_copy(update={"labels": labels})

    return picture.model_copy(update={"containers": tuple(map(bare, picture.containers))})


def _used_images(picture: HostPicture) -> HostPicture:
    used = tuple(each for each in picture.images if each.containers or each.tags)
    return picture.model_copy(update={"images": used})


_STEPS: tuple[tuple[str, Callable[[HostPicture], HostPicture]], ...] = (
    ("the labels of images", _without_labels("images")),
    ("the labels of volumes", _without_labels("volumes")),
    ("images without a tag that no container uses", _used_images),
    ("the labels of containers but compose's", _of_compose_alone),
)
