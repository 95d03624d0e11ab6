"""Answers that organisers mark, and lessons that wait to be learned."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "mark",
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_mark_attempt_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_mark_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mark_member_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_mark")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_mark_team_id"), "mark", ["team_id"])
    op.create_index(op.f("ix_mark_member_id"), "mark", ["member_id"])
    op.create_table(
        "lesson",
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_lesson_attempt_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_lesson_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_lesson_team_id")),
        sa.PrimaryKeyConstraint("attempt_id", "member_id", name=op.f("pk_lesson")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_lesson_member_id"), "lesson", ["member_id"])
    op.create_index(op.f("ix_lesson_team_id"), "lesson", ["team_id"])
