"""The one SSH connection to a host: opened when needed, kept alive, opened again when lost."""

import asyncio
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path

import asyncssh

from contracts.errors import Code, Error, RefusedError
from runtime.adapters.docker.address import Address
from runtime.adapters.docker.hosts import Ssh

_ALL_USERS = Path("/etc/ssh/ssh_known_hosts")
# A host that said no is left alone for a moment: many refused logins in a row look like an attack.
_PAUSE_S = 1.0
_SSH_PORT = 22

asyncssh.set_log_level("CRITICAL")  # what happens is told by our errors, once


class Link:
    """The connection to one host; any number of callers may ask for it at once."""

    def __init__(self, address: Address, ssh: Ssh, within: float) -> None:
        self._address = address
        self._ssh = ssh
        self._within = within
        self._connection: asyncssh.SSHClientConnection | None = None
        self._opening: asyncio.Task[asyncssh.SSHClientConnection] | None = None
        self._refused: Error | None = None
        self._again = 0.0

    async def connection(self) -> asyncssh.SSHClientConnection:
        """Return the connection, opened if there is none. Raises RefusedError, OSError.

        Who stops waiting does not stop the opening: others wait for the same one.
        """
        if self._connection and not self._connection.is_closed():
            return self._connection
        if self._refused and time.monotonic() < self._again:
            raise _refusal(self._refused.message, self._refused.hint)
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(_seen)
        return await asyncio.shield(self._opening)

    async def close(self) -> None:
        """Close it; what is under way on it is lost."""
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._connection:
            self._connection.abort()
            await self._connection.wait_closed()

    async def _open(self) -> asyncssh.SSHClientConnection:
        try:
            async with asyncio.timeout(self._within):
                self._connection = await self._connected()
        except RefusedError as refused:
            self._refused, self._again = refused.error, time.monotonic() + _PAUSE_S
            raise
        return self._connection

    async def _connected(self) -> asyncssh.SSHClientConnection:
        address, ssh = self._address, self._ssh
        known = await asyncio.to_thread(self._known_hosts)
        client = _Client()
        try:
            return await asyncssh.connect(
                address.host,
                address.port,
                client_factory=lambda: client,
                # Nothing but what is said here: a user's configuration could start a program.
                config=None,
                known_hosts=known,
                x509_trusted_certs=None,
                x509_trusted_cert_paths=[],
                username=address.user or (),
                preferred_auth=("publickey",),
                client_keys=[str(ssh.identity)] if ssh.identity else (),
                agent_path=None if ssh.identity else (),
                gss_kex=False,
                gss_auth=False,
                host_based_auth=False,
                kbdint_auth=False,
                password_auth=False,
                agent_forwarding=False,
                x11_forwarding=False,
                env=None,
                send_env=None,
                connect_timeout=self._within,
                login_timeout=self._within,
                keepalive_interval=ssh.keepalive_seconds,
                keepalive_count_max=ssh.keepalive_count,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._unknown(client, error, known) from error
        except asyncssh.PermissionDenied as error:
            raise self._denied() from error
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise _refusal(
                f"The key {ssh.identity} for {self._where} cannot be used: {error}.",
                "`identity` names a private key without a passphrase; one with a passphrase goes"
                " into an ssh-agent, and `identity` is left out.",
            ) from error
        except (asyncssh.Error, ValueError) as error:
            raise _refusal(
                f"The SSH server at {self._where} cannot be used: {error}.",
                f"Try `ssh {self._user}{address.host} -p {address.port}` from this machine.",
            ) from error

    @property
    def _user(self) -> str:
        return f"{self._address.user}@" if self._address.user else ""

    @property
    def _where(self) -> str:
        return f"{self._address.host}:{self._address.port}"

    def _files(self) -> list[Path]:
        if self._ssh.known_hosts:
            return [self._ssh.known_hosts]
        return [Path.home() / ".ssh" / "known_hosts", _ALL_USERS]

    def _known_hosts(self) -> asyncssh.SSHKnownHosts:
        """Read what is known, at each connection anew. Raises RefusedError; never trusts all."""
        identity = self._ssh.identity
        if identity and identity.exists() and identity.stat().st_mode & stat.S_IRWXO:
            raise _refusal(
                f"Everybody may read the key {identity}.", f"chmod o= {identity}, or make a new one"
            )
        known = asyncssh.SSHKnownHosts()
        there = [each for each in self._files() if os.access(each, os.R_OK)]
        for each in there:
            try:
                known.load(each.read_text())
            except (OSError, ValueError) as error:
                raise _refusal(f"{each} cannot be read: {error}.", "Repair the file.") from error
        if not there:
            names = " nor ".join(map(str, self._files()))
            raise _refusal(
                f"No host key is known for {self._where}: neither {names} can be read."
                if len(self._files()) > 1
                else f"No host key is known for {self._where}: {names} cannot be read.",
                f"Get the key (`ssh-keyscan -p {self._address.port} {self._address.host}`), compare"
                " its fingerprint with that at the host itself, and write the line into that file.",
            )
        return known

    def _unknown(
        self, client: "_Client", error: Exception, known: asyncssh.SSHKnownHosts
    ) -> RefusedError:
        """Say that the host is not known, or not who it was, and how to tell which."""
        file = self._files()[0]
        if client.offered is None:
            return _refusal(
                f"The host key of {self._where} is refused: {error}.",
                f"See the lines for this host in {file} (revoked? an authority?).",
            )
        kind = client.offered.get_algorithm()
        offered = f"{kind} {client.offered.get_fingerprint()}"
        port = self._address.port if self._address.port != _SSH_PORT else None
        listed, *_ = known.match(self._address.host, client.address, port)
        if listed:
            expected = ", ".join(_fingerprints(listed))
            return _refusal(
                f"The SSH server at {self._where} shows another host key than the known one:"
                f" {offered}, where {expected} is known. Nothing was sent to it.",
                "Somebody may be in between, or the host was made anew. Compare with"
                f" `ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub` at the host itself; only if they"
                f" agree replace its line in {file} by: {self._line(client.offered)}",
            )
        return _refusal(
            f"The SSH server at {self._where} is not known: it shows the host key {offered}."
            " Nothing was sent to it.",
            "Compare with `ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub` at the host itself; only if"
            f" they agree add this line to {file}: {self._line(client.offered)}",
        )

    def _line(self, key: asyncssh.SSHKey) -> str:
        host, port = self._address.host, self._address.port
        pattern = host if port == _SSH_PORT else f"[{host}]:{port}"
        return f"{pattern} {key.export_public_key().decode().strip()}"

    def _denied(self) -> RefusedError:
        user = f" for the user {self._address.user!r}" if self._address.user else ""
        identity = self._ssh.identity
        said = f"does not take the key {identity}" if identity else "takes no key that was offered"
        return _refusal(
            f"The SSH server at {self._where} {said}{user}.",
            "Put the public key into ~/.ssh/authorized_keys of that user there. Without `identity`"
            " the keys of the agent (SSH_AUTH_SOCK) and of ~/.ssh are offered.",
        )


class _Client(asyncssh.SSHClient):
    """Notes the key of a host that is not known, and trusts none."""

    def __init__(self) -> None:
        self.offered: asyncssh.SSHKey | None = None
        self.address = ""

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - the base's signature
        addr: str,
        port: int,  # noqa: ARG002 - the base's signature
        key: asyncssh.SSHKey,
    ) -> bool:
        """Say no: asked only of a key that known_hosts does not have."""
        self.offered, self.address = key, addr
        return False


def _fingerprints(keys: Sequence[asyncssh.SSHKey]) -> list[str]:
    # Each once: a host that is named by its address is found by both.
    return list(dict.fromkeys(f"{each.get_algorithm()} {each.get_fingerprint()}" for each in keys))


def _seen(task: "asyncio.Task[asyncssh.SSHClientConnection]") -> None:
    """Take the result, so that one nobody waited for is not told of as forgotten."""
    if not task.cancelled():
        task.exception()


def _refusal(message: str, hint: str) -> RefusedError:
    return RefusedError(Code.ENGINE_UNREACHABLE, message, hint, transport="ssh")
