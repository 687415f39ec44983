"""What only a lost or an old engine shows of networks, volumes, disk use, pruning and projects."""

from typing import Any

import pytest

from contracts.docker.errand import Errand
from contracts.docker.operations import (
    ComposeRm,
    ComposeStart,
    NetworkConnect,
    NetworkCreate,
    NetworkRm,
    SystemDf,
    SystemPrune,
    VolumePrune,
    VolumeRm,
)
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from tests.adapters.docker.conftest import PATIENCE
from tests.adapters.docker.fake_engine import FakeEngine

OLD, NEW = "1.41", "1.50"


def speaks(fake: FakeEngine, api: str) -> None:
    fake.says("GET /version", {"Version": "0.0-fake", "ApiVersion": api})


async def refused(engine: Engine, operation: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await engine.run(operation)
    return caught.value


@pytest.mark.parametrize(
    ("what", "operation"),
    [
        ("POST /networks/create", NetworkCreate(name="n")),
        ("DELETE /networks/n", NetworkRm(networks=("n",))),
        ("DELETE /volumes/v", VolumeRm(volumes=("v",))),
        ("POST /networks/n/connect", NetworkConnect(network="n", container="c")),
        ("POST /volumes/prune", VolumePrune(all=True)),
        ("POST /containers/prune", SystemPrune()),
    ],
)
async def test_a_change_whose_answer_is_lost_is_unknown(
    fake: FakeEngine, impatient: Engine, what: str, operation: Any
) -> None:
    fake.drops(what)
    assert (await refused(impatient, operation)).error.code is Code.OUTCOME_UNKNOWN


async def test_what_was_pruned_before_the_engine_was_lost_is_told(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says("POST /containers/prune", {"ContainersDeleted": ["a"], "SpaceReclaimed": 1})
    fake.drops("POST /networks/prune")
    error = (await refused(impatient, SystemPrune())).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "Unused containers were removed." in error.message


async def test_what_was_pruned_before_a_failure_is_printed(
    fake: FakeEngine, impatient: Engine
) -> None:
    fake.says("POST /containers/prune", {"ContainersDeleted": ["a"], "SpaceReclaimed": 1})
    fake.says("POST /networks/prune", {"message": "a prune operation is running"}, status=409)
    outcome = await impatient.run(SystemPrune())
    assert (outcome.exit_code, outcome.stdout) == (1, "Deleted Containers:\na\n\n")
    assert outcome.stderr == "Error response from daemon: a prune operation is running\n"


async def test_everything_that_is_pruned_is_told_as_the_cli_tells_it(
    fake: FakeEngine, impatient: Engine
) -> None:
    speaks(fake, NEW)
    fake.says("POST /containers/prune", {"ContainersDeleted": ["a"], "SpaceReclaimed": 1000})
    fake.says("POST /networks/prune", {"NetworksDeleted": ["n"]})
    fake.says("POST /volumes/prune", {"VolumesDeleted": ["v"], "SpaceReclaimed": 1000})
    images = [{"Untagged": "busybox:1"}, {"Deleted": "sha256:1"}]
    fake.says("POST /images/prune", {"ImagesDeleted": images, "SpaceReclaimed": 1000})
    fake.says("POST /build/prune", {"CachesDeleted": ["b"], "SpaceReclaimed": 1000})
    outcome = await impatient.run(SystemPrune(volumes=True, all=True))
    assert outcome.stdout == (
        "Deleted Containers:\na\n\n"
        "Deleted Networks:\nn\n\n"
        "Deleted Volumes:\nv\n\n"
        "Deleted Images:\nuntagged: busybox:1\ndeleted: sha256:1\n\n"
        "Deleted build cache objects:\nb\n\n"
        "Total reclaimed space: 4kB\n"
    )
    assert outcome.data == {
        "containers": ["a"],
        "networks": ["n"],
        "volumes": ["v"],
        "untagged": ["busybox:1"],
        "deleted": ["sha256:1"],
        "build_cache": ["b"],
        "space_reclaimed": 4000,
    }


@pytest.mark.parametrize("operation", [VolumePrune(), SystemPrune(volumes=True)])
async def test_an_engine_that_would_take_named_volumes_is_not_asked(
    fake: FakeEngine, impatient: Engine, operation: Any
) -> None:
    speaks(fake, OLD)
    assert (await refused(impatient, operation)).error.code is Code.UNSUPPORTED_COMMAND
    assert not [asked for asked in fake.asked if asked.startswith("POST")]


@pytest.mark.parametrize(
    "operation",
    [
        NetworkCreate(name="n", ipv4=False),
        NetworkConnect(network="n", container="c", gateway_priority=7),
    ],
)
async def test_what_an_old_engine_would_leave_unheeded_is_refused(
    fake: FakeEngine, impatient: Engine, operation: Any
) -> None:
    speaks(fake, OLD)
    assert (await refused(impatient, operation)).error.code is Code.UNSUPPORTED_COMMAND
    assert not [asked for asked in fake.asked if asked.startswith("POST")]


async def test_measuring_the_disk_has_an_end(fake: FakeEngine, impatient: Engine) -> None:
    fake.hangs("GET /system/df")
    assert (await refused(impatient, SystemDf())).error.code is Code.DEADLINE_EXCEEDED
    fake.writes("GET /system/df", "no JSON")
    assert (await refused(impatient, SystemDf())).error.code is Code.ENGINE_ERROR


async def test_the_sums_of_the_disk_are_those_of_the_cli(
    fake: FakeEngine, impatient: Engine
) -> None:
    """Shares are cut, what is shared counts once, and what is not known counts for nothing."""
    image = {"Id": "sha256:1", "RepoTags": ["docker.io/library/a:1"], "Created": 1}
    fake.says(
        "GET /system/df",
        {
            "LayersSize": 3000,
            "Images": [
                image | {"Size": 2000, "SharedSize": 500, "Containers": 1},
                image | {"Size": 1500, "SharedSize": 500, "Containers": 0, "RepoTags": None},
            ],
            "Containers": [
                {"Id": "c", "State": "exited", "SizeRw": 1, "Names": ["/c"]},
                {"Id": "d", "State": "running", "SizeRw": 2, "Names": ["/d"]},
            ],
            "Volumes": [
                {"Name": "v", "UsageData": {"RefCount": 0, "Size": 10}},
                {"Name": "w", "UsageData": {"RefCount": 1, "Size": -1}},
                {"Name": "x"},
            ],
            "BuildCache": [
                {"ID": "b" * 25, "Type": "regular", "Size": 7, "InUse": True, "UsageCount": 2,
                 "CreatedAt": "2026-01-01T00:00:00Z", "LastUsedAt": "2026-01-02T00:00:00Z"},
                {"ID": "e" * 25, "Type": "internal", "Size": 9, "Shared": True,
                 "CreatedAt": "2026-01-01T00:00:00Z"},
            ],
        },
    )  # fmt: skip
    outcome = await impatient.run(SystemDf(format="{{.Type}} {{.TotalCount}} {{.Active}} "
                                           "{{.Size}} {{.Reclaimable}}"))  # fmt: skip
    assert outcome.stdout.splitlines() == [
        "Images 2 1 3kB 1.5kB (50%)",
        "Containers 2 1 3B 1B (33%)",
        "Local Volumes 3 1 10B 10B (100%)",
        "Build Cache 2 1 7B 0B",
    ]
    whole = await impatient.run(SystemDf(verbose=True))
    assert "Build cache usage: 7B" in whole.stdout
    assert "bbbbbbbbbbbb*   regular" in whole.stdout
    form = "{{range .BuildCache}}{{.ID}} {{.LastUsedAt}};{{end}}{{json .Volumes}}"
    printed = (await impatient.run(SystemDf(verbose=True, format=form))).stdout
    assert printed.startswith(f"{'e' * 25} ;{'b' * 25}* 2026-01-02 00:00:00 +0000 UTC;[")


def project(fake: FakeEngine, *states: str) -> list[str]:
    """Let a fake engine list a project's services, of which the last depends on the first."""
    listed: list[dict[str, Any]] = []
    for at, state in enumerate(states):
        labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": f"s{at}"}
        listed.append(
            {"Id": f"{at}" * 8, "Names": [f"/shop-s{at}-1"], "State": state, "Labels": labels}
        )
    listed[-1]["Labels"]["com.docker.compose.depends_on"] = "s0:service_healthy:true"
    fake.says("GET /containers/json", listed)
    return [str(each["Id"]) for each in listed]


async def test_a_dependency_that_is_never_ready_ends_the_wait(
    fake: FakeEngine, impatient: Engine
) -> None:
    first, second = project(fake, "exited", "exited")
    fake.says(f"POST /containers/{first}/start", status=204)
    health = {"Status": "running", "Health": {"Status": "starting"}}
    fake.says(f"GET /containers/{first}/json", {"Name": "/shop-s0-1", "State": health})
    outcome = await impatient.run(ComposeStart())
    assert outcome.exit_code == 1
    assert outcome.stderr.splitlines()[-1] == "timeout waiting for dependencies"
    assert f"POST /containers/{second}/start" not in fake.asked


async def test_an_engine_that_is_lost_after_a_start_did_something(
    fake: FakeEngine, impatient: Engine
) -> None:
    first, _ = project(fake, "exited", "exited")
    fake.says(f"POST /containers/{first}/start", status=204)
    fake.drops(f"GET /containers/{first}/json")
    error = (await refused(impatient, ComposeStart())).error
    assert error.code is Code.OUTCOME_UNKNOWN
    assert "shop-s0-1" in error.message


async def test_what_removes_itself_is_removed(fake: FakeEngine, impatient: Engine) -> None:
    first, second = project(fake, "exited", "exited")
    fake.says(f"DELETE /containers/{first}", {"message": "No such container"}, status=404)
    fake.says(f"DELETE /containers/{second}", {"message": "driver failed"}, status=500)
    outcome = await impatient.run(ComposeRm())
    assert outcome.exit_code == 1
    assert " Container shop-s0-1  Removed\n" in outcome.stderr
    assert outcome.stderr.endswith("Error response from daemon: driver failed\n")


async def test_progress_is_printed_as_it_comes(fake: FakeEngine, impatient: Engine) -> None:
    (first,) = project(fake, "exited")
    fake.says(f"DELETE /containers/{first}", status=204)
    heard: list[tuple[str, str]] = []

    async def out(stdout: str, stderr: str) -> None:
        heard.append((stdout, stderr))

    outcome = await impatient.run(ComposeRm(), Errand(out=out))
    assert heard == [
        ("Going to remove shop-s0-1\n", ""),
        ("", " Container shop-s0-1  Removing\n"),
        ("", " Container shop-s0-1  Removed\n"),
    ]
    assert outcome.stdout == "Going to remove shop-s0-1\n"


async def test_who_uses_a_network_is_not_told_of_those_that_may_not_be_seen(
    fake: FakeEngine,
) -> None:
    fake.says("GET /networks/n", {"Id": "1" * 64, "Name": "n"})
    fake.says("GET /containers/json", [])
    words = 'network n id 1 has active endpoints (name:"hidden" id:"2")'
    fake.says("DELETE /networks/n", {"message": words}, status=403)
    settings = EngineSettings(docker_host=fake.url, only_label="team=a", request_timeout=PATIENCE)
    async with open_docker(settings) as narrow:
        outcome = await narrow.run(NetworkRm(networks=("n",)))
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith(
        "Error response from daemon: network n id 1 has active endpoints\n"
    )
