"""Who has a delivery or a post in hand, where several processes answer, and which of a card's states was drawn last."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("inbox", "message"):
        op.add_column(table, sa.Column("claimed_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
