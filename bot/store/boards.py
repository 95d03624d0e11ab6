"""Awards and what is added up from them: boards, statistics, streaks, and the proof that the totals equal the fold."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, case, exists, false, func, insert, select, true, update

from bot.grading import Band
from bot.question import Level
from bot.rules import scoring
from bot.rules.rounds import Round
from bot.rules.scoring import Attempt, Award, Share, Streak, Tally
from bot.store import away, fair, review
from bot.store.answers import Given, given, is_copy, newest_grade, plain
from bot.store.ready import Ready
from bot.store.schema import attempt, award, channel, grade, member, round_, streak, total
from bot.store.upsert import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a board is about: a team's local dates from `start` up to (not with) `end`, one topic, one level.

    Of what somebody earned in another team of theirs those questions count that are `known` in this one.
    """

    team: int
    start: date = date.min
    end: date = date.max
    topic: str | None = None
    level: Level | None = None
    known: Container[str] = ()


def close(connection: Connection, closing: Round, *, now: datetime) -> bool:
    """Close a round: number it, write its awards, carry the totals and streaks on. Return False if it was closed."""
    sequence = _next_sequence(connection, closing.channel) if closing.scheduled else None
    changed = connection.execute(
        update(round_)
        .where(round_.c.id == closing.id, round_.c.closed_at.is_(None))
        .values(closed_at=now, sequence=sequence)
    )
    if not changed.rowcount:
        return False
    fair.forget_ended(connection, closing.id)
    awards = _awards(connection, closing)
    _write_awards(connection, closing, awards, sequence)
    _carry_totals(connection, closing, awards)
    missed = [one.member for one in awards if one.band is not Band.CORRECT]
    review.miss(connection, closing, missed, now=now)
    if sequence is not None:
        off = away.during(connection, closing.team, closing.local_date, at=now)
        attended = {one.member for one in awards if one.attended}
        _carry_streaks(connection, closing, sequence, attended=attended - off, off=off)
    return True


def regrade(connection: Connection, closed: Round, member_id: int) -> None:
    """Bring a closed round's award of one member, and their totals, up to a newer grade."""
    before = (
        connection.execute(select(award).where(award.c.round_id == closed.id, award.c.member_id == member_id))
    ).one_or_none()
    if before is None:
        return
    (now,) = (one for one in _awards(connection, closed, version=before.rules) if one.member == member_id)
    where = (award.c.round_id == closed.id, award.c.member_id == member_id)
    connection.execute(update(award).where(*where).values(points=now.points, score=now.score, band=now.band))
    change = {
        "points": now.points - before.points,
        "rounds": 0,
        "score": now.score - before.score,
        "correct": (now.band is Band.CORRECT) - (before.band == Band.CORRECT),
    }
    place = {"team_id": closed.team, "topic": closed.topic, "level": closed.level, "member_id": member_id}
    upsert(connection, total, [{**place, **change}], add=True)


def _next_sequence(connection: Connection, channel_id: int) -> int:
    query = select(func.max(round_.c.sequence)).where(round_.c.channel_id == channel_id)
    return (connection.execute(query).scalar_one() or 0) + 1


def _awards(connection: Connection, closing: Round, *, version: int = scoring.VERSION) -> list[Award]:
    counted = [one for one in given(connection, closing.id) if not one.late]
    by_member: dict[int, list[Attempt]] = {}
    for one in counted:
        by_member.setdefault(one.member, []).append(_fact(one))
    earlier = {who: asked_before(connection, closing, who) for who in by_member}
    return [
        scoring.award(
            closing.level,
            tries,
            counts=closing.earns and scoring.counts(earlier[who], version=version),
            version=version,
        )
        for who, tries in by_member.items()
    ]


def _fact(given_: Given) -> Attempt:
    return Attempt(
        member=given_.member, score=given_.score, band=given_.band, hints=given_.hints, copied=given_.copied,
        practice=given_.practice, says=given_.says, half=given_.half,
    )  # fmt: skip


def asked_before(connection: Connection, asked: Round, member_id: int) -> int:
    """Return how many asked rounds of the same team and date a member tried before this one; none for a scheduled one."""
    if asked.scheduled:
        return 0
    of = {"of_team": asked.team, "of_day": asked.local_date, "of_member": member_id}
    firsts = {round_id: first for _, round_id, _, first in FIRSTS_OF_DAY.rows(connection, **of)}
    here = firsts.pop(asked.id, None)
    return sum(here is None or first < here for first in firsts.values())


def first_attempts() -> Select[Any]:
    """Return the query for each member's first counted attempt in each asked round."""
    return (
        select(attempt.c.member_id, attempt.c.round_id, round_.c.local_date, func.min(attempt.c.id).label("first"))
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(round_.c.scheduled.is_(false()), round_.c.void.is_(false()), attempt.c.late.is_(false()))
        .group_by(attempt.c.member_id, attempt.c.round_id, round_.c.local_date)
    )


_THAT_DAY: Final = select(round_.c.id).where(
    round_.c.team_id == bindparam("of_team"), round_.c.local_date == bindparam("of_day")
)
FIRSTS_OF_DAY: Final = Ready(
    first_attempts().where(attempt.c.round_id.in_(_THAT_DAY), attempt.c.member_id == bindparam("of_member"))
)


def _write_awards(connection: Connection, closing: Round, awards: Sequence[Award], sequence: int | None) -> None:
    shared = {
        "round_id": closing.id, "team_id": closing.team, "channel_id": closing.channel, "topic": closing.topic,
        "local_date": closing.local_date, "level": closing.level, "rules": scoring.VERSION,
    }  # fmt: skip
    rows = [{**shared, **_award_columns(one), "sequence": sequence if one.attended else None} for one in awards]
    if rows:
        connection.execute(insert(award), rows)


def _award_columns(made: Award) -> dict[str, Any]:
    return {"member_id": made.member, "points": made.points, "score": made.score, "band": made.band}


def _carry_totals(connection: Connection, closing: Round, awards: Sequence[Award]) -> None:
    place = {"team_id": closing.team, "topic": closing.topic, "level": closing.level}
    rows = [{**place, **_tally_columns(Tally(member=one.member).plus(one))} for one in awards]
    upsert(connection, total, rows, add=True)


def _tally_columns(tally: Tally) -> dict[str, Any]:
    columns = asdict(tally)
    return {"member_id": columns.pop("member"), **columns}


def _carry_streaks(connection: Connection, closing: Round, sequence: int, *, attended: set[int], off: set[int]) -> None:
    there = select(member.c.id).where(member.c.id.in_(attended | off), member.c.deleted_at.is_(None))
    present = set(connection.execute(there).scalars())  # those who deleted themselves keep no streak
    known = connection.execute(
        select(streak).where(streak.c.channel_id == closing.channel, streak.c.member_id.in_(present))
    )
    runs = {r.member_id: Streak(r.length, r.best, r.last) for r in known}
    place = {"channel_id": closing.channel, "team_id": closing.team}
    carried = {who: runs.get(who, Streak()).attended(sequence) for who in present & attended}
    carried |= {who: run.passed(sequence) for who, run in runs.items() if who in off}
    upsert(connection, streak, [{**place, "member_id": who, **asdict(run)} for who, run in carried.items()])


def at_risk(connection: Connection, current: Round, *, now: datetime) -> dict[int, int]:
    """Return who wants to be reminded of a running streak that an open round would end, with its length."""
    newest = select(func.max(round_.c.sequence)).where(round_.c.channel_id == current.channel).scalar_subquery()
    said = (attempt.c.says.is_(true()) | (grade.c.score > 0)) & ~is_copy()
    kept = select(attempt.c.member_id).join(grade, grade.c.attempt_id == attempt.c.id)
    kept = kept.where(attempt.c.round_id == current.id, newest_grade(), said)
    rows = connection.execute(
        select(streak.c.member_id, streak.c.length)
        .join(member, member.c.id == streak.c.member_id)
        .where(streak.c.channel_id == current.channel, streak.c.last == newest, streak.c.member_id.not_in(kept))
        .where(member.c.reminds.is_(true()), member.c.deleted_at.is_(None))
        .order_by(streak.c.member_id)
    )
    off = away.during(connection, current.team, current.local_date, at=now)
    return {row.member_id: row.length for row in rows if row.member_id not in off}


def tallies(connection: Connection, scope: Scope) -> list[Tally]:
    """Return each visible member's tally: from the running totals for all time, else from the awards of the dates."""
    whole = scope.start == date.min and scope.end == date.max
    source = total if whole else award
    sums = _total_sums() if whole else _award_sums()
    where = [source.c.team_id == scope.team, member.c.hidden.is_(false())]
    where += [] if whole else [award.c.local_date >= scope.start, award.c.local_date < scope.end]
    where += [source.c.topic == scope.topic] if scope.topic else []
    where += [source.c.level == scope.level] if scope.level else []
    query = select(source.c.member_id.label("member"), *sums).join(member, member.c.id == source.c.member_id)
    rows = connection.execute(query.where(*where).group_by(source.c.member_id))
    return [Tally(**row) for row in rows.mappings()]


def _total_sums() -> list[Any]:
    return [func.sum(total.c[name]).label(name) for name in ("points", "rounds", "correct", "score")]


def _award_sums() -> list[Any]:
    correct = func.sum(case((award.c.band == Band.CORRECT, 1), else_=0))
    return [
        func.sum(award.c.points).label("points"),
        func.count().label("rounds"),
        correct.label("correct"),
        func.sum(award.c.score).label("score"),
    ]


def shares(connection: Connection, team_id: int, member_id: int) -> list[Share]:
    """Return a member's totals by topic and level."""
    rows = connection.execute(
        select(total)
        .where(total.c.team_id == team_id, total.c.member_id == member_id)
        .order_by(total.c.topic, total.c.level)
    )
    return [
        Share(
            topic=r.topic,
            level=Level(r.level),
            tally=Tally(member=member_id, points=r.points, rounds=r.rounds, correct=r.correct, score=r.score),
        )
        for r in rows
    ]


def export(connection: Connection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return a member's awards by round, and their streaks by channel, as plain data."""
    awards = connection.execute(
        select(
            round_.c.question_id,
            award.c.local_date,
            award.c.topic,
            award.c.level,
            award.c.points,
            award.c.score,
            award.c.band,
        )
        .join(round_, round_.c.id == award.c.round_id)
        .where(award.c.member_id == member_id)
        .order_by(award.c.round_id)
    )
    runs = connection.execute(
        select(channel.c.name.label("channel"), streak.c.length, streak.c.best)
        .join(channel, channel.c.id == streak.c.channel_id)
        .where(streak.c.member_id == member_id)
        .order_by(streak.c.channel_id)
    )
    return {"awards": [plain(r) for r in awards.mappings()], "streaks": [plain(r) for r in runs.mappings()]}


def earned_before(connection: Connection, team_id: int, members: Iterable[int], *, before: date) -> set[int]:
    """Return which of these members earned points before a date: they are not new to the board."""
    own = (award.c.member_id == member.c.id, award.c.team_id == team_id)
    earned = exists().where(*own, award.c.points > 0, award.c.local_date < before)  # one of each is enough
    return set(connection.execute(select(member.c.id).where(member.c.id.in_(list(members)), earned)).scalars())


def streaks(connection: Connection, team_id: int, members: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return each member's streaks as (running, best), the longest over the team's channels."""
    newest = select(func.max(round_.c.sequence)).where(round_.c.channel_id == streak.c.channel_id)
    rows = connection.execute(
        select(
            streak.c.member_id, streak.c.length, streak.c.best, streak.c.last, newest.scalar_subquery().label("newest")
        ).where(streak.c.team_id == team_id, streak.c.member_id.in_(list(members)))
    )
    longest: dict[int, tuple[int, int]] = {}
    for r in rows:
        running, best = longest.get(r.member_id, (0, 0))
        run = Streak(r.length, r.best, r.last)
        longest[r.member_id] = (max(running, run.current(r.newest)), max(best, run.best))
    return longest
