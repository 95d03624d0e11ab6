"""Rounds and the facts around them: questions as asked, attempts, grades and hints."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    String,
    bindparam,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    true,
    union,
    update,
)

from bot.ports import Coming, OpenThread, Ref
from bot.question import Level, Question
from bot.rules.rounds import QUESTION_TAG, Opening, Round
from bot.store import fair
from bot.store.answers import plain
from bot.store.ready import Ready
from bot.store.schema import attempt, channel, member, message, question_version, round_, schedule, shown_name, team
from bot.store.upsert import insert_new

_ROUND = (
    select(
        round_.c.id, round_.c.team_id.label("team"), round_.c.channel_id.label("channel"),
        channel.c.ref.label("channel_ref"), round_.c.asked_by,
        shown_name(member).label("asked_by_name"), round_.c.question_id, round_.c.version,
        round_.c.level, round_.c.topic, round_.c.scheduled, round_.c.repeat, round_.c.local_date, round_.c.opened_at,
        round_.c.reveal_at, round_.c.due_at, round_.c.half_at, round_.c.closed_at, round_.c.sequence,
    )
    .join(channel, channel.c.id == round_.c.channel_id)
    .outerjoin(member, member.c.id == round_.c.asked_by)
)  # fmt: skip


_COLUMNS = tuple(_ROUND.selected_columns.keys())
_ONE = Ready(_ROUND.where(round_.c.id == bindparam("of_round"), round_.c.team_id == bindparam("of_team")))
_OF_THREAD = Ready(
    _ROUND.join(message, message.c.round_id == round_.c.id).where(
        message.c.ref == bindparam("thread"), round_.c.team_id == bindparam("of_team")
    )
)


def _rounds(connection: Connection, query: Select[Any]) -> list[Round]:
    return _read(connection.execute(query))


def _read(rows: Iterable[Iterable[Any]]) -> list[Round]:
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    return [Round(**{**row, "level": Level(row["level"])}) for row in found]


def get(connection: Connection, round_id: int, *, team_id: int) -> Round | None:
    """Return a team's round."""
    found = _read(_ONE.rows(connection, of_round=round_id, of_team=team_id))
    return found[0] if found else None


def of_thread(connection: Connection, thread: Ref, *, team_id: int) -> Round | None:
    """Return the round whose thread this is."""
    found = _read(_OF_THREAD.rows(connection, thread=thread, of_team=team_id))
    return found[0] if found else None


def is_thread(connection: Connection, ref: Ref) -> bool:
    """Whether a reference is that of a round's thread."""
    where = (message.c.ref == ref, message.c.tag.startswith("thread:"), message.c.round_id.is_not(None))
    return connection.execute(select(message.c.tag).where(*where).limit(1)).first() is not None


def joined_by(connection: Connection, member_id: int) -> list[int]:
    """Return the channels in which a member has answered, asked, or set the schedule."""
    answered = select(round_.c.channel_id).join(attempt, attempt.c.round_id == round_.c.id)
    asked = select(round_.c.channel_id).where(round_.c.asked_by == member_id)
    planned = select(schedule.c.channel_id).where(schedule.c.member_id == member_id)
    rows = connection.execute(union(answered.where(attempt.c.member_id == member_id), asked, planned))
    return sorted(rows.scalars())


def shown_of(connection: Connection, member_id: int, *, team_id: int, limit: int) -> list[Round]:
    """Return the newest rounds whose cards may name a member: those that they asked or answered."""
    answered = select(attempt.c.round_id).where(attempt.c.member_id == member_id)
    theirs = union(answered, select(round_.c.id).where(round_.c.asked_by == member_id))
    of_team = round_.c.team_id + 0 == team_id  # a sum, or the database would look through all of the team's instead
    query = _ROUND.where(round_.c.id.in_(theirs), of_team, round_.c.void.is_(false()))
    return _rounds(connection, query.order_by(round_.c.id.desc()).limit(limit))


def answered_by(connection: Connection, member_id: int, *, team_id: int, before: int | None, limit: int) -> list[Round]:
    """Return the newest rounds in which a member has answered, or the newest before one."""
    answered = select(attempt.c.round_id).where(attempt.c.member_id == member_id)
    query = _ROUND.where(round_.c.id.in_(answered), round_.c.team_id + 0 == team_id)
    earlier = query if before is None else query.where(round_.c.id < before)
    return _rounds(connection, earlier.order_by(round_.c.id.desc()).limit(limit))


def newest_in(connection: Connection, channel_id: int) -> Round | None:
    """Return a channel's newest round."""
    query = _ROUND.where(round_.c.channel_id == channel_id, round_.c.void.is_(false()))
    found = _rounds(connection, query.order_by(round_.c.id.desc()).limit(1))
    return found[0] if found else None


def open_in(connection: Connection, channel_id: int) -> list[Round]:
    """Return a channel's open rounds, newest first."""
    query = _ROUND.where(round_.c.channel_id == channel_id, round_.c.closed_at.is_(None))
    return _rounds(connection, query.order_by(round_.c.id.desc()))


def open_questions(connection: Connection, team_id: int) -> set[str]:
    """Return the ids of the questions that are open anywhere in a team: revealing one would tell the other."""
    query = select(round_.c.question_id).where(round_.c.team_id == team_id, round_.c.closed_at.is_(None))
    return set(connection.execute(query).scalars())


def revealed_by(connection: Connection, team_id: int, *, before: date, after: datetime) -> datetime | None:
    """Return when the last is revealed of a team's open rounds that were asked before a date; those overdue since `after` aside."""
    where = (round_.c.team_id == team_id, round_.c.closed_at.is_(None), round_.c.local_date < before)
    query = select(func.max(round_.c.reveal_at)).where(*where, round_.c.reveal_at > after)
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    return found


def question_of(connection: Connection, asked: Round) -> Question:
    """Return a round's question as it was when it was asked."""
    key = (question_version.c.question_id == asked.question_id, question_version.c.version == asked.version)
    body = connection.execute(select(question_version.c.body).where(*key)).scalar_one()
    return Question.model_validate(body)


def last_asked(connection: Connection, channel_id: int) -> dict[str, datetime]:
    """Return when a channel last saw each question."""
    rows = connection.execute(
        select(round_.c.question_id, func.max(round_.c.opened_at).label("at"))
        .where(round_.c.channel_id == channel_id, round_.c.void.is_(false()))
        .group_by(round_.c.question_id)
    )
    return {row.question_id: row.at for row in rows}


def scheduled_in(connection: Connection, channel_id: int, *, limit: int) -> int:
    """Return how many questions a schedule has asked in a channel, up to a limit."""
    here = (round_.c.channel_id == channel_id, round_.c.scheduled.is_(true()), round_.c.void.is_(false()))
    return len(connection.execute(select(round_.c.id).where(*here).limit(limit)).all())


def last_topic(connection: Connection, channel_id: int) -> str:
    """Return the topic of the question that a channel saw last, or nothing."""
    query = select(round_.c.topic).where(round_.c.channel_id == channel_id, round_.c.void.is_(false()))
    found: str | None = connection.execute(query.order_by(round_.c.id.desc()).limit(1)).scalar_one_or_none()
    return found or ""


def ask(connection: Connection, question: Question, opening: Opening) -> int:
    """Open a round and return its id."""
    body = question.model_dump(mode="json")
    repeat = was_revealed(connection, question.id, team_id=opening.team)
    insert_new(connection, question_version, question_id=question.id, version=question.version, body=body)
    made = connection.execute(
        insert(round_)
        .values(
            team_id=opening.team, channel_id=opening.channel, asked_by=opening.asked_by, question_id=question.id,
            version=question.version, level=question.level, topic=question.topic,
            scheduled=opening.asked_by is None, void=False, repeat=repeat, due_at=opening.due_at, local_date=opening.local_date, opened_at=opening.at,
            reveal_at=opening.reveal_at, half_at=opening.half_at,
        )
        .returning(round_.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


def was_revealed(connection: Connection, question_id: str, *, team_id: int) -> bool:
    """Whether a question's answer has been revealed in a team."""
    asked = (round_.c.team_id == team_id, round_.c.question_id == question_id)
    revealed = (round_.c.closed_at.is_not(None), round_.c.void.is_(false()))
    return bool(connection.execute(select(round_.c.id).where(*asked, *revealed).limit(1)).first())


def void(connection: Connection, round_id: int, *, now: datetime) -> None:
    """Close a round without a number: it was never posted."""
    where = (round_.c.id == round_id, round_.c.closed_at.is_(None))
    connection.execute(update(round_).where(*where).values(closed_at=now, void=True))
    fair.forget_ended(connection, round_id)


def reopen(connection: Connection, round_id: int, **times: datetime | None) -> None:
    """Move a round that could not be posted yet to when it can (opened_at, reveal_at, half_at)."""
    where = (round_.c.id == round_id, round_.c.closed_at.is_(None))
    connection.execute(update(round_).where(*where).values(**times))


def open_threads(connection: Connection, platform: str) -> list[OpenThread]:
    """Return the threads of a platform's open rounds."""
    query = (
        select(round_.c.id, team.c.ref.label("team"), channel.c.ref.label("channel"), message.c.ref, round_.c.opened_at)
        .join(round_, round_.c.id == message.c.round_id)
        .join(channel, channel.c.id == round_.c.channel_id)
        .join(team, team.c.id == round_.c.team_id)
        .where(round_.c.closed_at.is_(None), message.c.tag.startswith("thread:"), message.c.ref.is_not(None))
        .where(channel.c.ref.startswith(f"{platform}:"))
    )
    rows = sorted(connection.execute(query).all(), key=lambda row: row.id)  # here: it would look through all
    return [OpenThread(team=r.team, channel=r.channel, thread=r.ref, since=r.opened_at) for r in rows]


def coming(connection: Connection, platform: str, channel_ref: Ref = "") -> list[Coming]:
    """Return the questions that are being posted on a platform, or in one of its channels: nothing is noted of their threads."""
    thread = message.alias()
    opened = (thread.c.round_id == round_.c.id, thread.c.tag.startswith("thread:"), thread.c.ref.is_not(None))
    query = (
        select(team.c.ref.label("team"), channel.c.ref, message.c.sending_at)
        .join(round_, message.c.tag == literal(QUESTION_TAG).concat(cast(round_.c.id, String)))
        .join(channel, channel.c.id == round_.c.channel_id)
        .join(team, team.c.id == round_.c.team_id)
        .where(round_.c.closed_at.is_(None), ~exists().where(*opened))
    )
    here = channel.c.ref == channel_ref if channel_ref else channel.c.ref.startswith(f"{platform}:")
    return [
        Coming(team=row.team, channel=row.ref, since=row.sending_at) for row in connection.execute(query.where(here))
    ]


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return the rounds that a member asked, as plain data."""
    rows = connection.execute(
        select(channel.c.name.label("channel"), round_.c.question_id, round_.c.local_date, round_.c.opened_at)
        .join(channel, channel.c.id == round_.c.channel_id)
        .where(round_.c.asked_by == member_id)
        .order_by(round_.c.id)
    )
    return [plain(row) for row in rows.mappings()]
