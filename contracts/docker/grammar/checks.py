"""Rules over several fields, as docker's client checks them before it asks the engine.

Each takes the fields that were read, raises ValueError with a sentence (UnservedError for what is
right and not served), and may put fields into the shape of their model.
"""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_interface, ip_network

from contracts.docker.grammar.kinds import UnservedError, read_name
from contracts.docker.grammar.references import split_image
from contracts.docker.grammar.table import Fields
from contracts.docker.operations.creation import Limits
from contracts.docker.operations.values import Attachment

Subnet = IPv4Network | IPv6Network
MOST_SUBNETS = 100
"""Each is compared with every other."""


ALONE = (
    "Leave `-it` out and give the whole command; its output comes back. A container that should go"
    " on runs with `--detach`."
)


def no_terminal(fields: Fields) -> None:
    """Refuse `-it` where somebody would have to type."""
    if fields.get("interactive") and fields.get("tty") and not fields.get("detach"):
        raise UnservedError("An interactive terminal (`-it`) is not served.", ALONE)


def compose_files(fields: Fields) -> None:
    """Refuse files that no project can have been made from."""
    for name in fields.get("files", ()):
        if not name.lower().endswith((".yaml", ".yml", ".json", "-", ".git")):
            raise UnservedError(
                "Compose files are not read; --file only tells projects apart.",
                "Name the project with --project-name.",
            )


def input_uploaded(fields: Fields) -> None:
    """Refuse an archive that lies on the host."""
    check_upload(fields.get("input", ""))


def source_uploaded(fields: Fields) -> None:
    """Refuse a file system that lies on the host, or elsewhere."""
    if "://" in fields["source"]:
        raise UnservedError(
            "The engine does not fetch what is to be imported.",
            "Send the file with the request and call it by a plain name, such as root.tar.",
        )
    check_upload(fields["source"])


def check_upload(name: str) -> None:
    """Refuse what could be no more than a path of the host: nothing is read from there."""
    if name.startswith(("/", "~", "\\")) or ".." in name.split("/") or name[1:2] == ":":
        raise UnservedError(
            "A file of the host is not read.",
            "Send the file with the request and call it by a plain name, such as image.tar.",
        )


def detached_or_attached(fields: Fields) -> None:
    """Refuse `--detach` with `--attach`."""
    if fields.get("detach") and fields.get("attach"):
        raise ValueError("--attach and --detach exclude each other")


def healthcheck(fields: Fields) -> None:
    """Refuse settings of a health check that is switched off, and negative times."""
    names = ("interval", "timeout", "start_period", "start_interval")
    times = [fields.get(f"health_{name}", 0) for name in names]
    if any(time < 0 for time in times):
        raise ValueError("the times of a health check cannot be negative")
    if fields.get("no_healthcheck") and (
        any(times) or fields.get("health_cmd") or fields.get("health_retries")
    ):
        raise ValueError("--no-healthcheck excludes the --health-* flags")


def removal_and_restart(fields: Fields) -> None:
    """Refuse `--rm` for a container that is to be restarted."""
    policy = fields.get("restart")
    if fields.get("rm") and policy is not None and policy.name not in {"no", ""}:
        raise ValueError("--restart and --rm exclude each other")


def logging(fields: Fields) -> None:
    """Refuse options of a log driver that keeps nothing."""
    if fields.get("log_driver") == "none" and fields.get("log_options"):
        raise ValueError("the log driver 'none' has no options")


OWN = frozenset({"bridge", "host", "none", "default"})


def user_defined(name: str) -> bool:
    """Tell a network that somebody made from docker's own."""
    return name not in OWN and not name.startswith("container:")


BOTH = {
    "network_aliases": ("aliases", "--network-alias"),
    "ip": ("ip", "--ip"),
    "ip6": ("ip6", "--ip6"),
    "mac_address": ("mac_address", "--mac-address"),
    "link_local_ips": ("link_local_ips", "--link-local-ip"),
}


def networks(fields: Fields) -> None:
    """Refuse networks and endpoint settings that do not go together."""
    attachments: tuple[Attachment, ...] = fields.get("networks", ())
    names = [attachment.name for attachment in attachments]
    first = attachments[0] if attachments else Attachment(name="default")
    for field, (own, flag) in BOTH.items():
        if fields.get(field) and getattr(first, own):
            raise ValueError(f"{flag} is given twice, for the container and for its network")
    if len(set(names)) < len(names):
        raise ValueError("a network is given more than once")
    if len({user_defined(name) for name in names}) > 1:
        raise ValueError("networks of docker's own and others exclude each other")
    for at, attachment in enumerate(attachments or (first,)):
        aliases = attachment.aliases or (at == 0 and fields.get("network_aliases"))
        if aliases and not user_defined(attachment.name):
            raise ValueError("aliases need a network that was made by `docker network create`")


VOLUME_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def volume_sources(fields: Fields) -> None:
    """Refuse what the engine would refuse: a volume that is called like a path."""
    for mount in fields.get("mounts", ()):
        if mount.type == "volume" and mount.source and not VOLUME_NAME.fullmatch(mount.source):
            raise UnservedError(
                "No volume can have the name that --mount gives as its source.",
                "Name a volume, such as source=data; paths of the host are not mounted.",
            )


SPECIFICATION = (healthcheck, removal_and_restart, logging, networks, volume_sources)


def something_to_change(fields: Fields) -> None:
    """Refuse an update that changes nothing."""
    defaults = Limits.model_fields
    if all(
        name == "containers" or value == defaults[name].default for name, value in fields.items()
    ):
        raise ValueError("at least one limit must be given")


def one_attached(fields: Fields) -> None:
    """Refuse to attach to several containers, or to restore them from one checkpoint."""
    attached = fields.get("attach") or fields.get("interactive") or fields.get("checkpoint")
    if attached and len(fields["containers"]) > 1:
        raise ValueError("only one container can be attached to, or restored")


def names_or_link(fields: Fields) -> None:
    """Refuse names with a slash where no link is removed."""
    if not fields.get("link"):
        for name in fields["containers"]:
            read_name(name)


def copying(fields: Fields) -> None:
    """Tell the container's side of `docker cp` from the other (splitCpArg)."""
    source, destination = fields.pop("source"), fields.pop("destination")
    sides = [side_of(source), side_of(destination)]
    if (sides[0][0] is None) == (sides[1][0] is None):
        raise ValueError("exactly one side must be container:path")
    into = sides[0][0] is None
    container, path = sides[1] if into else sides[0]
    if container is None or not path:
        raise ValueError("the container's side must name a path")
    read_name(container)
    fields.update(container=container, path=path, into=into)
    fields["local"] = source if into else destination


def side_of(text: str) -> tuple[str | None, str]:
    """Return container and path of one side; the container is None for the other side."""
    container, colon, path = text.partition(":")
    if not text:
        raise ValueError("neither side may be empty")
    if text.startswith(("/", ".")) or not colon or not container:
        return None, text
    return container, path


def all_tags(fields: Fields) -> None:
    """Refuse a tag together with all tags."""
    _, tag, digest = split_image(fields["image"])
    if fields.get("all_tags") and (tag or digest):
        raise ValueError("a tag and --all-tags exclude each other")


def one_timeout(fields: Fields) -> None:
    """Take the time until a container is killed from the flag or from its old name, not both."""
    if "time_flag" in fields:
        if "timeout" in fields:
            raise ValueError("--timeout and --time exclude each other")
        fields["timeout"] = fields.pop("time_flag")


def volume_name(fields: Fields) -> None:
    """Take a volume's name from the flag or the argument, not from both."""
    name = fields.pop("name_flag", None)
    if name:
        if fields.get("name") is not None:
            raise ValueError("the name is given twice, by --name and as an argument")
        fields["name"] = name


def all_once(fields: Fields) -> None:
    """Refuse `--all` together with the filter that says the same."""
    if fields.get("all") and any(each.key == "all" for each in fields.get("filters", ())):
        raise ValueError("--all and the filter 'all' exclude each other")


def no_until_with_volumes(fields: Fields) -> None:
    """Refuse a time for what has none."""
    if fields.get("volumes") and any(each.key == "until" for each in fields.get("filters", ())):
        raise ValueError("the filter 'until' does not go with --volumes")


def addressing(fields: Fields) -> None:
    """Check subnets, ranges, gateways and other addresses against each other (createIPAMConfig).

    A subnet with which nothing is compared is left to the engine.
    """
    if len(fields.get("subnets", ())) > MOST_SUBNETS:
        raise ValueError(f"a network has at most {MOST_SUBNETS} subnets here")
    ranges, gateways = fields.get("ip_ranges", ()), fields.get("gateways", ())
    others = fields.get("aux_addresses", ())
    said = fields.get("subnets", ())
    if len(said) < max(len(ranges), len(gateways)):
        raise ValueError("every range and gateway needs a subnet")
    if len(said) == 1 and not (ranges or gateways or others):
        return
    subnets = [subnet_of(text) for text in said]
    for at, subnet in enumerate(subnets):
        if any(overlap(subnet, other) for other in subnets[:at]):
            raise ValueError("subnets overlap")
    for text in ranges:
        subnet_of(text)
    once(subnets, ranges, "range")
    once(subnets, gateways, "gateway")
    for setting in others:
        if not any(contains(subnet, setting.value or "") for subnet in subnets):
            raise ValueError("an auxiliary address is in no subnet")


def once(subnets: list[Subnet], texts: tuple[str, ...], what: str) -> None:
    """Check that each address lies in a subnet, and no two in the same."""
    taken: set[Subnet] = set()
    for text in texts:
        found = {subnet for subnet in subnets if contains(subnet, text)}
        if not found:
            raise ValueError(f"a {what} is in no subnet")
        if found & taken:
            raise ValueError(f"a subnet has more than one {what}")
        taken |= found


def subnet_of(text: str) -> Subnet:
    """Read a subnet."""
    if "/" not in text:
        raise ValueError("a subnet must be written as 10.0.0.0/24")
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError("a subnet must be written as 10.0.0.0/24") from None


def contains(subnet: Subnet, text: str) -> bool:
    """Tell whether an address, or the first one of a range, lies in a subnet."""
    try:
        address = ip_interface(text).ip if "/" in text else ip_address(text)
    except ValueError:
        if "/" in text:
            raise ValueError("an address is not written as one") from None
        return False
    return address.version == subnet.version and address in subnet


def overlap(one: Subnet, other: Subnet) -> bool:
    """Tell whether one subnet holds the start of the other."""
    return one.version == other.version and one.overlaps(other)
