"""An engine over SSH: one connection to its host, and a channel on it for each request.

A channel goes straight to the engine's socket (direct-streamlocal@openssh.com), which needs no
program, no shell and no session there. Where sshd refuses that, `docker system dial-stdio` passes
each request on, in a session of its own with an empty environment; sshd allows ten of those.

Host keys are verified and never learned. Nothing of this process's environment is sent; of the
user's ~/.ssh only keys and known_hosts are read, never its `config`, which could start programs.
"""

import asyncio
import errno
import shlex
from collections.abc import Coroutine
from typing import Any

import aiohttp
import asyncssh
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.tracing import Trace

from runtime.adapters.docker.address import DEFAULT_SOCKET, Address
from runtime.adapters.docker.hosts import Ssh
from runtime.adapters.docker.ssh_link import Link
from runtime.adapters.docker.ssh_stream import Stream

_DIALLED_AT_ONCE = 10
"""sshd's MaxSessions, as it comes: one connection can have no more."""
_PING = b"HEAD /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"
_SAID = 2000
_TURN_S = 60.0
_PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
# No terminal, and not one variable: asyncssh would send what SendEnv of a configuration names.
_BARE: dict[str, Any] = {"env": None, "send_env": None, "request_pty": False, "encoding": None}


class SshConnector(aiohttp.BaseConnector):
    """Gives aiohttp a channel where it would open a connection.

    Raises RefusedError (ENGINE_UNREACHABLE), with what to do about it, where the host is not the
    one that it should be or does not let us in; nothing was sent then.
    """

    def __init__(self, address: Address, ssh: Ssh, within: float) -> None:
        # Each request has a channel of its own, as elsewhere a connection. How many there are is
        # limited by `concurrency`: aiohttp would let more than its hundred wait without a word.
        super().__init__(force_close=True, limit=0)
        self._within = within
        self._path = address.path or DEFAULT_SOCKET
        self._program = "docker system dial-stdio"
        if address.path:
            self._program = f"docker -H {shlex.quote(f'unix://{address.path}')} system dial-stdio"
        self._link = Link(address, ssh, within)
        self._sessions = asyncio.Semaphore(_DIALLED_AT_ONCE)
        self._dialling = asyncio.Lock()
        # The connection on which the socket was refused, and the program reached the engine.
        self._dialled: asyncssh.SSHClientConnection | None = None

    async def aclose(self) -> None:
        """Close the connection to the host, and with it every channel."""
        await self._link.close()
        await self.close()

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],  # noqa: ARG002 - the base's signature
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the same
    ) -> ResponseHandler:
        # A deadline that passes here is aiohttp's ConnectionTimeoutError: nothing was sent.
        async with asyncio.timeout(timeout.sock_connect or self._within) as limit:
            try:
                return await self._opened(limit)
            except asyncssh.ChannelOpenError as error:
                lost = ConnectionResetError(errno.ECONNRESET, f"SSH: {error.reason}")
                raise aiohttp.ClientConnectorError(req.connection_key, lost) from error
            except TimeoutError:
                raise
            except OSError as error:
                raise aiohttp.ClientConnectorError(req.connection_key, error) from error

    async def _opened(self, limit: asyncio.Timeout) -> ResponseHandler:
        connection = await self._link.connection()
        try:
            return await self._channel(connection, limit)
        except asyncssh.ChannelOpenError:
            if not connection.is_closed():
                raise
        # It was lost before a channel was open: nothing was sent, so another one may be tried.
        return await self._channel(await self._link.connection(), limit)

    async def _channel(
        self, connection: asyncssh.SSHClientConnection, limit: asyncio.Timeout
    ) -> ResponseHandler:
        if self._dialled is not connection:
            try:
                return await self._direct(connection)
            except asyncssh.ChannelOpenError as refused:
                if connection.is_closed():
                    raise
                await self._reached(connection, refused.reason)
        return await self._through_program(connection, limit)

    async def _direct(self, connection: asyncssh.SSHClientConnection) -> ResponseHandler:
        protocol = self._factory()
        # A Stream has all that is asked of a session on either kind of channel.
        factory: Any = lambda: Stream(protocol)  # noqa: E731 - typed for the other kind
        await _kept(connection.create_unix_connection(factory, self._path, encoding=None))
        return protocol

    async def _through_program(
        self, connection: asyncssh.SSHClientConnection, limit: asyncio.Timeout
    ) -> ResponseHandler:
        """Open a session; sshd frees one only after its program has ended, later than we hear."""
        for pause in _PAUSES_S:
            try:
                return await self._session(connection, limit)
            except asyncssh.ChannelOpenError:
                if connection.is_closed():
                    raise
            await asyncio.sleep(pause)
        return await self._session(connection, limit)

    async def _session(
        self, connection: asyncssh.SSHClientConnection, limit: asyncio.Timeout
    ) -> ResponseHandler:
        # Waiting for one of the ten is no sign that the host does not answer.
        clock = asyncio.get_running_loop().time
        limit.reschedule(clock() + _TURN_S)
        await self._sessions.acquire()
        limit.reschedule(clock() + self._within)
        protocol = self._factory()
        stream = Stream(protocol, program=self._program, ended=self._sessions.release)

        async def opened() -> tuple[Any, Any]:
            try:
                return await connection.create_session(lambda: stream, self._program, **_BARE)
            except BaseException:
                stream.end()
                raise

        await _kept(opened())
        return protocol

    async def _reached(self, connection: asyncssh.SSHClientConnection, refused: str) -> None:
        """See that the program reaches the engine, before anything is sent through it.

        OpenSSH answers a socket that is not there and forwarding that is not allowed alike; the
        program tells them apart. Raises ConnectionRefusedError.
        """
        async with self._dialling:
            if self._dialled is connection:
                return
            async with self._sessions:
                said = await _kept(self._pinged(connection))
            if said is not None:
                raise ConnectionRefusedError(
                    errno.ECONNREFUSED,
                    f"SSH opens no channel to {self._path} ({refused}), and"
                    f" `{self._program}` there does not reach it: {said}",
                )
            self._dialled = connection

    async def _pinged(self, connection: asyncssh.SSHClientConnection) -> str | None:
        """Ask the engine for a sign of life; return None, else what the program said."""
        try:
            async with (
                asyncio.timeout(self._within),
                connection.create_process(self._program, **_BARE) as program,
            ):
                program.stdin.write(_PING)
                if (await program.stdout.read(5)) == b"HTTP/":
                    return None
                said: bytes = await program.stderr.read(_SAID)
        except asyncssh.ChannelOpenError as error:
            return error.reason
        except (OSError, TimeoutError) as error:
            return str(error) or "no answer in time"
        return said.decode(errors="replace").strip() or "it ended without a word"


async def _kept(opening: Coroutine[Any, Any, Any]) -> Any:
    """Return what is opened. Who stops waiting leaves no channel behind that nobody closes."""
    task = asyncio.ensure_future(opening)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_dropped)
        raise


def _dropped(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled() and task.exception() is None and isinstance(task.result(), tuple):
        channel, _ = task.result()
        channel.abort()
