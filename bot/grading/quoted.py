"""What a second opinion may add to a grade: key points for which it quotes the answer's own words.

The opinion is a language model's, and untrusted. A quote counts where the answer has it word by word, does not deny it,
and says something beyond the question with it; where no example against the point is nearer; where the answer as a whole
stands on the true side; and once: the same words earn no second point.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.grading.evidence import Evidence
from bot.grading.rubric import Rubric, adds_something
from bot.grading.words import Word

UNSURE: Final = "a second opinion found more in it than I do."
_LEAST_WORDS: Final = 3
_AGAINST: Final = 0.6  # likeness to something against the point from which no quote earns it

Place = tuple[int, int]


def standing(quotes: Mapping[str, str], heard: str, words: Sequence[Word], found: Evidence, rubric: Rubric) -> Mapping[str, Place]:  # fmt: skip
    """Return by key point where in the answer the words stand that earn it; `heard` is the answer without what it denies."""
    taken: dict[str, Place] = {}
    for one in found.points:
        against = max(one.missed, one.turned)
        if against >= _AGAINST and against > one.won:
            continue
        for place in _places(quotes.get(one.point.key, ""), heard):
            told = [word for word in words if place[0] <= word.start and word.end <= place[1]]
            new = all(place[1] <= start or end <= place[0] for start, end in taken.values())
            if new and len(told) >= _LEAST_WORDS and adds_something(told, rubric.asked):
                taken[one.point.key] = place
                break
    return taken


def _places(quote: str, heard: str) -> Iterator[Place]:
    """Yield where a text has a quote, whatever its white space and capitals."""
    wanted = r"\s+".join(map(re.escape, quote.split()))
    if wanted:
        yield from (match.span() for match in re.finditer(rf"(?<!\w){wanted}(?!\w)", heard, re.IGNORECASE))
