"""The short way and the client's own way are the same, byte for byte, on a real server."""

import asyncio
from collections.abc import AsyncIterator

import nats.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg

from runtime.errors import LinkError
from runtime.link import Link, connect
from runtime.wire import Message, Wire, head_of, read_head
from tests.servers import NatsServer

HEADERS = {"ce-id": "a1", "traceparent": "00-1-2-01", "words": "größer", "Nats-Msg-Id": "a1"}
SOON_S = 20.0

_NAMES = st.text("abcXYZ019-_", min_size=1, max_size=12)
_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20).map(
    lambda value: value.strip(" ")
)


class Heard:
    """What both kinds of subscription hear of one subject."""

    def __init__(self) -> None:
        self.direct: asyncio.Queue[Message] = asyncio.Queue()
        self.queued: asyncio.Queue[Msg] = asyncio.Queue()

    async def both(self) -> tuple[Message, Msg]:
        async with asyncio.timeout(SOON_S):
            return await self.direct.get(), await self.queued.get()


@pytest.fixture
async def wire(server: NatsServer) -> AsyncIterator[Wire]:
    async with connect(server.link, "test") as link:
        yield link.nc


@pytest.fixture
async def heard(wire: Wire) -> Heard:
    made = Heard()
    await wire.listen("heard.*", made.direct.put_nowait)
    await wire.subscribe("heard.*", cb=made.queued.put)
    await wire.flush()
    return made


@pytest.mark.parametrize("reply", ["", "_INBOX.x.y"])
@pytest.mark.parametrize("headers", [None, HEADERS])
@pytest.mark.parametrize("body", [b"", b"{}\r\n", b"\0" * 70_000])
async def test_both_ways_send_the_same_and_hear_the_same(
    wire: Wire, heard: Heard, body: bytes, headers: dict[str, str] | None, reply: str
) -> None:
    await wire.publish("heard.first", body, reply, headers)
    wire.send("heard.first", body, reply, head_of(headers) if headers else b"")
    one, other = await heard.both(), await heard.both()
    heads = {one[0].head, other[0].head}
    assert len(heads) == 1
    for each in (*one, *other):
        assert (each.subject, each.reply, each.data) == ("heard.first", reply, body)
        assert each.headers == headers


async def test_messages_of_both_ways_come_in_the_order_in_which_they_were_sent(
    wire: Wire, heard: Heard
) -> None:
    for number in range(20):
        if number % 3:
            wire.send("heard.n", b"%d" % number)
        else:
            await wire.publish("heard.n", b"%d" % number)
    assert [int((await heard.both())[0].data) for _ in range(20)] == list(range(20))


@given(st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=8))
def test_headers_are_read_as_the_client_reads_them(headers: dict[str, str]) -> None:
    head = head_of(headers)
    assert read_head(head) == headers
    assert Client._parse_header_lines(head.partition(b"\r\n")[2]) == headers  # noqa: SLF001 - what it is held to


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"NATS/1.0 503\r\n\r\n", "503"),
        (b"NATS/1.0 404 No Messages\r\n\r\n", "404"),
        (b"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 7\r\n\r\n", "100"),
    ],
)
async def test_a_status_is_read_as_the_client_reads_it(
    wire: Wire, head: bytes, status: str
) -> None:
    found = read_head(head)
    theirs = await wire._process_headers(head) or {}  # noqa: SLF001 - what it is held to
    assert found["Status"] == status == theirs["Status"]
    assert found.get("Nats-Last-Consumer") == theirs.get("Nats-Last-Consumer")


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb"])
def test_a_header_with_a_line_break_is_refused(value: str) -> None:
    with pytest.raises(nats.errors.BadHeaderError):
        head_of({"name": value})


@pytest.mark.parametrize("subject", ["", "a b", "a\tb", "a\r\nPUB b 0", "a\n"])
async def test_a_subject_that_could_write_protocol_is_refused(wire: Wire, subject: str) -> None:
    with pytest.raises(nats.errors.BadSubjectError):
        wire.send(subject, b"")
    if subject:
        with pytest.raises(nats.errors.BadSubjectError):
            wire.send("heard.first", b"", subject)


async def test_what_is_larger_than_the_server_takes_is_refused_before_it_is_sent(
    wire: Wire, heard: Heard
) -> None:
    with pytest.raises(nats.errors.MaxPayloadError):
        wire.send("heard.first", b"x" * (wire.max_payload + 1))
    wire.send("heard.first", b"after")
    assert (await heard.both())[0].data == b"after"


async def test_what_is_sent_while_the_server_is_away_comes_when_it_is_back(
    server: NatsServer, wire: Wire, heard: Heard
) -> None:
    server.kill()
    async with asyncio.timeout(SOON_S):
        while wire.is_connected:
            await asyncio.sleep(0.01)
    wire.send("heard.first", b"kept")
    server.start()
    assert (await heard.both())[0].data == b"kept"


async def test_nothing_is_kept_for_a_connection_beyond_what_may_be_pending(
    server: NatsServer, wire: Wire
) -> None:
    server.kill()
    async with asyncio.timeout(SOON_S):
        while wire.is_connected:
            await asyncio.sleep(0.01)
    with pytest.raises(nats.errors.OutboundBufferLimitError):  # noqa: PT012 - which of them is refused does not matter
        for _ in range(9):
            wire.send("heard.first", b"x" * 1_000_000)


async def test_whoever_unsubscribes_hears_no_more(wire: Wire, heard: Heard) -> None:
    gone: list[Message] = []
    subscription = await wire.listen("heard.*", gone.append)
    wire.send("heard.first", b"on its way")
    await subscription.unsubscribe()
    await heard.both()
    assert not gone


async def test_one_listener_that_fails_does_not_deafen_the_others(wire: Wire, heard: Heard) -> None:
    def fails(_: Message) -> None:
        raise RuntimeError("a listener's own fault")

    await wire.listen("heard.*", fails)
    for number in range(2):
        wire.send("heard.first", b"%d" % number)
        assert (await heard.both())[0].data == b"%d" % number


async def test_a_closed_connection_sends_nothing(server: NatsServer) -> None:
    async with connect(server.link, "test") as link:
        pass
    with pytest.raises(nats.errors.ConnectionClosedError):
        link.nc.send("heard.first", b"")


async def test_a_question_on_a_closed_connection_is_an_error_of_the_link(
    server: NatsServer,
) -> None:
    async with connect(server.link, "test") as link:
        pass
    assert isinstance(link, Link)
    with pytest.raises(LinkError):
        await link.ask("nobody.hears")
