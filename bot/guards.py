"""What an honest answer does not look like: narrow checks that cut a grade, each with a reason a person can read.

Each was held against honest full-mark answers before it was let in; wide checks cost more there than they save.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.text import Token

NEGATIONS: Final = frozenset((
    "no", "not", "never", "none", "neither", "nor", "cannot", "cant", "without", "hardly", "isnt", "arent",
    "wasnt", "doesnt", "dont", "didnt", "wont", "false", "untrue",
))  # fmt: skip
FUNCTION_WORDS: Final = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "being", "by", "can", "could", "did", "do", "does",
    "each", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
    "its", "may", "might", "more", "most", "must", "of", "on", "one", "or", "our", "out", "over", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "through", "to", "too", "under", "up", "us", "very", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your", "it's", "that's",
))  # fmt: skip
TURNS: Final = frozenset(("but", "while", "whereas", "although", "however", "so", "because", "rather", "instead"))

_LONG: Final = 15  # words from which an answer can be told from a list
_NOTE_WORDS: Final = (1.5, 8.0)  # words between two marks, on average, in honest notes without whole sentences
_LIST_FUNCTION_WORDS: Final = 0.08
_VERBS: Final = frozenset(("is", "are", "was", "were", "be", "has", "have", "can", "will"))
_NEVER_AFTER: Final = {  # pairs that no sentence has
    "the": _VERBS | {"of", "to", "and", "or", "by", "for", "with", "that", "it", "which", "if", "as", "so", "then"},
    "a": frozenset(("the", "an", "of", "to", "and", "by", "for", "with", "that", "it", "which", "if", "as")),
    "an": _VERBS | {"the", "a", "of", "to", "and", "by", "for", "with", "that", "it", "which", "if", "as"},
    "of": _VERBS | {"of", "to", "and", "or", "by", "for", "if"},
    "to": _VERBS - {"be", "have"} | {"of", "to", "and", "by", "for", "if"},
}
_SALAD: Final = 2
_LEAST_NOTS: Final = 3
_NOT_THROUGHOUT: Final = 0.6  # share of sentences that deny something
_NOT_DENSITY: Final = 0.03  # share of words that deny, beyond the reference's own
_DENIAL: Final = re.compile(
    r"\b(?:it|that|this)(?:['’]s| is| isn['’]t| was) ?(?:not |never )?(?:at all )?"
    r"(?:true|right|correct|the case|false|wrong|untrue|a myth)\b(?:,? [^.!?;,]*,)? that\b",
    re.IGNORECASE,
)
_CORRECTION: Final = re.compile(r"\b(?:but|rather|instead|actually|in fact|in truth|really|however)\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!?;\n]+(?:\s|$)")
_OPENING: Final = 12  # characters that may stand before an opening denial
_NEXT: Final = 12  # characters of the next sentence in which a correction may begin


@dataclass(frozen=True, slots=True)
class Cut:
    """What a guard leaves of the grade (0 to 1), and why."""

    factor: float
    reason: str


def cuts(text: str, words: Sequence[Token], *, nots: float = 0.0) -> list[Cut]:
    """Return what speaks against an answer, nothing for an honest one; `nots` is the reference's own share of denials."""
    found = (_list_of_words(text, words), _salad(text, words), _nots(text, words, nots))
    return [cut for cut in found if cut]


def asserted(text: str) -> str:
    """Return the text with blanks for what it only denies (“it is not true that ...”), every offset as it was.

    A denial covers its sentence up to a correction; one that opens the answer and is not corrected covers all of it.
    """
    for match in _DENIAL.finditer(text):
        if _denies_what_follows(match.group()):
            start, end = _scope(match, text)
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def share_of_nots(words: Sequence[Token]) -> float:
    """Return the share of words that deny."""
    return sum(map(denies, words)) / max(1, len(words))


def denies(token: Token) -> bool:
    """Whether a word turns a statement into its opposite."""
    return token.word.replace("'", "").replace("’", "") in NEGATIONS or token.word.endswith(("n't", "n’t"))


def _list_of_words(text: str, words: Sequence[Token]) -> Cut | None:
    """Many words and almost none of those that make sentences: bare, or one by one between commas."""
    if len(words) < _LONG or sum(t.word in FUNCTION_WORDS for t in words) / len(words) >= _LIST_FUNCTION_WORDS:
        return None
    marks = len(re.findall(r"[,;:.\n→=()]", text))
    if marks and _NOTE_WORDS[0] <= len(words) / marks <= _NOTE_WORDS[1]:
        return None
    return Cut(0.3, "It lists words without saying how they belong together.")


def _salad(text: str, words: Sequence[Token]) -> Cut | None:
    """Words in no order: pairs such as “the of” that no sentence has, more than once."""
    wrong = sum(
        text[one.start].islower()
        and two.word in _NEVER_AFTER.get(one.word, ())
        and not one.pause
        and text[two.end : two.end + 1] != "-"
        for one, two in pairwise(words)
    )
    return Cut(0.3, "Its words are in no order that makes sentences.") if wrong >= _SALAD else None


def _nots(text: str, words: Sequence[Token], expected: float) -> Cut | None:
    """Return a cut where sentence upon sentence denies something: a right answer turned around with “not”."""
    nots = [t for t in words if denies(t)]
    starts = [0, *(m.end() for m in _SENTENCE.finditer(text.rstrip()))]
    denying = {sum(start <= t.start for start in starts) for t in nots}
    few = len(nots) < _LEAST_NOTS or len(denying) < _NOT_THROUGHOUT * len(starts)
    if few or share_of_nots(words) < expected + _NOT_DENSITY:
        return None
    return Cut(0.2, "Most of its sentences deny something.")


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
