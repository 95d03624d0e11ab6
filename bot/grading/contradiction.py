"""The reference's wording turned around: a "not" more or less, or an opposite in a word's place.

It is judged only where the wording is close to the reference's; in free wording near misses tell (`likeness.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA, LCSseq

from bot.grading.glossary import lexicon
from bot.grading.words import Word

_NEARLY: Final = 0.45  # share of the answer's word pairs that the reference has
_AROUND: Final = 4  # words before and after a difference that are compared
_CLOSE: Final = 0.6  # share of them that must be equal
_LEAST_EQUAL: Final = 3
_LONGEST_GAP: Final = 4  # words in a difference, beyond which the wording is not close
_BARE_NOT: Final = 2  # words: “not”, “do not”
_NOTHING: Final[frozenset[str]] = frozenset()
_READ: Final = 1_500  # words of an answer that are aligned

Stems = tuple[str, ...]
Gap = tuple[int, int, int, int]  # from and to in the reference, from and to in the answer


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's stems in order, and which of its words deny."""

    stems: tuple[str, ...]
    denials: bytes

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Wording":
        """Prepare words."""
        return cls(tuple(t.stem for t in words), bytes([word.denies for word in words]))


def contradictions(reference: Wording, answer: Sequence[Word]) -> Iterator[str]:
    """Yield the answer's words where it says the opposite of what the reference says in nearly the same words.

    Where it leaves out a “not” these stand on both sides. There are none to show where it leaves out much besides, or says
    one behind all that the reference says.
    """
    here, there = reference.stems[:_READ], tuple(token.stem for token in answer[:_READ])
    pairs = set(pairwise(here))
    if sum(pair in pairs for pair in pairwise(there)) < _NEARLY * (len(there) - 1):
        return
    for gap in _gaps(here, there):
        if _is_close(gap, here, there) and (words := _turned(reference, gap, answer)) is not None:
            yield words if gap[0] < len(here) else ""


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


def _turned(reference: Wording, gap: Gap, answer: Sequence[Word]) -> str | None:
    """Return the answer's words in a difference, or on both sides of it, if it is turned around, and else None."""
    said, here = answer[gap[2] : gap[3]], sum(reference.denials[gap[0] : gap[1]]) % 2
    if here != sum(word.denies for word in said) % 2 and not (here and any(map(_is_a_slip, said))):
        around = answer[max(0, gap[2] - 1) : gap[3] + 1] if gap[1] - gap[0] <= _BARE_NOT else ()
        return " ".join(token.word for token in said or around)
    ours = set(reference.stems[gap[0] : gap[1]])
    for token in said:
        if ours & lexicon().opposites.get(token.stem, _NOTHING) and token.stem not in ours:
            return token.word
    return None


def _is_a_slip(word: Word) -> bool:
    """Whether a word may be a “not” or “no” mistyped, where the reference has one."""
    return any(OSA.distance(word.word, denial, score_cutoff=1) <= 1 for denial in ("not", "no", "without", "never"))
