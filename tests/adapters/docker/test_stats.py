"""What the engine measures becomes what docker's CLI shows (its own formulas, for Linux)."""

from typing import Any

import pytest

from contracts.docker.operations import Stats
from runtime.adapters.docker import Engine
from runtime.adapters.docker.stats import usage
from tests.adapters.docker.fake_engine import FakeEngine

MIB = 1024 * 1024


def reading(name: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": f"/{name}",
        "id": name[0] * 64,
        "cpu_stats": {
            "cpu_usage": {"total_usage": 400},
            "system_cpu_usage": 2000,
            "online_cpus": 4,
        },
        "precpu_stats": {"cpu_usage": {"total_usage": 100}, "system_cpu_usage": 1000},
        "memory_stats": {
            "usage": 30 * MIB,
            "limit": 100 * MIB,
            "stats": {"inactive_file": 5 * MIB},
        },
        "networks": {"eth0": {"rx_bytes": 1000, "tx_bytes": 10}, "eth1": {"rx_bytes": 500}},
        "blkio_stats": {
            "io_service_bytes_recursive": [
                {"op": "Read", "value": 2000},
                {"op": "write", "value": 3000},
                {"op": "Sync", "value": 9},
            ]
        },
        "pids_stats": {"current": 7},
    } | changed


def test_cpu_is_the_share_of_one_processor_between_two_readings() -> None:
    assert usage(reading("web")).cpu == pytest.approx(120.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"precpu_stats": {"cpu_usage": {"total_usage": 400}, "system_cpu_usage": 1000}},
        {"precpu_stats": {"cpu_usage": {"total_usage": 100}, "system_cpu_usage": 2000}},
        {"cpu_stats": {"cpu_usage": {"total_usage": 0}}},
    ],
)
def test_cpu_is_nothing_where_nothing_passed(changed: dict[str, Any]) -> None:
    assert usage(reading("web", **changed)).cpu == 0.0


def test_an_old_engine_counts_its_processors_one_by_one() -> None:
    after = {"cpu_usage": {"total_usage": 400, "percpu_usage": [1, 2]}, "system_cpu_usage": 2000}
    assert usage(reading("web", cpu_stats=after)).cpu == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("details", "used"),
    [
        ({"inactive_file": 5 * MIB}, 25 * MIB),
        ({"total_inactive_file": 10 * MIB, "inactive_file": 5 * MIB}, 20 * MIB),
        ({"inactive_file": 40 * MIB}, 30 * MIB),
        ({}, 30 * MIB),
    ],
)
def test_memory_is_without_the_page_cache(details: dict[str, int], used: int) -> None:
    memory = {"usage": 30 * MIB, "limit": 100 * MIB, "stats": details}
    assert usage(reading("web", memory_stats=memory)).memory == used


async def test_a_line_says_what_was_used(fake: FakeEngine, impatient: Engine) -> None:
    """A container that stopped meanwhile has zeros, one that was removed has no line."""
    listed = [{"Id": letter * 64, "Names": [f"/{letter}"]} for letter in "wjg"]
    fake.says("GET /containers/json", listed)
    fake.says(f"GET /containers/{'w' * 12}/stats", reading("web"))
    fake.says(f"GET /containers/{'j' * 12}/stats", {"name": "/job", "id": "j" * 64})
    outcome = await impatient.run(Stats())
    assert outcome.exit_code == 0
    assert [line.split() for line in outcome.stdout.splitlines()[1:]] == [
        f"{'w' * 12} web 120.00% 25MiB / 100MiB 25.00% 1.5kB / 10B 2kB / 3kB 7".split(),
        f"{'j' * 12} job 0.00% 0B / 0B 0.00% 0B / 0B 0B / 0B 0".split(),
    ]
    data: Any = outcome.data
    assert (data[0]["Name"], data[0]["cpu_percent"], data[0]["memory_bytes"]) == (
        "web",
        120.0,
        25 * MIB,
    )
