# ruff: noqa: E501 - one form, one line
"""Secrets as their issuers make them: put together at random, so that none stands in a file.

Each maker follows what the issuer publishes about the form (length, alphabet, prefix), not what
the detectors look for. `Made.core` is the part that must not be left in a text.
"""

import base64
import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM = string.ascii_letters + DIGITS
HEX = DIGITS + "abcdef"
BASE64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"
BASE32 = UPPER + "234567"
SYMBOLS = "!#%*+-_=?^~"


@dataclass(frozen=True)
class Made:
    text: str
    core: str


Maker = Callable[[Random], Made]


def chars(r: Random, alphabet: str, count: int) -> str:
    return "".join(r.choice(alphabet) for _ in range(count))


def prefixed(prefix: str, alphabet: str, count: int, tail: str = "") -> Maker:
    def make(r: Random) -> Made:
        core = chars(r, alphabet, count)
        return Made(prefix + core + tail, core)

    return make


def joined(*parts: str | tuple[str, int]) -> Maker:
    """Return a maker of fixed texts and random parts; the longest random part is the core."""

    def make(r: Random) -> Made:
        made = [part if isinstance(part, str) else chars(r, *part) for part in parts]
        random = [each for each, part in zip(made, parts, strict=True) if not isinstance(part, str)]
        return Made("".join(made), max(random, key=len))

    return make


def any_of(*makers: Maker) -> Maker:
    return lambda r: r.choice(makers)(r)


def b64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def jwt(r: Random) -> Made:
    head = {"alg": r.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    if r.random() < 0.5:
        head["kid"] = chars(r, HEX, 16)
    body = {"sub": chars(r, DIGITS, 10), "iat": r.randrange(10**9), "scope": "read write"}
    core = b64(r.randbytes(r.choice([32, 64, 256])))
    return Made(f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}.{core}", core)


def jwe(r: Random) -> Made:
    head = b64(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM"}).encode())
    core = b64(r.randbytes(120))
    return Made(".".join([head, b64(r.randbytes(256)), b64(r.randbytes(12)), core,
                          b64(r.randbytes(16))]), core)  # fmt: skip


def pem(r: Random) -> Made:
    kind = r.choice(["RSA ", "EC ", "", "OPENSSH ", "DSA ", "ENCRYPTED "])
    body = base64.b64encode(r.randbytes(r.choice([121, 600, 1190, 2350]))).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    begin, end = f"-----BEGIN {kind}PRIVATE " + "KEY-----", f"-----END {kind}PRIVATE " + "KEY-----"
    return Made("\n".join([begin, *lines, end]), lines[len(lines) // 2])


def pgp(r: Random) -> Made:
    body = base64.b64encode(r.randbytes(900)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    word = "PGP PRIVATE KEY " + "BLOCK-----"
    text = [f"-----BEGIN {word}", "Version: GnuPG v2", "", *lines, "=aB3d", f"-----END {word}"]
    return Made("\n".join(text), lines[3])


def telegram(r: Random) -> Made:
    core = "AA" + chars(r, URLSAFE, 33)
    return Made(f"{r.randrange(10**8, 10**10)}:{core}", core)


def discord(r: Random) -> Made:
    user = b64(str(r.randrange(10**17, 10**19)).encode())
    core = chars(r, URLSAFE, r.choice([27, 38]))
    return Made(f"{user}.{chars(r, URLSAFE, 6)}.{core}", core)


def password(r: Random) -> Made:
    """Return what a password generator makes: 12 to 32 characters, often with marks."""
    alphabet = r.choice([ALNUM, ALNUM + SYMBOLS, ALNUM + SYMBOLS, URLSAFE])
    core = r.choice(LOWER) + chars(r, alphabet, r.randrange(10, 30)) + r.choice(DIGITS)
    return Made(core, core)


def weak(r: Random) -> Made:
    """Return what a person makes: words, a year, a mark."""
    words = ("summer", "hunter", "dragon", "corp", "Welcome", "monkey", "qwerty", "letmein")
    core = r.choice(words) + r.choice(["", "-", "_"]) + r.choice(words) + r.choice(["", "1", "!9"])
    return Made(core, core)


def in_url(scheme: str, host: str) -> Maker:
    def make(r: Random) -> Made:
        core = chars(r, ALNUM + "-_.!*", r.randrange(8, 24)) + "7"
        user = r.choice(["app", "root", "svc-orders", "admin", ""])
        return Made(f"{scheme}://{user}:{core}@{host}", core)

    return make


FORMS: dict[str, Maker] = {
    "AWS access key id": any_of(prefixed("AK" + "IA", BASE32, 16), prefixed("AS" + "IA", BASE32, 16)),
    "GitHub token": any_of(*(prefixed(f"gh{kind}_", ALNUM, 36) for kind in "pousr")),
    "GitHub fine-grained token": joined("github_" + "pat_", (ALNUM, 22), "_", (ALNUM, 59)),
    "GitLab token": any_of(*(prefixed(f"{kind}-", URLSAFE, 20) for kind in ("glpat", "gldt", "glrt", "glptt"))),
    "Slack bot or user token": any_of(
        joined("xo" + "xb-", (DIGITS, 12), "-", (DIGITS, 13), "-", (ALNUM, 24)),
        joined("xo" + "xp-", (DIGITS, 12), "-", (DIGITS, 12), "-", (DIGITS, 13), "-", (HEX, 32)),
    ),
    "Slack app token": joined("xa" + "pp-1-A", (UPPER + DIGITS, 10), "-", (DIGITS, 13), "-", (HEX, 64)),
    "Slack webhook": joined(
        "https://hooks.slack.com/" + "services/T", (UPPER + DIGITS, 10), "/B", (UPPER + DIGITS, 10), "/", (ALNUM, 24)
    ),
    "Stripe key": any_of(
        prefixed("sk_" + "live_", ALNUM, 24), prefixed("rk_" + "live_", ALNUM, 99),
        prefixed("sk_" + "test_", ALNUM, 99), prefixed("wh" + "sec_", ALNUM, 32),
    ),
    "Google API key": prefixed("AI" + "za", URLSAFE, 35),
    "Google OAuth secret": prefixed("GOC" + "SPX-", URLSAFE, 28),
    "Google access token": joined("ya" + "29.", (URLSAFE, 120)),
    "OpenAI key": any_of(
        prefixed("s" + "k-", ALNUM, 48),
        joined("s" + "k-proj-", (URLSAFE, 74), "T3Blb" + "kFJ", (URLSAFE, 74)),
    ),
    "Anthropic key": prefixed("s" + "k-ant-api03-", URLSAFE, 93, "AA"),
    "Hugging Face token": prefixed("h" + "f_", ALNUM, 34),
    "JSON web token": jwt,
    "JSON web token, encrypted": jwe,
    "npm token": prefixed("np" + "m_", ALNUM, 36),
    "PyPI token": joined("pyp" + "i-AgEIcHlwaS5vcmc", (URLSAFE, 150)),
    "Docker access token": prefixed("dckr_" + "pat_", URLSAFE, 27),
    "swarm join token": joined("SWM" + "TKN-1-", (LOWER + DIGITS, 50), "-", (LOWER + DIGITS, 25)),
    "Telegram bot token": telegram,
    "Discord bot token": discord,
    "SendGrid key": joined("S" + "G.", (URLSAFE, 22), ".", (URLSAFE, 43)),
    "Twilio key": any_of(prefixed("S" + "K", HEX, 32), prefixed("A" + "C", HEX, 32)),
    "Mailchimp key": joined((HEX, 32), "-us", (DIGITS, 1)),
    "DigitalOcean token": prefixed("dop_" + "v1_", HEX, 64),
    "Shopify token": prefixed("shp" + "at_", HEX, 32),
    "Databricks token": prefixed("da" + "pi", HEX, 32),
    "Vault token": prefixed("hv" + "s.", URLSAFE, 90),
    "Grafana token": joined("gl" + "sa_", (ALNUM, 32), "_", (HEX, 8)),
    "Atlassian token": joined("ATA" + "TT3xFfGF0", (URLSAFE, 172), "=", (UPPER + DIGITS, 8)),
    "Square token": any_of(prefixed("sq0" + "atp-", URLSAFE, 22), prefixed("sq0" + "csp-", URLSAFE, 43)),
    "nkey seed": any_of(prefixed("S" + "UA", BASE32, 55), prefixed("S" + "AA", BASE32, 55)),
    "age key": prefixed("AGE-SECRET-" + "KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "database URL": any_of(
        in_url("postgres", "db:5432/shop"), in_url("mysql", "db.internal/x?ssl=1"), in_url("redis", "cache:6379/0"),
        in_url("mongodb+srv", "cluster0.ab1cd.mongodb.net/app"), in_url("amqp", "mq:5672/%2f"),
    ),
    "basic-auth URL": any_of(in_url("https", "registry.internal/v2/"), in_url("http", "proxy:3128")),
    "private key": pem,
    "PGP private key": pgp,
}  # fmt: skip
"""What shows by itself what it is."""

NAMED: dict[str, Maker] = {
    "AWS secret key": prefixed("", BASE64, 40),
    "Azure storage key": prefixed("", BASE64, 86, "=="),
    "Twilio auth token": prefixed("", HEX, 32),
    "Heroku key": joined(*((HEX, n) if n else "-" for n in (8, 0, 4, 0, 4, 0, 4, 0, 12))),
    "password, generated": password,
    "password, made by a person": weak,
}
"""What shows only by the name that it is given."""
