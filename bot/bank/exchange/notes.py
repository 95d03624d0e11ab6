"""A team's notes: questions in front matter, headings, numbered lists and plain lines, with the answers under them.

Blocks are read in their order. A heading that asks opens a question, and what follows is its answer, up to the next
heading of its depth or a rule. Elsewhere, list items that ask and lines such as `3 Question?  hard` with `Answer: ...`
below open one. Every line that none of this claims is reported as left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.bank import safe_yaml
from bot.bank.exchange.found import Document, Found, Remark, left_out
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block, blocks, plain
from bot.bank.safe_yaml import Unreadable, Where, line_of
from bot.question import Level
from bot.text import clip

_NUMBER: Final = re.compile(r"^(?:\d+\s*[.):]\s+|Q(?:uestion)?\s*\d*\s*[.):]\s*)(?=\S)", re.IGNORECASE)
_BARE_NUMBER: Final = re.compile(r"^\d+\s+(?=\S)")
_MARKER: Final = re.compile(
    r"^(?:[-•*]\s+)?(?:(?:sample|model|short|reference|correct)\s+)?"
    r"(?:answer|ans|a|discussion|solution|response)\s*:\s*",
    re.IGNORECASE,
)
_ASKING: Final = frozenset((
    "what", "why", "how", "when", "where", "which", "who", "explain", "describe", "compare", "contrast", "derive",
    "discuss", "define", "distinguish", "give", "list", "name", "outline", "design", "walk", "tell", "summarize",
    "summarise", "prove", "show", "sketch", "can", "could", "is", "are", "do", "does", "did", "should", "would",
))  # fmt: skip
_LEAST_WORDS: Final = 3  # of a question without a question mark


def read(lines: Sequence[str], levels: Levels) -> Document:
    """Return the questions of a document of notes, and a remark on every other line of it."""
    reader = _Reader(levels)
    reader.read(blocks(lines))
    reader.document.remarks += left_out(lines, reader.claimed)
    return reader.document


@dataclass(slots=True)
class _Asked:
    """A question whose answer is still being read; `depth` is its heading's, 0 for a line's or an item's."""

    question: str
    level: Level | None
    depth: int
    first: int
    last: int
    section: str
    parts: list[str] = field(default_factory=list)
    further: int | None = None  # where the parts under sub-headings begin

    @property
    def answer(self) -> str:
        """The answer whole, without the word that introduces it and the quotation marks around its main part."""
        main = _MARKER.sub("", "\n\n".join(filter(None, self.parts[: self.further])))
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
    document: Document = field(default_factory=Document)
    claimed: set[int] = field(default_factory=set)
    sections: dict[int, tuple[Level | None, str]] = field(default_factory=dict)  # by the heading's depth
    asked: _Asked | None = None
    waiting: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # lines after an answer: of it, if another follows

    def read(self, content: Sequence[Block]) -> None:
        for place, block in enumerate(content):
            match block.kind:
                case "front_matter":
                    self._front_matter(block)
                case "heading":
                    self._heading(block, answered=_is_answer(content[place + 1 : place + 2]))
                case "hr":
                    self._claim(block.first, block.last)
                    self._close()
                case _ if self.asked and self.asked.depth:
                    self._answer(block.first, block.last, block.text)
                case "ordered_list" | "bullet_list" if any(self._items(block)):
                    self._list(block)
                case "paragraph":
                    self._paragraph(block)
                case _:
                    self._wait(block.first, block.last, block.text)
        self._close()

    def _claim(self, first: int, last: int) -> None:
        self.claimed.update(range(first, last + 1))

    def _remark(self, first: int, last: int, words: str, *, understood: bool = True) -> None:
        self._claim(first, last)
        self.document.remarks.append(Remark(first, last, words, understood))

    # The open question

    def _ask(self, text: str, line: int, *, depth: int = 0) -> None:
        question, level = self.levels.split(text)
        sections = [(depth, *self.sections[depth]) for depth in sorted(self.sections, reverse=True)]
        level = level or next((named for _, named, _ in sections if named), None)
        section = next((title for depth, named, title in sections if depth > 1 and not named), "")
        self.asked = _Asked(question, level, depth, line, line, section)
        self._claim(line, line)

    def _answer(self, first: int, last: int, text: str, *, same_part: bool = False) -> None:
        assert self.asked is not None  # noqa: S101  only called while one is open
        self._claim(first, last)
        self.asked.last = last
        if same_part and self.asked.parts:
            text = f"{self.asked.parts.pop()}\n{text}"
        self.asked.parts.append(text)

    def _close(self, *, another: bool = False) -> None:
        """End the open question. What waits is its answer if another question follows, or if it has no other answer."""
        if self.asked and (another or not self.asked.answer):
            for first, last, text in self.waiting:
                self._answer(first, last, text)
        self.waiting.clear()
        if self.asked:
            self.document.found.append(self.asked.found())
        self.asked = None

    # Front matter

    def _front_matter(self, block: Block) -> None:
        try:
            data, marks = safe_yaml.read(block.content)
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
        self.document.title = str(data.pop("title", None) or "")
        self.document.topic = str(data.pop("topic", None) or data.pop("category", None) or "")
        self.sections[0] = (self.levels.named(str(data.pop("level", ""))), "")
        for where, asked in _listed(data.pop("questions", None)):
            line = block.first + line_of(marks, ("questions", *where))
            self._listed(asked, line, self.levels.named(str(where[0])))
        for name in data:
            line = block.first + line_of(marks, (name,))
            self._remark(line, line, f"left out, not needed: {clip(name, 60)}", understood=False)

    def _listed(self, asked: Any, line: int, level: Level | None) -> None:
        """Take one question of the front matter: its text, or a map with `question`, `answer` and `level`."""
        fields = asked if isinstance(asked, dict) else {"question": asked}
        text, own = self.levels.split(str(fields.get("question") or ""))
        level = self.levels.named(str(fields.get("level", ""))) or own or level
        if not text:
            self._remark(line, line, f"left out, no question: “{clip(str(asked or ''), 60)}”", understood=False)
            return
        answer = str(fields.get("answer") or "").strip()
        self.document.found.append(Found(question=text, answer=answer, level=level, first=line, last=line))

    # Headings

    def _heading(self, block: Block, *, answered: bool) -> None:
        text = plain(block.content)
        if self.asked and block.depth > self.asked.depth > 0:
            if self.asked.further is None:
                self.asked.further = len(self.asked.parts)
            self._answer(block.first, block.last, "" if _MARKER.fullmatch(block.text) else block.text)
            return
        self._close()
        number = _NUMBER.match(text)
        own = text[number.end() :] if number else text
        if answered or _asks(self.levels.split(own)[0], numbered=number is not None):
            self._ask(own, block.first, depth=block.depth)
            return
        level = self.levels.within(text)
        self.sections = {depth: kept for depth, kept in self.sections.items() if depth < block.depth}
        self.sections[block.depth] = (level, own)
        self._remark(block.first, block.last, f"section “{clip(text, 60)}”{f', {level}' if level else ''}")

    # Lists

    def _items(self, block: Block) -> Iterator[tuple[Block, str, str]]:
        """Yield the items that ask, each with its question and the start of its answer."""
        for item in block.inside:
            if not item.inside or item.inside[0].kind != "paragraph":
                continue
            lines = item.inside[0].content.split("\n")
            start = next((n for n, line in enumerate(lines) if n and _MARKER.match(plain(line))), len(lines))
            question, answer = (plain("\n".join(part)) for part in (lines[:start], lines[start:]))
            numbered = block.kind == "ordered_list"
            asks = _asks(self.levels.split(question)[0], numbered=numbered)
            if answer or asks or _is_answer(item.inside[1:2]):
                yield item, question, answer

    def _list(self, block: Block) -> None:
        """Take the questions of a list; the last stays open for an answer below the list if it has none."""
        for item, question, answer in self._items(block):
            self._close(another=True)
            opening, *rest = item.inside
            self._ask(question, opening.first)
            self._answer(opening.first, opening.last, answer)
            for inner in rest:
                self._answer(inner.first, inner.last, inner.text)
        if self.asked and self.asked.answer:
            self._close()

    # Lines

    def _paragraph(self, block: Block) -> None:
        lines = [plain(line) for line in block.content.split("\n")]
        for place, line in enumerate(lines):
            at = block.first + place
            following = lines[place + 1] if place + 1 < len(lines) else ""
            if question := self._asked_by(line, following):
                self._close(another=True)
                self._ask(question, at)
            elif self.asked and self.asked.last >= block.first:  # the paragraph belongs to it already
                self._answer(at, at, line, same_part=True)
            elif self.asked and not self.asked.answer and _MARKER.match(line):
                self._answer(at, at, line)
            else:
                self._wait(at, at, line)

    def _wait(self, first: int, last: int, text: str) -> None:
        """Put lines by, with those right above them if they wait too."""
        if self.asked is None:
            return
        if self.waiting and self.waiting[-1][1] == first - 1:
            first, _, above = self.waiting.pop()
            text = f"{above}\n{text}"
        self.waiting.append((first, last, text))

    def _asked_by(self, line: str, following: str) -> str:
        """Return the question that a numbered line asks, or nothing."""
        number = _NUMBER.match(line) or _BARE_NUMBER.match(line)
        if not number:
            return ""
        text = line[number.end() :]
        question, level = self.levels.split(text)
        return text if level or _MARKER.match(following) or _asks(question, numbered=True) else ""


def _is_answer(following: Sequence[Block]) -> bool:
    return any(_MARKER.match(block.text) for block in following if block.kind != "heading")


def _asks(text: str, *, numbered: bool) -> bool:
    """Whether a text is a question: by its mark, or, where it is numbered, by the word it starts with."""
    if text.endswith("?"):
        return True
    words = re.findall(r"\w+", text.casefold())
    return numbered and len(words) >= _LEAST_WORDS and words[0] in _ASKING


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
