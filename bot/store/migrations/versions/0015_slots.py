"""Several questions a day: an occurrence has a slot, the number of its question in the day. And attempts that count half."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and let a date have an occurrence of each slot; what is there is of the first, and counts in full."""
    with op.batch_alter_table("occurrence", table_kwargs={"sqlite_strict": True}) as table:
        table.add_column(sa.Column("slot", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint(op.f("uq_occurrence_schedule_id_kind_local_date"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_occurrence_schedule_id_kind_local_date_slot"), ["schedule_id", "kind", "local_date", "slot"]
        )
    op.add_column("round", sa.Column("half_at", types.Moment(), nullable=True))
    op.add_column("attempt", sa.Column("half", types.Flag(), nullable=False, server_default="0"))
