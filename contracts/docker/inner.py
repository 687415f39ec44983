"""What a command inside a container does, as far as its words tell.

Nothing here lowers a risk: a program inside a container may be anything. A proven read is a note
for policies, a removal counts as one.
"""

import re
from collections.abc import Iterator, Sequence

from contracts.docker.harm import Finding, Risk

FOLDERS = ("", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin")
READERS = frozenset(
    {
        "ls",
        "ps",
        "df",
        "du",
        "pwd",
        "whoami",
        "id",
        "uptime",
        "free",
        "uname",
        "stat",
        "file",
        "head",
        "tail",
        "cat",
        "wc",
        "grep",
        "egrep",
        "fgrep",
        "printenv",
        "getent",
        "netstat",
        "nproc",
        "true",
        "echo",
        "test",
        "readlink",
        "realpath",
        "basename",
        "dirname",
        "md5sum",
        "sha1sum",
        "sha256sum",
        "sha512sum",
        "cut",
        "tr",
        "which",
        "lsof",
        "pgrep",
        "zcat",
    }
)
"""Programs that never write, whatever their arguments."""

BARE_READERS = frozenset({"env", "hostname", "date", "mount", "ifconfig"})
"""Programs that only read where they have no arguments."""

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox"})
"""Programs that run a script."""

WRAPPERS = frozenset(
    {
        "env",
        "nice",
        "nohup",
        "timeout",
        "time",
        "stdbuf",
        "sudo",
        "doas",
        "exec",
        "setsid",
        "command",
    }
)
"""Programs that only start another one."""

REMOVERS = frozenset(
    {
        "rm",
        "rmdir",
        "unlink",
        "shred",
        "wipefs",
        "dropdb",
        "dropuser",
        "truncate",
        "mkfs",
        "fdisk",
        "parted",
        "blkdiscard",
    }
)
"""Programs that remove data."""

INSTALLERS = frozenset(
    {
        "apt",
        "apt-get",
        "apk",
        "yum",
        "dnf",
        "zypper",
        "pacman",
        "pip",
        "pip3",
        "npm",
        "yarn",
        "gem",
        "cargo",
        "go",
        "dpkg",
        "rpm",
    }
)
"""Package managers."""

METADATA = re.compile(
    r"169\.254\.169\.254|169\.254\.170\.2|100\.100\.100\.200|fd00:ec2::254"
    r"|metadata\.google|\b2852039166\b|0xa9fea9fe|0xa9\.0xfe",
    re.IGNORECASE,
)
"""Where clouds hand out a host's identity and its credentials to whoever asks from it."""

ENGINE_SOCKET = re.compile(r"docker\.sock|containerd\.sock", re.IGNORECASE)
"""Where an engine is reached by whoever sees its socket."""

SEPARATORS = re.compile(r"&&|\|\||[;|&\n(){}`]|\$\(")
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


def program(word: str) -> str:
    """Return the plain name of a program, or the whole word where it lies in no usual folder."""
    folder, _, name = word.rpartition("/")
    return name if folder in FOLDERS else word


def unwrap(argv: Sequence[str]) -> Sequence[str]:
    """Return an argv without the programs that only start another one."""
    at = 0
    while at < len(argv):
        name = program(argv[at])
        if name in WRAPPERS and at + 1 < len(argv):
            at += 1
            while at < len(argv) - 1 and (
                argv[at].startswith("-") or ASSIGNMENT.match(argv[at]) or argv[at][:1].isdigit()
            ):
                at += 1
        elif ASSIGNMENT.match(argv[at]) and at + 1 < len(argv):
            at += 1
        else:
            break
    return argv[at:]


def script_of(argv: Sequence[str]) -> str | None:
    """Return the script of `sh -c SCRIPT`; None where no script stands in the words."""
    for at, word in enumerate(argv[1:], start=1):
        if word.startswith("-") and not word.startswith("--") and "c" in word[1:]:
            return argv[at + 1] if at + 1 < len(argv) else None
    return None


def reads(argv: Sequence[str]) -> bool:
    """Tell whether an argv is proven to only read: a known program in a form that never writes."""
    if not argv:
        return False
    name, arguments = program(argv[0]), argv[1:]
    if name in BARE_READERS:
        return not arguments
    if name == "find":
        writing = ("-exec", "-ok", "-delete", "-fprint", "-fls")
        return not any(argument.startswith(writing) for argument in arguments)
    if name == "tail":
        return not any(a.startswith(("-f", "-F", "--follow", "--retry")) for a in arguments)
    return name in READERS


def findings(argv: Sequence[str], *, lasting: bool = True) -> Iterator[Finding]:
    """Yield what is risky in an argv. `lasting` says that what it removes was there before."""
    if any(METADATA.search(word) for word in argv):
        yield Risk.ESCAPE, "asks for the host's own credentials at its cloud"
    inner = unwrap(argv)
    if not inner:
        return
    if not reads(inner) and any(ENGINE_SOCKET.search(word) for word in inner):
        yield Risk.ESCAPE, "talks to an engine through its socket"
    name = program(inner[0])
    removal = Risk.DESTROY if lasting else Risk.MUTATE
    if name in SHELLS:
        script = script_of(inner)
        yield Risk.MUTATE, "runs a shell inside the container"
        for piece in SEPARATORS.split(script or ""):
            words = unwrap(piece.replace("'", " ").replace('"', " ").split())
            if words and removes(words):
                yield removal, f"runs `{program(words[0])}` inside the container"
        if name == "busybox" and inner[1:]:
            yield from findings(inner[1:], lasting=lasting)
    elif removes(inner):
        yield removal, f"runs `{name}` inside the container"
    elif name in INSTALLERS:
        yield Risk.MUTATE, "runs a package manager inside the container"


def removes(argv: Sequence[str]) -> bool:
    """Tell whether an argv removes data by its own words."""
    name, arguments = program(argv[0]), argv[1:]
    if name == "find":
        return "-delete" in arguments
    if name == "dd":
        return any(argument.startswith("of=") for argument in arguments)
    return name.partition(".")[0] in REMOVERS
