"""`--mount` and `--volume`, as docker's client reads them (opts/mount.go, loader/volume.go)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from contracts.docker.grammar.csv import read_csv, show_csv
from contracts.docker.grammar.kinds import Kind, read_bool
from contracts.docker.grammar.quantities import read_size, show_size
from contracts.docker.operations.values import Binding, Mount, Setting, is_host_path

ALONE = {"readonly": "true", "ro": "true", "volume-nocopy": "true", "bind-nonrecursive": "true"}
SAME = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
RECURSIVE = {"enabled": "", "disabled": "disabled", "writable": "writable", "readonly": "readonly"}
OCTAL = re.compile(r"[0-7]{1,10}")


def read_octal(text: str) -> int:
    """Read a file mode."""
    if OCTAL.fullmatch(text) is None or int(text, 8) >= 2**32:
        raise ValueError("a mode must be octal, such as 1777")
    return int(text, 8)


def read_recursive(text: str) -> str:
    """Read how a bind takes the mounts below it."""
    if text not in RECURSIVE:
        raise ValueError("bind-recursive must be enabled, disabled, writable or readonly")
    return RECURSIVE[text]


def lower(text: str) -> str:
    """Read a word whose case does not count."""
    return text.lower()


def as_it_is(text: str) -> str:
    """Read a text."""
    return text


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "type": ("type", lower),
    "source": ("source", as_it_is),
    "target": ("target", as_it_is),
    "readonly": ("read_only", read_bool),
    "consistency": ("consistency", lower),
    "bind-propagation": ("bind_propagation", lower),
    "bind-recursive": ("bind_recursive", read_recursive),
    "bind-nonrecursive": ("bind_recursive", lambda t: "disabled" if read_bool(t) else ""),
    "volume-nocopy": ("volume_nocopy", read_bool),
    "volume-subpath": ("volume_subpath", as_it_is),
    "volume-driver": ("volume_driver", as_it_is),
    "image-subpath": ("image_subpath", as_it_is),
    "tmpfs-size": ("tmpfs_size", read_size),
    "tmpfs-mode": ("tmpfs_mode", read_octal),
}
MAPS = {"volume-label": "volume_labels", "volume-opt": "volume_options"}


def read_mount(text: str) -> Mount:
    """Read `--mount type=...,source=...,target=...`."""
    fields: dict[str, Any] = {"type": "volume", "target": ""}
    settings: dict[str, dict[str, Setting]] = {field: {} for field in MAPS.values()}
    groups: set[str] = set()
    for part in read_csv(text):
        key, equals, value = part.partition("=")
        key = key.lower()
        if not equals:
            if key not in ALONE:
                raise ValueError(f"the field '{part[:40]}' must be key=value")
            value = ALONE[key]
        key = SAME.get(key, key)
        if key in MAPS:
            name, _, said = value.partition("=")
            settings[MAPS[key]].pop(name, None)
            if name:
                settings[MAPS[key]][name] = Setting(key=name, value=said)
        elif key in READERS:
            field, read = READERS[key]
            fields[field] = read(value)
        else:
            raise ValueError(f"there is no key '{key[:40]}'")
        groups.add(key.partition("-")[0] if "-" in key else "")
    fields |= {field: tuple(found.values()) for field, found in settings.items() if found}
    mount = Mount(**fields)
    check_mount(mount, groups)
    return mount


def check_mount(mount: Mount, groups: set[str]) -> None:
    """Refuse options that do not go together."""
    if not mount.type:
        raise ValueError("a type is required")
    if not mount.target:
        raise ValueError("a target is required")
    for group in groups & {"volume", "image", "bind", "tmpfs"}:
        if group != mount.type:
            raise ValueError(f"'{group}-*' options do not go with type '{mount.type[:40]}'")
    if mount.bind_recursive in {"writable", "readonly"} and not mount.read_only:
        raise ValueError(f"bind-recursive={mount.bind_recursive} requires readonly")
    if mount.bind_recursive == "readonly" and mount.bind_propagation != "rprivate":
        raise ValueError("bind-recursive=readonly requires bind-propagation=rprivate")


def parts_of(mount: Mount) -> Iterator[str]:
    """Yield the fields of a mount, one `key=value` each."""
    yield f"type={mount.type}"
    for key, (field, _) in READERS.items():
        value = getattr(mount, field)
        if field == "type" or key == "bind-nonrecursive" or not value:
            continue
        if value is True:
            yield f"{key}=true"
        elif field == "tmpfs_size":
            yield f"{key}={show_size(value)}"
        else:
            yield f"{key}={value:o}" if field == "tmpfs_mode" else f"{key}={value}"
    for key, field in MAPS.items():
        yield from (f"{key}={setting.key}={setting.value}" for setting in getattr(mount, field))


def show_mount(mount: Mount) -> str:
    """Write a mount."""
    return show_csv(parts_of(mount))


NAME_OF_VOLUME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
SHORTEST = 2


def read_binding(text: str) -> Binding:
    """Read `--volume [source:]target[:mode]`."""
    if not text:
        raise ValueError("it must not be empty")
    if len(text) <= SHORTEST:
        return Binding(target=text)
    parts = sections(text)
    if any(not part for part in parts):
        raise ValueError("a section between colons is empty")
    if len(parts) == 1:
        return Binding(target=parts[0])
    source, target, *mode = parts
    if len(mode) > 1:
        raise ValueError("it has too many colons")
    if not is_host_path(source) and NAME_OF_VOLUME.fullmatch(source) is None:
        raise ValueError("no volume can have this name, and it is no path")
    return Binding(source=source, target=target, mode=mode[0] if mode else None)


def sections(text: str) -> list[str]:
    """Return the parts between colons; the colon of a Windows drive does not count."""
    parts = text.split(":")
    joined: list[str] = []
    for part in parts:
        if joined and len(joined[-1]) == 1 and joined[-1].isalpha():
            joined[-1] += f":{part}"
        else:
            joined.append(part)
    return joined


def show_binding(binding: Binding) -> str:
    """Write a volume."""
    return ":".join(part for part in (binding.source, binding.target, binding.mode) if part)


MOUNT = Kind("mount", read_mount, show_mount)
BINDING = Kind("volume", read_binding, show_binding)
