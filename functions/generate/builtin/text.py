"""From what somebody typed to plain words: quotes, contractions, punctuation, courtesy."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 2_000
"""Characters of a request that is read; a longer one is no sentence about containers."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2013\u2014", "-"),
        "\u2026": ".",
    }
)
"""Quotes, dashes and ellipses of other keyboards."""
_QUOTED = re.compile(r"""(?<![\w])(["'`])([^\s"'`]+)\1(?!\w)""")
KEPT_SPACE = "\u2423"
"""A space in an argument of a command, which parts no words."""
_COMMAND = re.compile(r"\b(?:run|runs|execute|exec|executes|running)\b", re.IGNORECASE)
_WHOLE_COMMAND = re.compile(r"\b(?:runs?|executes?|exec|running|command)[\s:]*$", re.IGNORECASE)
_COMMAND_BEGINS = re.compile(
    r"\b(?:runs?|executes?|exec|running|command|called|named|as|and|with|container|image)[\s:]*$",
    re.IGNORECASE,
)
_PHRASE_QUOTES = re.compile(r"""(?<!\w)(["'`])([^"'`]*)\1(?!\w)""")
_CONTRACTIONS = (
    (re.compile(r"\b(wo)n't\b", re.IGNORECASE), "will not"),
    (re.compile(r"\b(ca)n't\b|\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bain't\b", re.IGNORECASE), "is not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
    (re.compile(r"\bdont\b", re.IGNORECASE), "do not"),
    (re.compile(r"\b(let)'s\b", re.IGNORECASE), "let us"),
    (
        re.compile(r"\b(what|which|who|where|how|it|that|there|here|when|why)'s\b", re.IGNORECASE),
        r"\1 is",
    ),
    (re.compile(r"\b(what|who|where|how)s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(what|which|who|where|how|they|you|we|there)'re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(i)'d\b", re.IGNORECASE), r"\1 would"),
    (re.compile(r"\b(i|you|we|they)'ve\b", re.IGNORECASE), r"\1 have"),
    (re.compile(r"\b(i|you|we|they|it)'ll\b", re.IGNORECASE), r"\1 will"),
    (re.compile(r"\b(i)'m\b", re.IGNORECASE), r"\1 am"),
    (
        re.compile(
            r"(?<=\w)'s(?= (?:being|been|not|gone|going|down|up|dead|broken|stuck|slow|hanging|"
            r"acting|unhealthy|still|just|so|too|really|now|no|misbehaving|failing|crashing|looping)\b)",
            re.IGNORECASE,
        ),
        " is",
    ),
    (re.compile(r"(?<=\w)'s\b", re.IGNORECASE), ""),
    (re.compile(r"\b((?:is|are) [^,.?]{1,80}?) (?:ok|okay)\b", re.IGNORECASE), r"\1 fine"),
    (re.compile(r"(?<=\w)\s+(?:ok|okay)\s*\?", re.IGNORECASE), " status ?"),
    (re.compile(r"(?<=s)'(?=\s|$)"), ""),
)
_BREAKS = (
    (re.compile(r"[()\[\]{}<>](?=\s|$)|(?<!\S)[()\[\]{}<>](?!none>)"), " "),
    (re.compile(r"[,;](?=\s|$)|(?<=\s)[,;]"), " , "),
    (re.compile(r"\s-{1,2}\s"), " , "),
    (
        re.compile(
            r"(?:, |\band |\balso |\bwith |\bplus )*(?:the )?(?:stopp?ed|exited|halted|dead"
            r"|inactive|non-running"
            r"|not running)(?: ones| containers)?,? (?:too|as well|also|included)(?=\s*$|[,.!?])",
            re.IGNORECASE,
        ),
        " including stopped",
    ),
    (re.compile(r"^((?:ask|tell|inside|in|within|on)\b[^:,.]{1,60}):(?=\s)", re.IGNORECASE), r"\1"),
    (re.compile(r":(?=\s+\S+\s*$)"), " "),
    (re.compile(r"(?<![\w#])#(\d+)\b"), r"\1"),
    (re.compile(r"\b(?:a |the )?quarter(?: of an)? hour\b", re.IGNORECASE), "15 minutes"),
    (re.compile(r"\b(?:an|one|1) hour and a half\b", re.IGNORECASE), "90 minutes"),
    (re.compile(r"\bhalf (?:an |a )?hour\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"\bhalf (?:an |a )?minute\b", re.IGNORECASE), "30 seconds"),
    (re.compile(r"\b(?:one and a half|1 1/2)\b", re.IGNORECASE), "1.5"),
    (re.compile(r"\btwo and a half\b", re.IGNORECASE), "2.5"),
    (re.compile(r"\ba (?:full|whole|good) (?=second|minute|hour|day)", re.IGNORECASE), "1 "),
    (re.compile(r"(?<!run)(?<!execute)(?<!command)(?<!exec)[:](?=\s)", re.IGNORECASE), " , "),
    (re.compile(r"[:](?=\s|$)"), " "),
    (re.compile(r"[.!?]+(?=\s|$|,)"), " . "),
    (re.compile(r"[¿¡]"), " "),
)
_SPACE = re.compile(r"\s+")

_OPENERS = re.compile(
    r"(?:please|pls|plz|kindly|hey|hi|hello|ok|okay|docker|gateway|so|now|just|quickly|quick|simply"
    r"|go ahead(?: and)?|go and|(?:can|could|will|would|may) (?:you|i|we)(?: mind)?|tell me"
    r"|are you able to|(?:i|we) (?:want|need|wish|would like|would love)"
    r"(?! \S.{0,60} (?:up|back|running|online|down|gone|offline|off|on|dead|stopped|started"
    r"|restarted|paused|removed|deleted)[ .!]*$)(?: you)?(?: to)?"
    r"|(?:i|you|we) (?:should|must|have to|need to)|let us|let me|make sure(?: to| that you| you)?"
    r"|be so kind(?: as to| and)?|ensure(?: that(?: you)?)?|it is time to|time to|try to|help me"
    r"|feel free to|remember to|proceed to|do me a favou?r and|if possible|firstly|first|finally"
    r"|if you (?:could|can|would)|lastly|next|afterwards?|after that|then|and|also|additionally"
    r"|(?:once|when) (?:that is )?done|in addition|as well|quietly|carefully|safely|gracefully"
    r"|immediately|right away|asap|urgently|urgent|actually|maybe|perhaps|well|yes|i wonder"
    r"|(?:you|we|one|somebody|someone|anybody|anyone) (?:can|could|may|might)(?: now| also"
    r"| safely| just)?"
    r"|do you know|i am (?:curious|wondering|interested in)|(?:can|could) you tell me)"
    r"(?![\w.=/:-])[ ,]*",
    re.IGNORECASE,
)
_CLOSERS = re.compile(
    r"[ ,.]*(?<![\w.=/:-])(?:please|pls|plz|kindly|thanks?(?: you)?(?: a lot| so much"
    r"| in advance)?|thx|ty|asap"
    r"|cheers|now|right now|right away|immediately|at once|for (?:me|us|now)|again|if possible"
    r"|for a (?:moment|while|bit|minute|second|sec)|briefly|temporarily|completely|entirely"
    r"|fully|for good|gently|gracefully|softly|cleanly|properly|safely|nicely|carefully"
    r"|if you (?:can|could|would)|(?:would|will|could|can) you|ok|okay|docker|quickly|currently"
    r"|at the moment|at present|real quick|too|as well|instead|already|when you can|then"
    r"|when you have (?:a|the) (?:minute|moment|time)|once more|one more time|after (?:that|this"
    r"|it|them|those)|first"
    r"|afterwards?|in the meantime|for the time being|until further notice|from now on|until then"
    r"|until later|(?:and|but) nothing else|and no(?:thing)? more|somehow|real fast"
    r"|as soon as possible|before (?:i|we) \w+ .{1,40})[ ,.]*$",
    re.IGNORECASE,
)
"""Courtesy at the end."""


@dataclass(frozen=True, slots=True)
class Words:
    """A request in plain words. `quoted` are the tokens that stood in quotes, in lower case."""

    text: str
    quoted: frozenset[str]


_FAVOUR = re.compile(
    r"^\W*(?:please )?(?:do me a favou?r|be so kind|be a dear|be nice)(?: ?,)?(?: and)? ",
    re.IGNORECASE,
)


def plain(words: str) -> Words:
    """Return the words with contractions written out and punctuation set apart.

    A comma or semicolon becomes ` , `, the end of a sentence ` . `; dots, dashes and colons
    inside a word (names, images, ports) stay.
    """
    text = unicodedata.normalize("NFKC", words[: LONGEST + 1]).translate(_PLAIN)
    quoted = frozenset(match.group(2).strip(",.;!?").lower() for match in _QUOTED.finditer(text))
    text = _QUOTED.sub(r" \2 ", text)
    text = _PHRASE_QUOTES.sub(_unquoted, text)
    text = _FAVOUR.sub("", text)
    for pattern, written in _CONTRACTIONS:
        text = pattern.sub(written, text)
    for pattern, written in _BREAKS:
        text = pattern.sub(written, text)
    return Words(text=_SPACE.sub(" ", text).strip(), quoted=quoted)


_THANKS = re.compile(
    r"(?:[\s,;.!?]+(?:please|pls|plz|thanks|thank you|thx|ty|asap|right now|now))+[\s,;.!?]*$"
    r"|[\s!?]+$",
    re.IGNORECASE,
)


def without_thanks(line: str) -> str:
    """Return a docker line without the courtesy after it: `docker ps -a, please!`."""
    return _THANKS.sub("", line)


def _unquoted(match: re.Match[str]) -> str:
    """Return what stood in quotes; an argument of several words in a command stays one."""
    before = match.string[: match.start()]
    if _WHOLE_COMMAND.search(before):
        return f" {match.group(2).replace(' ', KEPT_SPACE)} "
    if _COMMAND.search(before) and not _COMMAND_BEGINS.search(before):
        return f" '{match.group(2).replace(' ', KEPT_SPACE)}' "
    return f" {match.group(2)} "


def squeeze(text: str) -> str:
    """Return the text with single spaces and no separators at its ends."""
    return _SPACE.sub(" ", text).strip(" ,.")


def without_courtesy(text: str) -> str:
    """Return the text without greetings, pleas and thanks at its ends."""
    text = squeeze(text)
    while (match := _OPENERS.match(text)) and match.end() > 0:
        text = text[match.end() :].lstrip(" ,.")
    while match := _CLOSERS.search(text):
        text = text[: match.start()]
    return squeeze(text)
