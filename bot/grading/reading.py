"""An answer as the grader reads it: words with stems that stand for all that mean the same, typos corrected."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.grading.compact import Numbers, Some, Words, row
from bot.grading.glossary import Lexicon, lexicon
from bot.grading.words import FUNCTION_WORDS, PAUSES, Word, plain, plain_stem, split

_TYPO_LETTERS, _TWO_TYPOS_LETTERS = 5, 8
_SWAPPED_LETTERS: Final = 4  # from here on two letters in the wrong order are a slip
_LEAST_FORM: Final = 3
_made: Final = tuple.__new__  # a word, from a tuple of its fields: by their names it takes twice as long


@dataclass(frozen=True, slots=True)
class Reading:
    """A text's words in order, and the terms found among them (each at the words that it was read from)."""

    words: tuple[Word, ...]
    terms: tuple[Word, ...] = ()

    def content(self) -> list[Word]:
        """Return the words that tell something."""
        return [t for t in self.words if t.word not in FUNCTION_WORDS]

    def telling(self) -> list[Word]:
        """Return the words that tell something, or all where there is none."""
        return self.content() or list(self.words)


def read(text: str) -> Reading:
    """Read a text with the shipped glossary."""
    return _with_terms(tuple(_words(text, lexicon())), lexicon())


def corrected(reading: Reading, known: "Known") -> Reading:
    """Read slips of the finger as the words that are known."""
    stems = {token.stem for token in reading.words}
    strange = stems - known.stems.among(stems)
    if not strange:
        return reading
    words = tuple([_corrected(token, known) if token.stem in strange else token for token in reading.words])
    return reading if words == reading.words else _with_terms(words, lexicon())


@dataclass(frozen=True, slots=True)
class Known:
    """What a typo may be corrected to: stems that are `written` so, and other forms in their order, each with its stem."""

    stems: Some
    written: Some
    forms: tuple[str, ...]
    meant: Sequence[int]  # the places of their stems among all

    @classmethod
    def of(cls, words: Iterable[Word], numbers: Numbers) -> "Known":
        """Prepare words, in their order; stems without a number get one."""
        meant: dict[str, str] = {}
        for word, stem in dict.fromkeys((token.word, token.stem) for token in words):
            if word not in FUNCTION_WORDS:
                meant.setdefault(word, stem)
                meant.setdefault(plain_stem(word), stem)
        for stem in meant.values():
            numbers.setdefault(stem, len(numbers))
        every = {form for form in meant if len(form) >= _LEAST_FORM and not form[0].isdigit()}
        forms = sorted(form for form in every if meant[form] != form)
        stems = Some(meant.values(), Words(numbers))
        written = Some(every.difference(forms), stems.words)
        return cls(stems, written, tuple(forms), row([stems.words.place(meant[form]) for form in forms]))

    def begun(self, letter: str) -> list[str]:
        """Return in their order what begins with a letter."""
        start, after = bisect_left(self.forms, letter), chr(ord(letter) + 1)
        forms = self.forms[start : bisect_left(self.forms, after, start)]
        return sorted([*self.written.between(letter, after), *forms])

    def meaning(self, form: str) -> str:
        """Return the stem that a form stands for."""
        return form if form in self.written else self.stems.words[self.meant[bisect_left(self.forms, form)]]


def _words(text: str, lex: Lexicon) -> list[Word]:
    """Return a text's words, each with the stem of its group; a unit is read as one only after a number."""
    read: list[Word] = []
    number, one, units, alike = False, lex.one, lex.units, lex.alike
    for match in split(text):
        (start, end), (stem, seen, denies) = match.span(), plain(match[0])
        meant = own = one.get(stem, stem)
        if number and stem in units:
            meant = own = units[stem]
        if meant != stem and stem in alike:
            own = stem
        read.append(_made(Word, (meant, seen, start, end, text[end : end + 1] in PAUSES, own, denies)))
        number = stem[:1].isdigit()
    return read


def _with_terms(words: tuple[Word, ...], lex: Lexicon) -> Reading:
    return Reading(words, tuple(_terms(words, lex)))


def _terms(words: Sequence[Word], lex: Lexicon) -> Iterator[Word]:
    """Yield the terms of several words, and the words that an abbreviation stands for."""
    begins = lex.begins
    for place, token in [(place, token) for place, token in enumerate(words) if token.stem in begins]:
        for stem in lex.long.get(token.stem, ()):
            yield token._replace(stem=stem, own="")
        for form, name in lex.several.get(token.stem, ()):
            if tuple(t.stem for t in words[place : place + len(form)]) == form:
                last = words[place + len(form) - 1]
                yield last._replace(stem=name, own=name, word=name, start=token.start, denies=False)
                break


def _corrected(token: Word, known: Known) -> Word:
    """Read a slip, a word that is not known, as one that is: same first letter, one edit from 5 letters on, two from 8, two swapped from 4."""
    if len(token.word) < _SWAPPED_LETTERS or token.word in FUNCTION_WORDS or token.stem in lexicon().opposites:
        return token
    choices = known.begun(token.word[0])
    form = _meant(token.word, len(token.word), choices)
    if not form and (stem := plain_stem(token.word)) != token.word:
        form = _meant(stem, len(token.word), choices)
    if not form:
        return token
    written, meaning = plain_stem(form), known.meaning(form)
    return token._replace(stem=meaning, own=written if written in lexicon().alike else meaning)


def _meant(typed: str, letters: int, choices: Sequence[str]) -> str | None:
    edits = 2 if letters >= _TWO_TYPOS_LETTERS else 1
    found = process.extractOne(typed, choices, scorer=OSA.distance, score_cutoff=edits)
    if found and (len(typed) >= _TYPO_LETTERS or sorted(typed) == sorted(found[0])):
        return found[0]
    return None
