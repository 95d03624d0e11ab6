"""Tables that people made: CSV, and JSON lists of the same fields. An export of ours comes back as it was."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bot.bank.exchange import records
from bot.bank.exchange.drafts import slug
from bot.bank.exchange.found import Document, Found, Remark
from bot.bank.exchange.levels import Levels
from bot.question import Topic
from bot.text import clip

_NAMES: Final[Mapping[str, str]] = {  # what people call a column
    "question": "question", "q": "question", "front": "question", "prompt": "question",
    "answer": "answer", "a": "answer", "back": "answer", "reference": "answer", "solution": "answer",
    "level": "level", "difficulty": "level", "seniority": "level",
    "topic": "topic", "category": "topic", "subject": "topic", "deck": "topic",
    "hint": "hints", "hints": "hints",
    "source": "reading", "sources": "reading", "reading": "reading",
    "tags": "tags", "tag": "tags",
}  # fmt: skip
_KNOWN: Final = frozenset(_NAMES.values())
_OURS: Final = frozenset(("topic", "id", "level", "question"))
_HEADING: Final = "the first row must name the columns, one of them “question”; others are answer, level and topic"
_DELIMITERS: Final = (",", ";", "\t", "|")


def read_csv(text: str, levels: Levels) -> Document:
    """Return the questions of a CSV file."""
    document = Document()
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    found = cells_of(text, document, delimiter=delimiter)
    rows = [(first, last, [records.unescaped(cell) for cell in cells]) for first, last, cells in found]
    first, last, heading = rows[0] if rows else (1, 1, [])
    names = [_name(cell) for cell in heading]
    if frozenset(heading) >= _OURS:
        for start, end, cells in rows[1:]:
            _row(dict(zip(heading, cells, strict=False)), document, start, end)
    elif "question" in names:
        document.remarks.append(Remark(first, last, f"columns {', '.join(names)}"))
        for start, end, cells in rows[1:]:
            take(_fields(names, cells), document, levels, first=start, last=end)
    else:
        end = max(last, text.count("\n"))
        document.remarks.append(Remark(first, end, f"left out: {_HEADING}", understood=False))
    return document


def cells_of(text: str, document: Document, *, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each row's first and last line and its cells; what cannot be read any further is a remark."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, reader.line_num, cells
            before = reader.line_num
    except csv.Error as error:
        words = f"left out from here on: {error}"
        document.remarks.append(Remark(before + 1, max(before + 1, text.count("\n")), words, understood=False))


def read_json(text: str, levels: Levels) -> Document:
    """Return the questions of a JSON file: an export of ours, or a list of objects with a question each."""
    document = Document()
    lines = _Lines(text)
    try:
        data = records.parsed(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        document.remarks.append(Remark(line, line, f"left out: no JSON that can be read: {error}", understood=False))
        return document
    match data:
        case {"studyhall": _, "topics": list(topics)}:
            for topic in topics:
                _topic(topic, document, lines)
        case {"topic": str(), "questions": [{"id": _}, *_]}:
            _topic(data, document, lines)
        case {"questions": list(questions)}:
            document.topic, document.title = _text(data.get("topic")), _text(data.get("title"))
            others = {name: value for name, value in data.items() if name not in {"questions", "topic", "title"}}
            _left_out(others, document, 1, 1)
            _objects(questions, document, levels, lines)
        case list(questions):
            _objects(questions, document, levels, lines)
        case _:
            document.remarks.append(Remark(1, lines.last, "left out: no list of questions", understood=False))
    return document


def take(fields: Mapping[str, Any], document: Document, levels: Levels, *, first: int, last: int) -> None:
    """Take one question from named fields; what is not known of it is a remark."""
    question, own = levels.split(_text(fields.get("question")))
    said = _text(fields.get("level"))
    tags = _list(fields.get("tags"), r"[\s,;]+")
    level = levels.named(said) or own or next(filter(None, map(levels.named, tags)), None)
    if said and not levels.named(said):
        words = f"level “{clip(said, 60)}” is not known: say what it means with --map"
        document.remarks.append(Remark(first, last, words, understood=False))
    _left_out({name: value for name, value in fields.items() if name not in _KNOWN}, document, first, last)
    if not question:
        words = f"left out, no question: “{clip(_text(fields.get('answer')), 60)}”"
        document.remarks.append(Remark(first, last, words, understood=False))
        return
    more = {"hints": _list(fields.get("hints"), r"\n+"), "reading": _list(fields.get("reading"), r"\n+")}
    more["tags"] = [slug(tag, fallback="tag") for tag in tags]
    answer, topic = _text(fields.get("answer")), _text(fields.get("topic"))
    known = {name: some for name, some in more.items() if some}
    document.found.append(
        Found(question=question, answer=answer, level=level, topic=topic, more=known, first=first, last=last)
    )


def exported(topic: Callable[[], Topic], document: Document, *, first: int, last: int) -> None:
    """Take one record of an export: a topic with one question, or a remark on what is wrong with it."""
    try:
        document.topics.append(topic())
    except ValueError as error:
        document.remarks.append(Remark(first, last, f"left out: {records.why(error)}", understood=False))
    else:
        name = document.topics[-1].questions[0].id
        document.remarks.append(Remark(first, last, f"question {name}, as it was exported"))


def _row(cells: Mapping[str, str], document: Document, first: int, last: int) -> None:
    exported(partial(records.topic_of, cells), document, first=first, last=last)
    _left_out({name: cell for name, cell in cells.items() if name not in records.COLUMNS}, document, first, last)


def _topic(topic: Any, document: Document, lines: "_Lines") -> None:
    """Take a topic of an export, question by question."""
    fields = dict(topic) if isinstance(topic, dict) else {"questions": [topic]}
    questions = fields.pop("questions", None)
    for question in questions if isinstance(questions, list) else [questions]:
        own = question if isinstance(question, dict) else {"question": question}
        line = lines.of(own.get("question"))
        exported(partial(records.one, fields, own), document, first=line, last=line)


def _objects(questions: Sequence[Any], document: Document, levels: Levels, lines: "_Lines") -> None:
    for asked in questions:
        fields = asked if isinstance(asked, dict) else {"question": asked}
        named = {_name(str(name)): value for name, value in fields.items()}
        line = lines.of(named.get("question"))
        take(named, document, levels, first=line, last=line)


def _left_out(fields: Mapping[str, Any], document: Document, first: int, last: int) -> None:
    for name, value in fields.items():
        if words := _text(value):
            what = f"left out, not known: {clip(name, 60)} “{clip(words, 60)}”"
            document.remarks.append(Remark(first, last, what, understood=False))


def _name(cell: str) -> str:
    name = " ".join(cell.casefold().split())
    return _NAMES.get(name, name)


def _fields(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row's cells by name; those under no name, or a name that stands twice, get their number for one."""
    fields: dict[str, str] = {}
    for number, cell in enumerate(cells):
        name = names[number] if number < len(names) else ""
        fields[name if name and name not in fields else f"column {number + 1}"] = cell
    return fields


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case _:
            return json.dumps(value, ensure_ascii=False)


def _list(value: Any, between: str) -> list[str]:
    parts = value if isinstance(value, list) else re.split(between, _text(value))
    return [text for part in parts if (text := _text(part))]


class _Lines:
    """Finds the line at which each question of a JSON text stands, from the first to the last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._from = 0
        self.last = text.count("\n") + 1

    def of(self, question: Any) -> int:
        """Return the line of the next question with these words, or that of the one before it."""
        for written in (json.dumps(question, ensure_ascii=False), json.dumps(question)):
            if (place := self._text.find(written, self._from)) >= 0:
                self._from = place + len(written)
                break
        return self._text.count("\n", 0, self._from) + 1
