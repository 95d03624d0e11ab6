"""Chance, with a question laid on top: a script is played for the question that it was written for, whatever the bank holds."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any


class Deck(Random):
    """A source of chance that draws the question whose id is `top` first, wherever it may be drawn."""

    top: str = ""

    def choices(self, population: Any, *weights: Any, **more: Any) -> list[Any]:
        """Return what lies on top when it is there, else whatever chance gives."""
        found = next(self._on_top(population), None)
        return super().choices(population, *weights, **more) if found is None else [found]

    def _on_top(self, seq: Iterable[Any]) -> Iterator[Any]:
        return (one for one in seq if self.top and one.id == self.top)
