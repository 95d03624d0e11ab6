"""Front matter: a document's title and topic, and questions by name; every value is as it is written."""

from collections.abc import Iterator
from typing import Any

from bot.bank import safe_yaml
from bot.bank.exchange.found import Document, Found, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block
from bot.bank.safe_yaml import Unreadable, Where, line_of
from bot.question import Level
from bot.text import clip


def read(block: Block, document: Document, levels: Levels) -> Level | None:
    """Take the questions of front matter, and return the level that it gives to all below it."""
    try:
        data, marks = safe_yaml.read(block.content, as_written=True)
    except Unreadable as error:
        at = block.first + error.line
        _remark(document, at, at, f"front matter left out: {error.words}", understood=False)
        return None
    if not isinstance(data, dict):
        words = "front matter left out: it has no names with values"
        _remark(document, block.first, block.last, words, understood=False)
        return None
    _remark(document, block.first, block.last, "front matter")
    document.title = _said(data.pop("title", None))
    topic, category = data.pop("topic", None), data.pop("category", None)
    document.topic = _said(topic) or _said(category)
    level = levels.named(_said(data.pop("level", None)))
    for where, asked in _listed(data.pop("questions", None)):
        line = block.first + line_of(marks, ("questions", *where))
        _take(asked, line, document, levels, level=levels.named(str(where[0])) or level)
    for name in data:
        line = block.first + line_of(marks, (name,))
        _remark(document, line, line, f"left out, not needed: {clip(name, 60)}", understood=False)
    return level


def _remark(document: Document, first: int, last: int, words: str, *, understood: bool = True) -> None:
    document.remarks.append(Remark(first, last, words, understood))


def _take(asked: Any, line: int, document: Document, levels: Levels, *, level: Level | None) -> None:
    """Take one question of the front matter: its text, or a map with `question`, `answer` and `level`."""
    fields = asked if isinstance(asked, dict) else {"question": asked}
    text, own = levels.split(_said(fields.get("question")))
    level = levels.named(_said(fields.get("level"))) or own or level
    if not text:
        _remark(document, line, line, f"left out, no question: “{clip(_said(asked), 60)}”", understood=False)
        return
    answer = _said(fields.get("answer")).strip()
    document.found.append(Found(question=text, answer=answer, level=level, first=line, last=line))


def _said(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _listed(questions: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield the questions of a list, or of lists by level, each with its place."""
    match questions:
        case dict() if "question" not in questions:
            for name, inner in questions.items():
                yield from _listed(inner, (*where, name))
        case list():
            for number, inner in enumerate(questions):
                yield from _listed(inner, (*where, number))
        case None if not where:
            return
        case _:
            yield where or ("",), questions
