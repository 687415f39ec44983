"""Lines that docker takes, drawn from the table itself: every command, every flag, any value."""

from itertools import chain

from hypothesis import strategies as st

from contracts.docker.grammar import (
    COMMANDS,
    client,
    compose,
    inspect,
    kinds,
    mounting,
    networking,
    networks,
    quantities,
    references,
    settings,
)
from contracts.docker.grammar.kinds import Kind
from contracts.docker.grammar.table import Argument, Command, Flag

Words = st.SearchStrategy[list[str]]

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
TEXT = st.one_of(PRINTABLE, st.text("äß語\n\t '\"$`\\", max_size=6))
NAME = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,8}", fullmatch=True)
IMAGE = st.sampled_from(
    ["nginx", "a/b:1", "localhost:5000/a/b-c", "r.example/x__y:V1", "x@sha256:" + "ab" * 32]
)
INTEGER = st.one_of(st.integers(-5, 2**40).map(str), st.sampled_from(["0x1F", "010", "+7", "0b1"]))
SIZE = st.sampled_from(["0", "512m", "1.5GiB", "1024", "1 kb", "7b", "3t"])
TIME = st.sampled_from(["", "10m", "1h2m3.5s", "0", "1700000000.5", "2026-01-02T03:04:05Z"])
PAIR = st.builds("{}={}".format, NAME, TEXT)
MOUNTS = (
    "target=/x",
    "type=bind,src=/a,dst=/b,ro,bind-propagation=rslave",
    "type=BIND,source=.,target=/b,bind-recursive=readonly,readonly,bind-propagation=rprivate",
    'type=volume,dst=/v,"volume-opt=o=a,b",volume-opt=type=nfs,volume-label=x=y,volume-nocopy',
    'type=volume,"dst=/with,comma","volume-label=quo""te=1",volume-driver=local',
    "type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1777",
    "type=image,source=foo,target=/t,image-subpath=/bar,consistency=Cached",
    "type=bind,src=/a,dst=/b,bind-nonrecursive",
)
NETWORKS = (
    "net",
    "Host",
    "container:x",
    "name=net,alias=a,alias=b,ip=10.0.0.2,driver-opt=k=v=w,gw-priority=-2",
    "name=a=b",
    "NAME=NET,mac-address=02:32:1c:23:00:04,link-local-ip=169.254.1.1",
)
PORTS = (
    "80",
    "80-82/udp",
    "8000-8002:80-82",
    "9000-9010:80",
    "127.0.0.1::80/sctp",
    "[::1]:1:2",
    "published=8080,target=80,protocol=udp",
    "target=80",
)

VALUES: dict[Kind, st.SearchStrategy[str]] = {
    client.LEVEL: st.sampled_from(["debug", "INFO"]),
    compose.PROJECT: NAME.map(lambda name: name.replace(".", "-")),
    compose.SERVICE: NAME,
    inspect.TYPE: st.sampled_from(inspect.TYPES),
    kinds.BOOL: st.sampled_from(sorted(kinds.TRUE | kinds.FALSE)),
    kinds.FILTER: st.builds("{}={}".format, NAME, TEXT),
    kinds.INT: INTEGER,
    kinds.LAST: INTEGER,
    kinds.NAME_OF: NAME,
    kinds.REFERENCE_TO: st.one_of(NAME, IMAGE),
    kinds.TAIL: st.one_of(INTEGER, st.just("all")),
    kinds.TEXT: TEXT,
    mounting.BINDING: st.sampled_from(
        ["/anonymous", "data:/d", "data:/d:ro,z", "./a:/b", "/a:/b:rw", "c:\\a:d:\\b", "ab", "a:/x"]
    ),
    mounting.MOUNT: st.sampled_from(MOUNTS),
    networking.ADDRESS: st.one_of(st.ip_addresses().map(str)),
    networking.ATTACHMENT: st.sampled_from(NETWORKS),
    networking.EXPOSE: st.sampled_from(["80", "80-90/tcp", "8080/ncp"]),
    networking.HOST: st.sampled_from(["a:1.2.3.4", "b=[::1]", "c:::1", "d:host-gateway"]),
    networking.LINK: st.one_of(NAME, st.builds("{}:{}".format, NAME, NAME)),
    networking.MAC_ADDRESS: st.sampled_from(["02:32:1c:23:00:04", "0232.1c23.0004", ""]),
    networking.PRIVATE_PORT: st.sampled_from(["80", "080/udp", "53/"]),
    networking.PUBLICATION: st.sampled_from(PORTS),
    networking.SEARCH_DOMAIN: st.sampled_from([".", "example.com", "a-b.example."]),
    networking.SOURCE: st.one_of(NAME, NAME.map("{}:ro".format)),
    networks.LIST: st.sampled_from(["", "10.0.0.0/24", "10.1.0.0/24,10.2.0.0/24", '"a,b",c']),
    networks.OPTION_LIST: st.sampled_from(["a=b", 'a=b,c=d,"e=f,g"']),
    quantities.CPUS: st.sampled_from(["1.5", "0.001", "-2", "1/4", ".5", "+3", "0"]),
    quantities.DURATION_OF: st.sampled_from(["0", "1h30m", "4.5s", "100ms", "7ns", "1us"]),
    quantities.POSITIVE: st.integers(0, 9).map(str),
    quantities.SIZES: SIZE,
    quantities.SWAP: st.one_of(SIZE, st.just("-1")),
    quantities.SWAPPINESS: st.integers(-1, 100).map(str),
    quantities.TIME: TIME,
    quantities.UINT16: st.integers(0, 2**16 - 1).map(str),
    references.CHECKPOINT: NAME,
    references.IMAGE: IMAGE,
    references.IMAGE_OR_ID: st.one_of(IMAGE, st.just("ab" * 32)),
    references.LINK_OR_NAME: NAME,
    references.NETWORK: st.one_of(NAME, st.just("kiwl$%^")),
    references.NEW_IMAGE: IMAGE.filter(lambda image: "@" not in image),
    references.NEW_NAME: NAME,
    references.OTHER_NAME: NAME,
    references.ENGINE_PLATFORM: st.sampled_from(["linux", "any", "a/b/c"]),
    references.PLATFORM: st.sampled_from(["linux", "linux/arm64/v8"]),
    references.PLATFORM_LIST: st.sampled_from(["linux", "linux/arm64/v8,linux/amd64"]),
    settings.BPS: st.sampled_from(["/dev/sda:1mb", "/dev/sda:17"]),
    settings.CGROUP_SPACE: st.sampled_from(["host", "private", ""]),
    settings.DEVICE: st.sampled_from(["/dev/a", "/dev/a:/dev/b:rw", "/dev/a:m", "v.com/gpu=all"]),
    settings.DEVICE_RULE: st.just("c 42:* rmw"),
    settings.DEVICE_WEIGHT: st.just("/dev/sda:100"),
    settings.ENV: st.one_of(PAIR, NAME),
    settings.GPUS: st.sampled_from(["all", "2", "count=1,driver=x", '"device=0,2"']),
    settings.HOST_ONLY: st.sampled_from(["host", ""]),
    settings.IOPS: st.just("/dev/sda:1000"),
    settings.LABEL: st.one_of(PAIR, NAME),
    settings.OPTION: st.one_of(PAIR, NAME),
    settings.PID: st.sampled_from(["host", "container:x", ""]),
    settings.PULL: st.sampled_from(["always", "missing", "never", ""]),
    settings.RESTART: st.sampled_from(["", "no", "always:1", "on-failure:10", "sometimes"]),
    settings.SECURITY: st.sampled_from(["no-new-privileges", "label:disable", "seccomp=x"]),
    settings.STREAM: st.sampled_from(["stdin", "STDOUT"]),
    settings.STRICT_OPTION: PAIR,
    settings.SYSCTL: st.sampled_from(["net.ipv4.x=1", "kernel.sem=1 2 3 4"]),
    settings.ULIMIT: st.sampled_from(["nofile=1:2", "core=-1", "cpu=3"]),
}
"""For every kind of the table, texts that docker reads as such."""


def flat(parts: list[list[str]]) -> list[str]:
    """Return the words of all parts."""
    return list(chain.from_iterable(parts))


def flag_words(flag: Flag) -> Words:
    """Draw one use of a flag, in one of its spellings."""
    long, short = f"--{flag.name}", f"-{flag.short}" if flag.short else ""
    if flag.boolean:
        bare = [long, *([short] if short else [])]
        said = VALUES[kinds.BOOL].map(lambda value: [f"{long}={value}"])
        return st.one_of(st.sampled_from([[word] for word in bare]), said)
    spellings = [lambda value: [f"{long}={value}"], lambda value: [long, value]]
    if short:
        spellings.append(lambda value: [short, value])
        spellings.append(lambda value: [f"{short}={value}"] if value else [short, value])
    return st.tuples(VALUES[flag.kind], st.sampled_from(spellings)).map(
        lambda drawn: drawn[1](drawn[0])
    )


def argument_words(argument: Argument) -> Words:
    """Draw the words of one argument."""
    most = 3 if argument.many else 1
    return st.lists(VALUES[argument.kind], min_size=not argument.optional, max_size=most)


def uses(flags: tuple[Flag, ...]) -> Words:
    """Draw any number of uses of any flags that are served."""
    served = [flag_words(flag) for flag in flags if not flag.refused]
    if not served:
        return st.just([])
    return st.lists(st.one_of(served), max_size=6).map(flat)


def command_words(command: Command) -> Words:
    """Draw the words of one use of a command, under one of its names."""
    arguments = [argument_words(argument) for argument in command.arguments]
    if command.name == "cp":
        arguments = [
            st.sampled_from(
                [["web:/a b", "-"], ["-", "web:/x:y"], ["./a:b", "c:rel"], ["a:b", "/"]]
            )
        ]
    elif command.name == "help":
        arguments = [st.sampled_from([[], ["ps"], ["container", "ls"], ["compose"]])]

    def joined(drawn: tuple[str, list[str], list[str], list[list[str]]]) -> list[str]:
        name, before, flags, words = drawn
        group, *rest = name.split()
        last = flat(words)
        dashed = last if command.interspersed else last[:1]
        end = ["--"] if any(word.startswith("-") for word in dashed) else []
        return ["docker", group, *before, *rest, *flags, *end, *last]

    return st.tuples(
        st.sampled_from(command.names),
        uses(command.before),
        uses(command.flags),
        st.tuples(*arguments).map(list),
    ).map(joined)


LINES = {command.name: command_words(command) for command in COMMANDS}
ANY_COMMAND = st.one_of(list(LINES.values()))

EXCLUSIVE = (
    "exclude",
    "twice",
    "only one container",
    "subnet",
    "need a network",
    "(`-it`)",
    "more than once",
    "all-tags",
    "does not go with",
    "cannot be negative",
    "can have this name",
    "at least one limit",
    "of the host is not read",
    "Compose files are not read",
    "does not fetch",
)
"""What a refusal says where fields that are right by themselves do not go together."""
