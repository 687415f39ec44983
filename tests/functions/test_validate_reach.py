"""What a line says is harmless is an escape where the world says that it reaches the host."""

import pytest

from contracts.docker.risk import Risk
from contracts.errors import Code
from contracts.events import CommandPlanned, CommandRejected, CommandValidated
from contracts.plan import Step
from contracts.world import Volume, World
from functions.validate import validate
from tests.stories import container, generated, history, picture, requested, world

DEFAULT = frozenset({Risk.READ, Risk.MUTATE})
THERE = picture(
    containers=(
        container("agent", host_mounts=True),
        container("plain", host_mounts=False),
        container("unknown"),
    ),
    volumes=(Volume(name="data"), Volume(name="etc", host=True)),
)


async def step(line: str, there: World | None = None) -> Step:
    """Return how a line is judged where everything may be planned."""
    event = generated(line)
    past = history(requested(mode="plan", max_risk=Risk.ESCAPE), event)
    made = await validate(event, frozenset(Risk), past, there or world(THERE))
    assert isinstance(made, CommandPlanned), made
    return made.plan.steps[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "docker run --volumes-from agent alpine",
            "takes over the mounts of agent, some of which are the host's",
        ),
        (
            "docker create --volumes-from plain --volumes-from agent:ro alpine",
            "takes over the mounts of agent, some of which are the host's",
        ),
        (
            "docker run --volumes-from unknown alpine",
            "takes over the mounts of unknown, which are not known",
        ),
        (
            "docker run -v data:/d -v etc:/x:ro alpine",
            "mounts the volume etc, which holds what is the host's",
        ),
        (
            "docker create --mount type=volume,source=etc,target=/x alpine",
            "mounts the volume etc, which holds what is the host's",
        ),
        (
            "docker run --mount src=etc,dst=/x alpine",
            "mounts the volume etc, which holds what is the host's",
        ),
    ],
)
async def test_what_reaches_the_host_through_what_exists_is_an_escape(
    line: str, reason: str
) -> None:
    made = await step(line)
    assert made.risk is Risk.ESCAPE
    assert reason in made.reasons


@pytest.mark.parametrize(
    "line",
    [
        "docker run -v data:/d alpine",
        "docker run -v /x -v not-there:/d alpine",
        "docker run --mount type=tmpfs,dst=/etc alpine",
        "docker run --name etc alpine",
        "docker restart agent",
    ],
)
async def test_what_docker_keeps_itself_is_judged_by_the_line_alone(line: str) -> None:
    made = await step(line)
    assert made.risk is Risk.MUTATE


async def test_mounts_that_are_known_to_be_dockers_own_add_no_reason() -> None:
    made = await step("docker run --volumes-from plain alpine")
    assert [each for each in made.reasons if "the mounts of" in each] == []


async def test_by_default_such_a_volume_is_refused_with_the_reason() -> None:
    event = generated("docker run -v etc:/x alpine cat /x/shadow")
    past = history(requested(max_risk=Risk.ESCAPE), event)
    made = await validate(event, DEFAULT, past, world(THERE))
    assert isinstance(made, CommandRejected)
    assert made.error.code is Code.RISK_NOT_ALLOWED
    assert "mounts the volume etc, which holds what is the host's" in made.error.message


async def test_the_volume_of_another_host_is_not_this_ones() -> None:
    there = world(THERE, picture("edge", "web"))
    event = generated("docker run -v etc:/x alpine")
    past = history(requested(host="edge"), event)
    made = await validate(event, DEFAULT, past, there)
    assert isinstance(made, CommandValidated)
    assert [each.risk for each in made.plan.steps] == [Risk.MUTATE]
