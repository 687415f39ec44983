"""compose.yaml gives each function what its work needs, and no more."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime import discover
from runtime.settings import AcgSettings

Service = dict[str, Any]


@pytest.fixture
def services(root: Path) -> dict[str, Service]:
    found: dict[str, Service] = yaml.safe_load((root / "compose.yaml").read_text())["services"]
    return found


@pytest.fixture
def functions(services: dict[str, Service]) -> dict[str, Service]:
    return {name: each for name, each in services.items() if name not in {"nats", "setup"}}


def test_each_function_is_a_service_that_serves_it(functions: dict[str, Service]) -> None:
    assert sorted(functions) == discover.names()
    assert {name: each["command"] for name, each in functions.items()} == {
        name: ["serve", name] for name in functions
    }


def test_only_execute_and_inventory_see_the_docker_socket(services: dict[str, Service]) -> None:
    mounts = {name for name, each in services.items() if "docker.sock" in str(each.get("volumes"))}
    assert mounts == {"execute", "inventory"}


def test_only_generate_sees_the_models_key(services: dict[str, Service]) -> None:
    keyed = {name for name, each in services.items() if "GENERATE_API_KEY" in str(each)}
    assert keyed == {"generate"}


def test_no_service_can_gain_rights_or_write_outside_its_volumes(
    services: dict[str, Service],
) -> None:
    for name, each in services.items():
        assert each["read_only"] is True, name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc", "network_mode"} & set(each)


def test_each_function_is_healthy_by_its_own_word(functions: dict[str, Service]) -> None:
    for name, each in functions.items():
        port = each["environment"]["ACG_METRICS_PORT"]
        assert f"http://127.0.0.1:{port}/healthz" in str(each["healthcheck"]["test"]), name


def test_functions_wait_for_the_streams(functions: dict[str, Service]) -> None:
    for name, each in functions.items():
        wanted = {"setup": {"condition": "service_completed_successfully"}}
        assert each["depends_on"] == wanted, name


def test_a_function_may_drain_before_it_is_killed(functions: dict[str, Service]) -> None:

    for name, each in functions.items():
        grace = float(each["stop_grace_period"].removesuffix("s"))
        assert grace > AcgSettings.model_fields["drain_seconds"].default, name


def test_nothing_is_reached_from_outside_this_machine(services: dict[str, Service]) -> None:
    ports = [port for each in services.values() for port in each.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_nats_reads_a_configuration_that_exists(root: Path, services: dict[str, Service]) -> None:
    _, inside = services["nats"]["command"]
    assert "./nats:/etc/nats:ro" in services["nats"]["volumes"]
    assert (root / "nats" / Path(inside).relative_to("/etc/nats")).is_file()
