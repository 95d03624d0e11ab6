"""An answer's words and what they earned -> parts of the text, each with the numbers of the points that it earned. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.grading import PointResult


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an answer: the numbers of the points that it earned, and of those whose words end with it."""

    text: str
    earned: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    number: int


def marked(text: str, points: Sequence[PointResult]) -> list[Part]:
    """Return a text in parts; a point whose words are not found in it marks nothing."""
    spans = list(_spans(text, points))
    cuts = sorted({0, len(text), *(at for span in spans for at in (span.start, span.end))})
    return [_part(text, spans, start, end) for start, end in pairwise(cuts)]


def _part(text: str, spans: Sequence[_Span], start: int, end: int) -> Part:
    over = tuple(span.number for span in spans if span.start <= start and end <= span.end)
    return Part(text[start:end], over, tuple(span.number for span in spans if span.end == end))


def _spans(text: str, points: Sequence[PointResult]) -> Iterator[_Span]:
    """Yield where the words of each earned point stand; as evidence they may have been cut, and their blanks made one."""
    for number, point in enumerate(points, 1):
        words = point.evidence.rstrip("…. ").split()
        if point.earned and words and (found := re.search(r"\s+".join(map(re.escape, words)), text)):
            yield _Span(found.start(), found.end(), number)
