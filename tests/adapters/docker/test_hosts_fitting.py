"""A picture of a large host still fits into a message, and says what it lacks."""

from contracts.world import COMPOSE_PROJECT, Container, HostPicture, Image
from runtime.adapters.docker.fitting import fitted
from tests.stories import NOW


def large(labels: int) -> HostPicture:
    many = {f"a.label.with.a.name.{number}": "x" * 40 for number in range(labels)}
    return HostPicture(
        host="large",
        as_of=NOW,
        containers=tuple(
            Container(
                id=f"{number:064x}",
                name=f"web-{number}",
                image="nginx",
                state="running",
                labels={**many, COMPOSE_PROJECT: "shop"},
            )
            for number in range(100)
        ),
        images=tuple(
            Image(id=f"sha256:{number:064x}", tags=("nginx:latest",), labels=many)
            for number in range(100)
        ),
    )


def test_a_picture_that_fits_is_left_as_it_is() -> None:
    picture = large(1)
    assert fitted(picture) is picture


def test_the_labels_of_images_go_first() -> None:
    picture = large(10)
    size = len(picture.model_dump_json())
    made = fitted(picture, size - 1)
    assert made.left_out == ("the labels of images",)
    assert made.containers == picture.containers
    assert not any(each.labels for each in made.images)


def test_what_a_command_needs_to_name_is_kept_to_the_last() -> None:
    picture = large(10)
    made = fitted(picture, 40_000)
    assert len(made.left_out) == 4
    assert [each.name for each in made.containers] == [each.name for each in picture.containers]
    assert {each.project for each in made.containers} == {"shop"}
    assert len(made.model_dump_json()) < len(picture.model_dump_json()) / 2
