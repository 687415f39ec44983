"""`docker inspect`, and what is read off it: `docker port`."""

import json
from typing import Any

from pydantic import JsonValue

from contracts.docker.operations import Inspect, Port
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import platforms, ports
from runtime.adapters.docker.connection import NOT_FOUND, EngineError, path_of
from runtime.adapters.docker.host import Host
from runtime.adapters.docker.text import gojson, redact, values
from runtime.adapters.docker.text.template import MissingError, Template

_TYPES = ("container", "image", "network", "volume")
_PLATFORM_SINCE = "1.49"
_SKIPPED = ("not supported", "invalid reference format")


async def inspect(host: Host, operation: Inspect) -> Outcome:
    """Return what the engine knows of objects, with the values of secret variables hidden."""
    if operation.platform and (old := await platforms.too_old(host, _PLATFORM_SINCE)):
        return Outcome(exit_code=1, stderr=f"{old}\n")
    format_ = operation.format or ""
    template = Template(format_) if format_ not in {"", "json"} else None
    found: list[dict[str, Any]] = []
    errors: list[str] = []
    warnings = ""
    for reference in operation.targets:
        try:
            kind, element = await _object(host, reference, operation)
        except EngineError as error:
            errors.append(str(error))
        except LookupError as error:
            errors.append(str(error.args[0]))
        else:
            found.append(redact.inspected(element))
            if operation.size and kind != "container":
                warnings += f"WARNING: --size ignored for {kind}\n"
    if template is None:
        stdout = f"{gojson.compact(found) if format_ else gojson.indented(found)}\n"
        data: Any = found
    else:
        lines = _rendered(template, found, errors)
        stdout = "".join(f"{line}\n" for line in lines) or "\n"
        data = [_read_back(line) for line in lines]
    return Outcome(
        exit_code=1 if errors else 0,
        stdout=stdout,
        stderr=warnings + "".join(f"{error}\n" for error in errors),
        data=data,
    )


def _rendered(template: Template, found: list[dict[str, Any]], errors: list[str]) -> list[str]:
    lines: list[str] = []
    for element in found:
        try:
            lines.append(template.render(values.typed(element)))
        except MissingError as error:
            errors.append(f"template parsing error: {error}")
    return lines


def _read_back(line: str) -> JsonValue:
    """Return a line as the JSON that it is, if it is a JSON object or list; else as a text."""
    if line.startswith(("{", "[")):
        try:
            value: JsonValue = json.loads(line)
        except ValueError:
            return line
        return value
    return line


async def _object(host: Host, reference: str, operation: Inspect) -> tuple[str, dict[str, Any]]:
    """Return the first object of that name in docker's order; raise LookupError if none."""
    for kind in (operation.type,) if operation.type else _TYPES:
        try:
            return kind, await _inspected(host, kind, reference, operation)
        except EngineError as error:
            skipped = error.status == NOT_FOUND or any(word in str(error) for word in _SKIPPED)
            if operation.type or not skipped:
                raise
    raise LookupError(f"Error: No such object: {reference}")


async def _inspected(host: Host, kind: str, reference: str, operation: Inspect) -> dict[str, Any]:
    if kind == "container":
        return await host.container(reference, size=operation.size)
    path = path_of(f"{kind}s", reference, *(("json",) if kind == "image" else ()))
    params = {"verbose": "true"} if kind == "network" and operation.verbose else {}
    if operation.platform:
        params["platform"] = platforms.encoded(operation.platform)
    found: dict[str, Any] = await host.connection.read(path, params)
    if kind == "network" and host.only_label is not None and found.get("Containers"):
        seen = {each["Id"] for each in await host.containers(everything=True)}
        attached = found["Containers"].items()
        found["Containers"] = {key: each for key, each in attached if key in seen}
    return found


async def port(host: Host, operation: Port) -> Outcome:
    """Return where a container's ports are published."""
    found = await host.container(operation.container)
    bindings: dict[str, list[dict[str, str]] | None] = found["NetworkSettings"].get("Ports") or {}
    published = {key: bound for key, bound in bindings.items() if bound}
    if operation.private_port is not None:
        return _one_port(operation.private_port, operation.container, published)
    lines = [
        f"{private} -> {_joined(each)}" for private, bound in published.items() for each in bound
    ]
    return Outcome(stdout=_lines(lines), data=published)


def _one_port(asked: str, container: str, published: dict[str, list[dict[str, str]]]) -> Outcome:
    number, _, protocol = asked.partition("/")
    if not (number.isascii() and number.isdigit() and int(number) < 2**16):
        reason = "value out of range" if number.isdigit() else "invalid syntax"
        words = f'Error: invalid port ({number}): strconv.ParseUint: parsing "{number}": {reason}\n'
        return Outcome(exit_code=1, stderr=words)
    key = f"{number}/{protocol or 'tcp'}"
    if key not in published:
        words = f"Error: No public port '{asked}' published for {container}\n"
        return Outcome(exit_code=1, stderr=words)
    lines = [_joined(each) for each in published[key]]
    return Outcome(stdout=_lines(lines), data={key: published[key]})


def _joined(binding: dict[str, str]) -> str:
    return ports.joined(binding["HostIp"], binding["HostPort"])


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in sorted(lines, key=ports.natural))
