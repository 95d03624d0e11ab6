"""What was deleted is forgotten in memory too, in every process: texts and names that were kept there to be compared quickly."""

from typing import Final

from bot.rules import likeness, names
from bot.store.database import Database
from bot.store.notebook import ERASED, StoredNotebook
from bot.text import stems

KEPT: Final = (likeness.content, stems, names.look)  # by what people said, or are called


class Forgotten:
    """Sees that something was deleted, also by another process; asked each second by each."""

    def __init__(self) -> None:
        self._newest: str | None = None

    async def follow(self, db: Database) -> None:
        """Forget it all once something was deleted since; what is still there is read again where it is needed."""
        newest = await StoredNotebook(db).get(ERASED)
        if newest != self._newest:
            for known in KEPT:
                known.cache_clear()
            self._newest = newest
