"""What an edit took the place of, so that organisers can tell what it changed."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of edits from before it is not known."""
    op.add_column("edit", sa.Column("before", types.Json(), nullable=True))
