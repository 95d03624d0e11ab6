"""What comes to organisers: appeals, their decisions as causes of grades, remarks on questions, phrasings that were learned, and the hour at which they are told."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the columns; older decisions are grades without one."""
    op.create_table(
        "appeal",
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("grade_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_appeal_attempt_id")),
        sa.ForeignKeyConstraint(["grade_id"], ["grade.id"], name=op.f("fk_appeal_grade_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_appeal_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_appeal_member_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_appeal")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_appeal_team_id"), "appeal", ["team_id"])
    op.create_index(op.f("ix_appeal_member_id"), "appeal", ["member_id"])
    op.create_table(
        "decision",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_decision_team_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_decision_attempt_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_decision_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_decision_team_id_at"), "decision", ["team_id", "at"])
    op.create_index(op.f("ix_decision_attempt_id"), "decision", ["attempt_id"])
    op.create_table(
        "remark",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("organiser", types.Flag(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_remark_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_remark_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_remark_team_id_question_id"), "remark", ["team_id", "question_id"])
    op.create_index(op.f("ix_remark_member_id"), "remark", ["member_id"])
    op.create_table(
        "phrasing",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("taken_at", types.Moment(), nullable=True),
        sa.Column("taken_by", types.Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_phrasing_team_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_phrasing_member_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["member.id"], name=op.f("fk_phrasing_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrasing")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_phrasing_team_id_question_id"), "phrasing", ["team_id", "question_id"])
    op.create_index(op.f("ix_phrasing_member_id"), "phrasing", ["member_id"])
    with op.batch_alter_table("grade", table_kwargs={"sqlite_strict": True}) as table:
        table.add_column(sa.Column("decision_id", types.Id, nullable=True))
        table.add_column(sa.Column("own", types.Flag(), nullable=True))
        table.create_foreign_key(op.f("fk_grade_decision_id"), "decision", ["decision_id"], ["id"])
    waits = sa.text("unsure IS NOT NULL")
    op.create_index("ix_grade_unsure", "grade", ["attempt_id"], sqlite_where=waits, postgresql_where=waits)
    op.create_index(op.f("ix_round_team_id_question_id"), "round", ["team_id", "question_id"])
    op.add_column("team", sa.Column("desk_at", sa.Text(), nullable=False, server_default="09:00"))
