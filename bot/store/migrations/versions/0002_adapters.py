"""What adapters remember; grades with mistakes apart from notes, so that they can be shown again before the reveal, and with doubts."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns; older grades keep their mistakes among their notes."""
    op.create_table(
        "kept",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("grade", table_kwargs={"sqlite_strict": True}) as table:
        table.add_column(sa.Column("mistakes", types.Json(), nullable=True))
        table.add_column(sa.Column("unsure", sa.Text(), nullable=True))
        table.add_column(sa.Column("opinion", sa.Integer(), nullable=True))
        table.add_column(sa.Column("member_id", types.Id, nullable=True))
        table.create_foreign_key(op.f("fk_grade_member_id"), "member", ["member_id"], ["id"])
