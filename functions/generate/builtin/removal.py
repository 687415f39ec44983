"""Orders that remove: containers, images, volumes, networks, and what is not used."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.answers import shown
from functions.generate.builtin.index import WORD, Kind
from functions.generate.builtin.lifecycle import Builder
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.objects import ALSO, positively, resolve
from functions.generate.builtin.phrase import Phrase
from functions.generate.builtin.scope import Scope
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
    r"""
    (?:by|with|using) force | forcefully | forcibly | force | -f | --force |
    even (?:if|though) (?:it is|they are) (?:still )?(?:running|in use)
    """
)
_WITH_VOLUMES = cue(
    r"""
    (?:together with|along with|with|including|and) (?:all )?(?:its|their|the|any|all)
    \s(?:anonymous |attached |associated )*volumes? |
    -v | --volumes
    """
)
_UNUSED = cue(
    r"""
    unused | dangling | orphan(?:ed)? | unreferenced | untagged | leftover | stale |
    not (?:used|in use) | nothing (?:refers to|uses|references) |
    no longer (?:used|needed|referenced) | no(?:body| one| container) uses
    """
)
_FILLER = cue(
    r"""
    the | all | any | every | everything | my | our | of | on | in | by | that | which | are | is |
    taken | used | up | space | disk | docker | local | this | host | machine | server | more |
    any ?more | longer | no | not | nothing | refers | to | uses | references | them | some |
    system | from | for | whole | entire | away | and | needed | use | currently | now | old | it |
    containers? | a | nobody | one | images? | volumes? | networks? | build(?:er)? | cache |
    stopped | tags? | objects? | resources? | stuff | things | data
    """
)
_PRUNABLE: tuple[Kind, ...] = ("image", "volume", "network")


def remove(meaning: Meaning, scope: Scope) -> list[Step]:
    """Remove what is named, of whatever kind; what is unused, by pruning its kind."""
    said, flags = _flags(meaning)
    unused = positively(said)
    if unused != said and scope.last and not _prune_of(said):
        said = unused
    _ask_about_data(meaning, said, scope)
    parts = _mixed(said, scope)
    if parts:
        return [
            step
            for part in parts
            for step in remove(Meaning("rm", {"x": part}, meaning.text), scope)
        ]
    if pruned := _prune_of(said):
        return [pruned]
    _ask_of_what(said, scope)
    kind = _kind(said, scope)
    things = resolve(_without_kind(said, kind), scope, kind)
    if kind != "container":
        flags = [flag for flag in flags if flag == "--force" and kind == "image"]
    return together([*_VERBS[kind], *flags], things)


def _ask_of_what(said: str, scope: Scope) -> None:
    """Ask for the kind of object where everything is to be removed."""
    said = re.split(r"\b(?:except|but|excluding|apart|without|other)\b", said, maxsplit=1)[0]
    first = said.lower().split()[:1]
    if first and first[0] in {"everything", "all", "anything"}:
        phrase = scope.read(said)
        named = phrase.kinds or phrase.generic or phrase.words or phrase.states or phrase.labels
        if not (named or phrase.pronoun or phrase.unused):
            raise _of_what(said)


def _of_what(said: str) -> RefusedError:
    return RefusedError(
        Code.AMBIGUOUS,
        f"{said.strip()!r} does not say of what.",
        "Say containers, images, volumes or networks, and which ones.",
        question="Remove what: containers, images, volumes or networks?",
        options=("remove stopped containers", "remove unused images", "remove unused volumes"),
    )


def _ask_about_data(meaning: Meaning, said: str, scope: Scope) -> None:
    """Ask where the data may be meant, not the container: `drop the database`, `wipe the cache`."""
    phrase = scope.read(said)
    of_data = _OF_DATA.match(meaning.text) or _INSIDE.search(said)
    if not of_data or phrase.kinds or phrase.many or phrase.pronoun:
        return
    if all(_all_named(phrase, scope, kind) is False for kind in _KINDS):
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{meaning.text!r} may mean the data or the container.",
            "Say: remove the container <name>. Data inside of it is not the gateway's to clear.",
            question="Remove the container itself?",
            options=shown(resolve(said, scope, group=True))[:12],
        )


_INSIDE = cue("data | contents? | records | rows | tables? | entries | files? | logs? | history")
_OF_DATA = re.compile(r"(?:drop|erase|wipe|purge|clear|clean|empty)\b", re.IGNORECASE)


def _mixed(said: str, scope: Scope) -> list[str]:
    """Return the parts of `the scratch volume and the lab network`, where the kinds differ."""
    parts = [part for part in ALSO.split(said) if part and part.strip()]
    phrases = [scope.read(part) for part in parts]
    if len(parts) < 2 or not any(phrase.kinds for phrase in phrases):  # noqa: PLR2004 - a pair
        return []
    if any(len(phrase.kinds) > 1 for phrase in phrases) or (phrases[-1].many and phrases[-1].words):
        return []
    kinds = [*map(min, (phrase.kinds or {"container"} for phrase in phrases))]
    return parts if len(set(kinds)) > 1 else []


def prune(meaning: Meaning, scope: Scope) -> list[Step]:
    """Remove what nothing uses."""
    said = meaning.slots.get("x", "everything unused")
    if pruned := _prune_of(said, assume="prune" in meaning.text.lower().split()):
        return [pruned]
    if meaning.text.lower().startswith("prune"):
        return remove(Meaning("rm", {"x": said}, meaning.text), scope)
    phrase = scope.read(said)
    if (phrase.states or phrase.unused) and _OF_TIDYING.match(meaning.text):
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
    """Return the prune that the words mean, where they mean nothing else.

    `assume`: the order was to prune, so that unused is meant without being said.
    """
    rest = _UNUSED.sub(" ", said)
    if _FILLER.sub(" ", rest).strip(" ,."):
        return None
    if cue("build(?:er)? cache").search(rest):
        return plain_step("builder", "prune", "--force")
    kinds = [kind for kind in _PRUNABLE if cue(f"{kind}s?").search(rest)]
    if assume or rest != said:
        if len(kinds) == 1:
            every = kinds == ["image"] and _UNTIED.search(said) is not None
            return plain_step(kinds[0], "prune", *(["--all"] if every else []), "--force")
        if not kinds and _SYSTEM.search(rest) and not cue("stopped | containers?").search(rest):
            return plain_step("system", "prune", "--force")
        if not kinds and _WIDE.search(rest) and not cue("stopped | containers?").search(rest):
            raise _of_what(said)
    stopped = cue("all | every").search(rest) and cue("stopped").search(rest)
    if not kinds and (stopped or (assume and cue("stopped | containers?").search(rest))):
        return plain_step("container", "prune", "--force")
    return None


_SYSTEM = cue("system | docker system | docker")
_WIDE = cue(
    """
    everything | all | anything | any | system | docker | stuff | objects? | resources? | things |
    data | space | more | some
    """
)
_OF_TIDYING = re.compile(r"(?:clean|tidy|clear|sweep)\b", re.IGNORECASE)
_UNTIED = cue("unused | not (?:used|in use) | no(?:body| container) uses")
"""Of images these mean all that no container uses, not only those without a tag."""


def _kind(said: str, scope: Scope) -> Kind:
    """Return which kind of object is meant: as said, by exact name, or a container."""
    phrase = scope.read(said)
    spoken = [kind for kind in _KINDS if kind in phrase.kinds]
    if len(spoken) == 1:
        return spoken[0]
    if phrase.pronoun or (scope.last and not phrase.words and (phrase.unused or phrase.states)):
        kinds = {thing.kind for thing in scope.last or scope.target}
        return kinds.pop() if len(kinds) == 1 else "container"
    if clash := _image_or_container(phrase, scope):
        raise clash
    fitting = (
        *(kind for kind in _KINDS if _all_named(phrase, scope, kind)),
        *(kind for kind in _KINDS if _may_be(phrase, kind) and _fits(said, scope, kind)),
    )
    return next(iter(fitting), "container")


def _may_be(phrase: Phrase, kind: Kind) -> bool:
    """Tell whether words that are no name may mean this kind, which was not said."""
    if kind == "container":
        return True
    return not phrase.states and (kind != "image" or any(":" in word for word in phrase.words))


def _fits(said: str, scope: Scope, kind: Kind) -> bool:
    try:
        resolve(said, scope, kind)
    except RefusedError as refused:
        return refused.error.code is Code.AMBIGUOUS
    return True


def _image_or_container(phrase: Phrase, scope: Scope) -> RefusedError | None:
    """Return the question where a name is no container's but fits a container and an image."""
    if len(phrase.words) != 1 or scope.index.containers.named(phrase.words[0]):
        return None
    images, containers = scope.index.images, scope.index.containers
    word = phrase.words[0].lower()
    tags = [images.things[p] for p in images.words.get(word, ()) if not images.named(word)]
    tags = [thing for thing in tags if thing.name.rpartition(":")[0].rsplit("/", 1)[-1] == word]
    own = [containers.things[p] for p, level in containers.look_up(word).items() if level <= WORD]
    if not tags or not own:
        return None
    return RefusedError(
        Code.AMBIGUOUS,
        f"{word!r} fits containers and images.",
        "Say which one to remove, with the word container or image.",
        question=f"Remove a container or an image of {word!r}?",
        options=(*shown(own), *shown(tags))[:12],
    )


def _all_named(phrase: Phrase, scope: Scope, kind: Kind) -> bool:
    shelf = scope.index.shelf(kind)
    return bool(phrase.words) and all(
        shelf.named(word) or word in scope.made for word in phrase.words if word != "and"
    )


def _without_kind(said: str, kind: Kind) -> str:
    if kind == "container":
        return said
    kinds = f"{kind}(?: tag)?" if kind == "image" else kind
    return re.sub(rf"\b{kinds}\b", " ", said, flags=re.IGNORECASE)


BUILDERS: Mapping[str, Builder] = MappingProxyType({"rm": remove, "prune": prune})
