"""The hall: who was given a link into it, and who is there."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "visit",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("organiser", types.Flag(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("cookie", sa.Text(), nullable=True),
        sa.Column("until", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_visit_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_visit_member_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_visit_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("link", name=op.f("uq_visit_link")),
        sa.UniqueConstraint("cookie", name=op.f("uq_visit_cookie")),
        sqlite_strict=True,
    )
    for column in ("team_id", "member_id", "channel_id", "until"):
        op.create_index(op.f(f"ix_visit_{column}"), "visit", [column])
