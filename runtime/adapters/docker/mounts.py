"""Volumes and mounts, as the engine takes them (docker/cli opts/mount.go, opts.go)."""

from collections.abc import Iterable
from typing import Any

from contracts.docker.operations import Binding, Mount
from contracts.errors import Code, RefusedError

_RECURSION_SINCE = (1, 44)
_RECURSIVE = {
    "disabled": "NonRecursive",
    "readonly": "ReadOnlyForceRecursive",
    "writable": "ReadOnlyNonRecursive",
}


def binds(bindings: Iterable[Binding]) -> list[str]:
    """Return what is mounted from a volume or a path of the engine's host, each once."""
    found = (_text(each) for each in bindings if each.source is not None and _absolute(each.source))
    return list(dict.fromkeys(found))


def anonymous(bindings: Iterable[Binding]) -> dict[str, dict[str, str]]:
    """Return where a volume without a name is mounted."""
    return {each.target: {} for each in bindings if each.source is None}


def mount(mount: Mount, version: tuple[int, ...]) -> dict[str, Any]:
    """Return one `--mount`."""
    _absolute(mount.source)
    found: dict[str, Any] = {
        "Type": mount.type,
        "Source": mount.source,
        "Target": mount.target,
        "ReadOnly": mount.read_only,
        "Consistency": mount.consistency,
    }
    if mount.bind_propagation or mount.bind_recursive:
        found["BindOptions"] = _bind_options(mount, version)
    driver = mount.volume_driver or mount.volume_options
    if driver or mount.volume_nocopy or mount.volume_subpath or mount.volume_labels:
        found["VolumeOptions"] = {
            "NoCopy": mount.volume_nocopy,
            "Labels": {each.key: each.value or "" for each in mount.volume_labels},
            "Subpath": mount.volume_subpath,
            "DriverConfig": {
                "Name": mount.volume_driver,
                "Options": {each.key: each.value or "" for each in mount.volume_options},
            },
        }
    if mount.image_subpath:
        found["ImageOptions"] = {"Subpath": mount.image_subpath}
    if mount.tmpfs_size or mount.tmpfs_mode:
        found["TmpfsOptions"] = {"SizeBytes": mount.tmpfs_size, "Mode": mount.tmpfs_mode}
    return found


def _bind_options(mount: Mount, version: tuple[int, ...]) -> dict[str, Any]:
    if mount.bind_recursive == "readonly" and version < _RECURSION_SINCE:
        raise RefusedError(
            Code.UNSUPPORTED_COMMAND,
            "bind-recursive=readonly requires API v1.44 or later.",
            "Leave bind-recursive out, or use an engine from 25.0 on.",
        )
    found: dict[str, Any] = {"Propagation": mount.bind_propagation}
    if mount.bind_recursive:
        found[_RECURSIVE[mount.bind_recursive]] = True
    return found


def _absolute(source: str) -> str:
    """Refuse a path that is told from the folder in which somebody types: here there is none."""
    if source.startswith("."):
        raise RefusedError(
            Code.INVALID_COMMAND,
            f"{source!r} is told from a working directory, and there is none here.",
            "Name a volume, or an absolute path of the engine's host.",
        )
    return source


def _text(binding: Binding) -> str:
    return ":".join(part for part in (binding.source, binding.target, binding.mode) if part)
