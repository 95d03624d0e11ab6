"""Holds each clause of an answer against the examples that share enough words with it, and keeps the nearest on either side."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import itemgetter
from typing import Final

from bot.grading.examples import LEAST, Examples
from bot.grading.likeness import Match, Span, Turns, matched, may_turn
from bot.grading.rubric import Rubric

_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_TURNED: Final = 0.9  # what an example turned around is worth on the other side
_A_MISTAKE: Final = 0.85  # likeness to a misconception from which it is heard
_LEAST_FOUND: Final = 2  # words of it
_A_HAIR: Final = 1e-9  # by which sums of the same shares may differ
_SHARE: Final = itemgetter(1)

Shares = Mapping[int, float]  # the share of each example that is there, and how much speaks for each point
Rows = Mapping[int, Shares]  # by the number of a stem


@dataclass(slots=True)
class Sides:
    """The nearest example on either side, of one clause and one key point."""

    says: float = 0.0
    against: float = 0.0
    like: str = ""  # its words
    unlike: str = ""  # those of the one against it
    is_miss: bool = False  # whether the one against it is a near miss as it was written, not something true turned

    def hear(self, likeness: float, text: str, *, against: bool, turned: bool) -> None:
        """Take an example into account, or one turned around."""
        if against and likeness > self.against:
            self.against, self.is_miss, self.unlike = likeness, not turned, text
        elif not against and likeness > self.says:
            self.says, self.like = likeness, text

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
    found = Nearest([defaultdict(Sides) for _ in rubric.points])
    examples, turns, count = rubric.examples, rubric.examples.turns, len(rubric.examples)
    for number, (span, shares) in enumerate(zip(spans, sums, strict=True)):
        enough = [(one, share) for one, share in shares.items() if one < count and share >= LEAST[turns[one]]]
        for example, share in sorted(enough, key=_SHARE, reverse=True):
            point = examples.point[example]
            side = found.sides[point].get(number) if point >= 0 and examples.mistake[example] < 0 else None
            if (side is None or _may_count(side, examples, example, share, span)) and (
                match := matched(examples, example, span, rubric.rivals)
            ):
                _hear(found, examples, example, number, match)
    return found


def _may_count(side: Sides, examples: Examples, example: int, share: float, span: Span) -> bool:
    """Whether an example could be nearer to a clause than those before it, by how many of its words the clause has at most."""
    own, other = (side.says, side.against) if examples.says[example] else (side.against, side.says)
    if share + _A_HAIR >= own:
        return True
    turns = may_turn(examples, example, span)
    return turns is Turns.BY_WORDS or (turns is Turns.AS_IT_IS and share + _A_HAIR >= other)


def _hear(told: Nearest, examples: Examples, example: int, span: int, match: Match) -> None:
    likeness, turned, found, order = match
    likeness = (likeness if likeness < 1 else 1.0) * (1 - _ORDER + _ORDER * order)
    against = bool(examples.says[example]) is turned
    mistake, point = examples.mistake[example], examples.point[example]
    if mistake >= 0 and against and likeness >= _A_MISTAKE and found >= _LEAST_FOUND:
        told.mistakes.add(mistake)
    if point >= 0:
        worth = likeness * _TURNED if turned else likeness
        told.sides[point][span].hear(worth, examples.text[example], against=against, turned=turned)


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
    added = [*islice(span.places, len(before.places), None)]
    if any(stem not in behind.places for stem in added):
        whole = _sums(rows, span).items()
        return {w: s for w, s in whole if w >= count or s > max(one.get(w, 0.0), two.get(w, 0.0))}
    more = [rows[stem] for stem in added]
    leans = _leaning(one, two, more, range(count, count + len(rubric.points)))
    return {**leans, **dict(_more_than_either(one, two, more, count))}


def _sums(rows: Rows, span: Span) -> dict[int, float]:
    found: dict[int, float] = {}
    for stem in span.places:
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
