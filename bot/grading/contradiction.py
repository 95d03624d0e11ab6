"""What is true turned around: a "not" more or less, or an opposite in a word's place.

Differences are judged where the wording is close to the reference's. In free wording only opposites are: a word that
stands among those that its opposite stands among in all that is known to be true.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA, LCSseq

from bot.grading.glossary import lexicon
from bot.grading.words import FUNCTION_WORDS, Word, denies

_NEARLY: Final = 0.45  # share of the answer's word pairs that the reference has
_AROUND: Final = 4  # words before and after a difference that are compared
_CLOSE: Final = 0.6  # share of them that must be equal
_LEAST_EQUAL: Final = 3
_LONGEST_GAP: Final = 4  # words in a difference, beyond which the wording is not close
_CONTEXT: Final = 3  # words before and after a direction that tell what it is about
_VAGUE: Final = frozenset((
    "in", "out", "up", "down", "over", "under", "same", "different", "one", "all", "easy",
    "more", "most", "less", "plus", "minus",
))  # fmt: skip
_NO_SLIPS: Final = frozenset(("now", "note", "got", "lot", "hot", "dot", "nor", "to", "no", "on", "net", "bot", "nt"))
_NOTHING: Final[frozenset[str]] = frozenset()
_TURNED: Final = 2  # words in the place of their opposites, from which it is no accident
_TURNED_SHARE: Final = 0.34  # of those in their own place
_READ: Final = 1_500  # words of an answer that are aligned

Directions = Mapping[str, frozenset[str]]  # words that have an opposite, each with what it stands among
Stems = tuple[str, ...]
Gap = tuple[int, int, int, int]  # from and to in the reference, from and to in the answer


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's stems in order, and which of its words deny."""

    stems: tuple[str, ...]
    denials: tuple[bool, ...]

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Wording":
        """Prepare words."""
        return cls(tuple(t.stem for t in words), tuple(map(denies, words)))


def contradictions(reference: Wording, answer: Sequence[Word]) -> Iterator[str]:
    """Yield the answer's words where it says the opposite of what the reference says in nearly the same words."""
    here, there = reference.stems[:_READ], tuple(token.stem for token in answer[:_READ])
    pairs = set(pairwise(here))
    if sum(pair in pairs for pair in pairwise(there)) < _NEARLY * (len(there) - 1):
        return
    for gap in _gaps(here, there):
        if _is_close(gap, here, there) and (words := _turned(reference, gap[:2], answer[gap[2] : gap[3]])):
            yield words


def _gaps(here: Stems, there: Stems) -> Iterator[Gap]:
    """Yield the short differences between two texts, each with its places in both."""
    start = (0, 0)
    blocks = [(op.src_start, op.src_end, op.dest_start, op.dest_end) for op in LCSseq.opcodes(here, there) if op.tag == "equal"]  # fmt: skip
    for block in [*blocks, (len(here), len(here), len(there), len(there))]:
        gap = (start[0], block[0], start[1], block[2])
        if 0 < max(gap[1] - gap[0], gap[3] - gap[2]) <= _LONGEST_GAP:
            yield gap
        start = (block[1], block[3])


def _is_close(gap: Gap, here: Stems, there: Stems) -> bool:
    """Whether the words around a difference are nearly the same in both texts."""
    around = here[max(0, gap[0] - _AROUND) : gap[0]] + here[gap[1] : gap[1] + _AROUND]
    theirs = there[max(0, gap[2] - _AROUND) : gap[2]] + there[gap[3] : gap[3] + _AROUND]
    equal = sum(stem in theirs for stem in around)
    return equal >= min(_LEAST_EQUAL, len(here) - 1) and equal >= _CLOSE * max(len(around), len(theirs))


def _turned(reference: Wording, gap: tuple[int, int], answer: Sequence[Word]) -> str:
    """Return the answer's words in a difference if they turn it around."""
    if sum(reference.denials[slice(*gap)]) % 2 != sum(map(_may_deny, answer)) % 2:
        return " ".join(token.word for token in answer) or "…"
    ours = set(reference.stems[slice(*gap)])
    for token in answer:
        if ours & lexicon().opposites.get(token.stem, _NOTHING) and token.stem not in ours:
            return token.word
    return ""


def _may_deny(word: Word) -> bool:
    """Whether a word denies, or would but for a slip: “nto”, “nnot”."""
    return denies(word) or (OSA.distance(word.word, "not", score_cutoff=1) <= 1 and word.word not in _NO_SLIPS)


def directions(texts: Iterable[Sequence[Word]]) -> Directions:
    """Return what each word that has an opposite stands among in texts that are true."""
    table: dict[str, set[str]] = {}
    for words in texts:
        for token, near in _directed(words):
            table.setdefault(token.stem, set()).update(near)
    return {stem: frozenset(near) for stem, near in table.items()}


def swapped(known: Directions, answer: Sequence[Word]) -> tuple[str, ...]:
    """Return an answer's words that stand where only their opposites are known to, if they are too many for chance."""
    turned, right = {}, 0
    for token, near in _directed(answer):
        if near & known.get(token.stem, _NOTHING):
            right += 1
        elif any(near & known.get(other, _NOTHING) for other in lexicon().opposites[token.stem]):
            turned[token.stem] = token.word
    return tuple(turned.values()) if len(turned) >= max(_TURNED, _TURNED_SHARE * right) else ()


def _directed(words: Sequence[Word]) -> Iterator[tuple[Word, frozenset[str]]]:
    lex = lexicon()
    for place, token in enumerate(words):
        if token.stem in lex.opposites and token.word not in _VAGUE:
            around = (*words[max(0, place - _CONTEXT) : place], *words[place + 1 : place + 1 + _CONTEXT])
            yield token, frozenset(t.stem for t in around if _tells(t))


def _tells(token: Word) -> bool:
    lex = lexicon()
    return token.word not in FUNCTION_WORDS and token.stem not in lex.opposites and token.stem not in lex.common
