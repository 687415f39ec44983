"""The engine itself: version, information, space, events, compose projects."""

from functions.generate.builtin.cues import COMPOSE, DOCKER, EVENTS, INFO, SPACE, VERSION
from functions.generate.builtin.listing import list_containers
from functions.generate.builtin.mention import mentioned, names_something
from functions.generate.builtin.modifiers import take_window
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.spoken import without
from functions.generate.builtin.steps import Step, plain_step
from functions.generate.builtin.vocabulary import cue


def version(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the versions of client and engine."""
    if not VERSION.search(text) or names_something(
        without(
            text,
            VERSION,
            DOCKER,
            cue(r"running | installed | we | number | have | print | print | using"),
        ),
        scope,
    ):
        return None
    return [plain_step("version")]


def info(text: str, scope: Scope) -> list[Step] | None:
    """Answer with what the engine says of itself."""
    del scope
    return [plain_step("info")] if INFO.search(text) else None


def space(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the space that is taken."""
    if cue(
        r"""
    containers? .*(?:size|big|large|disk|space) | (?:sizes?|how (?:big|large)) .*containers?
    """
    ).search(text) and not cue(r"docker | images? | volumes?").search(text):
        return list_containers(without(text, cue(r"disk | on | take | use | up | each")), scope)
    if cue("where").search(text.split(" ", 1)[0]) and cue("keeps? | stores? | saves?").search(text):
        return None
    if not SPACE.search(text) or not cue(
        r"docker | space | disk | df | used | usage | system | much | room"
    ).search(text):
        return None
    detail = cue(r"detail(?:s|ed)? | verbose | break\s?down | per \w+ | each | by \w+").search(text)
    return [plain_step("system", "df", *(["--verbose"] if detail else []))]


def events(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the events of the last hour, or of the time that was said."""
    if not EVENTS.search(text):
        return None
    rest, window = take_window(text)
    rest = without(
        rest,
        EVENTS,
        cue(
            r"""
    docker | engine | daemon | system | containers? | all | recent | occurred
    """
        ),
    )
    things = mentioned(rest, scope) or ()
    filters = [part for thing in things for part in ("--filter", f"container={thing.name}")]
    return [
        plain_step(
            "events",
            *filters,
            "--since",
            window.since or "1h",
            "--until",
            window.until or "0s",
            about=things,
        )
    ]


def compose(text: str, scope: Scope) -> list[Step] | None:
    """Answer with the compose projects."""
    if not COMPOSE.search(text) or names_something(
        without(text, COMPOSE, cue(r"compose | docker")), scope
    ):
        return None
    return [plain_step("compose", "ls", *(["--all"] if cue(r"all").search(text) else []))]
