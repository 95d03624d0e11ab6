"""Live rounds: their questions, when each was open, and what members had; and whether they count on a team's boards."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the setting."""
    op.add_column("team", sa.Column("live_counts", types.Flag(), nullable=False, server_default="0"))
    op.create_table(
        "live",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("local_date", types.Day(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("counts", types.Flag(), nullable=False),
        sa.Column("stopped", types.Flag(), nullable=False),
        sa.Column("occurrence_id", types.Id, nullable=True),
        sa.Column("over_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_live_team_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_live_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_live_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live")),
        sqlite_strict=True,
    )
    for columns in (["team_id", "local_date"], ["channel_id", "at"], ["member_id", "at"], ["occurrence_id"]):
        op.create_index(op.f(f"ix_live_{'_'.join(columns)}"), "live", columns)
    _steps()
    _answers()


def _steps() -> None:
    op.create_table(
        "live_step",
        sa.Column("live_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("body", types.Json(), nullable=False),
        sa.Column("occurrence_id", types.Id, nullable=True),
        sa.Column("opened_at", types.Moment(), nullable=True),
        sa.Column("closes_at", types.Moment(), nullable=True),
        sa.Column("closed_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["live_id"], ["live.id"], name=op.f("fk_live_step_live_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_live_step_team_id")),
        sa.PrimaryKeyConstraint("live_id", "number", name=op.f("pk_live_step")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_live_step_team_id_question_id"), "live_step", ["team_id", "question_id"])
    op.create_index(op.f("ix_live_step_occurrence_id"), "live_step", ["occurrence_id"])


def _answers() -> None:
    op.create_table(
        "live_answer",
        sa.Column("live_id", types.Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["live_id"], ["live.id"], name=op.f("fk_live_answer_live_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_live_answer_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_live_answer_team_id")),
        sa.PrimaryKeyConstraint("live_id", "number", "member_id", name=op.f("pk_live_answer")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_live_answer_member_id_at"), "live_answer", ["member_id", "at"])
    op.create_index(op.f("ix_live_answer_team_id"), "live_answer", ["team_id"])
