"""What the readers hand on: questions as they stand in a document, and a remark on each of its lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from bot.question import Level, Topic
from bot.text import clip

_MARKS: Final = re.compile(
    r"(?:\s|[-=_*~#>|+]|</?(?:br|p|hr|div|center|article|section|details|summary|ul|ol|li)(?:\s[^<>]*)?/?>)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """What became of some lines (counted from 1); `understood` is false where something was left out."""

    first: int
    last: int
    words: str
    understood: bool = True

    def __str__(self) -> str:
        lines = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{lines}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A question as a document has it; what the document does not say is empty."""

    question: str
    answer: str = ""
    level: Level | None = None
    topic: str = ""
    section: str = ""  # the heading above it
    more: Mapping[str, Any] = field(default_factory=dict)  # other fields of the question
    number: int = 0  # that stands before it, by which a key answers it
    first: int
    last: int


@dataclass(slots=True)
class Document:
    """What was found in one file: loose questions, or whole topics where it is an export of ours."""

    found: list[Found] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    title: str = ""
    topic: str = ""
    shape: str = ""  # in a word or a few, for the report
    encoding: str = ""
    nearest: str = ""  # why nothing was recognised, if nothing was
    columns: Sequence[str] = ()  # the names that a table's columns or a record's fields have
    guessed: str = ""  # what was not told by names


def left_out(lines: Sequence[str], claimed: set[int]) -> Iterator[Remark]:
    """Yield a remark for every stretch of lines with words that nothing has claimed."""
    loose = [
        n for n, line in enumerate(lines, start=1) if line.strip() and n not in claimed and not _MARKS.fullmatch(line)
    ]
    for _, stretch in groupby(enumerate(loose), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in stretch]
        first, last = numbers[0], numbers[-1]
        yield Remark(first, last, f"left out, no question: “{clip(lines[first - 1].strip(), 60)}”", understood=False)
