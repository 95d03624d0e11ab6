"""Words: cleaning what people type, splitting it into tokens and clauses, and finding the nearest known word."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, TypeVar

from rapidfuzz import fuzz, process

_TOKEN = re.compile(r"\w+(?:['’]\w+)?(?:[+#]+)?")
_CLAUSE = re.compile(  # begins with a set of characters, for which the engine looks at once
    r"[.!?;:,\s•●](?:(?<=[.!?;:])(?=\s|$)|(?<=[\n•●])[\n•●]*|(?<=\s)[-–—*]\s|(?:(?<=,)\s|(?<=\s))(?:but|whereas|while|although|however)\s)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?](?=\s+[^\sa-z])")  # what begins with a small letter goes on after an abbreviation
_PART = re.compile(r"[.!?;](?=\s)")
_SUFFIXES = frozenset((
    "izations", "isations", "ization", "isation", "ations", "ation", "ators", "ative", "ating", "ator", "ated", "ates",
    "izing", "izes", "ized", "izer", "ments", "ment", "ness", "ities", "ity", "ically", "ingly", "edly", "ings",
    "ing", "ions", "ion", "ives", "ive", "ally", "able", "ible", "ate", "ize", "ers", "ors", "er", "ed",
    "es", "ly", "al", "or", "s", "e",
))  # fmt: skip
_LONGEST_SUFFIX = max(map(len, _SUFFIXES))
_NO_PLURAL = ("ss", "ias", "sis")
MIN_STEM = 3
LONG_WORD = 20  # characters; one that is longer is cut
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_EDGES = " \t\n\u00a0\u200c\u200d\u2028\u2029\u3000"
_JOINERS = frozenset("\n\t\u200c\u200d")  # line ends, and the joiners that Persian, Hindi and emoji are written with
_PAUSES = frozenset(",;:.!?)\n")


class Placed(Protocol):
    """Something that stands in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: its stem, where it stands (character offsets, end exclusive), whether a pause follows."""

    stem: str
    word: str
    start: int
    end: int
    pause: bool = False


AnyToken = TypeVar("AnyToken", bound=Placed)


def clean(text: str) -> str:
    """Return the text as it is kept: NFC, one kind of line end, safe to show, no blank edges."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", safe(lines)).strip(_EDGES)


def safe(text: str) -> str:
    """Return the text without what steers a screen: control and direction-changing characters, half characters."""
    if text.isprintable():  # as most are: each character is then one that is seen, or a blank
        return text
    return "".join(c for c in text if c in _JOINERS or unicodedata.category(c) not in _STEERING)


def clip(text: str, limit: int) -> str:
    """Return the text in at most `limit` characters, with an ellipsis where it was cut: between two words if it can be."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    whole, _, part = head.rpartition(" ")
    cut = whole.strip() and len(part) <= LONG_WORD and not text[limit - 1].isspace()
    return (whole if cut else head).rstrip() + "…"


def beginning(text: str, limit: int) -> str:
    """Return a text in at most `limit` characters: a longer one ends with a sentence, with a part of one, or between words."""
    if len(text) <= limit:
        return text
    for pause in (_SENTENCE, _PART):
        ends = [end for m in pause.finditer(text, endpos=limit - 2) if (end := m.end()) >= limit // 3]
        if ends:
            return f"{text[: ends[-1]]} …"
    return clip(text, limit)


def tokens(text: str) -> tuple[Token, ...]:
    """Split a text into tokens; case, accents and width do not matter to their stems."""
    found = ((m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))
    return tuple(Token(stem(w), fold(w), start, end, text[end : end + 1] in _PAUSES) for w, start, end in found)


def has_words(text: str) -> bool:
    """Whether there is a token in a text."""
    return _TOKEN.search(text) is not None


def written(text: str) -> list[str]:
    """Return the words of a text as they stand there."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=2_000)
def stems(text: str) -> tuple[str, ...]:
    """Return a text's stems in order, to compare it with others."""
    return tuple(token.stem for token in tokens(text))


def clauses(text: str, words: Sequence[AnyToken]) -> tuple[tuple[AnyToken, ...], ...]:
    """Part the words of a text into its clauses."""
    return tuple(tuple(words[start:end]) for start, end in parted(text, words))


def parted(text: str, words: Sequence[Placed]) -> list[tuple[int, int]]:
    """Return from which of a text's words to before which each of its clauses reaches."""
    starts = [word.start for word in words]
    edges = [bisect_left(starts, edge) for edge in (0, *(m.end() for m in _CLAUSE.finditer(text)), len(text))]
    return [(start, end) for start, end in pairwise(edges) if start < end]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word without its inflection: "samples", "sampled" and "sampling" are one stem."""
    word = fold(word).removesuffix("'s").removesuffix("’s")
    if len(word) <= MIN_STEM or (not word.isalpha() and any(map(str.isdigit, word))):
        return word
    if word.endswith(("ies", "ied")):
        word = word[:-3] + "y"
    elif not word.endswith(_NO_PLURAL):
        word = _without_suffix(word)
    doubled = len(word) > MIN_STEM and word[-1] == word[-2]
    return word[:-1] if doubled else word


def _without_suffix(word: str) -> str:
    """Return a word without the longest suffix that leaves a stem."""
    for letters in range(min(_LONGEST_SUFFIX, len(word) - MIN_STEM), 0, -1):
        if word[-letters:] in _SUFFIXES:
            return word[:-letters]
    return word


def blanked(text: str, start: int, end: int) -> str:
    """Return a text with blanks for a stretch of it."""
    return text[:start] + " " * (end - start) + text[end:]


def nearest(word: str, known: Iterable[str], *, cutoff: float = 60) -> str | None:
    """Return the known word most like a mistyped one, case aside, or None where none is alike."""
    choices = {name.casefold(): name for name in known}
    found = process.extractOne(word.casefold(), list(choices), scorer=fuzz.ratio, score_cutoff=cutoff)
    return choices[found[0]] if found else None


def plural(count: int, noun: str, many: str = "") -> str:
    """Return a count with its noun: "1 member", "3 members", "2 people"."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as they are said one after another: "maya, bo and zoe"."""
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def fold(word: str) -> str:
    """Return a word without case, accents and width."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def cut_at_lines(text: str, longest: Callable[[str], str]) -> Iterator[str]:
    """Yield a text in parts that fit, cut at the end of a line where there is one; `longest` returns the head that does."""
    while (head := longest(text)) != text:
        at = head.rfind("\n") + 1 or len(head)
        if text[:at].strip():
            yield text[:at].rstrip("\n")
        text = text[at:]
    if text.strip():
        yield text
