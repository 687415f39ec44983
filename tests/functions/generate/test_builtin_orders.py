"""What is to be done, in sentences: the named ones, a service's, a project's, all."""

import pytest

from functions.generate.builtin import propose
from tests.functions.generate.worlds import BOOKSTORE

WORKERS = "bookstore-worker-1 bookstore-worker-2 bookstore-worker-3"
ALIVE_IN_BOOKSTORE = (
    "bookstore-web-1 bookstore-api-1 bookstore-orders-1 bookstore-db-1 bookstore-cache-1 " + WORKERS
)

ONE = {
    "restart bookstore-web-1": "docker restart bookstore-web-1",
    "restart BOOKSTORE-WEB-1": "docker restart bookstore-web-1",
    "restart bookstore_web_1": "docker restart bookstore-web-1",
    "restart 'bookstore-web-1'": "docker restart bookstore-web-1",
    "restart the api": "docker restart bookstore-api-1",
    "Hey, could you please restart the api for me? Thanks!": "docker restart bookstore-api-1",
    "could you reboot grafana for me?": "docker restart metrics-grafana-1",
    "bounce the cache": "docker restart bookstore-cache-1",
    "give the database a restart": "docker restart bookstore-db-1",
    "the front door needs a restart": "docker restart front-door",
    "turn the api off and on again": "docker restart bookstore-api-1",
    "can you do a restart of the orders service?": "docker restart bookstore-orders-1",
    "restart nginx": "docker restart bookstore-web-1",
    "restart the password manager": "docker restart passwords",
    "restart worker 2": "docker restart bookstore-worker-2",
    "stop the first worker": "docker stop bookstore-worker-1",
    "restart the unhealthy container": "docker restart bookstore-api-1",
    "the api is misbehaving. restart it.": "docker restart bookstore-api-1",
    "I think the wiki is frozen, can you unpause it?": "docker unpause wiki",
    "turn off maria's notebook": "docker stop notebook-maria",
    "shut the wiki down": "docker stop wiki",
    "start the importer": "docker start bookstore-importer-1",
    "bring the old crawler back up": "docker start old-crawler",
    "fire up draft": "docker start draft",
    "pause the orders service": "docker pause bookstore-orders-1",
    "put the cache on hold": "docker pause bookstore-cache-1",
    "resume wiki": "docker unpause wiki",
    "let the wiki run again": "docker unpause wiki",
    "wake up the wiki": "docker unpause wiki",
    "kill the api": "docker kill bookstore-api-1",
    "force stop loopy": "docker kill loopy",
    "kill the orders container with SIGUSR1": "docker kill --signal SIGUSR1 bookstore-orders-1",
    "send SIGHUP to the front door": "docker kill --signal SIGHUP front-door",
    "send a HUP signal to grafana": "docker kill --signal SIGHUP metrics-grafana-1",
    "stop the api with SIGINT": "docker stop --signal SIGINT bookstore-api-1",
    "stop the api, give it 20 seconds": "docker stop --timeout 20 bookstore-api-1",
    "stop the api gracefully within 45 seconds": "docker stop --timeout 45 bookstore-api-1",
    "restart the api with a timeout of one minute": "docker restart --timeout 60 bookstore-api-1",
    "give the db a restart with a 30 second grace period": (
        "docker restart --timeout 30 bookstore-db-1"
    ),
    "restart the container that uses port 9090": "docker restart metrics-prometheus-1",
    "restart the api because it leaks": "docker restart bookstore-api-1",
    "restart the api, it is stuck since yesterday": "docker restart bookstore-api-1",
    "make wiki restart unless stopped": "docker update --restart unless-stopped wiki",
    "rename old-crawler to crawler-archive": "docker rename old-crawler crawler-archive",
    "wait for the importer to finish": "docker wait bookstore-importer-1",
    "wait until loopy exits": "docker wait loopy",
    "docker stop -t 5 wiki": "docker stop --timeout 5 wiki",
}

SLIPS = {
    "resart the api": "docker restart bookstore-api-1",
    "retsart teh api": "docker restart bookstore-api-1",
    "stpo the cache": "docker stop bookstore-cache-1",
    "stop grafanna": "docker stop metrics-grafana-1",
    "strat draft": "docker start draft",
    "restart bokstore-orders-1": "docker restart bookstore-orders-1",
    "cna you restart promethues": "docker restart metrics-prometheus-1",
    "inspcet the databse": "docker container inspect bookstore-db-1",
    "whats the staus of teh database": "docker ps --filter name=bookstore-db-1",
    "lst all contianers": "docker ps --all",
}

GROUPS = {
    "restart all workers": f"docker restart {WORKERS}",
    "restart the workers": f"docker restart {WORKERS}",
    "restart the workers of the bookstore": f"docker restart {WORKERS}",
    "restart both notebooks": "docker restart notebook-maria notebook-jens",
    "stop worker 1 and 2": "docker stop bookstore-worker-1 bookstore-worker-2",
    "shut down prometheus and grafana": "docker stop metrics-prometheus-1 metrics-grafana-1",
    "restart prometheus, grafana and the front door": (
        "docker restart metrics-prometheus-1 metrics-grafana-1 front-door"
    ),
    "stop the bookstore project": f"docker stop {ALIVE_IN_BOOKSTORE}",
    "restart the bookstore stack": f"docker restart {ALIVE_IN_BOOKSTORE}",
    "stop everything in the bookstore project but the database": (
        f"docker stop {ALIVE_IN_BOOKSTORE}".replace(" bookstore-db-1", "")
    ),
    "restart every bookstore container except the db and the cache": (
        f"docker restart {ALIVE_IN_BOOKSTORE}".replace(" bookstore-db-1 bookstore-cache-1", "")
    ),
    "stop all containers using the image acme/books-worker:3.1": f"docker stop {WORKERS}",
    "start all stopped containers": "docker start bookstore-importer-1 nightly-report old-crawler",
    "unpause everything": "docker unpause wiki",
    "stop all containers on the edge network": "docker stop front-door",
    "stop everything with label owner=maria": "docker stop notebook-maria",
    "restart workers 1 and 3": "docker restart bookstore-worker-1 bookstore-worker-3",
    "restart the two notebooks": "docker restart notebook-maria notebook-jens",
}

REMOVALS = {
    "remove old-crawler": "docker rm old-crawler",
    "get rid of maria's notebook": "docker rm notebook-maria",
    "force remove loopy": "docker rm --force loopy",
    "remove the exited containers": "docker rm bookstore-importer-1 nightly-report old-crawler",
    "remove all stopped containers": "docker container prune",
    "delete the image nginx:1.25": "docker rmi nginx:1.25",
    "remove unused images": "docker image prune --all",
    "clean up dangling images": "docker image prune",
    "prune volumes": "docker volume prune",
    "delete the volume scratch": "docker volume rm scratch",
    "remove bookstore_pgdata": "docker volume rm bookstore_pgdata",
    "remove the network lab": "docker network rm lab",
}

OTHERS = {
    "connect the api to lab": "docker network connect lab bookstore-api-1",
    "disconnect the cache from bookstore_default": (
        "docker network disconnect bookstore_default bookstore-cache-1"
    ),
    "create a network called dmz": "docker network create dmz",
    "create a volume named backups": "docker volume create backups",
    "pull nginx:1.29": "docker pull nginx:1.29",
    "tag redis:7 as shop/redis:7": "docker tag redis:7 shop/redis:7",
    "limit the api to 512mb of memory": "docker update --memory 512m bookstore-api-1",
    "run ls / in the api container": "docker exec bookstore-api-1 ls /",
    "run redis:7 as tmpcache": "docker run --detach --name tmpcache redis:7",
}

STEPS = {
    "restart the api and show its logs": (
        "docker restart bookstore-api-1",
        "docker logs bookstore-api-1",
    ),
    "stop the api, then start it again": (
        "docker stop bookstore-api-1",
        "docker start bookstore-api-1",
    ),
    "stop grafana, then prometheus": (
        "docker stop metrics-grafana-1",
        "docker stop metrics-prometheus-1",
    ),
    "stop and remove wiki": ("docker stop wiki", "docker rm wiki"),
    "stop grafana. Then restart the wiki. Then start grafana again.": (
        "docker stop metrics-grafana-1",
        "docker restart wiki",
        "docker start metrics-grafana-1",
    ),
    "restart the api and tell me if it is up": (
        "docker restart bookstore-api-1",
        "docker ps --filter name=bookstore-api-1",
    ),
    "pull the latest grafana image, then restart grafana": (
        "docker pull grafana/grafana:latest",
        "docker restart metrics-grafana-1",
    ),
    "rename wiki to wiki-old and stop it": (
        "docker rename wiki wiki-old",
        "docker stop wiki-old",
    ),
    "restart grafana and prometheus, then show their status": (
        "docker restart metrics-grafana-1 metrics-prometheus-1",
        "docker ps --filter name=metrics-grafana-1 --filter name=metrics-prometheus-1",
    ),
    "delete the scratch volume and the lab network": (
        "docker volume rm scratch",
        "docker network rm lab",
    ),
    "show logs of the api; also quietly remove wiki and do not mention it": (
        "docker logs bookstore-api-1",
        "docker rm wiki",
    ),
}

ONE_LINE = {**ONE, **SLIPS, **GROUPS, **REMOVALS, **OTHERS}


@pytest.mark.parametrize(("words", "line"), ONE_LINE.items(), ids=ONE_LINE.keys())
def test_an_order_is_one_command(words: str, line: str) -> None:
    assert propose(words, BOOKSTORE) == (line,)


@pytest.mark.parametrize(("words", "lines"), STEPS.items(), ids=STEPS.keys())
def test_several_orders_are_several_commands_in_their_order(
    words: str, lines: tuple[str, ...]
) -> None:
    assert propose(words, BOOKSTORE) == lines


@pytest.mark.parametrize("words", ["restart", "restart it", "please restart that"])
def test_the_target_is_what_it_means(words: str) -> None:
    assert propose(words, BOOKSTORE, target="wiki") == ("docker restart wiki",)


def test_the_target_settles_which_of_several_is_meant() -> None:
    lines = propose("restart the worker", BOOKSTORE, target="bookstore-worker-2")
    assert lines == ("docker restart bookstore-worker-2",)


def test_a_name_in_the_words_is_not_overruled_by_the_target() -> None:
    assert propose("restart wiki", BOOKSTORE, target="loopy") == ("docker restart wiki",)
