"""What organisers edit of a team's questions in chat."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "edit",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("over", sa.Text(), nullable=False),
        sa.Column("body", types.Json(), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("saved_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_edit_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_edit_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_edit_team_id_question_id"), "edit", ["team_id", "question_id"])
    op.create_index(op.f("ix_edit_member_id"), "edit", ["member_id"])
