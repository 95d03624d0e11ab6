"""Which options an answer means that also says what is wrong with others: by its words around them, and never surely.

“It is TCP. UDP would be for games” names one and speaks of another; “UDP lacks it, TCP has it” denies one.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from bot.grading.words import FUNCTION_WORDS
from bot.text import fold

_TOKEN: Final = re.compile(r"(?<![\w)])[-−+]?\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*|[+#=<>()\[\]{}&|^%$/\\]")
_END: Final = re.compile(r"[.;!?\n—–]")
_MARK: Final = re.compile(r"\s*(?:[.,;:!?)\]\n]|$)")
_ARROW: Final = re.compile(r"[-=]+>|[→⇒∴]")
WHY: Final = frozenset((
    "because", "since", "as", "whereas", "while", "unlike", "though", "although", "than", "which", "due", "cause", "cuz", "bc", "for",
))  # fmt: skip
AND: Final = frozenset(
    ("or", "and", "also", "maybe", "perhaps", "possibly", "otherwise", "nor", "both", "either", "&", "/")
)
NOT: Final = frozenset((
    "not", "never", "except", "excluding", "without", "neither", "isn't", "isnt", "aren't", "wasn't", "rather", "instead", "cannot",
))  # fmt: skip
LABELS: Final = frozenset(
    ("option", "options", "choice", "letter", "answer", "answers", "ans", "number", "antwort", "respuesta", "réponse")
)
SMALL: Final = (FUNCTION_WORDS - {"more", "most", "than"}) | LABELS | AND | {
    "think", "guess", "say", "pick", "choose", "go", "probably", "definitely", "my", "me", "right", "correct", "yes", "sure", "all", "i'd", "i'll",
    "(", ")", "[", "]", "+", "well", "just", "only", "too",
}  # fmt: skip
_HENCE: Final = frozenset(("so", "therefore", "hence", "thus"))
_TURNS: Final = (WHY - {"for", "as", "than"}) | _HENCE | {"but"}  # with which a part of a sentence begins
_OPENS, _CLOSES = frozenset("(["), frozenset(")]")
_CUES: Final = NOT | {
    "no", "none", "nothing", "nor", "hardly", "lack", "lacks", "lacking", "lose", "loses", "drop", "drops", "fail", "fails", "miss", "misses", "wrong", "incorrect",
    "false", "others", "rest", "doesn't", "don't", "doesnt", "dont", "can't", "cant", "won't", "wouldn't", "hasn't", "haven't",
}  # fmt: skip
_WEAKLY: Final = frozenset(("would",))  # beside other words alone: “B would be my guess” denies nothing
_OTHERS: Final = frozenset(("other", "others", "rest", "remaining"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an answer, or a sign."""

    word: str
    ends: bool  # whether a sentence ended before it
    comma: bool
    apart: bool  # whether a mark or nothing follows


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A place where an option is named."""

    start: int
    end: int
    option: int


def tokens_of(text: str) -> list[Token]:
    """Return the words and signs of a text."""
    found, before = [], 0
    text = _ARROW.sub(" so ", text)
    for one in _TOKEN.finditer(text):
        between, apart = text[before : one.start()], _MARK.match(text, one.end()) is not None
        ends = _END.search(between) is not None
        found.append(Token(fold(one[0]).replace("’", "'"), ends, "," in between, apart))
        before = one.end()
    return found


@dataclass(frozen=True, slots=True)
class Meant:
    """The options that an answer seems to mean, and whether it picks them; else it may mean some of them."""

    options: frozenset[int]
    told: bool


def meant(
    tokens: Sequence[Token], mentions: Sequence[Mention], every: AbstractSet[int], *, of_not: bool
) -> Meant | None:
    """Return what an answer means that speaks of several options; None where it simply picks them.

    `of_not` says that the question asks for what is not so.
    """
    parts = [_Part.of(tokens[start:end], mentions, start, end) for start, end in _parts(tokens, mentions)]
    picked = frozenset[int]().union(*(one.options for one in parts if one.bare))
    cued = frozenset[int]().union(*(one.options for one in parts if one.cued))
    named = frozenset(one.option for one in mentions)
    if picked >= named and not any(one.others for one in parts):
        return None
    if cued and any(one.others and not one.options and not one.cued for one in parts):
        return Meant(frozenset(every) - cued, told=True)
    if concluded := [one.options for one in parts if one.concludes and one.bare]:
        return Meant(concluded[-1], told=True)
    if cued >= named and not of_not:
        return Meant(frozenset(every) - cued, told=True)
    if cued:
        return Meant(cued if of_not else named - cued, told=False)
    return Meant(picked or named, told=bool(picked))


def is_cued(tokens: Sequence[Token]) -> bool:
    """Whether an answer has a word that may deny an option, or speaks of the others."""
    return any(token.word in _CUES | _OTHERS for token in tokens)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an answer: the options in it, whether there is nothing else, and what tells them from others."""

    options: frozenset[int]
    bare: bool
    cued: bool
    others: bool
    concludes: bool

    @classmethod
    def of(cls, tokens: Sequence[Token], mentions: Sequence[Mention], start: int, end: int) -> "_Part":
        here = [one for one in mentions if start <= one.start < end]
        taken = {place for one in here for place in range(one.start, one.end)}
        words = {token.word for place, token in enumerate(tokens, start) if place not in taken}
        bare = bool(here) and words <= SMALL and words.isdisjoint(_CUES)
        return cls(
            frozenset(one.option for one in here),
            bare,
            not words.isdisjoint(_CUES if bare else _CUES | _WEAKLY),
            not words.isdisjoint(_OTHERS),
            tokens[0].word in _HENCE,
        )


def _parts(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield where the parts of an answer begin and end: at marks outside of brackets, at these behind an option, and at what turns a sentence."""
    begins, ends = {one.start for one in mentions}, {one.end for one in mentions}
    start = depth = 0
    for place, token in enumerate(tokens):
        listed = token.comma and not (place in begins and place in ends)
        opens = token.word in _OPENS and not ends.isdisjoint(range(start + 1, place + 1))
        if place > start and (token.ends or (not depth and (listed or opens or token.word in _TURNS))):
            yield start, place
            start = place
        depth = max(0, depth + (token.word in _OPENS) - (token.word in _CLOSES))
    yield start, len(tokens)


def parts_of(words: Sequence[Sequence[str]], tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Mention]:
    """Return where a word stands that only one of the options has, besides where these are named."""
    taken = {place for one in mentions for place in range(one.start, one.end)}
    holders = {
        word: [n for n, those in enumerate(words) if word in those]
        for those in words
        if len(those) > 1
        for word in those
        if word not in SMALL | FUNCTION_WORDS
    }
    return [
        Mention(place, place + 1, holders[token.word][0])
        for place, token in enumerate(tokens)
        if place not in taken and len(holders.get(token.word, ())) == 1
    ]
