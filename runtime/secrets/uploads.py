"""The texts within a file that a caller sends, for secrets to be looked for."""

import base64
import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable, Iterator

# Of what is compressed, so much is looked at: a small file can be made to unpack without end.
_UNPACKED = 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _gunzip(packed: bytes) -> bytes:
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, _UNPACKED)


def _bunzip(packed: bytes) -> bytes:
    return bz2.BZ2Decompressor().decompress(packed, _UNPACKED)


def _unxz(packed: bytes) -> bytes:
    return lzma.LZMADecompressor().decompress(packed, _UNPACKED)


# By how they begin: what docker itself unpacks, but for zstd.
_PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": _gunzip,
    b"BZh": _bunzip,
    b"\xfd7zXZ\x00": _unxz,
}


def texts(upload: str) -> Iterator[str]:
    """Yield what can be read in a file that was sent as base64, and in it where it is compressed.

    A tar archive holds its files as they are.
    """
    sent = base64.b64decode(upload)
    yield _text(sent)
    for begin, unpack in _PACKED.items():
        if sent.startswith(begin):
            try:
                yield _text(unpack(sent))
            except (zlib.error, OSError, ValueError, lzma.LZMAError):  # it only begins like one
                return


def _text(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace")
    return data.replace(b"\0", b"\n").decode(errors="replace")
