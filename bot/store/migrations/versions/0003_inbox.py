"""What platforms delivered and is still to be handled, and when a team took the bot out."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", types.Json(), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("done", types.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"])
    op.add_column("team", sa.Column("left_at", types.Moment(), nullable=True))
