"""How Go prints a value: fmt's %v, and the verbs of printf."""

import re
from typing import Any

from runtime.adapters.docker.text import human, values

WIDEST = 1000
_INTEGRAL = 1e21
_HINT = "Write {{json .X}}, or name its fields."
_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d*)(?P<digits>\.\d*)?(?P<verb>[a-zA-Z%])")
_FITS: dict[str, tuple[type, ...]] = {
    "d": (int,), "x": (int,), "X": (int,), "o": (int,), "c": (int,),
    "f": (float,), "e": (float,), "g": (float,), "t": (bool,),
}  # fmt: skip
_KINDS: dict[type, str] = {bool: "bool", int: "int", float: "float64", str: "string"}
# The fields of structs that docker prints whole, in the order of their Go type.
_STRUCTS: dict[str, tuple[str, ...]] = {
    "Mounts": (
        "Type", "Name", "Source", "Destination", "Driver", "Mode", "RW", "Propagation",
    ),
    "RestartPolicy": ("Name", "MaximumRetryCount"),
    "State": (
        "Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead", "Pid", "ExitCode",
        "Error", "StartedAt", "FinishedAt", "Health",
    ),
}  # fmt: skip
_BINDING = ("HostIp", "HostPort")


class InvalidTemplateError(Exception):
    """The template is wrong, whatever the object; `hint` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def printed(value: Any) -> str:  # noqa: PLR0911 - one line per kind of value
    """Return a value as Go prints it (fmt's %v)."""
    if isinstance(value, values.Missing):
        return "<no value>"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < _INTEGRAL else repr(value)
    if isinstance(value, list):
        return f"[{' '.join(printed(item) for item in value)}]"
    if isinstance(value, values.GoMap):
        pairs = (f"{key}:{printed(item)}" for key, item in sorted(value.items()))
        return f"map[{' '.join(pairs)}]"
    return _struct(value) if isinstance(value, values.GoStruct) else str(value)


def _struct(value: values.GoStruct) -> str:
    """Print the fields of a struct; a pointer in it would print its address, which says nothing."""
    names = _STRUCTS.get(value.name, _BINDING if set(value) == set(_BINDING) else ())
    fields = [value.get(name, None if name == "Health" else "") for name in names]
    if (value and not names) or any(isinstance(field, dict) for field in fields):
        raise InvalidTemplateError("a whole object has no text of its own", _HINT)
    return f"{{{' '.join(printed(field) for field in fields)}}}"


def printf(form: str, *arguments: Any) -> str:
    """Return the arguments in a form, with Go's words for a verb that does not fit its argument."""
    remaining = list(arguments)

    def one(verb: re.Match[str]) -> str:
        if verb["verb"] == "%":
            return "%"
        if not remaining:
            return f"%!{verb['verb']}(MISSING)"
        if max(int(verb["width"] or 0), int((verb["digits"] or ".")[1:] or 0)) > WIDEST:
            raise InvalidTemplateError(f"printf pads to at most {WIDEST} characters")
        return _formed(verb, remaining.pop(0))

    formed = _VERB.sub(one, form)
    if remaining:
        extra = ", ".join(f"{_KINDS.get(type(each), '')}={printed(each)}" for each in remaining)
        formed += f"%!(EXTRA {extra})"
    return formed


def _formed(verb: re.Match[str], value: Any) -> str:
    letter, flags = verb["verb"], verb["flags"]
    kind = _KINDS.get(type(value))
    if letter in {"s", "q"} and kind and kind != "string":
        return f"%!{letter}({kind}={printed(value)})"
    if letter in _FITS:
        if type(value) not in _FITS[letter]:
            return f"%!{letter}({kind or 'value'}={printed(value)})"
        if letter != "t":
            return str(f"%{flags}{verb['width']}{verb['digits'] or ''}{letter}" % value)
    elif letter not in {"s", "q", "v"}:
        raise InvalidTemplateError(f"printf does not know %{letter}")
    text = human.quote(value) if letter == "q" else printed(value)
    if verb["digits"] and letter == "s":
        text = text[: int(verb["digits"][1:] or 0)]
    left = "-" if "-" in flags else ""
    return str(f"%{left}{verb['width']}s" % text)
