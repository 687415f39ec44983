"""Reads flags and arguments by pflag's rules: combined, glued, `=`, `--`, interspersed."""

from difflib import get_close_matches
from typing import Any, NoReturn

from contracts.docker.grammar.kinds import UnservedError, read_bool
from contracts.docker.grammar.table import ABSENT, Argument, Command, Fields, Flag
from contracts.docker.harm import Finding
from contracts.errors import Code, Error, RefusedError

SHOWN = 80


class Reader:
    """Goes over the words of one command once and fills the fields of its operation.

    What docker takes and the gateway does not serve is read like the rest and fills no field:
    `unserved` says what it was, `findings` what it would risk.
    """

    __slots__ = (
        "at",
        "command",
        "constants",
        "fields",
        "findings",
        "help",
        "lists",
        "rest",
        "unserved",
        "version",
        "words",
    )

    def __init__(self, command: Command, words: list[str], at: int, fields: Fields) -> None:
        self.command = command
        self.words = words
        self.at = at
        self.fields = fields
        self.rest: list[str] = []
        self.lists: list[str] = []
        self.constants: Fields = {}
        self.unserved: list[Error] = []
        self.findings: list[Finding] = []
        self.help = False
        self.version = False

    def flags(self) -> int:
        """Read the flags that stand before a command's name; return where the name stands."""
        words, end = self.words, len(self.words)
        while self.at < end:
            word = words[self.at]
            if len(word) < 2 or word[0] != "-":  # noqa: PLR2004 -- "-" alone is no flag
                break
            self.at += 1
            if word == "--":
                break
            self.flag(word)
        self.close()
        return self.at

    def all(self) -> None:
        """Read flags and arguments to the end of the line."""
        words, end, rest = self.words, len(self.words), self.rest
        interspersed = self.command.interspersed
        while self.at < end:
            word = words[self.at]
            self.at += 1
            if len(word) < 2 or word[0] != "-":  # noqa: PLR2004 -- "-" alone is no flag
                rest.append(word)
                if interspersed:
                    continue
            elif word != "--":
                self.flag(word)
                continue
            rest.extend(words[self.at :])
            break
        self.close()

    def flag(self, word: str) -> None:
        """Read one word that starts with a dash, and the next one where it is its value."""
        if word[1] != "-":
            self.shorts(word)
            return
        name, equals, value = word[2:].partition("=")
        flag = self.command.longs.get(name)
        if flag is None:
            if name == "help":
                self.help = self.boolean(f"--{name}", value if equals else "true")
                return
            self.refuse_flag(f"--{name}")
        if not equals:
            value = "true" if flag.boolean else self.next(f"--{name}")
        self.store(flag, f"--{name}", value)

    def shorts(self, word: str) -> None:
        """Read combined short flags; the first that takes a value takes all that follows."""
        at = 1
        while at < len(word):
            letter, at = word[at], at + 1
            flag = self.command.shorts.get(letter)
            if flag is None:
                if letter == "h":
                    self.help = True
                    continue
                self.refuse_flag(f"-{letter}")
            if len(word) > at + 1 and word[at] == "=":
                value, at = word[at + 1 :], len(word)
            elif flag.boolean:
                value = "true"
            elif at < len(word):
                value, at = word[at:], len(word)
            else:
                value = self.next(f"-{letter}")
            self.store(flag, f"-{letter}", value)

    def next(self, shown: str) -> str:
        """Take the next word as a flag's value, whatever it looks like."""
        if self.at >= len(self.words):
            self.refuse(f"The flag {shown} needs a value.")
        value = self.words[self.at]
        self.at += 1
        return value

    def boolean(self, shown: str, value: str) -> bool:
        """Read the value of a flag that stands without one."""
        try:
            return read_bool(value)
        except ValueError as wrong:
            self.refuse_value(value, shown, wrong)

    def store(self, flag: Flag, shown: str, value: str) -> None:
        """Put one flag's value where the table says."""
        if flag.boolean:
            self.switch(flag, shown, on=self.boolean(shown, value))
            return
        try:
            item = flag.kind.read(value)
        except UnservedError as wrong:
            self.leave(f"{wrong}", wrong.hint)
            return
        except ValueError as wrong:
            self.refuse_value(value, shown, wrong)
        if flag.refused:
            self.leave_flag(flag, shown, item)
        elif flag.many:
            self.add(flag, item)
        elif not flag.ignored:
            self.fields[flag.target] = item

    def switch(self, flag: Flag, shown: str, *, on: bool) -> None:
        """Put a flag that stands without a value where the table says."""
        if flag.name == "version":
            self.version = on
        if flag.refused:
            if on is flag.refused_when:
                self.leave_flag(flag, shown, on)
        elif flag.constant is not ABSENT:
            if on:
                self.constants[flag.target] = flag.constant
        elif not flag.ignored:
            self.fields[flag.target] = on is not flag.inverted

    def leave_flag(self, flag: Flag, shown: str, value: Any) -> None:
        """Note a flag that docker has and the gateway does not serve."""
        self.leave(f"`{self.command.title}` is not served with {shown}.", flag.refused)
        if flag.judge is not None:
            self.findings.extend(flag.judge(value))

    def leave(self, message: str, hint: str) -> None:
        """Note something that docker takes and the gateway does not serve."""
        self.unserved.append(Error(code=Code.UNSUPPORTED_COMMAND, message=message, hint=hint))

    def add(self, flag: Flag, item: Any) -> None:
        """Add one value, or all that one value stands for, to what a flag collects."""
        if flag.target not in self.lists:
            self.lists.append(flag.target)
            self.fields[flag.target] = []
        if flag.kind.spread:
            self.fields[flag.target].extend(item)
        else:
            self.fields[flag.target].append(item)

    def close(self) -> None:
        """Finish what flags filled."""
        for name in self.lists:
            self.fields[name] = tuple(self.fields[name])
        for name, value in self.constants.items():
            self.fields.setdefault(name, value)

    def fill_arguments(self) -> None:
        """Put the arguments where the table says, or refuse their number."""
        command, rest = self.command, self.rest
        count = len(rest)
        if count < command.minimum or (command.maximum is not None and count > command.maximum):
            self.refuse_count(count)
        for at, argument in enumerate(command.arguments):
            if argument.many:
                self.fields[argument.field] = tuple(self.item(argument, w) for w in rest[at:])
            elif at < count:
                self.fields[argument.field] = self.item(argument, rest[at])

    def item(self, argument: Argument, word: str) -> Any:
        """Read one argument."""
        try:
            return argument.kind.read(word)
        except ValueError as wrong:
            self.refuse_value(word, argument.shown, wrong)

    def refuse(self, message: str, hint: str = "", options: tuple[str, ...] = ()) -> NoReturn:
        """Refuse the command, naming it."""
        title = self.command.title
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"`{title}`: {message}",
            hint or f"`{title} --help` says how it is used.",
            options=options,
        )

    def refuse_value(self, value: str, shown: str, wrong: ValueError) -> NoReturn:
        """Refuse one value with its kind's own sentence."""
        self.refuse(f'"{value[:SHOWN]}" is no value for {shown}: {wrong}.')

    def refuse_flag(self, shown: str) -> NoReturn:
        """Refuse a flag that this command does not have, with the nearest that it has."""
        known = [f"--{name}" for name in self.command.longs]
        near = tuple(get_close_matches(shown[:SHOWN], known, n=3))
        self.refuse(f"There is no flag {shown[:SHOWN]}.", options=near)

    def refuse_count(self, count: int) -> NoReturn:
        """Refuse the number of arguments."""
        command = self.command
        wanted = f"{command.minimum} to {command.maximum}"
        if command.maximum is None:
            wanted = f"at least {command.minimum}"
        elif command.maximum == command.minimum:
            wanted = f"{command.minimum or 'none'}"
        self.refuse(f"Wrong number of arguments: {count}, not {wanted}.", f"Use {command.usage}.")
