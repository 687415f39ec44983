"""Commands that could meet at one object share a lock; others share none."""

import pytest

from contracts.docker.parse import parse
from contracts.docker.render import render
from contracts.docker.risk import assess
from contracts.plan import ObjectRef, Step

WEB = ObjectRef(kind="container", name="web", id="a1" * 32)
DB = ObjectRef(kind="container", name="db", id="b2" * 32)


def locks(line: str, *objects: ObjectRef, host: str = "local") -> frozenset[tuple[str, str]]:
    operation = parse(line)
    risk = assess(operation)
    return Step(
        line=render(operation),
        operation=operation,
        risk=risk.risk,
        discloses=risk.discloses,
        host=host,
        objects=objects,
    ).locks


def image(name: str) -> ObjectRef:
    return ObjectRef(kind="image", name=name, id="sha256:" + "c3" * 32)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (locks("docker run --name web nginx"), locks("docker rm web", WEB)),
        (locks("docker create --name web nginx"), locks("docker run --name web nginx")),
        (locks("docker rename db web", DB), locks("docker stop web", WEB)),
        (locks("docker rename db web", DB), locks("docker run --name web nginx")),
        (locks("docker rename db web", DB), locks("docker kill db", DB)),
        (
            locks("docker stop web", WEB),
            locks("docker start new", WEB.model_copy(update={"name": "new"})),
        ),
        (locks("docker container prune"), locks("docker system prune")),
        (locks("docker image prune -a"), locks("docker volume prune")),
        (locks("docker network prune"), locks("docker system prune --volumes")),
        (locks("docker tag a:1 b"), locks("docker rmi b:latest", image("b:latest"))),
        (locks("docker pull docker.io/library/nginx"), locks("docker rmi nginx", image("nginx"))),
        (
            locks("docker volume create data"),
            locks("docker volume rm data", ObjectRef(kind="volume", name="data")),
        ),
        (
            locks("docker network create net"),
            locks("docker network rm net", ObjectRef(kind="network", name="net", id="d4" * 32)),
        ),
    ],
)
def test_what_could_meet_at_one_object_shares_a_lock(
    one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]
) -> None:
    assert one & other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (locks("docker stop web", WEB), locks("docker stop db", DB)),
        (locks("docker stop web", WEB), locks("docker stop web", WEB, host="far")),
        (locks("docker run nginx"), locks("docker run nginx")),
        (locks("docker run --network web nginx"), locks("docker run --name web nginx")),
        (locks("docker container prune"), locks("docker container prune", host="far")),
        (locks("docker logs web", WEB), locks("docker stop web", WEB)),
    ],
)
def test_what_cannot_meet_shares_none(
    one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]
) -> None:
    assert not one & other
