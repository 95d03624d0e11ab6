"""One file in: which shape it has, its text mended where it was garbled, and what was found in it."""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import ftfy

from bot.bank import loading
from bot.bank.exchange import (
    anki,
    choices,
    converting,
    encoding,
    gift,
    grids,
    habits,
    markdown,
    nested,
    notes,
    pages,
    tables,
)
from bot.bank.exchange.alphabets import as_latin
from bot.bank.exchange.embedded import OWN
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.sound import sound
from bot.bank.safe_yaml import Unreadable, uncollected
from bot.errors import ContentError
from bot.text import plural, safe

SHAPES: Final = (
    "headings, bold lines, numbered lines, list items or summaries that ask, with the answer below them; Q: and A:",
    "multiple choice with the right option ticked or named; cards with ::, ?, #flashcard or {{c1::gaps}}; front matter",
    "tables (CSV, TSV, Markdown, HTML) whose columns ask and answer; a term and its meaning a line",
    "Moodle's GIFT and Aiken; records in JSON, JSON lines or YAML; Anki's “Notes in Plain Text”; notebooks, HTML pages, Org, reStructuredText",
)
_MENDED: Final = "garbled letters mended"
_FEWER: Final = 100
_BLANKS: Final = re.compile(
    r"[ \t\u00a0\u3000\x0b\x0c]{100,}"
)  # nobody writes so many, and each pattern would try each
_ANKI: Final = ("#separator:", "#html:", "#notetype", "#deck", "#tags", "#columns:", "#guid")
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OTHERS: Final[Mapping[str, str]] = {
    "adoc": "AsciiDoc: turn it into Markdown, for example with pandoc", "asciidoc": "AsciiDoc: turn it into Markdown, for example with pandoc",
    "tex": "LaTeX: turn it into Markdown, for example with pandoc", "xml": "XML: export the questions as CSV or HTML, or write them as Markdown",
}  # fmt: skip
_QUIZ: Final = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?<(?:quiz|questestinterop|assessmentItem|qti-assessment-item|assessment)\b", re.IGNORECASE
)
_PROPERTY: Final = re.compile(
    r"^[ \t]+(?:card-[\w-]+|id|collapsed|created-at|updated-at|background-color|logseq\.[\w.-]+):: .*$", re.MULTILINE
)
_HOVERED: Final = re.compile(r"<a\s[^<>]*\btitle=\"([^\"<>]*)\"[^<>]*>\W{0,3}</a>", re.IGNORECASE)
_GIFT: Final = re.compile(r"^[^\n{}]*\{\s*(?:[=~][^{}]*|T|F|TRUE|FALSE)\}\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person who imports has said about the file's words: levels, and columns by name."""

    levels: Levels = field(default_factory=Levels)
    columns: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, levels: Levels, *, columns: Mapping[str, str] | None = None) -> Document:
    """Return what is in a file, or raise ContentError for one that cannot be read at all."""
    text, name = encoding.text_of(path)
    if not text.strip():
        raise ContentError([f"{path}: there is nothing in this file"])
    try:
        with uncollected:
            document = _read(path, text, Said(levels=levels, columns=columns or {}))
    except Unreadable as error:
        raise ContentError([f"{path}:{error.line}: {error.words}"]) from None
    finally:
        choices.forget()
    document.encoding = name
    return document


def _read(path: Path, text: str, said: Said) -> Document:  # noqa: PLR0911  one line a shape
    ending = path.suffix.casefold().removeprefix(".")
    if ending in {"yaml", "yml"}:
        return _yaml(path, text, said)
    if ending in _OTHERS:
        raise ContentError([f"{path}: {_OTHERS[ending]}"])
    if ending == "csv" and (exported := tables.read_export(text)):
        return exported
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if ending == "ipynb" and (lines := converting.notebook(text)) is not None:
        return _converted(lines, said, "notebook")
    if ending in {"json", "jsonl", "ndjson", "ipynb"} or _is_json(text):
        return _mended(_sound(nested.read_json(text, said.levels, more=said.columns)))
    if text.startswith(_ANKI):
        return _mended(anki.read_text(text, said.levels))
    text = as_latin(_BLANKS.sub(lambda found: found[0][:_FEWER], text))
    if ending in {"html", "htm", "xhtml"} or _PAGE.match(text[:2_000]):
        return _page(text, said)
    return _lines(path, ending, text, said)


def _lines(path: Path, ending: str, text: str, said: Said) -> Document:  # noqa: PLR0911  the same
    """Read a file whose shape shows in its lines."""
    lines = text.split("\n")
    if ending in {"csv", "tsv", "tab", "psv"} or tables.is_tabbed(lines):
        document = tables.terms(lines, said.levels) if tables.is_chain(lines) else None
        mark = "\t" if ending in {"tsv", "tab"} and "\t" in text else ""
        return _mended(_sound(document or tables.read(lines, said.levels, mark=mark, more=said.columns)))
    if ending == "org":
        return _converted(converting.org(lines), said, "Org")
    if ending == "rst":
        return _converted(converting.rst(lines), said, "reStructuredText")
    if _QUIZ.match(text[:2_000]):
        raise ContentError([f"{path}: {_OTHERS['xml']}"])
    if ending == "gift" or _GIFT.search(text[:20_000]):
        return _mended(_sound(gift.read(text, said.levels)))
    if markdown.MARK in text:
        return markdown.read(text, said.levels)
    written = _as_notes(text).split("\n") if any(sign in text for sign in (":: ", "<table", " title=")) else lines
    document = _notes(habits.marked(written), said)
    if not document.found and (
        listed := tables.glossary(lines, said.levels)
        or tables.terms(lines, said.levels)
        or tables.of_text(lines, said.levels, more=said.columns)
    ):
        return _mended(_sound(listed))
    return document


def _as_notes(text: str) -> str:
    """Return notes without what only an app reads, and with tables as Markdown has them."""
    return grids.written(_PROPERTY.sub("", _HOVERED.sub(_said_on_it, text)))


def _said_on_it(link: re.Match[str]) -> str:
    """Return what shows when one points at a link of a sign alone, on as many lines."""
    words = html.unescape(link[1]).strip()
    return words + "\n" * (link[0].count("\n") - words.count("\n"))


def _yaml(path: Path, text: str, said: Said) -> Document:
    if (
        re.search(r"^topic:", text, re.MULTILINE)
        and re.search(r"^questions:", text, re.MULTILINE)
        and re.search(r"^\s*(?:-\s*)?\{?id:", text, re.MULTILINE)
    ):
        topic = loading.read_topic(path)
        words = f"a topic file with {plural(len(topic.questions), 'question')}, taken as it is"
        return Document(topics=[topic], remarks=[Remark(1, 1, words)], shape="topic file")
    return _mended(_sound(nested.read_yaml(text, said.levels, more=said.columns)))


def _page(text: str, said: Said) -> Document:
    document = notes.of_blocks(pages.blocks(text), said.levels, lines=None)
    document.title, document.shape = document.title or pages.title(text), f"HTML, {document.shape}".rstrip(", ")
    return _mended(document)


def _converted(lines: converting.Lines, said: Said, shape: str) -> Document:
    written = habits.marked([line for _, line in lines])
    return _notes(written, said, numbers=[number for number, _ in lines], shape=shape)


def _notes(written: Sequence[str], said: Said, *, numbers: Sequence[int] | None = None, shape: str = "") -> Document:
    """Read notes, with their letters mended line by line."""
    lines = [line if line.isascii() and line.isprintable() else mend(line) for line in written]
    document = notes.read(lines, said.levels, numbers=numbers)
    document.shape = ", ".join(filter(None, (shape or "notes", document.shape)))
    places = numbers or range(1, len(lines) + 1)
    if changed := [
        n for n, old, new in zip(places, written, lines, strict=True) if old is not new and _differ(old, new)
    ]:
        words = f"{_MENDED} in {plural(len(changed), 'line')}: {', '.join(map(str, changed[:20]))}{' …' if len(changed) > 20 else ''}"  # noqa: PLR2004  numbers on a line
        document.remarks.append(Remark(changed[0], changed[-1], words))
    return document


def mend(text: str) -> str:
    """Return a text with its letters as they were meant, and without characters that steer a screen."""
    if text.isascii() and (text.isprintable() or text.replace("\t", "").replace("\n", "").isprintable()):
        return text
    fixed = ftfy.fix_encoding(text)
    return unicodedata.normalize("NFC", fixed if fixed.isprintable() else safe(fixed)).translate(OWN)


def _sound(document: Document) -> Document:
    sound(document)
    return document


def _mended(document: Document) -> Document:
    """Mend the loose questions of a table; what was exported stays as it was."""
    for place, found in enumerate(document.found):
        question, answer = mend(found.question), mend(found.answer)
        if question is found.question and answer is found.answer and not found.more:
            continue  # as most
        more = {name: _each(texts, mend) for name, texts in found.more.items()}
        new = replace(found, question=question, answer=answer, more=more)
        if _differ(found.question + found.answer, new.question + new.answer):
            document.remarks.append(Remark(found.first, found.last, _MENDED))
        document.found[place] = new
    return document


def _each(value: object, change: Callable[[str], str]) -> object:
    """Return a value with all texts in it changed."""
    match value:
        case list():
            return [_each(one, change) for one in value]
        case dict():
            return {name: _each(one, change) for name, one in value.items()}
        case _:
            return change(str(value))


def _differ(old: str, new: str) -> bool:
    return unicodedata.normalize("NFC", old) != new


def _is_json(text: str) -> bool:
    start = text.lstrip()[:1_000]
    return (
        start[:1] in {"{", "["}
        and bool(re.match(r"\{\s*[\"}]|\[\s*[\[{\"\]\d]", start))
        and not re.match(r"\[[^\]\n]*\]\(", start)
    )
