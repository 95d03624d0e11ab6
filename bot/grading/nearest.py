"""Holds each clause of an answer against the examples that share enough words with it, and keeps the nearest on either side."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import itemgetter
from typing import Final

from bot.grading.compact import UNKNOWN
from bot.grading.examples import LEAST, Examples, Rows, Shares, Side
from bot.grading.likeness import Match, Span, matched, may_turn
from bot.grading.rubric import Rubric

_TURNED: Final = 0.9  # what an example turned around is worth on the other side
_A_MISTAKE: Final = 0.85  # likeness to a misconception from which it is heard
_LEAST_FOUND: Final = 2  # words of it
_A_HAIR: Final = 1e-9  # by which sums of the same shares may differ
_SHARE: Final = itemgetter(1)


@dataclass(slots=True)
class Sides:
    """The nearest example on either side, of one clause and one key point."""

    says: float = 0.0
    against: float = 0.0
    like: int = UNKNOWN  # the one that says it
    unlike: int = UNKNOWN  # and the one against it
    is_miss: bool = False  # whether the one against it is a near miss as it was written, not something true turned

    @property
    def won(self) -> bool:
        """Whether the clause is nearer to what earns the point."""
        return self.says > self.against


@dataclass(slots=True)
class Nearest:
    """What an answer's clauses were held to say, and the misconceptions that were heard."""

    sides: list[dict[int, Sides]]  # by key point and clause
    mistakes: set[int] = field(default_factory=set)


def nearest(rubric: Rubric, spans: Sequence[Span], sums: Sequence[Shares]) -> Nearest:
    """Hold each clause against the examples that it shares enough words with; two together where they have more than either."""
    told, examples, rivals = Nearest([defaultdict(Sides) for _ in rubric.points]), rubric.examples, rubric.rivals
    for number, (span, shares) in enumerate(zip(spans, sums, strict=True)):
        for example, share in _enough(examples, shares, len(examples)):
            point, _, mistake = whose = examples.sides[examples.side[example]]
            side = told.sides[point].get(number) if point >= 0 > mistake else None
            if (side is None or _may_count(side, examples, example, share, span)) and (
                match := matched(examples, example, span, rivals)
            ):
                _hear(told, example, whose, number, match)
    return told


def _enough(examples: Examples, shares: Shares, count: int) -> list[tuple[int, float]]:
    """Return the examples of which a clause has enough, those first of which it has most."""
    turns, least = examples.turns, min(LEAST)
    some = [
        (one, share) for one, share in shares.items() if share >= least and one < count and share >= LEAST[turns[one]]
    ]
    return sorted(some, key=_SHARE, reverse=True)


def _may_count(side: Sides, examples: Examples, example: int, share: float, span: Span) -> bool:
    """Whether an example could be nearer to a clause than those before it, by how many of its words the clause has at most."""
    _, says, _ = examples.sides[examples.side[example]]
    own, other = (side.says, side.against) if says else (side.against, side.says)
    return share + _A_HAIR >= own or may_turn(examples, example, span, far=_TURNED * share + _A_HAIR >= other)


def _hear(told: Nearest, example: int, whose: Side, span: int, match: Match) -> None:
    """Take into account that a clause is like an example, or turns it around."""
    (point, says, mistake), (likeness, turned, found) = whose, match
    against = says is turned
    if mistake >= 0 and against and likeness >= _A_MISTAKE and found >= _LEAST_FOUND:
        told.mistakes.add(mistake)
    if point < 0:
        return
    side, worth = told.sides[point][span], likeness * _TURNED if turned else likeness
    if against and worth > side.against:
        side.against, side.is_miss, side.unlike = worth, not turned, example
    elif not against and worth > side.says:
        side.says, side.like = worth, example


def summed(rows: Rows, spans: Sequence[Span], rubric: Rubric) -> list[dict[int, float]]:
    """Add up for each clause whom its words speak for; for two together, points, and examples of which they have more than either."""
    alone = (len(spans) + 1) // 2
    sums = [_sums(rows, span) for span in spans[:alone]]
    each, both = pairwise(zip(sums, spans, strict=False)), spans[alone:]
    return [*sums, *(_of_both(rows, span, *one_and_two, rubric) for one_and_two, span in zip(each, both, strict=True))]


def _of_both(
    rows: Rows, span: Span, first: tuple[Shares, Span], second: tuple[Shares, Span], rubric: Rubric
) -> dict[int, float]:
    """Return whom two clauses together speak for; a term that reaches over both may speak for others than either does."""
    (one, before), (two, behind), count = first, second, len(rubric.examples)
    added = [*islice(span.first, len(before.first), None)]
    if any(stem not in behind.first for stem in added):
        whole = _sums(rows, span).items()
        return {w: s for w, s in whole if w >= count or s > max(one.get(w, 0.0), two.get(w, 0.0))}
    more = [rows[stem] for stem in added]
    leans = _leaning(one, two, more, range(count, count + len(rubric.points)))
    return {**leans, **dict(_more_than_either(one, two, more, count))}


def _sums(rows: Rows, span: Span) -> dict[int, float]:
    found: dict[int, float] = {}
    for stem in span.first:
        for whom, value in rows[stem].items():
            found[whom] = found.get(whom, 0.0) + value
    return found


def _leaning(one: Shares, two: Shares, more: Sequence[Shares], points: Iterable[int]) -> dict[int, float]:
    """Return how much two clauses speak for each point: what the one has, and what the other adds."""
    return {
        point: _added(one[point], point, more) if point in one else two[point]
        for point in points
        if point in one or point in two
    }


def _more_than_either(one: Shares, two: Shares, more: Sequence[Shares], count: int) -> Iterator[tuple[int, float]]:
    """Yield the examples of which two clauses together have enough, and more than either."""
    least = min(LEAST) - _A_HAIR
    for example, share in one.items():
        if example in two and share + two[example] >= least and example < count:
            both = _added(share, example, more)
            if both > share and both > two[example]:
                yield example, both


def _added(share: float, whom: int, more: Sequence[Shares]) -> float:
    for row in more:
        if whom in row:
            share += row[whom]
    return share
