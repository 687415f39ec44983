"""What a command inside a container does, as far as its words tell.

Nothing here lowers a risk: a program inside a container may be anything. A proven read is a note
for policies, a removal counts as one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

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

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish"})
"""Programs that run a script."""

STARTERS = dict.fromkeys(
    (
        *SHELLS,
        *("env", "nice", "ionice", "nohup", "time", "stdbuf", "setsid", "setpriv", "unshare"),
        *("nsenter", "sudo", "doas", "xargs", "parallel", "watch", "script", "strace", "fakeroot"),
        *("tini", "dumb-init", "busybox", "toybox"),
        *("exec", "command", "builtin", "eval", "trap", "coproc"),
        *("if", "then", "elif", "else", "while", "until", "do", "!"),
    ),
    0,
) | dict.fromkeys(
    ("timeout", "chroot", "su", "runuser", "gosu", "su-exec", "flock", "chrt", "taskset"), 1
)
"""What only starts another program: how many words stand before that one, beside options."""

STARTED_BY_FIND = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
"""Arguments of find behind which a program stands."""

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
REDIRECTION = re.compile(r"[0-9]*[<>]")
NO_WORD = re.compile(r"[\s;|&(){}`]")
"""What tells a script from a word."""

NAME_ENDS = re.compile(r"[$<>]")
SPACED = str.maketrans("'\"", "  ")
JOINED = str.maketrans("", "", "'\"\\")
"""What quotes leave of a script: a gap between words, or, as to a shell, nothing."""


def program(word: str) -> str:
    """Return the plain name of a program, or the whole word where it lies in no usual folder."""
    folder, _, name = word.rpartition("/")
    return name if folder in FOLDERS else word


def named(word: str) -> str:
    """Return the name of the program that a word of a script starts."""
    return program(NAME_ENDS.split(word.lstrip("\\"), maxsplit=1)[0])


def starts(words: Sequence[str]) -> Iterator[int]:
    """Yield where a program may be named: at the start, and behind all that starts another.

    A word behind an option may be its value or the program, so both it and the next one count.
    """
    waiting = [0, *(at + 1 for at, word in enumerate(words) if word in STARTED_BY_FIND)]
    seen: set[int] = set()
    while waiting:
        at = waiting.pop()
        if at in seen or at >= len(words):
            continue
        seen.add(at)
        yield at
        name = named(words[at])
        if ASSIGNMENT.match(words[at]):
            waiting.append(at + 1)
        if name == "command" and words[at + 1 : at + 2] in (["-v"], ["-V"]):
            continue  # it says where a program is
        if REDIRECTION.match(words[at]):
            waiting.extend(behind(words, at, 0))
        elif name in STARTERS:
            waiting.extend(behind(words, at + 1, STARTERS[name]))


def behind(words: Sequence[str], at: int, more: int) -> Iterator[int]:
    """Yield where a program may be named that another starts, which takes `more` words before."""
    of_an_option = False
    for here in range(at, len(words)):
        word = words[here]
        if word.startswith("-") or REDIRECTION.match(word) or ASSIGNMENT.match(word):
            of_an_option = word != "--"
            if not word.startswith("-") and NO_WORD.search(word):
                yield here
            continue
        yield here
        more -= not of_an_option
        if more < 0 or named(word) in STARTERS:
            return
        of_an_option = False


def scripts(argv: Sequence[str], at: Sequence[int]) -> Iterator[str]:
    """Yield the words of an argv that are scripts: such as stand where a program may be named."""
    yield from (argv[here] for here in at if NO_WORD.search(argv[here]))
    if any(named(argv[here]) in STARTERS for here in at):
        for word in argv:
            if word.startswith("-") and NO_WORD.search(word):
                yield word.partition("=")[2] if word.startswith("--") else word[2:]


def pieces(script: str) -> Iterator[list[str]]:
    """Yield the words of each command of a script."""
    for piece in dict.fromkeys(SEPARATORS.split(script)):
        for plain in dict.fromkeys((piece.translate(SPACED), piece.translate(JOINED))):
            if words := plain.split():
                yield words


def removers(groups: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the names of programs that remove data by their own words."""
    several = list(groups)
    everything = {word for words in several for word in words}
    erasing = {
        "find": "-delete" in everything,
        "dd": any(word.startswith("of=") for word in everything),
    }
    for words in several:
        for at in starts(words):
            name = named(words[at])
            if erasing.get(name, name.partition(".")[0] in REMOVERS):
                yield name


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
    at = list(starts(argv))
    names = {named(argv[here]) for here in at}
    if any(ENGINE_SOCKET.search(word) for word in argv):
        plain = [here for here in at if named(argv[here]) not in STARTERS]
        if not all(reads(argv[here:]) for here in plain or at):
            yield Risk.ESCAPE, "talks to an engine through its socket"
    if not SHELLS.isdisjoint(names):
        yield Risk.MUTATE, "runs a shell inside the container"
    removal = Risk.DESTROY if lasting else Risk.MUTATE
    written = (words for script in scripts(argv, at) for words in pieces(script))
    for name in removers((argv, *written)):
        yield removal, f"runs `{name[:40]}` inside the container"
    if not INSTALLERS.isdisjoint(names):
        yield Risk.MUTATE, "runs a package manager inside the container"
