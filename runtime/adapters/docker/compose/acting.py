"""Changing several containers side by side, and telling of each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from contracts.docker.outcome import Outcome
from contracts.docker.projects import Member
from contracts.errors import Code, RefusedError
from runtime.adapters.docker.compose.project import Project, listing, member
from runtime.adapters.docker.connection import EngineError, path_of
from runtime.adapters.docker.gate import NotBegunError, left_undone
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.progress import Printout

_AT_ONCE = 16
_DEFAULT_GRACE = 10
"""Seconds that the engine waits before SIGKILL where neither command nor container say."""


class Acts:
    """What one command does to the containers of a project, and what it says of it."""

    def __init__(self, host: Host, verb: str, project: Project) -> None:
        self.host = host
        self.project = project
        self._verb = verb
        self._printout = Printout(host)
        self._errors: list[str] = []
        self._changed: list[Member] = []
        self._turns = asyncio.Semaphore(_AT_ONCE)
        host.gate.each = True

    async def say(self, one: Member, what: str) -> None:
        """Print what happens to a container, in compose's form for where there is no terminal."""
        await self._printout.stderr(f" Container {one.name}  {what}\n")

    async def tell(self, text: str) -> None:
        """Print what is no progress."""
        await self._printout.stdout(text)

    def fail(self, words: str) -> None:
        """Note why the command did not do everything."""
        self._errors.append(words)

    async def all(
        self,
        members: Iterable[Member],
        act: Callable[[Member], Awaitable[None]],
        *,
        failing: str = "",
    ) -> bool:
        """Change all of them; tell whether each could be.

        Those that may not be begun any more are named. The refusal of one hinders no other.
        Raises RefusedError once all have ended: as it came where nothing was changed yet, else
        OUTCOME_UNKNOWN, which says what was.
        """
        refusals: list[RefusedError] = []
        left: dict[str, NotBegunError] = {}
        failed = len(self._errors)

        async def one(each: Member) -> None:
            async with self._turns:
                try:
                    await act(each)
                except EngineError as error:
                    if failing:
                        await self.say(each, failing)
                    self.fail(str(error))
                except NotBegunError as refused:
                    left[each.name] = refused
                except RefusedError as refused:
                    refusals.append(refused)
                else:
                    self._changed.append(each)

        async with asyncio.TaskGroup() as group:
            for each in members:
                group.create_task(one(each))
        if left:
            self._left(left)
        if refusals:
            raise self._refused(refusals)
        return len(self._errors) == failed

    def _left(self, left: dict[str, NotBegunError]) -> None:
        """Note what was not begun; raise where nothing was."""
        refused = next(iter(left.values()))
        if not self.host.gate.begun:
            raise refused
        self.fail(left_undone(tuple(sorted(left)), refused))

    @contextmanager
    def known(self) -> Iterator[None]:
        """Let a loss of the engine after a change be OUTCOME_UNKNOWN: something was done."""
        try:
            yield
        except RefusedError as refused:
            if refused.error.code is Code.OUTCOME_UNKNOWN or not self._changed:
                raise
            raise self._refused([refused]) from refused

    async def outcome(self) -> Outcome:
        """Return what was said, and what became of the containers that were touched."""
        for each in self.project.spared:
            await self.say(each, "Left alone: the command was not validated for it")
        errors = "".join(f"{words}\n" for words in dict.fromkeys(self._errors))
        known = " ".join(each.id for each in self.project.choice.members)
        await self._printout.stderr(await self.host.veiled(errors, known))
        return self._printout.outcome(
            {"project": self.project.choice.project, "containers": await self._states()},
            exit_code=1 if errors else 0,
        )

    async def _states(self) -> Any:
        """Return the containers' states now; None where they are gone, or cannot be seen.

        The changes are done and stay done: that nobody can look at them is no failure of theirs.
        """
        try:
            there = {each["Id"]: member(each) for each in await listing(self.host)}
        except (EngineError, RefusedError):
            there = {}
        return [
            {
                "name": each.name,
                "id": each.id,
                "service": each.service,
                "state": there[each.id].state if each.id in there else None,
            }
            for each in self.project.touched
        ]

    def _refused(self, refusals: list[RefusedError]) -> RefusedError:
        """Return the gravest refusal: what may have happened before what did not."""
        unknown = [each for each in refusals if each.error.code is Code.OUTCOME_UNKNOWN]
        worst = (unknown or refusals)[0]
        if not unknown and not self._changed:
            return worst
        done = ", ".join(sorted(each.name for each in self._changed))
        before = f" Done besides: {done}." if done else ""
        return RefusedError(
            Code.OUTCOME_UNKNOWN,
            f"docker {self._verb}: {worst.error.message}{before}",
            worst.error.hint,
        )


async def grace(host: Host, one: Member, asked: int | None) -> float:
    """Return the seconds that the engine may take before it kills."""
    seconds = asked
    if seconds is None:
        found = await host.connection.read(path_of("containers", one.id, "json"))
        configured = cast("dict[str, Any]", found.get("Config") or {}).get("StopTimeout")
        seconds = _DEFAULT_GRACE if configured is None else int(configured)
    longest = host.settings.wait_timeout.total_seconds()
    return longest if seconds < 0 else min(float(seconds), longest)
