"""The question of a document whose answer is still being read."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.bank.exchange import choices, shapes
from bot.bank.exchange.answers import rendered, unquoted
from bot.bank.exchange.found import Found
from bot.bank.exchange.inline import plain
from bot.bank.exchange.markup import Block
from bot.question import Level

_ANNOUNCES: Final = re.compile(r"(?:A|Ans|Answer)\s*[.:)]", re.IGNORECASE)
_OPTION: Final = re.compile(r"^\W*B[.)]", re.MULTILINE)
_HINT: Final = re.compile(r"(?:hints?|tips?|hinweise?|pista|подсказка)\b", re.IGNORECASE)
_LONGEST: Final = 600  # characters of a question


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
    explicit: bool = False  # it says that it asks
    block: int = 0  # its heading's id
    parts: list[str] = field(default_factory=list)
    further: int | None = None  # where the parts under sub-headings begin
    number: int = 0
    alone: bool = False  # it says that it asks, and is the first below a heading: all of its section is of it
    announced: bool = False  # its answer was said to be one: what follows that needs another question below

    def beside(self, block: Block, region: Sequence[Block]) -> bool:
        """Whether a heading below announces what is none of the answer: the question itself, which is taken, or others."""
        text = plain(block.content)
        if not block.depth > self.depth > 0:
            return False
        if self.answer or not shapes.is_task(text):
            return shapes.is_aside(text)
        whole = "\n\n".join(filter(None, (self.question, *map(rendered, region))))
        self.question = whole if len(whole) <= _LONGEST else whole.partition("\n\n")[2]  # its title can go
        return True

    def goes_on(self, following: Block | None) -> bool:
        """Whether the answer goes on below a line: it stands between the sides of a card, or between an answer's parts."""
        if not self.depth or following is None:
            return False
        return following.depth > self.depth if following.kind == "heading" else not self.parts

    def holds(self, block: Block, *, explicit: bool) -> bool:
        """Whether a deeper heading is a part of it: not below a title that asks, nor where it says “Q.” below an answer."""
        anew = shapes.asks(plain(block.content)) and (self.depth == 1 or (explicit and bool(self.answer)))
        return block.depth > self.depth > 0 and not anew

    def more(self, part: Block) -> str:
        """Return the last part with lines below it that stand in its paragraph, in its place."""
        text = "\n".join(plain(line) for line in part.content.split("\n"))
        above = self.parts[-1:]
        del self.parts[-1:]
        return "\n".join([*above, text])

    def part(self, block: Block, *, posed: Collection[int]) -> str:
        """Return a part of the answer; what stands above one that is hidden below a task is of the task, but for hints."""
        if self.block in posed and shapes.hides(block.kind, plain(block.content)):
            whole = "\n\n".join((self.question, *filter(None, self.parts)))
            if len(whole) <= _LONGEST:
                self.question = whole
                self.parts.clear()
        hint = block.kind == "details" and self.block in posed and _HINT.match(shapes.bare(plain(block.content)))
        return "" if hint else rendered(block)

    @property
    def answer(self) -> str:
        """The answer whole, without the word that introduces it and the quotation marks around its main part."""
        parts = [*filter(None, self.parts[: self.further])]
        main = "\n\n".join(parts[1:] if len(parts) > 1 and _ANNOUNCES.fullmatch(parts[0]) else parts).strip()
        main = main if choices.parted(main) else shapes.unannounced(main)
        if self.explicit and not _OPTION.search(main):
            main = main.removeprefix("A. ")  # “Q.” stands before what it answers
        rest = self.parts[self.further :] if self.further is not None else []
        return "\n\n".join(filter(None, (unquoted(main.strip()), *rest)))

    def found(self, *more: str) -> Found:
        """Return the question with its answer, and with what else would be of it."""
        answer = "\n\n".join(filter(None, (self.answer, *more)))
        return Found(
            question=self.question, answer=answer, level=self.level, section=self.section,
            number=self.number, first=self.first, last=self.last,
        )  # fmt: skip
