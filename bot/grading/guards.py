"""What an honest answer does not look like: narrow checks that cut a grade, each with a reason a person can read.

Each is held against honest answers of every kind (docs/grading.md has the rates); what a check cannot prove is doubt.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import LCSseq

from bot.grading.contradiction import Wording, contradictions
from bot.grading.instruction import is_instruction, is_of_grading
from bot.grading.order import faults
from bot.grading.reading import Reading, read
from bot.grading.signs import formulaic, is_soup
from bot.grading.verbs import (
    all_denied,
    asks_what_not,
    is_a_list_of_denials,
    often_denied,
    share_expected,
    turns_around,
    verbs_denied,
)
from bot.grading.words import FUNCTION_WORDS, Word

_SHORT_LIST: Final = 4  # words, if they are the reference's in another order
_ORDERED: Final = 0.8
_LIST: Final = 6  # words from which a bare pile of them is told from a short answer
_LONG: Final = 15  # words from which an answer can be told from a list, whatever marks stand in it
_NOTE_WORDS: Final = (1.2, 8.0)  # on average between two breaks, and two marks, in honest notes without whole sentences
_LIST_FUNCTION_WORDS: Final = 0.08
_LISTED: Final = 0.15  # share of small words below which a reference is a list itself
_SMALL: Final = FUNCTION_WORDS - {"one", "more", "most"}
_RIGHT: Final = 0.5
_MARKS: Final = re.compile(r"[,;:.\n→=()/+–—•]|(?<![^\W_])-|-(?![^\W_])")  # a hyphen within a word is none
_BETWEEN: Final = re.compile(r"[\s,;:.→=()/+–—•-]+")
_RELATIONS: Final = re.compile("[=≈∝≤≥<>:]")  # of a formula, and of a note that says what it speaks of
_RELATED: Final = 3
_SALAD_SHARE: Final = 0.02  # of all pairs of words
_SALAD: Final = 2  # wrong pairs that no slip explains
_MAY_BE_DENIED: Final = 0.5  # share of the denied verbs whose words the rubric denies, too
_MAY_DENY: Final = "it denies nearly every verb, which may be what was asked for."
_MAY_INSTRUCT: Final = "it says how something is to be graded, which may be what was asked for."
_PADDED: Final = 3.0  # times the reference's length
_PADDED_WORDS: Final = 60
_ABOUT: Final = 0.2  # share of an answer's words that the question, the reference or the rubric know
_TURNED: Final = 0.35
_TURNED_PLACES: Final = 2  # from which it is no slip and no other way to say the same; one in a short answer
_SHORT_ANSWER: Final = 25  # words
_MAY_TURN: Final = "in one place it may turn around what is true."
_FORMULA: Final = 0.5  # share of signs and single letters from which it is no words that are listed
_BARE_FORMULA: Final = 0.7  # and from which nothing else is said
_IS_A_FORMULA: Final = "it is a formula, of which I compare the letters and not the algebra."


@dataclass(frozen=True, slots=True)
class Cut:
    """What a guard leaves of the grade (0 to 1), and why; a `doubt` leaves all of it and accuses nobody."""

    factor: float
    reason: str
    doubt: bool = False


A_LIST: Final = Cut(0.3, "It lists words without saying how they belong together.")  # `terms.py` may know better


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer is held against: the reference's words, whether it affirms or lists, and the words that belong here.

    And what is rightly denied, and whether the question asks for that, or for what graders are told.
    """

    reference: Wording
    affirms: bool
    lists: bool
    stems: AbstractSet[str]
    denied: AbstractSet[str]
    asks_what_not: bool
    of_grading: bool

    @classmethod
    def of(cls, question: str, reference: Reading, stems: AbstractSet[str], true: Sequence[Reading] = ()) -> "Expected":
        """Prepare a reference answer, and what else is `true`."""
        denied, verbs = verbs_denied(reference.words)
        every = [read(question).words, *(one.words for one in (reference, *true))]
        return cls(
            Wording.of(reference.words),
            denied * 2 < max(1, verbs),
            _makes_sentences(reference.words) < _LISTED,
            stems,
            frozenset(often_denied(every[1:])),
            asks_what_not(question),
            any(map(is_of_grading, every[:2])),
        )


def cuts(text: str, heard: str, words: Sequence[Word], expected: Expected) -> Iterator[Cut]:
    """Yield what speaks against an answer, nothing for an honest one; `heard` is the text without what it denies."""
    if not heard.strip(" .,;:!?") and text.strip():
        yield Cut(1.0, "As I read it, it only denies what it says.")
    yield from _of_pile(heard, words, expected)
    if _is_salad(heard, words):
        yield Cut(0.3, "Its words are in no order that makes sentences.")
    if is_instruction(text):
        doubted = expected.of_grading
        yield Cut(1.0, _MAY_INSTRUCT, doubt=True) if doubted else Cut(0.4, "It tells the grader what to do.")
    if _is_padded(words, expected):
        yield Cut(0.4, "Most of it is about something else.")
    yield from (denied := tuple(_of_verbs(words, expected)))
    if all(cut.doubt for cut in denied) and (turned := tuple(contradictions(expected.reference, words, text))):
        yield _of_turned(turned, words)


def doubts(against: Iterable[Cut]) -> str:
    """Return the first thing that guards doubt and cannot prove, or nothing."""
    return next((cut.reason for cut in against if cut.doubt), "")


def _of_pile(text: str, words: Sequence[Word], expected: Expected) -> Iterator[Cut]:
    """Yield what words amount to that have almost none among them of those that make sentences; a formula has none either."""
    if len(words) < _SHORT_LIST or _makes_sentences(words) >= _LIST_FUNCTION_WORDS:
        return
    signs, listed = formulaic(text, words), _is_list(text, words, expected)
    if signs > _FORMULA and is_soup(text, words) and not _is_in_order(words, expected):
        yield Cut(0.0, "Its signs make no formula.")
    elif signs > (_FORMULA if listed else _BARE_FORMULA):
        yield Cut(1.0, _IS_A_FORMULA, doubt=True)
    elif listed:
        yield A_LIST


def _is_list(text: str, words: Sequence[Word], expected: Expected) -> bool:
    """Whether the right words stand in a pile: bare, or one by one."""
    if len(_RELATIONS.findall(text)) >= _RELATED:
        return False  # formulas and labelled notes say how their words belong together
    if _MARKS.search(text) and sum(t.stem in expected.stems for t in words) < _RIGHT * len(words):
        return False  # a sentence in another language has other small words
    marks = len(_MARKS.findall(text.strip().rstrip(".")))
    if len(words) < _LIST:
        return not marks and _is_out_of_order(words, expected)
    breaks = sum(bool(run.strip(" \t") and run.strip("-")) for run in _BETWEEN.findall(text.strip().rstrip(".")))
    one_by_one = breaks > 0 and len(words) < _NOTE_WORDS[0] * breaks and not expected.lists
    return not marks or one_by_one or (len(words) >= _LONG and len(words) > _NOTE_WORDS[1] * marks)


def _of_turned(turned: Sequence[str], words: Sequence[Word]) -> Cut:
    """Return what turned places amount to: two, or all that could be, are no slip, and who is accused is shown the words."""
    shown, (denied, verbs) = [told for told in turned if told], verbs_denied(words)
    if len(shown) >= (1 if len(words) <= _SHORT_ANSWER or denied == verbs > 0 else _TURNED_PLACES):
        return Cut(_TURNED, f"It turns around what is true: “{shown[0]}”.")
    return Cut(1.0, _MAY_TURN, doubt=True)


def _makes_sentences(words: Sequence[Word]) -> float:
    """Return the share of small words."""
    return sum(t.word in _SMALL or t.denies for t in words) / max(1, len(words))


def _is_out_of_order(words: Sequence[Word], expected: Expected) -> bool:
    """Whether words are the reference's, and stand in another order."""
    return {t.stem for t in words} <= set(expected.reference.stems) and not _is_in_order(words, expected)


def _is_in_order(words: Sequence[Word], expected: Expected) -> bool:
    """Whether nearly all words are the reference's, in its order."""
    stems = [t.stem for t in words]
    return LCSseq.similarity(stems, expected.reference.stems) >= _ORDERED * len(stems)


def _is_salad(text: str, words: Sequence[Word]) -> bool:
    """Whether words stand as in no sentence, too often for slips."""
    wrong = faults(text, words)
    return wrong >= _SALAD and wrong >= _SALAD_SHARE * len(words)


def _is_padded(words: Sequence[Word], expected: Expected) -> bool:
    """Whether a long answer is mostly about something else."""
    if len(words) < max(_PADDED_WORDS, _PADDED * len(expected.reference.stems)):
        return False
    stems = {t.stem for t in words if t.word not in FUNCTION_WORDS}
    return len(stems & expected.stems) < _ABOUT * len(stems)


def _of_verbs(words: Sequence[Word], expected: Expected) -> Iterator[Cut]:
    """Yield what it amounts to that nearly each verb has a “not” behind it: a right answer turned around throughout, or what was asked for."""
    if not expected.affirms or not all_denied(words):
        return
    known = share_expected(words, expected.denied)
    if known >= _MAY_BE_DENIED or (expected.asks_what_not and (known or is_a_list_of_denials(words))):
        yield Cut(1.0, _MAY_DENY, doubt=True)
    elif turns_around(words, expected.stems, expected.denied):
        yield Cut(_TURNED, "It denies nearly every verb.")
