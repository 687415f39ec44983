"""Published and exposed ports, as the engine takes them (go-connections, nat.ParsePortSpecs)."""

from collections.abc import Iterable, Iterator

from contracts.docker.operations import Create, Publication, Run


def bindings(ports: Iterable[Publication]) -> dict[str, list[dict[str, str]]]:
    """Return by container port where on the host each is published."""
    found: dict[str, list[dict[str, str]]] = {}
    for published in ports:
        for port, host_port in _pairs(published):
            binding = {"HostIp": published.host_ip or "", "HostPort": host_port}
            found.setdefault(port, []).append(binding)
    return found


def exposed(spec: Create | Run) -> Iterator[str]:
    """Yield the container ports that are published or exposed."""
    yield from bindings(spec.ports)
    for text in spec.expose:
        ports, _, protocol = text.partition("/")
        first, last = _range(ports)
        yield from (f"{port}/{protocol or 'tcp'}" for port in range(first, last + 1))


def _pairs(published: Publication) -> Iterator[tuple[str, str]]:
    first, last = _range(published.container_ports)
    host = _range(published.host_ports) if published.host_ports else None
    for port in range(first, last + 1):
        host_port = ""
        if host is not None:
            start, end = host[0] + port - first, host[1]
            # One port of a container may take any of a range of the host.
            host_port = f"{start}-{end}" if first == last and host[0] != end else f"{start}"
        yield f"{port}/{published.protocol}", host_port


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)
