"""By which version of the rules an award was made: until now there was one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("award", sa.Column("rules", sa.Integer(), nullable=False, server_default="1"))
