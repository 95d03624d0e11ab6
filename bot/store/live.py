"""Live rounds: their questions as they are asked, when each was open, and what members had; nobody's words are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, false, func, insert, select, true, update

from bot.question import Question
from bot.rules.live import Format, Item
from bot.rules.schedule import Kind, State
from bot.store.answers import plain
from bot.store.boards import Scope
from bot.store.schema import IS_DUE, channel, live, live_answer, live_step, member, occurrence, round_, shown_name
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A live round; `over_at` is when its board was made, `stopped` that it was to end before."""

    id: int
    team: int
    channel: int
    channel_ref: str
    member: int
    local_date: date
    counts: bool
    stopped: bool
    over_at: datetime | None
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question of a live round and its times; the occurrence opens it. After the last comes one without a question."""

    number: int
    question: Question
    item: Item
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None


def begin(
    connection: Connection, asked: Sequence[tuple[Question, Item]], *, now: datetime, day: date, **values: Any
) -> int:
    """Write a live round down (team_id, channel_id, member_id, counts) with its questions, and return its number."""
    row = {"at": now, "local_date": day, "stopped": False, "count": len(asked), **values}
    number = int(connection.execute(insert(live).values(**row).returning(live.c.id)).scalar_one())
    rows = [
        {
            "live_id": number,
            "team_id": values["team_id"],
            "number": place,
            "question_id": question.id,
            "body": _body(question, item),
        }
        for place, (question, item) in enumerate(asked, start=1)
    ]
    connection.execute(insert(live_step), rows)
    return number


def _body(question: Question, item: Item) -> dict[str, Any]:
    return {"question": question.model_dump(mode="json"), "item": asdict(item)}


def get(connection: Connection, number: int) -> Live:
    """Return a live round."""
    (found,) = _lives(connection, live.c.id == number)
    return found


def find(connection: Connection, number: int, *, team_id: int) -> Live | None:
    """Return a team's live round."""
    found = _lives(connection, live.c.id == number, live.c.team_id == team_id)
    return found[0] if found else None


def running(connection: Connection, channel_id: int) -> Live | None:
    """Return the live round that runs in a channel."""
    found = _lives(connection, live.c.channel_id == channel_id, live.c.over_at.is_(None))
    return found[0] if found else None


def of_occurrence(connection: Connection, occurrence_id: int) -> tuple[Live, int] | None:
    """Return the live round that goes on by an occurrence, and which question it opens: one more than there are ends it."""
    query = select(live_step.c.live_id, live_step.c.number).where(live_step.c.occurrence_id == occurrence_id)
    if row := connection.execute(query).one_or_none():
        return get(connection, row.live_id), row.number
    found = _lives(connection, live.c.occurrence_id == occurrence_id)
    return (found[0], found[0].of + 1) if found else None


def _lives(connection: Connection, *where: Any) -> list[Live]:
    columns = (
        live.c.id, live.c.team_id.label("team"), live.c.channel_id.label("channel"), channel.c.ref.label("channel_ref"),
        live.c.member_id.label("member"), live.c.local_date, live.c.counts, live.c.stopped, live.c.over_at, live.c.count.label("of"),
    )  # fmt: skip
    query = select(*columns).join(channel, channel.c.id == live.c.channel_id).where(*where)
    return [Live(**row) for row in connection.execute(query).mappings()]


def step(connection: Connection, number: int, place: int) -> Step | None:
    """Return a question of a live round; there is none before the first and after the last."""
    query = select(live_step).where(live_step.c.live_id == number, live_step.c.number == place)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    item = row.body["item"]
    made = Item(
        format=Format(item["format"]), prompt=item["prompt"], right=item["right"], options=tuple(item["options"])
    )
    return Step(
        number=place, question=Question.model_validate(row.body["question"]), item=made, opened_at=row.opened_at,
        closes_at=row.closes_at, closed_at=row.closed_at,
    )  # fmt: skip


def open_step(connection: Connection, number: int, place: int, *, now: datetime, until: datetime) -> None:
    """Open a question until an instant."""
    where = (live_step.c.live_id == number, live_step.c.number == place)
    connection.execute(update(live_step).where(*where).values(opened_at=now, closes_at=until))


def close_step(connection: Connection, number: int, place: int, *, now: datetime) -> None:
    """Close a question, unless it was."""
    where = (live_step.c.live_id == number, live_step.c.number == place, live_step.c.closed_at.is_(None))
    connection.execute(update(live_step).where(*where).values(closed_at=now))


def go_on(connection: Connection, of: Live, place: int, at: datetime) -> int:
    """Let a live round go on at an instant with a question, or end; return the occurrence that sees to it."""
    blank = {"schedule_id": None, "round_id": None, "tries": 0, "note": "", "state": State.DUE, "kind": Kind.LIVE}
    where = {"team_id": of.team, "channel_id": of.channel, "local_date": of.local_date, "due_at": at}
    made = connection.execute(insert(occurrence).values(**blank, **where).returning(occurrence.c.id))
    number = int(made.scalar_one())
    change = update(live_step).where(live_step.c.live_id == of.id, live_step.c.number == place)
    if place > of.of:
        change = update(live).where(live.c.id == of.id)
    connection.execute(change.values(occurrence_id=number))
    return number


def move(connection: Connection, of: Live, at: datetime, *, but: int = 0) -> None:
    """Let a live round go on at another instant than planned; the occurrence that is carried out just now aside."""
    due = (occurrence.c.channel_id == of.channel, occurrence.c.kind == Kind.LIVE, IS_DUE, occurrence.c.id != but)
    connection.execute(update(occurrence).where(*due).values(due_at=at))


def stop(connection: Connection, of: Live, *, now: datetime) -> None:
    """Let a live round end at once, with the question that is open."""
    connection.execute(update(live).where(live.c.id == of.id).values(stopped=True))
    move(connection, of, now)


def end(connection: Connection, of: Live, *, now: datetime) -> None:
    """Note that a live round is over."""
    connection.execute(update(live).where(live.c.id == of.id, live.c.over_at.is_(None)).values(over_at=now))


def answer(connection: Connection, of: Live, place: int, *, member_id: int, points: int, now: datetime) -> bool:
    """Write down what a member had, and return whether it is their first answer to that question."""
    values = {
        "live_id": of.id,
        "number": place,
        "member_id": member_id,
        "team_id": of.team,
        "points": points,
        "at": now,
    }
    return insert_new(connection, live_answer, **values)


def had(connection: Connection, number: int, place: int) -> tuple[list[str], int, int]:
    """Return the names of those who had most of a question, how many they are with those who are hidden, and how many answered."""
    query = select(member.c.name, member.c.hidden, live_answer.c.points).join(
        member, member.c.id == live_answer.c.member_id
    )
    where = (live_answer.c.live_id == number, live_answer.c.number == place)
    rows = connection.execute(query.where(*where).order_by(live_answer.c.at, member.c.id)).all()
    right = [row for row in rows if row.points > 0]
    return [row.name for row in right if not row.hidden], len(right), len(rows)


def sums(connection: Connection, number: int) -> dict[int, tuple[int, int]]:
    """Return each visible member's points in a live round, and how many questions they had."""
    points, rounds = func.sum(live_answer.c.points), func.sum(case((live_answer.c.points > 0, 1), else_=0))
    query = select(live_answer.c.member_id, points.label("points"), rounds.label("rounds"))
    query = query.join(member, member.c.id == live_answer.c.member_id)
    query = query.where(live_answer.c.live_id == number, member.c.hidden.is_(false())).group_by(live_answer.c.member_id)
    return {row.member_id: (row.points, row.rounds) for row in connection.execute(query)}


def counted(connection: Connection, teams: Iterable[int], scope: Scope) -> list[tuple[int, date, int]]:
    """Return what visible members earned on which of a board's dates in live rounds that count; a board of one topic or level has none."""
    if scope.topic or scope.level:
        return []
    query = select(live_answer.c.member_id, live.c.local_date, func.sum(live_answer.c.points).label("points"))
    query = query.join(live, live.c.id == live_answer.c.live_id)
    query = query.join(member, member.c.id == live_answer.c.member_id).where(member.c.hidden.is_(false()))
    query = query.where(live.c.team_id.in_(list(teams)), live.c.counts.is_(true()), live.c.over_at.is_not(None))
    query = query.where(live.c.local_date >= scope.start, live.c.local_date < scope.end)
    rows = connection.execute(query.group_by(live_answer.c.member_id, live.c.local_date))
    return [(row.member_id, row.local_date, row.points) for row in rows if row.points]


def sum_of(connection: Connection, members: Sequence[int], *, teams: Sequence[int]) -> tuple[int, int]:
    """Return what members had in all live rounds that are over, and how much of it counts on the board of some teams."""
    counts = live.c.counts.is_(true()) & live.c.team_id.in_(teams)
    sums = (func.sum(live_answer.c.points), func.sum(case((counts, live_answer.c.points), else_=0)))
    query = select(*sums).join(live, live.c.id == live_answer.c.live_id).where(live.c.over_at.is_not(None))
    every, counted = connection.execute(query.where(live_answer.c.member_id.in_(members))).one()
    return every or 0, counted or 0


def begun_since(
    connection: Connection, *, since: datetime, until: datetime, member_id: int | None = None, channel_id: int | None = None
) -> list[datetime]:  # fmt: skip
    """Return when a member, or a channel, began live rounds between two instants, oldest first."""
    whose = live.c.member_id == member_id if member_id is not None else live.c.channel_id == channel_id
    query = select(live.c.at).where(whose, live.c.at > since, live.c.at <= until).order_by(live.c.at)
    return list(connection.execute(query).scalars())


def revealed(connection: Connection, team_id: int) -> set[str]:
    """Return the questions whose answers have been revealed in a team: nothing is lost by asking them again."""
    query = select(round_.c.question_id).where(round_.c.team_id == team_id, round_.c.closed_at.is_not(None))
    return set(connection.execute(query.where(round_.c.void.is_(false())).distinct()).scalars())


def export(connection: Connection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the live rounds that a member began, and what they had in live rounds, as plain data."""
    begun = select(channel.c.name.label("channel"), live.c.at, live.c.count).join(
        live, live.c.channel_id == channel.c.id
    )
    there = select(live_step.c.question_id, live_answer.c.points, live_answer.c.at).join(
        live_answer, (live_answer.c.live_id == live_step.c.live_id) & (live_answer.c.number == live_step.c.number)
    )
    begun = begun.where(live.c.member_id == member_id).order_by(live.c.id)
    there = there.where(live_answer.c.member_id == member_id).order_by(live_answer.c.at)
    return {
        "live_rounds": [plain(row) for row in connection.execute(begun).mappings()],
        "live_answers": [plain(row) for row in connection.execute(there).mappings()],
    }


def audit(connection: Connection, team_id: int) -> list[dict[str, Any]]:
    """Return a team's live rounds as plain data, oldest first: who began each; who is hidden, or deleted, has no name."""
    named = (live.c.at, shown_name(member).label("name"), channel.c.name.label("channel"))
    query = select(*named, live.c.count.label("questions"), live.c.counts, live.c.stopped)
    query = query.join(member, member.c.id == live.c.member_id).join(channel, channel.c.id == live.c.channel_id)
    return [
        plain(row) for row in connection.execute(query.where(live.c.team_id == team_id).order_by(live.c.id)).mappings()
    ]
