"""`docs/commands.md`: the docker language as the table has it, and what of it is served."""

from collections.abc import Iterator
from typing import Any

from contracts.docker.grammar import COMMANDS, checks, client, compose, unserved
from contracts.docker.grammar.table import ABSENT, Command, Flag
from contracts.docker.harm import Discloses, Judge
from runtime.adapters.docker.engine import served

WRITTEN = "<!-- Written by `make generate` from the code. Do not edit. -->"
INTRODUCTION = """\
# Commands

Every docker command that the gateway reads: its spellings, its flags, what it risks and what it
tells. The grammar is docker's own (docker/cli v28, compose v2): combined short flags,
`--flag=value`, `--`, repeated flags, POSIX quoting. There is no shell: `|`, `&&`, `;`, `$()`,
redirections and globs are refused.

- *risk*: `read`, `mutate`, `destroy`, or `escape` (it would reach the host). The highest of all
  that is found counts; a flag's own column says what it adds.
- *tells*: `metadata`, `output` (what programs print) or `data` (files, images).
- A flag without a default is absent, empty or `false` by default.
- *not served*: read and judged, then refused by name (`unsupported_command`)."""
BEFORE = """\
## Before the command

Flags of docker's client, and of `docker compose` before its own commands."""
REFUSED = """\
## Refused by name

Docker has these, and the gateway does not serve them."""


def commands() -> str:
    """Return the page."""
    heeded = served()
    parts = [WRITTEN, INTRODUCTION]
    parts.extend(section(command, heeded.get(verb_of(command))) for command in COMMANDS)
    parts.append(BEFORE)
    parts.append("`docker [FLAGS] COMMAND`\n\n" + table(client.CLIENT.flags, client.CLIENT, None))
    parts.append(
        "`docker compose [FLAGS] COMMAND`\n\n" + table(compose.GROUP.flags, compose.GROUP, None)
    )
    parts.append(REFUSED)
    parts.append("\n".join(rows(("command", "ask instead"), refused())))
    return "\n\n".join(parts) + "\n"


def verb_of(command: Command) -> str:
    """Return the verb of a command's operations."""
    return str(command.model.model_fields["verb"].default)


def section(command: Command, heeded: frozenset[str] | None) -> str:
    """Return what there is to say of one command."""
    lines = [f"## {command.title}", "", f"{sentence(command.about)}", ""]
    lines.append(f"    {command.usage}")
    lines.append("")
    others = ", ".join(f"`docker {name}`" for name in command.names[1:])
    if others:
        lines.append(f"- also: {others}")
    reason = f": {command.reason}" if command.reason else ""
    lines.append(f"- risk: `{command.risk}`{reason}{more(command.judge)}")
    lines.append(f"- tells: {told(command)}")
    lines.append(f"- served: {'yes' if heeded is not None else 'no'}")
    if command.flags:
        lines += ["", table(command.flags, command, heeded)]
    return "\n".join(lines)


def more(judge: Judge | None) -> str:
    """Say what a command's own words can add to its risk."""
    return f"; {judgement(judge)}" if judge else ""


def told(command: Command) -> str:
    """Say what a command tells."""
    if isinstance(command.discloses, Discloses):
        return f"`{command.discloses}`"
    return "by what it does: " + first_line(command.discloses).partition(": ")[2].rstrip(".")


def table(flags: tuple[Flag, ...], command: Command, heeded: frozenset[str] | None) -> str:
    """Return the table of flags. `heeded`: the fields that the engine's adapter takes."""
    head = ("flag", "type", "default", "meaning", "risk")
    return "\n".join(rows(head, (row(flag, command, heeded) for flag in flags)))


def row(flag: Flag, command: Command, heeded: frozenset[str] | None) -> tuple[str, ...]:
    """Return the cells of one flag."""
    spellings = [f"-{flag.short}"] if flag.short else []
    spellings += [f"--{name}" for name in (flag.name, *flag.aliases)]
    kind = f"{flag.kind.name}, repeated" if flag.many else flag.kind.name
    about = flag.about
    if flag.refused:
        about = f"not served: {flag.refused}"
    elif heeded is not None and not flag.ignored and flag.target not in heeded | filled(command):
        about = f"{about} (not served)"
    adds = [judgement(flag.judge)] if flag.judge else []
    adds += [f"tells `{flag.discloses}`"] if flag.discloses else []
    return (
        ", ".join(f"`{each}`" for each in spellings),
        "bool" if flag.boolean else kind,
        default(flag, command),
        about,
        "; ".join(adds),
    )


def filled(command: Command) -> frozenset[str]:
    """Return targets that a check turns into other fields, such as `--name` of a volume."""
    return frozenset(flag.target for flag in command.flags) - command.defaults.keys()


def default(flag: Flag, command: Command) -> str:
    """Return a flag's default as a line would write it; nothing where it says nothing."""
    if flag.refused:
        return f"`{str(not flag.refused_when).lower()}`" if not flag.refused_when else ""
    if flag.ignored or flag.constant is not ABSENT or flag.many:
        return ""
    value: Any = command.defaults.get(flag.target)
    if flag.boolean:
        on = value is not flag.inverted if value is not None else False
        return "`true`" if on else ""
    return f"`{flag.kind.show(value)}`" if value not in {None, "", 0} else ""


def judgement(judge: Judge) -> str:
    """Return what a judge's docstring says of the risk."""
    said = first_line(judge)
    if said.startswith("Judge "):
        said = said.partition(": ")[2] or said.removeprefix("Judge ")
    return said.rstrip(".")


def first_line(described: object) -> str:
    """Return the first line of what a function promises."""
    return (described.__doc__ or "").strip().partition("\n")[0]


def refused() -> Iterator[tuple[str, ...]]:
    """Yield every command that is refused by name, with what to ask instead."""
    for name in ("run", "exec"):
        yield f"`docker {name} -it`, without `--detach`", checks.ALONE
    for name, hint in sorted(unserved.COMMANDS.items()):
        yield f"`docker {name}`", hint


def rows(head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for cells in lines:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |".replace(
            "|  |", "| |"
        )


def sentence(words: str) -> str:
    """Return words as a sentence."""
    return f"{words[0].upper()}{words[1:]}."
