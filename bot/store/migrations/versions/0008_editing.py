"""What organisers edit of a team's questions in chat, what members suggest, and what they say of a question after its reveal."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0008"
down_revision = "0007"
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
    op.create_table(
        "suggestion",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("named", types.Flag(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("sent_at", types.Moment(), nullable=True),
        sa.Column("settled_at", types.Moment(), nullable=True),
        sa.Column("settled_by", types.Id, nullable=True),
        sa.Column("question_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_suggestion_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_suggestion_member_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["member.id"], name=op.f("fk_suggestion_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_suggestion_team_id_question_id"), "suggestion", ["team_id", "question_id"])
    op.create_index(op.f("ix_suggestion_member_id"), "suggestion", ["member_id"])
    op.create_index(op.f("ix_suggestion_settled_by"), "suggestion", ["settled_by"])
    waits = sa.text("sent_at IS NOT NULL AND settled_at IS NULL")
    op.create_index("ix_suggestion_waits", "suggestion", ["team_id"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "feeling",
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_feeling_round_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_feeling_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_feeling_team_id")),
        sa.PrimaryKeyConstraint("round_id", "member_id", "said", name=op.f("pk_feeling")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_feeling_team_id"), "feeling", ["team_id"])
    op.create_index(op.f("ix_feeling_member_id"), "feeling", ["member_id"])
