"""The first schema."""

import sqlalchemy as sa
from alembic import op

from bot.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_table(
        "question_version",
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("body", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "version", name=op.f("pk_question_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "team",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("ref", name=op.f("uq_team_ref")),
        sqlite_strict=True,
    )
    op.create_table(
        "channel",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_channel_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("ref", name=op.f("uq_channel_ref")),
        sqlite_strict=True,
    )
    op.create_table(
        "member",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organiser", types.Flag(), nullable=False),
        sa.Column("hidden", types.Flag(), nullable=False),
        sa.Column("shares", types.Flag(), nullable=False),
        sa.Column("deleted_at", types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_member_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_member_team_id"), "member", ["team_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_notice_team_id")),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_notice")),
        sqlite_strict=True,
    )
    op.create_table(
        "identity",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_identity_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_identity_team_id")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_identity")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_identity_member_id"), "identity", ["member_id"], unique=False)
    op.create_table(
        "round",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("asked_by", types.Id, nullable=True),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("scheduled", types.Flag(), nullable=False),
        sa.Column("local_date", types.Day(), nullable=False),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.Column("reveal_at", types.Moment(), nullable=False),
        sa.Column("due_at", types.Moment(), nullable=True),
        sa.Column("closed_at", types.Moment(), nullable=True),
        sa.Column("void", types.Flag(), nullable=False),
        sa.Column("repeat", types.Flag(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["member.id"], name=op.f("fk_round_asked_by")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_round_channel_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_round_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_round_channel_id_closed_at"), "round", ["channel_id", "closed_at"], unique=False)
    op.create_index(op.f("ix_round_channel_id_question_id"), "round", ["channel_id", "question_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("plan", types.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effective_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_schedule_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_schedule_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_schedule_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_schedule_channel_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "streak",
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_streak_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_streak_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_streak_team_id")),
        sa.PrimaryKeyConstraint("channel_id", "member_id", name=op.f("pk_streak")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_streak_member_id"), "streak", ["member_id"], unique=False)
    op.create_table(
        "total",
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_total_member_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_total_team_id")),
        sa.PrimaryKeyConstraint("team_id", "member_id", "topic", "level", name=op.f("pk_total")),
        sqlite_strict=True,
    )
    op.create_table(
        "attempt",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("public", types.Flag(), nullable=False),
        sa.Column("late", types.Flag(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("copied_from", types.Id, nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["copied_from"], ["attempt.id"], name=op.f("fk_attempt_copied_from")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_attempt_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_attempt_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_attempt_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("round_id", "member_id", "number", name=op.f("uq_attempt_round_id_member_id_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_attempt_member_id_at"), "attempt", ["member_id", "at"], unique=False)
    op.create_table(
        "award",
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("local_date", types.Day(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_award_channel_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_award_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_award_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_award_team_id")),
        sa.PrimaryKeyConstraint("round_id", "member_id", name=op.f("pk_award")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_award_member_id_local_date"), "award", ["member_id", "local_date"], unique=False)
    op.create_index(op.f("ix_award_team_id_local_date"), "award", ["team_id", "local_date"], unique=False)
    op.create_table(
        "hint",
        sa.Column("round_id", types.Id, nullable=False),
        sa.Column("member_id", types.Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_hint_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_hint_round_id")),
        sa.PrimaryKeyConstraint("round_id", "member_id", "number", name=op.f("pk_hint")),
        sqlite_strict=True,
    )
    op.create_table(
        "message",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("round_id", types.Id, nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("sending_at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_message_round_id")),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_message")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_message_ref"), "message", ["ref"], unique=False)
    op.create_index(op.f("ix_message_round_id"), "message", ["round_id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("team_id", types.Id, nullable=False),
        sa.Column("channel_id", types.Id, nullable=False),
        sa.Column("schedule_id", types.Id, nullable=True),
        sa.Column("round_id", types.Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("local_date", types.Day(), nullable=False),
        sa.Column("due_at", types.Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("retry_at", types.Moment(), nullable=True),
        sa.Column("settled_at", types.Moment(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_occurrence_channel_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_occurrence_round_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_occurrence_schedule_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_occurrence_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("round_id", "kind", name=op.f("uq_occurrence_round_id_kind")),
        sa.UniqueConstraint(
            "schedule_id", "kind", "local_date", name=op.f("uq_occurrence_schedule_id_kind_local_date")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_occurrence_state_due_at"), "occurrence", ["state", "due_at"], unique=False)
    op.create_table(
        "grade",
        sa.Column("id", types.Id, nullable=False),
        sa.Column("attempt_id", types.Id, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("points", types.Json(), nullable=False),
        sa.Column("notes", types.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_grade_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_grade_attempt_id"), "grade", ["attempt_id"], unique=False)
