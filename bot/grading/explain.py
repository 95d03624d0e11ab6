"""A grade in lines that a person can read: every key point with the words that earned it, every deduction with its reason.

And what was tried: the examples that the answer was held to be like.
"""

from collections.abc import Iterator, Sequence

from bot.grading import evidence, rubric
from bot.grading.compact import UNKNOWN
from bot.grading.evidence import Found
from bot.grading.heard import asserted
from bot.grading.marks import marked
from bot.grading.reading import corrected, read
from bot.grading.result import Deduction, Grade, PointResult
from bot.question import Question


def explained(grade: Grade) -> Iterator[str]:
    """Yield the lines of a grade's explanation."""
    yield f"{grade.score} of 100: {grade.band}, {grade.covered} of {len(grade.points)} key points covered"
    yield f"Unsure: {grade.unsure}" if grade.unsure else "Sure"
    yield from map(_point, grade.points)
    yield from map(_deduction, grade.deductions)
    yield f"Grader {grade.version}"


def why(question: Question, text: str) -> Iterator[str]:
    """Yield for each key point the examples that the answer's clauses were held to be most like, on either side."""
    prepared = rubric.prepared(question)
    heard = asserted(prepared, text)
    found = evidence.gathered(prepared, heard, corrected(read(heard), prepared.known))
    written = [marked(text).text for text, *_ in rubric.wordings(question)]
    texts = [written[wording] for wording in prepared.examples.wording]
    for one in found.points:
        yield f"{one.point.key}: words that speak for it {one.leans:.2f}, pairs of words {one.pairs:.2f}"
        yield from _examples(one, texts)
    yield ", ".join(f"{name} {value:.2f}" for name, value in found.signals.items())


def _examples(found: Found, texts: Sequence[str]) -> Iterator[str]:
    if found.like != UNKNOWN:
        yield f"  says it ({found.won:.2f}): “{texts[found.like]}”"
    if found.unlike != UNKNOWN:
        kind = "near miss" if found.missed >= found.turned else "turned around"
        yield f"  {kind} ({max(found.missed, found.turned):.2f}): “{texts[found.unlike]}”"
    if found.like == found.unlike == UNKNOWN:
        yield "  nothing like it was heard"


def _point(point: PointResult) -> str:
    told = f"weight {point.weight}, credit {point.credit:.2f}, sure {point.sure:.2f}"
    return f"  {'+' if point.earned else '-'} {point.key_point} ({told})" + f": “{point.evidence}”" * bool(
        point.evidence
    )


def _deduction(cut: Deduction) -> str:
    return f"  {-cut.points} points: {'wrong, since ' * cut.mistake}{cut.reason}"
