"""What an honest answer does not look like: narrow checks that cut a grade, each with a reason a person can read.

Each was held against honest full-mark answers before it was let in; wide checks cost more there than they save.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import LCSseq

from bot.grading.contradiction import Directions, Wording, contradictions, directions, swapped
from bot.grading.order import faults
from bot.grading.reading import Reading
from bot.grading.words import AUXILIARIES, FUNCTION_WORDS, Word, denies

_SHORT_LIST: Final = 4  # words, if they are the reference's in another order
_ORDERED: Final = 0.8
_LIST: Final = 6  # words from which a bare pile of them is told from a short answer
_LONG: Final = 15  # words from which an answer can be told from a list, whatever marks stand in it
_NOTE_WORDS: Final = (1.5, 8.0)  # words between two marks, on average, in honest notes without whole sentences
_LIST_FUNCTION_WORDS: Final = 0.08
_LISTED: Final = 0.15  # share of small words below which a reference is a list itself
_SMALL: Final = FUNCTION_WORDS - {"one", "more", "most"}
_RIGHT: Final = 0.5
_MARKS: Final = re.compile(r"[,;:.\n→=()/+–—•-]")
_SALAD_SHARE: Final = 0.015  # of all pairs of words
_FEW: Final = 30  # words among which one wrong pair is no slip
_LEAST_NOTS: Final = 3
_NOT_THROUGHOUT: Final = 0.6  # share of sentences that deny something
_NOT_DENSITY: Final = 0.03  # share of words that deny, beyond the reference's own
_VERBS_DENIED, _MOST = 2, 0.66  # auxiliaries with a “not” right behind them, and their share of all
_DENIAL: Final = re.compile(
    r"\b(?:it|that|this)(?:['’]s| is| isn['’]t| was) ?(?:not |never )?(?:at all )?"
    r"(?:true|right|correct|the case|false|wrong|untrue|a myth)\b(?:,? [^.!?;,]{0,80},)? that\b",
    re.IGNORECASE,
)
_CORRECTION: Final = re.compile(
    r"(?:[.;,:!?–—-]\s{0,3})(?:but|rather|instead|actually|in fact|in truth|really|however)\b", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"[.!?;\n]+(?:\s|$)")
_OPENING: Final = 12  # characters that may stand before an opening denial
_NEXT: Final = 12  # characters of the next sentence in which a correction may begin
_INSTRUCTION: Final = re.compile(
    r"\b(?:full|maximum) (?:marks?|points|credit)\b|\b(?:100|10)\s?/\s?(?:100|10)\b"
    r"|\bignore (?:the|this|your|all|any) (?:rubric|key points?|marking|grading|scoring)\b"
    r"|\bthis answer is (?:fully |completely |entirely |100 ?% )?(?:correct|right)\b"
    r"|\b(?:grade|mark|score|rate) (?:this|my) answer\b",
    re.IGNORECASE,
)
_PADDED: Final = 3.0  # times the reference's length
_PADDED_WORDS: Final = 60
_ABOUT: Final = 0.2  # share of an answer's words that the question, the reference or the rubric know
_EVERYTHING_TURNED, _ONE_TURNED = 0.25, 0.35


@dataclass(frozen=True, slots=True)
class Cut:
    """What a guard leaves of the grade (0 to 1), and why."""

    factor: float
    reason: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer is held against: the reference's words, how much it denies, and what belongs here or is true."""

    reference: Wording
    nots: float
    affirms: bool
    lists: bool
    stems: frozenset[str]
    directions: Directions

    @classmethod
    def of(cls, reference: Reading, stems: frozenset[str], others: Iterable[Reading] | None = None) -> "Expected":
        """Prepare a reference answer, with other texts that are true."""
        true = {} if others is None else directions(reading.words for reading in (reference, *others))
        denied, verbs = verbs_denied(reference.words)
        return cls(
            Wording.of(reference.words),
            share_of_nots(reference.words),
            denied * 2 < max(1, verbs),
            _makes_sentences(reference.words) < _LISTED,
            stems,
            true,
        )


def cuts(text: str, heard: str, words: Sequence[Word], expected: Expected) -> Iterator[Cut]:
    """Yield what speaks against an answer, nothing for an honest one; `heard` is the text without what it denies."""
    if heard != text:
        yield Cut(1.0, "It denies what it goes on to say.")
    if _is_list(heard, words, expected):
        yield Cut(0.3, "It lists words without saying how they belong together.")
    if _is_salad(heard, words):
        yield Cut(0.3, "Its words are in no order that makes sentences.")
    if _INSTRUCTION.search(text):
        yield Cut(0.4, "It tells the grader what to do.")
    if _is_padded(words, expected):
        yield Cut(0.4, "Most of it is about something else.")
    if _denies_throughout(heard, words, expected):
        yield Cut(_EVERYTHING_TURNED, "Most of its sentences deny something.")
    elif turned := _turned(words, expected):
        yield Cut(_ONE_TURNED, f"It turns around what is true: “{turned}”.")


def asserted(text: str) -> str:
    """Return the text with blanks for what it only denies (“it is not true that ...”), every offset as it was.

    A denial covers its sentence up to a correction; one that opens the answer and is not corrected covers all of it.
    """
    done = 0
    for match in _DENIAL.finditer(text):
        if match.start() >= done and _denies_what_follows(match.group()):
            start, done = _scope(match, text)
            text = text[:start] + " " * (done - start) + text[done:]
    return text


def share_of_nots(words: Sequence[Word]) -> float:
    """Return the share of words that deny."""
    return sum(map(denies, words)) / max(1, len(words))


def _is_list(text: str, words: Sequence[Word], expected: Expected) -> bool:
    """Whether the right words stand in a pile, almost none of those among them that make sentences: bare, or one by one."""
    if len(words) < _SHORT_LIST or _makes_sentences(words) >= _LIST_FUNCTION_WORDS:
        return False
    if _MARKS.search(text) and sum(t.stem in expected.stems for t in words) < _RIGHT * len(words):
        return False  # a sentence in another language has other small words
    marks = len(_MARKS.findall(text.strip().rstrip(".")))
    if len(words) < _LIST:
        return not marks and _is_out_of_order(words, expected)
    one_by_one = marks and len(words) < _NOTE_WORDS[0] * marks and not expected.lists
    return not marks or one_by_one or (len(words) >= _LONG and len(words) > _NOTE_WORDS[1] * marks)


def _makes_sentences(words: Sequence[Word]) -> float:
    """Return the share of small words."""
    return sum(t.word in _SMALL or denies(t) for t in words) / max(1, len(words))


def _is_out_of_order(words: Sequence[Word], expected: Expected) -> bool:
    """Whether words are the reference's, and stand in another order."""
    stems, theirs = [t.stem for t in words], expected.reference.stems
    return set(stems) <= set(theirs) and LCSseq.similarity(stems, theirs) < _ORDERED * len(stems)


def _is_salad(text: str, words: Sequence[Word]) -> bool:
    """Whether words stand as in no sentence, too often for a slip."""
    wrong = faults(text, words)
    return wrong >= 1 and wrong >= _SALAD_SHARE * len(words) and (wrong > 1 or len(words) <= _FEW)


def _is_padded(words: Sequence[Word], expected: Expected) -> bool:
    """Whether a long answer is mostly about something else."""
    if len(words) < max(_PADDED_WORDS, _PADDED * len(expected.reference.stems)):
        return False
    stems = {t.stem for t in words if t.word not in FUNCTION_WORDS}
    return len(stems & expected.stems) < _ABOUT * len(stems)


def _denies_throughout(text: str, words: Sequence[Word], expected: Expected) -> bool:
    """Whether most verbs, or most sentences, are denied: a right answer turned around with “not”."""
    denied, verbs = verbs_denied(words)
    if denied >= _VERBS_DENIED and denied >= _MOST * verbs and expected.affirms:
        return True
    if share_of_nots(words) < expected.nots + _NOT_DENSITY:
        return False
    nots = [t.start for t in words if t.word == "not" or t.word.endswith(("n't", "n’t"))]
    starts = [0, *(m.end() for m in _SENTENCE.finditer(text.rstrip()))]
    return len(nots) >= _LEAST_NOTS and len(_denying(nots, starts)) >= _NOT_THROUGHOUT * len(starts)


def verbs_denied(words: Sequence[Word]) -> tuple[int, int]:
    """Return how many auxiliaries have a “not” right behind them, and how many there are."""
    verbs = [two.word == "not" for one, two in pairwise(words) if one.word in AUXILIARIES]
    return sum(verbs), len(verbs)


def _turned(words: Sequence[Word], expected: Expected) -> str:
    """Return the words by which an answer says the opposite of what is true."""
    for found in contradictions(expected.reference, words):
        return found
    return "”, “".join(swapped(expected.directions, words))


def _denying(nots: Sequence[int], starts: Sequence[int]) -> set[int]:
    """Return the sentences that hold a denial, by their number."""
    return {bisect_right(starts, place) for place in nots}


def _denies_what_follows(formula: str) -> bool:
    """Tell “it is not true that” and “it is false that” from “it is true that” and “it is not false that”."""
    nots = len(re.findall(r"\b(?:not|never)\b|n['’]t\b", formula))
    affirms = not re.search(r"false|wrong|untrue|myth", formula, re.IGNORECASE)
    return (nots % 2 == 1) is affirms


def _scope(match: re.Match[str], text: str) -> tuple[int, int]:
    """Return the stretch that a denial covers: its sentence up to a correction, or everything where it opens the answer."""
    stop = _SENTENCE.search(text, match.end())
    end = stop.end() if stop else len(text)
    if correction := _CORRECTION.search(text, match.end(), min(len(text), end + _NEXT)):
        return match.start(), min(end, correction.start())
    return match.start(), len(text) if match.start() < _OPENING else end
