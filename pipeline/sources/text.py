"""Bytes to text, without trust: bounded reads, bounded lines, compressed or not."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

_CHUNK = 1 << 16
#: Control characters that no text holds; tab, newlines, form feed and escape may occur.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

#: Errors by which a compressed or plain file shows that it cannot be read.
READ_ERRORS = (OSError, EOFError, zlib.error)


class TooLarge(Exception):
    """A file or answer is larger than the setting allows; the message says so."""


class NotText(Exception):
    """Bytes that are no text; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file; ``text`` is None for a line longer than allowed or not text."""

    number: int
    text: str | None
    #: A drop reason when ``text`` is None, and its detail.
    reason: str = ""
    detail: str = ""


#: A file open for reading that can be looked into without moving on.
Binary = io.BufferedReader | gzip.GzipFile


def open_binary(path: Path) -> Binary:
    """The file's bytes, decompressed when its name ends in ``.gz``."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """The whole file, decompressed. Raises ``TooLarge`` or one of ``READ_ERRORS``."""
    with open_binary(path) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLarge(f"larger than {max_bytes / 2**20:g} MiB (max_file_mb)")
    return data


def decode(data: bytes) -> str:
    """Text of unknown encoding: a byte order mark, UTF-8, else the likeliest of the others.

    Raises ``NotText`` for binary data.
    """
    if data.startswith(_UTF16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise NotText("begins like UTF-16 text and is none") from error
    found = len(_BINARY.findall(data[:_CHUNK]))
    if found > len(data[:_CHUNK]) // 1000:  # a stray control character occurs in real text
        raise NotText(f"binary data ({found} control characters at its beginning)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data[: 4 * _CHUNK]).best()
    if best is None:
        raise NotText("neither UTF-8 nor any other known text encoding")
    return data.decode(best.encoding, errors="replace")


def lines(file: Binary, max_bytes: int) -> Iterator[Line]:
    """The lines of a file, one in memory at a time, none longer than ``max_bytes``.

    The rest of a longer line is read past in pieces. Lines are UTF-8, or Windows-1252 where
    they are not valid UTF-8 (old spreadsheets); UTF-16 is told by its byte order mark.
    """
    mark = file.peek(2)[:2]
    if mark in _UTF16:
        encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
        file = io.BufferedReader(_Recoder(file, encoding))
    number = 0
    while line := file.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes and not line.endswith(b"\n"):
            size = len(line) + _skip_line(file)
            detail = f"{size / 2**20:.1f} MiB, allowed are {max_bytes / 2**20:g} (max_line_mb)"
            yield Line(number, None, "line too long", detail)
        else:
            yield _decoded(number, line)


def _skip_line(file: Binary) -> int:
    """Read to the end of the line without keeping it; returns the bytes passed."""
    passed = 0
    while piece := file.readline(_CHUNK):
        passed += len(piece)
        if piece.endswith(b"\n"):
            break
    return passed


def _decoded(number: int, line: bytes) -> Line:
    if number == 1:
        line = line.removeprefix(codecs.BOM_UTF8)
    if b"\x00" in line:
        return Line(number, None, "not text", "binary data (a zero byte)")
    for encoding in ("utf-8", "cp1252"):
        try:
            return Line(number, line.decode(encoding))
        except UnicodeDecodeError:
            pass
    return Line(number, None, "not text", "neither UTF-8 nor Windows-1252")


class _Recoder(io.RawIOBase):
    """A UTF-16 file read as UTF-8."""

    def __init__(self, file: Binary, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._left:
            data = self._file.read(_CHUNK)
            self._left = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            if not data:
                break
        piece, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def one_line(text: str, length: int = 300) -> str:
    """Text of unknown origin made fit for a report: one line, printable, bounded."""
    text = " ".join(text[: 4 * length].split())
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= length else text[: length - 1] + "…"
