"""Which words of a text are denied: “not”, “rather than”, “w/o”, “fails to”, each over the words that it covers.

A verb's denial covers its clause from the last pause on; a preposition's or determiner's covers what follows. Two
denials of one word affirm it: “cannot be checked without a mask” says that it needs the mask.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.grading.words import Word, denies

TURNS: Final = frozenset((
    "but", "while", "whereas", "although", "however", "so", "because", "instead", "since", "if", "then", "yet", "which",
    "though", "when", "where", "unless", "therefore", "thus", "hence", "until",
))  # fmt: skip

_FORWARD: Final = frozenset(("no", "without", "lack", "lacks", "lacking", "unlike", "neither", "nor", "none", "nothing", "nobody", "except", "w/o"))  # fmt: skip
_PAIRS: Final = frozenset((
    ("rather", "than"), ("instead", "of"), ("as", "opposed"), ("free", "of"), ("in", "place"), ("opposite", "of"),
    ("far", "from"), ("other", "than"),
))  # fmt: skip
_FAILS: Final = frozenset(("fail", "fails", "failed", "refuse", "refuses", "unable", "stop", "stops", "cease", "ceases"))
_SELDOM: Final = frozenset(("hardly", "rarely", "seldom", "barely", "scarcely", "never"))
_ONLY: Final = frozenset(("only", "just", "merely", "simply", "necessarily"))
_LINKS: Final = frozenset(("and", "or"))


def denied(words: Sequence[Word]) -> tuple[bool, ...]:
    """Tell for each word of a text whether what it says is denied there."""
    flags = [False] * len(words)
    for start, end in _scopes(words):
        for place in range(start, end):
            flags[place] = not flags[place]
    return tuple(flags)


def _scopes(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    for place, word in enumerate(words):
        following = words[place + 1].word if place + 1 < len(words) else ""
        if word.word in _FORWARD or (word.word, following) in _PAIRS:
            yield place + 1, _stop(words, place)
        elif word.word in _SELDOM or (word.word in _FAILS and following in {"to", "being"}):
            yield _begin(words, place), _stop(words, place)
        elif denies(word) and following not in _ONLY:
            yield (_begin(words, place) if _is_verbs(words, place) else place + 1), _stop(words, place)


def _is_verbs(words: Sequence[Word], place: int) -> bool:
    """Whether a “not” belongs to a verb, so that its subject is told something untrue of: “A is not ...”, “not A” is none."""
    word = words[place].word
    if word != "not":
        return True
    return place > 0 and not words[place - 1].pause and words[place - 1].word not in _LINKS


def _begin(words: Sequence[Word], place: int) -> int:
    """Return the first word of the clause in which a verb is denied."""
    while place and not words[place - 1].pause and words[place - 1].word not in TURNS:
        place -= 1
    return place


def _stop(words: Sequence[Word], place: int) -> int:
    """Return the word after the last that a denial covers: up to a pause or a turn of the sentence."""
    for end in range(place + 1, len(words)):
        if words[end].word in TURNS:
            return end
        if words[end].pause:
            return end + 1
    return len(words)
