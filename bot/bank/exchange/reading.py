"""One file in: which shape it has, its text mended where it was garbled, and what was found in it."""

import codecs
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Final

import ftfy

from bot.bank import loading
from bot.bank.exchange import anki, notes, records, tables
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.safe_yaml import MAX_FILE_BYTES, Unreadable
from bot.errors import ContentError
from bot.text import plural, safe

_MENDED: Final = "garbled letters mended"
_ARCHIVE: Final = b"PK\x03\x04"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ANKI: Final = ("#separator:", "#html:", "#notetype", "#deck", "#tags", "#columns:", "#guid")


def read(path: Path, levels: Levels) -> Document:
    """Return what is in a file, or raise ContentError for one that cannot be read at all."""
    ending = path.suffix.casefold()
    if ending in {".yaml", ".yml"}:
        topic = loading.read_topic(path)
        said = Remark(1, 1, f"a topic file with {plural(len(topic.questions), 'question')}, taken as it is")
        return Document(topics=[topic], remarks=[said])
    text = _text(path)
    if ending == ".json" or _is_json(text):
        return _mended(tables.read_json(text, levels))
    if ending == ".csv":
        return _mended(tables.read_csv(text, levels))
    if text.startswith(_ANKI) or _is_tabbed(text):
        return _mended(anki.read_text(text, levels))
    written = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [mend(line) for line in written]
    try:
        document = notes.read(lines, levels)
    except Unreadable as error:
        raise ContentError([f"{path}:{error.line}: {error.words}"]) from None
    if changed := [n for n, (old, new) in enumerate(zip(written, lines, strict=True), start=1) if _differ(old, new)]:
        words = f"{_MENDED} in {plural(len(changed), 'line')}: {', '.join(map(str, changed))}"
        document.remarks.append(Remark(changed[0], changed[-1], words))
    return document


def mend(text: str) -> str:
    """Return a text with its letters as they were meant, and without characters that steer a screen."""
    return unicodedata.normalize("NFC", safe(ftfy.fix_encoding(text)))


def _mended(document: Document) -> Document:
    """Mend the loose questions of a table; what was exported stays as it was."""
    for place, found in enumerate(document.found):
        more = {name: [mend(text) for text in texts] for name, texts in found.more.items()}
        new = replace(found, question=mend(found.question), answer=mend(found.answer), more=more)
        if _differ(found.question + found.answer, new.question + new.answer):
            document.remarks.append(Remark(found.first, found.last, _MENDED))
        document.found[place] = new
    return document


def _differ(old: str, new: str) -> bool:
    return unicodedata.normalize("NFC", old) != new


def _text(path: Path) -> str:
    """Return a file's text, or raise ContentError with what to do."""
    try:
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise ContentError([f"{path}: {size:,} bytes, and {MAX_FILE_BYTES:,} are the limit; split it"])
        data = path.read_bytes()
    except OSError as error:
        raise ContentError([f"{path}: cannot be read: {error.strerror}"]) from None
    if data.startswith(_ARCHIVE):
        raise ContentError([f"{path}: a packed archive; unpack it, or export “Notes in Plain Text” from Anki"])
    try:
        return data.decode("utf-16" if data.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError([f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"]) from None


def _is_json(text: str) -> bool:
    try:
        return text.lstrip()[:1] in {"{", "["} and records.parsed(text) is not None
    except ValueError:
        return False


def _is_tabbed(text: str) -> bool:
    """Whether each line with words has a tab between two of them: Anki's older exports say no more about themselves."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return bool(lines) and all("\t" in line for line in lines)
