"""A real sshd of a test's own: its keys, its port, its log, and what it lets happen."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.adapters.docker import Entry
from runtime.adapters.docker.hosts import read

READY_S = 15.0
_SEPARATION = Path("/run/sshd")


def program() -> str | None:
    """Return where sshd is; it insists on being called by its whole path."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Sshd:
    """One sshd in one folder. `options` are lines of sshd_config."""

    def __init__(self, folder: Path, socket_path: str, options: tuple[str, ...] = ()) -> None:
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        self.identity = self.key("identity")
        self.port = _free_port()
        self.known_hosts = folder / "known_hosts"
        self._socket = socket_path
        host_key = self.key("host_key")
        self.line = f"[127.0.0.1]:{self.port} {self._public(host_key)}"
        self.known_hosts.write_text(self.line + "\n")
        (folder / "authorized_keys").write_text(self._public(self.identity) + "\n")
        config = f"""\
            Port {self.port}
            ListenAddress 127.0.0.1
            HostKey {host_key}
            AuthorizedKeysFile {folder}/authorized_keys
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PidFile none
            MaxStartups 100
            LogLevel VERBOSE
            AcceptEnv *
            SetEnv PATH={folder}/bin:/usr/bin:/bin
            """
        (folder / "sshd_config").write_text(textwrap.dedent(config) + "\n".join(options) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the engine's socket is, by way of this sshd."""
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{self._socket}"

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text()

    @property
    def logins(self) -> int:
        """How many connections were let in."""
        return self.log.count("Accepted publickey")

    def entry(self, *, name: str = "far", silent_s: float = 5.0) -> Entry:
        """Return this host, read from a hosts.toml."""
        file = self.folder / "hosts.toml"
        file.write_text(f"""
            [[host]]
            name = "{name}"
            url = "{self.url}"
            [host.ssh]
            known_hosts = "known_hosts"
            identity = "identity"
            keepalive_seconds = {silent_s}
            keepalive_count = 2
        """)
        (entry,) = read(file)
        return entry

    def key(self, name: str) -> Path:
        """Make a key pair."""
        path = self.folder / name
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True
        )
        return path

    def start(self) -> None:
        """Start it, and wait until it listens."""
        found = program()
        assert found
        if os.geteuid() == 0:
            _SEPARATION.mkdir(mode=0o755, exist_ok=True)
        self._process = subprocess.Popen(
            [found, "-D", "-f", f"{self.folder}/sshd_config", "-E", f"{self.folder}/log"],
            stdin=subprocess.DEVNULL,
        )
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            assert self._process.poll() is None, self.log
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(f"sshd does not listen: {self.log}")

    def stop(self) -> None:
        """End it, and every connection with it."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.kill()
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the processes that serve connections, not to the one that listens."""
        for child in self._children():
            try:
                os.kill(child, number)
            except ProcessLookupError:
                continue

    def drop(self) -> None:
        """Cut every connection."""
        self.signal(signal.SIGKILL)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let every connection be silent, as a link is on which nothing arrives any more."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGKILL)

    def ssh(self, *arguments: str) -> None:
        """Run something there with the distribution's own client."""
        options = (f"UserKnownHostsFile={self.known_hosts}", "IdentitiesOnly=yes", "BatchMode=yes")
        told = [word for each in options for word in ("-o", each)]
        where = ["-i", str(self.identity), "-p", str(self.port), "127.0.0.1"]
        sent = [*arguments[:2]] if arguments[0] == "-o" else []
        subprocess.run(
            ["ssh", "-F", "none", *told, *sent, *where, *arguments[len(sent) :]],
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=READY_S,
        )

    def program(self, body: str) -> Path:
        """Put a program `docker` where sessions find it."""
        folder = self.folder / "bin"
        path = folder / "docker"
        path.write_text(f"#!{sys.executable} -IS\n{textwrap.dedent(body)}")
        path.chmod(0o755)
        return path

    def _children(self) -> list[int]:
        assert self._process
        found: list[int] = []
        above = [self._process.pid]
        while above:
            parent = above.pop()
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                try:
                    children = [int(each) for each in task.read_text().split()]
                except (FileNotFoundError, ProcessLookupError):
                    continue
                found.extend(children)
                above.extend(children)
        return found

    @staticmethod
    def _public(key: Path) -> str:
        kind, data, *_ = key.with_suffix(".pub").read_text().split()
        return f"{kind} {data}"


DIAL = """\
    # What `docker system dial-stdio` does: pass both ways on, to the engine's socket.
    import os, select, socket, sys
    with open({said!r}, "a") as said:
        print(sys.argv[1:], dict(os.environ), file=said)
    there = socket.socket(socket.AF_UNIX)
    there.connect({socket!r})
    ways = {{0: there.fileno(), there.fileno(): 1}}
    while there.fileno() in ways:
        for one in select.select(list(ways), [], [])[0]:
            data = os.read(one, 65536)
            if not data:
                del ways[one]
                if one == 0:
                    there.shutdown(socket.SHUT_WR)
            while data:
                data = data[os.write(ways[one], data):]
"""


@contextmanager
def running(sshd: Sshd) -> Iterator[Sshd]:
    """Let it run for the length of the block."""
    sshd.start()
    try:
        yield sshd
    finally:
        sshd.stop()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
