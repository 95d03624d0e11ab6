"""The line at which a question stands in a file whose parser does not say it."""

import json
from typing import Any, Final

_MISSES: Final = 20  # questions whose line was not found, after which none is looked for


class Places:
    """Finds the line at which each question of a text stands, from the first to the last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._from = self._counted = self._misses = 0
        self._line = 1
        self.last = text.count("\n") + 1

    def of(self, question: Any) -> int:
        """Return the line of the next question with these words, or that of the one before it."""
        if self._misses < _MISSES and isinstance(question, str):
            forms = dict.fromkeys(
                (question, json.dumps(question, ensure_ascii=False)[1:-1], json.dumps(question)[1:-1])
            )
            places = [place for form in forms if (place := self._text.find(form, self._from)) >= 0]
            self._misses += not places
            if places:
                self._from = min(places)
                self._line += self._text.count("\n", self._counted, self._from)
                self._counted = self._from
                self._from += 1
        return self._line
