"""Difficulty as people write it, in words and emoji, and the level that it means."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.question import LEVEL_WORDS, Level, level_named

_THREE: Final = ("👶", "🚀")  # where these stand, a single star is the level between them
_CLOSING: Final = " \t)]\ufe0f"  # what may stand behind a mark
_SIGN_CHARS: Final = 8
_MARK_CHARS: Final = 60  # of a question's end or start, in which its difficulty may be marked


class Levels:
    """Reads levels out of headings and questions by a table of words and signs."""

    def __init__(self, more: Mapping[str, Level] | None = None) -> None:
        self._own = dict(more or {})
        self._table = {word.casefold(): level for word, level in {**LEVEL_WORDS, **self._own}.items()}
        word = _any(w for w in self._table if any(map(str.isalnum, w)))
        sign = f"(?:{_any(w for w in self._table if not any(map(str.isalnum, w)))})\ufe0f?"
        self._word = re.compile(rf"(?<!\w)(?:{word})(?!\w)", re.IGNORECASE)
        self._sign = re.compile(sign)
        end = (
            rf"[\s(\[]*{sign}\s*(?:(?:{word})(?!\w))?[\s)\]]*$",  # 🔥 or 🔥 Hard
            rf"\s*[(\[]\s*(?:{word})\s*[)\]]\s*$",  # (hard)
            rf"(?<=[?.!])\s+(?:{word})\s*$",  # ...? hard
            rf"(?:\s{{2,}}|\t|\s[-–—|]\s*)(?:{word})\s*$",  # ...  hard
        )
        start = (rf"^\s*{sign}\s*(?:(?:{word})(?:[\s-]+level)?\s*[:–—-]\s*)?", rf"^\s*[(\[]\s*(?:{word})\s*[)\]]\s*")
        self._end, self._start = (re.compile("|".join(some), re.IGNORECASE) for some in (end, start))
        self._last = tuple({part.rstrip("\ufe0f") for word in self._table for part in word.split()[-1:]})
        self._first = (*(word for word in self._table if not any(map(str.isalnum, word))), "(", "[")
        self._ends, self._starts = (
            {part[place] for part in some if part} for some, place in ((self._last, -1), (self._first, 0))
        )

    def of(self, text: str) -> "Levels":
        """Return the levels as a whole document uses the signs."""
        starred = any(sign in text for sign in _THREE) and "⭐" not in self._own
        return Levels({"⭐": Level.SENIOR, **self._own}) if starred else self

    def marked(self, text: str) -> Level | None:
        """Return the level whose sign stands at a text's end."""
        found = self._sign.search(text, max(0, len(text) - _SIGN_CHARS))
        return self.named(found.group()) if found else None

    def named(self, word: str) -> Level | None:
        """Return the level that a word or sign on its own means."""
        return level_named(word, self._table)

    def within(self, text: str) -> Level | None:
        """Return the level that a heading speaks of: its first such word, else its first sign."""
        found = self._word.search(text) or self._sign.search(text)
        return self.named(found.group()) if found else None

    def split(self, text: str) -> tuple[str, Level | None]:
        """Return a question without the difficulty marked at its end or its start, and the level."""
        text = text.strip()
        end = text[-1:].casefold()[-1:]
        if end in self._ends or end in _CLOSING:  # the patterns are slow
            end = text[-_MARK_CHARS:].rstrip(_CLOSING).casefold()
            ends = end.endswith(self._last)
        else:
            ends = False
        if ends and (mark := self._end.search(text, max(0, len(text) - _MARK_CHARS))):
            return text[: mark.start()].strip(), self.within(mark.group())
        if (
            text[:1] in self._starts
            and text.startswith(self._first)
            and (mark := self._start.match(text[:_MARK_CHARS]))
        ):
            return text[mark.end() :].strip(), self.within(mark.group())
        return text, None


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
