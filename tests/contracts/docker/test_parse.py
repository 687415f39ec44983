from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.docker import operations as ops
from contracts.docker.operations import Filter, Mount, Operation, Setting
from contracts.docker.parse import parse, parse_argv, understand
from contracts.docker.risk import Risk, assess
from contracts.errors import Code, Error, RefusedError


def refusal(line: str) -> Error:
    with pytest.raises(RefusedError) as refused:
        parse(line)
    return refused.value.error


@pytest.mark.parametrize(
    ("line", "op"),
    [
        ("docker ps", ops.Ps()),
        ("docker container ls", ops.Ps()),
        ("docker container list", ops.Ps()),
        ("docker container ps", ops.Ps()),
        ("docker ps -a=false", ops.Ps()),
        ("docker ps --all=0 --quiet=F", ops.Ps()),
        ("docker ps -aq", ops.Ps(all=True, quiet=True)),
        ("docker ps -aqn5", ops.Ps(all=True, quiet=True, last=5)),
        ("docker ps -n=5", ops.Ps(last=5)),
        ("docker ps --last 0x5", ops.Ps(last=5)),
        ("docker ps -n -1", ops.Ps()),
        ("docker ps -l", ops.Ps(last=1)),
        ("docker ps -l -n 3", ops.Ps(last=3)),
        ("docker ps -a --all=false", ops.Ps()),
        ("docker ps --format ''", ops.Ps(format="")),
        ("docker ps --filter ''", ops.Ps()),
        ("docker create --platform ARM64 x", ops.Create(image="x", platform="ARM64")),
        ("docker create --platform macOS x", ops.Create(image="x", platform="macOS")),
        ("docker create --platform a/b x", ops.Create(image="x", platform="a/b")),
        ("docker pull --platform bogus x", ops.Pull(image="x", platform="bogus")),
        (
            "docker network connect --driver-opt 'a = b,c=' n w",
            ops.NetworkConnect(
                network="n",
                container="w",
                driver_options=(Setting(key="a", value="b"), Setting(key="c", value="")),
            ),
        ),
        (
            "docker ps -f Name=a --filter 'status = up' -flabel!=x=y",
            ops.Ps(
                filters=(
                    Filter(key="name", value="a"),
                    Filter(key="status", value="up"),
                    Filter(key="label!", value="x=y"),
                )
            ),
        ),
        ("docker images nginx -q", ops.Images(reference="nginx", quiet=True)),
        ("docker image inspect nginx:1", ops.Inspect(targets=("nginx:1",), type="image")),
        ("docker inspect --type=image nginx:1", ops.Inspect(targets=("nginx:1",), type="image")),
        ("docker network inspect n", ops.Inspect(targets=("n",), type="network")),
        ("docker volume inspect v w", ops.Inspect(targets=("v", "w"), type="volume")),
        ("docker container inspect -s c", ops.Inspect(targets=("c",), type="container", size=True)),
        ("docker inspect c", ops.Inspect(targets=("c",))),
        ("docker logs --tail all web", ops.Logs(container="web")),
        ("docker logs --tail random web", ops.Logs(container="web")),
        ("docker logs --tail -1 web", ops.Logs(container="web")),
        ("docker logs -fn 5 web", ops.Logs(container="web", follow=True, tail=5)),
        ("docker logs web --tail 5", ops.Logs(container="web", tail=5)),
        ("docker stats", ops.Stats(stream=True)),
        ("docker stats --no-stream", ops.Stats()),
        ("docker stats --no-stream=false a b", ops.Stats(stream=True, containers=("a", "b"))),
        ("docker top web -o pid", ops.Top(container="web", ps_args=("-o", "pid"))),
        ("docker top web -- -x", ops.Top(container="web", ps_args=("--", "-x"))),
        ("docker port web 80/tcp", ops.Port(container="web", private_port="80/tcp")),
        ("docker stop web db -t5", ops.Stop(containers=("web", "db"), timeout=5)),
        ("docker restart --time 5 web", ops.Restart(containers=("web",), timeout=5)),
        ("docker kill -sHUP web", ops.Kill(containers=("web",), signal="HUP")),
        (
            "docker exec -u= -w=/x web ls",
            ops.Exec(container="web", argv=("ls",), user="=", workdir="/x"),
        ),
        ("docker rm -fv -- -odd", ops.Rm(containers=("-odd",), force=True, volumes=True)),
        ("docker -D --log-level=debug ps", ops.Ps()),
        ("docker ps --", ops.Ps()),
        ("docker --version", ops.Version()),
        ("docker help ps", ops.Help(command=("ps",))),
        ("docker ps --help", ops.Help(command=("ps",))),
        ("docker container ls -h", ops.Help(command=("ps",))),
        ("docker --help", ops.Help()),
        ("docker network --help", ops.Help(command=("network",))),
    ],
)
def test_a_line_means_what_docker_would_make_of_it(line: str, op: Operation) -> None:
    assert parse(line) == op


@pytest.mark.parametrize(
    "line",
    [
        "",
        "docker",
        "docker container",
        "docker docker ps",
        "DOCKER PS",
        "docker PS",
        "docker ps web",
        "docker ps --bogus",
        "docker ps -z",
        "docker ps --filter",
        "docker ps --filter running",
        "docker ps --filter =running",
        "docker ps --all=maybe",
        "docker ps -- web",
        "docker ps ---all",
        "docker ps -a=",
        "docker --bogus ps",
        "docker --log-level=loud ps",
        "docker kill -9 web",
        "docker stop",
        "docker stop ''",
        "docker stop -t web",
        "docker stop -t ten web",
        "docker stop -t 99999999999999999999 web",
        "docker stop w\u0435b",
        "docker stop ../images/x",
        "docker stop ..",
        "docker inspect ../../images",
        "docker inspect --type=bogus x",
        "docker rename a",
        "docker rename a ''",
        "docker logs a b",
        "docker port web 80/tcp extra",
        "docker rm --all",
        "docker \u2013\u2013all ps",
        "sudo docker ps",
    ],
)
def test_what_docker_or_the_engine_would_not_take_is_refused(line: str) -> None:
    error = refusal(line)
    assert error.code is Code.INVALID_COMMAND
    assert error.hint


@pytest.mark.parametrize(
    "line",
    [
        "docker build .",
        "docker buildx build .",
        "docker image build .",
        "docker swarm init",
        "docker service ls",
        "docker stack deploy -c x y",
        "docker plugin install x",
        "docker login",
        "docker context use x",
        "docker attach web",
        "docker container attach web",
        "docker -H tcp://10.0.0.1:2375 ps",
        "docker --host=unix:///x ps",
        "docker --context prod ps",
        "docker --config /tmp/x ps",
        "docker --tlsverify ps",
        "docker images --tree",
        "docker inspect --type=plugin x",
        "docker run -it alpine sh",
        "docker run --cpu-count 2 alpine",
        "docker exec -it web sh",
        "docker volume create --scope single v",
        "docker pull --disable-content-trust=false x",
        "docker compose up -d",
        "docker compose -p shop down",
        "docker compose --env-file x ps",
        "docker compose --dry-run rm",
        "docker compose rm --dry-run",
        "docker compose exec web sh",
        "docker system dial-stdio",
    ],
)
def test_what_docker_knows_and_the_gateway_does_not_serve_is_refused_by_name(line: str) -> None:
    error = refusal(line)
    assert error.code is Code.UNSUPPORTED_COMMAND
    assert error.hint


def test_a_variable_before_the_command_is_shell_syntax() -> None:
    assert refusal("DOCKER_HOST=tcp://10.0.0.1 docker ps").code is Code.SHELL_SYNTAX


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("docker pss", "docker ps"),
        ("docker container lst", "docker container list"),
        ("docker ps --fliter name=a", "--filter"),
        ("docker network", "inspect"),
    ],
)
def test_a_refusal_names_the_nearest_that_exists(line: str, option: str) -> None:
    assert option in refusal(line).options


def test_an_argv_is_taken_as_it_is() -> None:
    assert parse_argv(["docker", "ps", "--format", "$(x) | y"]) == ops.Ps(format="$(x) | y")


@pytest.mark.parametrize("word", ["web\0", "web\x1b", "web\u202e", "w" * 70_000])
def test_an_argv_is_held_to_the_same_characters_and_size(word: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_argv(["docker", "logs", word])
    assert refused.value.error.code is Code.INVALID_COMMAND


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for line in (text, f"docker {text}"):
        with suppress(RefusedError):
            assert parse(line).verb


@given(st.lists(st.text()))
def test_any_argv_is_parsed_or_refused(words: list[str]) -> None:
    with suppress(RefusedError):
        assert parse_argv(["docker", *words]).verb


@pytest.mark.parametrize(
    ("line", "op"),
    [
        (
            "docker run -it alpine sh",
            ops.Run(image="alpine", args=("sh",), interactive=True, tty=True),
        ),
        (
            "docker exec -it web sh",
            ops.Exec(container="web", argv=("sh",), interactive=True, tty=True),
        ),
        ("docker images --tree", ops.Images()),
        ("docker inspect --type=plugin x", ops.Inspect(targets=("x",))),
        ("docker run --cpu-count 2 alpine", ops.Run(image="alpine")),
        ("docker -H tcp://10.0.0.1:2375 ps -a", ops.Ps(all=True)),
        ("docker --context prod --version", ops.Version()),
        ("docker compose --dry-run rm", ops.ComposeRm()),
        ("docker compose --version", ops.Version()),
        ("docker compose -f /etc/passwd ps", ops.ComposePs(files=("/etc/passwd",))),
        (
            "docker run --mount type=volume,src=/etc,dst=/x nginx",
            ops.Run(image="nginx", mounts=(Mount(source="/etc", target="/x"),)),
        ),
        ("docker compose -v", ops.Version()),
        ("docker load -i /etc/x.tar", ops.Load(input="/etc/x.tar")),
        ("docker load --input ../x.tar", ops.Load(input="../x.tar")),
        ("docker load -i c:x.tar", ops.Load(input="c:x.tar")),
        ("docker import /etc/x.tar", ops.Import(source="/etc/x.tar")),
        ("docker import '~/x.tar' y", ops.Import(source="~/x.tar", reference="y")),
    ],
)
def test_what_is_not_served_is_understood_all_the_same(line: str, op: Operation) -> None:
    reading = understand(line)
    assert reading.operation == op
    assert [error.code for error in reading.unserved] == [Code.UNSUPPORTED_COMMAND]
    assert refusal(line) == reading.unserved[0]


@pytest.mark.parametrize(
    "line",
    [
        "docker attach",
        "docker attach a b",
        "docker attach --bogus web",
        "docker attach ../web",
        "docker run -it",
        "docker run -it --bogus alpine",
        "docker run --cpu-count two alpine",
        "docker run --io-maxiops -1 alpine",
        "docker -H tcp://x pss",
        "docker inspect --type=plugin",
        "docker compose stop --time 5",
        "docker create --platform bogus x",
        "docker image inspect --platform bogus x",
        "docker push --platform a/b/c/d x",
        "docker inspect --type '' x",
        "docker volume prune --all --filter all=1",
        "docker network connect --driver-opt a net web",
        "docker network connect --driver-opt ' =b' net web",
        "docker stop --timeout 2 --time 2 web",
        "docker restart -t 2 --time 3 web",
    ],
)
def test_what_is_wrong_is_said_before_what_is_not_served(line: str) -> None:
    assert refusal(line).code is Code.INVALID_COMMAND


def test_a_command_that_nothing_serves_is_judged_by_what_it_would_do() -> None:
    reading = understand("docker attach --no-stdin web")
    assert assess(reading.operation).risk is Risk.MUTATE
    assert refusal("docker attach web") == reading.unserved[0]


@pytest.mark.parametrize("flag", ["-H=tcp://x", "--context=x", "--config=x", "--tlsverify"])
def test_another_engine_is_an_escape_whatever_it_is_asked(flag: str) -> None:
    reading = understand(f"docker {flag} ps")
    assert assess(reading.operation).risk is Risk.READ
    assert assess(reading.operation, *reading.findings).risk is Risk.ESCAPE
