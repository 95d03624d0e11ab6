"""The headings that a place in a document is below: each may name a level, and the innermost other one is its section."""

from dataclasses import dataclass, field

from bot.question import Level


@dataclass(slots=True)
class Sections:
    """What is open, by the depth of its heading; front matter is at depth 0."""

    level: Level | None = None  # that the innermost section names that names one
    title: str = ""  # of the innermost section that names no level and is not the document's
    _opened: dict[int, tuple[Level | None, str]] = field(default_factory=dict)

    def enter(self, depth: int, level: Level | None, title: str = "") -> None:
        """Begin a section, which ends those of its depth and deeper ones."""
        self._opened = {other: kept for other, kept in self._opened.items() if other < depth}
        self._opened[depth] = (level, title)
        inmost = sorted(self._opened, reverse=True)
        self.level = next(filter(None, (self._opened[d][0] for d in inmost)), None)
        self.title = next((self._opened[d][1] for d in inmost if d > 1 and not self._opened[d][0]), "")
