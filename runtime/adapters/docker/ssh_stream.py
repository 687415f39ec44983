"""A channel of an SSH connection as asyncio's transports are: what aiohttp speaks HTTP over."""

import asyncio
import errno
from collections.abc import Callable, Iterable
from typing import Any, cast

import asyncssh
from asyncssh.constants import EXTENDED_DATA_STDERR

_STDERR_KEPT = 2000


class Stream(asyncssh.SSHClientSession[bytes]):
    """One channel: to a socket there, or to a program there that passes it on.

    aiohttp takes a connection that was closed in good order for the end of an answer. So the loss
    of the SSH connection is always told as an error, and so is a program that failed.
    """

    def __init__(
        self,
        protocol: asyncio.Protocol,
        *,
        program: str = "",
        ended: Callable[[], None] | None = None,
    ) -> None:
        self._protocol = protocol
        self._program = program
        self._ended = ended
        self._heard = False
        self._told = False
        self._stderr = bytearray()
        self._status: int | None = None
        self._chan: asyncssh.SSHClientChannel[bytes] | None = None
        self._link: asyncssh.SSHClientConnection | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Take the channel, which is open."""
        self._chan = chan
        self._link = cast("asyncssh.SSHClientConnection", chan.get_connection())
        self._protocol.connection_made(Channel(chan, self._protocol))

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Pass on what came; what a program says on its standard error is kept for an error."""
        if datatype == EXTENDED_DATA_STDERR:
            self._stderr += data[: _STDERR_KEPT - len(self._stderr)]
            return
        self._heard = True
        self._protocol.data_received(data)

    def eof_received(self) -> bool:
        """Pass on that no more will come, and close, as asyncio does.

        What is left to send has no reader. sshd keeps such a channel open for as long as what it
        was sent is not taken, so its word is not waited for, but where a program's end is to come.
        """
        self._protocol.eof_received()
        if self._chan:
            self._chan.abort()
        if self._heard or not self._program:
            asyncio.get_running_loop().call_soon(self._lost, None)
        return False

    def exit_status_received(self, status: int) -> None:
        """Keep with what the program ended."""
        self._status = status

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:  # noqa: ARG002, FBT001 - the base's signature
        """Keep that the program was ended."""
        self._status = -1
        self._stderr += f"ended by SIG{signal}".encode()

    def pause_writing(self) -> None:
        """Pass on that the other side takes no more for a while."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that it takes more."""
        self._protocol.resume_writing()

    def end(self) -> None:
        """Say once that the channel is no more, or never came to be."""
        ended, self._ended = self._ended, None
        if ended:
            ended()

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on the end, as an error unless the other side closed this channel alone."""
        self.end()
        if exc is not None or self._link is None or self._link.is_closed():
            said = f"the SSH connection was lost: {exc}" if exc else "the SSH connection was closed"
            self._lost(ConnectionResetError(errno.ECONNRESET, said))
        elif self._program and not self._heard:
            words = self._stderr.decode(errors="replace").strip() or "it said nothing"
            said = f"`{self._program}` there ended with {self._status}: {words}"
            self._lost(ConnectionResetError(errno.ECONNRESET, said))
        else:
            self._lost(None)

    def _lost(self, error: ConnectionResetError | None) -> None:
        """Tell aiohttp, once."""
        told, self._told = self._told, True
        if not told:
            self._protocol.connection_lost(error)


class Channel(asyncio.Transport):
    """What aiohttp writes to. Writing to a channel that is closing does nothing, as elsewhere."""

    def __init__(
        self, chan: asyncssh.SSHClientChannel[bytes], protocol: asyncio.BaseProtocol
    ) -> None:
        super().__init__()
        self._chan = chan
        self._protocol = protocol
        self._reading = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send, in the order of the calls."""
        if not self._chan.is_closing():
            self._chan.write(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send all of them."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """Tell that one direction can be closed alone."""
        return True

    def write_eof(self) -> None:
        """Say that no more will be sent."""
        self._chan.write_eof()

    def close(self) -> None:
        """Close at once: it is asked for when the exchange is over, or given up.

        What is left to send is of no use then, and might never be taken.
        """
        self._chan.abort()

    def abort(self) -> None:
        """Close at once."""
        self._chan.abort()

    def is_closing(self) -> bool:
        """Tell whether nothing more can be sent."""
        return self._chan.is_closing()

    def is_reading(self) -> bool:
        """Tell whether what comes is passed on."""
        return self._reading

    def pause_reading(self) -> None:
        """Pass nothing on: the other side will stop sending once the window is full."""
        self._reading = False
        self._chan.pause_reading()

    def resume_reading(self) -> None:
        """Pass on again, not before the caller is done with what it has in hand."""
        self._reading = True
        asyncio.get_running_loop().call_soon(self._resume)

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ARG002 - the base's signature
        """Return nothing: the socket under all channels is none of aiohttp's."""
        return default

    def get_write_buffer_size(self) -> int:
        """Return how many bytes are still to be sent."""
        return self._chan.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Say how many bytes may wait before the protocol is asked to pause."""
        self._chan.set_write_buffer_limits(high, low)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return who is told of what comes."""
        return self._protocol

    def _resume(self) -> None:
        if self._reading:
            self._chan.resume_reading()
