"""Fair points: what an attempt may earn; days off and reminders; questions queued for a schedule."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the columns; attempts made before were no practice, and said something."""
    for name, default in (("practice", "0"), ("recited", "0"), ("says", "1")):
        op.add_column("attempt", sa.Column(name, types.Flag(), nullable=False, server_default=default))
    op.add_column("member", sa.Column("reminds", types.Flag(), nullable=False, server_default="0"))
    op.create_table(
        "ended",
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_ended_round_id")),
        sa.PrimaryKeyConstraint("round_id", "seal", name=op.f("pk_ended")),
        sqlite_strict=True,
    )
    _away()
    _queued()


def _away() -> None:
    op.create_table(
        "away",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("first", types.Day(), nullable=False),
        sa.Column("last", types.Day(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("cancelled_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_away_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_away_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_away_member_id"), "away", ["member_id"])


def _queued() -> None:
    op.create_table(
        "queued",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("day", types.Day(), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("round_id", types.Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_queued_team_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_queued_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_queued_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_queued_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_queued_channel_id"), "queued", ["channel_id"])
