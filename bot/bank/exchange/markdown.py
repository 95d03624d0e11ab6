"""The bank as Markdown, as one would write it; a comment below each question carries what cannot be seen of it.

What a person changes in a question, its level or its answer comes back changed, as a draft. What they write between is
read as notes.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.bank.exchange import notes, records
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.tables import exported
from bot.question import Question, Topic

MARK: Final = "<!-- studyhall {"
_CARRIED: Final = re.compile(r"^<!-- studyhall (\{.*\}) -->[ \t]*$", re.MULTILINE)
_HEADING: Final = re.compile(r"^## ", re.MULTILINE)
_ACTING: Final = re.compile(r"^(\\*[#<])", re.MULTILINE)  # at a line's start it would end the answer
_ESCAPED: Final = re.compile(r"^\\(\\*[#<])", re.MULTILINE)
_HIDDEN: Final = "\n<details>\n"


def to_markdown(topics: Iterable[Topic]) -> str:
    """Return topics as one document: a heading a topic, and one a question with the answer below it."""
    return "\n".join("\n".join((f"# {topic.title}\n", *_written(topic))) for topic in topics)


def _written(topic: Topic) -> Iterator[str]:
    for question in topic.questions:
        alone = topic.model_copy(update={"questions": (question,)})
        data = json.dumps({"studyhall": records.VERSION, **records.plain(alone)})
        carried = data.replace("<", "\\u003c").replace(">", "\\u003e")  # so that nothing in it ends the comment
        yield f"{_shown(question)}\n\n<!-- studyhall {carried} -->\n"


def _shown(question: Question) -> str:
    first, more = _lines(question)
    points = "\n".join(f"- {point.statement}" for point in question.key_points)
    hidden = f"<details>\n<summary>Key points</summary>\n\n{points}\n\n</details>" if points else ""
    answer = _ACTING.sub(r"\\\1", question.reference)
    return "\n\n".join(filter(None, (f"## {first} ({question.level})", more, answer, hidden)))


def _lines(question: Question) -> tuple[str, str]:
    """Return a question's first line, which is the heading, and those that stand below it."""
    first, _, more = question.question.partition("\n")
    return first, _ACTING.sub(r"\\\1", more)


def read(text: str, levels: Levels) -> Document:
    """Return the questions of an export, and those that were written between them."""
    document = Document(shape="export")
    start, line, topic = 0, 1, ""
    for mark in _CARRIED.finditer(text):
        above = text[start : mark.start()]
        begin = next((found.start() for found in reversed(list(_HEADING.finditer(above)))), len(above))
        _between(above[:begin], document, levels, first=line, topic=topic)
        line += above.count("\n")
        _take(above[begin:], mark[1], document, levels, line=line)
        start, topic = mark.end(), document.topics[-1].topic if document.topics else topic
    _between(text[start:], document, levels, first=line, topic=topic)
    return document


def _take(section: str, data: str, document: Document, levels: Levels, *, line: int) -> None:
    before = len(document.topics)
    exported(partial(_carried, section, data, levels), document, first=line, last=line)
    for topic in document.topics[before:]:
        points = _shown(topic.questions[0]).partition(_HIDDEN)[2]
        if section.partition(_HIDDEN)[2].split() != points.split():
            words = "left out: the key points were changed here; change them in the topic file"
            document.remarks.append(Remark(line, line, words, understood=False))


def _between(text: str, document: Document, levels: Levels, *, first: int, topic: str) -> None:
    """Take what was written between two exported questions as notes of the topic that they stand in."""
    lines = text.split("\n")
    found = notes.read(lines, levels, numbers=range(first, first + len(lines))).found if text.strip() else []
    document.found += [replace(one, topic=topic) for one in found]


def _carried(section: str, data: str, levels: Levels) -> Topic:
    """Return the question that a comment carries, with what was changed above it since; or raise ValueError."""
    match records.parsed(data):
        case {"studyhall": _, "questions": [dict(question)]} as carried:
            topic = {name: carried[name] for name in carried if name not in {"studyhall", "questions"}}
            kept = records.one(topic, question)
        case _:
            raise ValueError("the comment was changed; take it out to import the question above it as a new one")
    changed = dict(_changed(section, kept.questions[0], levels))
    draft = {"draft": True} if changed.keys() - {"level"} else {}
    return records.one(topic, {**question, **changed, **draft}) if changed else kept


def _changed(section: str, question: Question, levels: Levels) -> Iterator[tuple[str, Any]]:
    """Yield what a person has changed in a question."""
    heading, _, below = section.partition("\n")
    asked, level = levels.split(heading.removeprefix("## "))
    first, more = _lines(question)
    answer = below.partition(_HIDDEN)[0].strip()
    if not heading:
        raise ValueError("the heading above this comment is gone; write it anew, or take the comment out too")
    if not answer.startswith(more.strip()):
        raise ValueError("its question of several lines was changed; change it in the topic file")
    if asked.split() != levels.split(f"{first} ({question.level})")[0].split():
        yield "question", _ESCAPED.sub(r"\1", "\n".join(filter(None, (asked, more))))
    if level not in {question.level, None}:
        yield "level", level
    reference = _ESCAPED.sub(r"\1", answer[len(more.strip()) :].strip())
    if reference.split() != question.reference.split():
        yield "reference", reference
