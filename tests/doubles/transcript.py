"""What people on a platform do and see, line by line, to be compared to the letter with a golden file."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Seen:
    """A message as a reader sees it now: its id, who says it where, and its lines."""

    id: object
    head: str
    lines: tuple[str, ...]


class Transcript:
    """What stands there and what members do, in the order in which they see it; `there` is all that stands there now."""

    def __init__(self, there: Callable[[], Iterable[Seen]]) -> None:
        self.lines: list[str] = []
        self._there = there
        self._seen: dict[object, list[str]] = {}

    def note(self, line: str) -> None:
        """Write down what somebody does."""
        self.lines += ["", line]

    def show(self, head: str, lines: Iterable[str]) -> None:
        """Write down what somebody sees."""
        self.lines += ["", f"{head}:", *_indented(lines)]

    def look(self, *, past: object = None) -> None:
        """Write down what is new or changed since the last look, past a message that changes sooner or later, as fast as the machine is."""
        for one in self._there():
            lines, before = _indented(one.lines), self._seen.get(one.id)
            if one.id == past:
                continue
            if before != lines:
                self.show(f"{one.head}{', changed' if before else ''}", one.lines)
            self._seen[one.id] = lines

    def __str__(self) -> str:
        return "\n".join(self.lines).strip() + "\n"

    def compare(self, golden: Path) -> None:
        """Hold it to a golden file; WRITE_GOLDEN=1 writes that file anew."""
        if os.environ.get("WRITE_GOLDEN"):
            golden.write_text(str(self), encoding="utf-8")
        assert str(self) == golden.read_text(encoding="utf-8")


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {part}" for line in lines for part in line.split("\n")]
