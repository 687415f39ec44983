"""Go's text/template with the functions that docker's CLI adds, over the engine's JSON and rows.

What the grammar or a function does not know is InvalidTemplateError: the template is wrong for
every object. What one object does not have is MissingError, in the words of Go.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from runtime.adapters.docker.text import template_functions, template_syntax, values
from runtime.adapters.docker.text.printing import InvalidTemplateError, printed
from runtime.adapters.docker.text.template_syntax import Block, Node, Operand, Pipe, Text

_STEPS = 20_000
_ALL_STEPS = 500_000
_ALL_CHARACTERS = 16 * 1024 * 1024


class MissingError(Exception):
    """An object has not what the template reads; the text is docker's own."""


class Row:
    """One line of a list as docker's CLI offers it to a template: texts, and `Label "name"`."""

    def __init__(
        self,
        kind: str,
        fields: Mapping[str, Callable[[], str | None]],
        label: Callable[[str], str] | None = None,
    ) -> None:
        self.kind = kind
        self.label = label
        self._fields = fields

    def field(self, name: str) -> str | None:
        """Return a field; raise InvalidTemplateError naming those that there are."""
        if name not in self._fields:
            raise InvalidTemplateError(
                f"{self.kind} has no field .{name}", f"Fields: .{', .'.join(sorted(self._fields))}."
            )
        return self._fields[name]()

    def data(self) -> dict[str, str | None]:
        """Return all fields by name, in the order in which docker's JSON has them."""
        return {name: self._fields[name]() for name in sorted(self._fields)}


class Budget:
    """What a template may still make, over all objects: steps, and characters, kept or printed.

    A line of a few hundred characters can double a text forty times.
    """

    def __init__(self) -> None:
        self._steps = _ALL_STEPS
        self._characters = _ALL_CHARACTERS

    def step(self) -> None:
        """Take a step. Raises InvalidTemplateError where none is left."""
        self._steps -= 1
        if self._steps < 0:
            raise InvalidTemplateError(f"the template takes more than {_ALL_STEPS} steps in all")

    def take(self, characters: int) -> None:
        """Take so many characters. Raises InvalidTemplateError where fewer are left."""
        self._characters -= characters
        if self._characters < 0:
            raise InvalidTemplateError(
                f"the template makes more than {_ALL_CHARACTERS} characters",
                "Ask for fewer fields, or of fewer objects.",
            )


class Template:
    """A template that was read; raise InvalidTemplateError where it cannot be.

    `endless`: it is for one object after the other, and each has a budget of its own.
    """

    def __init__(self, source: str, *, endless: bool = False) -> None:
        self.source = source
        self._budget = None if endless else Budget()
        try:
            self._nodes = template_syntax.parse(source)
        except template_syntax.SyntaxRefusedError as error:
            raise InvalidTemplateError(f"template parsing error: {error}") from error

    def render(self, root: Any, *, header: bool = False) -> str:
        """Return the text for one object; with `header`, functions leave their input as it is."""
        budget = self._budget or Budget()
        return _Run(self.source, root, budget, header=header).text(self._nodes)


class _Run:
    """One execution: where the dot is, and what the variables hold."""

    def __init__(self, source: str, root: Any, budget: Budget, *, header: bool) -> None:
        self._source = source
        self._budget = budget
        self._functions = template_functions.table(header=header)
        self._dot = root
        self._steps = 0
        self._variables: dict[str, Any] = {"$": root}

    def text(self, nodes: tuple[Node, ...]) -> str:
        return "".join(self._counted(node) for node in nodes)

    def _counted(self, node: Node) -> str:
        """Return what a node prints, within the number of nodes that one object may take."""
        self._steps += 1
        if self._steps > _STEPS:
            raise InvalidTemplateError(f"the template takes more than {_STEPS} steps")
        self._budget.step()
        if isinstance(node, Text):
            self._budget.take(len(node.text))
            return node.text
        return self._block(node)

    def _block(self, block: Block) -> str:
        if block.kind == "range":
            return self._range(block)
        value = self._pipe(block.pipe)
        if block.kind == "print":
            return "" if block.pipe.variables else self._printed(value)
        true = template_functions.truth(value)
        with self._scope(value if block.kind == "with" and true else self._dot):
            if block.pipe.variables:
                self._variables[block.pipe.variables[0]] = value
            return self.text(block.then if true else block.otherwise)

    def _range(self, block: Block) -> str:
        with self._scope(self._dot):
            items = template_functions.items(self._pipe(Pipe(block.pipe.commands)))
        if not items:
            return self.text(block.otherwise)
        printed = ""
        for key, item in items:
            with self._scope(item):
                pair = (item,) if len(block.pipe.variables) == 1 else (key, item)
                self._variables |= dict(zip(block.pipe.variables, pair, strict=False))
                printed += self.text(block.then)
        return printed

    def _printed(self, value: Any) -> str:
        text = printed(value)
        self._budget.take(len(text))
        return text

    def _call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function within the budget: what it reads and what it makes both count."""
        sizes = [template_functions.size(each) for each in arguments]
        # Between each two parts stands the separator; of the others none makes more than it reads.
        self._budget.take(sizes[0] * (sizes[1] + 1) if name == "join" and sizes[1:] else sum(sizes))
        made = self._functions.call(name, arguments)
        self._budget.take(template_functions.size(made))
        return made

    @contextmanager
    def _scope(self, dot: Any) -> Iterator[None]:
        """Move the dot; what is declared inside ends with the block, what is assigned stays."""
        outer_dot, outer = self._dot, set(self._variables)
        self._dot = dot
        try:
            yield
        finally:
            self._dot = outer_dot
            self._variables = {
                name: value for name, value in self._variables.items() if name in outer
            }

    def _pipe(self, pipe: Pipe) -> Any:
        value: Any = None
        for position, command in enumerate(pipe.commands):
            value = self._command(command, () if position == 0 else (value,))
        for name in pipe.variables:
            self._variables[name] = value
        return value

    def _command(self, command: tuple[Operand, ...], piped: tuple[Any, ...]) -> Any:
        first = command[0]
        if first.kind == "function":
            if first.fields:
                raise InvalidTemplateError(f"{first.source}: a function has no fields")
            if first.value in {"and", "or"}:
                return self._and_or(first.value, command[1:], piped)
            arguments = [self._operand(operand) for operand in command[1:]]
            try:
                return self._call(first.value, [*arguments, *piped])
            except IndexError as error:
                raise self._missing(command, str(error)) from None
        if first.fields and first.fields[-1] == "Label":
            receiver = self._fields(first, first.fields[:-1])
            if isinstance(receiver, Row) and receiver.label:
                arguments = [self._operand(operand) for operand in command[1:]]
                return _labelled(receiver.label, [*arguments, *piped])
        if len(command) > 1 or piped:
            raise InvalidTemplateError(f"{first.source} is not a function, it takes no arguments")
        if first.kind == "constant" and first.value is None:
            raise InvalidTemplateError("nil is not a command")
        return self._operand(first)

    def _and_or(self, name: str, operands: tuple[Operand, ...], piped: tuple[Any, ...]) -> Any:
        """Stop at the operand that decides, as Go does."""
        value: Any = None
        for operand in operands:
            value = self._operand(operand)
            if template_functions.truth(value) is (name == "or"):
                return value
        return piped[0] if piped else value

    def _operand(self, operand: Operand) -> Any:
        return self._fields(operand, operand.fields)

    def _fields(self, operand: Operand, names: tuple[str, ...]) -> Any:
        value = self._base(operand)
        owner: Any = None
        previous = ""
        for name in names:
            if value is None and isinstance(owner, values.GoStruct) and previous not in owner:
                raise self._missing(operand, f'map has no entry for key "{previous}"')
            owner, previous, value = value, name, self._field(value, name, operand)
        return value

    def _base(self, operand: Operand) -> Any:
        if operand.kind == "dot":
            return self._dot
        if operand.kind == "constant":
            return operand.value
        if operand.kind == "pipe":
            return self._pipe(operand.value)
        if operand.kind == "function":
            return self._call(operand.value, [])
        if operand.value not in self._variables:
            raise InvalidTemplateError(f"undefined variable {operand.value!r}")
        return self._variables[operand.value]

    def _field(self, value: Any, name: str, operand: Operand) -> Any:
        if isinstance(value, Row):
            return value.field(name)
        if isinstance(value, values.GoMap):
            return value.get(name, values.MISSING)
        if isinstance(value, values.Missing):
            return value
        if isinstance(value, values.GoStruct):
            try:
                return values.field(value, name)
            except KeyError:
                raise self._missing(operand, f'map has no entry for key "{name}"') from None
        if value is None:
            raise self._missing(operand, f'nil data; no entry for key "{name}"')
        raise self._missing(operand, f"can't evaluate field {name} in type interface {{}}")

    def _missing(self, operand: Operand | tuple[Operand, ...], reason: str) -> MissingError:
        operands = operand if isinstance(operand, tuple) else (operand,)
        before = self._source[: operands[0].at]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        shown = " ".join(each.source for each in operands)
        return MissingError(f'template: :{line}:{column}: executing "" at <{shown}>: {reason}')


def _labelled(label: Callable[[str], str], arguments: list[Any]) -> str:
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise InvalidTemplateError("wrong arguments for Label", 'Write {{.Label "name"}}.')
    return label(arguments[0])
