"""When each schedule was planned last, and indexes for what is looked for among rows that grow in number."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes; without an instant, each schedule is planned afresh at the next start."""
    op.add_column("schedule", sa.Column("planned_at", types.Moment(), nullable=True))
    op.create_index(op.f("ix_schedule_planned_at"), "schedule", ["planned_at"])
    op.create_index(op.f("ix_occurrence_schedule_id_state"), "occurrence", ["schedule_id", "state"])
