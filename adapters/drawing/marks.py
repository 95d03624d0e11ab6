"""The signs that the chat platforms share, and how a place on a board is told in one line."""

from typing import Final

from bot.cards import Place
from bot.text import plural

MEDALS: Final = {1: "🥇", 2: "🥈", 3: "🥉"}
SIGN: Final = {True: "✅", False: "❌", None: "•"}


def standing(place: Place) -> str:
    """Return what stands behind a name on a board: points, questions, streak, and movement since last week."""
    streak = f" · 🔥 {place.streak}" if place.streak else ""
    return f"{plural(place.points, 'point')} · {plural(place.rounds, 'question')}{streak}{_moved(place.moved)}"


def _moved(moved: int | None) -> str:
    if moved is None:
        return " · new"
    return f" · {'▲' if moved > 0 else '▼'}{abs(moved)}" if moved else ""
