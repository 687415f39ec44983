"""Long output, cut in its middle: the head says how it began, the tail how it ended."""

from collections import deque
from collections.abc import Iterable


class Bounded:
    """Bytes as they come, of which at most `limit` are kept: the first and the last half."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.total = 0
        self.lines = 0
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0

    def add(self, data: bytes) -> None:
        """Take what came next."""
        self.total += len(data)
        self.lines += data.count(b"\n")
        if room := self.limit // 2 - len(self._head):
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._tail_size += len(data)
        keep = self.limit - self.limit // 2
        while self._tail and self._tail_size - len(self._tail[0]) >= keep:
            self._tail_size -= len(self._tail.popleft())

    def text(self, limit: int | None = None) -> tuple[str, bool]:
        """Return the text and whether its middle was left out, to fit `limit` bytes."""
        limit = self.limit if limit is None else min(limit, self.limit)
        kept = bytes(self._head) + b"".join(self._tail)
        if self.total <= limit:
            return kept.decode(errors="replace"), False
        head = _whole_lines(bytes(self._head[: limit // 2]))
        tail = _from_next_line(kept[max(len(head), len(kept) - (limit - limit // 2)) :])
        left_out = self.total - len(head) - len(tail)
        return f"{_read(head)}... {left_out} bytes left out ...\n{_read(tail)}", True


def fit(stdout: Bounded, stderr: Bounded, limit: int) -> tuple[str, str, bool]:
    """Return both texts so that together they take about `limit` bytes, and whether one was cut."""
    err_share = max(min(stderr.total, limit // 2), limit - stdout.total)
    err, err_cut = stderr.text(err_share)
    out, out_cut = stdout.text(limit - min(stderr.total, err_share))
    return out, err, out_cut or err_cut


def of(parts: Iterable[str], limit: int) -> tuple[str, bool]:
    """Return the parts as one text of at most about `limit` bytes, and whether it was cut."""
    bounded = Bounded(limit)
    for part in parts:
        bounded.add(part.encode(errors="replace"))
    return bounded.text()


def _whole_lines(head: bytes) -> bytes:
    """Drop the line that was cut, if there is a whole one before it."""
    end = head.rfind(b"\n")
    return head[: end + 1] if end >= 0 else head


def _from_next_line(tail: bytes) -> bytes:
    start = tail.find(b"\n")
    return tail[start + 1 :] if 0 <= start < len(tail) - 1 else tail


def _read(data: bytes) -> str:
    return data.decode(errors="ignore")
