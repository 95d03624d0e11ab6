"""How much more often near misses have a word, or two that stand together, than what is true has them.

A word that stands in many near misses and in one thing that is true tells nearly as much as one that stands in near misses alone.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

STEP: Final = 4  # of a logarithm that is kept as a whole number
ZERO: Final = 16  # what is added to it, so that none is negative
SOME_WORDS, SOME_PAIRS = 0.7, 0.4  # added to each count


class Odds:
    """Of words or pairs, counted in the texts on either side."""

    def __init__(self, true: Sequence[Iterable[int]], false: Sequence[Iterable[int]], some: float) -> None:
        self._true, self._false = (Counter(chain.from_iterable(texts)) for texts in (true, false))
        self._texts = math.log(max(1, len(false)) / max(1, len(true)))
        self._some = some
        self._known = {(0, 0): ZERO}  # by how many texts of either side have it

    def of(self, one: int) -> int:
        """Return how much more often near misses have it, from 0 to twice ZERO; ZERO is as often, or not known."""
        counts = self._false.get(one, 0), self._true.get(one, 0)
        if counts not in self._known:
            self._known[counts] = self._from(*counts)
        return self._known[counts]

    def _from(self, there: int, here: int) -> int:
        odds = math.log((there + self._some) / (here + self._some)) - self._texts
        return ZERO + max(-ZERO, min(ZERO, round(STEP * odds)))
