"""A question as a form has it: its words, its answer, and its key points one a line; and back, with all else kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from bot.bank.exchange.slugs import slug
from bot.errors import BadValue
from bot.grading import Band, grade
from bot.question import Question
from bot.text import clean, clip

FIELD_CHARS: Final = 3_000  # what every platform's form takes
_PHRASING_CHARS: Final = 200
_NAMED: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*):\s+(\S.*)")
_THEN: Final = "|"


@dataclass(frozen=True, slots=True)
class Texts:
    """What the form's fields hold."""

    question: str
    reference: str
    points: str


def texts_of(question: Question) -> Texts:
    """Return a question as the form begins with it."""
    return Texts(question.question, clip(question.reference, FIELD_CHARS), _points(question))


def _points(question: Question) -> str:
    """Return the key points one a line; without their phrasings, which are kept then, where these are too many."""
    lines = [f"{point.id}: {point.statement}" for point in question.key_points]
    whole = "\n".join(
        f" {_THEN} ".join((line, *point.phrasings)) for line, point in zip(lines, question.key_points, strict=True)
    )
    return whole if len(whole) <= FIELD_CHARS else "\n".join(lines)


def edited(before: Question, texts: Texts) -> Question:
    """Return a question as the form says it, which a person has looked at and so is no draft; raises BadValue."""
    points = [_point(before, line) for line in clean(texts.points).splitlines() if line.strip(" -•*")]
    ids = {point["id"] for point in points}
    misses = [m.model_dump() | {"point": m.point if m.point in ids else None} for m in before.misconceptions]
    words = {"question": " ".join(clean(texts.question).split()), "reference": clean(texts.reference)}
    change = {**words, "key_points": points, "misconceptions": misses, "draft": False, "live": False}
    try:
        return Question.model_validate(before.model_dump() | change)
    except ValidationError as error:
        raise BadValue(_explained(error)) from None


def _point(before: Question, line: str) -> dict[str, Any]:
    """Return a line's key point: what the question knows of one with this id is kept, its phrasings too where none are given."""
    said, *phrasings = (part.strip() for part in line.split(_THEN))
    said = said.strip(" -•*")  # of a list; in a phrasing they may be marks
    match = _NAMED.fullmatch(said)
    name, statement = (match[1], match[2]) if match else (slug(said, fallback="point"), said)
    known: dict[str, Any] = next((p.model_dump() for p in before.key_points if p.id == name), {"id": name})
    new = [one for one in phrasings if one] or known.get("phrasings") or [clip(statement, _PHRASING_CHARS)]
    return {**known, "statement": statement, "phrasings": new}


def _explained(error: ValidationError) -> str:
    """Return the first thing that is wrong, with where it is."""
    first = error.errors()[0]
    what, *where = first["loc"] or ("question",)
    line = f", line {where[0] + 1}" if where and isinstance(where[0], int) else ""
    named = {"key_points": "key points", "reference": "answer"}.get(str(what), str(what))
    return f"In the {named}{line}: {first['msg'].removeprefix('Value error, ')}."


def doubts(question: Question) -> Iterator[str]:
    """Yield what speaks against a question as it was edited: its own answer has to earn full marks by its key points."""
    own = grade(question, question.reference)
    if own.band is not Band.CORRECT:
        missed = ", ".join(point.key_point for point in own.points if not point.earned)
        words = (
            f"By these key points the reference answer itself gets {own.score} of 100; it misses {missed or 'none'}."
        )
        yield f"{words} Give them phrasings in the answer's words."
