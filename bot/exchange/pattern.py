"""The pattern of a document: which of its elements ask, by the most consistent reading over the whole of it.

Every heading, bold paragraph, numbered line, list item and summary is a candidate of a kind ("headings of depth 3 with a
number"). What asks by itself is a question; of a kind whose members mostly ask, the others are questions too.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.exchange import shapes
from bot.exchange.levels import Levels
from bot.exchange.markup import Block, bold, plain

Key = tuple[str | int | bool, ...]
MOSTLY: Final = 0.6  # of a kind's members ask, so that the others do too
_SOME: Final = 0.3  # of them by a question mark, where nothing has a number
_MANY: Final = 8  # questions of one kind, beside which a few of another stand apart
_APART: Final = 0.1
RANKS: Final = {"h": 5, "hi": 4, "d": 4, "b": 3, "q": 3, "n": 3, "i": 2, "p": 1}
LISTS: Final = frozenset(("bullet_list", "ordered_list"))
_NAMES: Final = {
    "h": "headings", "hi": "headings in lists", "d": "summaries", "b": "bold lines", "q": "lines with Q:", "n": "numbered lines",
    "i": "list items", "p": "paragraphs",
}  # fmt: skip
_CARD: Final = re.compile(r"#(?:flash)?cards?\b(?:/\S+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What may be a question: its words without number and signs, and what beside it would be its answer."""

    block: Block
    key: Key
    question: str
    answer: str = ""
    asks: bool = False  # by its mark, by "Q1:", or because an answer is announced below it
    may: bool = False  # by the word it starts with
    explicit: bool = False
    numbered: bool = False
    body: bool = False  # something stands below it

    @property
    def rank(self) -> int:
        """How strong an element it is: a list under a heading belongs to the heading."""
        return RANKS[str(self.key[0])]


@dataclass(slots=True)
class _Kind:
    all: int = 0
    asks: int = 0
    may: int = 0


@dataclass(slots=True)
class Pattern:
    """The kinds of a document's candidates, and what follows for each of them."""

    levels: Levels
    kinds: dict[Key, _Kind] = field(default_factory=dict)
    titled: bool = False  # nothing asks but the document's title
    _known: dict[int, tuple[Block, Candidate | None]] = field(default_factory=dict)  # by the block that is kept with it
    _parts: dict[int, tuple[Block, list[Block]]] = field(default_factory=dict)

    def of(self, block: Block, following: Block | None) -> Candidate | None:
        """Return a heading, a paragraph or a summary as a candidate; None for anything else."""
        if id(block) not in self._known:
            self._known[id(block)] = (block, candidate(block, self.levels, following=following))
        return self._known[id(block)][1]

    def of_item(self, item: Block, *, ordered: bool, nest: int) -> Candidate | None:
        """Return a list's item as a candidate."""
        if id(item) not in self._known:
            self._known[id(item)] = (item, of_item(item, self.levels, ordered=ordered, nest=nest))
        return self._known[id(item)][1]

    def parts(self, block: Block) -> list[Block]:
        """Return a paragraph in parts, each of which may ask."""
        if id(block) not in self._parts:
            self._parts[id(block)] = (block, segments(block))
        return self._parts[id(block)][1]

    def is_question(self, one: Candidate) -> bool:
        """Whether a candidate is a question in this document."""
        if not any(map(str.isalpha, one.question)) or shapes.names_a_section(one.question):
            return False
        if one.explicit:
            return True
        if shapes.is_only_anchor(one.block.content) or self._apart(one.key):
            return False
        if one.key[0] == "p":
            return one.asks and one.body and not self._others("p")
        if one.asks or (one.may and one.numbered) or (self.titled and one.body and one.key[:2] == ("h", 1) and shapes.starts_asking(one.question)):
            return True
        return self.whole(one.key) and (one.body or bool(one.answer) or (one.may and one.key[0] in {"i", "d"}))

    def whole(self, key: Key) -> bool:
        """Whether a kind asks as a whole."""
        kind = self.kinds.get(key, _Kind())
        counted = kind.asks + (kind.may if key[-1] or kind.asks >= _SOME * kind.all else 0)
        return kind.all > 1 and counted >= MOSTLY * kind.all

    def _apart(self, key: Key) -> bool:
        """Whether a kind's few questions stand beside many of another, such as "Found a mistake?" below a hundred."""
        own = self.kinds.get(key, _Kind())
        most = max((kind.asks for other, kind in self.kinds.items() if other != key), default=0)
        return key[0] in {"h", "b"} and most >= _MANY and own.asks <= _APART * most and not self.whole(key)

    def _others(self, kind: str) -> bool:
        return any(key[0] != kind and found.asks for key, found in self.kinds.items())


def pattern(blocks: Sequence[Block], levels: Levels) -> Pattern:
    """Return the pattern of a document."""
    found = Pattern(levels)
    for one in _candidates(blocks, found):
        kind = found.kinds.setdefault(one.key, _Kind())
        kind.all += 1
        kind.asks += one.asks
        kind.may += one.may and not one.asks
    found.titled = not any(kind.asks or (kind.may and key[-1]) for key, kind in found.kinds.items())
    return found


def _candidates(blocks: Sequence[Block], found: Pattern, nest: int = 0) -> Iterator[Candidate]:
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.kind in LISTS:
            for item in block.inside:
                if one := found.of_item(item, ordered=block.kind == "ordered_list", nest=nest):
                    yield one
                yield from _candidates(item.inside[1:], found, nest + 1)
            continue
        parts = found.parts(block)
        for part in parts:
            if one := found.of(part, following if part is parts[-1] else None):
                yield one
        if block.kind in {"details", "blockquote"}:
            yield from _candidates(block.inside, found, nest + 1)


def segments(block: Block) -> list[Block]:
    """Return a paragraph in parts, each of which begins with a line that has a question's number or mark; else the block."""
    if block.kind != "paragraph" or "\n" not in block.content:
        return [block]
    lines = block.content.split("\n")
    starts = [0, *(n for n in range(1, len(lines)) if _begins(lines[n], lines[n + 1] if n + 1 < len(lines) else ""))]
    if len(starts) == 1:
        return [block]
    ends = [*starts[1:], len(lines)]
    return [
        replace(block, content="\n".join(lines[a:b]), first=min(block.first + a, block.last), last=min(block.first + b - 1, block.last))
        for a, b in zip(starts, ends, strict=True)
    ]


def _begins(line: str, following: str) -> bool:
    text = plain(line) if line.startswith(("*", "_")) else line.strip()
    if shapes.ASKED.match(text):
        return True
    number = shapes.NUMBER.match(text) or shapes.BARE_NUMBER.match(text)
    if not number:
        return " :: " in line or ("::" in line and shapes.asks(line.partition("::")[0]))
    rest = text[number.end() :]
    return (line.startswith("**") and shapes.NUMBER.match(text) is not None) or shapes.asks(Levels().split(rest)[0]) or bool(shapes.MARKER.match(plain(following)))


def candidate(block: Block, levels: Levels, *, following: Block | None) -> Candidate | None:
    """Return a heading, a paragraph or a summary as a candidate; None for anything else."""
    match block.kind:
        case "heading":
            text, number, said = _question(plain(shapes.unlinked(block.content)), levels)
            key: Key = ("h", block.depth, "q" if said else "n" if number else "")
            answered = following is not None and announces(following)
            body = following is not None and (following.kind != "heading" or following.depth > block.depth)
            asks = said or answered or shapes.asks(text)
            return Candidate(block=block, key=key, question=text, asks=asks, may=shapes.imperative(text), explicit=said, numbered=number, body=body)
        case "details":
            text, number, said = _question(plain(shapes.unlinked(block.content)), levels)
            if not text or shapes.is_answer_heading(text):
                return None
            asks = said or shapes.asks(text)
            return Candidate(block=block, key=("d", number), question=text, asks=asks, may=shapes.imperative(text), explicit=said, numbered=number, body=bool(block.inside))
        case "paragraph":
            return _of_paragraph(block, levels, following)
        case _:
            return None


def _of_paragraph(block: Block, levels: Levels, following: Block | None) -> Candidate | None:
    """Return a paragraph as a candidate: bold words, a number, a question's mark, or a question alone."""
    content = shapes.unlinked(block.content)
    asked, answer, announced = _parted(content)
    strong = bold(asked)
    text, number, said = _question(plain(asked), levels)
    if not number and not strong and (line := shapes.BARE_NUMBER.match(text)) and (levels.split(text)[1] or announced or shapes.asks(text) or _ends(text, levels)):
        text, number = levels.split(text[line.end() :])[0], True
    answered = announced or (following is not None and announces(following))
    if strong and not said:
        text, answer = _of_bold(strong, answer, levels)
    key: Key = ("q", said) if said else ("b", number) if strong else ("n", number) if number or announced else ("p", False)
    if key[0] == "p" and not shapes.asks(text):
        return None
    body = bool(answer) or (following is not None and following.kind not in {"heading", "hr"})
    explicit = said and (answered or shapes.asks(text) or not _is_abbreviation(content))
    if shapes.MARKER.match(plain(content)):
        return None
    return Candidate(
        block=block, key=key, question=text, answer=answer, asks=explicit or answered or shapes.asks(text),
        may=shapes.imperative(text) or (bool(strong) and number and any(map(shapes.imperative, text.split(". ")[1:]))),
        explicit=explicit, numbered=number, body=body,
    )  # fmt: skip


def _ends(text: str, levels: Levels) -> bool:
    return levels.split(text)[1] is not None


def _is_abbreviation(content: str) -> bool:
    """Whether what looks like "Q4:" opens a sentence about a quarter, and no question."""
    return len(content) > 600  # noqa: PLR2004  longer than a question may be


def _of_bold(strong: tuple[str, str], answer: str, levels: Levels) -> tuple[str, str]:
    """Return the question and the answer of a paragraph that starts in bold."""
    head, tail = strong
    text, number, _ = _question(head, levels)
    if tail[:1] in {".", ",", ":", ";"} and not shapes.asks(text) and number and not answer:
        return f"{text}{tail}" if tail[0] != ":" else f"{text}: {tail[1:].strip()}", answer
    if tail and levels.split(f"{text} {shapes.bare(tail)}")[0] == text or not shapes.bare(tail):
        return text, answer
    return text, "\n".join(filter(None, (tail.lstrip(":-–— "), answer)))


def _parted(content: str) -> tuple[str, str, bool]:
    """Return a paragraph's question, what follows it in the paragraph, and whether that is announced as an answer."""
    lines = content.split("\n")
    for place, line in enumerate(lines[1:], start=1):
        if shapes.MARKER.match(plain(line)):
            return "\n".join(lines[:place]), "\n".join(plain(rest) for rest in lines[place:]), True
    question, answer = shapes.inline_answer(content)
    if answer and (shapes.ASKED.match(plain(question)) or shapes.asks(plain(question))):
        return question, plain(answer), True
    if len(lines) > 1 and _ends_a_question(lines[0]):
        return lines[0], "\n".join(plain(rest) for rest in lines[1:]), False
    if len(lines) > 1 and content.startswith("**") and (strong := bold(lines[0])) and not strong[1]:
        return lines[0], "\n".join(plain(rest) for rest in lines[1:]), False
    return content, "", False


def _ends_a_question(line: str) -> bool:
    text = Levels().split(shapes.bare(plain(line)))[0]
    return shapes.asks(shapes.bare(text)) or line.rstrip("* _").endswith(":") and shapes.imperative(shapes.numbered(plain(line))[0])


def _question(text: str, levels: Levels) -> tuple[str, bool, bool]:
    """Return a question's words, whether a number or a mark stood before them."""
    text = _CARD.sub("", text).strip() if "#" in text else text
    words, number, said = shapes.numbered(levels.split(text)[0])
    words = shapes.bare(levels.split(words)[0])
    return " ".join(words.split()) if "\n" not in words else words, number, said


def of_item(item: Block, levels: Levels, *, ordered: bool, nest: int) -> Candidate | None:
    """Return a list's item as a candidate: its first paragraph, or the heading in it."""
    if not item.inside or item.inside[0].kind not in {"paragraph", "heading"}:
        return None
    opening, rest = item.inside[0], item.inside[1:]
    following = rest[0] if rest else None
    if opening.kind == "heading":
        text, number, said = _question(plain(shapes.unlinked(opening.content)), levels)
        return Candidate(
            block=opening, key=("hi", ordered), question=text, asks=said or shapes.asks(text), may=shapes.imperative(text),
            explicit=said, numbered=number or ordered, body=bool(rest),
        )  # fmt: skip
    content = shapes.unlinked(opening.content)
    asked, answer, announced = _parted(content)
    if announced and "\n" in content:
        answer = plain("\n".join(content.split("\n")[asked.count("\n") + 1 :]))
    strong = bold(asked)
    text, number, said = _question(plain(asked), levels)
    if strong and not said and (shapes.asks(levels.split(shapes.bare(strong[0]))[0]) or (ordered and not answer and strong[1])):
        text, answer = _of_bold(strong, answer, levels)
    answered = announced or (following is not None and announces(following))
    return Candidate(
        block=opening, key=("i", ordered, nest, bool(strong)), question=text, answer=answer,
        asks=(said and (answered or shapes.asks(text))) or answered or shapes.asks(text),
        may=shapes.imperative(text), explicit=said and answered, numbered=ordered or number, body=bool(answer or rest),
    )  # fmt: skip


def announces(block: Block) -> bool:
    """Whether a block says that it is an answer."""
    match block.kind:
        case "heading":
            return shapes.is_answer_heading(plain(block.content)) or bool(shapes.MARKER.match(shapes.bare(plain(block.content))))
        case "details":
            return shapes.is_answer_heading(plain(block.content)) and len(plain(block.content)) < 60  # noqa: PLR2004
        case "paragraph":
            text = shapes.bare(plain(block.content[:300]))
            return bool(shapes.MARKER.match(text)) or (block.content.startswith("**") and shapes.is_answer_heading(text.split("\n")[0]))
        case "bullet_list" | "ordered_list" | "list_item" | "blockquote":
            return bool(block.inside) and announces(block.inside[0])
        case _:
            return False


def kinds_said(found: Pattern) -> str:
    """Return in words which kinds of elements ask."""
    return ", ".join(name for name, count in _counted(found, lambda kind: kind.asks + kind.may).most_common(2) if count)


def nearest(found: Pattern) -> str:
    """Return in words what the most of a document's candidates are, and what they lack to be questions."""
    counted = _counted(found, lambda kind: kind.all).most_common(1)
    if not counted:
        return "there are no headings, lists or bold lines; start each question with “Q:” and its answer with “A:”"
    ((name, count),) = counted
    return f"{count:,} {name}, of which none asks; end them with a question mark, or start them with “Q1:”"


def _counted(found: Pattern, count: Callable[[_Kind], int]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for key, kind in found.kinds.items():
        counted[_NAMES[str(key[0])]] += count(kind)
    return counted
