"""Orders that remove: containers, images, volumes, networks, and what is not used."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.index import Kind, Thing
from functions.generate.builtin.lifecycle import Builder
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.objects import Scope, Things, resolve
from functions.generate.builtin.phrase import Phrase, read_phrase
from functions.generate.builtin.steps import Step, plain_step, together
from functions.generate.builtin.vocabulary import cue

_KINDS: tuple[Kind, ...] = ("container", "image", "volume", "network")
_VERBS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "container": ("rm",),
        "image": ("rmi",),
        "volume": ("volume", "rm"),
        "network": ("network", "rm"),
    }
)
_FORCE = cue(
    r"(?:by|with|using)\s+force",
    r"forcefully",
    r"forcibly",
    r"force",
    r"-f",
    r"--force",
    r"even\s+(?:if|though)\s+(?:it\s+is|they\s+are)\s+(?:still\s+)?(?:running|in\s+use)",
)
_WITH_VOLUMES = cue(
    r"(?:together\s+with|along\s+with|with|including|and)\s+(?:all\s+)?(?:its|their|the|any|all)\s+(?:anonymous\s+|attached\s+|associated\s+)*volumes?",
    r"-v",
    r"--volumes",
)
_UNUSED = r"(?:unused|dangling|orphan(?:ed)?|unreferenced|untagged|leftover|stale|not\s+(?:used|in\s+use)|nothing\s+(?:refers\s+to|uses|references)|no\s+longer\s+(?:used|needed|referenced)|no(?:body|\s+one|\s+container)\s+uses)"
_FILLER = re.compile(
    r"\b(?:the|all|any|every|everything|my|our|of|on|in|by|that|which|are|is|taken|used|up|space|disk|docker|local|this|"
    r"host|machine|server|more|any\s?more|longer|no|not|nothing|refers|to|uses|references|them|some|system|"
    r"from|for|whole|entire|away|and|needed|use|currently|now|old|it|"
    r"containers?|container|a|nobody|one|by)\b",
    re.IGNORECASE,
)


def remove(meaning: Meaning, scope: Scope) -> list[Step]:
    """Remove what is named, of whatever kind; what is unused, by pruning its kind."""
    said, flags = _flags(meaning)
    if pruned := _prune_of(said):
        return [pruned]
    kind = _kind(said, scope)
    things = resolve(_without_kind(said, kind), scope, kind)
    _never_everything(said, things, scope, kind)
    if kind != "container":
        flags = [flag for flag in flags if flag == "--force" and kind == "image"]
    return together([*_VERBS[kind], *flags], things)


def prune(meaning: Meaning, scope: Scope) -> list[Step]:
    """Remove what nothing uses."""
    said = meaning.slots.get("x", "everything unused")
    if pruned := _prune_of(said, assume=meaning.text.lower().startswith("prune")):
        return [pruned]
    if meaning.text.lower().startswith("prune"):
        return remove(Meaning("rm", {"x": said}, meaning.text), scope)
    raise RefusedError(
        Code.NOT_UNDERSTOOD,
        f"{meaning.text!r} does not say what to remove.",
        "Say which containers, images, volumes or networks to remove.",
        options=("remove unused images", "remove unused volumes", "remove stopped containers"),
    )


def _flags(meaning: Meaning) -> tuple[str, list[str]]:
    said, flags = meaning.slots["x"], []
    forced = _FORCE.search(said)
    if forced:
        said = cut(said, forced)
    if forced or re.match(r"force|forcefully|forcibly", meaning.text, re.IGNORECASE):
        flags.append("--force")
    if match := _WITH_VOLUMES.search(said):
        said = cut(said, match)
        flags.append("--volumes")
    return said, flags


def _prune_of(said: str, *, assume: bool = False) -> Step | None:
    """Return the prune that the words mean, where they mean nothing else."""
    unused = re.search(_UNUSED, said, re.IGNORECASE) is not None
    rest = re.sub(_UNUSED, " ", said, flags=re.IGNORECASE)
    kinds = {
        kind
        for kind in ("image", "volume", "network")
        if re.search(rf"\b{kind}s?\b", rest, re.IGNORECASE)
    }
    cache = re.search(r"\bbuild(?:er)?\s+cache\b", rest, re.IGNORECASE)
    stopped = re.search(r"\b(?:stopped|exited|dead|finished)\b", rest, re.IGNORECASE)
    everything = re.search(r"\b(?:everything|system|docker|all|space)\b", rest, re.IGNORECASE)
    bare = re.sub(
        r"\b(?:images?|volumes?|networks?|build(?:er)?|cache|stopped|tags?|objects?|resources?|stuff|things|data|unused)\b",
        " ",
        rest,
        flags=re.IGNORECASE,
    )
    if _FILLER.sub(" ", bare).strip(" ,."):
        return None
    if cache:
        return plain_step("builder", "prune", "--force")
    if len(kinds) == 1 and (unused or assume):
        kind = kinds.pop()
        every = kind == "image" and re.search(
            r"unused|not\s+(?:used|in\s+use)|no(?:body|\s+container)", said, re.IGNORECASE
        )
        return plain_step(kind, "prune", *(["--all"] if every else []), "--force")
    if (
        not kinds
        and stopped
        and re.search(r"\ball|every\b", said, re.IGNORECASE)
        and "stopped" in said.lower()
    ):
        return plain_step("container", "prune", "--force")
    if (
        not kinds
        and not stopped
        and (unused or assume)
        and (everything or unused)
        and not re.search(r"containers?", said)
    ):
        return plain_step("system", "prune", "--force")
    if assume and re.search(r"containers?", said):
        return plain_step("container", "prune", "--force")
    return None


def _kind(said: str, scope: Scope) -> Kind:
    """Return which kind of object is meant: as said, by exact name, or a container."""
    phrase = read_phrase(said, scope.is_name("container"))
    spoken = [kind for kind in _KINDS if kind in phrase.kinds]
    if len(spoken) == 1:
        return spoken[0]
    if phrase.pronoun:
        kinds = {thing.kind for thing in scope.last or scope.target}
        return kinds.pop() if len(kinds) == 1 else "container"
    exact = [kind for kind in _KINDS if _all_named(phrase, scope, kind)]
    if exact:
        return exact[0]
    for kind in _KINDS:
        try:
            resolve(said, scope, kind)
        except RefusedError as refused:
            if refused.error.code is Code.AMBIGUOUS:
                return kind
        else:
            return kind
    return "container"


def _all_named(phrase: Phrase, scope: Scope, kind: Kind) -> bool:
    shelf = scope.index.shelf(kind)
    return bool(phrase.words) and all(
        shelf.named(word) or word in scope.made for word in phrase.words if word != "and"
    )


def _without_kind(said: str, kind: Kind) -> str:
    return said if kind == "container" else re.sub(rf"\b{kind}\b", " ", said, flags=re.IGNORECASE)


def _never_everything(said: str, things: Things, scope: Scope, kind: Kind) -> None:
    """Ask where words that name nothing would remove all that there is."""
    phrase = read_phrase(said, scope.is_name(kind))
    all_of_them: list[Thing] = scope.index.shelf(kind).things
    if phrase.empty and not phrase.every and len(things) == len(all_of_them) > 1:
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{said!r} does not say which.",
            "Name them, or say all.",
            question=f"Which ones do you mean by {said!r}?",
            options=tuple(thing.name for thing in things[:12]),
        )


BUILDERS: Mapping[str, Builder] = MappingProxyType({"rm": remove, "prune": prune})
