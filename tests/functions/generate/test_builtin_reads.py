"""What is asked about, in sentences: each answer is a look and changes nothing."""

import pytest

from contracts.docker.harm import Risk
from contracts.docker.parse import parse
from contracts.docker.risk import assess
from functions.generate.builtin import propose
from tests.functions.generate.worlds import BOOKSTORE

STATE = "docker container inspect --format '{{json .State}}'"
WORKERS = ("bookstore-worker-1", "bookstore-worker-2", "bookstore-worker-3")

LISTS = {
    "ps": "docker ps",
    "list running containers": "docker ps",
    "what containers do we have?": "docker ps",
    "how many containers are running?": "docker ps",
    "show me all the containers": "docker ps --all",
    "give me a list of every container, stopped ones included": "docker ps --all",
    "list the containers regardless of their status": "docker ps --all",
    "which containers have exited?": "docker ps --all --filter status=exited",
    "are there any paused containers?": "docker ps --all --filter status=paused",
    "show the restarting ones": "docker ps --all --filter status=restarting",
    "which containers exited with code 137?": "docker ps --all --filter exited=137",
    "anything unhealthy?": "docker ps --filter health=unhealthy",
    "show containers with label owner=maria": "docker ps --filter label=owner=maria",
    "list the containers whose owner is jens": "docker ps --filter label=owner=jens",
    "which containers use the redis image?": "docker ps --filter ancestor=redis",
    "containers based on nginx": "docker ps --filter ancestor=nginx",
    "which container uses port 8080?": "docker ps --filter publish=8080",
    "what is listening on 9090": "docker ps --filter publish=9090",
    "who is on port 443": "docker ps --filter publish=443",
    "is port 53/udp in use?": "docker ps --filter publish=53/udp",
    "containers on the edge network": "docker ps --filter network=edge",
    "what uses the volume bookstore_pgdata": "docker ps --filter volume=bookstore_pgdata",
    "show containers whose name contains report": "docker ps --filter name=report",
    "show containers created after old-crawler": "docker ps --filter since=old-crawler",
    "show the 3 newest containers": "docker ps --last 3",
    "show container ids only": "docker ps --quiet",
    "how big are the containers?": "docker ps --size",
    "are all containers healthy?": "docker ps --all",
    "check the health of all services": "docker ps --all",
    "show me the layers of nginx:1.27": "docker history nginx:1.27",
    "list bookstore containers": "docker ps --filter label=com.docker.compose.project=bookstore",
    "what is running in metrics?": (
        "docker ps --filter name=metrics-prometheus-1 --filter name=metrics-grafana-1"
    ),
    "list images": "docker images",
    "list dangling images": "docker images --filter dangling=true",
    "which images do we have for nginx": "docker images nginx",
    "show image ids only": "docker images --quiet",
    "docker version": "docker version",
    "what version of docker is this?": "docker version",
    "docker info": "docker info",
}

STATUS = {
    "is the database up?": "docker ps --filter name=bookstore-db-1",
    "is the cache healthy?": "docker ps --filter name=bookstore-cache-1",
    "how is the api doing?": "docker ps --filter name=bookstore-api-1",
    "status of grafana": "docker ps --filter name=metrics-grafana-1",
    "what's the state of the wiki": "docker ps --filter name=wiki",
    "how long has the front door been up": "docker ps --filter name=front-door",
    "did the importer fail?": "docker ps --all --filter name=bookstore-importer-1",
    "has the nightly report finished?": "docker ps --all --filter name=nightly-report",
    "inspect the database": "docker container inspect bookstore-db-1",
    "show me the config of the api": "docker container inspect bookstore-api-1",
    "what environment variables does the api have?": "docker container inspect bookstore-api-1",
    "what's the ip address of the cache?": "docker container inspect bookstore-cache-1",
    "how often has loopy been restarted?": "docker container inspect loopy",
    "what restart policy does grafana have": "docker container inspect metrics-grafana-1",
    "which network is the cache on?": "docker container inspect bookstore-cache-1",
    "inspect the image postgres:16": "docker image inspect postgres:16",
    "stats": "docker stats --no-stream",
    "which container uses the most memory?": "docker stats --no-stream",
    "how much memory is the database using?": "docker stats --no-stream bookstore-db-1",
    "resource usage of the bookstore workers": f"docker stats --no-stream {' '.join(WORKERS)}",
    "what processes are running in the api?": "docker top bookstore-api-1",
    "top for grafana": "docker top metrics-grafana-1",
    "ports of bookstore-web-1": "docker port bookstore-web-1",
    "where can I reach grafana?": "docker port metrics-grafana-1",
    "what changed in the wiki's filesystem?": "docker diff wiki",
}

LOGS = {
    "logs of the api": "docker logs bookstore-api-1",
    "show me the last 20 lines from the web logs": "docker logs --tail 20 bookstore-web-1",
    "tail 100 lines of bookstore-orders-1": "docker logs --tail 100 bookstore-orders-1",
    "database logs since 10 minutes ago": "docker logs --since 10m bookstore-db-1",
    "logs from worker 2 in the past hour": "docker logs --since 1h bookstore-worker-2",
    "check grafana logs for the last 2 days": "docker logs --since 48h metrics-grafana-1",
    "grafana logs from the last half hour": "docker logs --since 30m metrics-grafana-1",
    "api logs with timestamps please": "docker logs --timestamps bookstore-api-1",
    "follow prometheus' logs": "docker logs --follow metrics-prometheus-1",
    "what did the importer print?": "docker logs bookstore-importer-1",
    "what has the cache been saying lately?": "docker logs bookstore-cache-1",
    "any errors in the orders logs?": "docker logs bookstore-orders-1",
    "logs of the report": "docker logs nightly-report",
    "the last fifty lines of wiki's logs": "docker logs --tail 50 wiki",
}

SEVERAL = {
    "show logs for all workers": tuple(f"docker logs {name}" for name in WORKERS),
    "last 5 lines of every worker": tuple(f"docker logs --tail 5 {name}" for name in WORKERS),
    "logs of grafana and prometheus, 10 lines each": (
        "docker logs --tail 10 metrics-grafana-1",
        "docker logs --tail 10 metrics-prometheus-1",
    ),
    "why is loopy restarting?": (f"{STATE} loopy", "docker logs --tail 100 loopy"),
    "why did the nightly report die?": (
        f"{STATE} nightly-report",
        "docker logs --tail 100 nightly-report",
    ),
    "what's wrong with the api?": (
        f"{STATE} bookstore-api-1",
        "docker logs --tail 100 bookstore-api-1",
    ),
}

ONE_LINE = {**LISTS, **STATUS, **LOGS}


@pytest.mark.parametrize(("words", "line"), ONE_LINE.items(), ids=ONE_LINE.keys())
def test_a_question_is_answered_by_one_look(words: str, line: str) -> None:
    assert propose(words, BOOKSTORE) == (line,)


@pytest.mark.parametrize(("words", "lines"), SEVERAL.items(), ids=SEVERAL.keys())
def test_a_question_about_several_or_why_takes_several_looks(
    words: str, lines: tuple[str, ...]
) -> None:
    assert propose(words, BOOKSTORE) == lines


@pytest.mark.parametrize("words", [*ONE_LINE, *SEVERAL])
def test_a_question_never_changes_anything(words: str) -> None:
    for line in propose(words, BOOKSTORE):
        assert assess(parse(line)).risk is Risk.READ
