"""Who is told in private of a channel's questions, mentioned on boards, and when nobody is to disturb them."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the switches and the tables."""
    op.add_column("member", sa.Column("mentions", types.Flag(), nullable=False, server_default="0"))
    op.add_column("member", sa.Column("quiet", sa.Text(), nullable=False, server_default=""))
    op.add_column("member", sa.Column("zone", sa.Text(), nullable=True))
    op.create_table(
        "listener",
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_listener_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_listener_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_listener_team_id")),
        sa.PrimaryKeyConstraint("channel_id", "member_id", name=op.f("pk_listener")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_listener_member_id"), "listener", ["member_id"])
    op.create_index(op.f("ix_listener_team_id"), "listener", ["team_id"])
    op.create_table(
        "nudge",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_nudge_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_nudge_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_nudge_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
        sa.UniqueConstraint("member_id", "round_id", "kind", name=op.f("uq_nudge_member_id_round_id_kind")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_nudge_due_at"), "nudge", ["due_at"])
    op.create_index(op.f("ix_nudge_team_id"), "nudge", ["team_id"])
    op.create_index(op.f("ix_nudge_round_id"), "nudge", ["round_id"])
