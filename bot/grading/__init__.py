"""The grade of a free-text answer: one pure function, offline and deterministic, that explains itself.

Two inputs, one engine: `grade` takes a question with key points, `grade_reference` a question with nothing but
reference answers. The path, in one direction::

    words.py          a text split into words, numbers and signs
    glossary.py       what means the same, what is opposite, what says little (content/glossary.yaml)
    reading.py        words with the stem of all that mean the same, typos corrected
    contradiction.py  the reference's wording turned around
    guards.py         what an honest answer does not look like
    reference.py      an answer against reference answers
    rubric.py         an answer against key points
    doubt.py          whether a person should look at it
    result.py         what a grade is
    explain.py        a grade in lines that a person can read
"""

from collections.abc import Sequence

from bot.grading import denial, doubt, evidence, guards, reference, rubric
from bot.grading.reading import corrected, read
from bot.grading.result import (
    CORRECT_FROM,
    EARNED_FROM,
    PARTLY_FROM,
    VERSION,
    Band,
    Deduction,
    Grade,
    PointResult,
    band_of,
)
from bot.question import Question

__all__ = [
    "CORRECT_FROM", "EARNED_FROM", "PARTLY_FROM", "VERSION", "Band", "Deduction", "Grade", "PointResult", "band_of",
    "grade", "grade_reference",
]  # fmt: skip

_MISCONCEPTION_COST = 15
_NOTHING = "It says nothing beyond the question."


def grade(question: Question, text: str) -> Grade:
    """Grade an answer against a question's key points, or its reference answer where it has none.

    The same text always gets the same grade.
    """
    if not question.key_points:
        return grade_reference(question.question, (question.reference,), text)
    prepared = rubric.prepared(question)
    heard = denial.asserted(text)
    reading = corrected(read(heard), prepared.known)
    against = list(guards.cuts(text, heard, reading.words, prepared.expected))
    if not rubric.adds_something(reading, prepared.asked):
        zero = tuple(PointResult(key, weight, 0.0) for key, weight, _ in prepared.points)
        return Grade(0, zero, (*(Deduction(0, cut.reason) for cut in against), Deduction(0, _NOTHING))[:1])
    found = evidence.gathered(prepared, heard, reading)
    raise NotImplementedError


def grade_reference(question: str, references: Sequence[str], text: str) -> Grade:
    """Grade an answer against reference answers, of which the one most like it counts."""
    return max((_against(question, one, text) for one in references), key=lambda found: found.score)


def _deduct(raw: float, against: Sequence[guards.Cut], mistakes: Sequence[str]) -> tuple[int, list[Deduction]]:
    """Return what is left of a score, and each deduction with the points that it took."""
    left, taken = raw, []
    for cut in against:
        taken.append(Deduction(round(left) - round(left * cut.factor), cut.reason))
        left *= cut.factor
    score = round(left)
    for statement in mistakes:
        cost = min(score, _MISCONCEPTION_COST)
        score -= cost
        taken.append(Deduction(cost, statement, mistake=True))
    return score, taken


def _against(question: str, one: str, text: str) -> Grade:
    prepared = reference.prepared(question, one)
    heard = denial.asserted(text)
    reading = corrected(read(heard), prepared.known)
    signals = reference.signals(prepared, reading)
    against = list(guards.cuts(text, heard, reading.words, prepared.expected))
    if signals.copies:
        against.append(guards.Cut(0.0, _NOTHING))
    score, taken = _deduct(100 * signals.share, against, ())
    points = tuple(reference.points(prepared, text, reading))
    return Grade(score, points, tuple(taken), doubt.of_reference(signals, score, prepared.expected.reference, reading))
