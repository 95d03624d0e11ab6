"""Holds each clause of an answer against the examples that share enough words with it, and keeps the nearest on either side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bot.grading.examples import LEAST
from bot.grading.likeness import Match, Span, Turns, matched, may_turn
from bot.grading.rubric import Rubric

_ORDER: Final = 0.1  # of a likeness hangs on the order of the words
_TURNED: Final = 0.9  # what an example turned around is worth on the other side
_A_MISTAKE: Final = 0.85  # likeness to a misconception from which it is heard
_LEAST_FOUND: Final = 2  # words of it
_A_HAIR: Final = 1e-9  # by which sums of the same shares may differ

Rows = Mapping[int, Sequence[tuple[int, float]]]  # by the number of a stem whom it speaks for, and how much


@dataclass(slots=True)
class Sides:
    """The nearest example on either side, of one clause and one key point."""

    says: float = 0.0
    against: float = 0.0
    like: str = ""  # its words
    unlike: str = ""  # those of the one against it
    is_miss: bool = False  # whether the one against it is a near miss as it was written, not something true turned

    def hear(self, match: Match, likeness: float, text: str, *, against: bool) -> None:
        """Take an example into account."""
        if against and likeness > self.against:
            self.against, self.is_miss, self.unlike = likeness, not match.turned, text
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


def nearest(rubric: Rubric, spans: Sequence[Span], sums: Sequence[Mapping[int, float]]) -> Nearest:
    """Hold each clause against the examples that it shares enough words with; two together where they have more than either."""
    found = Nearest([defaultdict(Sides) for _ in rubric.points])
    examples, turns, count = rubric.examples, rubric.examples.turns, len(rubric.examples)
    alone = (len(spans) + 1) // 2
    for number, span in enumerate(spans):
        enough = [(one, share) for one, share in sums[number].items() if one < count and share >= LEAST[turns[one]]]
        if number >= alone:
            one, two = sums[number - alone], sums[number - alone + 1]
            enough = [(e, share) for e, share in enough if share > one.get(e, 0.0) and share > two.get(e, 0.0)]
        for example, share in sorted(enough, key=_most_first):
            if _may_count(found, rubric, example, number, share, span) and (
                match := matched(examples, example, span, rubric.rivals)
            ):
                _hear(found, rubric, example, number, match)
    return found


def _most_first(shared: tuple[int, float]) -> float:
    return -shared[1]


def _may_count(told: Nearest, rubric: Rubric, example: int, number: int, share: float, span: Span) -> bool:
    """Whether an example could be nearer to a clause than those before it, by how many of its words the clause has at most."""
    examples, point = rubric.examples, rubric.examples.point[example]
    if point < 0 or examples.mistake[example] >= 0 or (side := told.sides[point].get(number)) is None:
        return True
    own, other = (side.says, side.against) if examples.says[example] else (side.against, side.says)
    if share + _A_HAIR >= own:
        return True
    turns = may_turn(examples, example, span)
    return turns is Turns.BY_WORDS or (turns is Turns.AS_IT_IS and share + _A_HAIR >= other)


def _hear(told: Nearest, rubric: Rubric, number: int, span: int, match: Match) -> None:
    examples = rubric.examples
    likeness = min(1.0, match.likeness) * (1 - _ORDER + _ORDER * match.order)
    against = bool(examples.says[number]) is match.turned
    mistake, point = examples.mistake[number], examples.point[number]
    if mistake >= 0 and against and likeness >= _A_MISTAKE and match.found >= _LEAST_FOUND:
        told.mistakes.add(mistake)
    if point >= 0:
        worth = likeness * _TURNED if match.turned else likeness
        told.sides[point][span].hear(match, worth, examples.text[number], against=against)


def summed(rows: Rows, spans: Sequence[Span]) -> list[dict[int, float]]:
    """Add up for each clause whom its words speak for, and how much; two together have what the first has, and more."""
    sums: list[dict[int, float]] = []
    alone = (len(spans) + 1) // 2
    for number, span in enumerate(spans):
        first = number - alone
        found = dict(sums[first]) if first >= 0 else {}
        for stem in islice(span.places, len(spans[first].places) if first >= 0 else 0, None):
            for whom, value in rows[stem]:
                found[whom] = found.get(whom, 0.0) + value
        sums.append(found)
    return sums
