"""What adapters remember, and mistakes apart from notes, so that a grade can be shown again before the reveal."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column; older grades keep their mistakes among their notes."""
    op.create_table(
        "kept",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept")),
        sqlite_strict=True,
    )
    op.add_column("grade", sa.Column("mistakes", types.Json(), nullable=True))
