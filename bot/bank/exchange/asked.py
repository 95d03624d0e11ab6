"""The question of a document whose answer is still being read."""

from dataclasses import dataclass, field

from bot.bank.exchange import choices, shapes
from bot.bank.exchange.answers import unquoted
from bot.bank.exchange.found import Found
from bot.question import Level


@dataclass(slots=True)
class Asked:
    """A question whose answer is still being read; `depth` is its heading's, 0 for a line's or an item's."""

    question: str
    level: Level | None
    depth: int
    rank: int
    first: int
    last: int
    section: str
    parts: list[str] = field(default_factory=list)
    further: int | None = None  # where the parts under sub-headings begin
    number: int = 0
    announced: bool = False  # its answer was said to be one: what follows that needs another question below

    @property
    def answer(self) -> str:
        """The answer whole, without the word that introduces it and the quotation marks around its main part."""
        main = "\n\n".join(filter(None, self.parts[: self.further])).strip()
        main = main if choices.parted(main) else shapes.unannounced(main)
        rest = self.parts[self.further :] if self.further is not None else []
        return "\n\n".join(filter(None, (unquoted(main.strip()), *rest)))

    def found(self, *more: str) -> Found:
        """Return the question with its answer, and with what else would be of it."""
        answer = "\n\n".join(filter(None, (self.answer, *more)))
        return Found(
            question=self.question, answer=answer, level=self.level, section=self.section,
            number=self.number, first=self.first, last=self.last,
        )  # fmt: skip
