"""What has to be known of a member before their answer to a round is kept, in one look: each statement costs more than what it asks."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Final

from sqlalchemy import Connection, String, bindparam, case, cast, exists, false, func, select, true

from bot.ports import Ref
from bot.rules.rounds import Answerer, Round
from bot.store import boards, fair
from bot.store.answers import NUMBERED, OF_MEMBER, OF_ROUND
from bot.store.ready import Ready
from bot.store.schema import attempt, ended, hint, live_answer, live_step, member, round_

LATELY: Final = timedelta(minutes=1)
COMPARED: Final = 20  # of a member's newest attempts in a round, which in practice may be any number, the words
_BETWEEN: Final = "\x1f"  # which stands in no text that is kept,
_ROWS: Final = "\x1e"  # nor does this
_TRUE: Final = ("1", "true")  # as databases spell it
MOST: Final = 2**63 - 1  # of an id


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


@dataclass(frozen=True, slots=True)
class Answerers(Collection[Answerer]):
    """Who has answered a round, in the order in which they began to; taken apart when it is drawn, as it seldom is in a busy round."""

    listed: str
    more: tuple[Answerer, ...] = ()

    def __len__(self) -> int:
        """Return how many they are."""
        return (self.listed.count(_ROWS) + 1 if self.listed else 0) + len(self.more)

    def __iter__(self) -> Iterator[Answerer]:
        """Yield each."""
        began = sorted((int(first), int(who), name, hidden) for first, who, name, hidden in _rows(self.listed))
        return iter([*(Answerer(who, name, hidden in _TRUE) for _, who, name, hidden in began), *self.more])

    def __contains__(self, one: object) -> bool:
        """Whether somebody is among them."""
        return one in list(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What there was before an answer to a round is kept.

    Beside what is known of its `author`, as they are to be named by now: what others `said` before everybody to its question, as (attempt, text); who has answered
    it; and how many other rounds they have `asked` for or answered that day before it, where it is none of a schedule's.
    """

    so_far: SoFar
    author: Answerer
    said: Sequence[tuple[int, str]]
    answerers: Answerers
    asked: int


def _count(table: Any, *where: Any) -> Any:
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
_COLUMNS: Final = (
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
_SO_FAR: Final = Ready(_COLUMNS)


def _listed(rows: Any) -> Any:
    """Return the rows of a query as one text."""
    columns: list[Any] = [cast(column, String) for column in rows.columns]
    whole = reduce(lambda text, column: text.concat(_BETWEEN).concat(column), columns)
    return select(func.aggregate_strings(whole, _ROWS)).select_from(rows).scalar_subquery()


# By first attempts, each of which has the number 1; of who only practised, long ago, it may have been deleted, as those after it will be.
_ANSWERED: Final = (
    select(attempt.c.id, member.c.id.label("member"), member.c.name, member.c.hidden)
    .join(member, member.c.id == attempt.c.member_id)
    .where(OF_ROUND, attempt.c.number == 1)
)
_FIRSTS: Final = boards.FIRSTS_OF_DAY.statement.subquery()
_HERE: Final = select(func.min(attempt.c.id)).where(OF_ROUND, OF_MEMBER, attempt.c.late.is_(false())).scalar_subquery()
_BEFORE: Final = Ready(
    _COLUMNS.add_columns(
        member.c.name,
        member.c.hidden,
        _listed(fair.SAID.statement.subquery()),
        _listed(_ANSWERED.subquery()),
        case(
            (round_.c.scheduled.is_(true()), 0),
            else_=_count(
                _FIRSTS, _FIRSTS.c.round_id != bindparam("of_round"), _FIRSTS.c.first < func.coalesce(_HERE, MOST)
            ),
        ),
    )
)


def so_far_in(connection: Connection, round_id: int, member_id: int, *, ref: Ref, now: datetime) -> SoFar:
    """Return what a member, who is known to the platform as `ref`, has done in a round, and what holds of them there.

    What lies ahead was written before the clock was set back, and holds nobody up.
    """
    (row,) = _SO_FAR.rows(connection, **_of(round_id, member_id, ref, now))
    return _so_far(row)


def before_in(connection: Connection, asked: Round, member_id: int, *, ref: Ref, now: datetime) -> Before:
    """Return the same, with all else that an attempt is kept beside."""
    of = {"of_team": asked.team, "of_question": asked.question_id, "of_day": asked.local_date, "but": member_id}
    (row,) = _BEFORE.rows(connection, **_of(asked.id, member_id, ref, now), **of)
    *own, name, hidden, said, answered, tried = row
    return Before(
        so_far=_so_far(own),
        author=Answerer(member_id, name or "", bool(hidden)),
        said=sorted((int(number), text) for number, text in _rows(said)),
        answerers=Answerers(answered or ""),
        asked=tried,
    )


def _rows(listed: str | None) -> list[list[str]]:
    return [row.split(_BETWEEN) for row in listed.split(_ROWS)] if listed else []


def _of(round_id: int, member_id: int, ref: Ref, now: datetime) -> dict[str, Any]:
    of = {"of_round": round_id, "of_member": member_id, "of_seal": fair.seal(round_id, ref)}
    return {**of, "since": now - LATELY, "until": now}


def _so_far(row: Sequence[Any]) -> SoFar:
    attempts, said, recent, hints, closed_at, *flags = row
    present, linked, left, met = map(bool, flags)
    return SoFar(
        attempts=attempts, said=(said or "").split(_BETWEEN), recent=recent, hints=hints, closed_at=closed_at, present=present, linked=linked, left=left, met=met
    )  # fmt: skip
