"""The bank as records, JSON and CSV rows: written so that nothing is lost, read back to the same topics.

A CSV cell that a spreadsheet would take for a formula gets an apostrophe in front, and loses it again when it is read.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from bot.question import Question, Topic

VERSION: Final = 1
COLUMNS: Final = (
    "topic", "title", "aliases", "id", "level", "draft", "live", "question", "reference", "key_points", "misconceptions",
    "hints", "reading", "formulas", "tags", "since", "review_by",
)  # fmt: skip
LISTS: Final = frozenset((
    "aliases", "key_points", "misconceptions", "hints", "reading", "formulas", "tags",
))  # fmt: skip
_OF_TOPIC: Final = ("topic", "title", "aliases")
_SWITCHES: Final = frozenset(("draft", "live"))
_YES: Final = frozenset(("yes", "true", "1", "x"))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def to_json(topics: Iterable[Topic]) -> str:
    """Return topics as JSON."""
    data = {"studyhall": VERSION, "topics": [plain(topic) for topic in topics]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plain(topic: Topic) -> dict[str, Any]:
    """Return a topic as a file says it: without usual values, and without the topic's name in each question."""
    data = topic.model_dump(mode="json", exclude_defaults=True)
    return {**data, "questions": [_without_topic(question) for question in data["questions"]]}


def to_csv(topics: Iterable[Topic]) -> str:
    """Return topics as CSV, one row a question."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for topic in topics:
        for question in topic.questions:
            writer.writerow([escaped(cell) for cell in row(topic, question).values()])
    return out.getvalue()


def row(topic: Topic, question: Question) -> dict[str, str]:
    """Return a question as a row's cells by column: lists as JSON, everything else as it is."""
    data = {**question.model_dump(mode="json"), **topic.model_dump(mode="json", exclude={"questions"})}
    return {column: _cell(data[column]) for column in COLUMNS}


def topic_of(cells: Mapping[str, str]) -> Topic:
    """Return the question of a row, alone in its topic, or raise ValueError."""
    fields: dict[str, Any] = {name: value(name, cell) for name in COLUMNS if (cell := cells.get(name))}
    topic: dict[str, Any] = {name: fields.pop(name) for name in _OF_TOPIC if name in fields}
    return one(topic, fields)


def one(topic: Mapping[str, Any], question: Mapping[str, Any]) -> Topic:
    """Return one question alone in its topic, or raise ValueError."""
    return Topic.model_validate({"title": topic.get("topic"), **topic, "questions": [dict(question)]})


def joined(topics: Iterable[Topic]) -> list[Topic]:
    """Return topics with the questions of those that share a name together; the first of a name gives the title."""
    together: dict[str, Topic] = {}
    for topic in topics:
        known = together.get(topic.topic)
        questions = (*known.questions, *topic.questions) if known else topic.questions
        together[topic.topic] = (known or topic).model_copy(update={"questions": questions})
    return list(together.values())


def value(column: str, cell: str) -> Any:
    """Return what a cell says: a list as JSON or one entry a line, whether a switch is on, or its text."""
    if column in _SWITCHES:
        return cell.casefold() in _YES
    if column in LISTS:
        return parsed(cell) if cell.startswith("[") else [line for line in cell.splitlines() if line.strip()]
    return cell


def parsed(text: str) -> Any:
    """Return what a JSON text says, or raise ValueError, also for one nested without end."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def why(error: ValueError) -> str:
    """Return in a line what is wrong with a record."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()[:3]
    )


def escaped(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unescaped(cell: str) -> str:
    """Return a cell as it was before it was escaped."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _without_topic(question: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kept for name, kept in question.items() if name != "topic"}


def _cell(kept: Any) -> str:
    match kept:
        case str():
            return kept
        case bool():
            return "yes" if kept else ""
        case None | []:
            return ""
        case _:
            return json.dumps(kept, ensure_ascii=False)
