"""Lists as docker's CLI prints them: `--format` with a table, JSON, or a template (docker/cli)."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from runtime.adapters.docker.text import table
from runtime.adapters.docker.text.template import MissingError, Row, Template

JSON = "{{json .}}"
CONTAINER_RAW = """container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
"""
"""What `--format raw` prints of a container."""
_TABLE = "table"


class Columns:
    """The columns that a list has, by their names in a template, with their titles."""

    def __init__(self, kind: str, titles: Mapping[str, str], *, labels: bool = False) -> None:
        self.kind = kind
        self._titles = titles
        self._labels = labels

    def row(
        self,
        fields: Mapping[str, Callable[[], str | None]],
        label: Callable[[str], str] | None = None,
    ) -> Row:
        """Return one line of the list."""
        return Row(self.kind, fields, label)

    def header(self, used: set[str] | None = None) -> Row:
        """Return the titles as a line; what a template reads of it is noted in `used`."""
        notes = set() if used is None else used

        def title(name: str) -> Callable[[], str]:
            def read() -> str:
                notes.add(name)
                return self._titles[name]

            return read

        fields = {name: title(name) for name in self._titles}
        return Row(self.kind, fields, _label_title if self._labels else None)

    def used(self, format_: str) -> set[str]:
        """Return which columns a format reads; raise InvalidTemplateError for unknown ones.

        Only what stands in the template counts: `json` alone reads nothing, `{{json .}}` all.
        """
        names: set[str] = set()
        with suppress(MissingError):  # the titles are no values: what they lack, values may have
            Template(format_).render(self.header(names))
        return names

    def render(self, format_: str, rows: Iterable[Row]) -> str:
        """Return the lines in a format: `table …`, `json`, or a template."""
        template = Template(_source(format_))
        lines = "".join(f"{template.render(row)}\n" for row in rows)
        if not format_.startswith(_TABLE):
            return lines
        titles = ""
        with suppress(MissingError):  # docker too prints lines under titles that it cannot make
            titles = template.render(self.header(), header=True)
        return table.align(f"{titles}\n{lines}")


def data(rows: Iterable[Row]) -> list[Any]:
    """Return the lines as docker's `--format json` has them."""
    return [row.data() for row in rows]


def _source(format_: str) -> str:
    if format_ == "json":
        return JSON
    source = format_.removeprefix(_TABLE).strip(" ")
    return source.replace("\\t", "\t").replace("\\n", "\n")


def _label_title(name: str) -> str:
    return name.rpartition(".")[2].replace("-", " ").replace("_", " ")
