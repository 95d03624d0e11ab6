"""What was decided and changed in a team: by whom, when and why, as far as it is kept."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.store import deeds, doubts, edits, live, marks, phrasings, questions, queue, skips, squads, suggestions

Look = Callable[[Connection, int], list[dict[str, Any]]]


def of_team(connection: Connection, team_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return all of it as plain data, each list oldest first; who is hidden, or deleted, has no name."""
    kept: dict[str, Look] = {
        "decisions": doubts.export, "questions": questions.audit, "suggestions": suggestions.audit, "edits": edits.audit,
        "marks": marks.audit, "learned": phrasings.audit, "queued": queue.audit, "left_out": skips.audit,
        "schedules": partial(deeds.audit, of=deeds.SCHEDULES), "settings": partial(deeds.audit, of=deeds.SETTINGS),
        "live": live.audit, "teams": squads.audit,
    }  # fmt: skip
    return {name: look(connection, team_id) for name, look in kept.items()}
