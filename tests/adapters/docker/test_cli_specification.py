"""A specification becomes what docker's own CLI would send: its request is caught and compared."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from contracts.docker.operations import Create, Run
from contracts.docker.parse import parse
from runtime.adapters.docker.specification import body
from tests.adapters.docker.fake_engine import FakeEngine

OLD, NEW = (1, 41), (1, 50)
_BORN_WITH = {
    "--annotation": 25,
    "--health-start-interval": 25,
    "--mac-address": 25,
    "bind-recursive": 25,
    "gw-priority": 28,
    "image-subpath": 28,
    "net_raw": 28,
}
"""Words that docker's CLI knows, or sends in another form, from this version on."""

_NEW_API = ("--annotation", "--health-start-interval", "gw-priority", "image-subpath")

LINES = [
    "busybox",
    "busybox sh -c 'echo $HOME'",
    "--name web -h host --domainname example.com -u 1000:1000 -w /srv busybox true",
    "-i busybox cat",
    "-t busybox",
    "-a stdout busybox",
    "-a stdin -a stderr -i busybox",
    "-e A=1 -e B='two words' -e A=3 -e EMPTY= busybox",
    "-l a=1 -l b -l a=2 busybox",
    "--entrypoint /bin/echo busybox hello",
    "--entrypoint '' busybox echo",
    "-p 8080:80 -p 127.0.0.1:53:53/udp -p 9000 -p [::1]:7000:7000/sctp busybox",
    "-p 8000-8002:9000-9002 -p 8000-8010:80 -p 10.0.0.1::5000 busybox",
    "-p published=8081,target=81,protocol=udp -P --expose 100-102 --expose 53/udp busybox",
    "-v data:/data -v /srv:/srv:ro -v /anonymous -v data:/data busybox",
    "-v cache:/c:nocopy,z --volume-driver local --volumes-from other:ro busybox",
    "--tmpfs /run:rw,size=1m --tmpfs /tmp --shm-size 128m --read-only busybox",
    "--mount type=bind,source=/srv,target=/srv,readonly,bind-propagation=rslave busybox",
    "--mount type=bind,src=/a,dst=/a,ro,bind-recursive=disabled busybox",
    "--mount src=v,dst=/v,volume-nocopy,volume-label=a=b,volume-opt=type=tmpfs busybox",
    "--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1770 --mount dst=/w busybox",
    "--mount type=image,src=busybox,dst=/i,image-subpath=bin busybox",
    "--memory 64m --memory-swap -1 --memory-reservation 32m --memory-swappiness 10 busybox",
    "--cpus 1.5 --cpu-shares 512 --cpu-period 1000 --cpu-quota 2000 --cpuset-cpus 0 busybox",
    "--cpu-rt-period 10 --cpu-rt-runtime 5 --cpuset-mems 0 --pids-limit 100 busybox",
    "--blkio-weight 300 --blkio-weight-device /dev/sda:200 busybox",
    "--device-read-bps /dev/sda:1mb --device-write-iops /dev/sda:1000 busybox",
    "--device-write-bps /dev/sda:2k --device-read-iops /dev/sda:7 busybox",
    "--ulimit nofile=1024:2048 --ulimit core=-1 --ulimit nofile=1:2 busybox",
    "--restart on-failure:5 busybox",
    "--restart unless-stopped --stop-signal SIGINT --stop-timeout 3 busybox",
    "--rm --init busybox",
    "--init=false --oom-kill-disable --oom-score-adj 500 busybox",
    "--health-cmd 'curl -f localhost' --health-interval 5s --health-retries 3 busybox",
    "--health-timeout 1m --health-start-period 2s busybox",
    "--health-start-interval 1s busybox",
    "--no-healthcheck busybox",
    "--cap-add NET_ADMIN --cap-add net_raw --cap-drop ALL --cap-drop CAP_MKNOD busybox",
    "--security-opt no-new-privileges --security-opt apparmor=docker-default busybox",
    "--security-opt systempaths=unconfined --security-opt label:disable busybox",
    "--privileged --pid host --ipc host --uts host --userns host --cgroupns host busybox",
    "--pid container:other --ipc shareable --cgroup-parent /acg --runtime runc busybox",
    "--device /dev/fuse --device /dev/a:/dev/b --device /dev/c:r --device /dev/d:/e:rw busybox",
    "--device-cgroup-rule 'c 42:* rmw' --group-add audio --group-add 50 busybox",
    "--gpus all busybox",
    '--gpus \'"device=0,1",driver=nvidia,"capabilities=compute,utility"\' busybox',
    "--gpus 2 --sysctl net.ipv4.ip_forward=1 --storage-opt size=1G busybox",
    "--dns 8.8.8.8 --dns-search example.com --dns-option ndots:2 --add-host a:10.0.0.1 busybox",
    "--log-driver json-file --log-opt max-size=10m --log-opt max-file=3 busybox",
    "--network net --network-alias a --network-alias b --ip 10.1.0.5 --ip6 fd00::5 busybox",
    "--network net --link db:database --link-local-ip 169.254.1.1 busybox",
    "--network host busybox",
    "--network container:other busybox",
    "--link db:database --link cache busybox",
    "--network name=net,alias=a,driver-opt=k=v,ip=10.1.0.9 busybox",
    "--isolation default --platform linux/amd64 busybox",
    "--annotation a=b --annotation c=d busybox",
    "--network name=one,gw-priority=5 --network name=two,alias=t busybox",
]
"""What follows `docker create`; each is compared as `docker run -d` too, where it may be."""


@pytest.mark.parametrize("line", LINES)
async def test_what_is_sent_is_what_the_cli_sends(
    fake: FakeEngine, tmp_path: Path, line: str
) -> None:
    version = NEW if any(word in line for word in _NEW_API) else OLD
    operation = parse(f"docker create {line}")
    assert isinstance(operation, Create)
    sent = await caught(fake, tmp_path, version, ["create", *shlex.split(line)])
    assert significant(body(operation, version)) == significant(sent)


@pytest.mark.parametrize("line", ["-d -i busybox", "-d --rm busybox true", "-d -it busybox"])
async def test_what_is_sent_detached_is_what_the_cli_sends(
    fake: FakeEngine, tmp_path: Path, line: str
) -> None:
    operation = parse(f"docker run {line}")
    assert isinstance(operation, Run)
    sent = await caught(fake, tmp_path, OLD, ["run", *shlex.split(line)])
    assert significant(body(operation, OLD)) == significant(sent)


async def test_a_mac_address_goes_where_the_engine_takes_one(
    fake: FakeEngine, tmp_path: Path
) -> None:
    """To the container for an old engine, where the CLI of that age has it; else to its network."""
    line = "--mac-address 02:42:ac:11:00:09 busybox"
    operation = parse(f"docker create {line}")
    assert isinstance(operation, Create)
    old = body(operation, OLD)
    assert old["MacAddress"] == "02:42:ac:11:00:09"
    assert old["NetworkingConfig"] == {"EndpointsConfig": {}}
    sent = await caught(fake, tmp_path, NEW, ["create", *shlex.split(line)])
    assert significant(body(operation, NEW)) == significant(sent)


async def caught(
    fake: FakeEngine, folder: Path, version: tuple[int, ...], line: list[str]
) -> dict[str, Any]:
    """Return the body with which docker's CLI asks a fake engine for a container."""
    bodies: list[dict[str, Any]] = []
    api = ".".join(map(str, version))

    async def ping(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="OK", headers={"Api-Version": api, "OSType": "linux"})

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        bodies.append(await request.json())
        return web.json_response({"Id": "f" * 64, "Warnings": []}, status=201)

    fake.answers("HEAD /_ping", ping)
    fake.answers("GET /_ping", ping)
    fake.says("GET /info", {"OSType": "linux"})
    fake.answers("POST /containers/create", take)
    fake.says(f"POST /containers/{'f' * 64}/start", status=204)
    said, age = await run_cli(line, fake.url, folder)
    for word, born in _BORN_WITH.items():
        if word in " ".join(line) and age < born:
            pytest.skip(f"an older CLI: it knows {word} from {born} on")
    assert bodies, said
    return bodies[0]


async def run_cli(line: list[str], host: str, folder: Path) -> tuple[str, int]:
    """Run docker's CLI on an engine; return what it said and how old it is."""
    program = shutil.which("docker")
    if program is None:
        pytest.skip("docker: there is no docker CLI on PATH to compare with")
    environment = os.environ | {"DOCKER_HOST": host, "DOCKER_CONFIG": str(folder)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
        return done.stdout + done.stderr

    return await asyncio.to_thread(run, *line), await asyncio.to_thread(age_of, program)


@cache
def age_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    age = re.search(r"(\d+)\.", said.stdout)
    assert age, said.stdout
    return int(age[1])


def significant(value: Any) -> Any:
    """Leave out what says nothing: null, nought, the empty text. Order counts where it means."""
    if isinstance(value, dict):
        found = {key: significant(each) for key, each in value.items()}
        # The client sorts out duplicates in maps of its own, whose order is chance.
        for key in ("Env", "Binds"):
            if key in found:
                found[key] = sorted(found[key] or ())
        return {key: each for key, each in found.items() if not empty(key, each)}
    return [significant(each) for each in value] if isinstance(value, list) else value


def empty(key: str, value: Any) -> bool:
    if key in {"MaskedPaths", "ReadonlyPaths", "Init", "Entrypoint"}:
        return value is None
    return key == "ConsoleSize" or value in (None, 0, False, "", [], {})
