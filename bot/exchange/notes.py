"""A team's notes: questions in front matter, headings, lists, lines, summaries and tables, with the answers under them.

`pattern.py` says which elements of the document ask; here each gets its answer: what stands below it, up to the next
question, a heading of its depth or a rule. Every line that none of this claims is reported as left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot import safe_yaml
from bot.exchange import cards, choices, columns, shapes
from bot.exchange.found import Document, Found, Remark, left_out
from bot.exchange.levels import Levels
from bot.exchange.markup import Block, blocks, plain
from bot.exchange.pattern import LISTS, Candidate, Pattern, kinds_said, nearest, pattern
from bot.exchange.sound import sound
from bot.question import Level
from bot.safe_yaml import Unreadable, Where, line_of
from bot.text import clip

_FEW: Final = 2  # questions below a heading, from which it is a section and asks nothing itself
_CONTENTS: Final = 0.6  # of a list's words are links to anchors
_SPEAKING: Final = 0.8  # of a list's items ask, so that it is one of questions


def read(lines: Sequence[str], levels: Levels, *, numbers: Sequence[int] | None = None) -> Document:
    """Return the questions of a document of notes, and a remark on every other line of it."""
    document = of_blocks(blocks(lines, numbers), levels, lines=lines if numbers is None else None)
    return document


def of_blocks(content: Sequence[Block], levels: Levels, *, lines: Sequence[str] | None) -> Document:
    """Return the questions of a document's blocks; where its lines are known, each that is left out has a remark."""
    levels = levels.of(" ".join(block.content for block in content if block.kind in {"heading", "paragraph"}))
    reader = _Reader(levels, pattern(content, levels))
    reader.read(content)
    if lines is not None:
        reader.document.remarks += left_out(lines, reader.claimed)
    reader.document.shape = kinds_said(reader.pattern)
    reader.document.nearest = nearest(reader.pattern)
    sound(reader.document)
    return reader.document


@dataclass(slots=True)
class _Asked:
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
    announced: bool = False  # its answer was said to be one: what follows that needs another question below

    @property
    def answer(self) -> str:
        """The answer whole, without the word that introduces it and the quotation marks around its main part."""
        main = shapes.bare("\n\n".join(filter(None, self.parts[: self.further])))
        main = main if choices.parted(main) else shapes.MARKER.sub("", main)
        rest = self.parts[self.further :] if self.further is not None else []
        return "\n\n".join(filter(None, (_unquoted(main.strip()), *rest)))

    def found(self) -> Found:
        return Found(
            question=self.question, answer=self.answer, level=self.level, section=self.section,
            first=self.first, last=self.last,
        )  # fmt: skip


@dataclass(slots=True)
class _Reader:
    levels: Levels
    pattern: Pattern
    document: Document = field(default_factory=Document)
    claimed: set[int] = field(default_factory=set)
    sections: dict[int, tuple[Level | None, str]] = field(default_factory=dict)  # by the heading's depth
    asked: _Asked | None = None
    waiting: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # lines after an answer: of it, if another follows

    def read(self, content: Sequence[Block]) -> None:
        ends = _regions(content)
        for place, block in enumerate(content):
            following = content[place + 1] if place + 1 < len(content) else None
            match block.kind:
                case "front_matter":
                    self._front_matter(block)
                case "heading":
                    self._heading(block, following, content[place + 1 : ends[place]])
                case "hr":
                    self._claim(block.first, block.last)
                    self._close()
                case "table" if table := self._table(block):
                    self._rows(block, table)
                case _ if self.asked and self.asked.depth:
                    self._answer(block.first, block.last, rendered(block))
                case "bullet_list" | "ordered_list" if _is_contents(block):
                    self._remark(block.first, block.last, "a table of contents")
                case "ordered_list" | "bullet_list" if self._is_of_questions(block):
                    self._list(block)
                case "details" | "blockquote" | "paragraph":
                    self._element(block, following)
                case _:
                    self._wait(block.first, block.last, rendered(block))
        self._close()

    def _claim(self, first: int, last: int) -> None:
        self.claimed.update(range(first, last + 1))

    def _remark(self, first: int, last: int, words: str, *, understood: bool = True) -> None:
        self._claim(first, last)
        self.document.remarks.append(Remark(first, last, words, understood))

    # The open question

    def _ask(self, one: Candidate, text: str, *, depth: int = 0) -> None:
        sections = [(depth, *self.sections[depth]) for depth in sorted(self.sections, reverse=True)]
        level = self.levels.split(text)[1] or self.levels.marked(text)
        level = level or next((named for _, named, _ in sections if named), None)
        section = next((title for depth, named, title in sections if depth > 1 and not named), "")
        first, last = one.block.first, one.block.last if depth else one.block.first
        self.asked = _Asked(one.question, level, depth, one.rank, first, last, section)
        self._claim(first, last)

    def _answer(self, first: int, last: int, text: str) -> None:
        assert self.asked is not None  # noqa: S101  only called while one is open
        self._claim(first, last)
        self.asked.last = max(last, self.asked.last)
        self.asked.announced = self.asked.announced or bool(shapes.MARKER.match(text))
        self.asked.parts.append(text)

    def _close(self, *, another: bool = False) -> None:
        """End the open question. What waits is its answer if another question follows, or if it has no other answer."""
        if self.asked and (another or not self.asked.answer or not self.asked.announced):
            for first, last, text in self.waiting:
                self._answer(first, last, text)
        self.waiting.clear()
        if self.asked:
            self.document.found.append(self.asked.found())
        self.asked = None

    # Front matter

    def _front_matter(self, block: Block) -> None:
        try:
            data, marks = safe_yaml.read(block.content, as_written=True)
        except Unreadable as error:
            at = block.first + error.line
            self._claim(block.first, block.last)
            self._remark(at, at, f"front matter left out: {error.words}", understood=False)
            return
        if not isinstance(data, dict):
            words = "front matter left out: it has no names with values"
            self._remark(block.first, block.last, words, understood=False)
            return
        self._remark(block.first, block.last, "front matter")
        self.document.title = _said(data.pop("title", None))
        topic, category = data.pop("topic", None), data.pop("category", None)
        self.document.topic = _said(topic) or _said(category)
        self.sections[0] = (self.levels.named(_said(data.pop("level", None))), "")
        for where, asked in _listed(data.pop("questions", None)):
            line = block.first + line_of(marks, ("questions", *where))
            self._listed(asked, line, self.levels.named(str(where[0])))
        for name in data:
            line = block.first + line_of(marks, (name,))
            self._remark(line, line, f"left out, not needed: {clip(name, 60)}", understood=False)

    def _listed(self, asked: Any, line: int, level: Level | None) -> None:
        """Take one question of the front matter: its text, or a map with `question`, `answer` and `level`."""
        fields = asked if isinstance(asked, dict) else {"question": asked}
        text, own = self.levels.split(_said(fields.get("question")))
        level = self.levels.named(_said(fields.get("level"))) or own or level
        if not text:
            self._remark(line, line, f"left out, no question: “{clip(_said(asked), 60)}”", understood=False)
            return
        answer = _said(fields.get("answer")).strip()
        self.document.found.append(Found(question=text, answer=answer, level=level, first=line, last=line))

    # Headings

    def _heading(self, block: Block, following: Block | None, region: Sequence[Block]) -> None:
        text = plain(block.content)
        if self.asked and block.depth > self.asked.depth > 0 and not (self.asked.depth == 1 and shapes.asks(text)):
            if self.asked.further is None:
                self.asked.further = len(self.asked.parts)
            answers = shapes.is_answer_heading(text) or shapes.MARKER.fullmatch(block.text)
            self._answer(block.first, block.last, "" if answers else rendered(block))
            self.asked.further = None if answers and not any(self.asked.parts[: self.asked.further]) else self.asked.further
            return
        if self.asked and not self.asked.depth and not self.asked.answer and not self.waiting and shapes.is_answer_heading(text):
            self._claim(block.first, block.last)  # a line asks, and a heading says that the answer follows
            return
        self._close()
        one = self.pattern.of(block, following)
        if one and self.pattern.is_question(one) and not self._is_section(region, one):
            self._ask(one, text, depth=block.depth)
            return
        level = self.levels.within(text)
        self.sections = {depth: kept for depth, kept in self.sections.items() if depth < block.depth}
        self.sections[block.depth] = (level, one.question if one else text)
        self._remark(block.first, block.last, f"section “{clip(text, 60)}”{f', {level}' if level else ''}")

    def _is_section(self, region: Sequence[Block], one: Candidate) -> bool:
        """Whether what stands below a heading are questions of their own."""
        below = [self._questions(block, region[n + 1 : n + 2]) for n, block in enumerate(region)]
        headings = sum(count for block, count in zip(region, below, strict=True) if block.kind == "heading")
        others = sum(below) - headings
        if headings >= _FEW:
            return not one.explicit
        first = below[0] if below else 0
        return bool(first) and others > _FEW and not self.pattern.whole(one.key) and not one.explicit

    def _questions(self, block: Block, following: Sequence[Block]) -> int:
        """Return how many questions a block is or holds."""
        if block.kind in LISTS:
            return sum(1 for _ in self._items(block))
        one = self.pattern.of(block, following[0] if following else None)
        return int(one is not None and self.pattern.is_question(one))

    # Lists

    def _items(self, block: Block) -> Iterator[tuple[Block, Candidate]]:
        """Yield the items that ask, each as a candidate."""
        for item in block.inside:
            one = self.pattern.of_item(item, ordered=block.kind == "ordered_list", nest=0)
            if one and self.pattern.is_question(one):
                yield item, one

    def _is_of_questions(self, block: Block) -> bool:
        """Whether a list asks, and is no part of the answer to the question before it."""
        found = list(self._items(block))
        if not found:
            return False
        if self.asked is None or self.asked.rank <= found[0][1].rank or any(one.explicit for _, one in found):
            return True
        return len(found) >= max(_FEW, _SPEAKING * len(block.inside)) and (block.kind == "ordered_list" or any(one.body for _, one in found))

    def _list(self, block: Block) -> None:
        """Take the questions of a list; the last stays open for an answer below the list if it has none."""
        asking = list(self._items(block))
        for item, one in asking:
            self._close(another=True)
            opening, *rest = item.inside
            self._ask(one, plain(opening.content))
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
        if block.kind == "paragraph" and shapes.is_navigation(block.content):
            self._claim(block.first, block.last)
            return
        taken = cards.of_block(block) if block.kind == "paragraph" else []
        if taken:
            self._close(another=True)
            self.document.found += taken
            self._claim(block.first, block.last)
            return
        parts = self.pattern.parts(block)
        for part in parts:
            below = following if part is parts[-1] else None
            one = self.pattern.of(part, below)
            if one and self.pattern.is_question(one) and (self.asked is None or one.rank >= self.asked.rank - 1):
                self._open(one, part)
            elif self.asked and self.asked.last >= block.first and block.kind == "paragraph":
                self._more(part)
            elif block.kind == "details" and not self.asked and not shapes.is_answer_heading(block.content):
                self._inside(block)
            else:
                self._wait(part.first, part.last, rendered(part))

    def _open(self, one: Candidate, part: Block) -> None:
        self._close(another=True)
        self._ask(one, plain(part.content))
        if part.kind == "details":
            for inner in part.inside:
                self._answer(inner.first, inner.last, rendered(inner))
            self._claim(part.first, part.last)
            self._close()
        elif one.answer:
            self._answer(part.first, part.last, one.answer)
        self._claim(part.first, part.last)

    def _more(self, part: Block) -> None:
        """Add lines to an answer in whose paragraph they stand."""
        assert self.asked is not None  # noqa: S101  only called while one is open
        text = "\n".join(plain(line) for line in part.content.split("\n"))
        if self.asked.parts:
            text = f"{self.asked.parts.pop()}\n{text}"
        self._answer(part.first, part.last, text)

    def _inside(self, block: Block) -> None:
        """Read what is hidden under a summary that asks nothing."""
        self._claim(block.first, block.first)
        self.read(block.inside)

    def _wait(self, first: int, last: int, text: str) -> None:
        """Put lines by, with those right above them if they wait too; an announced answer is taken at once."""
        if self.asked is None or not text:
            return
        if not self.asked.answer and not self.waiting and shapes.MARKER.match(text):
            self._answer(first, last, text)
            return
        if self.waiting and self.waiting[-1][1] == first - 1:
            first, _, above = self.waiting.pop()
            text = f"{above}\n{text}"
        self.waiting.append((first, last, text))

    # Tables

    def _table(self, block: Block) -> columns.Columns | None:
        """Return the columns of a table of questions; in the answer to a heading it must name them itself."""
        header, *rows = [[plain(shapes.unlinked(cell)) for cell in cells] for _, cells in block.rows] or [[]]
        found = columns.match(header, rows, named=True)
        return found if found.asks and (found.answers or not (self.asked and self.asked.depth)) else None

    def _rows(self, block: Block, table: columns.Columns) -> None:
        self._close()
        self._claim(block.first, block.last)
        for line, cells in block.rows[1:]:
            if not shapes.is_only_anchor(" ".join(cells)):
                fields = table.fields([plain(shapes.unlinked(cell).replace("\\|", "|")) for cell in cells])
                columns.take(fields, self.document, self.levels, first=line, last=line)


def rendered(block: Block) -> str:
    """Return a block as it stands in an answer: without links that only lead elsewhere, and without "Answer" alone."""
    match block.kind:
        case "paragraph":
            return "" if shapes.is_navigation(block.content) else block.text
        case "heading":
            text = shapes.bare(plain(block.content))
            return text if shapes.MARKER.match(text) else "" if shapes.is_answer_heading(text) else block.text
        case "details":
            summary = plain(block.content)
            head = "" if shapes.is_answer_heading(summary) else f"{summary.rstrip(':')}:"
            return "\n\n".join(filter(None, (head if summary else "", *map(rendered, block.inside))))
        case "bullet_list" if all(shapes.is_only_anchor(item.text) for item in block.inside):
            return ""
        case "hr" | "html_block":
            return ""
        case _:
            return block.text


def _is_contents(block: Block) -> bool:
    """Whether a list is a table of contents: most of what stands in it are links to anchors."""
    leaves = [*_leaves(block)]
    anchors = sum(map(shapes.is_only_anchor, leaves))
    return bool(anchors) and anchors >= _CONTENTS * len(leaves)


def _leaves(block: Block) -> Iterator[str]:
    if block.inside:
        for inner in block.inside:
            yield from _leaves(inner)
    elif block.kind == "paragraph":
        yield block.content


def _regions(content: Sequence[Block]) -> list[int]:
    """Return where the part of the document ends that stands under each heading."""
    ends = [len(content)] * len(content)
    opened: list[int] = []
    for place, block in enumerate(content):
        if block.kind == "heading":
            while opened and content[opened[-1]].depth >= block.depth:
                ends[opened.pop()] = place
            opened.append(place)
    return ends


def _said(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _listed(questions: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield the questions of a list, or of lists by level, each with its place."""
    match questions:
        case dict() if "question" not in questions:
            for name, inner in questions.items():
                yield from _listed(inner, (*where, name))
        case list():
            for number, inner in enumerate(questions):
                yield from _listed(inner, (*where, number))
        case None if not where:
            return
        case _:
            yield where or ("",), questions


def _unquoted(text: str) -> str:
    """Return a text without quotation marks that enclose the whole of it: “one” and “two” keep theirs."""
    for opening, closing in (('"', '"'), ("“", "”")):
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and len(text) > 1:
            first = min((inner.find(mark) for mark in (opening, closing) if mark in inner), default=-1)
            closes = first >= 0 and inner[first] == closing and not inner[:first][-1:].isspace() and first > 0
            return text if closes else inner.strip()
    return text
