"""Names that say of a value that it is a secret, and values that are none whatever their name."""

import re

_SECRET = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|PWD$|PASS(_|$)|SECRET|TOKEN|CREDENTIAL|PRIVATE|KEYS?(_|$)"
    r"|(^|_)AUTH(_|$)|COOKIE|SIGNATURE|SALT(_|$)|DSN$|CONNECTION_?STRING",
    re.IGNORECASE,
)
# What is secret wherever it is written, in lower case; `key`, `auth`, `cookie` and the like are
# so only as a variable of the environment.
_STRONG = re.compile(
    r"passw(?:or)?d(?!less)|passphrase|secret(?!ary)|token(?!i[sz])|credentials?$"
    r"|(?:^|[_.\-])pwd$|(?:^|[_.\-]|db|user|my|root|admin)pass$"
    r"|(?:api|access|secret|private|encryption|encrypt|signing|sign|account|auth|master|shared"
    r"|client|service|storage|webhook|license|deploy|hmac|jwt|aes|app|admin|server)[_.\- ]?keys?$"
    r"|connection_?string|(?:^|[_-])authorization$"
)
# What such names end in where the value is about a secret, and none itself.
_ABOUT = re.compile(
    r"(?:[_.\-]|(?<=token)|(?<=secret)|(?<=password))(?:file|path|dir|name|names|type|types|count"
    r"|length|len|expiry|expires|expiration|expires_?in|expires_?at|ttl|age|lifetime|url|uri"
    r"|endpoint|policy|version|field|header|enabled|required|prefix|size|limit|max|min|index"
    r"|status|present|valid|source|ref|usage|algorithm|arn|store|provider|class|manager|timeout"
    r"|interval|rotation|bucket|budget|rate|per_second|used|env|var|method|mode|user|host|port|level|realm)s?$"
    r"|(?:token|key)[_.\-]?ids?$"
    r"|^(?:max|min|num|total|prompt|completion|input|output|cached|next|page|continuation|next_?page"
    r"|sync|allow_empty|random|use|has|no|is|require|show|with)[_.\-]?(?:root_?)?(?:tokens?|passwords?"
    r"|secrets?)$"
    r"|(?:allow_empty|random|onetime)_(?:root_)?password$|(?:next|page|continuation|sync)_?token$"
    r"|tokens$"
)
# What a value may be that is none.
_WORDS = frozenset(
    """
    true false null none nil undefined yes no on off ok enabled disabled required optional
    missing invalid unknown expired revoked unset set empty default bearer basic negotiate
    digest failed failure error errors changed denied string str int bool object hidden masked
    redacted removed present absent incorrect wrong accepted rejected refreshed authentication
    auto plain env file vault n/a not is was has and or for
    """.split()  # noqa: SIM905 - a hundred words read best as text
)
_PLACEHOLDER = re.compile(
    r"\[|<|\$[A-Za-z_{(]|\{\{|%[sdvq({]|[*x.\u2022-]{3,64}(?![^\s\"'`,;&)}\]])"
    r"|sha(?:1|256|384|512):|process\.env|os\.(?:environ|getenv)|system\.getenv",
    re.IGNORECASE,
)
_PATH = re.compile(r"\.{0,2}(?:/[A-Za-z0-9_.@-]{1,40}){2,}/?|[a-z]:\\.*")
# A shell's working folders.
_FOLDERS = frozenset({"PWD", "OLDPWD"})
_NUMBER = re.compile(r"-?[0-9]{1,7}(?:\.[0-9]+)?(?:ms|s|m|h|d|%)?")
_PASSWORD = re.compile(r"passw|passphrase|pwd")


def is_password(name: str) -> bool:
    """Tell whether a name is that of a password, of which nothing but its name need be said."""
    return bool(_PASSWORD.search(name.lower()))


def is_secret(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret."""
    return bool(_SECRET.search(name))


def is_variable(name: str) -> bool:
    """Tell whether a variable's value is a secret, and not something about one."""
    return is_secret(name) and not _ABOUT.search(name.lower())


def is_strong(name: str) -> bool:
    """Tell whether a name says so anywhere: in a log, a document, a flag."""
    lowered = name.lower()
    return bool(_STRONG.search(lowered)) and not _ABOUT.search(lowered)


def is_placeholder(text: str, at: int = 0) -> bool:
    """Tell whether what begins at this place stands for a value: `${NAME}`, `<password>`."""
    return bool(_PLACEHOLDER.match(text, at))


def is_innocent(value: str, name: str = "") -> bool:
    """Tell whether a value is none of a secret: a state, a placeholder, a path, a count."""
    value = value.strip().rstrip(".,;:!?)")
    if not value or value.lower() in _WORDS or is_placeholder(value):
        return True
    if name in _FOLDERS:
        return True
    if _NUMBER.fullmatch(value) and (value in "01" or not is_password(name)):
        return True
    return bool(_PATH.fullmatch(value))


def is_given(name: str, value: str) -> bool:
    """Tell whether a value that a document gives to a name is a secret."""
    variable = name.isupper() and is_variable(name)
    return (variable or is_strong(name)) and not is_innocent(value, name)


def looks_random(value: str) -> bool:
    """Tell whether a word in a sentence was more likely made up as a password than written."""
    value = value.rstrip(".,;:!?)")
    if len(value) < _SHORT or "://" in value or _TIME.match(value):
        return False
    letters = any(map(str.isalpha, value))
    digits = any(map(str.isdigit, value))
    return letters and (digits or any(mark in value for mark in "!@#$%^&*+=~?"))


_SHORT = 6
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}|[0-9]{1,2}:[0-9]{2}|v?[0-9]+\.[0-9]+")
