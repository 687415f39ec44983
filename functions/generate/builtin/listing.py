"""Lists: which containers, which images, by what they have in common."""

import re
from collections.abc import Callable

from contracts.errors import Code, RefusedError
from functions.generate.builtin.index import Index
from functions.generate.builtin.mention import chunks_of, mentioned, names_something
from functions.generate.builtin.modifiers import cut
from functions.generate.builtin.objects import Scope, Things, resolve
from functions.generate.builtin.phrase import STATES
from functions.generate.builtin.steps import Step, plain_step
from functions.generate.builtin.text import squeeze
from functions.generate.builtin.vocabulary import NUMBER, cue, number_of

_REF = r"(?P<v>[\w][\w./:@-]*)"
_PATH = r"(?P<v>/?[\w][\w./:-]*)"
_A = r"(?:the\s+|a\s+|an\s+|my\s+|our\s+)?"
_ALL = cue(
    r"all",
    r"every",
    r"everything",
    r"any",
    r"(?:including|include|even|also|with|plus)\s+(?:the\s+)?(?:ones\s+that\s+(?:are\s+)?)?(?:stopped|exited|not\s+running)(?:\s+ones|\s+containers)?(?:\s+too)?",
    r"(?:stopped|exited)\s+ones\s+(?:too|as\s+well|included)",
    r"(?:regardless|irrespective)\s+of\s+(?:their\s+|its\s+|the\s+)?(?:status|state)",
    r"(?:whether\s+)?(?:they\s+are\s+)?running\s+(?:or|and)\s+(?:not|stopped|exited)",
    r"(?:both\s+)?(?:running|active)\s+(?:and|or)\s+(?:stopped|exited|inactive)",
    r"(?:in\s+)?any\s+(?:state|status)",
    r"no\s+matter\s+(?:their|the|what)\s+(?:status|state)",
    r"-a",
    r"--all",
)
_RUNNING = re.compile(
    r"(?<![\w-])(?:only\s+|currently\s+)*(?:running|up)(?!\s+(?:or|and)\b|[\w-])(?!\s+on\b)",
    re.IGNORECASE,
)
_DIRECT = re.compile(
    r"(?<![\w-])(?P<k>status|name|ancestor|network|volume|publish|expose|health|since|before|exited|id|is-task)=(?P<v>[\w./:^$@=-]+)(?:\s+filters?)?",
    re.IGNORECASE,
)
_LABEL = (
    cue(
        r"(?:with\s+|having\s+|that\s+have\s+|carrying\s+)?"
        + _A
        + r"labels?(?:\s+(?:of|is|as|set\s+to|called|named|key))?\s+(?P<v>[\w.-]+=[\w./:-]+)"
    ),
    cue(r"label(?:led|ed)\s+(?:with\s+|as\s+)?(?P<v>[\w.-]+(?:=[\w./:-]+)?)"),
    cue(
        r"labels?\s+(?P<k>[\w.-]+)\s+(?:(?:is|set\s+to|equals?|equal\s+to|of|with\s+(?:the\s+)?value)\s+)(?P<v>[\w./:-]+)"
    ),
    cue(r"labels?\s+(?:called\s+|named\s+|key\s+)?(?P<v>[\w.-]+)(?=\s*(?:$|,|\.\s|and))"),
    cue(r"(?P<v>[\w.-]+=[\w./:-]+)(?:\s+label)?"),
    cue(r"(?P<v>[\w-]+\.[\w.-]+)\s+label"),
)
_ANCESTOR = (
    cue(
        r"(?:(?:with|having|from|using|of|as|by)\s+)?"
        + _A
        + r"(?:image|ancestor)(?:\s+(?:named|called|is|of|being|as))?\s+"
        + _REF
    ),
    cue(
        r"(?:(?:with|from|using|use|uses|based\s+on|based\s+off|running|run|runs|built\s+(?:on|from)|created\s+from|started\s+from|descended\s+from|by)\s+)?"
        + _A
        + _REF
        + r"(?:\s+(?:images?|ancestor)(?:\s+as\s+(?:an?\s+|their\s+)?ancestor)?|\s+as\s+(?:an?\s+|their\s+)?(?:ancestor|image))"
    ),
    cue(
        r"(?:based\s+(?:on|off)|built\s+(?:on|from|with)|derived\s+from|created\s+from|descend(?:ed|ing)?\s+from|launched\s+from|running\s+on)\s+"
        + _A
        + _REF
    ),
)
_NETWORK = (
    cue(
        r"(?:on|in|of|using|attached\s+to|connected\s+to|belonging\s+to|within|by|joined\s+to|use|filtered\s+by)?\s*"
        + _A
        + r"(?:docker\s+)?network\s+(?:named\s+|called\s+|is\s+)?(?P<v>[\w][\w.-]*)"
    ),
    cue(
        r"(?:on|in|of|using|attached\s+to|connected\s+to|belonging\s+to|within|by|joined\s+to|use|uses)?\s*"
        + _A
        + r"(?P<v>[\w][\w.-]*)\s+network"
    ),
)
_VOLUME = (
    cue(
        r"(?:with|using|use|uses|mount(?:s|ing|ed)?|having|have|own(?:s|ing)?|filtered\s+by)?\s*"
        + _A
        + r"volumes?\s+(?:named\s+|called\s+|as\s+|is\s+|at\s+|mounted\s+(?:at|on|to)\s+|path\s+)?"
        + _PATH
    ),
    cue(r"(?:mount(?:s|ing|ed)?|using|use|uses)\s+" + _A + _PATH + r"\s+volume"),
    cue(_A + r"(?P<v>[\w][\w.-]*)\s+volume"),
    cue(r"mount(?:s|ing|ed)?\s+(?:at\s+|on\s+)?(?P<v>/[\w./-]+)"),
)
_PORT = cue(
    r"(?P<x>expos(?:e|es|ed|ing)\s+)?"
    + _A
    + r"(?:host\s+|tcp\s+|udp\s+|dns\s+|http\s+|https\s+|public\s+|published\s+)*ports?\s+(?:number\s+)?(?P<v>\d{1,5}(?:/(?:tcp|udp))?)(?:\s+(?:published|exposed|mapped|open))?",
    r"(?:published?|listen(?:s|ing)?|bound|expos(?:e|es|ing))\s+(?:on\s+|to\s+)?:?(?P<w>\d{2,5})",
)
_CODE = cue(
    r"(?:exit(?:ed)?\s+)?(?:with\s+|of\s+)?(?:an?\s+|the\s+)?(?:exit\s+)?(?:status\s+)?(?:code|status)\s+(?:of\s+|is\s+|was\s+)?(?P<v>\d{1,3})",
    r"exited\s+(?:with\s+)?\(?(?P<w>\d{1,3})\)?",
)
_NAME = (
    cue(
        r"(?:with|whose|having|by)\s+(?:a\s+|the\s+|their\s+)?names?\s+(?:contain(?:s|ing)?|includ(?:es|ing)|like|match(?:es|ing)?|is|of|has)?\s*(?P<v>[\w.-]+)(?:\s+in\s+(?:it|them))?"
    ),
    cue(
        r"(?:whose\s+|with\s+)?(?:the\s+|a\s+)?names?\s+(?:that\s+)?(?P<how>start(?:s|ing)?\s+with|begin(?:s|ning)?\s+with)\s+(?P<v>[\w.-]+)"
    ),
    cue(r"(?:with|containing|having)\s+(?P<v>[\w.-]+)\s+in\s+(?:the\s+|their\s+|its\s+)?names?"),
    cue(r"(?P<how>starting\s+with|beginning\s+with|prefixed(?:\s+with)?)\s+(?P<v>[\w.-]+)"),
    cue(r"(?:named|called)\s+(?:like\s+)?(?P<v>[\w.-]+)"),
)
_WHEN = cue(
    r"(?:(?:that\s+were\s+|were\s+)?(?:created|made|started|generated|built|pulled|launched)\s+)?(?P<k>since|after|before)\s+(?:the\s+)?(?:container\s+|image\s+)?(?P<v>[\w][\w./:-]*)(?:\s+(?:container|image|was\s+created|one))?"
)
_LATEST = cue(
    rf"(?:the\s+)?(?P<n>{NUMBER})?\s*(?:last|latest|newest|most\s+recent(?:ly)?|recently)\s+(?P<m>{NUMBER})?\s*(?:created\s+|started\s+)?(?P<s>containers?)(?:\s+created)?",
    r"containers?\s+(?:created|made)\s+(?:last|most\s+recently)",
)
_QUIET = cue(
    r"(?:only|just)\s+(?:show\s+|list\s+|display\s+|return\s+|print\s+)?(?:me\s+)?(?:the\s+|their\s+)?(?:container\s+|image\s+|numeric\s+)?ids?",
    r"ids?\s+only",
    r"(?:the\s+)?(?:container\s+|image\s+)?ids?\s+(?:of|for)",
    r"(?:container|image|volume|network)\s+ids",
    r"quiet(?:ly)?(?:\s+mode)?",
    r"-q",
)
_SIZE = cue(
    r"sizes?",
    r"how\s+(?:big|large)",
    r"disk\s+(?:space|usage|size)",
    r"biggest",
    r"largest",
    r"space",
)
_FULL = cue(
    r"(?:no|without|un)[\s-]?trunc(?:ation|ating|ated|ate)?(?:\s+output)?",
    r"not\s+truncated?",
    r"(?:do\s+not|without)\s+truncat\w*(?:\s+(?:the\s+)?output)?",
    r"full(?:-length)?\s+(?:ids?|commands?|output|length)",
    r"complete\s+ids?",
)
_JSON = cue(r"(?:as|in)\s+json(?:\s+format)?", r"json(?:\s+format)?")
_HEALTH = cue(
    r"(?P<v>unhealthy|healthy|sick)",
    r"(?:are\s+)?not\s+(?P<w>healthy)",
    r"fail(?:ing|ed)?\s+(?:their\s+|its\s+|the\s+)?health\s*checks?",
)
_DANGLING = cue(
    r"dangling",
    r"untagged",
    r"orphan(?:ed)?",
    r"unused",
    r"not\s+(?:in\s+use|used|tagged|referenced)(?:\s+by\s+(?:any|a)\s+container)?",
    r"no\s+longer\s+(?:used|needed)",
    r"without\s+(?:a\s+)?tags?",
    r"unreferenced",
)
_STATUS = tuple(STATES)


def list_containers(text: str, scope: Scope) -> list[Step]:
    """Return `docker ps` with the filters that the words ask for."""
    flags: list[str] = []
    filters: list[str] = []
    text, latest = _latest(text)
    text = _take_filters(text, filters, scope)
    everything = _ALL.search(text) is not None and not _RUNNING.search(text)
    while match := _ALL.search(text):
        text = cut(text, match)
    text = _statuses(text, filters)
    about = _named(_without_output(text), filters, scope)
    gone = {"exited", "paused", "restarting", "created", "dead"}
    hidden = any(
        each.startswith("exited=") or each.removeprefix("status=") in gone for each in filters
    )
    still = [
        thing
        for thing in about
        if thing.container and thing.container.state not in {"running", "restarting", "paused"}
    ]
    if (everything and not any(each.startswith("status=") for each in filters)) or hidden or still:
        flags.append("--all")
    for each in dict.fromkeys(filters):
        flags += ["--filter", each]
    if not about:
        about = _in_state(filters, scope)
    if latest:
        flags += ["--last", str(latest)]
    return [plain_step("ps", *flags, *_output(text), about=about)]


def _in_state(filters: list[str], scope: Scope) -> Things:
    """Return what a list of one state shows, so that `it` may mean that."""
    words = [each.partition("=")[2] for each in filters if each.startswith(("status=", "health="))]
    if len(words) != 1 or len(filters) != 1 or words[0] not in STATES:
        return ()
    test = STATES[words[0]][1]
    return tuple(
        thing
        for thing in scope.index.containers.things
        if thing.container and test(thing.container)
    )


def _latest(text: str) -> tuple[str, int | None]:
    match = _LATEST.search(text)
    if match is None:
        return text, None
    said = match.group("n") or match.group("m")
    return cut(text, match) + " containers", number_of(said) if said else 1


def _without_output(text: str) -> str:
    for pattern in (_QUIET, _FULL, _SIZE, _JSON, _COLUMNS):
        text = pattern.sub(" ", text)
    return squeeze(text)


def _output(text: str) -> list[str]:
    flags = []
    if _QUIET.search(text):
        flags.append("--quiet")
    if _FULL.search(text):
        flags.append("--no-trunc")
    if _SIZE.search(text):
        flags.append("--size")
    if _JSON.search(text):
        flags += ["--format", "json"]
    return flags


def _take_filters(text: str, filters: list[str], scope: Scope) -> str:
    for take in (_direct, _code, _labels, _ports, _networks, _volumes, _ancestors, _when, _names):
        text = take(text, filters, scope)
    return text


def _direct(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    while match := _DIRECT.search(text):
        filters.append(f"{match.group('k').lower()}={match.group('v')}")
        text = cut(text, match)
    return text


def _code(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    if match := _CODE.search(text):
        filters.append(f"exited={match.group('v') or match.group('w')}")
        text = cut(text, match)
    return text


def _labels(text: str, filters: list[str], scope: Scope) -> str:
    for pattern in _LABEL:
        while match := pattern.search(text):
            value = match.group("v")
            if "=" not in value and "k" in pattern.groupindex:
                value = f"{match.group('k')}={value}"
            filters.append(f"label={value}")
            text = cut(text, match)
    return _label_words(text, filters, scope.index)


def _label_words(text: str, filters: list[str], index: Index) -> str:
    """Take out `owner ana`, `team pay`: a label's key beside one of its values."""
    for key, values in index.labels.items():
        match = re.search(
            rf"(?<![\w-]){re.escape(key)}(?:s|\s+is|\s+of)?\s+(?P<v>[\w./:-]+)", text, re.IGNORECASE
        )
        if match and match.group("v").lower() in values:
            filters.append(f"label={key}={values[match.group('v').lower()]}")
            text = cut(text, match)
    return text


def _ports(text: str, filters: list[str], scope: Scope) -> str:
    del scope
    while match := _PORT.search(text):
        kind = "expose" if match.group("x") else "publish"
        filters.append(f"{kind}={match.group('v') or match.group('w')}")
        text = cut(text, match)
    return text


_NOT_A_NETWORK = frozenset(
    "the a which what any same this that no docker all another every by named of on in mode and other".split()
)


def _networks(text: str, filters: list[str], scope: Scope) -> str:
    for pattern in _NETWORK:
        match = pattern.search(text)
        if match and match.group("v").lower() not in _NOT_A_NETWORK:
            filters.append(f"network={_spelled(match.group('v'), scope, 'network')}")
            return cut(text, match)
    for word in text.split():
        if scope.index.networks.named(word) and not scope.index.containers.words.get(word.lower()):
            filters.append(f"network={word}")
            return squeeze(text.replace(word, " "))
    return text


def _spelled(said: str, scope: Scope, kind: str) -> str:
    shelf = scope.index.networks if kind == "network" else scope.index.volumes
    hits = shelf.named(said)
    if not hits:
        hits = [p for word in shelf.correct(said.lower()) for p in shelf.named(word)]
    return shelf.things[hits[0]].name if len(hits) == 1 else said


def _volumes(text: str, filters: list[str], scope: Scope) -> str:
    for pattern in _VOLUME:
        match = pattern.search(text)
        if match and match.group("v").lower() not in _NOT_A_NETWORK | {
            "are",
            "is",
            "mounted",
            "do",
            "does",
        }:
            filters.append(f"volume={_spelled(match.group('v'), scope, 'volume')}")
            return cut(text, match)
    for word in text.split():
        if scope.index.volumes.named(word) and not scope.index.containers.named(word):
            filters.append(f"volume={word}")
            return squeeze(text.replace(word, " "))
    return text


_NOT_AN_IMAGE = frozenset(
    """the a which what any same this that no docker all container containers their its by names
    name status id ids and with of is are tag tags size sizes base running my same those latest
    old""".split()
)


def _ancestors(text: str, filters: list[str], scope: Scope) -> str:
    for pattern in _ANCESTOR:
        match = pattern.search(text)
        if match and match.group("v").lower() not in _NOT_AN_IMAGE:
            filters.append(f"ancestor={match.group('v').lower()}")
            return cut(text, match)
    for word in text.split():
        base = word.lower().partition(":")[0]
        shelf = scope.index.images
        if not shelf.words.get(word.lower()) or scope.index.containers.named(word):
            continue
        if (
            ":" in word
            or ("/" in word and base)
            or re.search(rf"\b(?:use|using|uses|from)\s+(?:the\s+)?{re.escape(word)}", text)
        ):
            filters.append(f"ancestor={word.lower()}")
            return squeeze(text.replace(word, " "))
    return text


def _when(text: str, filters: list[str], scope: Scope) -> str:
    match = _WHEN.search(text)
    if match is None:
        return text
    said = match.group("v")
    found = scope.index.containers.named(said) or re.fullmatch(r"[0-9a-f]{6,64}", said.lower())
    if not found:
        things = resolve(said, scope)
        said = things[0].name
    key = "before" if match.group("k").lower() == "before" else "since"
    filters.append(f"{key}={said}")
    return cut(text, match)


def _names(text: str, filters: list[str], scope: Scope) -> str:
    for pattern in _NAME:
        match = pattern.search(text)
        if match is None or match.group("v").lower() in {"and", "of", "the", "only", "images"}:
            continue
        said = match.group("v")
        how = "how" in pattern.groupindex
        filters.append(f"name=^{said}" if how else f"name={_name_filter(said, scope)}")
        return cut(text, match)
    return text


def _name_filter(name: str, scope: Scope) -> str:
    """Return the filter for exactly this name, where others contain it; docker's matches parts."""
    shelf = scope.index.containers
    if not shelf.named(name):
        return name
    parts = sum(name in thing.name for thing in shelf.things)
    return name if parts == 1 else f"^{name}$"


def _statuses(text: str, filters: list[str]) -> str:
    if match := _HEALTH.search(text):
        said = match.group("v")
        filters.append(
            "health=healthy" if said and said.lower() == "healthy" else "health=unhealthy"
        )
        return cut(text, match)
    found = []
    for word in text.split():
        state = STATES.get(word.lower())
        if state is not None and word.lower() not in {"up", "started", "live", "created"}:
            found.append(state[0])
    if re.search(r"\bnot\s+(?:currently\s+)?(?:running|up|active)\b", text, re.IGNORECASE):
        found = ["exited"]
    elif re.search(
        r"\b(?:just\s+)?(?:only\s+)?created\b.*\b(?:not|never)\s+started\b", text
    ) or re.search(
        r"\b(?:in\s+(?:the\s+)?|with\s+(?:the\s+)?(?:status\s+|state\s+)?|only\s+|status\s+)created\b",
        text,
    ):
        found = ["created"]
    for state in found:
        if state != "running":
            filters.append(f"status={state}")
    kept = [word for word in text.split() if word.lower() not in _STATUS]
    return " ".join(kept)


def _named(text: str, filters: list[str], scope: Scope) -> Things:
    """Add a filter for what is named: a compose project, or containers."""
    if not names_something(text, scope):
        return ()
    projects = scope.index.projects
    chunks = " ".join(chunks_of(text, scope)).split()
    spoken = [word for word in chunks if word.lower() in projects]
    plain = [
        word
        for word in chunks
        if word.lower()
        not in {
            *projects,
            "containers",
            "container",
            "project",
            "stack",
            "services",
            "service",
            "projects",
            "compose",
        }
    ]
    if len(spoken) == 1 and not plain:
        filters.append(f"label=com.docker.compose.project={projects[spoken[0].lower()]}")
        return ()
    try:
        things = mentioned(text, scope, group=True)
    except RefusedError as refused:
        if refused.error.code is Code.UNKNOWN_OBJECT and filters:
            return ()
        raise
    if not things:
        return ()
    filters.extend(f"name={_name_filter(thing.name, scope)}" for thing in things)
    return things


def status_of(things: Things, scope: Scope) -> list[Step]:
    """Return the `docker ps` that shows these containers, in whatever state."""
    flags: list[str] = []
    if any(
        thing.container and thing.container.state not in {"running", "restarting", "paused"}
        for thing in things
    ):
        flags.append("--all")
    for thing in things:
        flags += ["--filter", f"name={_name_filter(thing.name, scope)}"]
    return [plain_step("ps", *flags, about=things)]


def list_images(text: str, scope: Scope) -> list[Step]:
    """Return `docker images`, of one repository or filtered."""
    flags: list[str] = []
    if match := _WHEN.search(text):
        key = "before" if match.group("k").lower() == "before" else "since"
        flags += ["--filter", f"{key}={match.group('v')}"]
        text = cut(text, match)
    if match := _DANGLING.search(text):
        flags += ["--filter", "dangling=true"]
        text = cut(text, match)
    for pattern in _LABEL:
        if match := pattern.search(text):
            flags += ["--filter", f"label={match.group('v')}"]
            text = cut(text, match)
            break
    if re.search(r"\bintermediate\b", text):
        flags.append("--all")
    if re.search(r"\bdigests?\b", text):
        flags.append("--digests")
    for flag, pattern in (("--quiet", _QUIET), ("--no-trunc", _FULL)):
        if match := pattern.search(text):
            flags.append(flag)
            text = cut(text, match)
    if _JSON.search(text):
        flags += ["--format", "json"]
    reference = _image_reference(text, scope)
    return [plain_step("images", *flags, *([reference] if reference else []))]


_COLUMNS = cue(
    r"repository",
    r"repositories",
    r"tags?",
    r"ids?",
    r"sizes?",
    r"names?",
    r"table",
    r"created",
    r"columns?",
    r"local(?:ly)?",
    r"stored",
    r"downloaded",
    r"json",
)


def _image_reference(text: str, scope: Scope) -> str | None:
    text = _COLUMNS.sub(" ", text)
    for chunk in chunks_of(text, scope, "image"):
        for word in chunk.split():
            low = word.lower()
            things = [scope.index.images.things[p] for p in scope.index.images.words.get(low, ())]
            references = {thing.name for thing in things}
            bases = {name.rpartition(":")[0] or name for name in references}
            if low in {name.lower() for name in references | bases}:
                return low
            ends = {base for base in bases if base.rsplit("/", 1)[-1].lower() == low}
            if len(ends) == 1:
                return ends.pop()
    return None


Lister = Callable[[str, Scope], list[Step]]
