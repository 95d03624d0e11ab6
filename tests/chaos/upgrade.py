"""An upgrade in the chaos suite: a bot that begins on a database of an older version is held before a statement of the migrations."""

import json
from typing import Final

from tests.chaos.cast import HOSTS, Replica, until
from tests.chaos.nursery import HOLD
from tests.doubles.loopback import PATIENCE

ARRIVED: Final = "arrived"
RELEASED: Final = "released"


class Migrating:
    """What holds the first process that comes to a statement until it is let go."""

    host = HOSTS[0]  # who begins first

    def __init__(self, replica: Replica, statement: str) -> None:
        self._arrived, self._released = (replica.folder / f"{name}.{len(replica.past)}" for name in (ARRIVED, RELEASED))
        replica.settings[HOLD] = json.dumps([statement, str(self._arrived), str(self._released)])

    async def arrived(self, *, within: float = PATIENCE) -> None:
        """Wait until it is there."""
        if not await until(self._arrived.exists, within=within):
            raise TimeoutError

    def release(self) -> None:
        """Let it go on."""
        self._released.touch()

    lose = release
