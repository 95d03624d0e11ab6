"""A file's bytes as text: which encoding it is in, and which kinds of file are no text at all."""

import codecs
import re
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from bot.bank.safe_yaml import MAX_FILE_BYTES
from bot.errors import ContentError

_MARKS: Final = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"), (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"), (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)  # fmt: skip
_PACKED: Final = (
    (b"PK\x03\x04", "a packed archive; unpack it, save a spreadsheet as CSV and a document as Markdown or HTML, or export “Notes in Plain Text” from Anki"),
    (b"%PDF", "a PDF; copy its text into a file, or export the notes from where they were written"),
    (b"SQLite format 3", "a database; export “Notes in Plain Text” from Anki"),
    (b"{\\rtf", "a rich text file; save it as HTML or plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office file; save it as CSV or HTML"),
    (b"\x1f\x8b", "a packed file; unpack it"),
)  # fmt: skip
_PROBE: Final = 4_096  # bytes, in which UTF-16 without a mark is told by its zeros
_MANY: Final = 0.3
_ASCII: Final = 0x7F
_SAMPLE: Final = 65_536  # bytes with letters beyond ASCII, from which an encoding is guessed
_WESTERN: Final = 0.12  # of a text's bytes: with fewer beyond ASCII it is Western, whatever else they could be
_ODD: Final = frozenset(range(0x80, 0xA0)) - frozenset(
    b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\x8a\x9a\x8e\x9e"
)
_STRAY: Final = 0.02  # of a text's characters may steer a machine: people paste what they find
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def text_of(path: Path) -> tuple[str, str]:
    """Return a file's text and the name of its encoding, or raise ContentError with what to do."""
    try:
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise ContentError([f"{path}: {size:,} bytes, and {MAX_FILE_BYTES:,} are the limit; split it"])
        data = path.read_bytes()
    except OSError as error:
        raise ContentError([f"{path}: cannot be read: {error.strerror}"]) from None
    for start, words in _PACKED:
        if data.startswith(start):
            raise ContentError([f"{path}: {words}"])
    try:
        text, name = decoded(data)
    except UnicodeError:
        raise ContentError([f"{path}: no text in an encoding that is known; save it as UTF-8"]) from None
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _STRAY * len(sample):
        raise ContentError([f"{path}: no text, but data of some program; export it as Markdown, CSV or JSON"])
    return text, name


def decoded(data: bytes) -> tuple[str, str]:
    """Return bytes as text and the name of the encoding, or raise UnicodeError."""
    for start, codec, name in _MARKS:
        if data.startswith(start):
            return data.decode(codec), name
    if codec := _wide(data[:_PROBE]):
        return data.decode(codec), "UTF-16 without a mark"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _mixed(data) or _guessed(data)


def _wide(start: bytes) -> str:
    """Return UTF-16's codec where every other byte of a text's start is zero: Latin letters written wide."""
    for offset, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[offset::2].count(0) > _MANY * len(start[offset::2]) and not start[1 - offset :: 2].count(0):
            return codec
    return ""


def _mixed(data: bytes) -> tuple[str, str] | None:
    """Return text of which most lines are UTF-8, with the others as Western; None where it is of one encoding."""
    own = [line for line in data.split(b"\n") if not line.isascii()]
    others = [line for line in own if "\ufffd" in line.decode("utf-8", errors="replace")]
    if 2 * len(others) >= len(own) or _ODD.intersection(b"".join(others)):
        return None
    western = {*others}
    lines = (line.decode("cp1252" if line in western else "utf-8", errors="replace") for line in data.split(b"\n"))
    return "\n".join(lines), "UTF-8 with lines in Windows-1252"


def _guessed(data: bytes) -> tuple[str, str]:
    """Return text in an older encoding: Western where few letters are beyond ASCII, else what fits its language best."""
    high = [byte for byte in data[:_SAMPLE] if byte > _ASCII]
    if len(high) < _WESTERN * min(len(data), _SAMPLE) and not _ODD.intersection(high):
        return data.decode("cp1252", errors="replace"), "Windows-1252"
    best = from_bytes(b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_SAMPLE]).best()
    if best is None:
        raise UnicodeError
    return data.decode(best.encoding, errors="replace"), best.encoding.replace("_", "-").replace("cp", "Windows-")
