"""Nothing is looked through that grows: indexes, what waits for an organiser, and when each schedule was planned last."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE: Final[dict[str, list[tuple[str, ...]]]] = {
    "channel": [("team_id",)],
    "identity": [("team_id",)],
    "schedule": [("planned_at",), ("team_id",), ("member_id",)],
    "occurrence": [("team_id",), ("channel_id",)],
    "round": [
        ("channel_id", "sequence"),
        ("team_id", "local_date"),
        ("question_id", "version"),
    ],
    "message": [("sending_at",)],
    "attempt": [("team_id", "at")],
    "appeal": [("grade_id",)],
    "decision": [("member_id",)],
    "hint": [("member_id",)],
    "award": [("channel_id",)],
    "away": [("team_id", "last")],
    "queued": [("team_id",), ("member_id",)],
    "total": [("member_id",)],
    "streak": [("team_id", "member_id")],
}
PARTIAL: Final = (  # name, table, columns, which rows, and the same as SQLite says it
    ("team_left", "team", ["left_at"], "left_at IS NOT NULL", ""),
    ("inbox_waiting", "inbox", ["at"], "done IS false", "done IS 0"),
    ("occurrence_due", "occurrence", ["due_at"], "state = 'due'", ""),
    ("occurrence_ahead", "occurrence", ["schedule_id"], "state = 'due'", ""),
    ("occurrence_over", "occurrence", ["settled_at"], "state IN ('posted', 'skipped')", ""),
    ("occurrence_lost", "occurrence", ["kind", "state"], "state IN ('missed', 'failed')", ""),
    ("round_open", "round", ["team_id"], "closed_at IS NULL", ""),
    ("round_asked", "round", ["asked_by"], "asked_by IS NOT NULL", ""),
    ("attempt_practice", "attempt", ["at"], "late IS true", "late IS 1"),
    ("attempt_kept", "attempt", ["at"], "text IS NOT NULL", ""),
    ("attempt_copied", "attempt", ["copied_from"], "copied_from IS NOT NULL", ""),
    ("grade_decided", "grade", ["member_id"], "member_id IS NOT NULL", ""),
    ("grade_caused", "grade", ["decision_id"], "decision_id IS NOT NULL", ""),
    ("queued_asked", "queued", ["round_id"], "round_id IS NOT NULL", ""),
    ("phrasing_taken", "phrasing", ["taken_by"], "taken_by IS NOT NULL", ""),
)
WAITING: Final = """
    INSERT INTO doubt (attempt_id, team_id)
    SELECT attempt.id, attempt.team_id FROM grade JOIN attempt ON attempt.id = grade.attempt_id
    LEFT JOIN appeal ON appeal.attempt_id = attempt.id AND appeal.grade_id = grade.id
    WHERE attempt.text IS NOT NULL AND (grade.unsure IS NOT NULL AND NOT attempt.late OR appeal.attempt_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM grade AS later WHERE later.attempt_id = attempt.id AND later.id > grade.id)
"""
REPORTED: Final = """
    INSERT INTO reported (team_id, question_id)
    SELECT DISTINCT team_id, question_id FROM remark
    WHERE said = 'report' AND NOT EXISTS (
        SELECT 1 FROM remark AS later WHERE later.team_id = remark.team_id AND later.question_id = remark.question_id
        AND later.id > remark.id AND later.said <> 'report'
    )
"""


def upgrade() -> None:
    """Add the column, the tables and the indexes; without an instant, each schedule is planned afresh at the next start."""
    op.add_column("schedule", sa.Column("planned_at", types.Moment(), nullable=True))
    op.create_table(
        "doubt",
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_doubt_attempt_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_doubt_team_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_doubt")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_doubt_team_id"), "doubt", ["team_id"])
    op.create_table(
        "reported",
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_reported_team_id")),
        sa.PrimaryKeyConstraint("team_id", "question_id", name=op.f("pk_reported")),
        sqlite_strict=True,
    )
    op.drop_index(op.f("ix_occurrence_state_due_at"), "occurrence")
    op.drop_index("ix_grade_unsure", "grade")
    for table, indexes in WHOLE.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for name, table, some, where, sqlite in PARTIAL:
        op.create_index(
            op.f(f"ix_{name}"), table, some, sqlite_where=sa.text(sqlite or where), postgresql_where=sa.text(where)
        )
    op.execute(WAITING)
    op.execute(REPORTED)
