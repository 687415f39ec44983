"""What every worker of a process shares."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.answer import Printout
from contracts.headers import timings_of
from contracts.inputs import Timings
from contracts.lifecycle import Entry
from contracts.plan import by_step
from runtime.cache import Cache
from runtime.cancellations import Cancellations
from runtime.history import History
from runtime.inventory import Inventory
from runtime.link import Link
from runtime.locks import Locks
from runtime.outputs import Outputs
from runtime.settings import ACK_WAIT
from runtime.signing import Digests, Signer, Verifier
from runtime.waiters import Waiters


@dataclass(frozen=True, slots=True)
class Resources:
    """The connection and what stands on it."""

    link: Link
    history: History
    outputs: Outputs
    waiters: Waiters
    cancellations: Cancellations
    locks: Locks
    inventory: Inventory
    cache: Cache
    signer: Signer
    verifier: Verifier
    ack_wait: timedelta

    @classmethod
    def on(cls, link: Link, ack_wait: timedelta = ACK_WAIT) -> "Resources":
        """Build everything on one connection."""
        digests = Digests()
        history = History(link, digests)
        return cls(
            link=link,
            history=history,
            outputs=Outputs(link),
            waiters=Waiters(link),
            cancellations=Cancellations(link, digests),
            locks=Locks(link, history),
            inventory=Inventory(link),
            cache=Cache(link),
            signer=digests,
            verifier=digests,
            ack_wait=ack_wait,
        )

    async def printed(self, entry: Entry) -> Printout:
        """Return what the command of a terminal event printed."""
        results = getattr(entry.event, "results", ())
        chunks = sum(each.chunks for each in results)
        if not chunks:
            return Printout()
        caller = getattr(entry.event, "caller", None)
        if caller is None:
            first = await self.history.first(entry.event.command_id)
            caller = getattr(first.event, "caller", "") if first else ""
        claims = {number: each.claim for number, each in by_step(results).items()}
        return await self.outputs.read(caller, entry.event.command_id, claims, chunks)


def timings(entry: Entry) -> Timings:
    """Return the timings that an entry carries."""
    return Timings(*timings_of(entry.headers))
