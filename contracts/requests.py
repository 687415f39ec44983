"""What callers send and what they get back.

A request is one JSON object on `gateway.<verb>.<caller>`; the reply is one JSON object on the
request's inbox. The caller's identity is the last token of the subject, never a field.
"""

import base64
import re
import unicodedata
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator
from pydantic.config import JsonDict

from contracts.docker.risk import Risk
from contracts.errors import Error
from contracts.events import Mode, Priority
from contracts.model import Fact, Strict
from contracts.plan import Ended, GeneratorUse

MAX_REQUEST_BYTES = 64 * 1024
MAX_NESTING = 32
MAX_UPLOAD = 48 * 1024
MAX_PARALLEL = 64
MAX_DEADLINE_S = 7 * 24 * 3600.0
DEFAULT_DEADLINE_S = 60.0
CALLER = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Caller(str):
    """Who asks: the last token of the request's subject, which only that caller may publish to."""

    __slots__ = ()


# Unicode categories that a person cannot see: controls, formats, surrogates, private use,
# unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Words are written by people: line breaks and tabs are theirs, and the two joiners are part of
# how Hindi and others are spelt.
_OF_PEOPLE = frozenset("\n\t\r\u200c\u200d")


def _seen(text: str, allowed: frozenset[str] = frozenset()) -> str:
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        if unicodedata.category(character) in _UNSEEN and character not in allowed:
            msg = f"holds the invisible or control character U+{ord(character):04X}"
            raise ValueError(msg)
    return text


def _readable(text: str) -> str:
    return _seen(text, _OF_PEOPLE)


def _not_blank(text: str) -> str:
    if not text.strip():
        msg = "is empty"
        raise ValueError(msg)
    return text


def _base64(text: str) -> str:
    """Refuse what is no base64 (RFC 4648, section 4), or ends in bits that mean nothing."""
    try:
        body = base64.b64decode(text, validate=True)
    except ValueError as error:
        msg = "is not base64"
        raise ValueError(msg) from error
    if base64.b64encode(body).decode() != text:
        msg = "is not base64 in its one form"
        raise ValueError(msg)
    return text


def _shallow(value: JsonValue) -> JsonValue:
    """Refuse what is nested deeper than anybody reads, and hidden characters at any depth."""
    level: list[JsonValue] = [value]
    for _ in range(MAX_NESTING):
        below: list[JsonValue] = []
        for each in level:
            if isinstance(each, str):
                _readable(each)
            elif isinstance(each, dict):
                below.extend(each.values())
                below.extend(each.keys())
            elif isinstance(each, list):
                below.extend(each)
        if not below:
            return value
        level = below
    msg = f"is nested deeper than {MAX_NESTING} levels"
    raise ValueError(msg)


Line = Annotated[str, AfterValidator(_seen), AfterValidator(_not_blank)]
Words = Annotated[str, AfterValidator(_readable), AfterValidator(_not_blank)]
Name = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_seen)]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Key = Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]
Hosts = Annotated[
    str,
    Field(
        pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9._-]*(,[A-Za-z0-9][A-Za-z0-9._-]*)*"
        r"|[A-Za-z0-9][A-Za-z0-9._-]*=[A-Za-z0-9._-]*(,[A-Za-z0-9][A-Za-z0-9._-]*=[A-Za-z0-9._-]*)*)$",
        max_length=1024,
    ),
]
Upload = Annotated[
    str,
    Field(max_length=MAX_UPLOAD * 4 // 3, json_schema_extra={"contentEncoding": "base64"}),
    AfterValidator(_base64),
]
CommandId = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]


# What the validators below say, in the words of JSON Schema.
_GIVEN_REQUEST: JsonDict = {"required": ["request"], "properties": {"request": {"type": "string"}}}
_GIVEN_COMMAND: JsonDict = {"required": ["command"], "properties": {"command": {"type": "string"}}}
_OFFERED: JsonDict = {"enum": ["read", "mutate", "destroy"]}


_OF_A_COMMAND = 'Send one JSON object with the id of a reply: {"command_id": "..."}.'


class Request(Strict):
    """The root of what a caller may ask.

    `verb` is the middle token of its subject, `shape` a hint to whoever sends something else.
    """

    verb: ClassVar[str]
    shape: ClassVar[str] = (
        'Send one JSON object, such as {"request": "restart the checkout service"} or '
        '{"command": "docker restart checkout"}.'
    )


class RunRequest(Request):
    """Do this: in words, or as a docker line; exactly one of the two.

    - `request`: what is wanted, in words.
    - `command`: what is wanted, as a docker line; no model is involved.
    - `target`: the name of what the words are about, where the caller knows it.
    - `host`: the only host that may be touched; any may be where it is not set.
    - `context`: anything that helps to understand the words. Data, never instructions.
    - `priority`: how urgent it is.
    - `source_id`: a label for statistics, never an identity.
    - `idempotency_key`: the same key from the same caller is the same command.
    - `mode`: `plan` says what would run and runs nothing.
    - `deadline_s`: seconds from now after which nothing of it starts.
    - `wait`: answer when it has ended (or is held), or as soon as it is stored.
    - `max_risk`: refuse anything above it, whatever policy says.
    - `hosts`: run it on each of these hosts: their names, or labels that all of them bear, such as
      `web-1,web-2` or `env=prod,tier=front`; `*` is every host. Not together with `host`.
    - `max_parallel`: on how many of them at once. After the first failure no more hosts begin.
    - `upload`: a file for a line that reads one (`docker cp - web:/etc`, `docker load`), as base64.
    """

    verb: ClassVar[str] = "run"
    model_config = ConfigDict(json_schema_extra={"oneOf": [_GIVEN_REQUEST, _GIVEN_COMMAND]})

    request: Words | None = None
    command: Line | None = None
    target: Name | None = None
    host: Host | None = None
    context: Annotated[JsonValue, AfterValidator(_shallow)] = None
    priority: Priority = "normal"
    source_id: Name | None = None
    idempotency_key: Key | None = None
    mode: Mode = "run"
    deadline_s: Annotated[float, Field(ge=1, le=MAX_DEADLINE_S)] = DEFAULT_DEADLINE_S
    wait: Literal["terminal", "accepted"] = "terminal"
    max_risk: Annotated[Risk, Field(strict=False, json_schema_extra=_OFFERED)] = Risk.DESTROY
    hosts: Hosts | None = None
    max_parallel: Annotated[int, Field(ge=1, le=MAX_PARALLEL)] = 1
    upload: Annotated[Upload | None, Field(repr=False)] = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.request is None) == (self.command is None):
            msg = "give exactly one of request (words) and command (a docker line)"
            raise ValueError(msg)
        if self.max_risk is Risk.ESCAPE:
            msg = "max_risk is one of read, mutate, destroy: reaching the host is never offered"
            raise ValueError(msg)
        if self.host is not None and self.hosts is not None:
            msg = "give one of host (where it is) and hosts (on each of them)"
            raise ValueError(msg)
        return self


class StatusRequest(Request):
    """How far is it? Answered from the history; of one's own commands only.

    - `command_id`: as a reply gave it.
    """

    verb: ClassVar[str] = "status"
    shape: ClassVar[str] = _OF_A_COMMAND

    command_id: CommandId


class CancelRequest(Request):
    """Stop it: what has not started will not, what only prints ends; of one's own commands only.

    - `command_id`: as a reply gave it.
    - `reason`: why, for whoever reads the history.
    """

    verb: ClassVar[str] = "cancel"
    shape: ClassVar[str] = _OF_A_COMMAND

    command_id: CommandId
    reason: Annotated[str, Field(max_length=1024), AfterValidator(_readable)] = ""


class OutputRequest(Request):
    """What did it print? Page by page, in full, while it runs and afterwards; one's own only.

    - `command_id`: as a reply gave it.
    - `after`: as the page before gave it; 0 for the first.
    """

    verb: ClassVar[str] = "output"
    shape: ClassVar[str] = _OF_A_COMMAND

    command_id: CommandId
    after: Annotated[int, Field(ge=0)] = 0


class PromptRequest(Request):
    """What would a model be sent? Nothing is sent, stored or run.

    - `request`, `target`, `host`, `hosts`, `context`: as in a request to run.
    """

    verb: ClassVar[str] = "prompt"

    request: Words
    target: Name | None = None
    host: Host | None = None
    hosts: Hosts | None = None
    context: Annotated[JsonValue, AfterValidator(_shallow)] = None

    @property
    def words(self) -> str:
        """What is wanted, by the name that events give it."""
        return self.request


class PromptMessage(Fact):
    """One message of those that a model is sent.

    - `role`: `system` for the gateway's instructions, `user` for data and the request.
    - `content`: all of it.
    """

    role: str
    content: str


class Prompt(Fact):
    """What leaves for a model's endpoint, in full.

    - `generator`: `builtin` sends nothing to anybody.
    - `endpoint`: where it is sent; null where nothing is.
    - `models`: who is asked, in order, until one answers.
    - `messages`: what is sent.
    - `answer_schema`: the JSON Schema that answers must keep to, with the names that exist.
    - `digest`: which version of the instructions this is, as events name it.
    """

    generator: str
    endpoint: str | None = None
    models: tuple[str, ...] = ()
    messages: tuple[PromptMessage, ...] = ()
    answer_schema: JsonValue = None
    digest: str = ""


class StepReport(Fact):
    """One step as its caller sees it.

    - `command`: the docker line.
    - `risk`: the harm that it can do.
    - `host`: where it ran, or would.
    - `exit_code`: the docker command line's; null where it did not run.
    - `stdout`, `stderr`: what docker printed.
    - `data`: the same as data.
    - `duration_ms`: milliseconds that the engine took; null where it did not run.
    - `truncated`: whether some of it was left out.
    - `redactions`: how many secrets were taken out of it.
    - `ended`: why what goes on by itself was ended; null where it ended by itself.
    """

    command: str
    risk: Risk
    host: str
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""
    data: JsonValue = None
    duration_ms: float | None = None
    truncated: bool = False
    redactions: int = 0
    ended: Ended | None = None


class OutputChunk(Fact):
    """A piece of what a step printed, stored under `output.<caller>.<command id>`.

    - `command_id`, `caller`: whose it is.
    - `step`, `number`: which step printed it, and which piece of it this is; from 0.
    - `claim`: tells the attempts of executors apart: a result names its own.
    - `stdout`, `stderr`: texts, to be joined in the order of the stream.
    - `data`: the same as data, in one chunk of a step.
    """

    command_id: str
    caller: str
    step: int
    claim: str = ""
    number: int = 0
    stdout: str = ""
    stderr: str = ""
    data: JsonValue = None

    @property
    def subject(self) -> str:
        """Where it is stored."""
        return f"output.{self.caller}.{self.command_id}"


class OutputPage(Fact):
    """A part of what a command printed, in the order in which it was stored.

    - `chunks`: some of it; of attempts that came to nothing, none once the command has ended.
    - `after`: where the next page begins: to be sent with the next request.
    - `more`: whether more is stored already.
    """

    chunks: tuple[OutputChunk, ...] = ()
    after: int = 0
    more: bool = False


Status = Literal["executed", "rejected", "failed", "held", "accepted", "planned"]


class Reply(Fact):
    """The answer to a request, and what `acg run --json` prints.

    - `command_id`: names the command from here on; null where nothing was stored.
    - `status`: `accepted` means that it has not ended yet; `stage` says where it is.
    - `outcome`: whether docker did what it was told; null unless executed.
    - `steps`: what ran or would run, in order.
    - `generator`: what turned the words into docker lines, and what that took.
    - `error`: why not, and what can be done; null where all went well.
    - `stage`: the newest event's type, of a command that has not ended.
    - `timings`: milliseconds by stage, and `total`.
    - `idempotent_until`: how long the same key gives this same command; null without a key.
    - `page`: what was printed, to whoever asked for that; the steps are left out then.
    - `prompt`: what a model would be sent, to whoever asked for that.
    """

    command_id: str | None = None
    status: Status
    outcome: Literal["succeeded", "failed"] | None = None
    steps: tuple[StepReport, ...] = ()
    generator: GeneratorUse | None = None
    error: Error | None = None
    timings: dict[str, float] = Field(default_factory=dict)
    stage: str | None = None
    idempotent_until: datetime | None = None
    page: OutputPage | None = None
    prompt: Prompt | None = None
