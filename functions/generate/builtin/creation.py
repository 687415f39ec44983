"""Orders that make something run that did not exist: new containers, commands inside of one."""

import re
import shlex
from collections.abc import Mapping
from types import MappingProxyType

from contracts.errors import Code, RefusedError
from functions.generate.builtin.actions import Meaning
from functions.generate.builtin.index import Thing
from functions.generate.builtin.lifecycle import Builder, new_name, one
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.objects import resolve
from functions.generate.builtin.scope import Scope
from functions.generate.builtin.steps import Step, one_each, plain_step
from functions.generate.builtin.text import KEPT_SPACE
from functions.generate.builtin.vocabulary import cue, words

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._/-]*(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]{64})?")
_SHELL = re.compile(r"[|;&<>$`(){}]")
_WEB = MappingProxyType({"nginx": 80, "httpd": 80, "caddy": 80, "traefik": 80, "wordpress": 80})
"""The port that an image serves where only the host's port is said."""
_NAMED_FIRST = re.compile(
    r"\bcontainer (?!(?:from|of|with|using|based|called|named|that|which|running)\b)"
    r"(?P<v>[\w.-]+)(?= (?:from|of|using|based on)\b)",
    re.IGNORECASE,
)
_NAME_FROM = re.compile(
    r"(?:(?:new|fresh|another) )*(?P<v>[\w.-]+)(?= (?:from|based on"
    r"|of) (?:the )?(?:image )?\S+:\S)",
    re.IGNORECASE,
)
_NAMED = cue(r"(?:(?:that is |and )?(?:called|named|name it|call it)|with (?:the )?name|as) @name")
_BACKGROUND = cue(r"(?:running )?in (?:the )?background | detached(?: mode)? | as a daemon | -d")
_ONCE = cue(
    r"""
    throw-?away | temporary | disposable | one-off | ephemeral | short-lived | --rm |
    (?:and )?remove it (?:when it (?:exits|is done)|afterwards|after(?:wards)?) |
    that (?:is removed|removes itself|cleans up)(?: after itself)?(?: (?:when it exits|
    afterwards|on exit))?
    """
)
_PORTS = (
    cue(
        r"""
        (?:(?:with|and|,) )?(?:(?:publishing|mapping|forwarding|exposing|map|publish|forward) )?
        (?:the )?(?:host )?port (?P<h>\d{1,5}) (?:of the host )?(?:mapped |forwarded |published )?
        (?:to|->|on) (?:the )?(?:container(?:'s)? )?(?:port )?(?P<c>\d{1,5})(?: (?:in|
        of) the container)?
        """
    ),
    cue(r"with (?:the |its )?port (?P<h>\d{1,5}) (?:published|exposed|open|forwarded)"),
    cue(r"(?:(?:with|on|and) )?(?:ports? )?(?P<h>\d{1,5}):(?P<c>\d{1,5})"),
    cue(
        r"""
        (?:(?:and|,) )?(?:(?:reachable|published|exposed|listening|available|accessible|serving|
        exposing|publishing|publish it|
        expose it) )?(?:on |at |with )?(?:the )?(?:host )?port (?P<h>\d{1,5})
        """
    ),
)
_ENVIRONMENT = re.compile(
    r"(?:,\s*|\b(?:and|with|using)\s+)*(?:(?:the\s+)?(?:env(?:ironment)?(?:\s+variables?)?|variables?)\s+)?"
    r"(?<![\w-])(?P<k>[A-Z_][A-Z0-9_]*)=(?P<v>\S+?)(?=[,.]?(?:\s|$))"
)
_VOLUME = cue(
    r"""
    (?:(?:with|and|using|,) )*(?:mount(?:ing)? )?(?:a |the )?(?:named )?(?:volume )?@name
    \s(?:volume )?(?:mounted )?(?:on|at|to|into|under) (?P<p>/[\w./-]+)
    """
)
_NETWORK = cue(
    r"""
    (?:(?:and )?(?:on|in|attached to|connected to|joined to|with) )?(?:the )?network @name |
    (?:on|in|attached to) (?:the )?(?P<w>[\w.-]+) network
    """
)
_LABEL = cue(
    r"""
    (?:(?:with|and|carrying|having|that has|carries|,) )*(?:the |
    a )?labels? (?P<l>[\w.-]+=[\w./:-]+)
    """
)
_SAME_LABEL = cue(
    r"""
    (?:(?:with|and|carrying|having|that has|has|carries|,) )*the same (?P<k>[\w.-]+) label as
    \s(?P<x>[\w.-]+)
    """
)
_POLICY = cue(
    r"""
    (?:that |and |with )?always restart(?:s|ing)?(?: itself)? |
    (?:that |and |with )?restart(?:s|ing)?(?: policy)? always |
    (?:with )?(?:the )?restart(?:[ -]policy)? (?P<v>unless-stopped|on-failure|always|no)
    """
)
_MEMORY = cue(
    r"""
    (?:with |limited to |and )*(?:a memory limit of |at most |max(?:imum)? )?
    (?P<v>\d+(?:\.\d+)?) ?(?P<u>[mg])i?b?(?: (?:of )?(?:memory|ram))?
    """
)
_COMMAND = re.compile(
    r"(?:\b(?:that|which|to|and|it)\s+(?:just\s+|simply\s+)?|(?<=\s)(?=running\s))(?:(?P<echo>prints?|echo(?:e?s)?|says?)|runs?|executes?|executing|running)\s+(?:the\s+command\s+)?(?P<c>.+)$",
    re.IGNORECASE,
)
_SLEEP = re.compile(
    r"\b(?:that|which)\s+sleeps?\s+(?:for\s+)?(?P<n>\d+|forever|infinity)(?:\s*(?:s|seconds?))?$",
    re.IGNORECASE,
)
_DROP = words(
    """
    a an the new another fresh container containers instance image of from with using and , . in
    running simple small it docker me based on called please up that is one latest version for
    """
)


def run(meaning: Meaning, scope: Scope) -> list[Step]:
    """Make a new container, started or only created."""
    only_create = meaning.text.split(" ", 1)[0].lower() == "create"
    said, flags = meaning.slots["r"], list[str]()
    said, command = _take_command(said)
    said = _take_flags(said, flags, scope, only_create=only_create)
    name, said = _take_name(said)
    said, ports = _take_ports(said)
    left = [word for word in said.split() if word.lower() not in _DROP]
    if len(left) != 1 or not _REFERENCE.fullmatch(left[0]) or not is_image(left[0], scope):
        raise RefusedError(
            Code.AMBIGUOUS,
            f"{meaning.slots['r']!r} names no image to run, or says more than is understood.",
            "Say: run <image:tag> called <name> on port <port>.",
            question="Which image, as repository:tag, and with which options?",
        )
    image = left[0]
    if name:
        flags += ["--name", name]
        scope.made[name] = Thing("container", "", name)
    for host_port, port in ports:
        inside = port or str(_WEB.get(image.split(":")[0].rsplit("/", 1)[-1], host_port))
        flags += ["--publish", f"{host_port}:{inside}"]
    serves = not command or meaning.text.split(" ", 1)[0].lower() != "run"
    if not only_create and serves and "--detach" not in flags and "--rm" not in flags:
        flags.insert(0, "--detach")
    about = (scope.made[name],) if name else ()
    verb = "create" if only_create else "run"
    return [plain_step(verb, *flags, image, *command, about=about)]


def is_image(word: str, scope: Scope) -> bool:
    """Tell whether a lone word is an image: `start a training` names none."""
    low, shelf = word.lower(), scope.index.images
    names = (thing.name.lower().rpartition(":")[0] for thing in shelf.things)
    known = any(low in {name, name.rsplit("/", 1)[-1]} for name in names)
    return known or ":" in word or "/" in word or word in KNOWN_IMAGES


KNOWN_IMAGES = words(
    """
    nginx redis postgres mysql mariadb mongo alpine busybox ubuntu debian httpd node python
    golang memcached rabbitmq traefik caddy haproxy hello-world registry grafana ruby php
    openjdk wordpress ghost adminer influxdb elasticsearch kibana consul vault nextcloud drupal
    fedora archlinux
    """
)


def _take_command(said: str) -> tuple[str, list[str]]:
    if match := _SLEEP.search(said):
        time = "infinity" if match.group("n") in {"forever", "infinity"} else match.group("n")
        return said[: match.start()], ["sleep", time]
    match = _COMMAND.search(said)
    if match is None:
        return said, []
    if _SHELL.search(match.group("c")):
        raise RefusedError(
            Code.UNSUPPORTED, "There is no shell for that command.", "Ask for one plain command."
        )
    command, rest = match.group("c"), ""
    if KEPT_SPACE in command.split()[0]:
        # It stood in quotes, so that it is known where it ends.
        command, _, rest = command.partition(" ")
    inner = _split(command)
    return f"{said[: match.start()]} {rest}", ["echo", *inner] if match.group("echo") else inner


def _split(said: str) -> list[str]:
    try:
        words = shlex.split(said)
        if len(words) == 1:
            return shlex.split(words[0].replace(KEPT_SPACE, " "))
        return [word.replace(KEPT_SPACE, " ") for word in words]
    except ValueError as error:
        raise RefusedError(
            Code.NOT_UNDERSTOOD, f"{said!r} has an open quote.", "Close it."
        ) from error


def _label_of(key: str, name: str, scope: Scope) -> str:
    """Return the label, as key=value, that a container has. Raises RefusedError."""
    (thing,) = one(resolve(name, scope), name)
    value = thing.container.labels.get(key) if thing.container else None
    if value is None:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{thing.name} has no label {key!r}.",
            "Say the label as key=value.",
        )
    return f"{key}={value}"


def _take_flags(said: str, flags: list[str], scope: Scope, *, only_create: bool) -> str:
    for pattern, flag in ((_BACKGROUND, "--detach"), (_ONCE, "--rm")):
        if match := pattern.search(said):
            said = cut(said, match)
            if not (only_create and flag == "--detach"):
                flags.append(flag)
    while match := _ENVIRONMENT.search(said):
        flags += ["--env", f"{match.group('k')}={match.group('v')}"]
        said = cut(said, match)
    while match := _VOLUME.search(said):
        flags += ["--volume", f"{match.group('v')}:{match.group('p')}"]
        said = cut(said, match)
    said = _take_labels(said, flags, scope)
    if match := _POLICY.search(said):
        flags += ["--restart", match.group("v") or "always"]
        said = cut(said, match)
    if match := _NETWORK.search(said):
        flags += ["--network", match.group("v") or match.group("w")]
        said = cut(said, match)
    if match := _MEMORY.search(said):
        flags += ["--memory", match.group("v") + match.group("u").lower()]
        said = cut(said, match)
    return said


def _take_labels(said: str, flags: list[str], scope: Scope) -> str:
    while match := _SAME_LABEL.search(said):
        flags += ["--label", _label_of(match.group("k"), match.group("x"), scope)]
        said = cut(said, match)
    while match := _LABEL.search(said):
        flags += ["--label", match.group("l")]
        said = cut(said, match)
    return said


def _take_name(said: str) -> tuple[str | None, str]:
    match = _NAMED.search(said) or _NAMED_FIRST.search(said) or _NAME_FROM.match(said)
    if match is None:
        return None, said
    return new_name(match.group("v").rstrip(".")), cut(said, match)


def _take_ports(said: str) -> tuple[str, list[tuple[str, str | None]]]:
    ports: list[tuple[str, str | None]] = []
    for pattern in _PORTS:
        while match := pattern.search(said):
            inside = match.group("c") if "c" in pattern.groupindex else None
            ports.append((match.group("h"), inside))
            said = cut(said, match)
    return said, ports


def execute(meaning: Meaning, scope: Scope) -> list[Step]:
    """Run a plain command inside of a container."""
    said = meaning.slots["c"]
    if said.split(" ", 1)[0].lower() in {
        "a",
        "an",
        "the",
        "some",
        "any",
        "this",
        "that",
        "my",
        "it",
    }:
        raise RefusedError(
            Code.NOT_UNDERSTOOD,
            f"{said!r} is no command.",
            "Put the command in quotes, as it would be typed.",
        )
    (thing,) = one(resolve(meaning.slots["x"], scope), meaning.slots["x"])
    if _SHELL.search(said):
        raise RefusedError(
            Code.UNSUPPORTED,
            "There is no shell for that command.",
            "Ask for one plain command, without pipes, redirections or substitutions.",
        )
    return one_each(["exec"], (thing,), *_split(said))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"run": run, "exec": execute})
