"""What a host holds besides containers: images, volumes, networks."""

import re

from functions.generate.builtin.cues import (
    DETAILS,
    HISTORY,
    IMAGES,
    OF_OWNER,
    OWNERS,
)
from functions.generate.builtin.index import Kind
from functions.generate.builtin.listing import list_images
from functions.generate.builtin.mention import mentioned, names_something
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.spoken import Topic, or_none, spoken, without
from functions.generate.builtin.steps import Step, one_each, plain_step, together
from functions.generate.builtin.vocabulary import cue

_UNUSED = cue(
    r"""
    dangling | unused | orphan(?:ed)? | leftover | unattached | unreferenced |
    (?:no ?body|no one|no containers?|nothing|none) (?:is |are )?(?:uses?|using|mounts?|needs?|
    refers to) |
    not (?:being )?(?:used|in use|attached|mounted|referenced|needed)(?: by .*)? |
    no longer (?:used|needed|in use) | without (?:a |any )?containers?
    """
)
_DRIVER = re.compile(
    r"\b(?:(?P<a>bridge|overlay|macvlan|ipvlan) (?:driver|networks)"
    r"|driver (?P<b>bridge|overlay|macvlan|ipvlan))\b",
    re.IGNORECASE,
)
_NAMES_ONLY = cue("names? only | only (?:the )?names | just (?:the )?names | ids?")


def of_kind(kind: Kind, pattern: re.Pattern[str]) -> Topic:
    """Return the topic of volumes or networks: a list, one of them, or those of a container."""

    def topic(text: str, scope: Scope) -> list[Step] | None:
        if not pattern.search(text) or is_of_containers(text):
            return None
        if filters := _filters(text):
            return [plain_step(kind, "ls", "--filter", filters)]
        rest = without(text, pattern, DETAILS, cue(r"docker | local | driver"))
        if OF_OWNER.search(text) and (steps := _owners(text, rest, scope)):
            return steps
        if things := or_none(lambda: mentioned(rest, scope, kind)):
            return together([kind, "inspect"], things)
        if steps := _owners("", rest, scope):
            return steps
        if names_something(rest, scope, kind):
            mentioned(rest, scope, kind)
        return _spoken_of(text, scope, kind) or [
            plain_step(kind, "ls", *(["--quiet"] if _NAMES_ONLY.search(text) else []))
        ]

    return topic


def _spoken_of(text: str, scope: Scope, kind: Kind) -> list[Step]:
    """Return the look at the one that was spoken of: `create a network, then show that network`."""
    if not re.search(rf"\b(?:the|that|this|it) ?(?:{kind})?$", text, re.IGNORECASE):
        return []
    spoken_of = [thing for thing in (*scope.last, *scope.before) if thing.kind == kind]
    return together([kind, "inspect"], spoken_of)


def _filters(text: str) -> str | None:
    if _UNUSED.search(text):
        return "dangling=true"
    match = _DRIVER.search(text)
    return f"driver={match.group('a') or match.group('b')}".lower() if match else None


def _owners(text: str, rest: str, scope: Scope) -> list[Step] | None:
    """Return the look at the containers that are named, or spoken of as `it` in the text."""
    it = cue(r"it | its | they | their").search(text) and (scope.last or scope.target)
    owners = resolve("them", scope) if it else or_none(lambda: mentioned(rest, scope))
    return together(["inspect", "--type", "container"], owners) if owners else None


def is_of_containers(text: str) -> bool:
    """Tell whether a question about a volume or a network asks for containers."""
    if OWNERS.search(text):
        return True
    return bool(
        cue(
            r"containers? | ps | (?:everything|anything) (?:attached|connected|on|in|using) "
            r"| who(?:se)? | which services?"
        ).search(text)
    )


def images(text: str, scope: Scope) -> list[Step] | None:
    """Answer with images, one of them, or the image of a container."""
    if not IMAGES.search(text) or is_of_containers(text):
        return None
    if cue(
        r"""
    inspect | details? | config(?:uration)? | metadata | everything about | labels of |
    describe | architecture | entry\s?point | env\w* | when was | digest of
    """
    ).search(text):
        rest = without(text, IMAGES, DETAILS, cue(r"docker"))
        things = or_none(lambda: mentioned(rest, scope, "image"))
        if things:
            return together(["image", "inspect"], things)
    if cue(r"(?:which|what) image").search(text) and not cue(r"images").search(text):
        things = or_none(
            lambda: mentioned(
                without(
                    text,
                    IMAGES,
                    cue(r"run(?:s|ning)? | use[sd]? | using | based | version"),
                ),
                scope,
            )
        )
        if things:
            return together(["inspect", "--type", "container"], things)
    return list_images(without(text, cue(r"images?")), scope)


def history(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the layers of an image."""
    if not HISTORY.search(text):
        return None
    rest = without(text, HISTORY, cue(r"images? | docker | built"))
    return one_each(["history"], spoken(rest, scope, "image"))
