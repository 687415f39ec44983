"""What engines of other kinds and sizes answer, told by a fake one."""

from typing import Any

import pytest

from contracts.docker.operations import Images, Info, Inspect, Ps, Version
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.docker.fake_engine import FakeEngine

DIGEST = f"sha256:{'d' * 64}"


def image(letter: str, tags: list[str] | None, digests: list[str] | None) -> dict[str, Any]:
    return {
        "Id": f"sha256:{letter * 64}",
        "RepoTags": tags,
        "RepoDigests": digests,
        "Created": 0,
        "Size": 1_234_567,
        "SharedSize": -1,
        "Containers": -1,
    }


@pytest.fixture
def library(fake: FakeEngine) -> FakeEngine:
    """An engine with images that a registry gave: several tags, digests, no tag at all."""
    fake.says(
        "GET /images/json",
        [
            image("a", ["web:1", "web:2", "other/web:1"], [f"web@{DIGEST}"]),
            image("b", None, [f"host:5000/pulled@{DIGEST}"]),
            image("c", ["<none>:<none>"], ["<none>@<none>"]),
        ],
    )
    return fake


async def printed(engine: Engine, operation: Images) -> list[list[str]]:
    return [line.split() for line in (await engine.run(operation)).stdout.splitlines()]


async def test_an_image_has_a_line_for_each_of_its_tags(
    library: FakeEngine, impatient: Engine
) -> None:
    assert library.url
    lines = await printed(impatient, Images(format="{{.Repository}} {{.Tag}} {{.ID}} {{.Size}}"))
    assert lines == [
        ["web", "1", "a" * 12, "1.23MB"],
        ["web", "2", "a" * 12, "1.23MB"],
        ["other/web", "1", "a" * 12, "1.23MB"],
        ["host:5000/pulled", "<none>", "b" * 12, "1.23MB"],
        ["<none>", "<none>", "c" * 12, "1.23MB"],
    ]


async def test_digests_are_shown_where_they_are_asked_for(
    library: FakeEngine, impatient: Engine
) -> None:
    assert library.url
    expected = [
        ["web", "1", DIGEST],
        ["web", "2", DIGEST],
        ["other/web", "1", "<none>"],
        ["host:5000/pulled", "<none>", DIGEST],
        ["<none>", "<none>", "<none>"],
    ]
    form = "{{.Repository}} {{.Tag}} {{.Digest}}"
    assert await printed(impatient, Images(digests=True, format=form)) == expected
    table = await printed(impatient, Images(digests=True))
    assert [line[:3] for line in table[1:]] == expected


async def test_podman_is_told_as_the_engine_that_it_is(fake: FakeEngine, impatient: Engine) -> None:
    fake.says(
        "GET /version",
        {
            "Version": "4.3.1",
            "ApiVersion": "1.41",
            "MinAPIVersion": "1.24",
            "Components": [{"Name": "Podman Engine", "Version": "4.3.1", "Details": {"A": "b"}}],
        },
    )
    for path in ("containers/json", "images/json", "networks"):
        fake.says(f"GET /{path}", [])
    fake.says("GET /volumes", {"Volumes": None})
    assert (await impatient.picture()).engine == "Podman Engine 4.3.1 (API 1.41)"
    lines = (await impatient.run(Version())).stdout.splitlines()
    assert " Podman Engine:" in lines
    assert "  API version:      1.41 (minimum version 1.24)" in lines


async def test_info_counts_only_what_may_be_seen_and_hides_passwords(fake: FakeEngine) -> None:
    fake.says(
        "GET /info",
        {
            "Containers": 99,
            "ContainersRunning": 98,
            "Swarm": {"LocalNodeState": "active", "NodeID": "n1", "ControlAvailable": True},
            "HttpProxy": "http://me:hunter2@proxy:3128",
            "Labels": ["rack=7"],
            "SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"],
            "OSType": "linux",
            "Warnings": ["WARNING: No swap limit support"],
        },
    )
    states = ("running", "paused", "exited", "exited")
    fake.says("GET /containers/json", [{"Id": state, "State": state} for state in states])
    async with open_docker(EngineSettings(docker_host=fake.url, only_label="a=b")) as engine:
        outcome = await engine.run(Info())
    lines = outcome.stdout.splitlines()
    for line in (
        " Containers: 4",
        "  Running: 1",
        "  Paused: 1",
        "  Stopped: 2",
        " Swarm: active",
        "  NodeID: n1",
        "  Is Manager: true",
        "  seccomp",
        "   Profile: builtin",
        "  rootless",
        " HTTP Proxy: http://me:[redacted]@proxy:3128",
        "  rack=7",
    ):
        assert line in lines
    assert "hunter2" not in outcome.model_dump_json()
    assert outcome.stderr == "WARNING: No swap limit support\n"


async def test_an_image_without_a_name_and_legacy_links_are_shown_as_docker_does(
    fake: FakeEngine, impatient: Engine
) -> None:
    listed = [
        {"Id": "1" * 64, "Names": ["/other/alias", "/web"], "Image": "", "ImageID": ""},
        {"Id": "2" * 64, "Names": ["/b"], "Image": "c" * 64, "ImageID": f"sha256:{'c' * 64}"},
        {"Id": "3" * 64, "Names": ["/c"], "Image": f"docker.io/library/web:1@{DIGEST}"},
        {"Id": "4" * 64, "Names": None, "Image": f"host:5000/x/y@{DIGEST}"},
    ]
    fake.says("GET /containers/json", listed)
    outcome = await impatient.run(Ps(format="{{.Names}} {{.Image}}"))
    assert outcome.stdout.splitlines() == [
        "web <no image>",
        f"b {'c' * 12}",
        "c web:1",
        " host:5000/x/y",
    ]
    whole = await impatient.run(Ps(format="{{.Names}}", no_trunc=True))
    assert whole.stdout.splitlines()[0] == "other/alias,web"


async def test_data_that_is_too_long_is_left_out_and_said_so(fake: FakeEngine) -> None:
    fake.says("GET /containers/web/json", {"Id": "1", "Long": "x" * 5000})
    settings = EngineSettings(docker_host=fake.url, output_limit_bytes=1024)
    async with open_docker(settings) as engine:
        outcome = await engine.run(Inspect(targets=("web",)))
    assert outcome.truncated
    assert len(outcome.stdout) < 1200
    data: Any = outcome.data
    assert "more than the limit of 1024" in data["left_out"]
