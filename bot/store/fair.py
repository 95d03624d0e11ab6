"""What fair points are decided by: who has been shown an answer before, for whom a round has ended, who asked how much."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, delete, false, func, select, true, union, update

from bot.ports import Ref
from bot.rules import scoring
from bot.rules.people import Account
from bot.rules.rounds import Round
from bot.store import review
from bot.store.answers import is_copy, newest_grade
from bot.store.ready import Ready
from bot.store.schema import attempt, ended, grade, hint, round_, schedule
from bot.store.upsert import insert_new

# What each answer asks is built once.
SAID: Final = Ready(
    select(attempt.c.id, attempt.c.text)
    .join(round_, round_.c.id == attempt.c.round_id)
    .where(round_.c.team_id == bindparam("of_team"), round_.c.question_id == bindparam("of_question"))
    .where(attempt.c.member_id != bindparam("but"), attempt.c.public.is_(true()), attempt.c.text.is_not(None))
    .order_by(attempt.c.id)
)
_ENDED: Final = select(ended.c.seal).where(
    ended.c.round_id == bindparam("of_round"), ended.c.seal == bindparam("of_seal")
)


def was_shown(connection: Connection, asked: Round, member_id: int) -> bool:
    """Whether the answer of a round's question had been revealed to a member before, anywhere in the team.

    It was to whoever asked, answered or took a hint there, and to whoever had taken part in that channel until then; and to whoever has seen it in review.
    """
    if not asked.repeat:
        return False
    if review.was_shown(connection, asked, member_id):
        return True
    earlier = (round_.c.team_id == asked.team, round_.c.question_id == asked.question_id, round_.c.id != asked.id)
    revealed = select(round_.c.id, round_.c.channel_id, round_.c.closed_at).where(
        *earlier, round_.c.void.is_(false()), round_.c.closed_at <= asked.opened_at
    )
    for one in connection.execute(revealed).all():
        if _took_part(connection, one.id, one.channel_id, member_id, until=one.closed_at):
            return True
    return False


def _took_part(connection: Connection, round_id: int, channel_id: int, member_id: int, *, until: datetime) -> bool:
    answered = select(attempt.c.id).join(round_, round_.c.id == attempt.c.round_id)
    answered = answered.where(attempt.c.member_id == member_id, round_.c.channel_id == channel_id)
    answered = answered.where((attempt.c.at <= until) | (attempt.c.round_id == round_id))
    asked = select(round_.c.id).where(round_.c.asked_by == member_id, round_.c.channel_id == channel_id)
    hinted = select(hint.c.round_id).where(hint.c.round_id == round_id, hint.c.member_id == member_id)
    planned = select(schedule.c.id).where(schedule.c.member_id == member_id, schedule.c.channel_id == channel_id)
    signs = union(
        answered,
        asked.where(round_.c.opened_at <= until),
        hinted,
        planned.where(schedule.c.effective_at <= until),
    )
    return connection.execute(signs.limit(1)).first() is not None


def met_elsewhere(connection: Connection, asked: Round, others: Sequence[Account]) -> bool:
    """Whether a member's other accounts have tried a round's question, or been shown its answer, in their teams."""
    here = (round_.c.question_id == asked.question_id, round_.c.team_id.in_([one.team for one in others]))
    tried = select(attempt.c.id).join(round_, round_.c.id == attempt.c.round_id)
    tried = tried.where(*here, attempt.c.member_id.in_([one.member for one in others]))
    if connection.execute(tried.limit(1)).first() is not None:
        return True
    seen = [was_shown(connection, replace(asked, team=one.team, repeat=True), one.member) for one in others]
    return any(seen)


def said_before(connection: Connection, asked: Round, *, but: int) -> list[tuple[int, str]]:
    """Return the other members' public attempts at a round's question, here or earlier in the team, as (id, text)."""
    rows = SAID.rows(connection, of_team=asked.team, of_question=asked.question_id, but=but)
    return [(number, text) for number, text in rows]


def now_said(connection: Connection, attempt_id: int) -> None:
    """Note that an attempt's words have been said before everybody, though they were sent in private at first."""
    connection.execute(update(attempt).where(attempt.c.id == attempt_id).values(public=True))


def end_for(connection: Connection, team_id: int, member_id: int, refs: Iterable[Ref]) -> None:
    """End the open rounds in which a member has begun for whoever has these references, before their data goes."""
    answered = select(attempt.c.round_id).where(attempt.c.member_id == member_id)
    begun = answered.union(select(hint.c.round_id).where(hint.c.member_id == member_id))
    query = select(round_.c.id).where(round_.c.team_id == team_id, round_.c.closed_at.is_(None), round_.c.id.in_(begun))
    open_rounds = list(connection.execute(query).scalars())
    for ref in refs:
        for round_id in open_rounds:
            insert_new(connection, ended, round_id=round_id, seal=seal(round_id, ref))


def has_ended(connection: Connection, round_id: int, ref: Ref) -> bool:
    """Whether an open round has ended for whoever has this reference."""
    return connection.execute(_ENDED, {"of_round": round_id, "of_seal": seal(round_id, ref)}).first() is not None


def forget_ended(connection: Connection, round_id: int) -> None:
    """Forget for whom a round had ended: it has for everybody."""
    connection.execute(delete(ended).where(ended.c.round_id == round_id))


def seal(round_id: int, ref: Ref) -> str:
    """Return what fits one reference and one round alone: it tells nobody's name, and links nothing to another round."""
    return blake2b(f"{round_id}:{ref}".encode(), digest_size=16).hexdigest()


def asked_since(
    connection: Connection, *, since: datetime, until: datetime, member_id: int | None = None, channel_id: int | None = None
) -> list[datetime]:  # fmt: skip
    """Return when a member, or a channel, asked questions between two instants, oldest first; the scheduled are not among them."""
    whose = round_.c.asked_by == member_id if member_id is not None else round_.c.channel_id == channel_id
    query = select(round_.c.opened_at).where(
        whose,
        round_.c.scheduled.is_(false()),
        round_.c.void.is_(false()),
        round_.c.opened_at > since,
        round_.c.opened_at <= until,
    )
    return list(connection.execute(query.order_by(round_.c.opened_at)).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """How many of a member's closed rounds could earn nothing: practice, beyond those that count on a day, only copies."""

    practice: int
    beyond: int
    copies: int


def idle(connection: Connection, members: Sequence[int]) -> Idle:
    """Return how many closed rounds of a member, by all their accounts, could earn nothing; each counts once."""
    rows = connection.execute(
        select(
            round_.c.id, round_.c.scheduled, round_.c.repeat, round_.c.local_date, round_.c.closed_at,
            func.min(case((attempt.c.practice, 1), else_=0)).label("practice"),
            func.min(case((is_copy(), 1), else_=0)).label("copy"),
        )
        .join(attempt, attempt.c.round_id == round_.c.id)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(attempt.c.member_id.in_(members), attempt.c.late.is_(false()), round_.c.void.is_(false()), newest_grade())
        .group_by(round_.c.id, round_.c.scheduled, round_.c.repeat, round_.c.local_date, round_.c.closed_at)
        .order_by(func.min(attempt.c.id))
    )  # fmt: skip
    asked: Counter[date] = Counter()
    kinds: Counter[str] = Counter()
    for row in rows:
        before = 0 if row.scheduled else asked[row.local_date]
        asked[row.local_date] += not row.scheduled
        kinds[_why_idle(row, before) if row.closed_at is not None else ""] += 1
    return Idle(practice=kinds["practice"], beyond=kinds["beyond"], copies=kinds["copy"])


def _why_idle(row: Any, before: int) -> str:
    if row.practice or (row.repeat and not row.scheduled):
        return "practice"
    if not scoring.counts(before):
        return "beyond"
    return "copy" if row.copy else ""
