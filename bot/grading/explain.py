"""A grade in lines that a person can read: every key point with the words that earned it, every deduction with its reason."""

from collections.abc import Iterator

from bot.grading.result import Deduction, Grade, PointResult


def explained(grade: Grade) -> Iterator[str]:
    """Yield the lines of a grade's explanation."""
    yield f"{grade.score} of 100: {grade.band}, {grade.covered} of {len(grade.points)} key points covered"
    yield f"Unsure: {grade.unsure}" if grade.unsure else "Sure"
    yield from map(_point, grade.points)
    yield from map(_deduction, grade.deductions)
    yield f"Grader {grade.version}"


def _point(point: PointResult) -> str:
    told = f"weight {point.weight}, credit {point.credit:.2f}, sure {point.sure:.2f}"
    return f"  {'+' if point.earned else '-'} {point.key_point} ({told})" + f": “{point.evidence}”" * bool(
        point.evidence
    )


def _deduction(cut: Deduction) -> str:
    return f"  {-cut.points} points: {'wrong, since ' * cut.mistake}{cut.reason}"
