"""All detectors together: find secrets in a text, fast where there are none.

Four passes, each linear in the text: runs of 20 and more characters as tokens are made of, in
and around which the published forms are tried; names that say what their values are; passwords
in URLs; blocks of private keys.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.docker.outcome import REDACTED
from runtime.secrets import assigned, blocks
from runtime.secrets.form import Form
from runtime.secrets.names import is_innocent, looks_random

# Ids, digests and UUIDs are no tokens: nothing but hexadecimal digits, and no more than SHA-512.
_RUN = re.compile(r"\b[\w-]{20,}+", re.ASCII)
_HEX = re.compile(r"[0-9a-f-]{20,140}")
# The longest text in front of the first run of a secret: hooks.slack.com/services/T.../B.../
_LEAD = 64
_TAIL = 4
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_USERINFO = re.compile(r"://[^\s:/?#@\"'<>]{0,256}:([^\s/?#\"'<>]{1,512})@")
_WEBHOOK = re.compile(
    r"webhook\.office\.com/webhookb2/([0-9a-z@-]{60,90}/IncomingWebhook/[\w-]{20,40}/[\w-]{30,90})"
)
_BEARER = re.compile(r"bearer[ \t]{1,4}([a-z0-9._~+/=-]{16,4096})")
_HASH = re.compile(
    r"\$(?:1|apr1|2[abxy]|5|6|7|y|argon2id?|argon2d|scrypt)\$[./A-Za-z0-9$=,+-]{20,512}"
)
_TOLD = re.compile(
    r"\b(?:password|passwd|passphrase|token|secret|api[ -]?key)\b"
    r"(?:[ \t]+(?:is|to|of|as|be|was|with|for[ \t]+\S{1,64}[ \t]+is))?[ \t]+"
    r"[\"'`]?([^\s\"'`]{6,256})"
)
_CLIENT = re.compile(
    r"(?:\b(?:mysql(?:dump|admin)?|mariadb(?:-dump|-admin)?)\b[^|;&\n]{0,256}?[ \t]-p"
    r"|\bsshpass[ \t]+-p[ \t]{0,4}"
    r"|\bredis-cli\b[^|;&\n]{0,256}?[ \t](?:-a|--pass)[ \t]{1,4}"
    r"|\b(?:docker[ \t]{1,4}login|mongo|mongosh|mongodump)\b[^|;&\n]{0,256}?[ \t]-p[ \t]{0,4}"
    r"|\bcurl\b[^|;&\n]{0,256}?[ \t](?:-u|--user)[ \t=]{0,4}[\"']?[^\s:\"']{1,64}:)"
    r"[\"']?([^\s\"'\-][^\s\"']{0,255})"
)


_PROGRAMS = ("mysql", "mariadb", "sshpass", "redis-cli", "docker login", "mongo", "curl ")


@dataclass(frozen=True, slots=True)
class Found:
    """A secret in a text: where it stands, and what it is, in words."""

    start: int
    end: int
    name: str


class Detectors:
    """Finds secrets. Safe for any number of callers at once; keeps nothing of what it sees."""

    def __init__(self, forms: Iterable[Form]) -> None:
        by_anchor: dict[str, list[Form]] = {}
        for form in forms:
            for anchor in form.anchors:
                by_anchor.setdefault(anchor, []).append(form)
        # Where one anchor begins another, the longer is found, and the forms of both are tried.
        self._forms = {
            anchor: [
                form
                for other, forms in by_anchor.items()
                if anchor.startswith(other)
                for form in forms
            ]
            for anchor in by_anchor
        }
        self._anchor = re.compile(_any_of(by_anchor))

    def find(self, text: str, *, asked: bool = False) -> list[Found]:
        """Return the secrets of a text from left to right; none reaches into another.

        `asked` is for what a caller wrote: there, a password that is told in a sentence counts.
        """
        lowered = _lowered(text)
        spans = [
            *self._tokens(text),
            *assigned.find(text, lowered, asked=asked),
            *_urls(text),
            *((each.start(1), each.end(1), "a bearer token") for each in _bearers(lowered)),
            *blocks.find(text),
            *_handed(text),
            *((each.start(), each.end(), "a password's hash") for each in _hashes(text)),
        ]
        if asked:
            spans += _told(text, lowered)
        return _merged(spans) if spans else []

    def redact(self, text: str) -> str:
        """Return the text with `[redacted]` where its secrets stood."""
        found = self.find(text)
        if not found:
            return text
        parts: list[str] = []
        at = 0
        for each in found:
            parts += text[at : each.start], REDACTED
            at = each.end
        return "".join((*parts, text[at:]))

    def _tokens(self, text: str) -> Iterator[tuple[int, int, str]]:
        done = 0
        for run in _RUN.finditer(text):
            start, end = run.span()
            if end <= done or (_HEX.fullmatch(text, start, end) and text[start - 1 : start] != "."):
                continue
            at = max(done, start - _LEAD)
            while anchor := self._anchor.search(text, at, end + _TAIL):
                at = anchor.start() + 1
                for form in self._forms[anchor[0]]:
                    if found := form.at(text, anchor.start()):
                        rest = _TOKEN.match(text, found[1])
                        stop = rest.end() if rest else found[1]
                        yield found[0], stop, form.name
                        at = max(at, stop)
                        break
            done = max(at, end)


def _any_of(texts: Iterable[str]) -> str:
    """Return a pattern of all texts that shares what they share: `a(?:b|cd)`."""
    below: dict[str, list[str]] = {}
    for text in texts:
        below.setdefault(text[:1], []).append(text[1:])
    end = below.pop("", None) is not None
    branches = [re.escape(first) + _any_of(rest) for first, rest in sorted(below.items())]
    if not branches:
        return ""
    if len(branches) == 1 and not end:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if end else ''}"


def _lowered(text: str) -> str:
    """Return the text with ASCII letters in lower case: as long as it was, unlike `str.lower`."""
    if text.isascii():
        return text.lower()
    return text.encode(errors="surrogatepass").lower().decode(errors="surrogatepass")


def _urls(text: str) -> Iterator[tuple[int, int, str]]:
    for each in _USERINFO.finditer(text):
        if not is_innocent(each[1], "password"):
            yield each.start(1), each.end(1), "a password in a URL"
    for each in _WEBHOOK.finditer(text):
        yield each.start(1), each.end(1), "a Teams webhook"


def _bearers(lowered: str) -> Iterator[re.Match[str]]:
    if "bearer" in lowered:
        for each in _BEARER.finditer(lowered):
            if looks_random(each[1]):
                yield each


def _hashes(text: str) -> Iterator[re.Match[str]]:
    return _HASH.finditer(text) if "$" in text else iter(())


def _handed(text: str) -> Iterator[tuple[int, int, str]]:
    """Give what is handed to a program that takes a password: `docker top` shows it."""
    if any(program in text for program in _PROGRAMS):
        for each in _CLIENT.finditer(text):
            if not is_innocent(each[1], "password"):
                yield each.start(1), each.end(1), "a password in an argument"


def _told(text: str, lowered: str) -> Iterator[tuple[int, int, str]]:
    """Give what a caller tells in a sentence."""
    for each in _TOLD.finditer(lowered):
        if looks_random(text[each.start(1) : each.end(1)]):
            yield each.start(1), each.end(1), "a password or a token"


def _merged(spans: list[tuple[int, int, str]]) -> list[Found]:
    """Return the spans in order, those that touch as one; the more telling name stays."""
    merged: list[Found] = []
    for start, end, name in sorted(spans, key=lambda each: (each[0], -each[1])):
        if end <= start:
            continue
        if merged and start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Found(last.start, max(last.end, end), _better(last.name, name))
        else:
            merged.append(Found(start, end, name))
    return merged


def _better(one: str, other: str) -> str:
    """Return the one that says what it is: names of forms begin with an article."""
    return one if one.startswith(("a ", "an ")) else other
