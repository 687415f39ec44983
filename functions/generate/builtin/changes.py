"""Orders about limits, networks, volumes and images."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.answers import shown
from functions.generate.builtin.creation import is_image
from functions.generate.builtin.index import Kind, Thing
from functions.generate.builtin.lifecycle import Builder, new_name, one
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Scope, Things
from functions.generate.builtin.steps import Step, one_each, plain_step, together
from functions.generate.builtin.vocabulary import COMMON, words

_AMOUNT = re.compile(
    r"(?:about |at most |up to |no more than |max(?:imum)? )?"
    r"(?P<n>\d+(?:\.\d+)?|half an?|an?|one|two|three|four) ?(?P<unit>[a-z]+)?"
    r"(?: (?:of )?(?:memory|ram|each|cores?|cpus?|processes|only|max(?:imum)?|in total))*",
    re.IGNORECASE,
)
_SAID = MappingProxyType(
    {
        "half a": "0.5",
        "half an": "0.5",
        "a": "1",
        "an": "1",
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
    }
)
_MEMORY = MappingProxyType(
    {
        **dict.fromkeys(("g", "gb", "gib", "gig", "gigs", "gigabyte", "gigabytes"), "g"),
        **dict.fromkeys(
            ("m", "mb", "mib", "meg", "megs", "megabyte", "megabytes", "mebibytes"), "m"
        ),
        **dict.fromkeys(("k", "kb", "kib", "kilobytes"), "k"),
    }
)
_CPU = words("cpu cpus core cores")
_REFERENCE = re.compile(r"[a-z0-9][\w./-]*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?")
_AROUND_IMAGE = words(
    """
    additionally also too the a an image images new newest latest current fresh version of from hub
    """
)


def update(meaning: Meaning, scope: Scope) -> list[Step]:
    """Set a limit of memory, processors or processes."""
    things = resolve(meaning.slots["x"], scope)
    flag, value = _limit(meaning.slots["v"], meaning.slots.get("what", "").lower())
    return together(["update", flag, value], things)


def _limit(said: str, what: str) -> tuple[str, str]:
    match = _AMOUNT.fullmatch(said.strip())
    if match is None:
        raise _no_amount(said)
    number = _SAID.get(match.group("n").lower(), match.group("n"))
    unit = (match.group("unit") or "").lower()
    if what.startswith(("memory", "ram", "mem")) or (unit in _MEMORY and not what):
        if unit not in _MEMORY:
            raise _no_amount(said)
        return "--memory", number + _MEMORY[unit]
    if what.startswith("cpu") or unit in _CPU:
        return ("--cpu-shares" if "share" in what else "--cpus"), number
    if what.startswith(("pid", "process")):
        return "--pids-limit", number
    raise _no_amount(said)


def _no_amount(said: str) -> RefusedError:
    return RefusedError(
        Code.AMBIGUOUS,
        f"{said!r} is no amount.",
        "Say an amount with its unit, such as 512m, 2g or 1.5 cpus.",
        question="What should the limit be?",
        options=("512m of memory", "1g of memory", "1 cpu"),
    )


def ask_amount(meaning: Meaning, scope: Scope) -> list[Step]:
    """Ask for the amount that was not said."""
    resolve(meaning.slots["x"], scope)
    raise _no_amount(meaning.text)


_MISSING = MappingProxyType(
    {
        "rename": "What should the new name be?",
        "connect": "Which network?",
        "attach": "Which network?",
        "join": "Which network?",
        "disconnect": "Which network?",
        "detach": "Which network?",
        "tag": "Which image, and which new name?",
    }
)


def ask_missing(meaning: Meaning, scope: Scope) -> list[Step]:
    """Ask for what an order lacks."""
    made = [thing for thing in scope.last if thing.kind == "network"]
    said = meaning.slots.get("x", "")
    if made and meaning.text.split(" ", 1)[0].lower() in {"connect", "attach", "join"}:
        return _joined("connect", made[-1], resolve(said, scope))
    verb = meaning.text.split(" ", 1)[0].lower()
    if said and not _is_anything(said, scope):
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"Nothing here is called {said!r}.",
            "Name a container, an image, a network or a volume that exists.",
        )
    raise RefusedError(
        Code.AMBIGUOUS,
        f"{meaning.text!r} says too little.",
        "Say it again with what is asked for.",
        question=_MISSING.get(verb, "What should change, to what, and for which container?"),
    )


def _is_anything(said: str, scope: Scope) -> bool:
    kinds: tuple[Kind, ...] = ("container", "image", "volume", "network")
    for kind in kinds:
        try:
            resolve(said, scope, kind)
        except RefusedError as refused:
            if refused.error.code is Code.AMBIGUOUS:
                return True
        else:
            return True
    return False


def ask_port(meaning: Meaning, scope: Scope) -> list[Step]:
    """Ask what is meant: the ports of a container are fixed when it is created."""
    things = resolve(meaning.slots["x"], scope)
    raise RefusedError(
        Code.AMBIGUOUS,
        "The ports of a container are fixed when it is created.",
        "Ask for a new container with that port, and say which port.",
        question="Create a new container in its place, and with which ports?",
        options=shown(things),
    )


def _network(said: str, scope: Scope) -> Thing:
    said = re.sub(r"\b(?:the|network)\b", " ", said, flags=re.IGNORECASE).strip()
    if said in scope.made:
        return scope.made[said]
    made = [thing for thing in scope.last if thing.kind == "network"]
    if said.lower() in {"it", "that", "this"} and made:
        return made[-1]
    if scope.index.containers.named(said) and not scope.index.networks.named(said):
        raise RefusedError(
            Code.UNSUPPORTED,
            f"{said!r} is a container; what is inside of one is not the gateway's to change.",
            "Name a network.",
        )
    (thing,) = one(resolve(said, scope, "network"), said)
    return thing


def _joined(verb: str, network: Thing, things: Things) -> list[Step]:
    return [
        plain_step("network", verb, network.name, thing.name, about=things, host=thing.host)
        for thing in things
    ]


def connect(meaning: Meaning, scope: Scope) -> list[Step]:
    """Attach containers to a network."""
    network = _network(meaning.slots["y"], scope)
    return _joined("connect", network, resolve(meaning.slots["x"], scope))


def disconnect(meaning: Meaning, scope: Scope) -> list[Step]:
    """Detach containers from a network."""
    network = _network(meaning.slots["y"], scope)
    return _joined("disconnect", network, resolve(meaning.slots["x"], scope))


def move(meaning: Meaning, scope: Scope) -> list[Step]:
    """Attach containers to one network and detach them from another."""
    things = resolve(meaning.slots["x"], scope)
    onto, off = _network(meaning.slots["y"], scope), _network(meaning.slots["z"], scope)
    return [*_joined("connect", onto, things), *_joined("disconnect", off, things)]


def create_network(meaning: Meaning, scope: Scope) -> list[Step]:
    """Create a network."""
    name = _asked_name(meaning, "network")
    driver = meaning.slots.get("driver")
    flags = ["--internal"] if driver == "internal" else ["--driver", driver] if driver else []
    if subnet := meaning.slots.get("subnet"):
        flags += ["--subnet", _subnet(subnet)]
    made = scope.made[name] = Thing("network", "", name)
    return [plain_step("network", "create", *flags, name, about=(made,))]


def _subnet(said: str) -> str:
    try:
        return str(ip_network(said.rstrip(".")))
    except ValueError as error:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{said!r} is no subnet: {error}.",
            "Say it as an address and a length, such as 10.5.0.0/16.",
        ) from error


def create_volume(meaning: Meaning, scope: Scope) -> list[Step]:
    """Create a volume."""
    name = _asked_name(meaning, "volume")
    made = scope.made[name] = Thing("volume", "", name)
    return [plain_step("volume", "create", name, about=(made,))]


def _asked_name(meaning: Meaning, kind: str) -> str:
    if "n" not in meaning.slots:
        raise RefusedError(
            Code.AMBIGUOUS,
            f"The {kind} needs a name.",
            f"Say: create a {kind} called <name>.",
            question=f"What should the {kind} be called?",
        )
    return new_name(meaning.slots["n"])


def _image(said: str, scope: Scope) -> str:
    """Return a reference: as it is said, or of the one image that is meant."""
    made = [thing.name for thing in scope.last if thing.kind == "image"]
    if said.lower() in {"it", "that", "this", "that image"} and made:
        return made[-1]
    tokens = [word for word in said.split() if word.lower() not in _AROUND_IMAGE]
    if len(tokens) == 2 and re.fullmatch(r"v?\d[\w.-]*", tokens[1]) and ":" not in tokens[0]:  # noqa: PLR2004
        tokens = [f"{tokens[0]}:{tokens[1]}"]
    if len(tokens) > 1 and not any(":" in word or "/" in word for word in tokens):
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{said!r} is no image.",
            "Say the image as repository:tag.",
        )
    if len(tokens) != 1 or tokens[0].lower() in COMMON or not _REFERENCE.fullmatch(tokens[0]):
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{said!r} is no reference of an image.",
            "Say the image as repository:tag.",
            question="Which image, as repository:tag?",
        )
    return _full_reference(tokens[0], said, scope)


def _full_reference(word: str, said: str, scope: Scope) -> str:
    """Return the reference that a bare word means where one repository ends in it."""
    shelf = scope.index.images
    names = [shelf.things[p].name for p in shelf.words.get(word.lower(), ())]
    parts = {name: name.rpartition(":") for name in names}
    repositories = {head for head, _, _ in parts.values() if head.rsplit("/", 1)[-1] == word}
    if len(repositories) != 1 or word in repositories:
        return word
    (repository,) = repositories
    tags = {end for head, _, end in parts.values() if head == repository}
    newest = _NEWEST.search(said) is not None or len(tags) != 1
    return f"{repository}:{'latest' if newest else tags.pop()}"


_NEWEST = re.compile(r"\b(?:latest|newest)\b", re.IGNORECASE)


def _image_step(verb: str, said: str, scope: Scope) -> list[Step]:
    reference = _image(said, scope)
    return [plain_step(verb, reference, about=(Thing("image", "", reference),))]


def pull(meaning: Meaning, scope: Scope) -> list[Step]:
    """Fetch an image from its registry."""
    steps = _image_step("pull", meaning.slots["i"], scope)
    if not is_image(steps[0].argv[-1], scope):
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{meaning.slots['i']!r} may be no image.",
            "Say the image as repository:tag.",
            question="Which image, as repository:tag?",
        )
    return steps


def push(meaning: Meaning, scope: Scope) -> list[Step]:
    """Send an image to its registry."""
    return _image_step("push", meaning.slots["i"], scope)


def tag(meaning: Meaning, scope: Scope) -> list[Step]:
    """Give an image another name."""
    source, target = _image(meaning.slots["i"], scope), _image(meaning.slots["n"], scope)
    return [plain_step("tag", source, target, about=(Thing("image", "", target),))]


def commit(meaning: Meaning, scope: Scope) -> list[Step]:
    """Make an image of a container as it is."""
    (thing,) = one(resolve(meaning.slots["x"], scope), meaning.slots["x"])
    name = _image(meaning.slots["n"], scope)
    made = Thing("image", thing.host, name)
    return [plain_step("commit", thing.name, name, about=(made, thing), host=thing.host)]


def save(meaning: Meaning, scope: Scope) -> list[Step]:
    """Write an image into an archive."""
    return [plain_step("save", "--output", meaning.slots["f"], _image(meaning.slots["i"], scope))]


def export(meaning: Meaning, scope: Scope) -> list[Step]:
    """Write a container's file system into an archive."""
    things = one(resolve(meaning.slots["x"], scope), meaning.slots["x"])
    return one_each(["export", "--output", meaning.slots["f"]], things)


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "update": update,
        "update_vague": ask_amount,
        "ports": ask_port,
        "incomplete": ask_missing,
        "connect": connect,
        "disconnect": disconnect,
        "move": move,
        "net_create": create_network,
        "vol_create": create_volume,
        "pull": pull,
        "push": push,
        "tag": tag,
        "commit": commit,
        "image_save": save,
        "export": export,
    }
)
