"""Questions and looks: what is asked about decides, and nothing here ever changes anything.

Topics are tried in order; the first whose words occur answers. Vocabulary is added here.
"""

import re
from collections.abc import Callable

from contracts.errors import Code, RefusedError
from functions.generate.builtin.index import Kind
from functions.generate.builtin.lifecycle import running
from functions.generate.builtin.listing import list_containers, list_images, status_of
from functions.generate.builtin.mention import mentioned, names_something
from functions.generate.builtin.modifiers import Window, take_window
from functions.generate.builtin.objects import Scope, Things, ambiguous, resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.steps import Step, one_each, plain_step, together
from functions.generate.builtin.vocabulary import cue

Topic = Callable[[str, Scope], list[Step] | None]

WHY_TAIL = "100"
"""Lines of log that answer a `why`."""
_STATE = "{{json .State}}"

_LOGS = cue(
    r"logs?",
    r"logging",
    r"logged",
    r"log\s*(?:file|lines?|output|entries|messages?)",
    r"print(?:s|ed|ing)?",
    r"std(?:out|err)",
    r"console(?:\s+output)?",
    r"messages?",
    r"traceback",
    r"stack\s*trace",
    r"output(?:s|ted)?",
    r"said",
    r"saying",
    r"says?",
    r"wrote",
    r"spit(?:ting)?(?:\s+out)?",
    r"complain(?:s|ed|ing)?(?:\s+about)?",
    r"errors?",
    r"warnings?",
    r"exceptions?",
    r"tail",
    r"lines",
    r"report(?:s|ed|ing)?",
    r"mutter\w*",
    r"emit(?:s|ted|ting)?",
)
_STATS = cue(
    r"stats?",
    r"statistics",
    r"cpus?",
    r"processor",
    r"memory",
    r"mem",
    r"ram",
    r"resources?",
    r"usage",
    r"utili[sz]ation",
    r"consum\w+",
    r"load(?:ed)?",
    r"hungry",
    r"hungriest",
    r"busy",
    r"busiest",
    r"hogs?",
    r"hogging",
    r"network\s+(?:io|i/o|traffic)",
    r"(?:block\s+)?(?:io|i/o)",
    r"performance",
    r"heavy",
    r"heaviest",
    r"eat(?:s|ing)?(?:\s+up)?",
    r"metrics",
)
_TOP = cue(
    r"process(?:es)?",
    r"top",
    r"pids?",
    r"(?:running|executing|runs|run)\s+(?:inside|within)",
    r"threads",
)
_DIFF = cue(
    r"diff",
    r"(?:file\s*system|filesystem|fs)",
    r"(?:changed|modified|added|altered|touched|new|written)\s+files?",
    r"files?\s+(?:(?:that\s+)?(?:were|was|have\s+been|has\s+been|got|did)\s+)?(?:\w+\s+)?(?:changed|change|modified|modify|added|altered|touched|written|created|deleted)",
    r"(?:changed|modified|different)\s+(?:on\s+disk|inside|in\s+the\s+(?:file\s*system|container)|since\s+(?:it\s+was\s+created|(?:its\s+)?creation|the\s+image))",
    r"what\s+(?:has\s+|have\s+)?changed\s+(?:in|inside|on)",
    r"file\s+changes?",
    r"changes\s+(?:made\s+)?(?:to|in|on|inside)",
)
_PORT = cue(
    r"ports?",
    r"port\s*mappings?",
    r"published",
    r"publish(?:es)?",
    r"expos(?:es?|ed)",
    r"listen(?:s|ing)?",
    r"reach(?:able)?",
    r"bound",
)
_PORT_NUMBER = cue(
    r"ports?\s+(?:number\s+)?\d{1,5}(?:/\w+)?",
    r"(?:listen(?:s|ing)?|publish(?:es|ed|ing)?|bound|expos(?:es|ed|ing))\s+(?:on\s+|to\s+)?:?\d{2,5}",
    r":\d{2,5}",
)
_DETAILS = cue(
    r"inspect(?:ion)?",
    r"details?",
    r"config(?:uration|ured)?",
    r"settings?",
    r"metadata",
    r"everything\s+about",
    r"(?:full|low-level|all|complete)\s+info(?:rmation)?",
    r"exit\s*codes?",
    r"restart\s*(?:counts?|polic(?:y|ies))",
    r"(?:how\s+often|how\s+many\s+times)",
    r"restarted",
    r"env(?:ironment)?(?:\s+var\w*)?",
    r"variables?",
    r"mounts?",
    r"mounted",
    r"binds?",
    r"ip(?:\s+address(?:es)?)?",
    r"address",
    r"mac",
    r"gateway\s+ip",
    r"entry\s?point",
    r"command(?:\s+line)?",
    r"working\s+dir\w*",
    r"limits?",
    r"created",
    r"when\s+(?:was|did|were|has)",
    r"labels?",
    r"json",
    r"hostname",
    r"keep(?:s)?\s+(?:its|their)\s+(?:data|files)",
    r"(?:store|stores|stored|storing|save|saves)\s+(?:its|their|the)?\s*(?:data|files)",
    r"health\s*checks?",
    r"which\s+image",
    r"what\s+image",
    r"image",
    r"info(?:rmation)?",
    r"describe",
    r"about",
    r"user",
    r"path",
    r"definition",
    r"properties",
    r"oom\w*",
    r"driver",
    r"privileged",
    r"capabilities",
    r"networks?",
    r"volumes?",
    r"version",
    r"started\s+at",
    r"digest",
    r"architecture",
    r"started",
    r"policy",
)
_STATUS = cue(
    r"status",
    r"states?",
    r"health(?:y)?",
    r"unhealthy",
    r"up",
    r"down",
    r"running",
    r"alive",
    r"ok(?:ay)?",
    r"fine",
    r"doing",
    r"uptime",
    r"how\s+long",
    r"working",
    r"online",
    r"dead",
    r"stopped",
    r"paused",
    r"exited",
    r"exist(?:s)?",
    r"well",
    r"crash(?:ed|ing)",
    r"restarting",
    r"ready",
    r"still",
    r"there",
    r"good",
    r"happy",
    r"wrong",
    r"since\s+when",
)
_IMAGES = cue(r"images?", r"tags?")
_CONTAINERS = cue(
    r"containers?", r"services?", r"apps?", r"ones", r"workloads?", r"jobs?", r"instances?"
)
_NETWORKS = cue(r"networks?", r"subnets?")
_VOLUMES = cue(r"volumes?")
_SPACE = cue(r"disk(?:\s+(?:space|usage))?", r"storage", r"space", r"df")
_DOCKER = cue(
    r"docker",
    r"engine",
    r"daemon",
    r"client",
    r"api",
    r"system",
    r"server",
    r"host",
    r"dockerd",
    r"box",
    r"machine",
)
_VERSION = cue(r"versions?")
_INFO = cue(
    r"(?:docker|system|engine|daemon|host|server)(?:[\s-]?wide)?\s+info(?:rmation)?",
    r"info(?:rmation)?\s+(?:about|on|of)\s+(?:the\s+|this\s+)?(?:docker|engine|daemon|system|host|installation|server)\w*(?:\s+\w+)?",
    r"storage\s+driver",
    r"logging\s+driver",
    r"cgroup\s+(?:driver|version)",
    r"kernel(?:\s+version)?",
    r"docker\s+root(?:\s+dir\w*)?",
    r"registry\s+mirrors?",
    r"operating\s+system",
    r"how\s+many\s+cpus",
    r"runtimes?",
    r"^info$",
    r"(?:engine|daemon)\s+(?:details|configuration|config|settings)",
)
_EVENTS = cue(r"events?", r"what\s+(?:has\s+)?happened", r"activity")
_HISTORY = cue(r"layers?", r"history", r"how\s+(?:was|is)\s+\S+\s+built", r"built")
_COMPOSE = cue(
    r"(?:compose\s+)?(?:projects|stacks)", r"compose\s+(?:ls|list)", r"compose\s+projects?"
)
_LIST = cue(
    r"list",
    r"ls",
    r"ps",
    r"show",
    r"display",
    r"enumerate",
    r"which",
    r"what",
    r"who",
    r"whose",
    r"find",
    r"see",
    r"view",
    r"how\s+many",
    r"count",
    r"all",
    r"get",
    r"give",
    r"any",
    r"print",
    r"are\s+there",
    r"return",
    r"tell",
    r"there",
    r"running",
    r"retrieve",
    r"overview",
    r"provide",
    r"fetch",
    r"identify",
    r"check",
    r"search",
    r"report",
    r"output",
    r"look",
    r"need",
    r"want",
    r"know",
    r"only",
)
_WHY = re.compile(
    r"^(?:why|how\s+come|for\s+what\s+reason|what\s+(?:is\s+)?(?:the\s+)?(?:reason|cause|caused|causes|made|makes|killed|kills|broke|went\s+wrong|is\s+wrong|is\s+the\s+(?:matter|problem)|happened\s+(?:to|with))|diagnose|investigate|troubleshoot|find\s+out\s+(?:why|what)|figure\s+out\s+why|explain\s+why|debug)\b",
    re.IGNORECASE,
)
_EXIT_CODE = cue(r"exit\s*code", r"exit\s*status", r"restart\s*count", r"oom\w*")

_WORDS_OF = {
    "logs": cue(
        _LOGS.pattern,
        r"full",
        r"entire",
        r"whole",
        r"complete",
        r"dump",
        r"dying",
        r"died",
        r"crash(?:ed|ing)?",
        r"the\s+end\s+of",
        r"beginning",
    ),
}


def read(text: str, scope: Scope) -> list[Step] | None:
    """Return the commands that answer a question; None where no topic fits."""
    for topic in TOPICS:
        steps = topic(text, scope)
        if steps is not None:
            return steps
    return None


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def _why(text: str, scope: Scope) -> list[Step] | None:
    if not _WHY.search(text):
        return None
    rest, window = take_window(_WHY.sub(" ", text))
    things = _spoken(_without(rest, _LOGS, _EXIT_CODE, _CAUSES), scope)
    steps = together(["inspect", "--type", "container", "--format", _STATE], things)
    asked = list(_log_flags(window)) if window != Window() else ["--tail", WHY_TAIL]
    return [*steps, *one_each(["logs", *asked], things)]


_CAUSES = cue(
    r"crash(?:es|ed|ing)?",
    r"slow",
    r"fail(?:s|ed|ing|ure)?",
    r"dying",
    r"die[sd]?",
    r"restart(?:s|ed|ing)?",
    r"loop(?:s|ing)?",
    r"stop(?:s|ped|ping)?",
    r"exit(?:s|ed|ing)?",
    r"kill(?:s|ed|ing)?",
    r"unhealthy",
    r"down",
    r"broken",
    r"boot\s*loop(?:ing)?",
    r"flapping",
    r"quit(?:s|ting)?",
    r"start(?:s|ed|ing)?",
    r"respond(?:s|ing)?",
    r"paused",
    r"gone",
    r"bounc\w+",
    r"misbehav\w+",
    r"reason",
    r"cause",
    r"wrong",
    r"problem",
    r"matter",
)


def _spoken(text: str, scope: Scope, kind: Kind = "container") -> Things:
    """Return what is named, or else what was spoken of last."""
    things = mentioned(text, scope, kind)
    return things if things is not None else resolve(_kind_words(text, kind), scope, kind)


def _kind_words(text: str, kind: Kind) -> str:
    words = [
        w
        for w in text.split()
        if w.lower()
        in {
            "all",
            "every",
            "each",
            "everything",
            kind,
            f"{kind}s",
            *STATES,
            "them",
            "they",
            "these",
            "those",
            "both",
        }
        or w.lower() in {"two", "three"}
    ]
    return " ".join(words)


def _log_flags(window: Window) -> list[str]:
    flags: list[str] = []
    if window.follow:
        flags.append("--follow")
    if window.since:
        flags += ["--since", window.since]
    if window.tail is not None:
        flags += ["--tail", str(window.tail)]
    if window.timestamps:
        flags.append("--timestamps")
    if window.until:
        flags += ["--until", window.until]
    return flags


def _logs(text: str, scope: Scope) -> list[Step] | None:
    if not _LOGS.search(text) or _LISTING.search(text):
        return None
    rest, window = take_window(text)
    things = _spoken(_without(rest, _LOGS, _LOG_WORDS), scope)
    return one_each(["logs", *_log_flags(window)], things)


_LISTING = cue(
    r"(?:which|what|list(?:\s+\w+)?|show(?:\s+me)?(?:\s+all)?(?:\s+the)?)\s+(?:containers?|images?|volumes?|networks?)",
    r"list\s+(?:all\s+)?(?:the\s+)?\w+\s+(?:containers|images|volumes|networks)",
)
_LOG_WORDS = cue(
    r"full",
    r"entire",
    r"whole",
    r"complete",
    r"dump",
    r"dying",
    r"died",
    r"crash(?:ed|ing)?",
    r"beginning",
    r"last",
    r"latest",
    r"recent",
    r"newest",
    r"anything",
    r"new",
    r"read",
    r"scroll",
    r"peek",
    r"history",
    r"started",
    r"stopped",
    r"exited",
    r"everything",
    r"failed",
    r"restarted",
    r"access",
    r"startup",
    r"container",
)


def _stats(text: str, scope: Scope) -> list[Step] | None:
    if not _STATS.search(text) or _SPACE.search(text):
        return None
    rest = _without(text, _STATS, _STAT_WORDS)
    if cue(r"limits?").search(rest):
        things = mentioned(_without(rest, cue(r"limits?", r"set", r"allowed")), scope)
        return together(["inspect", "--type", "container"], things) if things else None
    things = mentioned(rest, scope, group=True) or ()
    if (
        not things
        and cue(r"it", r"its", r"they", r"their").search(text)
        and (scope.last or scope.target)
    ):
        things = resolve("it", scope)
    flags = (
        ["--all"] if cue(r"including\s+stopped", r"also\s+stopped", r"stopped").search(text) else []
    )
    if not things:
        return [plain_step("stats", *flags, "--no-stream")]
    return together(["stats", *flags, "--no-stream"], things)


_STAT_WORDS = cue(
    r"most",
    r"least",
    r"top",
    r"live",
    r"real-?time",
    r"much",
    r"snapshot",
    r"one-off",
    r"one-shot",
    r"per",
    r"highest",
    r"lowest",
    r"percent(?:age)?",
    r"footprint",
    r"pressure",
    r"box",
    r"host",
    r"machine",
    r"server",
    r"docker",
    r"containers?",
    r"all",
    r"each",
    r"every",
    r"running",
    r"figures?",
    r"numbers?",
    r"no",
    r"stream(?:ing)?",
    r"once",
    r"everything",
    r"hungriest",
    r"use[sd]?",
    r"using",
    r"services?",
    r"percentages?",
    r"network",
    r"io",
    r"i/o",
    r"disk",
)


def _top(text: str, scope: Scope) -> list[Step] | None:
    if not _TOP.search(text):
        return None
    things = _spoken(
        _without(
            text,
            _TOP,
            cue(
                r"running",
                r"inside",
                r"container",
                r"service",
                r"tree",
                r"table",
                r"ps",
                r"list",
                r"docker",
            ),
        ),
        scope,
    )
    return one_each(["top"], things)


def _diff(text: str, scope: Scope) -> list[Step] | None:
    if not _DIFF.search(text):
        return None
    rest = _without(
        text,
        _DIFF,
        cue(
            r"chang\w+",
            r"files?",
            r"disk",
            r"modif\w+",
            r"creation",
            r"created",
            r"start(?:ed)?",
            r"differen\w+",
            r"compared?",
            r"image",
            r"base",
            r"original",
            r"inside",
            r"container",
            r"added",
            r"deleted",
            r"altered",
        ),
    )
    return one_each(["diff"], _spoken(rest, scope))


def _ports(text: str, scope: Scope) -> list[Step] | None:
    if not _PORT.search(text):
        return None
    asked_of_port = _PORT_NUMBER.search(text)
    if asked_of_port and not _OF_ONE.search(text):
        return list_containers(text, scope)
    private = re.search(r"\bports?\s+(?P<n>\d{1,5}(?:/(?:tcp|udp))?)", text, re.IGNORECASE)
    rest = _without(text, cue(r"ports?\s+\d{1,5}(?:/\w+)?"), _PORT, _PORT_WORDS)
    things = mentioned(rest, scope, group=True)
    if things is None and not cue(r"it", r"its").search(text):
        return [plain_step("ps")]
    if things is None:
        things = resolve("it", scope)
    names = {thing.name for thing in things}
    if len(things) == 1:
        return one_each(["port"], things, *([private.group("n")] if private else []))
    if not _MANY.search(text):
        raise ambiguous(rest, things)
    return list_containers(rest, scope) if len(names) > 1 else status_of(things, scope)


_MANY = cue(
    r"all",
    r"every",
    r"each",
    r"containers",
    r"services",
    r"project",
    r"stack",
    r"both",
    r"and",
    r"\w+s",
)
_OF_ONE = cue(
    r"(?:of|in|for|inside)\s+(?:the\s+)?(?!host)[\w.-]+\s+(?:mapped|published|bound|forwarded|exposed|reachable)",
    r"mapped\s+to\s*$",
    r"port\s+\d+\s+(?:of|in|inside)",
)
_PORT_WORDS = cue(
    r"mapp(?:ed|ings?)",
    r"map(?:s|ped)?",
    r"host",
    r"open",
    r"container",
    r"reach(?:able)?",
    r"forward(?:ed|ing|s)?",
    r"available",
    r"public",
    r"external(?:ly)?",
    r"internal",
    r"bindings?",
    r"number",
    r"access(?:ible)?",
    r"all",
    r"use[sd]?",
    r"using",
    r"served?",
    r"serves",
    r"docker",
    r"assigned",
    r"allocated",
    r"connect",
)


def _version(text: str, scope: Scope) -> list[Step] | None:
    if not _VERSION.search(text) or names_something(
        _without(
            text,
            _VERSION,
            _DOCKER,
            cue(r"running", r"installed", r"we", r"number", r"have", r"print", r"print", r"using"),
        ),
        scope,
    ):
        return None
    return [plain_step("version")]


def _info(text: str, scope: Scope) -> list[Step] | None:
    del scope
    return [plain_step("info")] if _INFO.search(text) else None


def _space(text: str, scope: Scope) -> list[Step] | None:
    if cue(
        r"containers?\s+.*(?:size|big|large|disk|space)",
        r"(?:sizes?|how\s+(?:big|large))\s+.*containers?",
    ).search(text) and not cue(r"docker", r"images?", r"volumes?").search(text):
        return list_containers(
            _without(text, cue(r"disk", r"on", r"how", r"take", r"use", r"up", r"each")), scope
        )
    if not _SPACE.search(text) or not cue(
        r"docker", r"space", r"disk", r"df", r"used", r"usage", r"system", r"much"
    ).search(text):
        return None
    detail = cue(
        r"detail(?:s|ed)?", r"verbose", r"break\s?down", r"per\s+\w+", r"each", r"by\s+\w+"
    ).search(text)
    return [plain_step("system", "df", *(["--verbose"] if detail else []))]


def _events(text: str, scope: Scope) -> list[Step] | None:
    if not _EVENTS.search(text):
        return None
    rest, window = take_window(text)
    rest = _without(
        rest,
        _EVENTS,
        cue(
            r"docker",
            r"engine",
            r"daemon",
            r"system",
            r"containers?",
            r"all",
            r"recent",
            r"occurred",
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


def _history(text: str, scope: Scope) -> list[Step] | None:
    if not _HISTORY.search(text):
        return None
    rest = _without(text, _HISTORY, cue(r"images?", r"docker", r"built"))
    return one_each(["history"], _spoken(rest, scope, "image"))


def _objects(kind: Kind, pattern: re.Pattern[str]) -> Topic:
    def topic(text: str, scope: Scope) -> list[Step] | None:
        if not pattern.search(text) or _of_containers(text):
            return None
        rest = _without(text, pattern, _DETAILS, cue(r"docker", r"local", r"driver"))
        if kind == "volume" and (
            match := re.search(r"\bdangling|unused|orphan", text, re.IGNORECASE)
        ):
            del match
            return [plain_step("volume", "ls", "--filter", "dangling=true")]
        if kind == "network" and (
            match := re.search(
                r"\b(bridge|overlay|macvlan|ipvlan)\s+(?:driver|networks)|driver\s+(bridge|overlay|macvlan|ipvlan)",
                text,
                re.IGNORECASE,
            )
        ):
            return [
                plain_step(
                    "network", "ls", "--filter", f"driver={match.group(1) or match.group(2)}"
                )
            ]
        if kind == "network" and cue(r"unused", r"dangling").search(text):
            return [plain_step("network", "ls", "--filter", "dangling=true")]
        things = _or_none(lambda: mentioned(rest, scope, kind))
        if things:
            return together([kind, "inspect"], things)
        owners = _or_none(lambda: mentioned(rest, scope))
        if owners:
            return together(["inspect", "--type", "container"], owners)
        if names_something(rest, scope, kind):
            mentioned(rest, scope, kind)
        flags = (
            ["--quiet"]
            if cue(
                r"names?\s+only", r"only\s+(?:the\s+)?names", r"just\s+(?:the\s+)?names", r"ids?"
            ).search(text)
            else []
        )
        return [plain_step(kind, "ls", *flags)]

    return topic


def _of_containers(text: str) -> bool:
    return bool(cue(r"containers?", r"who(?:se)?", r"which\s+services?").search(text))


def _or_none(look: Callable[[], Things | None]) -> Things | None:
    try:
        return look()
    except RefusedError as refused:
        if refused.error.code is Code.UNKNOWN_OBJECT:
            return None
        raise


def _images(text: str, scope: Scope) -> list[Step] | None:
    if not _IMAGES.search(text) or _of_containers(text):
        return None
    if cue(
        r"inspect",
        r"details?",
        r"config(?:uration)?",
        r"metadata",
        r"everything\s+about",
        r"labels\s+of",
        r"describe",
        r"architecture",
        r"entry\s?point",
        r"env\w*",
        r"when\s+was",
        r"digest\s+of",
    ).search(text):
        rest = _without(text, _IMAGES, _DETAILS, cue(r"docker"))
        things = _or_none(lambda: mentioned(rest, scope, "image"))
        if things:
            return together(["image", "inspect"], things)
    if cue(r"(?:which|what)\s+image").search(text) and not cue(r"images").search(text):
        things = _or_none(
            lambda: mentioned(
                _without(
                    text,
                    _IMAGES,
                    cue(r"run(?:s|ning)?", r"use[sd]?", r"using", r"based", r"version"),
                ),
                scope,
            )
        )
        if things:
            return together(["inspect", "--type", "container"], things)
    return list_images(_without(text, _IMAGES), scope)


def _details(text: str, scope: Scope) -> list[Step] | None:
    if not _DETAILS.search(text):
        return None
    rest = _without(
        text,
        _DETAILS,
        cue(
            r"docker",
            r"container",
            r"data",
            r"files?",
            r"which",
            r"assigned",
            r"use[sd]?",
            r"using",
            r"does",
            r"belong",
            r"connected",
            r"attached",
            r"limit",
            r"oom",
        ),
    )
    rest, _ = take_window(rest)
    things = mentioned(rest, scope)
    if things is None and cue(r"it", r"its", r"them", r"their").search(text):
        things = resolve("it", scope)
    if things is None:
        if cue(
            r"inspect", r"details", r"exit\s*code", r"restart\s*(?:count|policy)", r"env\w*", r"ip"
        ).search(text):
            resolve(_kind_words(text, "container"), scope)
        return None
    return together(["inspect", "--type", "container"], things)


def _anything_inspected(text: str, scope: Scope) -> list[Step] | None:
    """Answer `inspect <name>` for whatever kind of object bears the name."""
    match = re.fullmatch(
        r"(?:docker\s+)?inspect\s+(?:the\s+)?(?:image\s+|volume\s+|network\s+)?(?P<x>\S+)(?:\s+(?:image|volume|network))?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    kinds: tuple[Kind, ...] = ("container", "image", "volume", "network")
    found = [
        (kind, shelf.things[position])
        for kind in kinds
        for shelf in (scope.index.shelf(kind),)
        for position in shelf.named(match.group("x"))
        if kind == "container"
        or re.search(rf"\b{kind}\b", text)
        or not scope.index.containers.named(match.group("x"))
    ]
    if len(found) != 1 or found[0][0] == "container":
        return None
    kind, thing = found[0]
    return together([kind, "inspect"], [thing])


def _compose(text: str, scope: Scope) -> list[Step] | None:
    if not _COMPOSE.search(text) or names_something(
        _without(text, _COMPOSE, cue(r"compose", r"docker")), scope
    ):
        return None
    return [plain_step("compose", "ls", *(["--all"] if cue(r"all").search(text) else []))]


def _listed(text: str, scope: Scope) -> list[Step] | None:
    if not (_CONTAINERS.search(text) and (_LIST.search(text) or _STATUS.search(text))):
        return None
    if cue(r"is|are|was").search(text.split(" ", 1)[0]) and not cue(
        r"containers?\s*$|any|there"
    ).search(text):
        things = mentioned(_without(text, cue(r"status", r"up")), scope, group=True)
        if things:
            return status_of(things, scope)
    return list_containers(text, scope)


def _status(text: str, scope: Scope) -> list[Step] | None:
    if not _STATUS.search(text):
        return None
    rest = _without(
        text,
        cue(
            r"status(?:es)?",
            r"states?",
            r"health",
            r"uptime",
            r"long",
            r"alive",
            r"ok(?:ay)?",
            r"fine",
            r"online",
            r"happy",
            r"current",
            r"responding",
            r"healthy",
            r"unhealthy",
            r"up",
            r"down",
            r"running",
            r"dead",
            r"crash(?:ed|ing)",
            r"restarting",
            r"paused",
            r"exited",
            r"stopped",
            r"ready",
            r"exist(?:s)?",
        ),
    )
    things = mentioned(rest, scope, group=bool(_MANY.search(rest)))
    if (
        things is None
        and cue(r"it", r"they", r"them", r"its", r"that").search(text)
        and (scope.last or scope.target)
    ):
        things = resolve("it", scope)
    if things:
        return status_of(things, scope)
    return list_containers(text, scope)


def _running(text: str, scope: Scope) -> list[Step] | None:
    if not _LIST.search(text):
        return None
    named = names_something(text, scope)
    if not named and cue(
        r"containers?",
        r"running",
        r"everything",
        r"what\s+is\s+(?:up|there|on)",
        r"ps",
        r"ls",
        r"all",
        r"docker",
    ).search(text):
        return list_containers(text, scope)
    things = _or_none(lambda: mentioned(text, scope, group=bool(_MANY.search(text))))
    if things:
        return status_of(things, scope)
    return None


TOPICS: tuple[Topic, ...] = (
    _why,
    _compose,
    _version,
    _info,
    _anything_inspected,
    _events,
    _diff,
    _space,
    _logs,
    _stats,
    _history,
    _ports,
    _top,
    _objects("volume", _VOLUMES),
    _objects("network", _NETWORKS),
    _images,
    _listed,
    _details,
    _status,
    _running,
)
