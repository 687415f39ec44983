"""What the table is made of: commands, flags, arguments.

A command's entry is the only place that knows it. The parser reads it, the renderer shows from
it, risk is computed over it and the documentation is generated from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.docker.grammar.kinds import BOOL, TEXT, Kind
from contracts.docker.harm import Discloses, Finding, Judge, Risk
from contracts.model import Fact

ABSENT: Any = object()
"""Stands where no constant and no default is meant; None is a value."""

Fields = dict[str, Any]

ObjectKind = Literal["container", "image", "network", "volume", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag: how it is written, what its value may be, which field it fills, what it risks."""

    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    kind: Kind = TEXT
    field: str = ""
    many: bool = False
    """May be repeated; the field is a tuple with one item for each value."""
    inverted: bool = False
    """A boolean whose field says the opposite: `--no-stream` fills `stream`."""
    constant: Any = ABSENT
    """A boolean that fills its field with this, where no other flag fills it: `--latest`."""
    ignored: bool = False
    """Known, and without meaning where there is neither a terminal nor a configuration."""
    refused: str = ""
    """Known and not served; what to ask instead. Its value is read, judged, and fills no field."""
    refused_when: bool = True
    """The value for which a refused flag without a value is refused."""
    discloses: Discloses | None = None
    """What the operation tells besides, where this flag is set."""
    judge: Judge | None = None
    """What the value risks; called where it is not the default, or where the flag is refused."""
    refers: ObjectKind | None = None
    """Which kind of existing object the value names."""
    about: str = ""

    @property
    def target(self) -> str:
        """The field of the operation that it fills."""
        return self.field or self.name.replace("-", "_")

    @property
    def boolean(self) -> bool:
        """Whether it stands without a value."""
        return self.kind is BOOL or self.constant is not ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One positional argument; the last one may take all that are left."""

    field: str
    kind: Kind = TEXT
    many: bool = False
    optional: bool = False
    refers: ObjectKind | None = None
    """Which kind of existing object it names."""

    @property
    def shown(self) -> str:
        """Its name as a usage line writes it."""
        name = self.field.upper().replace("_", "-")
        return f"{name.removesuffix('S')}..." if self.many else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of docker's: its names, what it takes, and what it does to the world."""

    names: tuple[str, ...]
    """All its spellings; the first is the canonical one."""
    model: type[Fact]
    about: str
    risk: Risk
    reason: str = ""
    discloses: Discloses | Callable[[Any], Discloses] = Discloses.METADATA
    """What it tells its caller, or what says so of one operation."""
    flags: tuple[Flag, ...] = ()
    arguments: tuple[Argument, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields that the name itself says: `docker image inspect` looks for images."""
    presets: Mapping[str, Any] = field(default_factory=dict)
    """What docker takes where a flag is absent and the model's own default differs."""
    before: tuple[Flag, ...] = ()
    """Flags that stand between a group's name and the command's: `docker compose -p shop ps`."""
    interspersed: bool = True
    """Whether flags may follow arguments; where not, the first argument ends the flags."""
    refers: tuple[tuple[str, ObjectKind], ...] = ()
    """Fields that name existing objects and are filled by no flag or argument of their own."""
    checks: tuple[Callable[[Fields], None], ...] = ()
    """Rules over several fields; each raises ValueError with a sentence."""
    judge: Judge | None = None
    """What the operation as a whole risks beside its flags."""

    longs: Mapping[str, Flag] = field(init=False, repr=False)
    shorts: Mapping[str, Flag] = field(init=False, repr=False)
    defaults: Mapping[str, Any] = field(init=False, repr=False)
    judged: tuple[tuple[str, Any, Judge], ...] = field(init=False, repr=False)
    telling: tuple[tuple[str, Any, Discloses], ...] = field(init=False, repr=False)
    references: tuple[tuple[str, ObjectKind], ...] = field(init=False, repr=False)
    minimum: int = field(init=False, repr=False)
    maximum: int | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build what the parser and the renderer look up."""
        longs = {name: flag for flag in self.flags for name in (flag.name, *flag.aliases)}
        everything = (*self.before, *self.flags)
        defaults = {name: info.default for name, info in self.model.model_fields.items()}
        defaults.update(self.presets)
        judged = tuple(
            (flag.target, defaults[flag.target], flag.judge)
            for flag in everything
            if flag.judge and not flag.refused
        )
        telling = tuple(
            (flag.target, defaults[flag.target], flag.discloses)
            for flag in everything
            if flag.discloses
        )
        references = (
            *self.refers,
            *((flag.target, flag.refers) for flag in everything if flag.refers),
            *((argument.field, argument.refers) for argument in self.arguments if argument.refers),
        )
        tail = self.arguments[-1:]
        unbounded = bool(tail and tail[0].many)
        put = object.__setattr__  # a frozen dataclass is filled once, here
        put(self, "longs", longs)
        put(self, "shorts", {flag.short: flag for flag in self.flags if flag.short})
        put(self, "defaults", defaults)
        put(self, "judged", judged)
        put(self, "telling", telling)
        put(self, "references", references)
        put(self, "minimum", sum(not argument.optional for argument in self.arguments))
        put(self, "maximum", None if unbounded else len(self.arguments))

    @property
    def name(self) -> str:
        """Its canonical spelling, without `docker`."""
        return self.names[0]

    @property
    def title(self) -> str:
        """Its canonical spelling, as a person writes it."""
        return f"docker {self.name}".rstrip()

    @property
    def usage(self) -> str:
        """Its usage line."""
        options = ["[OPTIONS]"] if self.flags else []
        arguments = [f"[{a.shown}]" if a.optional else a.shown for a in self.arguments]
        return " ".join([self.title, *options, *arguments])

    def tells(self, op: Fact) -> Discloses:
        """Return what an operation of this command tells its caller."""
        told = self.discloses if isinstance(self.discloses, Discloses) else self.discloses(op)
        for name, default, discloses in self.telling:
            if getattr(op, name) != default:
                told = max(told, discloses)
        return told

    def findings(self, op: Fact) -> Iterator[Finding]:
        """Yield everything risky in an operation of this command, beside the verb itself."""
        for name, default, judge in self.judged:
            value = getattr(op, name)
            if value != default:
                yield from judge(value)
        if self.judge is not None:
            yield from self.judge(op)
