"""Review: the questions that members missed or chose, and how well they recalled them."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the switch."""
    op.add_column("member", sa.Column("reviews", types.Flag(), nullable=False, server_default="0"))
    op.create_index(
        "ix_member_reviews", "member", ["team_id"], sqlite_where=sa.text("reviews IS 1"),
        postgresql_where=sa.text("reviews IS true"),
    )  # fmt: skip
    op.create_table(
        "review",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("missed", types.Flag(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("due_at", types.Moment(), nullable=False),
        sa.Column("dropped_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_review_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_review_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("member_id", "question_id", name=op.f("uq_review_member_id_question_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_review_team_id"), "review", ["team_id"])
    op.create_table(
        "recall",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("review_id", types.Id, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_recall_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_recall_review_id"), "recall", ["review_id"])
