"""Names and references to images, by the rules of distribution/reference."""

import re

from contracts.docker.grammar.kinds import NAME, NOT_A_NAME, Kind

COMPONENT = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN = re.compile(rf"(?:{COMPONENT}(?:\.{COMPONENT})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
PATH = re.compile(
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
ID = re.compile(r"[a-f0-9]{64}")
LONGEST = 255

NOT_AN_IMAGE = "it is no reference to an image (lower case, as in registry/name:tag)"


def split_image(text: str) -> tuple[str, str, str]:
    """Return an image's repository, tag and digest. Raises ValueError for what is none."""
    name, at, digest = text.partition("@")
    if at and DIGEST.fullmatch(digest) is None:
        raise ValueError(NOT_AN_IMAGE)
    head, slash, tail = name.rpartition("/")
    last, colon, tag = tail.partition(":")
    if colon and TAG.fullmatch(tag) is None:
        raise ValueError(NOT_AN_IMAGE)
    repository = f"{head}{slash}{last}"
    path = repository
    first, slash, rest = repository.partition("/")
    if slash and (set(".:") & set(first) or first == "localhost" or first != first.lower()):
        if DOMAIN.fullmatch(first) is None:
            raise ValueError(NOT_AN_IMAGE)
        path = rest
    if PATH.fullmatch(path) is None or len(repository) > LONGEST or ID.fullmatch(repository):
        raise ValueError(NOT_AN_IMAGE)
    return repository, tag, digest


def read_image(text: str) -> str:
    """Read a reference to an image by its name."""
    split_image(text)
    return text


def read_image_or_id(text: str) -> str:
    """Read a reference to an image by its name, or by its whole id."""
    if ID.fullmatch(text.removeprefix("sha256:")) is None:
        split_image(text)
    return text


def read_new_image(text: str) -> str:
    """Read the name that an image is to get; a digest cannot be given."""
    if split_image(text)[2]:
        raise ValueError("a digest cannot be given to an image")
    return text


NEW = re.compile(r"/?[A-Za-z0-9][A-Za-z0-9_.-]*")


def read_new_name(text: str) -> str:
    """Read the name that a container or a volume is to get (the engine's own rule)."""
    if text and (NEW.fullmatch(text) is None or NAME.fullmatch(text) is None):
        raise ValueError(
            "a name starts with a letter or digit, then letters, digits, '_', '.', '-'"
        )
    return text


def read_other_name(text: str) -> str:
    """Read the name that a container is to get instead of its own."""
    if not text:
        raise ValueError("it must not be empty")
    return read_new_name(text)


CHECKPOINT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")


def read_checkpoint(text: str) -> str:
    """Read a checkpoint's name: the engine makes a path of it."""
    if text and CHECKPOINT_NAME.fullmatch(text) is None:
        raise ValueError("no checkpoint can have this name (letters, digits, '_', '.', '-')")
    return text


PLATFORM_OF = re.compile(r"[A-Za-z0-9_.()-]+(?:/[A-Za-z0-9_.-]+){0,2}")


SYSTEMS = frozenset(
    [
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "js",
        "linux",
        "macos",
        "nacl",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "windows",
        "zos",
    ]
)
MACHINES = frozenset(
    [
        "386",
        "aarch64",
        "amd64",
        "amd64p32",
        "arm",
        "arm64",
        "arm64be",
        "armbe",
        "armel",
        "armhf",
        "i386",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mips64p32",
        "mips64p32le",
        "mipsle",
        "ppc",
        "ppc64",
        "ppc64le",
        "riscv",
        "riscv64",
        "s390",
        "s390x",
        "sparc",
        "sparc64",
        "wasm",
        "x86-64",
        "x86_64",
    ]
)


def read_platform(text: str) -> str:
    """Read `os[/arch[/variant]]`; one word alone must be known (containerd/platforms, Parse)."""
    read_platform_for_engine(text)
    system = text.partition("(")[0].lower()
    if "/" not in text and system not in SYSTEMS and text.lower() not in MACHINES:
        raise ValueError("it is no operating system or architecture that is known")
    return text


def read_platform_for_engine(text: str) -> str:
    """Read a platform where docker's client leaves the rest to the engine."""
    if PLATFORM_OF.fullmatch(text) is None:
        raise ValueError("it must be a platform such as linux/amd64")
    return text


NETWORK_NAME = re.compile(r"[!-.0-~]{1,255}")


def read_network(text: str) -> str:
    """Read a network's name: the engine takes almost anything, a path it is not."""
    if NETWORK_NAME.fullmatch(text) is None or not text.strip("."):
        raise ValueError("no network can have this name")
    return text


LINKED = re.compile(r"/?[A-Za-z0-9_.-]{1,255}(?:/[A-Za-z0-9_.-]{1,255})?")


def read_link_or_name(text: str) -> str:
    """Read a container's name, or the name of a legacy link such as `/web/db`."""
    parts = text.removeprefix("/").split("/")
    if LINKED.fullmatch(text) is None or not all(part.strip(".") for part in parts):
        raise ValueError(NOT_A_NAME)
    return text


IMAGE = Kind("image", read_image)
IMAGE_OR_ID = Kind("image|id", read_image_or_id)
NEW_IMAGE = Kind("new image", read_new_image)
NEW_NAME = Kind("new name", read_new_name)
OTHER_NAME = Kind("other name", read_other_name)
PLATFORM = Kind("platform", read_platform)
ENGINE_PLATFORM = Kind("platform", read_platform_for_engine)
PLATFORM_LIST = Kind(
    "platforms", lambda text: tuple(map(read_platform, text.split(","))), spread=True
)
NETWORK = Kind("network", read_network)
CHECKPOINT = Kind("checkpoint", read_checkpoint)
LINK_OR_NAME = Kind("name|link", read_link_or_name)
