"""A team's notes: questions in front matter, headings, lists, lines, summaries and tables, with the answers under them.

`pattern.py` says which elements of the document ask; here each gets its answer: what stands below it, up to the next
question, a heading of its depth or a rule. Every line that none of this claims is reported as left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.bank.exchange import cards, choices, front, grids, keys, shapes
from bot.bank.exchange.answers import first_line, is_contents, regions, rendered
from bot.bank.exchange.asked import Asked
from bot.bank.exchange.candidates import Candidate
from bot.bank.exchange.columns import Columns
from bot.bank.exchange.counted import counted
from bot.bank.exchange.found import Document, Found, Remark, left_out
from bot.bank.exchange.inline import plain
from bot.bank.exchange.lettered import apart
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block, blocks
from bot.bank.exchange.pattern import FEW, SPEAKING, Pattern, kinds_said, nearest, pattern
from bot.bank.exchange.sections import Sections
from bot.bank.exchange.sound import sound
from bot.text import clip, plural


def read(lines: Sequence[str], levels: Levels, *, numbers: Sequence[int] | None = None) -> Document:
    """Return the questions of a document of notes, and a remark on every other line of it."""
    return of_blocks(blocks(lines, numbers), levels, lines=lines if numbers is None else None)


def of_blocks(content: Sequence[Block], levels: Levels, *, lines: Sequence[str] | None) -> Document:
    """Return the questions of a document's blocks; where its lines are known, each that is left out has a remark."""
    content = counted(apart(content))
    levels = levels.of(" ".join(block.content for block in content if block.kind in {"heading", "paragraph"}))
    reader = _Reader(levels, pattern(content, levels))
    reader.read(content)
    if lines is not None:
        reader.document.remarks += left_out(lines, reader.claimed)
    reader.document.shape = kinds_said(reader.pattern)
    reader.document.nearest = nearest(reader.pattern)
    sound(reader.document)
    return reader.document


_LONG: Final = 2  # parts below an answer's first, from which it goes on


@dataclass(slots=True)
class _Reader:
    levels: Levels
    pattern: Pattern
    document: Document = field(default_factory=Document)
    claimed: set[int] = field(default_factory=set)
    sections: Sections = field(default_factory=Sections)
    asked: Asked | None = None
    goes_on: bool = False  # answers of several parts are this document's habit: the last one of a section has them too
    headed: bool = False  # nothing was asked since the heading of the section
    # Lines after an answer: they are of it, if another question follows.
    waiting: list[tuple[int, int, str]] = field(default_factory=list)

    def read(self, content: Sequence[Block]) -> None:
        ends, end = regions(content), 0
        for place, block in enumerate(content):
            if place < end or (end := self._key(content, place)) > place:
                continue
            following = content[place + 1] if place + 1 < len(content) else None
            if block.kind == "heading" and self.asked and self.asked.beside(block, content[place + 1 : ends[place]]):
                end = ends[place]
                self._remark(
                    block.first, content[end - 1].last, f"beside the answer: “{clip(plain(block.content), 60)}”"
                )
            elif block.kind == "heading":
                self._heading(block, following, content[place + 1 : ends[place]])
            else:
                self._block(block, following)
        self._close()

    def _block(self, block: Block, following: Block | None) -> None:
        match block.kind:
            case "front_matter":
                self._front_matter(block)
            case "hr":
                self._claim(block.first, block.last)
                if not (self.asked and self.asked.goes_on(following)):
                    below = self.pattern.of(following, None) if following else None
                    self._close(another=below is not None and below.explicit)
            case "table" if table := grids.of_block(block, answered=bool(self.asked and self.asked.depth)):
                self._rows(block, table)
            case _ if self.asked and self.asked.depth:
                self._answer(block.first, block.last, self.asked.part(block, posed=self.pattern.revealed))
            case "bullet_list" | "ordered_list" if self._is_taken(block):
                return
            case "details" | "blockquote" | "paragraph":
                self._element(block, following)
            case _:
                self._wait(block)

    def _claim(self, first: int, last: int) -> None:
        self.claimed.update(range(first, last + 1))

    def _remark(self, first: int, last: int, words: str, *, understood: bool = True) -> None:
        self._claim(first, last)
        self.document.remarks.append(Remark(first, last, words, understood))

    def _key(self, content: Sequence[Block], place: int) -> int:
        """Answer the questions above by a key, and return where it ends: at its place where there is none."""
        key, end = keys.read(content, place)
        if not key or not keys.settle([*self.document.found, *self._pending()], key):
            return place
        self._close()
        self.document.found = keys.settle(self.document.found, key)
        self._remark(content[place].first, content[end - 1].last, f"a key with {plural(len(key), 'answer')}")
        return end

    def _pending(self) -> Iterator[Found]:
        """Yield the open question as it would be closed."""
        if self.asked:
            yield self.asked.found(*(text for _, _, text in self.waiting))

    # The open question

    def _ask(self, one: Candidate, text: str, *, depth: int = 0, number: int = 0) -> None:
        level = self.levels.split(text)[1] or self.levels.marked(text) or self.sections.level
        first, last = one.block.first, one.block.last if depth else one.block.first
        number = number or keys.number_of(text)
        question = "\n\n".join(filter(None, (one.question, "\n".join(one.block.source))))
        self.asked = Asked(
            question, level, depth, one.rank, first, last, self.sections.title,
            number=number, block=id(one.block), explicit=one.explicit,
        )  # fmt: skip
        self.asked.alone, self.headed = self.headed and one.explicit, False
        self._claim(first, last)

    def _answer(self, first: int, last: int, text: str) -> None:
        assert self.asked is not None  # noqa: S101  only called while one is open
        self._claim(first, last)
        self.asked.last = max(last, self.asked.last)
        self.asked.announced = self.asked.announced or bool(shapes.MARKER.match(text))
        self.asked.parts.append(text)

    def _close(self, *, another: bool = False) -> None:
        """End the open question. What waits is its answer if another follows, if it has no other, or its section is of it."""
        said = self.asked is not None and self.asked.announced and self.asked.answer[-1:] not in {"", ":"}
        self.goes_on = self.goes_on or (another and said and len(self.waiting) >= _LONG)
        if self.asked and (another or self.asked.alone or self.goes_on or not said):
            for first, last, text in self.waiting:
                self._answer(first, last, text)
        self.waiting.clear()
        if self.asked:
            self.document.found.append(self.asked.found())
        self.asked = None

    def _front_matter(self, block: Block) -> None:
        """Take what stands between two lines of dashes at a document's start."""
        level = front.read(block, self.document, self.levels)
        self._claim(block.first, block.last)
        self.sections.enter(0, level)

    # Headings

    def _heading(self, block: Block, following: Block | None, region: Sequence[Block]) -> None:
        text = plain(block.content)
        one = self.pattern.of(block, following)
        if self.asked and self.asked.holds(block, explicit=one is not None and one.explicit):
            if self.asked.further is None:
                self.asked.further = len(self.asked.parts)
            answers = shapes.is_answer_heading(text) or shapes.MARKER.fullmatch(block.text) or shapes.is_label(text)
            self._answer(block.first, block.last, "" if answers else rendered(block))
            self.asked.further = (
                None if answers and not any(self.asked.parts[: self.asked.further]) else self.asked.further
            )
            return
        if (
            self.asked
            and not self.asked.depth
            and shapes.is_answer_heading(text)
            and all(not one.answer or choices.parted(one.answer) for one in self._pending())
        ):
            self._claim(block.first, block.last)  # a line asks, and a heading says that the answer follows
            return
        self._close()
        if one and self.pattern.is_question(one) and not self.pattern.is_section(region, one):
            self._ask(one, text, depth=block.depth)
            return
        level = self.levels.within(text)
        self.sections.enter(block.depth, level, one.question if one else text)
        self.headed = True
        self._remark(block.first, block.last, f"section “{clip(text, 60)}”{f', {level}' if level else ''}")

    # Lists

    def _is_of_questions(self, block: Block) -> bool:
        """Whether a list asks, and is no part of the answer to the question before it."""
        found = list(self.pattern.items(block))
        if not found:
            return False
        if self.asked is None or self.asked.rank <= found[0][1].rank or any(one.explicit for _, one in found):
            return True
        return len(found) >= max(FEW, SPEAKING * len(block.inside)) and (
            block.kind == "ordered_list" or any(one.body for _, one in found)
        )

    def _is_taken(self, block: Block) -> bool:
        """Take a list that is none of an answer: questions, cards, an outline with questions in it; one of contents is left."""
        if is_contents(block):
            self._remark(block.first, block.last, "a table of contents")
        elif self._is_of_questions(block):
            self._list(block)
        elif taken := cards.of_list(block):
            self._take(block, taken)
        elif not self.asked and self.pattern.holds_questions(block):
            self._outline(block)
        else:
            return False
        return True

    def _outline(self, block: Block) -> None:
        for item in block.inside:
            self._claim(item.first, item.inside[0].last if item.inside else item.first)
            self.read(item.inside[1:])

    def _list(self, block: Block) -> None:
        """Take the questions of a list; the last stays open for an answer below the list if it has none."""
        asking = list(self.pattern.items(block))
        ordered = block.inside if block.kind == "ordered_list" else ()
        numbers = {id(item): number for number, item in enumerate(ordered, start=block.number)}
        for item, one in asking:
            self._close(another=True)
            opening, *rest = item.inside
            number = numbers.get(id(item), 0)
            self._ask(one, first_line(opening), number=number)
            self._answer(opening.first, opening.last, one.answer)
            for inner in rest:
                self._answer(inner.first, inner.last, rendered(inner))
        if self.asked and self.asked.answer and asking[-1][1].key[0] == "hi":
            self.asked.announced = True  # what is not indented goes on with it, if another question follows
        elif self.asked and (self.asked.answer or (len(asking) > 1 and not any(one.body for _, one in asking))):
            self._close()

    # Lines

    def _element(self, block: Block, following: Block | None) -> None:
        """Take a paragraph, part by part, or a summary with what it hides."""
        if block.kind == "paragraph" and (shapes.is_navigation(block.content) or self._explained(block)):
            self._claim(block.first, block.last)
            return
        if block.kind == "paragraph" and (taken := cards.of_block(block)):
            self._take(block, taken)
            return
        parts = self.pattern.parts(block)
        for part in parts:
            below = following if part is parts[-1] else None
            one = self.pattern.of(part, below)
            if one and self.pattern.is_question(one) and (self.asked is None or one.rank >= self.asked.rank - 1):
                self._open(one, part)
            elif part is parts[0] and len(parts) > 1 and shapes.is_about(part.content):
                self._claim(part.first, part.last)
            elif self.asked and self.asked.last >= block.first and block.kind == "paragraph":
                self._answer(part.first, part.last, self.asked.more(part))
            elif block.kind == "details" and not self.asked and not shapes.is_cover(block.content):
                self._inside(block)
            else:
                self._wait(part)

    def _take(self, block: Block, taken: Sequence[Found]) -> None:
        """Take cards, which are whole."""
        self._close(another=True)
        self.document.found += taken
        self._claim(block.first, block.last)

    def _explained(self, block: Block) -> bool:
        """Add a paragraph to the answer above it, if it says that it explains it."""
        if not self.asked and self.document.found and choices.EXPLAINS.match(plain(block.content)):
            last = self.document.found[-1]
            self.document.found[-1] = replace(last, answer=f"{last.answer}\n\n{rendered(block)}", last=block.last)
            return True
        return False

    def _open(self, one: Candidate, part: Block) -> None:
        self._close(another=True)
        self._ask(one, first_line(part))
        if part.kind == "details":
            for inner in part.inside:
                self._answer(inner.first, inner.last, rendered(inner))
            self._claim(part.first, part.last)
            self._close()
        elif one.answer:
            self._answer(part.first, part.last, one.answer)
        self._claim(part.first, part.last)

    def _inside(self, block: Block) -> None:
        """Read what is hidden under a summary that asks nothing."""
        self._claim(block.first, block.first)
        self.read(block.inside)

    def _wait(self, block: Block) -> None:
        """Put lines by, with those right above them if they wait too; an announced answer is taken at once."""
        if not self.asked or not (text := rendered(block)):
            return
        first, last = block.first, block.last
        if not self.asked.answer and not self.waiting and shapes.MARKER.match(text):
            self._answer(first, last, text)
            return
        if self.waiting and self.waiting[-1][1] == first - 1:
            first, _, above = self.waiting.pop()
            text = f"{above}\n{text}"
        self.waiting.append((first, last, text))

    def _rows(self, block: Block, table: Columns) -> None:
        self._close()
        self._claim(block.first, block.last)
        grids.take(block, table, self.document, self.levels)
