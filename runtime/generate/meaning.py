"""What a class's docstring promises of the class and of each field.

The docstring says it once, as "- `field`: meaning" (several fields may share a line of it);
schemas and pages repeat it.
"""

import inspect
import re
from dataclasses import dataclass, field

from pydantic import BaseModel

_BULLET = re.compile(r"^- (`\w+`(?:, `\w+`)*): (.+?)(?=^- |^\S|\Z)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The text of a class without its list of fields, and the meaning of each field."""

    text: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The first paragraph, in one line."""
        return " ".join(self.text.partition("\n\n")[0].split())


def read(docstring: str) -> Meaning:
    """Return what a docstring says."""
    clean = inspect.cleandoc(docstring)
    fields: dict[str, str] = {}
    for names, said in _BULLET.findall(clean):
        fields |= dict.fromkeys(_NAME.findall(names), " ".join(said.split()))
    return Meaning(re.sub(r"\n{3,}", "\n\n", _BULLET.sub("", clean)).strip(), fields)


def meaning(kind: type[BaseModel]) -> Meaning:
    """Return what the docstrings of a class and of its bases say; the nearest one wins."""
    own = read(kind.__doc__ or "")
    fields: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            fields |= read(each.__doc__ or "").fields
    return Meaning(own.text, {name: fields[name] for name in kind.model_fields if name in fields})
