"""What organisers edited of their team's questions, put over its files: read once from the store, and again after each edit."""

import asyncio
import math
from collections.abc import Mapping

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.bank.team_banks import with_edits
from bot.ports import Ref
from bot.question import Question
from bot.store import edits
from bot.store.database import Database
from bot.store.notebook import StoredNotebook


class Edits:
    """Every team's edits, and the banks that they make; another process's are there within `fresh` seconds."""

    fresh: float = 1.0

    def __init__(self) -> None:
        self._known: dict[Ref, Mapping[str, Question]] = {}
        self._made: dict[Ref, tuple[Bank, Mapping[str, Question], Bank]] = {}
        self._newest: str | None = None  # by what another process's edits are seen
        self._looked_at = -math.inf

    async def upon(self, files: Bank, team: Ref, db: Database) -> Bank:
        """Return a team's bank: what its files say, with its edits."""
        if db.holder:
            await self._follow(db)
        known = await self._of(team, db)
        if not known:
            return files
        made = self._made.get(team)
        if made is None or made[0] is not files or made[1] is not known:
            made = self._made[team] = (files, known, with_edits(files, known))
        return made[2]

    async def _follow(self, db: Database) -> None:
        """Forget what is known once another process may have saved an edit; each answer asks, and its own read would cost it a tenth."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < self.fresh:
            return
        self._looked_at = now
        newest = await StoredNotebook(db).get(edits.NEWEST)
        if newest != self._newest:
            self.forget()
            self._newest = newest

    async def _of(self, team: Ref, db: Database) -> Mapping[str, Question]:
        if (known := self._known.get(team)) is not None:
            return known

        def look(connection: Connection) -> Mapping[str, Question]:
            return edits.of_team(connection, team)

        kept = self._known  # an edit while it is read replaces this, and what was read is forgotten with it
        kept[team] = known = await db.read(look)
        return known

    def forget(self) -> None:
        """Read all anew: an edit was saved, or a team is gone."""
        self._known = {}
        self._made.clear()
