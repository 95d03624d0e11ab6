"""Two commands about grades: one answer explained, and the agreement of the grader with people's marks in a CSV file."""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean
from typing import Final

from bot import settings
from bot.bank import loading
from bot.grading import Band, Grade, band_of, grade, grade_reference
from bot.grading.explain import explained, why
from bot.question import Question
from bot.text import clean, nearest

OK: Final = 0
FOUND: Final = 1

COLUMNS: Final = """\
The first line of FILE names the columns; others than these are ignored:
  question_id  a question of the bank; or else
  question     the question's words, and
  reference    a reference answer; reference_2, reference_3 ... are further ones
  answer       what somebody answered
  score        their mark: 0 to 1, or 0 to 100 where any mark in the file is above 1
  label        correct, partly (or partial), incorrect (or contradictory); without it the score says which
  set          which lines belong together; each set has a line of its own in the table"""
_BANDS: Final = {
    "correct": Band.CORRECT, "partly": Band.PARTLY, "partial": Band.PARTLY,
    "incorrect": Band.INCORRECT, "contradictory": Band.INCORRECT,
}  # fmt: skip
_MARK: Final = {Band.CORRECT: 1.0, Band.PARTLY: 0.5, Band.INCORRECT: 0.0}
_ORDER: Final = tuple(_MARK)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer with a person's mark and the grader's."""

    group: str
    mark: float
    band: Band
    grade: Grade

    @property
    def agrees(self) -> bool:
        """Whether both say the same of whether it is correct."""
        return (self.band is Band.CORRECT) is (self.grade.band is Band.CORRECT)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the grader agrees with people; None where it cannot be said."""

    answers: int
    r: float | None
    qwk: float | None
    right: float | None  # share of all answers that are correct, or not, for both
    sure_right: float | None  # the same of those that the grader is sure of
    unsure: float  # share


class BadTable(ValueError):
    """A CSV file that cannot be evaluated, and what to do."""


def grade_one(asked: argparse.Namespace) -> int:
    """Grade the text on standard input and print the explanation."""
    questions = loading.load(settings.load().content_dir).questions
    if asked.question not in questions:
        meant = nearest(asked.question, questions)
        hint = f"did you mean {meant}?" if meant else "`python -m bot check` reads the bank."
        print(f"No question {asked.question!r} in the bank; {hint}", file=sys.stderr)
        return FOUND
    text = clean(sys.stdin.buffer.read().decode("utf-8", errors="replace"))
    print(*explained(grade(questions[asked.question], text)), sep="\n")
    if asked.why:
        print("", *why(questions[asked.question], text), sep="\n")
    return OK


def evaluate(asked: argparse.Namespace) -> int:
    """Grade every answer of a CSV file and print how well the grades agree with people's marks."""
    try:
        with asked.file.open(encoding="utf-8-sig", newline="") as file:
            marked = list(_marked(list(csv.DictReader(file))))
    except (BadTable, csv.Error, UnicodeDecodeError) as problem:
        print(f"{asked.file}: {problem}", file=sys.stderr)
        return FOUND
    except OSError as problem:
        print(f"{asked.file}: cannot be read: {problem.strerror}; give the path of a CSV file.", file=sys.stderr)
        return FOUND
    print(*table(marked), sep="\n")
    return OK


def table(marked: Sequence[Marked]) -> Iterator[str]:
    """Yield the lines of the table: one a set, and one for all."""
    groups = sorted({one.group for one in marked})
    width = max(len(name) for name in (*groups, "all"))
    yield f"{'set':{width}}  answers      r    QWK  right  sure right  unsure"
    for name in groups if len(groups) > 1 else ():
        yield _line(name.ljust(width), agreement([one for one in marked if one.group == name]))
    yield _line("all".ljust(width), agreement(marked))


def agreement(marked: Sequence[Marked]) -> Agreement:
    """Measure the agreement with people's marks."""
    sure = [one for one in marked if not one.grade.unsure]
    return Agreement(
        answers=len(marked),
        r=_pearson([one.mark for one in marked], [float(one.grade.score) for one in marked]),
        qwk=_weighted_kappa([(_ORDER.index(one.band), _ORDER.index(one.grade.band)) for one in marked]),
        right=fmean(one.agrees for one in marked),
        sure_right=fmean(one.agrees for one in sure) if sure else None,
        unsure=1 - len(sure) / len(marked),
    )


def _marked(rows: Sequence[Row]) -> Iterator[Marked]:
    if not rows:
        raise BadTable("has no answers; its first line names the columns, each other line is an answer.")
    questions = loading.load(settings.load().content_dir).questions if rows[0].get("question_id") else {}
    marks = [_number(row, line) for line, row in enumerate(rows, start=2)]
    full = 100.0 if any(mark is not None and mark > 1 for mark in marks) else 1.0
    for line, (row, mark) in enumerate(zip(rows, marks, strict=True), start=2):
        band = _band(row, None if mark is None else mark / full, line)
        given = _MARK[band] if mark is None else mark / full
        yield Marked(row.get("set") or "all", given, band, _graded(row, questions, line))


def _number(row: Row, line: int) -> float | None:
    try:
        mark = float(row["score"]) if row.get("score") else None
    except ValueError:
        mark = -1.0
    if mark is not None and not 0 <= mark <= 100:  # noqa: PLR2004  a mark, or a percentage
        raise BadTable(f"line {line}: the score is {row['score']!r}, and not a number from 0 to 100.")
    return mark


def _band(row: Row, mark: float | None, line: int) -> Band:
    label = (row.get("label") or "").strip().casefold()
    if label and label not in _BANDS:
        raise BadTable(f"line {line}: the label is {label!r}; it can be {', '.join(_BANDS)}.")
    if label:
        return _BANDS[label]
    if mark is None:
        raise BadTable(f"line {line}: neither a score nor a label.")
    return band_of(round(100 * mark))


def _graded(row: Row, questions: Mapping[str, Question], line: int) -> Grade:
    answer = clean(row.get("answer") or "")
    if name := row.get("question_id"):
        if name not in questions:
            raise BadTable(f"line {line}: no question {name!r} in the bank.")
        return grade(questions[name], answer)
    references = [said for column, said in row.items() if (column or "").startswith("reference") and said]
    if not references:
        raise BadTable(f"line {line}: neither a question_id nor a reference.")
    return grade_reference(row.get("question") or "", references, answer)


def _pearson(people: Sequence[float], grader: Sequence[float]) -> float | None:
    try:
        return correlation(people, grader)
    except StatisticsError:  # fewer than two, or all the same
        return None


def _weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Return the quadratically weighted kappa of two people's bands: 1 is agreement, 0 is chance."""
    seen = fmean((one - two) ** 2 for one, two in pairs)
    ones, twos = zip(*pairs, strict=True)
    shares = {band: twos.count(band) / len(twos) for band in set(twos)}
    chance = fmean(sum(share * (one - band) ** 2 for band, share in shares.items()) for one in ones)
    return 1 - seen / chance if chance else None


def _line(name: str, found: Agreement) -> str:
    figures = [
        _figure(f, w) for f, w in zip((found.r, found.qwk, found.right, found.sure_right), (5, 5, 5, 10), strict=True)
    ]
    return f"{name}  {found.answers:7,}  {'  '.join(figures)}  {found.unsure:6.3f}"


def _figure(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.3f'):>{width}}"
