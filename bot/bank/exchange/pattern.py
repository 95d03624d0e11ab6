"""The pattern of a document: which of its elements ask, by the most consistent reading over the whole of it.

Every heading, bold paragraph, numbered line, list item and summary is a candidate of a kind ("headings of depth 3 with a
number"). What asks by itself is a question; of a kind whose members mostly ask, the others are questions too.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from bot.bank.exchange import shapes
from bot.bank.exchange.candidates import Candidate, Key, candidate, of_item, segments
from bot.bank.exchange.inline import bold, plain
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block

MOSTLY: Final = 0.6  # of a kind's members ask, so that the others do too
_SOME: Final = 0.3  # of them by a question mark, where nothing has a number
_MANY: Final = 8  # questions of one kind, beside which a few of another stand apart
_APART: Final = 0.1
_AGAIN: Final = 3  # times, from which a heading's words are a part of many questions
FEW: Final = 2  # questions below a heading, from which it is a section and asks nothing itself
SPEAKING: Final = 0.8  # of a list's items ask, so that it is one of questions
LISTS: Final = frozenset(("bullet_list", "ordered_list"))
_NAMES: Final = {
    "h": "headings", "hi": "headings in lists", "d": "summaries", "b": "bold lines", "q": "lines with Q:", "n": "numbered lines",
    "i": "list items", "p": "paragraphs",
}  # fmt: skip


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
    parts_asked: frozenset[str] = frozenset()  # what stands below each of many headings: “What is it?”, “Why?”
    revealed: frozenset[int] = frozenset()  # headings of tasks whose solution is hidden below them, by their ids
    _known: dict[int, tuple[Block, Candidate | None]] = field(default_factory=dict)  # by the block that is kept with it
    _parts: dict[int, tuple[Block, list[Block]]] = field(default_factory=dict)
    _whole: dict[Key, bool] = field(default_factory=dict)

    def of(self, block: Block, following: Block | None) -> Candidate | None:
        """Return a heading, a paragraph or a summary as a candidate; None for anything else."""
        if (known := self._known.get(id(block))) is None:
            one = candidate(block, self.levels, following=following)
            if one and id(block) in self.revealed and not one.asks:
                one = replace(one, asks=True, key=("h", block.depth, "task"))  # it says nothing of headings like it
            known = self._known[id(block)] = (block, one)
        return known[1]

    def of_item(self, item: Block, *, ordered: bool, nest: int) -> Candidate | None:
        """Return a list's item as a candidate."""
        if (known := self._known.get(id(item))) is None:
            known = self._known[id(item)] = (item, of_item(item, self.levels, ordered=ordered, nest=nest))
        return known[1]

    def parts(self, block: Block) -> list[Block]:
        """Return a paragraph in parts, each of which may ask."""
        if block.kind != "paragraph" or "\n" not in block.content:
            return [block]
        if id(block) not in self._parts:
            self._parts[id(block)] = (block, segments(block))
        return self._parts[id(block)][1]

    def is_question(self, one: Candidate) -> bool:
        """Whether a candidate is a question in this document."""
        return self._may(one) and self._is_question(one)

    def _may(self, one: Candidate) -> bool:
        """Whether anything speaks for a candidate: for most nothing does."""
        return one.asks or one.may or one.explicit or self.titled or self.whole(one.key)

    def _is_question(self, one: Candidate) -> bool:
        if shapes.names_a_section(one.question) or not any(map(str.isalpha, one.question)):
            return one.explicit and shapes.may_be_asked(one.question)
        if one.explicit:
            return True
        if shapes.is_only_anchor(one.block.content) or self._apart(one.key) or self._is_part(one):
            return False
        if one.key[0] == "p":
            return one.asks and one.body and not self._others("p")
        if (
            one.asks
            or (one.may and one.numbered and (one.key[0] != "i" or self._some(one.key)))
            or (one.may and one.body and one.key[0] == "h" and self._many(one.key))
            or (self.titled and one.body and one.key[:2] == ("h", 1) and shapes.starts_asking(one.question))
        ):
            return True
        bare = one.key[0] == "d" or (one.may and one.key[0] == "i")  # asks though nothing stands below it
        return self.whole(one.key) and (one.body or bool(one.answer) or bare)

    def _is_part(self, one: Candidate) -> bool:
        """Whether the words of a heading or a bold line stand below others too, so that they ask about what those name."""
        return one.key[0] in {"h", "b"} and not one.numbered and one.question.casefold() in self.parts_asked

    def _many(self, key: Key) -> bool:
        """Whether so many of a kind's headings ask that one that only begins as a question does so too."""
        kind = self.kinds.get(key, _Kind())
        return kind.asks > FEW and kind.asks + kind.may > _SOME * kind.all

    def _some(self, key: Key) -> bool:
        """Whether a good part of a kind asks: of a list of topics or steps one may begin with a word that asks, too."""
        kind = self.kinds.get(key, _Kind())
        return kind.asks + kind.may > _SOME * kind.all and (kind.asks > 0 or kind.may > kind.all - kind.may)

    def whole(self, key: Key) -> bool:
        """Whether a kind asks as a whole."""
        if (known := self._whole.get(key)) is None:
            kind = self.kinds.get(key, _Kind())
            counted = kind.asks + (kind.may if key[-1] or kind.asks >= _SOME * kind.all else 0)
            known = self._whole[key] = kind.all > 1 and counted >= MOSTLY * kind.all
        return known

    def _apart(self, key: Key) -> bool:
        """Whether a kind's few questions stand beside many of another, such as "Found a mistake?" below a hundred."""
        own = self.kinds.get(key, _Kind())
        most = max((kind.asks for other, kind in self.kinds.items() if other != key), default=0)
        return key[0] in {"h", "b"} and most >= _MANY and own.asks <= _APART * most and not self.whole(key)

    def _others(self, kind: str) -> bool:
        return any(key[0] != kind and found.asks for key, found in self.kinds.items())

    def is_section(self, region: Sequence[Block], one: Candidate) -> bool:
        """Whether what stands below a heading are questions of their own."""
        if not any(block.kind == "heading" for block in region) and not (
            region and self.questions(region[0], region[1:2])
        ):
            return False
        below = [self.questions(block, region[n + 1 : n + 2]) for n, block in enumerate(region)]
        headings = sum(count for block, count in zip(region, below, strict=True) if block.kind == "heading")
        others = sum(below) - headings
        if headings >= FEW:
            return not one.explicit and not (one.numbered and self.whole(one.key) and not self._numbered(region))
        first = below[0] if below else 0
        return bool(first) and others > FEW and not self.whole(one.key) and not one.explicit

    def _numbered(self, region: Sequence[Block]) -> bool:
        """Whether a heading has a number: below one that asks and has a number, those that have none are parts of it."""
        return any(block.kind == "heading" and (own := self.of(block, None)) and own.numbered for block in region)

    def questions(self, block: Block, following: Sequence[Block]) -> int:
        """Return how many questions a block is or holds."""
        if block.kind in LISTS:
            return sum(1 for _ in self.items(block))
        one = self.of(block, following[0] if following else None)
        return int(one is not None and self.is_question(one))

    def items(self, block: Block) -> Iterator[tuple[Block, Candidate]]:
        """Yield the items that ask, each as a candidate."""
        for item in block.inside:
            one = self.of_item(item, ordered=block.kind == "ordered_list", nest=0)
            if one and self.is_question(one):
                yield item, one

    def holds_questions(self, block: Block) -> bool:
        """Whether the lists within a list's items ask, and have answers: an outline, of which each item is a section."""
        inner = [list(self.items(part)) for item in block.inside for part in item.inside[1:] if part.kind in LISTS]
        asking = [one for some in inner for _, one in some]
        return len(asking) >= FEW and sum(one.body for one in asking) > SPEAKING * len(asking)


def pattern(blocks: Sequence[Block], levels: Levels) -> Pattern:
    """Return the pattern of a document."""
    found = Pattern(levels, revealed=frozenset(map(id, _revealed(blocks))))
    for one in _candidates(blocks, found):
        kind = found.kinds.setdefault(one.key, _Kind())
        kind.all += 1
        kind.asks += one.asks
        kind.may += one.may and not one.asks
    found.parts_asked = _parts_asked(blocks, found)
    found.titled = not any(kind.asks or (kind.may and key[-1]) for key, kind in found.kinds.items())
    return found


def _revealed(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the headings below which a task stands in words that ask nothing, and one answer that is hidden."""
    hidden = any(block.kind == "details" for block in blocks)
    starts = [place for place, block in enumerate(blocks) if block.kind == "heading"] if hidden else []
    for start, end in pairwise([*starts, len(blocks)]):
        below = blocks[start + 1 : end]
        answers = [place for place, block in enumerate(below) if shapes.hides(block.kind, block.content)]
        if len(answers) == 1 and any(map(_poses, below[: answers[0]])) and not any(map(_asks_itself, below)):
            yield blocks[start]


def _poses(block: Block) -> bool:
    """Whether a block may be a task's words."""
    return block.kind == "paragraph" and not shapes.is_navigation(block.content)


def _asks_itself(block: Block) -> bool:
    """Whether a block is a question by its mark, numbered or bold, or a list of such."""
    if block.kind in LISTS:
        return any(item.inside and shapes.asks(item.inside[0].content) for item in block.inside)
    if block.kind != "paragraph" or not shapes.asks(block.content):
        return False
    strong = bold(block.content)
    return shapes.NUMBER.match(plain(block.content)) is not None or (strong is not None and not strong[1])


def _parts_asked(blocks: Sequence[Block], found: Pattern) -> frozenset[str]:
    """Return the words of headings and bold lines that stand once below each of many others, where there are several of them."""
    above: dict[str, list[int]] = {}
    opened: dict[int, int] = {}  # the headings that a place is below, by their depth
    for place, block in enumerate(blocks):
        one = found.of(block, blocks[place + 1] if place + 1 < len(blocks) else None)
        if one and one.key[0] in {"h", "b"} and not one.numbered:
            depth = block.depth or max(opened, default=0) + 1
            parent = max((where for other, where in opened.items() if other < depth), default=-1)
            above.setdefault(one.question.casefold(), []).append(parent)
        if block.kind == "heading":
            opened = {depth: where for depth, where in opened.items() if depth < block.depth} | {block.depth: place}
    parts = frozenset(text for text, some in above.items() if len(some) == len({*some}) >= _AGAIN)
    return parts if len(parts) >= FEW else frozenset()


def _candidates(blocks: Sequence[Block], found: Pattern, nest: int = 0) -> Iterator[Candidate]:
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.kind in LISTS:
            for item in block.inside:
                if one := found.of_item(item, ordered=block.kind == "ordered_list", nest=nest):
                    yield one
                if len(item.inside) > 1:
                    yield from _candidates(item.inside[1:], found, nest + 1)
            continue
        parts = found.parts(block)
        for part in parts:
            if one := found.of(part, following if part is parts[-1] else None):
                yield one
        if block.kind in {"details", "blockquote"}:
            yield from _candidates(block.inside, found, nest + 1)


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
