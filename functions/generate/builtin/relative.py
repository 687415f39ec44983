"""Objects by what is said of them after the noun: an image, a network, a port, an exit code."""

import re
from collections.abc import Callable

from functions.generate.builtin.answers import ambiguous, unknown
from functions.generate.builtin.index import Kind, squash
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.scope import Fit, Scope, Things

Look = Callable[[str, Kind], Things]
"""Finds what a phrase without such a clause means; several are welcome."""

_OF_IMAGE = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:uses?|using|utili[sz]ing|utili[sz]es?|with|runs?|running"
    r"|from|based on|built (?:on|from)|made from|created from|of|on) (?:(?:the|an?) )?"
    r"(?:image (?:named |called )?(?P<a>\S+)|(?P<b>\S+(?: \S+)?) image) ?$",
    re.IGNORECASE,
)
_ON_PORT = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:(?:on|uses?|using|holds?|holding|behind|with|has|at)"
    r" (?:the )?(?:host )?port|(?:listens?|listening) (?:on|at)(?: (?:the )?port)?"
    r"|(?:publishes|publishing|exposes|exposing|serves|serving|published on)(?: (?:the )?port)?)"
    r" (?P<n>\d{1,5}) ?$",
    re.IGNORECASE,
)
_ON_NETWORK = re.compile(
    r" (?:that |which )?(?:(?:is|are) )?(?:on|in|of|from|using|attached to|connected to) "
    r"(?:(?:the|an?) )?(?:network (?:named |called )?(?P<a>\S+)|(?P<b>\S+) network) ?$",
    re.IGNORECASE,
)
_WITH_CODE = re.compile(
    r"\s(?:that |which )?(?:(?:has |have |had )?(?:exited|died|failed|ended|finished|crashed"
    r"|stopped|killed) )?"
    r"with (?:an? |the )?(?:exit )?(?:code |status )*(?:of )?(?P<n>\d{1,3})\s*$",
    re.IGNORECASE,
)


def by_clause(text: str, scope: Scope, fit: Fit | None, look: Look) -> Things | None:
    """Return the containers that a clause after the noun tells; None where there is no such clause.

    Raises RefusedError: UNKNOWN_OBJECT where none is like that, AMBIGUOUS where several are and
    one is wanted.
    """
    if match := _OF_IMAGE.search(text):
        return _of_image(text[: match.start()], match, scope, fit)
    if match := _ON_NETWORK.search(text):
        return _on_network(text[: match.start()], match, scope, look)
    if match := _WITH_CODE.search(text):
        return _with_code(text[: match.start()], match, scope, look)
    if match := _ON_PORT.search(text):
        return _on_port(text[: match.start()], match, scope)
    return None


def _of_image(said: str, match: re.Match[str], scope: Scope, fit: Fit | None) -> Things:
    """Return the containers of an image: `all containers using the nginx image`."""
    phrase = scope.read(said)
    wanted = (match.group("a") or match.group("b")).lower()
    mine = f"{wanted}image"
    found = [
        thing
        for thing in scope.index.containers.things
        if thing.container and _is_image(thing.container.image.lower(), (wanted, mine))
    ]
    if fit and phrase.many and not phrase.states:
        found = [thing for thing in found if thing.container and fit(thing.container)] or found
    tests = [STATES[state][1] for state in phrase.states]
    found = [thing for thing in found if thing.container and all(t(thing.container) for t in tests)]
    if phrase.words or not found:
        raise unknown(match.group(), "image", (wanted,))
    if len(found) > 1 and not phrase.many:
        raise ambiguous(said + match.group(), found)
    return tuple(found)


def _on_network(said: str, match: re.Match[str], scope: Scope, look: Look) -> Things:
    """Return the containers of a network: `all containers on the lab network`."""
    networks = {
        (thing.host, thing.name) for thing in look(match.group("a") or match.group("b"), "network")
    }
    things = look(said, "container")
    found = tuple(
        thing
        for thing in things
        if thing.container
        and any((thing.host, name) in networks for name in thing.container.networks)
    )
    if not found:
        raise unknown(said + match.group(), "container")
    if len(found) > 1 and not scope.read(said).many:
        raise ambiguous(said + match.group(), found)
    return found


def _on_port(said: str, match: re.Match[str], scope: Scope) -> Things:
    """Return what publishes a port of the host: `the container that uses port 5432`."""
    port = int(match.group("n"))
    phrase = scope.read(said)
    found = tuple(
        thing
        for thing in scope.index.containers.things
        if thing.container and any(each.host_port == port for each in thing.container.ports)
    )
    if phrase.words or phrase.states or not found:
        raise unknown(said + match.group(), "container", phrase.words)
    if len(found) > 1 and not phrase.many:
        raise ambiguous(said + match.group(), found)
    return found


def _with_code(said: str, match: re.Match[str], scope: Scope, look: Look) -> Things:
    """Return what ended with an exit code: `the job that died with 137`."""
    ended = tuple(
        thing
        for thing in look(said, "container")
        if thing.container
        and thing.container.state in {"exited", "dead"}
        and thing.container.exit_code == int(match.group("n"))
    )
    if not ended:
        raise unknown(said, "container")
    if len(ended) > 1 and not scope.read(said).many:
        raise ambiguous(said, ended)
    return ended


def _is_image(image: str, wanted: tuple[str, ...]) -> bool:
    path, _, _ = image.partition("@")
    head, colon, tag = path.rpartition(":")
    repository = head if colon and "/" not in tag else path
    own = {squash(each) for each in (path, repository, repository.rsplit("/", 1)[-1])}
    return not own.isdisjoint(squash(each) for each in wanted)
