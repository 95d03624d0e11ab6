"""Rounds and the facts around them: questions as asked, attempts, grades and hints."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, false, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grading import Band, Grade, PointResult
from bot.ports import Ref
from bot.question import Level, Question
from bot.store.schema import attempt, channel, grade, hint, member, message, question_version, round_
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A question asked in a channel; open until `closed_at`."""

    id: int
    team: int
    channel: int
    channel_ref: Ref
    asked_by: int | None
    asked_by_name: str
    question_id: str
    version: str
    level: Level
    topic: str
    scheduled: bool
    repeat: bool
    local_date: date
    opened_at: datetime
    reveal_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    sequence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where and when a round opens; one that nobody asked for is the schedule's."""

    team: int
    channel: int
    asked_by: int | None
    local_date: date
    at: datetime
    reveal_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What a member has done: attempts and hints in a round, and recent attempts anywhere; whether it is closed, and they are still here."""

    attempts: int
    recent: int
    hints: int
    closed_at: datetime | None
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One attempt with its newest grade."""

    id: int
    member: int
    number: int
    text: str | None
    late: bool
    hints: int
    copied: bool
    score: int
    band: Band
    points: tuple[PointResult, ...]


_ROUND = (
    select(
        round_.c.id, round_.c.team_id.label("team"), round_.c.channel_id.label("channel"),
        channel.c.ref.label("channel_ref"), round_.c.asked_by,
        func.coalesce(member.c.name, "").label("asked_by_name"), round_.c.question_id, round_.c.version,
        round_.c.level, round_.c.topic, round_.c.scheduled, round_.c.repeat, round_.c.local_date, round_.c.opened_at,
        round_.c.reveal_at, round_.c.due_at, round_.c.closed_at, round_.c.sequence,
    )
    .join(channel, channel.c.id == round_.c.channel_id)
    .outerjoin(member, member.c.id == round_.c.asked_by)
)  # fmt: skip


async def _rounds(connection: AsyncConnection, query: Select[Any]) -> list[Round]:
    rows = (await connection.execute(query)).mappings()
    return [Round(**{**row, "level": Level(row["level"])}) for row in rows]


async def get(connection: AsyncConnection, round_id: int, *, team_id: int) -> Round | None:
    """Return a team's round."""
    found = await _rounds(connection, _ROUND.where(round_.c.id == round_id, round_.c.team_id == team_id))
    return found[0] if found else None


async def of_thread(connection: AsyncConnection, thread: Ref, *, team_id: int) -> Round | None:
    """Return the round whose thread this is."""
    query = _ROUND.join(message, message.c.round_id == round_.c.id)
    found = await _rounds(connection, query.where(message.c.ref == thread, round_.c.team_id == team_id))
    return found[0] if found else None


async def open_in(connection: AsyncConnection, channel_id: int) -> list[Round]:
    """Return a channel's open rounds, newest first."""
    query = _ROUND.where(round_.c.channel_id == channel_id, round_.c.closed_at.is_(None))
    return await _rounds(connection, query.order_by(round_.c.id.desc()))


async def open_questions(connection: AsyncConnection, team_id: int) -> set[str]:
    """Return the ids of the questions that are open anywhere in a team: revealing one would tell the other."""
    query = select(round_.c.question_id).where(round_.c.team_id == team_id, round_.c.closed_at.is_(None))
    return set((await connection.execute(query)).scalars())


async def question_of(connection: AsyncConnection, asked: Round) -> Question:
    """Return a round's question as it was when it was asked."""
    key = (question_version.c.question_id == asked.question_id, question_version.c.version == asked.version)
    body = (await connection.execute(select(question_version.c.body).where(*key))).scalar_one()
    return Question.model_validate(body)


async def last_asked(connection: AsyncConnection, channel_id: int) -> dict[str, datetime]:
    """Return when a channel last saw each question."""
    rows = await connection.execute(
        select(round_.c.question_id, func.max(round_.c.opened_at).label("at"))
        .where(round_.c.channel_id == channel_id)
        .group_by(round_.c.question_id)
    )
    return {row.question_id: row.at for row in rows}


async def ask(connection: AsyncConnection, question: Question, opening: Opening) -> int:
    """Open a round and return its id."""
    body = question.model_dump(mode="json")
    repeat = opening.asked_by is not None and await _was_revealed(connection, question.id, opening.team)
    await insert_new(connection, question_version, question_id=question.id, version=question.version, body=body)
    made = await connection.execute(
        insert(round_)
        .values(
            team_id=opening.team, channel_id=opening.channel, asked_by=opening.asked_by, question_id=question.id,
            version=question.version, level=question.level, topic=question.topic,
            scheduled=opening.asked_by is None, void=False, repeat=repeat, due_at=opening.due_at, local_date=opening.local_date, opened_at=opening.at,
            reveal_at=opening.reveal_at,
        )
        .returning(round_.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


async def _was_revealed(connection: AsyncConnection, question_id: str, team_id: int) -> bool:
    where = (round_.c.team_id == team_id, round_.c.question_id == question_id, round_.c.closed_at.is_not(None))
    return bool((await connection.execute(select(round_.c.id).where(*where).limit(1))).first())


async def void(connection: AsyncConnection, round_id: int, *, now: datetime) -> None:
    """Close a round without a number: it was never posted."""
    where = (round_.c.id == round_id, round_.c.closed_at.is_(None))
    await connection.execute(update(round_).where(*where).values(closed_at=now, void=True))


async def reopen(connection: AsyncConnection, round_id: int, *, opened_at: datetime, reveal_at: datetime) -> None:
    """Move a round that could not be posted yet to when it can."""
    where = (round_.c.id == round_id, round_.c.closed_at.is_(None))
    await connection.execute(update(round_).where(*where).values(opened_at=opened_at, reveal_at=reveal_at))


async def hints_taken(connection: AsyncConnection, round_id: int, member_id: int) -> int:
    """Return how many hints a member has taken in a round."""
    where = (hint.c.round_id == round_id, hint.c.member_id == member_id)
    return int((await connection.execute(select(func.count()).select_from(hint).where(*where))).scalar_one())


async def take_hint(connection: AsyncConnection, round_id: int, member_id: int, number: int, *, now: datetime) -> None:
    """Write down a hint taken."""
    await insert_new(connection, hint, round_id=round_id, member_id=member_id, number=number, at=now)


async def so_far(connection: AsyncConnection, round_id: int, member_id: int, *, since: datetime) -> SoFar:
    """Return what a member has done in a round, and how much anywhere since an instant, in one look."""
    here = (attempt.c.round_id == round_id, attempt.c.member_id == member_id)
    lately = (attempt.c.member_id == member_id, attempt.c.at > since)
    taken = (hint.c.round_id == round_id, hint.c.member_id == member_id)
    counts = (_count(attempt, *here), _count(attempt, *lately), _count(hint, *taken))
    present = select(member.c.deleted_at.is_(None)).where(member.c.id == member_id).scalar_subquery()
    row = await connection.execute(select(*counts, round_.c.closed_at, present).where(round_.c.id == round_id))
    attempts, recent, hints, closed_at, here_still = row.one()
    return SoFar(attempts=attempts, recent=recent, hints=hints, closed_at=closed_at, present=bool(here_still))


def _count(table: Table, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


async def public_attempts(connection: AsyncConnection, round_id: int, *, but: int) -> list[tuple[int, str]]:
    """Return the other members' attempts that stand in the thread, as (id, text)."""
    rows = await connection.execute(
        select(attempt.c.id, attempt.c.text).where(
            attempt.c.round_id == round_id, attempt.c.member_id != but,
            attempt.c.public.is_(true()), attempt.c.text.is_not(None),
        )
    )  # fmt: skip
    return [(row.id, row.text) for row in rows]


async def save_attempt(connection: AsyncConnection, graded: Grade, *, now: datetime, **values: Any) -> int:
    """Write down an attempt (team_id, round_id, member_id, number, text, public, late, hints, copied_from) and its grade."""
    made = await connection.execute(insert(attempt).values(at=now, **values).returning(attempt.c.id))
    attempt_id = int(made.scalar_one())
    await connection.execute(
        insert(grade).values(
            attempt_id=attempt_id, score=graded.score, band=graded.band, version=graded.version,
            points=[asdict(point) for point in graded.points], notes=[*graded.notes, *graded.mistakes], reason="first", at=now,
        )
    )  # fmt: skip
    return attempt_id


def newest_grade() -> Any:
    """Return the condition that a joined grade is its attempt's newest."""
    later = grade.alias("later")
    return ~select(later.c.id).where(later.c.attempt_id == attempt.c.id, later.c.id > grade.c.id).exists()


async def given(connection: AsyncConnection, round_id: int) -> list[Given]:
    """Return a round's attempts, oldest first, each with its newest grade."""
    rows = await connection.execute(
        select(
            attempt.c.id, attempt.c.member_id, attempt.c.number, attempt.c.text, attempt.c.late, attempt.c.hints,
            attempt.c.copied_from, grade.c.score, grade.c.band, grade.c.points,
        )
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(attempt.c.round_id == round_id, newest_grade())
        .order_by(attempt.c.id)
    )  # fmt: skip
    return [
        Given(
            id=r.id, member=r.member_id, number=r.number, text=r.text, late=r.late, hints=r.hints,
            copied=r.copied_from is not None, score=r.score, band=Band(r.band),
            points=tuple(PointResult(**p) for p in r.points),
        )
        for r in rows
    ]  # fmt: skip


async def answered_by(connection: AsyncConnection, round_id: int) -> list[str]:
    """Return the names of those who have answered a round and are not hidden, in the order of their first attempts."""
    rows = await connection.execute(
        select(member.c.name)
        .join(attempt, attempt.c.member_id == member.c.id)
        .where(attempt.c.round_id == round_id, member.c.hidden.is_(false()))
        .group_by(member.c.id, member.c.name)
        .order_by(func.min(attempt.c.id))
    )
    return list(rows.scalars())


async def export(connection: AsyncConnection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept of a member's answers and hints, as plain data."""
    answers = await connection.execute(
        select(
            round_.c.question_id, round_.c.local_date, attempt.c.number, attempt.c.text, attempt.c.at, attempt.c.late,
            attempt.c.hints, grade.c.score, grade.c.band, grade.c.version, grade.c.points, grade.c.notes,
            round_.c.closed_at,
        )
        .join(round_, round_.c.id == attempt.c.round_id)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(attempt.c.member_id == member_id)
        .order_by(attempt.c.id, grade.c.id)
    )  # fmt: skip
    hints = await connection.execute(
        select(round_.c.question_id, hint.c.number, hint.c.at)
        .join(round_, round_.c.id == hint.c.round_id)
        .where(hint.c.member_id == member_id)
        .order_by(hint.c.at)
    )
    given_ = [_plain(r if r["closed_at"] else _before_reveal(r)) for r in answers.mappings()]
    return {"attempts": given_, "hints": [_plain(r) for r in hints.mappings()]}


def _before_reveal(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return an attempt of an open round without what would tell its answer: the key points, and what was wrong."""
    words = [point["evidence"] for point in row["points"] if point["evidence"]]
    return {**row, "points": [{"evidence": evidence} for evidence in words], "notes": []}


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
