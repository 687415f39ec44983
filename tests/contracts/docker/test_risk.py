from shlex import quote
from time import process_time

import pytest

from contracts.docker.inner import findings
from contracts.docker.parse import parse, understand
from contracts.docker.risk import Assessment, Discloses, Risk, assess
from contracts.errors import Code


def judged(line: str) -> Assessment:
    """Return the assessment of a line."""
    return assess(parse(line))


READS = [
    "docker ps -a",
    "docker images",
    "docker inspect web",
    "docker logs web",
    "docker stats",
    "docker top web",
    "docker events --since 10m",
    "docker system df",
    "docker history nginx",
    "docker search nginx",
    "docker search library/nginx",
    "docker search quay.io/prometheus",
    "docker search registry.example.com:5000/app",
    "docker search 8.8.8.8/app",
    "docker wait web",
    "docker cp web:/x -",
    "docker export web",
    "docker save nginx",
    "docker compose ls",
    "docker compose -p shop logs web",
    "docker network ls",
    "docker volume inspect v",
    "docker help run",
]
CHANGES = [
    "docker start web",
    "docker stop web",
    "docker kill web",
    "docker run -d nginx",
    "docker run nginx --privileged",
    "docker run -v data:/var/run/docker.sock nginx",
    "docker run --privileged=false nginx",
    "docker run --cap-add CHOWN --cap-add cap_net_raw nginx",
    "docker run --cap-drop ALL nginx",
    "docker run --security-opt no-new-privileges=true nginx",
    "docker run --network none nginx",
    "docker run --network app nginx",
    "docker run --ipc private --cgroupns private nginx",
    "docker run --tmpfs /run:size=64m nginx",
    "docker run --mount type=volume,src=data,dst=/var/run nginx",
    "docker run --mount type=tmpfs,dst=/x nginx",
    "docker run -e A=b nginx",
    "docker run --log-driver json-file --log-opt max-size=10m nginx",
    "docker run --rm alpine rm -rf /",
    "docker create nginx",
    "docker update -m 1g web",
    "docker exec web ls",
    "docker exec web ls -l /var/run/docker.sock",
    "docker exec web sh -c 'echo rm'",
    "docker exec web sh -c 'command -v rm && which rm'",
    "docker exec web sh -c 'for f in rm mv; do echo $f; done'",
    "docker exec web sudo -u postgres psql -c 'select 1'",
    "docker exec web timeout -k 5 10 ls",
    "docker exec web find / -name rm -print",
    "docker exec web find / -exec grep x {} +",
    "docker exec web env",
    "docker exec web busybox ls",
    "docker run -v data:/d --health-cmd 'curl -f localhost || exit 1' nginx",
    "docker run --health-cmd 'rm /tmp/ready' nginx",
    "docker run -v data:/d nginx --option rm",
    "docker cp - web:/x",
    "docker load -i image.tar",
    "docker import app.tar app",
    "docker pull nginx",
    "docker pull localhost:5000/app",
    "docker push 10.0.0.5:5000/app",
    "docker push nginx",
    "docker commit web",
    "docker tag a b",
    "docker network create app",
    "docker network create -d bridge app",
    "docker network create -d overlay --attachable app",
    "docker network create -d macvlan --internal app",
    "docker network create -d ipvlan -o ipvlan_mode=l3 app",
    "docker network create --ipam-driver default --ipam-opt a=b app",
    "docker network create -o com.docker.network.driver.mtu=1400 app",
    "docker network create -o com.docker.network.bridge.enable_icc=false app",
    "docker start --checkpoint before-1.0 web",
    "docker network connect app web",
    "docker network disconnect app web",
    "docker volume create v",
    "docker volume create -o size=10G -o bogus=1 v",
    "docker volume create -o type=tmpfs -o device=tmpfs -o o=size=100m,uid=1000 v",
    "docker compose -p shop kill",
    "docker compose -f compose.yaml restart",
]
REMOVALS = [
    "docker rm web",
    "docker rm --link /web/db",
    "docker rmi nginx",
    "docker network rm app",
    "docker volume rm v",
    "docker container prune",
    "docker image prune",
    "docker network prune",
    "docker volume prune",
    "docker system prune",
    "docker compose -p shop rm",
    "docker compose -p shop kill --remove-orphans",
    "docker exec db rm -rf /var/lib/data",
    "docker exec db /bin/sh -c 'cd /x && sudo rm -rf *'",
    "docker exec db env A=1 timeout 5 rm /x",
    "docker exec db find / -name x -delete",
    "docker exec db dd if=/dev/zero of=/data",
    "docker exec db busybox rm /x",
    "docker run -v data:/d alpine rm -rf /d",
    "docker run -v data:/d --entrypoint rm alpine -rf /d",
    "docker run -v data:/d --health-cmd 'rm -rf /d/*' alpine",
    "docker create --mount dst=/d --health-cmd 'test -e /d || rm /d' alpine",
    *(
        f"docker exec db {words}"
        for words in (
            "sudo -u root rm -rf /x",
            "sudo --user=root -- rm /x",
            "timeout -s KILL 5 rm /x",
            "timeout --foreground 5 rm /x",
            "env -u HOME -C / A=1 rm /x",
            "env -S 'rm /x'",
            "env '--split-string=rm /x'",
            "nice -n 5 ionice -c 3 nohup setsid stdbuf -o L rm /x",
            "chroot --userspec=1 /mnt rm /x",
            "unshare -r -m rm /x",
            "nsenter -t 1 -m rm /x",
            "gosu postgres rm /x",
            "taskset 1 rm /x",
            "flock -n /lock rm /x",
            "busybox timeout 5 rm /x",
            "busybox sh -c 'rm /x'",
            "xargs -0 -n 1 rm",
            "xargs -I {} sh -c 'rm {}'",
            "su -c 'rm /x'",
            "su - postgres -c 'rm /x'",
            "su postgres '--command=rm /x'",
            "runuser -u postgres -- rm /x",
            "watch 'rm /x'",
            "find / -exec rm {} +",
            "find / -name x -execdir /bin/rm {} \\;",
            "find / -ok sh -c 'rm x' \\;",
            "bash -o pipefail -ec 'rm /x'",
            "bash --norc -c 'rm /x'",
            "sh -c rm",
        )
    ),
    *(
        f"docker exec db sh -c {quote(script)}"
        for script in (
            "if true; then rm /x; else rm /y; fi",
            "if test -e /x; then echo; else rm /y; fi",
            "for f in *; do rm $f; done",
            "while rm /x; do echo; done",
            "! rm /x",
            "{ rm /x; }",
            "( rm /x )",
            "echo `rm /x`",
            "echo $(rm /x)",
            "eval rm /x",
            "eval 'rm /x'",
            "exec rm /x",
            "exec -a ls rm /x",
            "command rm /x",
            "command -p rm /x",
            "trap 'rm /x' EXIT",
            r"\rm /x",
            "r''m /x",
            "A=1 B=2 rm /x",
            "2>/dev/null rm /x",
            "> /x rm /x",
            "rm>/x",
            "find / -exec rm {} +",
            "find / '(' -name x ')' -exec rm {} +",
            "find / '(' -name x ')' -delete",
            "ls | xargs -r rm",
            "su postgres -c 'rm /x'",
            "sh -c 'sudo -u x rm /x'",
        )
    ),
]
ESCAPES = [
    "docker run --privileged nginx",
    "docker run --privileged=false --privileged=TRUE nginx",
    "docker create --privileged nginx",
    "docker exec --privileged web ls",
    "docker run -v /:/host nginx",
    "docker run -v //:/host nginx",
    "docker run -v ./x:/host nginx",
    "docker run -v../x:/host nginx",
    "docker run -v /var/./run//docker.sock:/d.sock nginx",
    r"docker run -v 'c:\\x:d:\\y' nginx",
    "docker run --mount type=BIND,src=/,dst=/h nginx",
    "docker run --mount type=npipe,src=x,dst=/h nginx",
    "docker run --mount 'type=volume,dst=/h,volume-opt=type=none,volume-opt=device=/' nginx",
    "docker run --mount 'type=volume,dst=/h,\"volume-opt=o=rbind,ro\"' nginx",
    "docker run --mount type=volume,dst=/h,volume-driver=x nginx",
    "docker run --volume-driver x -v a:/b nginx",
    "docker volume create -d vieux/sshfs v",
    "docker volume create -o type=none -o o=bind -o device=/ v",
    "docker volume create -o type=tmpfs -o o=bind -o device=/ v",
    "docker volume create -o type=tmpfs -o type=ext4 -o device=tmpfs v",
    "docker volume create -o o=BIND v",
    "docker volume create -o device=tmpfs -o o=size=1m v",
    "docker run --net host nginx",
    "docker run --network=name=HOST nginx",
    "docker run --network Host nginx",
    "docker run --network container:db nginx",
    "docker network connect host web",
    "docker run --pid host nginx",
    "docker run --pid container:db nginx",
    "docker run --ipc=host nginx",
    "docker run --ipc container:db nginx",
    "docker run --uts host nginx",
    "docker run --userns=host nginx",
    "docker run --cgroupns host nginx",
    "docker run --cap-add SYS_ADMIN nginx",
    "docker run --cap-add=cap_sys_ptrace nginx",
    "docker run --cap-add all nginx",
    "docker run --device /dev/sda nginx",
    "docker run --device-cgroup-rule 'a *:* rwm' nginx",
    "docker run --gpus all nginx",
    "docker run --security-opt seccomp=unconfined nginx",
    "docker run --security-opt seccomp:unconfined nginx",
    "docker run --security-opt seccomp=/etc/profile.json nginx",
    "docker run --security-opt apparmor=unconfined nginx",
    "docker run --security-opt label=disable nginx",
    "docker run --security-opt systempaths=unconfined nginx",
    "docker run --security-opt no-new-privileges=false nginx",
    "docker run --cgroup-parent /x nginx",
    "docker run --runtime kata nginx",
    "docker run --sysctl net.ipv4.ip_forward=1 nginx",
    "docker run --oom-kill-disable nginx",
    "docker run --oom-score-adj -1000 nginx",
    "docker run --use-api-socket nginx",
    "docker run --log-driver fluentd nginx",
    "docker run --log-opt syslog-address=udp://10.0.0.1 nginx",
    "docker run -e HOME nginx",
    "docker exec -e HOME web env",
    "docker run --env-file /etc/shadow nginx",
    "docker run --label-file x nginx",
    "docker run --cidfile /tmp/x nginx",
    "docker cp web:/x /root/.ssh/authorized_keys",
    "docker cp ./x web:/x",
    "docker save -o x.tar nginx",
    "docker export -o x.tar web",
    "docker run --volumes-from data nginx",
    "docker create --volumes-from data:ro nginx",
    "docker run --tmpfs /x:bind nginx",
    "docker run --tmpfs /x:size=1m,RBind nginx",
    "docker exec web curl --unix-socket /var/run/docker.sock http://x/info",
    "docker run alpine sh -c 'nc -U /run/docker.sock'",
    "docker exec web curl http://169.254.169.254/latest/meta-data/",
    "docker run alpine sh -c 'wget -qO- metadata.google.internal'",
    "docker exec web wget http://2852039166/",
    "docker run --health-cmd 'curl http://169.254.169.254/latest' nginx",
    "docker run --health-cmd 'curl --unix-socket /run/docker.sock http://x' nginx",
    "docker run --annotation run.oci.hooks.stdout=/etc/x nginx",
    "docker create --annotation a=b nginx",
    "docker search 169.254.169.254/latest",
    "docker search 10.0.0.5:8080/x",
    "docker search 127.0.0.1:9/x",
    "docker search 127.1/x",
    "docker search 0x7f.1/x",
    "docker search 2130706433:80/x",
    "docker search '[::1]:5000/x'",
    "docker search localhost/x",
    "docker search LOCALHOST:80/x",
    "docker search db:5432/x",
    "docker search a@10.0.0.5:80/x",
    "docker search registry.corp/x",
    "docker search metadata.google.internal/x",
    "docker network create -d weird app",
    "docker network create --driver vendor/plugin:1 app",
    "docker network create -d macvlan -o parent=eth0 app",
    "docker network create -d ipvlan --subnet 10.0.0.0/24 -o Parent=eth0.50 app",
    "docker network create --config-only -o parent=eth0 app",
    "docker network create -o com.docker.network.bridge.name=eth0 app",
    "docker network create --ipam-driver dhcp app",
    "docker start --checkpoint-dir /x --checkpoint c web",
    "docker compose -f https://example.com/compose.yaml stop",
]


@pytest.mark.parametrize(
    ("line", "risk"),
    [
        *((line, Risk.READ) for line in READS),
        *((line, Risk.MUTATE) for line in CHANGES),
        *((line, Risk.DESTROY) for line in REMOVALS),
        *((line, Risk.ESCAPE) for line in ESCAPES),
    ],
)
def test_risk_is_what_the_operation_can_do(line: str, risk: Risk) -> None:
    assert judged(line).risk is risk


@pytest.mark.parametrize("line", [*REMOVALS, *ESCAPES])
def test_what_is_dangerous_says_why(line: str) -> None:
    assert judged(line).reasons


def test_every_reason_is_given_once() -> None:
    reasons = judged("docker run --privileged -v /:/a -v /:/b --pid host nginx").reasons
    assert sorted(reasons) == [
        "is privileged",
        "mounts a path of the host",
        "shares the host's PID namespace",
    ]


@pytest.mark.parametrize(
    ("line", "discloses"),
    [
        ("docker ps", Discloses.METADATA),
        ("docker inspect web", Discloses.METADATA),
        ("docker logs web", Discloses.OUTPUT),
        ("docker top web", Discloses.OUTPUT),
        ("docker exec web ls", Discloses.OUTPUT),
        ("docker run nginx", Discloses.OUTPUT),
        ("docker start web", Discloses.METADATA),
        ("docker start -a web", Discloses.OUTPUT),
        ("docker compose -p shop logs", Discloses.OUTPUT),
        ("docker cp web:/x -", Discloses.DATA),
        ("docker cp - web:/x", Discloses.METADATA),
        ("docker export web", Discloses.DATA),
        ("docker save nginx", Discloses.DATA),
    ],
)
def test_what_an_operation_tells_its_caller(line: str, discloses: Discloses) -> None:
    assert judged(line).discloses is discloses


@pytest.mark.parametrize(
    ("line", "proven"),
    [
        ("docker exec web ls -la /", True),
        ("docker exec web /bin/cat /etc/hosts", True),
        ("docker exec web env", True),
        ("docker exec web env A=1 ls", False),
        ("docker exec web find / -name x", True),
        ("docker exec web find / -exec x", False),
        ("docker exec web tail -f /x", False),
        ("docker exec web date -s 1", False),
        ("docker exec web /tmp/ls", False),
        ("docker exec web sh -c ls", False),
        ("docker exec web apt-get update", False),
        ("docker exec web unknown", False),
        ("docker exec -e LD_PRELOAD=/x web ls", False),
        ("docker exec --privileged web ls", False),
        ("docker ps", False),
    ],
)
def test_a_read_inside_a_container_is_noted_and_stays_a_change(line: str, proven: bool) -> None:  # noqa: FBT001 -- a column of the table
    assessment = judged(line)
    assert assessment.proven_read is proven
    if line.startswith("docker exec"):
        assert assessment.risk >= Risk.MUTATE


@pytest.mark.parametrize(
    ("source", "risk"),
    [
        ("https://example.com/x.tar", Risk.MUTATE),
        ("http://8.8.8.8/x.tar", Risk.MUTATE),
        ("http://10.0.0.1/x.tar", Risk.ESCAPE),
        ("http://169.254.169.254/latest/meta-data", Risk.ESCAPE),
        ("http://0x7f.1/x.tar", Risk.ESCAPE),
        ("http://2130706433/x.tar", Risk.ESCAPE),
        ("http://0/x.tar", Risk.ESCAPE),
        ("http://[::1]/x.tar", Risk.ESCAPE),
        ("http://[::ffff:10.0.0.1]/x.tar", Risk.ESCAPE),
        ("http://localhost/x.tar", Risk.ESCAPE),
        ("http://metadata.google.internal/x.tar", Risk.ESCAPE),
        ("http://registry.corp./x.tar", Risk.ESCAPE),
        ("https://example.com@10.0.0.1/x.tar", Risk.ESCAPE),
        ("file:///etc/passwd", Risk.ESCAPE),
        ("ftp://example.com/x.tar", Risk.ESCAPE),
    ],
)
def test_what_an_engine_would_fetch_is_judged_by_where_it_lies_and_never_served(
    source: str, risk: Risk
) -> None:
    reading = understand(f"docker import {source} app")
    assert assess(reading.operation).risk is risk
    assert [error.code for error in reading.unserved] == [Code.UNSUPPORTED_COMMAND]


@pytest.mark.parametrize("unit", ["sudo -a dd ", "find -exec ", "> x ", "sh -c ", "a;", "then "])
def test_a_script_of_eight_times_the_length_takes_about_eight_times_as_long(unit: str) -> None:
    few, many = (fastest(("sh", "-c", unit * times)) for times in (500, 4000))
    assert many < 24 * few, (few, many)  # it would be 64 times where each looked at all the others


def fastest(argv: tuple[str, ...]) -> float:
    """Return the seconds of CPU that judging an argv takes at best."""
    taken = []
    for _ in range(5):
        began = process_time()
        list(findings(argv))
        taken.append(process_time() - began)
    return min(taken)
