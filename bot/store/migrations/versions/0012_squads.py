"""Squads, which members know as teams: their names, who moves into which, and how many of their members count."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the setting."""
    op.add_column("team", sa.Column("best", sa.Integer(), nullable=False, server_default="3"))
    op.create_table(
        "squad",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("removed_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_squad_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_squad_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_squad_team_id"), "squad", ["team_id"])
    op.create_index(op.f("ix_squad_member_id"), "squad", ["member_id"])
    op.create_table(
        "squad_move",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("squad_id", types.Id, nullable=True),
        sa.Column("since", types.Day(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_squad_move_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_squad_move_member_id")),
        sa.ForeignKeyConstraint(["squad_id"], ["squad.id"], name=op.f("fk_squad_move_squad_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_squad_move")),
        sqlite_strict=True,
    )
    for column in ("team_id", "member_id", "squad_id"):
        op.create_index(op.f(f"ix_squad_move_{column}"), "squad_move", [column])
