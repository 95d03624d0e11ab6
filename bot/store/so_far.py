"""What has to be known of a member before their answer to a round is kept, in one look: each statement costs more than what it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, exists, func, select

from bot.ports import Ref
from bot.store import fair
from bot.store.answers import NUMBERED, OF_MEMBER, OF_ROUND
from bot.store.ready import Ready
from bot.store.schema import attempt, ended, hint, live_answer, live_step, member, round_

LATELY: Final = timedelta(minutes=1)
COMPARED: Final = 20  # of a member's newest attempts in a round, which in practice may be any number, the words
_BETWEEN: Final = "\x1f"  # which stands in no text that is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What a member has done in a round, and what holds of them there.

    `attempts` is the number of their last one, `said` are the words of the newest, and `recent` counts theirs anywhere in the last minute. `closed_at` is the
    round's. They are `present` while they have not been deleted, `linked` where they have other accounts; for whoever
    `left` it by deleting their answers the round has ended; `met` is a question that a live round of the team had
    asked before while they took part.
    """

    attempts: int
    said: Sequence[str]
    recent: int
    hints: int
    closed_at: datetime | None
    present: bool
    linked: bool
    left: bool
    met: bool


def _count(table: Table, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


_TOOK_PART: Final = select(live_answer.c.live_id).where(live_answer.c.member_id == bindparam("of_member"))
_MET: Final = exists(
    select(live_step.c.number)
    .where(live_step.c.question_id == round_.c.question_id, live_step.c.team_id == round_.c.team_id)
    .where(live_step.c.closed_at <= round_.c.opened_at, live_step.c.live_id.in_(_TOOK_PART))
)
_LEFT: Final = exists(select(ended.c.seal).where(ended.c.round_id == round_.c.id, ended.c.seal == bindparam("of_seal")))
_WORDS: Final = func.aggregate_strings(attempt.c.text, _BETWEEN)
_NEWEST: Final = attempt.c.number > NUMBERED.correlate(None).scalar_subquery() - COMPARED
_SO_FAR: Final = Ready(
    select(
        NUMBERED.scalar_subquery(),
        select(_WORDS).where(OF_ROUND, OF_MEMBER, _NEWEST).scalar_subquery(),
        _count(attempt, OF_MEMBER, attempt.c.at > bindparam("since"), attempt.c.at <= bindparam("until")),
        _count(hint, hint.c.round_id == bindparam("of_round"), hint.c.member_id == bindparam("of_member")),
        round_.c.closed_at,
        member.c.id.is_not(None) & member.c.deleted_at.is_(None),
        member.c.person.is_not(None),
        _LEFT,
        _MET,
    )
    .select_from(round_)
    .outerjoin(member, member.c.id == bindparam("of_member"))
    .where(round_.c.id == bindparam("of_round"))
)  # fmt: skip


def so_far_in(connection: Connection, round_id: int, member_id: int, *, ref: Ref, now: datetime) -> SoFar:
    """Return what a member, who is known to the platform as `ref`, has done in a round, and what holds of them there.

    What lies ahead was written before the clock was set back, and holds nobody up.
    """
    of = {"of_round": round_id, "of_member": member_id, "of_seal": fair.seal(round_id, ref)}
    (row,) = _SO_FAR.rows(connection, **of, since=now - LATELY, until=now)
    attempts, said, recent, hints, closed_at, *flags = row
    present, linked, left, met = map(bool, flags)
    return SoFar(
        attempts=attempts, said=(said or "").split(_BETWEEN), recent=recent, hints=hints, closed_at=closed_at, present=present, linked=linked, left=left, met=met
    )  # fmt: skip
