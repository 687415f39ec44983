"""What the fields of operations hold where a text or a number does not say enough."""

from typing import Literal

from contracts.model import Fact


class Filter(Fact):
    """One `--filter key=value`."""

    key: str
    value: str


class Setting(Fact):
    """One `key=value`: a label, an option, a variable. `value` None means that none was given."""

    key: str
    value: str | None = None


class Binding(Fact):
    """One `--volume [source:]target[:mode]`.

    `source` is a volume's name or a path of the host; without one the volume is anonymous.
    """

    source: str | None = None
    target: str
    mode: str | None = None

    @property
    def host_path(self) -> bool:
        """Whether the source is a path of the host (docker/cli, loader.isFilePath)."""
        return self.source is not None and is_host_path(self.source)


def is_host_path(source: str) -> bool:
    """Tell a path of the host from a volume's name, as docker's client does."""
    drive = source[1:2] == ":" and source[:1].isalpha()
    return source.startswith((".", "/", "~", "\\\\")) or drive


class Mount(Fact):
    """One `--mount`, with docker's keys; options that belong to other types stay empty."""

    type: str = "volume"
    source: str = ""
    target: str
    read_only: bool = False
    consistency: str = ""
    bind_propagation: str = ""
    bind_recursive: Literal["", "disabled", "writable", "readonly"] = ""
    volume_nocopy: bool = False
    volume_subpath: str = ""
    volume_driver: str = ""
    volume_labels: tuple[Setting, ...] = ()
    volume_options: tuple[Setting, ...] = ()
    image_subpath: str = ""
    tmpfs_size: int = 0
    tmpfs_mode: int = 0


class Publication(Fact):
    """Published ports. Both sides are one port (`80`) or a range (`8000-8010`).

    Ranges of the same length go side by side; for one container port, docker chooses from a range
    of host ports, and from all where `host_ports` is None.
    """

    container_ports: str
    protocol: Literal["tcp", "udp", "sctp"] = "tcp"
    host_ip: str | None = None
    host_ports: str | None = None


class Attachment(Fact):
    """One `--network`, with what it says of the endpoint."""

    name: str
    aliases: tuple[str, ...] = ()
    driver_options: tuple[Setting, ...] = ()
    ip: str = ""
    ip6: str = ""
    link_local_ips: tuple[str, ...] = ()
    mac_address: str = ""
    gateway_priority: int = 0


class Ulimit(Fact):
    """One `--ulimit`; -1 is unlimited."""

    name: str
    soft: int
    hard: int


class RestartPolicy(Fact):
    """`--restart`: `no`, `always`, `unless-stopped`, `on-failure` with a number of retries."""

    name: str
    retries: int = 0


class DeviceLimit(Fact):
    """A rate or a weight for one device of the host."""

    path: str
    value: int
