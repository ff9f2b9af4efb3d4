"""Compressed files as streams of bytes: gzip, bzip2, xz and zstandard, told by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Literal, cast

import zstandard

Packing = Literal["gzip", "bzip2", "xz", "zstandard"]
STARTS: dict[bytes, Packing] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
}
SUFFIXES = (".gz", ".zst", ".bz2", ".xz")
MOST_MEMORY = 256 << 20  # bytes that unpacking may take: a file may ask for more than the machine has
PIECE = 1 << 16
SMALL_PIECE = 1 << 9  # of zstandard, which may make 32,000 times as much of it, all at once
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What a damaged compressed file raises."""


def packing_of(raw: BinaryIO) -> Packing | None:
    """Tell how a file is compressed, by its first bytes.

    Returns:
        The way, or None for a file that is not compressed.
    """
    head = raw.read(6)
    raw.seek(0)
    return next((packing for start, packing in STARTS.items() if head.startswith(start)), None)


def unpacked(raw: BinaryIO, packing: Packing | None) -> BinaryIO:
    """Read a file unpacked.

    Returns:
        A stream of what was compressed; the file itself when nothing was.
    """
    if packing is None:
        return raw
    if packing == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if packing == "zstandard":
        stream = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        return cast(BinaryIO, io.BufferedReader(Pieces(raw, stream.decompressobj, SMALL_PIECE)))
    makers: dict[str, Callable[[], Any]] = {
        "bzip2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(memlimit=MOST_MEMORY),
    }
    return cast(BinaryIO, io.BufferedReader(Pieces(raw, makers[packing])))


class Pieces(io.RawIOBase):
    """A stream unpacked a piece at a time; several compressed files one after another are one."""

    def __init__(self, raw: BinaryIO, maker: Callable[[], Any], size: int = PIECE) -> None:
        """Remember what to read."""
        self.size = size
        self.raw, self.maker, self.unpacker, self.ready = raw, maker, maker(), memoryview(b"")
        self.is_begun = False

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as io declares it
        """Fill a buffer."""
        while not self.ready:
            piece = (self.waiting() or self.raw.read(self.size)) if self.needs_input() else b""
            if not piece and self.needs_input():
                if self.is_begun and not self.unpacker.eof:
                    raise EOFError("the compressed data end in the middle")
                return 0
            if self.unpacker.eof:
                self.unpacker, self.is_begun = self.maker(), False
            self.is_begun = True
            self.ready = memoryview(self.more(piece))
        size = min(len(buffer), len(self.ready))
        buffer[:size], self.ready = self.ready[:size], self.ready[size:]
        return size

    def waiting(self) -> bytes:
        """Give what was read behind the end of a compressed stream."""
        return bytes(self.unpacker.unused_data) if self.unpacker.eof else b""

    def needs_input(self) -> bool:
        """Say whether nothing more comes without reading on."""
        return bool(getattr(self.unpacker, "needs_input", True)) or bool(self.unpacker.eof)

    def more(self, piece: bytes) -> bytes:
        """Unpack a piece; no more than a megabyte at once where the format allows to say so."""
        try:
            if isinstance(self.unpacker, bz2.BZ2Decompressor | lzma.LZMADecompressor):
                return self.unpacker.decompress(piece, 16 * PIECE)
            return cast(bytes, self.unpacker.decompress(piece))
        except (OSError, ValueError, lzma.LZMAError, zstandard.ZstdError) as error:
            raise EOFError(str(error)) from error
