import pytest

from contracts.docker.parse import parse
from contracts.docker.targets import targets


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker ps --filter name=web", []),
        ("docker images nginx", []),
        ("docker pull nginx", []),
        ("docker compose -p shop stop web", []),
        ("docker stop web db", [("container", "web"), ("container", "db")]),
        ("docker logs web", [("container", "web")]),
        ("docker rename web old", [("container", "web")]),
        ("docker inspect x", [("any", "x")]),
        ("docker image inspect nginx:1", [("image", "nginx:1")]),
        ("docker rmi a b", [("image", "a"), ("image", "b")]),
        ("docker tag a b", [("image", "a")]),
        ("docker push a", [("image", "a")]),
        ("docker cp web:/x -", [("container", "web")]),
        ("docker cp - web:/x", [("container", "web")]),
        ("docker exec web ls", [("container", "web")]),
        ("docker update -m 1g web", [("container", "web")]),
        ("docker commit web img", [("container", "web")]),
        ("docker network connect app web", [("network", "app"), ("container", "web")]),
        ("docker network rm app", [("network", "app")]),
        ("docker network create --config-from base app", [("network", "base")]),
        ("docker volume rm v", [("volume", "v")]),
        ("docker rm --link /web/db", [("container", "web")]),
        ("docker run -v data:/x --network host nginx", []),
        (
            "docker run --volumes-from a:ro --link b:c --network app nginx",
            [("container", "a"), ("container", "b"), ("network", "app")],
        ),
    ],
)
def test_an_operation_names_what_must_exist(line: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(target) for target in targets(parse(line))] == expected
