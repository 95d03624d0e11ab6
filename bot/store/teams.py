"""Teams that took the bot out: their schedules stop at once, and all that is theirs is deleted after a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, bindparam, delete, select, tuple_, update

from bot.ports import Ref
from bot.rules.schedule import Running, State
from bot.store import schedules
from bot.store.schema import (
    IS_DUE,
    appeal,
    attempt,
    award,
    away,
    channel,
    decision,
    deed,
    doubt,
    edit,
    ended,
    feeling,
    grade,
    guess,
    hint,
    identity,
    lesson,
    link,
    listener,
    live,
    live_answer,
    live_step,
    mark,
    member,
    message,
    notice,
    nudge,
    occurrence,
    phrasing,
    question_version,
    queued,
    recall,
    remark,
    reported,
    review,
    round_,
    schedule,
    squad,
    squad_move,
    streak,
    suggestion,
    team,
    total,
    visit,
)

KEEP_AFTER: Final = timedelta(days=30)
NOTE: Final = "the bot was taken out"
# What belongs to a team beside its attempts, rounds and occurrences, each before what it refers to.
_BEFORE: Final[tuple[Table, ...]] = (
    nudge,
    listener,
    award,
    total,
    streak,
    reported,
    remark,
    phrasing,
    edit,
    suggestion,
    feeling,
    notice,
    live_answer,
    live_step,
    live,
    link,
    guess,
    visit,
    identity,
    queued,
    deed,
    away,
    review,
    squad_move,
    squad,
)
_AFTER: Final[tuple[Table, ...]] = (schedule, member, channel)


def leave(connection: Connection, ref: Ref, *, now: datetime) -> None:
    """Note that a team took the bot out: its schedules are paused, and nothing is due there any more."""
    team_id = _known(connection, ref)
    if team_id is None:
        return
    connection.execute(update(team).where(team.c.id == team_id, team.c.left_at.is_(None)).values(left_at=now))
    for one in schedules.of_team(connection, team_id):
        if one.state is Running.ACTIVE:
            schedules.set_state(connection, one.id, Running.PAUSED, now=now)
    due = update(occurrence).where(occurrence.c.team_id == team_id, IS_DUE)
    connection.execute(due.values(state=State.SKIPPED, settled_at=now, note=NOTE))


def come_back(connection: Connection, ref: Ref) -> bool:
    """Note that a team has the bot again, and return whether it had not: what is theirs stays, and its schedules wait to be resumed."""
    query = update(team).where(team.c.ref == ref, team.c.left_at.is_not(None)).values(left_at=None)
    return bool(connection.execute(query).rowcount)


def of_platform(connection: Connection, platform: str) -> dict[Ref, bool]:
    """Return whether each team of a platform has the bot, as far as is known."""
    query = select(team.c.ref, team.c.left_at.is_(None)).where(team.c.ref.startswith(f"{platform}:"))
    return {ref: bool(here) for ref, here in connection.execute(query)}


def after(connection: Connection, team_id: int, *, limit: int) -> list[int]:
    """Return the next teams that have the bot."""
    query = select(team.c.id).where(team.c.id > team_id, team.c.left_at.is_(None)).order_by(team.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def gone(connection: Connection, *, now: datetime) -> list[int]:
    """Return the teams which took the bot out long ago."""
    return list(connection.execute(select(team.c.id).where(team.c.left_at < now - KEEP_AFTER)).scalars())


def purge(connection: Connection, team_id: int, *, now: datetime, limit: int) -> bool:
    """Delete some of what belongs to a team which took the bot out long ago, and return whether there is more."""
    if team_id not in gone(connection, now=now):
        return False
    asked = select(round_.c.id).where(round_.c.team_id == team_id)
    reviews = select(review.c.id).where(review.c.team_id == team_id)
    return (
        _attempts(connection, team_id, limit)
        or _any_of(connection, [(recall, recall.c.review_id.in_(reviews))], limit)
        or _any_of(connection, [(table, table.c.team_id == team_id) for table in _BEFORE], limit)
        or _any_of(connection, [(table, table.c.round_id.in_(asked)) for table in (hint, ended)], limit)
        or _rounds(connection, asked.limit(limit))
        or _occurrences(connection, team_id, limit)
        or _any_of(connection, [(table, table.c.team_id == team_id) for table in _AFTER], limit)
        or _any_of(connection, [(team, team.c.id == team_id)], limit)
    )


def _attempts(connection: Connection, team_id: int, limit: int) -> bool:
    some = _ids(connection, select(attempt.c.id).where(attempt.c.team_id == team_id).limit(limit))
    decided = select(decision.c.id).where(decision.c.attempt_id.in_(some))
    connection.execute(update(attempt).where(attempt.c.copied_from.in_(some)).values(copied_from=None))
    connection.execute(update(grade).where(grade.c.decision_id.in_(decided)).values(decision_id=None))
    for table in (doubt, appeal, mark, lesson, grade, decision):
        connection.execute(delete(table).where(table.c.attempt_id.in_(some)))
    connection.execute(delete(attempt).where(attempt.c.id.in_(some)))
    return bool(some)


def _rounds(connection: Connection, query: Select[Any]) -> bool:
    some = _ids(connection, query)
    asked = select(round_.c.question_id, round_.c.version).where(round_.c.id.in_(some)).distinct()
    versions = [tuple(row) for row in connection.execute(asked)]
    for table in (message, occurrence):
        connection.execute(delete(table).where(table.c.round_id.in_(some)))
    connection.execute(delete(round_).where(round_.c.id.in_(some)))
    _forget_versions(connection, versions)
    return bool(some)


def _forget_versions(connection: Connection, some: Sequence[tuple[Any, ...]]) -> None:
    """Delete questions as they were asked, where no round is left that asked them: they may be the team's own."""
    if not some:
        return
    same = (round_.c.question_id == question_version.c.question_id, round_.c.version == question_version.c.version)
    unasked = ~select(round_.c.id).where(*same).exists()
    one = (question_version.c.question_id == bindparam("question"), question_version.c.version == bindparam("as_of"))
    rows = [{"question": question, "as_of": version} for question, version in some]
    connection.execute(delete(question_version).where(*one, unasked), rows)


def _occurrences(connection: Connection, team_id: int, limit: int) -> bool:
    some = _ids(connection, select(occurrence.c.id).where(occurrence.c.team_id == team_id).limit(limit))
    connection.execute(delete(message).where(message.c.tag.in_([f"board:{number}" for number in some])))
    connection.execute(delete(occurrence).where(occurrence.c.id.in_(some)))
    return bool(some)


def _any_of(connection: Connection, parts: Sequence[tuple[Table, Any]], limit: int) -> bool:
    """Delete some rows of the first table that has any, and return whether one had."""
    for table, where in parts:
        key = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(where).limit(limit)
        if connection.execute(delete(table).where(key.in_(some))).rowcount:
            return True
    return False


def _ids(connection: Connection, query: Select[Any]) -> list[int]:
    return list(connection.execute(query).scalars())


def _known(connection: Connection, ref: Ref) -> int | None:
    found: int | None = connection.execute(select(team.c.id).where(team.c.ref == ref)).scalar_one_or_none()
    return found
