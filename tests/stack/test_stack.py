"""The stack as compose.yaml has it: a request, a crash of each service, scale, an upgrade."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime import discover
from scripts.stack import standins
from scripts.stack.compose import Stack
from scripts.stack.standins import StandIns, docker
from tests.stack.conftest import Caller, Effects, running

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.stack,
    pytest.mark.timeout(600),
]

IN_FLIGHT = 100
ROLLED = ("execute", "accept")
OURS = ("accept", "generate", "validate", "execute", "inventory", "reply", "reaper")
WITHOUT_PORTS = (*OURS, "engine-proxy")
MONITORS = ("prometheus", "alertmanager")
SERVING = '"event": "serving"'
SECONDS = 60


@pytest.fixture(scope="module")
def stack(images: StandIns, settings: dict[str, str]) -> Iterator[Stack]:
    with running(images, settings) as started:
        started.up(*MONITORS)
        yield started


@pytest.fixture(scope="module")
def caller(stack: Stack, images: StandIns) -> Caller:
    return Caller(stack, images.gateway, "nats://nats:4222")


def inside(container: str, program: str) -> str:
    return docker("exec", container, "python", "-IS", "-c", program)


def test_every_function_of_the_stack_runs(stack: Stack) -> None:
    assert set(OURS) <= set(discover.names())
    assert {*OURS, "engine-proxy", "nats"} <= set(stack.services())


def test_words_change_a_container(caller: Caller, images: StandIns) -> None:
    name = f"{images.prefix}-web"
    docker(
        *("run", "--detach", "--name", name, "--stop-timeout", "1", "--no-healthcheck"),
        *("--entrypoint", "busybox", images.nats, "sleep", "600"),
    )
    try:
        began = docker("inspect", "--format", "{{.State.StartedAt}}", name)
        until = time.monotonic() + SECONDS
        # The picture of what exists comes after the container.
        while (reply := caller.ask(request=f"restart {name}"))["outcome"] != "succeeded":
            assert time.monotonic() < until, reply
        assert reply["steps"][0]["command"] == f"docker restart {name}"
        assert docker("inspect", "--format", "{{.State.StartedAt}}", name) > began
    finally:
        docker("rm", "--force", name)


def test_who_shows_a_token_is_served_over_https(stack: Stack, images: StandIns, door: Path) -> None:
    given = ("--volume", f"{door}:/etc/acg/http", "--env", "HTTP_TOKENS=/etc/acg/http/tokens.json")
    token = docker("run", "--rm", *given, images.gateway, "token", "add", "agent")
    stack.up("http")
    asked = _HTTPS.format(ca=(door / "ca.pem").read_text(), token=token)
    reply = json.loads(inside(stack.one("accept")["Id"], asked))
    assert reply["status"] == "executed"
    assert reply["steps"][0]["command"].startswith("docker ps")


_HTTPS = """
import json, ssl, urllib.request as u
context = ssl.create_default_context(cadata={ca!r})
body = json.dumps({{'request': 'what is running?'}}).encode()
headers = {{'Authorization': 'Bearer {token}', 'Content-Type': 'application/json'}}
request = u.Request('https://http:8003/v1/commands', body, headers)
print(u.urlopen(request, timeout=30, context=context).read().decode())
"""


def test_no_service_is_root_or_writes_to_its_image(stack: Stack) -> None:
    for service in WITHOUT_PORTS:
        container = stack.one(service)
        assert container["HostConfig"]["ReadonlyRootfs"], service
        assert container["HostConfig"]["CapDrop"] == ["ALL"], service
        assert inside(container["Id"], "import os; print(os.getuid())") == "10001", service
        with pytest.raises(standins.StandInError, match=r"Read-only|Permission denied"):
            inside(container["Id"], "open('/opt/acg/x', 'w')")


def test_generate_alone_has_a_way_out(stack: Stack) -> None:
    networks = {each: stack.one(each)["NetworkSettings"]["Networks"] for each in WITHOUT_PORTS}
    ways = {
        (service, network.removeprefix(f"{stack.project}_"))
        for service, found in networks.items()
        for network in found
        if not json.loads(docker("network", "inspect", network))[0]["Internal"]
    }
    assert ways == {("generate", "model")}


def test_no_service_but_two_sees_the_socket(stack: Stack) -> None:
    looks = "import os; print(os.path.exists('/var/run/docker.sock'))"
    seen = {each: inside(stack.one(each)["Id"], looks) for each in WITHOUT_PORTS}
    assert {each for each, found in seen.items() if found == "True"} == {"execute", "engine-proxy"}


def test_no_image_has_a_docker_cli(stack: Stack) -> None:
    looks = "import shutil; print(shutil.which('docker'))"
    assert inside(stack.one("execute")["Id"], looks) == "None"


def test_what_a_process_takes_at_rest(
    stack: Stack, images: StandIns, tell: Callable[..., None]
) -> None:
    """How long a start takes is told, not judged: that is the machine's as much as ours."""
    stack.up("http")
    rows = []
    for service in (*WITHOUT_PORTS, "http"):
        container = stack.one(service)
        resident = int(inside(container["Id"], _RESIDENT)) / 1024
        rows.append(f"{service:14}{resident:8.1f} MB{_ready_after(stack, container):8.2f} s")
        assert resident <= (90 if service in {"generate", "execute"} else 70), service
    size = int(docker("inspect", "--format", "{{.Size}}", images.gateway)) / 1e6
    base = int(docker("inspect", "--format", "{{.Size}}", images.python)) / 1e6
    whole = f"image {size:.0f} MB, of which its base is {base:.0f} MB"
    tell("resident at rest, start to ready", *rows, whole)


_RESIDENT = """
import glob
found = []
for path in glob.glob('/proc/[0-9]*/status'):
    lines = dict(line.split(':', 1) for line in open(path) if ':' in line)
    ours = lines['Name'].strip().startswith(('acg', 'python'))
    if ours and lines['PPid'].strip() == '1':
        found.append(int(lines['VmRSS'].split()[0]))
print(max(found))
"""


def _ready_after(stack: Stack, container: dict[str, dict[str, str]]) -> float:
    """Return the seconds from a container's start until its process said that it serves."""
    started = container["State"]["StartedAt"]
    said = stack.said_since(str(container["Id"]), started).splitlines()
    (line, *_) = [each for each in said if SERVING in each]
    return (_moment(json.loads(line)["timestamp"]) - _moment(started)).total_seconds()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text[:26].rstrip("Z")).replace(tzinfo=UTC)


def test_a_crash_of_any_service_loses_nothing_and_doubles_nothing(
    stack: Stack,
    caller: Caller,
    containers: list[str],
    effects: Effects,
    tell: Callable[..., None],
) -> None:
    before = {each: effects.of(each) for each in containers}
    killed = {}
    back = {}
    with caller.load(10, containers) as load:
        for service in (*OURS, "http", "engine-proxy", "nats"):
            killed[service] = time.time()
            since = stack.crash(service)
            _wait_until_it_serves(stack, service, since)
            back[service] = time.time() - killed[service]
    assert load.unheard == []
    # A change that was under way when its executor was killed may have happened, or not. While the
    # host cannot be seen, for want of engine-proxy, changes are refused, and nothing is done.
    failed = Counter(each["code"] for each in load.failed)
    assert failed.keys() <= {"outcome_unknown", "engine_unreachable"}
    assert failed["outcome_unknown"] <= 10
    _each_ended_once(caller, load.replies)
    for each in containers:
        codes = Counter(reply["code"] for reply in load.replies if reply["container"] == each)
        changed = effects.of(each) - before[each]
        assert codes[None] <= changed <= codes[None] + codes["outcome_unknown"], each
    tell(
        f"{len(load.replies)} requests, of which failed {dict(failed)}",
        "killed         serving again   longest silence of answers",
        *(
            f"{name:14}{back[name]:10.1f} s{load.stall(moment, back[name]):14.1f} s"
            for name, moment in killed.items()
        ),
    )


def _wait_until_it_serves(stack: Stack, service: str, since: str) -> None:
    word = "Server is ready" if service == "nats" else SERVING
    until = time.monotonic() + SECONDS
    while word not in (said := stack.said_since(stack.one(service)["Id"], since)):
        assert time.monotonic() < until, said
        time.sleep(0.2)  # a log is read again and again, until the deadline


def _each_ended_once(caller: Caller, replies: list[dict[str, str]]) -> None:
    ends = caller.terminal_events([each["id"] for each in replies])
    assert Counter(map(len, ends.values())) == {1: len(replies)}


def test_an_upgrade_under_load_loses_nothing_doubles_nothing_and_fails_nobody(
    stack: Stack,
    caller: Caller,
    containers: list[str],
    effects: Effects,
    images: StandIns,
    tell: Callable[..., None],
) -> None:
    scaled = ("--scale", "validate=3", "--scale", "execute=3")
    stack.compose("up", "--detach", "--no-build", "--no-recreate", *scaled)
    stack.healthy(*(each["Id"] for each in stack.containers()))
    newer = f"{images.gateway}:newer"
    standins.docker("build", "--quiet", "--tag", newer, "-", given=_newer(images))
    before = {each: effects.of(each) for each in containers}
    began = time.monotonic()
    with caller.load(IN_FLIGHT, containers) as load:
        for service in ROLLED:
            stack.roll(service, {"ACG_IMAGE": newer})
        took = time.monotonic() - began
        worked = [_handled(each["Id"]) for each in stack.containers("validate")]
    now = {each: [one["Config"]["Image"] for one in stack.containers(each)] for each in ROLLED}
    assert now == {"execute": [newer] * 3, "accept": [newer]}
    assert load.in_flight == IN_FLIGHT
    assert load.failed == []
    assert load.unheard == []
    _each_ended_once(caller, load.replies)
    asked = Counter(each["container"] for each in load.replies)
    assert {each: effects.of(each) - before[each] for each in containers} == asked
    assert all(worked), worked
    tell(
        f"rolled {' and '.join(ROLLED)} in {took:.0f} s under {IN_FLIGHT} in flight:"
        f" {len(load.replies)} requests, none lost, doubled or failed;"
        f" longest silence {load.stall():.1f} s"
    )


def _newer(images: StandIns) -> bytes:
    return f"FROM {images.gateway}\nLABEL version=newer\n".encode()


def _handled(container: str) -> float:
    said = inside(
        container,
        "import urllib.request as u;"
        " print(u.urlopen('http://127.0.0.1:9464/metrics').read().decode())",
    )
    lines = [each for each in said.splitlines() if each.startswith("function_deliveries_total{")]
    return sum(float(each.rpartition(" ")[2]) for each in lines)


def test_prometheus_reads_every_process(stack: Stack) -> None:
    running = {name: len(stack.containers(name)) for name in (*OURS, "http")}
    wanted = Counter({name: number for name, number in running.items() if number})
    until = time.monotonic() + SECONDS
    while (seen := _read_by_prometheus(stack)) != wanted:
        assert time.monotonic() < until, seen
        time.sleep(1)  # Prometheus scrapes by its own clock


def _read_by_prometheus(stack: Stack) -> Counter[str]:
    """Return how many processes of each service Prometheus has read."""
    asked = "http://prometheus:9090/api/v1/targets?state=active"
    program = f"import urllib.request as u; print(u.urlopen({asked!r}).read().decode())"
    answer = json.loads(inside(stack.containers("accept")[0]["Id"], program))
    return Counter(
        each["labels"]["service"]
        for each in answer["data"]["activeTargets"]
        if each["scrapePool"] == "gateway" and each["health"] == "up"
    )
