"""What docker's client takes and refuses before it asks the engine (docker/cli v28, opts)."""

from time import process_time
from typing import Any

import pytest

from contracts.docker.operations import (
    Attachment,
    Binding,
    Cp,
    DeviceLimit,
    Mount,
    NetworkCreate,
    Publication,
    RestartPolicy,
    Run,
    Setting,
    Ulimit,
)
from contracts.docker.parse import parse
from contracts.errors import Code, RefusedError

DAY = 24 * 3600 * 10**9


@pytest.mark.parametrize(
    ("flags", "field", "value"),
    [
        ("-m 512m", "memory", 512 * 2**20),
        ("-m '1 GiB'", "memory", 2**30),
        ("--memory=1.5k", "memory", 1536),
        ("--memory-swap -1", "memory_swap", -1),
        ("--cpus 1.5", "cpus", 1_500_000_000),
        ("--cpus 1/4", "cpus", 250_000_000),
        ("--health-interval 24h", "health_interval", DAY),
        ("--health-timeout 1m0.5s", "health_timeout", 60_500_000_000),
        ("--cpu-shares 0x10", "cpu_shares", 16),
        ("--stop-timeout 010", "stop_timeout", 8),
        ("-p 80", "ports", (Publication(container_ports="80"),)),
        (
            "-p 127.0.0.1:8000-8001:80-81/UDP",
            "ports",
            (
                Publication(
                    container_ports="80-81",
                    protocol="udp",
                    host_ip="127.0.0.1",
                    host_ports="8000-8001",
                ),
            ),
        ),
        ("-p [::1]::80", "ports", (Publication(container_ports="80", host_ip="::1"),)),
        (
            "-p published=80,target=81",
            "ports",
            (Publication(container_ports="81", host_ports="80"),),
        ),
        ("-v data:/d:ro", "volumes", (Binding(source="data", target="/d", mode="ro"),)),
        ("-v /anonymous", "volumes", (Binding(target="/anonymous"),)),
        (
            "--mount type=bind,src=/a,dst=/b,ro",
            "mounts",
            (Mount(type="bind", source="/a", target="/b", read_only=True),),
        ),
        (
            "--mount 'dst=/b,\"volume-opt=o=a,b\",volume-label=x'",
            "mounts",
            (
                Mount(
                    target="/b",
                    volume_options=(Setting(key="o", value="a,b"),),
                    volume_labels=(Setting(key="x", value=""),),
                ),
            ),
        ),
        (
            "--mount type=tmpfs,dst=/b,tmpfs-mode=1777,tmpfs-size=1m",
            "mounts",
            (Mount(type="tmpfs", target="/b", tmpfs_mode=0o1777, tmpfs_size=2**20),),
        ),
        ("--net Net", "networks", (Attachment(name="Net"),)),
        (
            "--network Name=Net,alias=A,driver-opt=k=v",
            "networks",
            (
                Attachment(
                    name="net", aliases=("a",), driver_options=(Setting(key="k", value="v"),)
                ),
            ),
        ),
        ("-e A=b=c -e D", "env", (Setting(key="A", value="b=c"), Setting(key="D"))),
        ("-l a -l b=c", "labels", (Setting(key="a", value=""), Setting(key="b", value="c"))),
        ("--restart on-failure:3", "restart", RestartPolicy(name="on-failure", retries=3)),
        ("--restart ''", "restart", None),
        ("--ulimit nofile=1:2", "ulimits", (Ulimit(name="nofile", soft=1, hard=2),)),
        ("--ulimit core=0", "ulimits", (Ulimit(name="core", soft=0, hard=0),)),
        (
            "--device-read-bps /dev/sda:1kb",
            "device_read_bps",
            (DeviceLimit(path="/dev/sda", value=1024),),
        ),
        ("--add-host a=[::1]", "add_hosts", ("a:::1",)),
        ("--dns 0:0::1", "dns", ("::1",)),
        ("-a STDOUT", "attach", ("stdout",)),
        ("--init=false", "init", False),
        ("--entrypoint=", "entrypoint", ""),
        ("-dit", "tty", True),
        ("--detach-keys x -d", "detach", True),
    ],
)
def test_a_value_means_what_docker_makes_of_it(flags: str, field: str, value: Any) -> None:
    op = parse(f"docker run {flags} nginx")
    assert isinstance(op, Run)
    assert getattr(op, field) == value


@pytest.mark.parametrize(
    "flags",
    [
        "-m lots",
        "-m -1",
        "-m 1x",
        "-m \uff11m",
        "-m 9999999p",
        "--cpus x",
        "--cpus 1/3",
        "--cpus 1/0",
        "--cpus 0.0000000001",
        "--health-interval 10",
        "--health-interval -1s",
        "--health-interval " + "1h" * 51,
        "--health-retries -1",
        "--no-healthcheck --health-cmd x",
        "--memory-swappiness 101",
        "--blkio-weight 70000",
        "-p 80:80:80:80",
        "-p abc:80",
        "-p 80:",
        "-p 70000",
        "-p 81-80",
        "-p 1-3:1-2",
        "-p 80/bogus",
        "-p 300.0.0.1:80:80",
        "-p published",
        "--expose /tcp",
        "--expose 80:80",
        "--expose 8080-NaN",
        "-v ''",
        "-v :/x",
        "-v data:",
        "-v a/b:/x:ro:rw",
        "-v 'da ta:/x'",
        "--mount ''",
        "--mount type=tmpfs",
        "--mount type=,dst=/x",
        "--mount dst=/x,bogus",
        "--mount dst=/x,bogus=1",
        "--mount type=bind,dst=/x,volume-nocopy",
        "--mount type=tmpfs,dst=/x,tmpfs-mode=9",
        "--mount dst=/x,readonly=maybe",
        "--mount type=bind,src=/a,dst=/x,bind-recursive=readonly",
        "--mount 'dst=/x,\"a'",
        "--network ''",
        "--network a=b",
        "--network name=a,mac-address=x",
        "--network name=a,driver-opt=x",
        "--network name=a,gw-priority=x",
        "--network a --network name=a",
        "--network a --network host",
        "--network name=a,ip=1.1.1.1 --ip 1.1.1.1",
        "--network name=a,alias=x --network-alias x",
        "--network-alias x",
        "--mac-address x",
        "--add-host a",
        "--add-host a:b",
        "--add-host a:b=1.2.3.4",
        "--dns x",
        "--dns fe80::1%eth0",
        "--dns-search -",
        "--link a:b:c",
        "--link :b",
        "--volumes-from ''",
        "--volumes-from :ro",
        "--env ''",
        "--label =x",
        "--label 'a b=c'",
        "--restart :1",
        "--restart always:2:3",
        "--restart always --rm",
        "--ulimit nofile",
        "--ulimit bogus=1",
        "--ulimit nofile=1:2:3",
        "--ulimit nofile=2:1",
        "--ulimit nofile=-1:1",
        "--device x",
        "--device /dev/a:/dev/b:x",
        "--device /dev/a:/dev/b:rr",
        "--device-cgroup-rule x",
        "--device-read-bps sda:1",
        "--device-read-bps /dev/sda:x",
        "--device-read-iops /dev/sda:1k",
        "--blkio-weight-device /dev/sda:5",
        "--gpus count=two",
        "--gpus bogus=1",
        "--gpus count=1,count=2",
        "--gpus '\"a'",
        "--security-opt seccomp",
        "--sysctl kernel.core_pattern=x",
        "--storage-opt size",
        "--attach bogus",
        "--detach --attach stdout",
        "--log-driver none --log-opt a=b",
        "--pid bogus",
        "--pid container:",
        "--uts container:x",
        "--userns bogus",
        "--cgroupns bogus",
        "--pull bogus",
        "--platform 'a b'",
        "--name -x",
        "--name --privileged",
    ],
)
def test_a_value_that_docker_does_not_take_is_refused(flags: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(f"docker run {flags} nginx")
    assert refused.value.error.code is Code.INVALID_COMMAND


@pytest.mark.parametrize(
    ("reference", "taken"),
    [
        ("nginx", True),
        ("nginx:1.27-alpine", True),
        ("localhost:5000/a/b:c", True),
        ("LOCAL.example/a", True),
        ("a__b/c--d.e", True),
        ("x@sha256:" + "0" * 64, True),
        ("0" * 64, True),
        ("nginx:", False),
        ("Nginx", False),
        ("a/B", False),
        ("-v", False),
        ("a//b", False),
        ("a:b:c", False),
        ("x@sha256:0", False),
        ("x@md5:" + "0" * 64, False),
        ("a" * 256, False),
        ("x:" + "t" * 129, False),
    ],
)
def test_an_image_is_referred_to_by_distribution_s_rules(reference: str, taken: bool) -> None:  # noqa: FBT001 -- a column of the table
    if taken:
        op = parse(f"docker run -- {reference}")
        assert isinstance(op, Run)
        assert op.image == reference
    else:
        with pytest.raises(RefusedError):
            parse(f"docker run -- {reference}")


@pytest.mark.parametrize(
    ("line", "op"),
    [
        ("docker cp web:/a -", Cp(container="web", path="/a", local="-", into=False)),
        ("docker cp - web:a:b", Cp(container="web", path="a:b", local="-", into=True)),
        ("docker cp ./x:y web:/", Cp(container="web", path="/", local="./x:y", into=True)),
        (
            "docker cp -aL web:/a /b",
            Cp(container="web", path="/a", local="/b", into=False, archive=True, follow_link=True),
        ),
    ],
)
def test_the_container_s_side_of_a_copy_is_found(line: str, op: Cp) -> None:
    assert parse(line) == op


@pytest.mark.parametrize(
    "line",
    [
        "docker cp a:/x b:/y",
        "docker cp /x /y",
        "docker cp web: -",
        "docker cp '' web:/x",
        "docker cp we/b:/x -",
        "docker start -a a b",
        "docker update web",
        "docker rm a/b",
        "docker tag a b@sha256:" + "0" * 64,
        "docker pull -a nginx:1",
        "docker pull UPPER",
        "docker volume create --name a b",
        "docker system prune --volumes --filter until=1h",
        "docker logs --since yesterday web",
        "docker start --checkpoint ../../../tmp/x web",
        "docker start --checkpoint a/b web",
        "docker start --checkpoint /a web",
        "docker start --checkpoint .. web",
        "docker start --checkpoint . web",
        "docker compose -p 'a b' ps",
        "docker compose ps ../web",
    ],
)
def test_what_does_not_go_together_is_refused(line: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(line)
    assert refused.value.error.code is Code.INVALID_COMMAND


def test_the_addresses_of_a_network_belong_together() -> None:
    op = parse(
        "docker network create --subnet 10.0.0.0/24,10.1.0.0/24 --gateway 10.1.0.1"
        " --ip-range 10.0.0.128/25 --aux-address a=10.0.0.5 net"
    )
    assert isinstance(op, NetworkCreate)
    assert op.subnets == ("10.0.0.0/24", "10.1.0.0/24")


@pytest.mark.parametrize(
    "flags",
    [
        "--gateway 10.0.0.1",
        "--subnet 10.0.0.0/24 --gateway 10.1.0.1",
        "--subnet 10.0.0.0/24 --gateway bogus",
        "--subnet 10.0.0.0/24 --ip-range 10.0.0.1",
        "--subnet 10.0.0.0/24 --ip-range 10.1.0.0/25",
        "--subnet 10.0.0.0/24 --gateway 10.0.0.1 --gateway 10.0.0.2",
        "--subnet 10.0.0.0/24 --subnet 10.0.0.0/25",
        "--subnet 10.0.0.0/24 --aux-address a=10.1.0.1",
        "--subnet 10.0.0.0/33 --gateway 10.0.0.1",
        "--subnet bogus --subnet 10.0.0.0/24",
        "--subnet " + ",".join(f"10.0.{n}.0/24" for n in range(101)),
    ],
)
def test_addresses_outside_their_subnet_are_refused(flags: str) -> None:
    with pytest.raises(RefusedError):
        parse(f"docker network create {flags} net")


@pytest.mark.parametrize("key", ["volume-opt", "volume-label"])
def test_a_mount_of_eight_times_as_many_options_takes_about_eight_times_as_long(key: str) -> None:
    few, many = (fastest(mounting(key, options)) for options in (350, 2800))
    assert many < 24 * few, (few, many)  # it would be 64 times where each looked at all the others


def mounting(key: str, options: int) -> str:
    """Return a line with this many options of one mount."""
    settings = "".join(f",{key}=k{number}=1" for number in range(options))
    return f"docker run --mount dst=/x{settings} alpine"


def fastest(line: str) -> float:
    """Return the seconds of CPU that reading a line takes at best."""
    taken = []
    for _ in range(5):
        began = process_time()
        parse(line)
        taken.append(process_time() - began)
    return min(taken)


def test_of_an_option_of_a_mount_that_is_given_twice_the_last_counts() -> None:
    op = parse(
        "docker run --mount dst=/x,volume-opt=a=1,volume-opt=b=2,volume-opt=a=3,volume-opt=b nginx"
    )
    assert isinstance(op, Run)
    assert op.mounts[0].volume_options == (
        Setting(key="a", value="3"),
        Setting(key="b", value=""),
    )
