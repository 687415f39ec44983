"""compose.yaml gives each function what its work needs, and no more."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime import discover
from runtime.adapters.docker.hosts import read
from runtime.settings import AcgSettings

Service = dict[str, Any]
OTHERS = {"nats", "nats-2", "nats-3", "prometheus", "alertmanager", "grafana"}


@pytest.fixture
def document(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "compose.yaml").read_text())
    return found


@pytest.fixture
def services(document: dict[str, Any]) -> dict[str, Service]:
    found: dict[str, Service] = document["services"]
    return found


@pytest.fixture
def ours(services: dict[str, Service]) -> dict[str, Service]:
    """Give the services that run our image."""
    return {name: each for name, each in services.items() if name not in OTHERS}


@pytest.fixture
def functions(ours: dict[str, Service]) -> dict[str, Service]:
    return {name: each for name, each in ours.items() if name not in {"setup", "engine-proxy"}}


def with_network(services: dict[str, Service], network: str) -> set[str]:
    return {name for name, each in services.items() if network in each["networks"]}


def test_each_function_is_a_service_that_serves_it(functions: dict[str, Service]) -> None:
    doors = [each.name for each in discover.doors()]
    assert set(functions) == {*discover.names(), *doors}
    assert {name for name, each in functions.items() if "profiles" in each} == set(doors)
    assert {name: each["command"] for name, each in functions.items()} == {
        name: ["serve", name] for name in functions
    }


def test_only_execute_and_engine_proxy_see_the_docker_socket(services: dict[str, Service]) -> None:
    mounts = {name for name, each in services.items() if "docker.sock" in str(each.get("volumes"))}
    assert mounts == {"execute", "engine-proxy"}


def test_only_generate_sees_the_models_key(services: dict[str, Service]) -> None:
    keyed = {name for name, each in services.items() if "GENERATE_API_KEY" in str(each)}
    assert keyed == {"generate"}


def test_only_generate_and_who_tells_people_have_a_way_out(
    document: dict[str, Any], services: dict[str, Service]
) -> None:
    ways = {name for name, each in document["networks"].items() if not each.get("internal")}
    masquerade = "com.docker.network.bridge.enable_ip_masquerade"
    for way in ("published", "shown"):
        assert document["networks"][way]["driver_opts"] == {masquerade: "false"}
    out = {way: with_network(services, way) for way in ways - {"published", "shown"}}
    assert out == {"model": {"generate"}, "alerts": {"alertmanager"}}


def test_who_only_watches_reaches_no_server_of_nats(services: dict[str, Service]) -> None:
    servers = {
        network for each in ("nats", "nats-2", "nats-3") for network in services[each]["networks"]
    }
    reaching = {name for network in servers for name in with_network(services, network)}
    assert reaching.isdisjoint({"prometheus", "alertmanager", "grafana", "engine-proxy"})


def test_engine_proxy_is_reached_by_inventory_alone(services: dict[str, Service]) -> None:
    assert services["engine-proxy"]["networks"] == ["engine"]
    assert with_network(services, "engine") == {"engine-proxy", "inventory"}
    assert "NATS_URL" not in str(services["engine-proxy"].get("environment"))


def test_the_servers_of_nats_know_each_other_on_a_network_of_their_own(
    root: Path, services: dict[str, Service]
) -> None:
    servers = with_network(services, "cluster")
    assert servers == {"nats", "nats-2", "nats-3"}
    known = {alias for each in servers for alias in _aliases(services[each])}
    config = (root / "nats/cluster.conf").read_text()
    assert set(re.findall(r"nats://(route-\d):6222", config)) == known
    assert {services[each]["environment"]["NATS_ROUTE"] for each in servers} == {
        f"{alias}:6222" for alias in known
    }


def _aliases(service: Service) -> list[str]:
    found: list[str] = service["networks"]["cluster"]["aliases"]
    return found


def test_inventory_sees_the_host_that_execute_acts_upon_through_engine_proxy(
    root: Path, services: dict[str, Service]
) -> None:
    source, target, mode = services["inventory"]["volumes"][0].split(":")
    assert services["inventory"]["environment"]["ACG_HOSTS"] == target
    assert mode == "ro"
    (entry,) = read(root / source)
    assert (entry.name, entry.url) == ("local", "tcp://engine-proxy:2375")


def test_only_the_door_sees_its_key_and_tokens(services: dict[str, Service]) -> None:
    seen = {name for name, each in services.items() if "HTTP_FOLDER" in str(each)}
    assert seen == {"http"}
    assert services["http"]["volumes"] == ["${HTTP_FOLDER:-./deploy/http}:/etc/acg/http:ro"]


def test_no_service_can_gain_rights_or_write_outside_its_volumes(
    services: dict[str, Service],
) -> None:
    for name, each in services.items():
        assert each["read_only"] is True, name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc", "network_mode"} & set(each)


def test_every_service_is_bounded_comes_back_and_keeps_few_logs(
    services: dict[str, Service],
) -> None:
    for name, each in services.items():
        assert each["mem_limit"], name
        assert each["cpus"], name
        assert each["pids_limit"], name
        assert each["restart"] == ("on-failure" if name == "setup" else "unless-stopped"), name
        assert {"max-size", "max-file"} <= set(each["logging"]["options"]), name


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


def test_what_is_mounted_from_the_checkout_is_there_and_cannot_be_written(
    root: Path, services: dict[str, Service]
) -> None:
    mounts = {each for service in services.values() for each in service.get("volumes", ())}
    ours = [each.split(":") for each in mounts if each.startswith("./")]
    assert ours
    for source, _, mode in ours:
        assert (root / source).exists(), source
        assert mode == "ro", source


@pytest.mark.parametrize("name", ["server.conf", "cluster.conf"])
def test_every_server_of_nats_reads_a_configuration_that_exists(
    root: Path, services: dict[str, Service], name: str
) -> None:
    for each in ("nats", "nats-2", "nats-3"):
        assert services[each]["command"][1] == "/etc/nats/${NATS_CONFIG:-server.conf}"
        assert "./nats:/etc/nats:ro" in services[each]["volumes"]
    assert (root / "nats" / name).is_file()


def test_a_cluster_keeps_every_stream_on_its_three_servers(root: Path) -> None:
    lines = (root / "deploy/cluster.env").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert told["NATS_CONFIG"] == "cluster.conf"
    assert told["ACG_STREAM_REPLICAS"] == "3"
    assert told["NATS_URLS"].count("nats://") == 3


def test_the_image_runs_no_shell_and_is_nobody(root: Path) -> None:
    lines = (root / "Dockerfile").read_text().split("\nFROM ")[-1].splitlines()
    assert 'ENTRYPOINT ["/opt/acg/bin/acg"]' in lines
    assert "USER 10001:10001" in lines
    for line in lines:
        if line.startswith(("RUN", "ENTRYPOINT", "CMD")):
            assert line.split(" ", 1)[1].startswith("["), line
        if line.startswith("HEALTHCHECK"):
            assert ' CMD ["python", "-IS", "-c", ' in line
            assert "/readyz" in line


@pytest.mark.parametrize("profile", ["cluster", "observability"])
@pytest.mark.slow
def test_docker_compose_can_read_it(root: Path, profile: str) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("compose: there is no docker-compose on PATH")
    done = subprocess.run(
        [program, "--env-file", "deploy/cluster.env", "--profile", profile, "config", "--quiet"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
