"""Operations in, outcomes out: the Docker Engine as the gateway's functions see it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from contracts.docker.errand import Errand
from contracts.docker.operations import Operation
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from contracts.world import HostPicture
from runtime.adapters.docker import (
    actions,
    committing,
    compose,
    copying,
    creation,
    disk,
    events,
    evidence,
    execution,
    image_changes,
    image_history,
    information,
    inspection,
    limits,
    listing,
    loading,
    logs,
    networks,
    processes,
    pruning,
    pulling,
    pushing,
    removal,
    running,
    saving,
    sealed,
    searching,
    stats,
    usage,
    versions,
    volumes,
    withheld,
)
from runtime.adapters.docker.connection import Connection, EngineError
from runtime.adapters.docker.gate import Gate, Gated
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.hosts import LOCAL, Entry
from runtime.adapters.docker.picture import Pictures
from runtime.adapters.docker.places import Places
from runtime.adapters.docker.settings import EngineSettings
from runtime.adapters.docker.text import bounded
from runtime.adapters.docker.text.printing import InvalidTemplateError
from runtime.adapters.docker.text.template import MissingError
from runtime.secrets import detectors
from runtime.secrets.outcome import Redaction, picture_without_secrets
from runtime.tracing import spans

_Verb = Callable[[Host, Any], Awaitable[Outcome]]

_PROJECT = "project files directory profiles"

_VERBS: dict[str, tuple[_Verb, str]] = {
    "commit": (committing.commit, committing.FIELDS),
    "compose images": (compose.images, f"{_PROJECT} services format quiet"),
    "compose kill": (compose.kill, f"{_PROJECT} services signal"),
    "compose logs": (
        compose.logs,
        f"{_PROJECT} services follow index log_prefix since tail timestamps until",
    ),
    "compose ls": (compose.ls, f"{_PROJECT} all filters format quiet"),
    "compose pause": (compose.pause, f"{_PROJECT} services"),
    "compose ps": (
        compose.ps,
        f"{_PROJECT} services all filter format no_trunc quiet list_services statuses",
    ),
    "compose restart": (compose.restart, f"{_PROJECT} services dependencies timeout"),
    "compose rm": (compose.rm, f"{_PROJECT} services stop volumes"),
    "compose start": (compose.start, f"{_PROJECT} services"),
    "compose stop": (compose.stop, f"{_PROJECT} services timeout"),
    "compose top": (compose.top, f"{_PROJECT} services"),
    "compose unpause": (compose.unpause, f"{_PROJECT} services"),
    "container prune": (removal.prune, "filters"),
    "cp": (copying.copy, copying.FIELDS),
    "create": (creation.create, creation.FIELDS),
    "diff": (processes.diff, "container"),
    "exec": (execution.execute, execution.FIELDS),
    "export": (copying.export, "container output"),
    "events": (events.events, "filters format since until"),
    "help": (usage.help_, "command"),
    "history": (image_history.history, "image format human no_trunc platform quiet"),
    "image prune": (pruning.images, "all filters"),
    "images": (listing.images, "reference all digests filters format no_trunc quiet"),
    "import": (loading.import_, "source reference changes message platform"),
    "info": (information.info, "format"),
    "inspect": (inspection.inspect, "targets type format platform size verbose"),
    "kill": (actions.kill, "containers signal"),
    "load": (loading.load, "input platforms quiet"),
    "logs": (logs.logs, "container details follow since tail timestamps until"),
    "network connect": (networks.connect, networks.CONNECT),
    "network create": (networks.create, networks.CREATE),
    "network disconnect": (networks.disconnect, "network container force"),
    "network ls": (networks.ls, "filters format no_trunc quiet"),
    "network prune": (pruning.networks, "filters"),
    "network rm": (networks.rm, "networks force"),
    "pause": (actions.pause, "containers"),
    "port": (inspection.port, "container private_port"),
    "ps": (listing.ps, "all filters format last no_trunc quiet size"),
    "pull": (pulling.pull, "image all_tags platform quiet"),
    "push": (pushing.push, "image all_tags platform quiet"),
    "rename": (actions.rename, "container name"),
    "restart": (actions.stop, "containers signal timeout"),
    "rm": (removal.rm, "containers force link volumes"),
    "rmi": (image_changes.rmi, "images force prune platforms"),
    "run": (running.run, running.FIELDS),
    "save": (saving.save, "images output platforms"),
    "search": (searching.search, "term filters format limit no_trunc"),
    "start": (running.start, running.START_FIELDS),
    "stats": (stats.stats, "containers all format no_trunc stream"),
    "stop": (actions.stop, "containers signal timeout"),
    "system df": (disk.df, "format verbose"),
    "system prune": (pruning.system, "all filters volumes"),
    "tag": (image_changes.tag, "image reference"),
    "top": (processes.top, "container ps_args"),
    "unpause": (actions.pause, "containers"),
    "update": (limits.update, limits.FIELDS),
    "version": (versions.version, "format"),
    "volume create": (volumes.create, "name driver labels options"),
    "volume ls": (volumes.ls, "filters format quiet"),
    "volume prune": (pruning.volumes, "all filters"),
    "volume rm": (volumes.rm, "volumes force"),
    "wait": (processes.wait, "containers"),
}
"""What serves each verb, and the fields of its operation that are heeded: no other may be set."""


class Engine:
    """One Docker Engine. Safe for any number of operations at once; a cancelled one stops."""

    def __init__(
        self, connection: Connection, settings: EngineSettings, entry: Entry | None = None
    ) -> None:
        entry = entry or Entry(name=LOCAL)
        self.host = entry.name
        self.labels: Mapping[str, str] = entry.labels
        self._connection = connection
        self._settings = settings
        self._host = Host(connection, settings)
        self._pictures = Pictures(self._host, entry.name, entry.labels)
        patience = settings.request_timeout.total_seconds()
        self._places = Places(entry.name, entry.concurrency, patience)

    @property
    def url(self) -> str:
        """The address that was last used; empty before the first request."""
        return self._connection.url

    @property
    def source(self) -> str:
        """Where that address was found, in words."""
        return self._connection.source

    async def run(self, operation: Operation, errand: Errand | None = None) -> Outcome:
        """Run one operation and return what docker's CLI would have printed and returned.

        What it creates bears the errand's labels. What prints for as long as it runs does so to
        the errand's `out`, piece by piece; the outcome has the same, bounded, in one piece. What
        is told has no secrets, errors included.

        What the errand does not let begin is not sent: then its refusal is raised where nothing
        was done, and told of what is left where something was, with exit code 1.

        Raises RefusedError: UNSUPPORTED_COMMAND, INVALID_COMMAND (a format that cannot be read),
        ENGINE_UNREACHABLE (nothing was changed), OUTCOME_UNKNOWN (a change was sent, and no
        answer came), PLAN_STALE (the errand's objects are not what is named any more: nothing was
        changed), DEADLINE_EXCEEDED (`docker wait` took too long, or as many commands as may
        be were at work on the host), ENGINE_ERROR.
        """
        redaction = Redaction(errand or Errand())
        try:
            with spans.recorder.step(operation.verb, self.host) as step:
                outcome = await redaction.outcome(await self._ran(operation, redaction.errand))
                step.ended(outcome.exit_code)
        except RefusedError as refused:
            # Not `from` it: its words, and those of its cause, may hold what was left out.
            raise await redaction.refusal(refused) from None
        return self._bounded(outcome)

    async def _ran(self, operation: Operation, errand: Errand) -> Outcome:
        """Run it, secrets and all."""
        verb = _served(operation)
        gate = Gate(errand.begin)
        connection = Gated(self._connection, gate)
        host = replace(self._host, connection=connection, errand=errand, gate=gate)
        try:
            async with self._places.one():
                await sealed.unchanged(host, operation)
                outcome = await verb(host, operation)
        except EngineError as error:
            outcome = Outcome(exit_code=1, stderr=f"{error}\n")
        except MissingError as error:
            return Outcome(exit_code=1, stderr=f"template parsing error: {error}\n")
        except InvalidTemplateError as error:
            raise RefusedError(
                Code.INVALID_COMMAND,
                f"docker {operation.verb} --format: {error}.",
                error.hint or "Use --format json, or a template such as '{{.Names}}'.",
            ) from error
        return await self._veiled(sealed.named(outcome, operation, errand), operation)

    async def reach(self) -> None:
        """Return once it has answered. Raises RefusedError where it does not."""
        try:
            await self._connection.read("version")
        except EngineError as error:
            raise RefusedError(
                Code.ENGINE_ERROR,
                f"The engine at {self.url} does not tell its version: {error}.",
                "Look at the engine's own log.",
            ) from error

    async def picture(self) -> HostPicture:
        """Return everything on the host; raise RefusedError where it cannot be reached."""
        try:
            return picture_without_secrets(await self._pictures.look())
        except EngineError as error:
            raise RefusedError(
                Code.ENGINE_ERROR,
                f"The engine at {self.url} refused to be looked at: {error}.",
                "Look at the engine's own log.",
            ) from error

    def changes(self) -> AsyncIterator[None]:
        """Yield once the engine is listened to, then whenever something changed.

        Raises RefusedError (ENGINE_UNREACHABLE) when the stream breaks.
        """
        return self._pictures.changes()

    async def evidence(self, operation: Operation, errand: Errand | None = None) -> str:
        """Return what can be seen of an operation's objects, one sentence each.

        What it made is known by the errand's labels.
        """
        host = replace(self._host, errand=errand or Errand())
        return detectors().redact(await evidence.evidence(host, operation))

    async def _veiled(self, outcome: Outcome, operation: Operation) -> Outcome:
        """Hide from an error what `only_label` hides."""
        if not outcome.exit_code:
            return outcome
        stderr = await self._host.veiled(outcome.stderr, operation.model_dump_json())
        return outcome.model_copy(update={"stderr": stderr})

    def _bounded(self, outcome: Outcome) -> Outcome:
        """Keep the head and the tail of what is too long; data that is too long is left out."""
        limit = self._settings.output_limit_bytes
        changed: dict[str, Any] = {}
        if not outcome.truncated:
            stdout, stderr = bounded.Bounded(limit), bounded.Bounded(limit)
            stdout.add(outcome.stdout.encode(errors="replace"))
            stderr.add(outcome.stderr.encode(errors="replace"))
            if stdout.total + stderr.total > limit:
                out, err, cut = bounded.fit(stdout, stderr, limit)
                changed |= {"stdout": out, "stderr": err, "truncated": cut}
        size = len(json.dumps(outcome.data))
        if size > limit:
            reason = f"{size} bytes of data are more than the limit of {limit}; ask for less"
            changed |= {"data": {"left_out": reason}, "truncated": True}
        return outcome.model_copy(update=changed) if changed else outcome


def served() -> dict[str, frozenset[str]]:
    """Return every verb that is served, with the fields of its operation that are heeded."""
    return {verb: frozenset(fields.split()) for verb, (_, fields) in _VERBS.items()}


def _served(operation: Operation) -> _Verb:
    """Return what serves an operation; refuse one that asks for more than is heeded."""
    if operation.verb not in _VERBS:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            f"docker {operation.verb} is not supported.",
            f"Supported: {', '.join(_VERBS)}.",
        )
    verb, fields = _VERBS[operation.verb]
    heeded = {"verb", *fields.split()}
    for name, field in type(operation).model_fields.items():
        if name not in heeded and getattr(operation, name) != field.get_default():
            raise withheld.refusal(operation, name)
    return verb
