"""The connection itself, over aiodocker's session. The only place that knows HTTP.

Every request has a connection of its own: one that was kept might have been closed by an engine
that restarted, and then nobody could tell whether a change was sent.
"""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiodocker
import aiohttp
from yarl import URL

from contracts.errors import Code, RefusedError
from runtime.adapters.docker import tls
from runtime.adapters.docker.connection import NEWEST_API, Body, EngineError, Params
from runtime.adapters.docker.connectors import Way, way
from runtime.adapters.docker.find import Found, find
from runtime.adapters.docker.hosts import FILE
from runtime.adapters.docker.settings import EngineSettings
from runtime.tracing import spans

_OLDEST = (1, 41)
_PIECE = 64 * 1024
_LARGEST = 64 * 1024 * 1024
_OTHER_VERSION = "client version"
_REDIRECTION = 300
_NOT_MODIFIED = 304
"""Already started, already stopped: docker's CLI says nothing of it."""
_CONNECTING = 10.0
_LOST = (aiohttp.ClientError, TimeoutError, ConnectionError, asyncio.IncompleteReadError)


class HttpConnection:
    """A connection that is found and negotiated at the first request, and again when lost.

    `at` is where the engine is; without it, it is found as docker finds it.
    """

    def __init__(self, settings: EngineSettings, at: Found | None = None) -> None:
        self.url = at.url if at else settings.docker_host or ""
        self.source = at.source if at else ""
        self.api_version = ""
        self._at = at
        self._settings = settings
        self._patience = settings.request_timeout.total_seconds()
        self._connecting = min(_CONNECTING, self._patience / 2)
        self._found = at or Found(self.url, self.source)
        self._keys: tls.Keys | None = None
        self._docker: aiodocker.Docker | None = None
        self._way: Way | None = None
        # Each way that was made, the last of them in use: what is under way on an older one ends.
        self._made: list[tuple[aiodocker.Docker, Way]] = []
        self._stale = True
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Close what was opened."""
        self._docker = self._way = None
        made, self._made = self._made, []
        for docker, way_there in made:
            await docker.close()
            await way_there.close()

    async def read(self, path: str, params: Params | None = None) -> Any:
        """Return the JSON that GET answers."""
        return await self._answer("GET", path, params, self._patience)

    async def wait(self, path: str, *, within: float) -> Any:
        """Return what a POST answers that changes nothing, within so many seconds."""
        try:
            return await self._answer("POST", path, None, within)
        except RefusedError as refused:
            if not isinstance(refused.__cause__, TimeoutError):
                raise
            raise RefusedError(
                Code.DEADLINE_EXCEEDED,
                f"The engine at {self.url} was waited for as long as allowed: {path}.",
                "Nothing was changed. Look at the container's state, or wait again.",
            ) from refused

    async def change(  # noqa: PLR0913 - what to ask, and how long to wait for it
        self,
        path: str,
        params: Params | None = None,
        *,
        method: str = "POST",
        body: Body | None = None,
        headers: Params | None = None,
        grace: float = 0,
    ) -> Any:
        """Change something; return the JSON of the answer, None where it is empty."""
        await self._opened()
        total = self._patience + grace
        try:
            async with self._request(
                method, path, params, total, body=body, headers=headers
            ) as response:
                return await self._document(response)
        except _LOST as error:
            raise self._lost(error, path) from error

    @asynccontextmanager
    async def stream(  # noqa: PLR0913 - what to ask, and how long to wait for it
        self,
        path: str,
        params: Params | None = None,
        *,
        method: str = "GET",
        body: Body | None = None,
        headers: Params | None = None,
        endless: bool = False,
        changes: bool = False,
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open what is answered, piece by piece; `endless` has no time limit between pieces."""
        await self._opened()
        patience = None if endless else self._patience
        try:
            async with AsyncExitStack() as stack:
                # aiohttp waits for an answer without end while what it sends is not taken.
                async with asyncio.timeout(patience) as limit:
                    sent = None if body is None else _paced(body, limit, patience)
                    request = self._request(
                        method, path, params, None, patience=patience, body=sent, headers=headers
                    )
                    response = await stack.enter_async_context(request)
                    limit.reschedule(None)
                yield response.content.iter_any()
        except _LOST as error:
            raise self._lost(error, path if changes else "") from error

    async def _answer(self, method: str, path: str, params: Params | None, total: float) -> Any:
        await self._opened()
        try:
            async with self._request(method, path, params, total) as response:
                return await self._document(response)
        except _LOST as error:
            raise self._lost(error) from error

    async def _document(self, response: aiohttp.ClientResponse) -> Any:
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > _LARGEST:
                raise RefusedError(
                    Code.ENGINE_ERROR,
                    f"The engine at {self.url} answered with more than {_LARGEST} bytes.",
                    "Ask for less: narrow the command with filters or names.",
                )
        if not body.strip():
            return None
        try:
            return json.loads(body)
        except ValueError as error:
            raise RefusedError(
                Code.ENGINE_ERROR,
                f"The engine at {self.url} answered what is no JSON: {error}.",
                "Look at the engine's own log; try again.",
            ) from error

    @asynccontextmanager
    async def _request(  # noqa: PLR0913 - what to ask, and each limit on the wait
        self,
        method: str,
        path: str,
        params: Params | None,
        total: float | None,
        *,
        patience: float | None = None,
        version: str | None = None,
        body: Body | None = None,
        headers: Params | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        docker, way_there = self._docker, self._way
        if docker is None or way_there is None:
            raise aiohttp.ClientConnectionError("the connection was closed")
        limits = aiohttp.ClientTimeout(total, sock_connect=self._connecting, sock_read=patience)
        version = f"v{self.api_version}/" if version is None else version
        url = URL(f"{way_there.base}/{version}{path}", encoded=True)
        with spans.recorder.request(method, path) as call:
            async with docker.session.request(
                method,
                url.update_query(dict(params)) if params else url,
                headers={"Connection": "close", **(headers or {})},
                **_carried(body),
                timeout=limits,
                server_hostname=way_there.server_name,
                allow_redirects=False,
                middlewares=(_once,),
            ) as response:
                call.ended(response.status)
                if response.status >= _REDIRECTION and response.status != _NOT_MODIFIED:
                    words = _words(await response.text())
                    # An engine that was replaced by one of another age wants another version.
                    self._stale = self._stale or _OTHER_VERSION in words
                    raise EngineError(response.status, words)
                yield response

    async def _opened(self) -> None:
        async with self._opening:
            if self._stale:
                await self._open()

    async def _open(self) -> None:
        # The environment is read when it is needed, so that an engine which was started, or a
        # context which was chosen, after us is found; and so are certificates that were renewed.
        found = self._at
        if found is None:
            host = self._settings.docker_host
            found = await asyncio.to_thread(find, os.environ, Path.home(), host=host)
        keys = await asyncio.to_thread(tls.keys, found.tls) if found.tls else None
        if self._docker is None or found != self._found or keys != self._keys:
            self._way = await way(found, self._connecting)
            self._docker = aiodocker.Docker(url=found.url, connector=self._way.connector)
            self._made.append((self._docker, self._way))
            self._found, self._keys = found, keys
        self.url, self.source = found.url, found.source
        self.api_version = await self._negotiated()
        self._stale = False

    async def _negotiated(self) -> str:
        """Return the newest API that both sides know (docker's own negotiation)."""
        try:
            async with self._request(
                "GET", "version", None, self._patience, version=""
            ) as response:
                answer = await self._document(response)
        except _LOST as error:
            raise self._lost(error) from error
        version = _numbers(str(answer.get("ApiVersion")))
        least = _numbers(str(answer.get("MinAPIVersion") or "1.0"))
        return ".".join(map(str, max(least, min(version, _numbers(NEWEST_API)))))

    def _lost(self, error: BaseException, changed: str = "") -> RefusedError:
        """Say what a lost connection means; the next request finds and opens a new one."""
        connecting = isinstance(
            error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError
        )
        if changed and not connecting:
            return RefusedError(
                Code.OUTCOME_UNKNOWN,
                f"The engine at {self.url} did not answer {changed!r}: {_reason(error)}."
                " It may or may not have been done.",
                "Look at the container's state and StartedAt (docker inspect) before asking again.",
            )
        refused = unreachable(self._found, error)
        self._stale = True
        return refused


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp would send a PUT or a DELETE again when its answer is lost."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _UnansweredError from error


class _UnansweredError(aiohttp.ClientError):
    """A request was sent, and its answer was lost; the cause says how."""


def unreachable(found: Found, error: BaseException) -> RefusedError:
    """Return the refusal for an engine that cannot be reached, with what to do about it."""
    cause = getattr(error, "os_error", error)
    where = f"{found.url} ({found.source})" if found.source else found.url
    reason, hint = _reason(cause), _hint(found)
    if found.tls and (told := tls.refused(error)):
        reason, hint = told
    elif isinstance(cause, PermissionError):
        return RefusedError(
            Code.ENGINE_UNREACHABLE,
            f"No permission to open the Docker Engine at {where}.",
            "Add the user to the docker group (sudo usermod -aG docker $USER, then log in again),"
            " or set DOCKER_HOST to an engine of your own.",
        )
    return RefusedError(
        Code.ENGINE_UNREACHABLE,
        f"The Docker Engine at {where} cannot be reached: {reason}.",
        hint,
        transport="ssh" if found.url.startswith("ssh://") else None,
    )


def _hint(found: Found) -> str:
    if found.url.startswith("ssh://"):
        return (
            "See that the host is up and its sshd lets this user in, to forward to the engine's"
            " socket (AllowStreamLocalForwarding) or to run `docker system dial-stdio`."
        )
    if found.tls:
        return tls.NOT_TAKEN
    if found.source.startswith(FILE):
        return f"See that the engine runs there, and the host's url in {FILE}."
    return (
        "Start it, or set DOCKER_HOST to the engine that runs; `acg doctor` says where it looked."
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, _UnansweredError) and error.__cause__:
        return _reason(error.__cause__)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError):
        return "the connection was closed before the answer was complete"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _carried(body: Body | None) -> dict[str, Any]:
    """Return a body as aiohttp takes it: JSON, or a tar archive."""
    if body is None:
        return {}
    if isinstance(body, Mapping):
        return {"json": body}
    # Written piece by piece: in one, a large one would hold up everything else.
    return {"data": io.BytesIO(body) if isinstance(body, bytes) else body}


def _paced(body: Body, limit: asyncio.Timeout, patience: float | None) -> Body:
    """Return bytes in pieces, each of which may take as long as an answer."""
    if isinstance(body, Mapping) or patience is None:
        return body

    async def pieces() -> AsyncIterator[bytes]:
        whole = _cut(body) if isinstance(body, bytes) else body
        async for piece in whole:
            if limit.when() is not None:  # an answer has not begun yet
                limit.reschedule(asyncio.get_running_loop().time() + patience)
            yield piece

    return pieces()


async def _cut(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), _PIECE):
        yield body[at : at + _PIECE]


def _words(body: str) -> str:
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        message = body
    return str(message).strip()


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else _OLDEST
