"""What a step may touch goes along with it: the objects that it was validated for."""

from datetime import UTC, datetime, timedelta

from contracts.docker.errand import Errand, Sealed
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.events import CommandExecuted, Event
from contracts.plan import Plan, Step
from contracts.world import HostPicture, Image
from functions.execute import execute
from functions.validate.steps import step
from tests.functions.fakes import FakeCancellation, FakeLocks
from tests.stories import container, picture, validated, world

LABELS = {"com.docker.compose.project": "shop"}
SHOP = tuple(
    container(f"shop-{each}-1", labels=LABELS | {"com.docker.compose.service": each})
    for each in ("api", "web")
)
THERE = picture(
    "local",
    containers=(container("checkout"), *SHOP),
    images=(Image(id="sha256:" + "1" * 64, tags=("nginx:latest", "nginx:2")),),
)
CHECKOUT = container("checkout").id


class FakeEngine:
    """Keeps what it is given to go along with each operation."""

    def __init__(self) -> None:
        self.objects: list[tuple[Sealed, ...] | None] = []

    def on(self, _: str) -> "FakeEngine":
        return self

    async def run(self, _: Operation, errand: Errand | None = None) -> Outcome:
        assert errand
        self.objects.append(errand.objects)
        return Outcome()

    async def evidence(self, _: Operation, __: Errand | None = None) -> str:
        return "Nothing was looked at."


async def executed(engine: FakeEngine, *steps: Step) -> Event:
    event = validated(deadline=datetime.now(UTC) + timedelta(seconds=60))
    event = event.model_copy(update={"plan": Plan(steps=steps)})
    made = [each async for each in execute(event, engine, None, FakeCancellation(), FakeLocks())]
    assert isinstance(made[-1], Event)
    return made[-1]


async def sealed(*lines: str, there: HostPicture = THERE) -> list[tuple[Sealed, ...] | None]:
    """Return what goes along with each step of these lines."""
    engine = FakeEngine()
    steps = [step(line, None, world(there)) for line in lines]
    assert isinstance(await executed(engine, *steps), CommandExecuted)
    return engine.objects


async def test_each_step_has_its_objects_by_the_names_that_the_line_has() -> None:
    start = CHECKOUT[:12]
    assert await sealed("docker restart checkout", f"docker stop {start}", "docker ps") == [
        (Sealed("container", "checkout", CHECKOUT),),
        (Sealed("container", start, CHECKOUT),),
        (),
    ]


async def test_what_has_no_id_is_named_alone() -> None:
    assert await sealed("docker volume rm data") == [(Sealed("volume", "data", ""),)]


async def test_a_name_that_an_earlier_step_gives_means_what_that_step_made() -> None:
    objects = await sealed(
        "docker rename checkout checkout-old",
        "docker run -d --name checkout nginx",
        "docker restart checkout",
        "docker rmi nginx:2",
    )
    known = Sealed("container", "checkout", CHECKOUT)
    named = Sealed("container", "checkout", "")
    image = Sealed("image", "nginx:2", "")
    assert objects == [(known,), (), (named,), (image,)]


async def test_an_image_that_is_pulled_again_means_what_was_pulled() -> None:
    image = Sealed("image", "nginx:2", "sha256:" + "1" * 64)
    assert await sealed("docker rmi nginx:2") == [(image,)]
    named = (image._replace(id=""),)
    assert await sealed("docker pull nginx:2", "docker tag nginx:2 mine:1") == [(), named]
    assert await sealed("docker load", "docker rmi nginx:2") == [(), named]


async def test_a_project_is_what_it_and_the_steps_before_it_were_validated_for() -> None:
    api, web = (Sealed("container", each.name, each.id) for each in SHOP)
    objects = await sealed("docker compose stop", "docker compose rm", "docker compose start")
    assert [set(each or ()) for each in objects] == [{api, web}] * 3


async def test_what_was_not_seen_when_it_was_validated_has_no_objects() -> None:
    engine = FakeEngine()
    blind = step("docker restart checkout", "local", world(THERE), unseen=True)
    assert isinstance(await executed(engine, blind), CommandExecuted)
    assert engine.objects == [()]
