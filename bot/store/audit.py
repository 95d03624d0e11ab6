"""What was decided and changed in a team: by whom, when and why, as far as it is kept."""

from typing import Any

from sqlalchemy import Connection

from bot.store import doubts, edits, live, marks, phrasings, questions, queue, skips, squads, suggestions


def of_team(connection: Connection, team_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return all of it as plain data, each list oldest first; who is hidden, or deleted, has no name."""
    kept = {
        "decisions": doubts.export, "questions": questions.audit, "suggestions": suggestions.audit, "edits": edits.audit,
        "marks": marks.audit, "learned": phrasings.audit, "queued": queue.audit, "left_out": skips.audit,
        "live": live.audit, "teams": squads.audit,
    }  # fmt: skip
    return {name: look(connection, team_id) for name, look in kept.items()}
