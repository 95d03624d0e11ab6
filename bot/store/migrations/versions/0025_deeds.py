"""What else organisers changed: schedules, and what is the team's; who did it, and when."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "deed",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=True),
        sa.Column("whose_id", types.Id, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_deed_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_deed_member_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_deed_channel_id")),
        sa.ForeignKeyConstraint(["whose_id"], ["member.id"], name=op.f("fk_deed_whose_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sqlite_strict=True,
    )
    for column in ("team_id", "member_id"):
        op.create_index(op.f(f"ix_deed_{column}"), "deed", [column])
    for name, column in (("deed_channel", "channel_id"), ("deed_whose", "whose_id")):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{name}", "deed", [column], sqlite_where=some, postgresql_where=some)
