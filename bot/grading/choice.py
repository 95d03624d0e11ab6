"""A question that offers options: which of them an answer names, by their words, their letters or their places.

Where one is named, that alone decides: all the right ones and no other earn everything, a wrong one among them earns
nothing. Only an answer in words of its own is graded as those to other questions are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.grading import contrast
from bot.grading.contrast import AND, LABELS, NOT, SMALL, WHY, Mention, Token, tokens_of
from bot.grading.words import FUNCTION_WORDS
from bot.question import Question, options_of

_NEVER: Final = frozenset(("no", "not", "never", "wrong", "incorrect", "false"))
_WRONG: Final = frozenset(("wrong", "incorrect", "false", "not", "out"))
_IS: Final = frozenset(("is", "are", "was", "isn't", "isnt", "aren't"))
_ANEW: Final = frozenset(
    ("but", "it's", "is", "maybe", "perhaps", "probably")
)  # behind which a “not” reaches no further
_COMPARES: Final = frozenset(("than", "unlike", "like", "versus", "vs", ">"))
_HENCE: Final = frozenset(("so", "therefore", "hence", "thus", "choose", "pick", "answer", "go", "but"))
_JOINS: Final = frozenset(("and", "/", "&"))
_BEHIND_LETTERS: Final = frozenset(
    ("+", ">", "<", "do", "does", "don't", "doesn't", "has", "have", "lacks", "would", "can", "can't", "cannot")
)
_ARTICLES: Final = frozenset(("a", "an", "the"))
_LINKS: Final = frozenset(("both", "and", "only", "&"))
_UNSURE: Final = frozenset(("sure", "certain", "only"))  # a “not” before them denies no option
_DIGITS: Final = frozenset("12345678")
_BEHIND: Final = WHY | AND | _IS | {")", "]", "=", "but", "not", "then", "i", "if", "it", "it's"}
_PLACES: Final[Mapping[str, int]] = {
    word: n
    for n, both in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th"))
    for word in both.split()
} | {"last": -1}
_COUNTS: Final[Mapping[str, int]] = {"two": 2, "three": 3, "2": 2, "3": 3}
_PLACED: Final = frozenset(("one", "ones", "option", "options", "choice", "answer", "answers"))
_ALL: Final = re.compile(
    r"(?:all|every)(?: (?:of )?(?:them|these|those|the above|above|options?|one|two|three|four|five|(?:are )?(?:right|correct)))?|both|everything|everyone"
)
_OF_ALL: Final = frozenset(("all", "both", "of", "these", "those", "them"))
_ALL_BUT: Final = re.compile(
    r"\b(?:all|every(?:thing|one)?)(?: (?:of )?(?:them|these))? (?:but|except)\b", re.IGNORECASE
)
_TOGETHER: Final = ("all of", "all the", "all are", "both of")  # how an option begins that stands for all others
_ASKS_NOT: Final = re.compile(r"\b(?:not|never|except|false|incorrect|wrong|cannot)\b|n['’]t\b", re.IGNORECASE)
APART: Final = "it speaks of several options, and it is not clear which of them it means."
_MAYBE: Final = 0.5  # what options earn that may be meant
_REACH: Final = 2  # words behind a “not” to which it reaches


@dataclass(frozen=True, slots=True)
class Offer:
    """What a question offers: each option's letter and its words, and the places of the right ones."""

    letters: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Named:
    """The options that an answer names; `listed` where it says nothing else.

    One that speaks of others besides may mean them (`told`) or those of them that are right.
    """

    offer: Offer
    options: frozenset[int]
    listed: bool
    apart: bool = False  # whether it speaks of others besides
    told: bool = True

    @property
    def share(self) -> float:
        """How much of what is right is named: nothing where a wrong option is, and half where it is not told whether one is meant."""
        right, wrong = self.offer.right, self.options - self.offer.right
        part = len(self.options & right) / len(right)
        return part if not wrong else 0.0 if self.told else part * _MAYBE

    @property
    def wrong(self) -> bool:
        """Whether a wrong option is picked."""
        return bool(self.options - self.offer.right) and not self.apart

    @property
    def clear(self) -> bool:
        """Whether an answer leaves no doubt which options it means."""
        mixed = self.options & self.offer.right and self.options - self.offer.right
        return self.listed or not (self.apart or mixed)

    def credit(self, statement: str) -> float:
        """Return what a key point earns: one that states a right option by that, any other by all of them."""
        said = f" {' '.join(_words(statement))} "
        own = {n for n in self.offer.right if f" {' '.join(self.offer.words[n])} " in said}
        if not own or (self.share > 0 and self.options - self.offer.right):
            return self.share
        return float(bool(own & self.options)) * bool(self.share)


def named(question: Question, text: str) -> Named | None:
    """Return which of a question's options an answer names; None where it names none, or none is offered."""
    offer = offered(question.question, question.reference)
    if offer is None:
        return None
    tokens = tokens_of(text)
    mentions = _mentions(offer, tokens)
    taken = {place for one in mentions for place in range(one.start, one.end)}
    listed = all(n in taken or one.word in SMALL or one.word in NOT for n, one in enumerate(tokens))
    if mentions:
        said = _asserted(tokens, mentions, taken, listed=listed)
        denied = frozenset(one.option for one in mentions) - said
        found = Named(offer, _together(offer, _beside(offer, text, said, denied)), listed)
        if not found.options:
            return Named(offer, _every(offer) - denied, listed=False, apart=True)
        return found if listed else _told_apart(found, question, text, tokens, mentions)
    words = " ".join(token.word for token in tokens if token.word not in SMALL - _OF_ALL)
    return Named(offer, _together(offer, _every(offer)), listed=True) if _ALL.fullmatch(words) else None


def _told_apart(
    found: Named, question: Question, text: str, tokens: Sequence[Token], mentions: Sequence[Mention]
) -> Named:
    """Return the options that an answer means where it speaks of right and wrong ones, or of wrong ones to deny them."""
    offer = found.offer
    taken = {place for one in mentions for place in range(one.start, one.end)}
    besides = [one for one in mentions if one.option not in found.options and not _is_denied(tokens, one, taken)]
    parts = contrast.parts_of(offer.words, tokens, mentions)
    others = {one.option for one in (*besides, *parts)}
    anew = any(tokens[one.start].ends for one in besides)
    if found.options - offer.right:
        speaks = bool((found.options | others) & offer.right) or contrast.is_cued(tokens)
    else:
        speaks = anew or bool({one.option for one in parts} & offer.right - found.options)
    of_not = _ASKS_NOT.search(question.question.partition("\n\n")[0]) is not None
    if (
        speaks
        and not _ALL_BUT.search(text)
        and (meant := contrast.meant(tokens, [*mentions, *parts], _every(offer), of_not=of_not))
    ):
        return Named(offer, meant.options, listed=False, apart=True, told=meant.told)
    return found


@lru_cache(maxsize=512)
def offered(question: str, reference: str) -> Offer | None:
    """Return what a question offers, if its reference answer is one of the options, or several with a “;” between them."""
    options = options_of(question)
    said = reference.partition("\n\n")[0]
    words = tuple(_words(one) for one in options.values())
    for parts in ([said], said.split("; ")):
        right = frozenset(n for n, one in enumerate(words) if one in map(_words, parts))
        if right and len(right) == len(parts):
            return Offer(tuple(options), words, right)
    return None


def _words(text: str) -> tuple[str, ...]:
    words = tuple(token.word for token in tokens_of(text)) or tuple(text.split())
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES and words[1] not in AND else words


def _every(offer: Offer) -> frozenset[int]:
    return frozenset(range(len(offer.words)))


def _beside(offer: Offer, text: str, said: frozenset[int], denied: frozenset[int]) -> frozenset[int]:
    """Return what is said, or what is left where all others are denied: “all but B”, “neither A nor C”."""
    if _ALL_BUT.search(text):
        return _every(offer) - denied - said
    return _every(offer) - denied if not said and len(denied) == len(offer.words) - 1 else said


def _together(offer: Offer, named: frozenset[int]) -> frozenset[int]:
    """Return the option that stands for just those that are named, where there is one."""
    for place, words in enumerate(offer.words):
        meant = _meant(offer, words) - {place}
        if len(meant) > 1 and meant in {named, named - {place}}:
            return frozenset((place,))
    return named


def _meant(offer: Offer, words: Sequence[str]) -> frozenset[int]:
    """Return the options for which another stands: “all of the above”, “both A and B”."""
    if " ".join(words).startswith(_TOGETHER) or words in {("all",), ("both",)}:
        return _every(offer)
    letters = {word.upper() for word in words if word not in _LINKS}
    return frozenset(n for n, one in enumerate(offer.letters) if one in letters and letters <= set(offer.letters))


def _mentions(offer: Offer, tokens: Sequence[Token]) -> list[Mention]:
    """Return where options are named, by their words, the longest first; then in the rest by letter or place."""
    found: list[Mention] = []
    for option in sorted(_every(offer), key=lambda n: -len(offer.words[n])):
        found += _by_words(offer.words[option], option, tokens, found)
    taken = {place for one in found for place in range(one.start, one.end)}
    rest = [None if place in taken else token for place, token in enumerate(tokens)]
    signs = {words[0] for words in offer.words if len(words) == 1}
    found += [*_by_letter(offer, rest, signs), *_by_place(offer, rest, signs)] or _by_part(offer, rest)
    return sorted(one for one in found if not one.start or tokens[one.start - 1].word not in _COMPARES)


def _by_words(
    words: tuple[str, ...], option: int, tokens: Sequence[Token], found: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield where an option's words stand; a small one stands in any sentence, and counts before a mark or a reason."""
    small = len(words) == 1 and (words[0] in FUNCTION_WORDS or words[0] == "no")
    for start in range(len(tokens) - len(words) + 1):
        end = start + len(words)
        free = not any(one.start < end and start < one.end for one in found)
        if free and all(token.word == word for token, word in zip(tokens[start:end], words, strict=True)):
            follows = tokens[end].word if end < len(tokens) else ""
            if not small or tokens[start].apart or follows in _BEHIND:
                yield Mention(start, end, option)


def _by_part(offer: Offer, tokens: Sequence[Token | None]) -> list[Mention]:
    """Return options that are named by some of their words, where an answer consists of nothing else."""
    rest = [(place, one.word) for place, one in enumerate(tokens) if one and one.word not in SMALL | NOT]
    holders = [(place, [n for n, words in enumerate(offer.words) if word in words]) for place, word in rest]
    one_each = all(len(some) == 1 for _, some in holders)
    return [Mention(place, place + 1, some[0]) for place, some in holders] if one_each else []


def _by_letter(offer: Offer, tokens: Sequence[Token | None], signs: set[str]) -> Iterator[Mention]:
    """Yield where an option's letter stands as such: with nothing else, before a mark, or where one speaks of options."""
    letters = {letter.lower(): place for place, letter in enumerate(offer.letters) if letter.lower() not in signs}
    alone = all(token is None or token.word in SMALL or token.word in letters for token in tokens)
    bare = all(token is None or token.word in AND or token.word in letters for token in tokens)
    for place, token in enumerate(tokens):
        if token is None:
            continue
        behind = {one.word for one in tokens[place + 1 : place + 2] if one}
        named = _stands_apart(tokens, place) or behind & _BEHIND_LETTERS or bare or (alone and token.word != "a")
        if token.word in letters and named:
            yield Mention(place, place + 1, letters[token.word])
        elif len(tokens) == 1 and token.word.isalpha() and set(token.word) <= letters.keys():
            yield from (Mention(place, place + 1, letters[one]) for one in token.word)  # “AB”


def _stands_apart(tokens: Sequence[Token | None], place: int) -> bool:
    """Whether a letter or a number is no word of a sentence: a mark or a reason follows, or “option” stands before it."""
    token, before = tokens[place], tokens[place - 1] if place else None
    behind = tokens[place + 1 : place + 2]
    ends = (token is not None and token.apart) or any(one is None or one.word in _BEHIND for one in behind)
    return ends or (before is not None and before.word in LABELS)


def _by_place(offer: Offer, tokens: Sequence[Token | None], signs: set[str]) -> Iterator[Mention]:
    """Yield where an option is named by its place: “the second”, “the first two”, or “2” where no option has a number."""
    numbers = not any(sign[-1:].isdigit() for sign in signs) and "1" not in offer.letters
    for place, token in enumerate(tokens):
        if token is None:
            continue
        behind = tokens[place + 1] if place + 1 < len(tokens) else None
        word = behind.word if behind else ""
        if token.word == "first" and word in _COUNTS:
            yield from (Mention(place, place + 2, n) for n in range(min(_COUNTS[word], len(offer.words))))
        elif token.word in _PLACES and (token.apart or word in _PLACED | _BEHIND):
            yield from _at(offer, place, _PLACES[token.word])
        elif numbers and token.word in _DIGITS and _stands_apart(tokens, place):
            yield from _at(offer, place, int(token.word) - 1)


def _at(offer: Offer, place: int, option: int) -> Iterator[Mention]:
    if option < len(offer.words):
        yield Mention(place, place + 1, option % len(offer.words))


def _asserted(tokens: Sequence[Token], mentions: Sequence[Mention], taken: set[int], *, listed: bool) -> frozenset[int]:
    """Return the options that an answer names and does not deny: its conclusion, or what stands before its reasons."""
    meant = [one for one in mentions if not _is_denied(tokens, one, taken)]
    concluded = [one for one in meant if not listed and _concludes(tokens, one.start)]
    first = (concluded or mentions)[0].start
    reasons = (
        n
        for n in range(first, len(tokens))
        if (n not in taken and tokens[n].word in WHY) or (n > first and tokens[n].ends)
    )
    ends = next(reasons, len(tokens))
    said: list[Mention] = []
    for one in meant:
        goes_on = one.start > 0 and tokens[one.start - 1].word in AND
        if goes_on and tokens[one.start - 1].word in _JOINS and not tokens[one.start - 1].ends:
            goes_on = bool(said) and said[-1].end >= one.start - 1  # “because Mars and Saturn are small”
        said += [one] if listed or first <= one.start < ends or goes_on else []
    return frozenset(one.option for one in said)


def _concludes(tokens: Sequence[Token], place: int) -> bool:
    """Whether an answer comes to a conclusion at a place: “so it is B”."""
    near = {token.word for token in tokens[max(0, place - 3) : place]}
    return bool(_HENCE & near) and "also" not in near


def _is_denied(tokens: Sequence[Token], one: Mention, taken: set[int]) -> bool:
    """Whether a “not” stands before an option, or right behind it that it is wrong."""
    behind = [token.word for token in tokens[one.end : one.end + 3]]
    if behind[:1] and behind[0] in _IS and (_WRONG | NOT).intersection(behind):
        return True
    if one.end not in taken and behind[:1] and behind[0] in _NEVER and tokens[one.end].apart:
        return True
    words = 0
    for place in range(one.start - 1, -1, -1):
        token = tokens[place]
        if token.word in NOT:
            return tokens[place + 1].word not in _UNSURE
        words += place not in taken and token.word not in AND
        if (
            tokens[place + 1].ends
            or (tokens[place + 1].comma and place not in taken)
            or words > _REACH
            or token.word in _ANEW
        ):
            return False
    return False
