"""A compose project as the engine has it at this moment."""

from dataclasses import dataclass, replace
from typing import Any

from contracts.docker.operations import Filter
from contracts.docker.operations.compose import Compose
from contracts.docker.projects import Choice, Member, choose
from contracts.errors import Code, RefusedError
from contracts.world import COMPOSE_PROJECT
from runtime.adapters.docker.connection import NOT_FOUND, EngineError
from runtime.adapters.docker.host import Host, name_of
from runtime.adapters.docker.sealed import stale
from runtime.adapters.docker.text import human

_OF_A_PROJECT = Filter(key="label", value=COMPOSE_PROJECT)


class FailedError(EngineError):
    """Compose says no, not the engine: `str` is all of its words."""

    def __init__(self, words: str) -> None:
        super().__init__(NOT_FOUND, words)

    def __str__(self) -> str:
        """Return the words as they are."""
        return str(self.args[0])


@dataclass(frozen=True)
class Project:
    """A project, which of its containers a command touches, and how the engine lists them.

    `spared` are those that the command means and was not validated for.
    """

    choice: Choice
    listed: dict[str, dict[str, Any]]
    spared: tuple[Member, ...] = ()

    @property
    def touched(self) -> tuple[Member, ...]:
        """What the command touches, in the order of names."""
        return self.choice.touched


async def project(host: Host, operation: Compose) -> Project:
    """Return what a command means.

    Raises FailedError where it is gone since the command was planned, RefusedError (AMBIGUOUS)
    where several projects fit.
    """
    listed = await listing(host)
    try:
        choice = choose(operation, map(member, listed))
    except RefusedError as refused:
        if refused.error.code is not Code.UNKNOWN_OBJECT:
            raise
        raise FailedError(refused.error.message) from refused
    return Project(choice, {each["Id"]: each for each in listed})


async def sealed_project(host: Host, operation: Compose) -> Project:
    """Return what a command that changes something means, of what it was validated for.

    Raises as `project` does, and PLAN_STALE where all that it means joined, or came into another
    state, after it was validated.
    """
    found = await project(host, operation)
    if host.errand.objects is None:
        return found
    known = {each.id for each in host.errand.objects}
    touched = tuple(each for each in found.touched if each.id in known)
    spared = tuple(each for each in found.touched if each.id not in known)
    if spared and not touched:
        names = ", ".join(each.name for each in spared)
        raise stale(f"The command was validated for none of what it means by now: {names}")
    return replace(found, choice=found.choice._replace(touched=touched), spared=spared)


async def listing(host: Host, *, everything: bool = True) -> list[dict[str, Any]]:
    """Return the containers of all projects that may be seen, as the engine lists them."""
    return await host.containers(everything=everything, filters=(_OF_A_PROJECT,))


def member(listed: dict[str, Any]) -> Member:
    """Return a listed container as one of a project."""
    name = name_of(listed) or human.short_id(listed["Id"])
    return Member(listed["Id"], name, listed.get("State") or "", listed.get("Labels") or {})
