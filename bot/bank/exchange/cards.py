"""Flashcards in text: term and definition, gaps to be filled, and the signs that note apps put between both sides."""

import re
from collections.abc import Iterator
from typing import Final

from bot.bank.exchange import shapes
from bot.bank.exchange.found import Found
from bot.bank.exchange.inline import plain
from bot.bank.exchange.markup import Block

GAP: Final = re.compile(r"\{\{c(\d+)::((?:(?!\}\}|\{\{c\d).)+?)(?:::((?:(?!\}\}|::).)*))?\}\}", re.DOTALL)
_CARD: Final = re.compile(r"\s*#(?:flash)?cards?\b(?:/\S+)?\s*$", re.IGNORECASE)
_SIDES: Final = re.compile(
    r"^(?:[-*+]\s+)?(?P<front>[^:]{2,300}?(?::[^:]{1,300}?)?)(?:\s+(?:::|>>):?\s+|(?<=[?？])\s*:::?\s*|:::\s*)(?P<back>\S.*)$"
)
_REVIEW: Final = re.compile(r"<!--SR:.{0,200}?-->")  # when a card is due, as a plug-in notes it
_LONGEST_TERM: Final = 8  # words
_LEAST_HINT: Final = 3
_LONGEST: Final = 20_000
_NO_TERM: Final = re.compile(r"[.;!]\s|[,:]$|https?://")


def of_block(block: Block) -> list[Found]:
    """Return the cards that a paragraph holds; nothing where it is an ordinary one."""
    content = block.content
    if len(content) > _LONGEST or not ("::" in content or ">>" in content or "#" in content or "\n?" in content):
        return []
    return [*_found(block, _REVIEW.sub("", content).rstrip() if "<!--SR:" in content else content)]


def of_list(block: Block) -> list[Found]:
    """Return the cards of a list whose items have both sides on a line each; nothing of any other."""
    found = []
    for item in block.inside:
        paragraph = item.inside[0] if len(item.inside) == 1 else None
        sides = (
            _SIDES.match(_CARD.sub("", paragraph.content)) if paragraph and len(paragraph.content) < _LONGEST else None
        )
        if paragraph is None or sides is None:
            return []
        found.append(_card(paragraph, sides["front"], sides["back"]))
    return found


def _found(block: Block, content: str) -> Iterator[Found]:
    lines = content.split("\n")
    if GAP.search(content):
        yield from (
            Found(question=q, answer=a, more=more, first=block.first, last=block.last)
            for q, a, more in gaps(plain(content))
        )
    elif sign := next((n for n, line in enumerate(lines) if n and line.strip() in {"?", "??"}), 0):
        yield _card(block, "\n".join(lines[:sign]), "\n".join(lines[sign + 1 :]))
    elif len(lines) > 1 and (tag := _CARD.search(lines[0])):
        yield _card(block, lines[0][: tag.start()], "\n".join(lines[1:]))
    elif len(sides := [found for line in lines if (found := _SIDES.match(_CARD.sub("", line)))]) == len(lines):
        yield from (_card(block, found["front"], found["back"], at=block.first + n) for n, found in enumerate(sides))


def _card(block: Block, front: str, back: str, *, at: int = 0) -> Found:
    question = asked(" ".join(plain(front).split()))
    return Found(
        question=question,
        answer="\n".join(plain(line) for line in back.split("\n")).strip(),
        first=at or block.first,
        last=min(at, block.last) or block.last,
    )


def asked(front: str) -> str:
    """Return a card's front as a question: a term is asked for its meaning."""
    front = shapes.numbered(front)[0]
    return f"What is “{front}”?" if is_term(front) and not shapes.imperative(front) else front


def is_term(front: str) -> bool:
    """Whether a card's front is a word or a few, which ask nothing by themselves."""
    return bool(front) and not shapes.asks(front) and len(front.split()) <= _LONGEST_TERM and not _NO_TERM.search(front)


def gaps(text: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Yield a question for each gap of a text in Anki's way: the gap is hidden, and its words are the answer."""
    if len(text) > _LONGEST:  # no question is as long, and each of its gaps would hold all of it
        yield text, "", {}
        return
    for number in sorted({found[1] for found in GAP.finditer(text)}, key=int):
        hidden = [found[2].strip() for found in GAP.finditer(text) if found[1] == number]
        hints = [found[3].strip() for found in GAP.finditer(text) if found[1] == number and found[3]]

        def shown(found: re.Match[str], number: str = number) -> str:
            return found[2] if found[1] != number else f"[{found[3] or '…'}]"

        words = "; ".join(dict.fromkeys(hidden))
        yield (
            f"Fill the gap: {GAP.sub(shown, text).strip()}",
            words,
            {"hints": [hint for hint in hints if len(hint) >= _LEAST_HINT]},
        )
