"""The reference's wording turned around: a "not" more or less, or an opposite in a word's place.

It is judged only where the wording is close to the reference's; in free wording near misses tell (`likeness.py`). Two turns
cancel (“not rejected” for “accepted”, “larger is worse” for “smaller is better”), and what is said of something else is no turn.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA, LCSseq

from bot.grading.glossary import lexicon
from bot.grading.words import AUXILIARIES, FUNCTION_WORDS, Word

_NEARLY: Final = 0.45  # share of the answer's word pairs that the reference has
_AROUND: Final = 4  # words before and after a difference that are compared
_CLOSE: Final = 0.6  # share of them that must be equal
_LEAST_EQUAL: Final = 3
_LONGEST_GAP: Final = 4  # words in a difference, beyond which the wording is not close
_BARE_NOT: Final = 2  # words: “not”, “do not”
_CLAUSE: Final = 6  # words before and after a difference, up to a pause, in which a “not” cancels it
_NEAR: Final = 7  # words before and after it in which an opposite does
_OBJECT: Final = 2  # words of what is denied or turned around that have to be the same
_SENTENCE_END: Final = re.compile(r"[.!?;\n]")
_NOTHING: Final[frozenset[str]] = frozenset()
_SMALL: Final = (FUNCTION_WORDS | AUXILIARIES) - {"more", "most"}
_READ: Final = 1_500  # words of an answer that are aligned

Stems = tuple[str, ...]
Gap = tuple[int, int, int, int]  # from and to in the reference, from and to in the answer


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's stems in order, and which of its words deny, are no small ones, and have a pause behind them."""

    stems: tuple[str, ...]
    denials: bytes
    telling: bytes
    pauses: bytes

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Wording":
        """Prepare words."""
        return cls(
            tuple(t.stem for t in words),
            bytes([word.denies for word in words]),
            bytes(map(_tells, words)),
            bytes([word.pause for word in words]),
        )


def contradictions(reference: Wording, answer: Sequence[Word], text: str) -> Iterator[str]:
    """Yield the answer's words where it says the opposite of what the reference says in nearly the same words.

    Where it leaves out a “not” these stand on both sides. There are none to show where it leaves out much besides, says
    one behind all that the reference says, or may turn something else around, or back.
    """
    here, there = reference.stems[:_READ], tuple(token.stem for token in answer[:_READ])
    pairs = set(pairwise(here))
    if sum(pair in pairs for pair in pairwise(there)) < _NEARLY * (len(there) - 1):
        return
    said = Wording.of(answer)
    for gap in _gaps(here, there):
        if not _is_close(gap, here, there) or _crosses(reference, gap, answer, text):
            continue
        if (words := _turned(reference, gap, answer)) is not None:
            plain = gap[0] < len(here) and _is_bare(reference, said, gap) and not _is_turned_back(reference, said, gap)
            yield words if plain else ""


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


def _crosses(reference: Wording, gap: Gap, answer: Sequence[Word], text: str) -> bool:
    """Whether a difference goes across the end of a sentence, where the reference has no pause."""
    around = answer[max(0, gap[2] - 1) : gap[3] + 1]
    ends = sum(_SENTENCE_END.search(text, one.end, two.start) is not None for one, two in pairwise(around))
    return ends > sum(reference.pauses[max(0, gap[0] - 1) : gap[1]])


def _turned(reference: Wording, gap: Gap, answer: Sequence[Word]) -> str | None:
    """Return the answer's words in a difference, or on both sides of it, if it is turned around once, and else None."""
    said, here = answer[gap[2] : gap[3]], sum(reference.denials[gap[0] : gap[1]]) % 2
    denied = here != sum(word.denies for word in said) % 2 and not (here and any(map(_is_a_slip, said)))
    ours = reference.stems[gap[0] : gap[1]]
    opposite = [token for token in said if not token.denies and _is_opposite(token.stem, ours)]
    if denied and not opposite:
        around = answer[max(0, gap[2] - 1) : gap[3] + 1] if gap[1] - gap[0] <= _BARE_NOT else ()
        return " ".join(token.word for token in said or around)
    return opposite[0].word if opposite and not denied else None


def _is_bare(reference: Wording, said: Wording, gap: Gap) -> bool:
    """Whether nothing but a “not” or an opposite is exchanged, and the words behind it are the same: both speak of one thing."""
    mine, yours = _told(reference, gap[0], gap[1]), _told(said, gap[2], gap[3])
    if (mine or yours) and not (len(mine) == len(yours) == 1 and _is_opposite(yours[0], mine)):
        return False
    ours, theirs = _clause(reference, gap[0], gap[1]), _clause(said, gap[2], gap[3])
    here, there = _told(reference, gap[1], ours.stop), _told(said, gap[3], theirs.stop)
    return all(one == two for one, two in zip(here, there, strict=False))


def _is_turned_back(reference: Wording, said: Wording, gap: Gap) -> bool:
    """Whether a “not” in the same clause, or an opposite nearby, turns a difference around once more."""
    ours, theirs = _clause(reference, gap[0], gap[1]), _clause(said, gap[2], gap[3])
    denied = sum(reference.denials[ours]) - sum(said.denials[theirs])
    here = reference.stems[max(0, gap[0] - _NEAR) : gap[1] + _NEAR]
    near = range(max(0, gap[2] - _NEAR), min(len(said.stems), gap[3] + _NEAR))
    opposite = {said.stems[n] for n in near if not said.denials[n] and _is_opposite(said.stems[n], here)}
    return (denied + len(opposite)) % 2 == 0


def _clause(text: Wording, start: int, end: int) -> slice:
    """Return the words around a difference, from pause to pause."""
    first, last = max(0, start - _CLAUSE), min(len(text.stems), end + _CLAUSE)
    before = text.pauses.rfind(1, first, start)
    behind = text.pauses.find(1, max(start, end - 1), last)
    return slice(first if before < 0 else before + 1, last if behind < 0 else behind + 1)


def _told(text: Wording, start: int, end: int) -> Stems:
    """Return the next words that tell something."""
    return tuple(text.stems[n] for n in range(start, end) if text.telling[n])[:_OBJECT]


def _is_opposite(stem: str, others: Sequence[str]) -> bool:
    """Whether a word is the opposite of one of others, and not itself among them."""
    return stem not in others and not lexicon().opposites.get(stem, _NOTHING).isdisjoint(others)


def _tells(word: Word) -> bool:
    return not word.denies and word.word not in _SMALL


def _is_a_slip(word: Word) -> bool:
    """Whether a word may be a “not” or “no” mistyped, where the reference has one."""
    return any(OSA.distance(word.word, denial, score_cutoff=1) <= 1 for denial in ("not", "no", "without", "never"))
