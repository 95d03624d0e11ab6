"""What an answer's clauses say for and against each key point, and the credit that follows.

Each clause is taken for the side that it is nearer to: an example that earns the point, or a near miss. The margin between
the two is how sure that is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.grading.likeness import Match, Span
from bot.grading.result import PointResult
from bot.grading.rubric import Heard, Rubric, heard
from bot.text import clip

EVIDENCE_CHARS: Final = 160
_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_TURNED: Final = 0.9  # what an example turned around is worth on the other side


@dataclass(slots=True)
class Sides:
    """The nearest example on either side, of one clause and one key point."""

    says: float = 0.0
    against: float = 0.0
    match: Match | None = None
    heard: Heard | None = None
    opposed: Heard | None = None

    def hear(self, found: Heard, likeness: float, *, against: bool) -> None:
        """Take an example into account."""
        if against and likeness > self.against:
            self.against, self.opposed = likeness, found
        elif not against and likeness > self.says:
            self.says, self.match, self.heard = likeness, found.match, found


@dataclass(slots=True)
class Found:
    """What an answer says of one key point: its clauses, each with both sides."""

    clauses: dict[int, Sides] = field(default_factory=lambda: defaultdict(Sides))
    lean: float = 0.0


def gathered(rubric: Rubric, spans: Sequence[Span]) -> tuple[list[Found], set[int]]:
    """Return what is found of each key point, and the misconceptions that are stated."""
    found = [Found() for _ in rubric.points]
    mistakes: set[int] = set()
    for one in heard(rubric, spans):
        example = rubric.examples[one.example]
        likeness = min(1.0, one.match.likeness) * (1 - _ORDER + _ORDER * one.match.order)
        against = one.against(rubric)
        if example.mistake >= 0 and against and likeness >= 0.7:
            mistakes.add(example.mistake)
        if example.point >= 0:
            worth = likeness if example.says is not against else likeness * _TURNED
            found[example.point].clauses[one.span].hear(one, worth, against=against)
    return found, mistakes


_LEAST, _FULL = 0.5, 0.8  # likeness from which a clause earns something, and everything
_OPPOSED: Final = 0.7  # likeness to a near miss from which a clause is heard as one


def met(rubric: Rubric, found: Sequence[Found], text: str) -> Iterator[PointResult]:
    """Yield how far each key point is met, by which words, and how sure that is."""
    for (key, weight, _), of in zip(rubric.points, found, strict=True):
        yield _met(key, weight, of, text)


def _met(key: str, weight: int, found: Found, text: str) -> PointResult:
    best = max(found.clauses.values(), key=lambda c: (c.says > c.against, c.says - 0.5 * c.against), default=Sides())
    opposed = max((c.against for c in found.clauses.values() if c.against >= c.says and _is_a_miss(c)), default=0.0)
    margin = best.says - best.against
    if best.match is None or margin <= 0 or best.says < _LEAST or (opposed >= _OPPOSED and opposed > best.says):
        return PointResult(key, weight, 0.0, sure=round(1 - best.says / 2, 2))
    credit = round(min(1.0, 0.5 + 0.5 * (best.says - _LEAST) / (_FULL - _LEAST)), 3)
    evidence = clip(" ".join(text[best.match.start : best.match.end].split()), EVIDENCE_CHARS)
    return PointResult(key, weight, credit, evidence, sure=round(min(best.says, 0.5 + margin), 2))


def _is_a_miss(sides: Sides) -> bool:
    """Whether a clause is nearest to a near miss as it was written, and not to something true turned around."""
    return sides.opposed is not None and not sides.opposed.match.turned
