"""Print how long the builtin generator takes to understand words on a host of 500 containers.

`python -m tests.words`; the same seed asks the same requests.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from time import perf_counter

from contracts.errors import RefusedError
from contracts.world import (
    COMPOSE_PROJECT,
    COMPOSE_SERVICE,
    Container,
    HostPicture,
    Image,
    Network,
    Volume,
    World,
)
from functions.generate.builtin import propose

PROJECTS = 50
SERVICES = ("api", "web", "db", "cache", "worker", "mail", "cron", "auth", "search", "queue")
FORMS = (
    "restart {name}",
    "restart the {project} {service}",
    "could somebody please see to it that {name} gets restarted?",
    "logs of the {service} of {project}, last 50 lines",
    "show the last 20 lines of {typo}",
    "stop everything in {project} but the {service}",
    "is {name} ok?",
    "restart the {service}",
    "why is {name} restarting?",
    "which container uses port 8080?",
    "{project} is slow today, restart its {service} and show me its logs",
    "limit {name} to 512m of memory",
    "remove nothing-like-this-{number}",
    "starte {name} bitte neu",
    "what is the colour of the sky over {project}?",
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of one call each, the shortest first."""

    times: tuple[float, ...]

    def at(self, share: float) -> float:
        """Return the time that this share of the calls stayed within."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


def crowd() -> World:
    """Return a host with 500 containers of fifty compose projects."""
    containers = tuple(
        Container(
            id=f"{project * len(SERVICES) + number:064x}",
            name=f"project{project}-{service}-1",
            image=f"acme/{service}:{project}",
            state="exited" if service == "cron" else "running",
            labels={COMPOSE_PROJECT: f"project{project}", COMPOSE_SERVICE: service, "env": "prod"},
            networks=(f"project{project}_default",),
        )
        for project in range(PROJECTS)
        for number, service in enumerate(SERVICES)
    )
    return World(
        {
            "one": HostPicture(
                host="one",
                as_of=datetime(2026, 3, 1, tzinfo=UTC),
                containers=containers,
                images=tuple(Image(id=each.image, tags=(each.image,)) for each in containers),
                networks=tuple(
                    Network(id=f"{number}", name=f"project{number}_default")
                    for number in range(PROJECTS)
                ),
                volumes=tuple(Volume(name=f"project{number}_data") for number in range(PROJECTS)),
            )
        }
    )


def requests(seed: int, count: int) -> Iterator[str]:
    """Yield requests of every form, each about another container; some are mistyped."""
    random = Random(seed)  # noqa: S311 - repeatable, no secret
    for position in range(count):
        number, service = random.randrange(PROJECTS), random.choice(SERVICES)
        name = f"project{number}-{service}-1"
        slip = random.randrange(1, 6)
        yield FORMS[position % len(FORMS)].format(
            name=name,
            project=f"project{number}",
            service=service,
            number=number,
            typo=name[:slip] + name[slip + 1] + name[slip] + name[slip + 2 :],
        )


def measured(seed: int, count: int, clock: Callable[[], float] = perf_counter) -> Spent:
    """Ask, one after the other, of a world that was looked at before; return what each took."""
    world = crowd()
    with suppress(RefusedError):
        propose("restart the worker", world)
    spent = []
    for words in requests(seed, count):
        began = clock()
        with suppress(RefusedError):
            propose(words, world)
        spent.append((clock() - began) * 1000)
    return Spent(tuple(sorted(spent)))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.words", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    options = parser.parse_args()
    spent = measured(options.seed, options.count)
    sys.stdout.write("| containers | requests | median | p90 | p99 | longest |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- |\n")
    figures = " | ".join(f"{spent.at(share):.1f} ms" for share in (0.5, 0.9, 0.99, 1.0))
    sys.stdout.write(f"| {PROJECTS * len(SERVICES)} | {options.count} | {figures} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
