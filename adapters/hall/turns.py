"""How many pages a visit may have in a while."""

import asyncio
from collections import Counter


class Turns:
    """Lets each visit have so many pages in so many seconds; a person never comes near it."""

    def __init__(self, *, most: int = 120, seconds: float = 20.0) -> None:
        self._most = most
        self._seconds = seconds
        self._began = 0.0
        self._had: Counter[str] = Counter()

    def free(self, visit: str) -> bool:
        """Count a request, and return whether the visit may have it."""
        now = asyncio.get_running_loop().time()
        if now - self._began >= self._seconds:
            self._began = now
            self._had.clear()
        self._had[visit] += 1
        return self._had[visit] <= self._most
