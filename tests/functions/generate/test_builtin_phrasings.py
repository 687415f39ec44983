"""The same order in other people's words, and words that only look like an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.docker.parse import parse
from contracts.docker.risk import Risk, assess
from contracts.errors import Code, RefusedError
from functions.generate.builtin import propose
from tests.functions.generate.worlds import BOOKSTORE

WORKERS = "bookstore-worker-1 bookstore-worker-2 bookstore-worker-3"

OTHER_WORDS = {
    "I need the importer up": "docker start bookstore-importer-1",
    "could somebody make sure that grafana gets restarted?": "docker restart metrics-grafana-1",
    "the orders service should be stopped": "docker stop bookstore-orders-1",
    "the cache could use a kick": "docker restart bookstore-cache-1",
    "orders: restart": "docker restart bookstore-orders-1",
    "kick off the importer": "docker start bookstore-importer-1",
    "have the cache restart on failure": "docker update --restart on-failure bookstore-cache-1",
    "make the wiki come back by itself unless somebody stops it": (
        "docker update --restart unless-stopped wiki"
    ),
    "the api may use no more than half a cpu": "docker update --cpus 0.5 bookstore-api-1",
    "keep the cache under 300 megs of ram": "docker update --memory 300m bookstore-cache-1",
    "change the memory limit of the api to 64 megabytes without restarting it": (
        "docker update --memory 64m bookstore-api-1"
    ),
    "stop the api but wait at most 5 seconds": "docker stop --timeout 5 bookstore-api-1",
    "restart the api with a 20 second grace period": "docker restart --timeout 20 bookstore-api-1",
    "remove the container that exited with 137": "docker rm nightly-report",
    "inspect the container that listens on 9090": "docker container inspect metrics-prometheus-1",
    "bring the python 3.13 image here": "docker pull python:3.13",
    "docker rmi nginx:1.25 please!": "docker rmi nginx:1.25",
    "ps -a": "docker ps --all",
    "restart the api, orders and nothing else": (
        "docker restart bookstore-api-1 bookstore-orders-1"
    ),
}

TOLD_BEFORE = {
    "the api is returning 500s all over the place, bounce it": "docker restart bookstore-api-1",
    "nobody reads the wiki on sundays, stop front-door": "docker stop front-door",
    "slow pages again. restart the cache": "docker restart bookstore-cache-1",
    "loopy restarts every 12 seconds, please just stop it": "docker stop loopy",
    "scratch is a leftover, remove it": "docker volume rm scratch",
    "we never go back to nginx:1.25, remove that image": "docker rmi nginx:1.25",
    "of the volumes scratch and bookstore_pgdata, remove the one that no container uses": (
        "docker volume rm scratch"
    ),
    "turn the orders service off, nobody should use that": "docker stop bookstore-orders-1",
}

LEFT_ALONE = {
    "remove the exited containers but keep the importer": ("docker rm nightly-report old-crawler"),
    "stop the workers, leave worker 2 running": (
        "docker stop bookstore-worker-1 bookstore-worker-3"
    ),
    "restart the unhealthy one and leave the others alone": "docker restart bookstore-api-1",
    "don't touch the api, but the cache needs a restart": "docker restart bookstore-cache-1",
}

SEVERAL = {
    "restart the cache first and after that both notebooks": [
        "docker restart bookstore-cache-1",
        "docker restart notebook-maria notebook-jens",
    ],
    "start draft first and old-crawler after it": [
        "docker start draft",
        "docker start old-crawler",
    ],
    "create a network called lab2 with subnet 10.5.0.0/16 and attach the api to it": [
        "docker network create --subnet 10.5.0.0/16 lab2",
        "docker network connect lab2 bookstore-api-1",
    ],
    "rename the wiki to wiki-old and stop it": [
        "docker rename wiki wiki-old",
        "docker stop wiki-old",
    ],
    "start the importer, then its last 20 lines": [
        "docker start bookstore-importer-1",
        "docker logs --tail 20 bookstore-importer-1",
    ],
}

DOUBTFUL = (
    "may I {verb} {name}?",
    "could we {verb} {name}?",
    "should we {verb} {name}",
    "is it safe to {verb} {name}?",
    "if it is unhealthy, {verb} {name}",
    "when it crashes, {verb} {name}",
    "{verb} {name} unless it works",
    "do not {verb} {name}",
    "never {verb} {name}",
    "{verb} wiki... sorry, I mean {name}",
    "I want to {verb} {name} but don't know how",
    "what happens if I {verb} {name}?",
    "{verb} half of {name}",
    "{verb} {name} or wiki",
    "remind me to {verb} {name}",
    "stop trying to {verb} {name}",
    "{verb} the users in {name}",
    "soll ich {name} {verb}?",
    "¿puedo {verb} {name}?",
    "puis-je {verb} {name} ?",
)
VERBS = ("restart", "stop", "start", "kill", "pause", "remove")
NAMES = ("bookstore-api-1", "front-door", "old-crawler", "passwords")


def lines(words: str) -> list[str]:
    return list(propose(words, BOOKSTORE))


@pytest.mark.parametrize(("words", "line"), OTHER_WORDS.items(), ids=OTHER_WORDS.keys())
def test_an_order_in_other_words_is_the_order(words: str, line: str) -> None:
    assert lines(words) == [line]


@pytest.mark.parametrize(("words", "line"), TOLD_BEFORE.items(), ids=TOLD_BEFORE.keys())
def test_what_is_told_beside_an_order_says_what_it_is_about(words: str, line: str) -> None:
    assert lines(words) == [line]


@pytest.mark.parametrize(("words", "line"), LEFT_ALONE.items(), ids=LEFT_ALONE.keys())
def test_what_is_to_be_left_alone_is(words: str, line: str) -> None:
    assert lines(words) == [line]


@pytest.mark.parametrize(("words", "steps"), SEVERAL.items(), ids=SEVERAL.keys())
def test_no_step_of_several_is_lost(words: str, steps: list[str]) -> None:
    assert lines(words) == steps


@given(st.sampled_from(DOUBTFUL), st.sampled_from(VERBS), st.sampled_from(NAMES))
def test_words_that_order_nothing_change_nothing(form: str, verb: str, name: str) -> None:
    try:
        found = lines(form.format(verb=verb, name=name))
    except RefusedError:
        return
    assert all(assess(parse(line)).risk is Risk.READ for line in found)


@given(st.sampled_from(VERBS), st.sampled_from(NAMES))
def test_courtesy_and_reasons_change_no_order(verb: str, name: str) -> None:
    plain = lines(f"{verb} {name}")
    assert lines(f"hey, could you please {verb} {name} now? thanks a lot!") == plain
    assert lines(f"{verb} {name} because it leaks") == plain
    assert lines(f"the site is slow again, {verb} {name}") == plain
    assert lines(f"{verb} {name}, it has been weird since monday") == plain


def test_a_word_of_another_kind_is_no_mistyped_name() -> None:
    with pytest.raises(RefusedError) as refused:
        propose("lab is gone, remove its volume", BOOKSTORE)
    assert refused.value.error.code in {Code.AMBIGUOUS, Code.UNKNOWN_OBJECT}


@pytest.mark.parametrize("words", ["delete everything", "prune everything", "remove unused stuff"])
def test_to_remove_everything_asks_of_what(words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        propose(words, BOOKSTORE)
    assert refused.value.error.code is Code.AMBIGUOUS


@pytest.mark.parametrize(
    "words", ["stop most workers", "kill all but one worker", "stop two workers"]
)
def test_a_part_of_a_group_is_a_question(words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        propose(words, BOOKSTORE)
    assert refused.value.error.code is Code.AMBIGUOUS


def test_the_argument_of_a_command_stays_one_word() -> None:
    asked = 'run psql -U postgres -c "select 1" in the database'
    assert lines(asked) == ["docker exec bookstore-db-1 psql -U postgres -c 'select 1'"]


def test_a_new_name_is_written_as_it_was_spelled() -> None:
    assert lines("create a volume called spare") == ["docker volume create spare"]
    asked = "create a container spare from nginx:1.27 without starting it"
    assert lines(asked) == ["docker create --name spare nginx:1.27"]


@pytest.mark.parametrize("form", ["give me the exit code of {}", "please give me the {} exit code"])
def test_an_exit_code_is_no_code_to_be_written(form: str) -> None:
    assert lines(form.format("bookstore-api-1")) == ["docker container inspect bookstore-api-1"]
    with pytest.raises(RefusedError) as refused:
        propose("give me the code of bookstore-api-1", BOOKSTORE)
    assert refused.value.error.code is Code.UNSUPPORTED
