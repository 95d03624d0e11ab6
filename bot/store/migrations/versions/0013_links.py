"""Links: members of several teams who are one person, teams that have one board, and links that are being made."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("team", sa.Column("joined", sa.Text(), nullable=True))
    op.add_column("member", sa.Column("person", sa.Text(), nullable=True))
    _some("ix_team_joined", "team", "joined", "joined IS NOT NULL")
    _some("ix_member_linked", "member", "team_id", "person IS NOT NULL")
    _some("ix_member_person", "member", "person", "person IS NOT NULL")
    op.create_table(
        "link",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("teams", types.Flag(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("other_id", types.Id, nullable=True),
        sa.Column("agreed_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_link_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_link_member_id")),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("code", name=op.f("uq_link_code")),
        sqlite_strict=True,
    )
    for column in ("team_id", "member_id", "at"):
        op.create_index(op.f(f"ix_link_{column}"), "link", [column])
    _some("ix_link_other", "link", "other_id", "other_id IS NOT NULL")
    op.create_table(
        "guess",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_guess_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_guess_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
        sqlite_strict=True,
    )
    for column in ("member_id", "team_id", "at"):
        op.create_index(op.f(f"ix_guess_{column}"), "guess", [column])


def _some(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
