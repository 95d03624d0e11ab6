"""What may be a question in a document: headings, bold or numbered lines, list items and summaries, each of a kind."""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.bank.exchange import shapes
from bot.bank.exchange.inline import bold, plain
from bot.bank.exchange.lettered import answers, offers
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.markup import Block

Key = tuple[str | int | bool, ...]
RANKS: Final = {"h": 5, "hi": 4, "d": 4, "b": 3, "q": 3, "n": 3, "i": 2, "p": 1}
_USUAL: Final = Levels()
_LONGEST: Final = 600  # characters of a question
_SHORTEST: Final = 3  # characters of one
_TELLING: Final = frozenset(
    "\n?？؟:：*_`$&\\[#"
)  # marks, of which one at least stands in a paragraph that asks or is answered
_HOLDING: Final = frozenset(("bullet_list", "ordered_list", "list_item", "blockquote"))
_CARD: Final = re.compile(r"#(?:flash)?cards?\b(?:/\S+)?", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)  # never changed, as blocks are not
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


def segments(block: Block) -> list[Block]:
    """Return a paragraph in parts, each of which begins with a line that has a question's number or mark; else the block."""
    lines = block.content.split("\n")
    starts = [0, *(n for n in range(1, len(lines)) if _begins(lines[n], lines[n + 1] if n + 1 < len(lines) else ""))]
    if len(starts) == 1:
        return [block]
    ends = [*starts[1:], len(lines)]
    return [
        replace(
            block,
            content="\n".join(lines[a:b]),
            first=min(block.first + a, block.last),
            last=min(block.first + b - 1, block.last),
        )
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
    return (
        (line.startswith("**") and shapes.NUMBER.match(text) is not None)
        or shapes.asks(_USUAL.split(rest)[0])
        or shapes.marks_an_answer(following)
    )


def candidate(block: Block, levels: Levels, *, following: Block | None) -> Candidate | None:
    """Return a heading, a paragraph or a summary as a candidate; None for anything else."""
    match block.kind:
        case "heading":
            text, number, said = _question(plain(shapes.unlinked(block.content)), levels)
            key: Key = ("h", block.depth, "q" if said else "n" if number else "")
            answered = following is not None and (announces(following) or _offered(following, known=number or said))
            body = following is not None and (following.kind != "heading" or following.depth > block.depth)
            asks = said or answered or shapes.asks(text)
            return Candidate(
                block=block,
                key=key,
                question=text,
                asks=asks,
                may=shapes.imperative(text),
                explicit=said,
                numbered=number,
                body=body,
            )
        case "details":
            text, number, said = _question(plain(shapes.unlinked(block.content)), levels)
            if not text or shapes.is_cover(text):
                return None
            asks = said or shapes.asks(text)
            return Candidate(
                block=block,
                key=("d", number),
                question=text,
                asks=asks,
                may=shapes.imperative(text),
                explicit=said,
                numbered=number,
                body=bool(block.inside),
            )
        case "paragraph":
            return _of_paragraph(block, levels, following)
        case _:
            return None


def _of_paragraph(block: Block, levels: Levels, following: Block | None) -> Candidate | None:
    """Return a paragraph as a candidate: bold words, a number, a question's mark, or a question alone."""
    if offers(block) or _is_talk(block, following):
        return None
    content = shapes.unlinked(block.content)
    asked, answer, announced = _parted(content)
    strong = bold(asked)
    text, number, said = _question(plain(asked), levels)
    if (
        not number
        and not strong
        and (line := shapes.BARE_NUMBER.match(text))
        and (levels.split(text)[1] or announced or shapes.asks(text) or _ends(text, levels))
    ):
        text, number = levels.split(text[line.end() :])[0], True
    answered = announced or (following is not None and (announces(following) or _offered(following, known=number)))
    beside = answer
    if strong and not said:
        text, answer = _of_bold(strong, answer, levels)
    key: Key = (
        ("q", said)
        if said
        else ("b", answer != beside, number)  # “**Bias** is an error” is of another kind than “**Bias**”
        if strong
        else ("n", number)
        if number or announced or _offered(following, known=answered)
        else ("p", False)
    )
    if key[0] == "p" and not shapes.asks(text):
        return None
    body = bool(answer) or (following is not None and following.kind not in {"heading", "hr"})
    explicit = said and (
        answered or shapes.asks(text) or len(content) <= _LONGEST
    )  # “Q4:” may open a page about a quarter
    if shapes.marks_an_answer(content):
        return None
    return Candidate(
        block=block, key=key, question=text, answer=answer, asks=explicit or answered or shapes.asks(text),
        may=shapes.imperative(text) or (bool(strong) and number and any(map(shapes.imperative, text.split(". ")[1:]))),
        explicit=explicit, numbered=number, body=body,
    )  # fmt: skip


def _is_talk(block: Block, following: Block | None) -> bool:
    """Whether a paragraph surely asks nothing: a line of words without any mark, and no options below it."""
    content = block.content
    if not content[:1].isalpha() or not _TELLING.isdisjoint(content) or shapes.ASKED.match(content):
        return False
    return following is None or not offers(following)


def _ends(text: str, levels: Levels) -> bool:
    return levels.split(text)[1] is not None


def of_item(item: Block, levels: Levels, *, ordered: bool, nest: int) -> Candidate | None:
    """Return a list's item as a candidate: its first paragraph, or the heading in it."""
    if not item.inside or item.inside[0].kind not in {"paragraph", "heading"}:
        return None
    opening, rest = item.inside[0], item.inside[1:]
    if len(opening.content) < _SHORTEST:
        return None
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
    if (
        strong
        and not said
        and (shapes.asks(levels.split(shapes.bare(strong[0]))[0]) or (ordered and not answer and strong[1]))
    ):
        text, answer = _of_bold(strong, answer, levels)
    answered = announced or (
        following is not None and (announces(following) or _offered(following, known=ordered or number))
    )
    return Candidate(
        block=opening, key=("i", ordered, nest, bool(strong)), question=text, answer=answer,
        asks=(said and (answered or shapes.asks(text))) or answered or shapes.asks(text),
        may=shapes.imperative(text), explicit=said and answered, numbered=ordered or number, body=bool(answer or rest),
    )  # fmt: skip


def _of_bold(strong: tuple[str, str], answer: str, levels: Levels) -> tuple[str, str]:
    """Return the question and the answer of a paragraph that starts in bold."""
    head, tail = strong
    text, number, _ = _question(head, levels)
    if tail and shapes.NUMBER.sub("", f"{head} x") == "x":
        return _question(tail, levels)[0], answer  # the number alone is bold
    if tail[:1] in {".", ",", ":", ";"} and not shapes.asks(text) and number and not answer:
        return f"{text}{tail}" if tail[0] != ":" else f"{text}: {tail[1:].strip()}", answer
    if number and head.endswith(".") and not answer and shapes.imperative(tail):
        return f"{text} {tail}", answer  # a title, and what is to be done
    if (tail and levels.split(f"{text} {shapes.bare(tail)}")[0] == text) or not shapes.bare(tail):
        return text, answer
    return text, "\n".join(filter(None, (tail.lstrip(":-–— "), answer)))


def _parted(content: str) -> tuple[str, str, bool]:
    """Return a paragraph's question, what follows it in the paragraph, and whether that is announced as an answer."""
    lines = content.split("\n")
    for place, line in enumerate(lines[1:], start=1):
        if shapes.marks_an_answer(line):
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
    text = _USUAL.split(shapes.bare(plain(line)))[0]
    return shapes.asks(shapes.bare(text)) or (
        line.rstrip("* _").endswith(":") and shapes.imperative(shapes.numbered(plain(line))[0])
    )


def _question(text: str, levels: Levels) -> tuple[str, bool, bool]:
    """Return a question's words, whether a number or a mark stood before them."""
    text = _CARD.sub("", text).strip() if "#" in text else text
    words, number, said = shapes.numbered(levels.split(text)[0])
    words = words if words == text else shapes.bare(levels.split(words)[0])
    return " ".join(words.split()) if "\n" not in words else words, number, said


def _offered(following: Block | None, *, known: bool) -> bool:
    """Whether options follow: below a number or with their answer they are a question's."""
    return following is not None and ((known and offers(following)) or answers(following))


def announces(block: Block) -> bool:
    """Whether a block, or the first one in it, says that it is an answer."""
    while block.inside and block.kind in _HOLDING:
        block = block.inside[0]
    match block.kind:
        case "heading":
            return shapes.is_answer_heading(plain(block.content)) or shapes.marks_an_answer(block.content)
        case "details":
            return shapes.is_cover(plain(block.content)) and len(plain(block.content)) < 60  # noqa: PLR2004
        case "paragraph":
            first = block.content[:300].partition("\n")[0]
            return shapes.marks_an_answer(block.content) or (
                first.startswith("**") and shapes.is_answer_heading(shapes.bare(plain(first)))
            )
        case _:
            return False
