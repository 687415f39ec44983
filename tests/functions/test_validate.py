from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.docker.risk import Risk
from contracts.errors import Code, Error
from contracts.events import (
    CommandCancelled,
    CommandPlanned,
    CommandRejected,
    CommandStarted,
    CommandValidated,
    Event,
)
from contracts.lifecycle import Command
from contracts.requests import MAX_REQUEST_BYTES
from contracts.world import Image, Network, World
from functions.validate import ValidateSettings, open_policy, validate
from functions.validate.steps import MAX_STEPS
from runtime import PermanentError
from tests.stories import (
    BUILTIN,
    ID,
    container,
    generated,
    history,
    picture,
    requested,
    validated,
    world,
)

# What COMMANDS takes as one message.
MAX_EVENT = 1024 * 1024
EVERYTHING = frozenset(Risk)
DEFAULT = frozenset({Risk.READ, Risk.MUTATE})
LINES = {
    Risk.READ: "docker logs checkout",
    Risk.MUTATE: "docker restart checkout",
    Risk.DESTROY: "docker rm -f checkout",
    Risk.ESCAPE: "docker run --privileged nginx",
}
LIMITS = (Risk.READ, Risk.MUTATE, Risk.DESTROY)
UNSEEN = Error(code=Code.ENGINE_UNREACHABLE, message="No engine.", hint="Start it.")


async def decided(
    *lines: str,
    allowed: frozenset[Risk] = DEFAULT,
    there: World | None = None,
    **asked: Any,
) -> CommandValidated | CommandPlanned | CommandRejected:
    event = generated(*lines)
    past = history(requested(**asked), event)
    made = await validate(event, allowed, past, there or world())
    assert made
    return made


async def refused(*lines: str, **more: Any) -> Error:
    made = await decided(*lines, **more)
    assert isinstance(made, CommandRejected), made
    return made.error


@pytest.mark.parametrize("mode", ["run", "plan"])
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("allowed", [frozenset(), {Risk.READ}, DEFAULT, EVERYTHING], ids=len)
@pytest.mark.parametrize("risk", Risk)
async def test_what_may_run_is_allowed_here_and_by_its_caller(
    risk: Risk, allowed: frozenset[Risk], limit: Risk, mode: str
) -> None:
    made = await decided(LINES[risk], allowed=frozenset(allowed), max_risk=limit, mode=mode)
    if risk not in allowed:
        assert isinstance(made, CommandRejected)
        assert made.error.code is Code.RISK_NOT_ALLOWED
    elif risk > limit:
        assert isinstance(made, CommandRejected)
        assert made.error.code is Code.ABOVE_MAX_RISK
    else:
        assert isinstance(made, CommandValidated if mode == "run" else CommandPlanned)
        assert [step.risk for step in made.plan.steps] == [risk]


async def test_an_empty_policy_refuses_everything() -> None:
    for line in LINES.values():
        assert (await refused(line, allowed=frozenset())).code is Code.RISK_NOT_ALLOWED


async def test_by_default_what_destroys_or_reaches_the_host_is_refused() -> None:
    async with open_policy(ValidateSettings()) as allowed:
        assert allowed == DEFAULT


async def test_one_step_too_many_refuses_them_all() -> None:
    made = await decided(LINES[Risk.READ], LINES[Risk.DESTROY], LINES[Risk.MUTATE])
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.RISK_NOT_ALLOWED
    assert "docker rm" in made.error.message
    assert made.plan is not None
    assert len(made.plan.steps) == 3


async def test_a_question_never_changes_anything() -> None:
    """Accept caps a question at read; validate holds whatever was generated to that."""
    error = await refused("docker restart checkout", max_risk=Risk.READ)
    assert error.code is Code.ABOVE_MAX_RISK
    assert "A question only reads" in error.hint
    made = await decided("docker logs checkout", max_risk=Risk.READ)
    assert isinstance(made, CommandValidated)


async def test_what_runs_is_the_callers_request_and_not_the_generators_word() -> None:
    request = requested(caller="bob", max_risk=Risk.MUTATE)
    event = generated("docker restart checkout")
    made = await validate(event, DEFAULT, history(request, event), world())
    assert isinstance(made, CommandValidated)
    assert (made.caller, made.deadline) == ("bob", request.deadline)
    assert made.generator == BUILTIN


async def test_a_generated_event_cannot_bring_a_plan_or_a_risk_of_its_own() -> None:
    said = {"risk": "read", "max_risk": "escape", "plan": {"steps": []}, "caller": "root"}
    event = type(generated()).model_validate(
        {"command_id": ID, "lines": ["docker rm -f checkout"], "generator": BUILTIN, **said}
    )
    made = await validate(event, EVERYTHING, history(requested(max_risk="read"), event), world())
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.ABOVE_MAX_RISK


async def test_a_generated_command_without_a_request_is_no_command() -> None:
    with pytest.raises(PermanentError, match="without a request"):
        await validate(generated(), DEFAULT, Command(), world())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("docker ps; docker rm -f checkout", Code.SHELL_SYNTAX),
        ("docker ps | sh", Code.SHELL_SYNTAX),
        ("docker ps && reboot", Code.SHELL_SYNTAX),
        ("docker logs $(id)", Code.SHELL_SYNTAX),
        ("docker logs `id`", Code.SHELL_SYNTAX),
        ("docker ps > /etc/passwd", Code.SHELL_SYNTAX),
        ("docker restart 'checkout", Code.INVALID_COMMAND),
        ("docker restart", Code.INVALID_COMMAND),
        ("docker restart --forever checkout", Code.INVALID_COMMAND),
        ("rm -rf /", Code.INVALID_COMMAND),
        ("", Code.INVALID_COMMAND),
        ("docker", Code.INVALID_COMMAND),
        ("docker swarm init", Code.UNSUPPORTED_COMMAND),
        ("docker frobnicate", Code.INVALID_COMMAND),
    ],
)
async def test_a_line_that_is_not_dockers_is_refused(line: str, code: Code) -> None:
    error = await refused(line, allowed=EVERYTHING)
    assert error.code is code
    assert error.hint


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=30) | st.text("docker rmps-f|;$()&'\"", max_size=30), max_size=3))
async def test_no_generated_line_makes_anything_but_a_decision(lines: list[str]) -> None:
    event = generated().model_copy(update={"lines": tuple(lines)})
    made = await validate(event, EVERYTHING, history(requested(), event), world())
    assert isinstance(made, CommandValidated | CommandRejected)


@pytest.mark.parametrize("count", [0, MAX_STEPS + 1])
async def test_a_request_is_one_to_twenty_commands(count: int) -> None:
    event = generated().model_copy(update={"lines": ("docker ps",) * count})
    made = await validate(event, DEFAULT, history(requested(), event), world())
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.INVALID_COMMAND
    assert isinstance(await decided(*["docker ps"] * MAX_STEPS), CommandValidated)


async def test_names_become_the_exact_objects() -> None:
    made = await decided("docker  container restart  checkout", "docker stop db catalog")
    assert isinstance(made, CommandValidated)
    first, second = made.plan.steps
    assert first.line == "docker restart checkout"
    assert [(each.kind, each.name, each.id) for each in first.objects] == [
        ("container", "checkout", container("checkout").id)
    ]
    assert [each.name for each in second.objects] == ["db", "catalog"]
    assert first.host == "local"


async def test_an_id_or_its_start_becomes_the_name() -> None:
    identity = container("checkout").id
    for reference in (identity, identity[:8], "/checkout"):
        made = await decided(f"docker restart {reference}")
        assert isinstance(made, CommandValidated)
        assert made.plan.steps[0].objects[0].name == "checkout"


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("docker restart chekout", ("checkout",)),
        ("docker restart chekcout", ("checkout",)),
        ("docker logs catalgo", ("catalog",)),
        ("docker inspect ngimx:latest", ("nginx:latest",)),
        ("docker network inspect backand", ("backend",)),
        ("docker restart zzzzzz", ()),
    ],
)
async def test_an_unknown_name_is_answered_with_the_nearest(
    line: str, near: tuple[str, ...]
) -> None:
    error = await refused(line)
    assert error.code is Code.UNKNOWN_OBJECT
    assert error.options[: len(near)] == near
    assert bool(error.options) == bool(near)


async def test_of_several_names_the_missing_one_is_told() -> None:
    assert "'gone'" in (await refused("docker restart checkout gone db")).message


async def test_a_step_may_use_what_one_before_it_makes_on_its_host() -> None:
    there = world(picture("a", "checkout"), picture("b", "orders"))
    made = await decided(
        "docker network create blue",
        "docker network connect blue checkout",
        "docker network inspect blue",
        there=there,
        host="a",
    )
    assert isinstance(made, CommandValidated)
    assert [each.host for each in made.plan.steps] == ["a", "a", "a"]
    network, container_ = made.plan.steps[1].objects
    assert (network.kind, network.name, network.id) == ("network", "blue", "")
    assert container_.id
    assert [each.id for each in made.plan.steps[2].objects] == [""]


@pytest.mark.parametrize(
    "lines",
    [
        ["docker network connect blue checkout", "docker network create blue"],
        ["docker volume create blue", "docker network connect blue checkout"],
        ["docker network create blue", "docker restart blue"],
    ],
)
async def test_what_is_made_later_or_is_of_another_kind_is_not_there(lines: list[str]) -> None:
    assert (await refused(*lines)).code is Code.UNKNOWN_OBJECT


async def test_a_name_that_an_earlier_step_gives_away_is_taken_as_it_is_then() -> None:
    made = await decided("docker rename checkout old", "docker restart old", "docker logs checkout")
    assert isinstance(made, CommandValidated)
    first, second, third = (each.objects[0] for each in made.plan.steps)
    assert (second.name, second.id) == ("old", "")
    assert first.id == third.id


async def test_the_start_of_several_ids_is_a_question() -> None:
    twins = picture(
        "local", containers=(container("a", id="abc1" * 16), container("b", id="abc2" * 16))
    )
    error = await refused("docker restart abc", there=world(twins))
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("a", "b"))


TWO = (picture("web-1", "checkout", "db"), picture("web-2", "checkout", "cache"))


async def test_a_name_on_two_hosts_is_a_question() -> None:
    error = await refused("docker restart checkout", there=world(*TWO))
    assert error.code is Code.AMBIGUOUS
    assert error.question
    assert error.options == ("web-1", "web-2")


async def test_a_name_on_one_of_two_hosts_goes_there() -> None:
    made = await decided("docker restart cache", there=world(*TWO))
    assert isinstance(made, CommandValidated)
    assert made.plan.steps[0].host == "web-2"


async def test_the_host_that_was_asked_for_is_the_only_one_touched() -> None:
    made = await decided("docker restart checkout", there=world(*TWO), host="web-2")
    assert isinstance(made, CommandValidated)
    assert made.plan.steps[0].host == "web-2"
    error = await refused("docker restart db", there=world(*TWO), host="web-2")
    assert error.code is Code.UNKNOWN_OBJECT


async def test_the_host_that_words_name_counts_where_the_request_says_none() -> None:
    there = world(picture("a", "checkout"), picture("b", "checkout"))
    event = generated().model_copy(update={"host": "b"})
    for asked, where in ((None, "b"), ("a", "a")):
        past = history(requested(host=asked), event)
        made = await validate(event, DEFAULT, past, there)
        assert isinstance(made, CommandValidated)
        assert [each.host for each in made.plan.steps] == [where]


async def test_an_unknown_host_is_answered_with_those_there_are() -> None:
    error = await refused("docker ps", there=world(*TWO), host="web-3")
    assert error.code is Code.UNKNOWN_HOST
    assert error.options == ("web-1", "web-2")


async def test_a_change_that_an_unseen_host_may_be_meant_for_is_a_question() -> None:
    there = world(TWO[0], picture("web-2", error=UNSEEN))
    error = await refused("docker restart db", there=there)
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("web-1", "web-2"))
    assert "web-2, not seen" in error.message
    made = await decided("docker restart db", there=there, host="web-1")
    assert isinstance(made, CommandValidated)
    made = await decided("docker logs db", there=there)
    assert isinstance(made, CommandValidated)
    assert made.plan.steps[0].host == "web-1"


HEX = picture(
    "local",
    containers=(container("e" * 64, id="6" * 64), container("cafe", id="e" * 64)),
    images=(
        Image(id="sha256:cafe" + "0" * 60, tags=("first:1",)),
        Image(id="sha256:" + "1" * 64, tags=("cafe:latest", "beef:1")),
        Image(id="sha256:beef" + "0" * 60),
        Image(id="sha256:beef" + "1" * 60, tags=("last:1",)),
    ),
    networks=(
        Network(id="db" + "0" * 62, name="first"),
        Network(id="3" * 64, name="db"),
        Network(id="da" + "1" * 62, name="one"),
        Network(id="da" + "2" * 62, name="two"),
        Network(id="4" * 64, name="twin"),
        Network(id="5" * 64, name="twin"),
    ),
)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("docker network rm db", "3" * 64),
        ("docker network rm db0", "db" + "0" * 62),
        (f"docker network rm {'db' + '0' * 62}", "db" + "0" * 62),
        ("docker rmi cafe", "sha256:" + "1" * 64),
        ("docker rmi cafe0", "sha256:cafe" + "0" * 60),
        ("docker rmi sha256:cafe", "sha256:cafe" + "0" * 60),
        (f"docker rmi {'1' * 64}", "sha256:" + "1" * 64),
        ("docker rmi beef:1", "sha256:" + "1" * 64),
        (f"docker kill {'e' * 64}", "e" * 64),
        ("docker kill 666", "6" * 64),
    ],
)
async def test_a_whole_id_is_before_a_name_and_a_name_before_the_start_of_an_id(
    line: str, meant: str
) -> None:
    made = await decided(line, there=world(HEX), allowed=EVERYTHING, max_risk=Risk.DESTROY)
    assert isinstance(made, CommandValidated)
    assert [each.id for each in made.plan.steps[0].objects] == [meant]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("docker network rm da", ("one", "two")),
        ("docker network rm twin", ("4" * 64, "5" * 64)),
        ("docker rmi beef", ("sha256:beef" + "0" * 60, "last:1")),
    ],
)
async def test_what_several_objects_can_be_is_a_question(
    line: str, options: tuple[str, ...]
) -> None:
    error = await refused(line, there=world(HEX))
    assert (error.code, error.options) == (Code.AMBIGUOUS, options)
    assert error.question


async def test_what_names_nothing_goes_to_the_local_host_or_is_a_question() -> None:
    both = await decided("docker ps", there=world(picture("local"), picture("web-1")))
    assert isinstance(both, CommandValidated)
    assert both.plan.steps[0].host == "local"
    assert (await refused("docker ps", there=world(*TWO))).code is Code.AMBIGUOUS


async def test_a_host_that_cannot_be_seen_says_why() -> None:
    blind = world(picture("local", error=UNSEEN, containers=()))
    error = await refused("docker restart checkout", there=blind)
    assert (error.code, error.message, error.hint) == (UNSEEN.code, UNSEEN.message, UNSEEN.hint)


async def test_an_old_picture_is_no_ground_to_act_upon() -> None:
    """The runtime marks a picture that is too old with an error, and keeps what it showed."""
    old = world(picture("local", "checkout", error=UNSEEN))
    assert (await refused("docker restart checkout", there=old)).code is UNSEEN.code


async def test_where_nothing_is_known_nothing_runs() -> None:
    assert (await refused("docker ps", there=World())).code is Code.UNKNOWN_HOST


async def test_the_same_event_gets_the_same_decision() -> None:
    for line in LINES.values():
        assert await decided(line, mode="run") == await decided(line, mode="run")


async def test_a_plan_is_told_and_never_validated() -> None:
    made = await decided("docker restart checkout", mode="plan")
    assert isinstance(made, CommandPlanned)
    assert made.plan.steps[0].line == "docker restart checkout"


@pytest.mark.parametrize("character", ["'", '"', "\\\\", "a", "é", " "])
async def test_the_largest_line_makes_an_event_that_is_stored(character: str) -> None:
    room = MAX_REQUEST_BYTES - 100
    quoted = f'"{character * 9}"' if character in "' " else f"'{character * 9}'"
    line = "docker exec checkout " + " ".join([quoted] * (room // (len(quoted.encode()) + 1)))
    for allowed in (EVERYTHING, DEFAULT - {Risk.MUTATE}):
        made = await decided(line, allowed=allowed)
        assert len(made.model_dump_json().encode()) < MAX_EVENT


def test_what_may_run_is_set_by_name() -> None:
    with pytest.raises(ValueError, match="allow_risk"):
        ValidateSettings.model_validate({"allow_risk": ["anything"]})


CANCELLED = CommandCancelled(command_id=ID, by="alice")


@pytest.mark.parametrize(
    "before",
    [(requested(),), (requested(), generated()), (requested(), generated(), validated())],
    ids=len,
)
async def test_what_is_cancelled_before_it_is_started_is_rejected(
    before: tuple[Event, ...],
) -> None:
    made = await validate(CANCELLED, DEFAULT, history(*before, CANCELLED), world())
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.CANCELLED
    assert "alice" in made.error.message
    assert (made.plan is not None) == (len(before) == 3)


async def test_what_is_cancelled_while_it_runs_is_left_to_its_executor() -> None:
    started = CommandStarted(command_id=ID, claim="c")
    past = history(requested(), generated(), validated(), started, CANCELLED)
    assert await validate(CANCELLED, DEFAULT, past, world()) is None


def fleet(**states: Any) -> World:
    """Return hosts a, b and c with a checkout each; a and b are production."""
    hosts = {
        name: picture(name, "checkout", labels={"env": "prod" if name in "ab" else "test"})
        for name in "abc"
    }
    return world(*(states.get(name) or hosts[name] for name in "abc"))


DOWN = picture("b", error=UNSEEN, labels={"env": "prod"})


@pytest.mark.parametrize(
    ("selector", "hosts"),
    [
        ("env=prod", ["a", "b"]),
        ("c,a", ["c", "a"]),
        ("a,a", ["a"]),
        ("*", ["a", "b", "c"]),
    ],
)
async def test_one_request_is_planned_for_each_host_that_it_selects(
    selector: str, hosts: list[str]
) -> None:
    lines = ("docker stop checkout", "docker start checkout")
    made = await decided(*lines, there=fleet(), hosts=selector, max_parallel=2)
    assert isinstance(made, CommandValidated)
    assert [each.host for each in made.plan.steps] == [each for each in hosts for _ in lines]
    assert all(each.objects for each in made.plan.steps)
    assert made.max_parallel == 2


@pytest.mark.parametrize("selector", ["d", "a,d", "env=none", "env=prod,tier=x"])
async def test_hosts_that_there_are_not_are_refused_with_those_that_there_are(
    selector: str,
) -> None:
    error = await refused("docker ps", there=fleet(), hosts=selector)
    assert (error.code, error.options) == (Code.UNKNOWN_HOST, ("a", "b", "c"))


async def test_of_several_hosts_one_may_be_down() -> None:
    made = await decided("docker restart checkout", there=fleet(b=DOWN), hosts="env=prod")
    assert isinstance(made, CommandValidated)
    assert [(each.host, bool(each.objects)) for each in made.plan.steps] == [
        ("a", True),
        ("b", False),
    ]
    error = await refused("docker restart checkout", there=fleet(b=DOWN), hosts="b")
    assert error == UNSEEN


async def test_what_one_of_the_hosts_has_not_is_refused_before_any_begins() -> None:
    empty = picture("b", "catalog", labels={"env": "prod"})
    error = await refused("docker restart checkout", there=fleet(b=empty), hosts="env=prod")
    assert error.code is Code.UNKNOWN_OBJECT


async def test_a_name_on_two_hosts_is_a_question_with_the_hosts() -> None:
    error = await refused("docker restart checkout", there=fleet())
    assert (error.code, error.options) == (Code.AMBIGUOUS, ("a", "b", "c"))
    assert error.question


async def test_more_steps_than_anybody_reads_are_refused() -> None:
    many = world(*(picture(f"h{number}", "checkout") for number in range(60)))
    lines = ("docker stop checkout", "docker start checkout")
    error = await refused(*lines, there=many, hosts="*")
    assert error.code is Code.INVALID_COMMAND
    error = await refused(f"docker exec checkout echo {'x' * 2000}", there=many, hosts="*")
    assert error.code is Code.INVALID_COMMAND


async def test_the_largest_plan_for_many_hosts_fits_into_an_event() -> None:
    many = world(*(picture(f"h{number}", "checkout") for number in range(100)))
    line = f"docker exec checkout echo {'é' * 600}"
    made = await decided(line, there=many, hosts="*", allowed=EVERYTHING)
    assert isinstance(made, CommandValidated)
    assert len(made.model_dump_json().encode()) < MAX_EVENT


async def test_a_file_of_the_callers_goes_on_to_the_executor() -> None:
    made = await decided("docker logs checkout", upload="YWJj")
    assert isinstance(made, CommandValidated)
    assert made.upload == "YWJj"
    assert "YWJj" not in repr(made)
