"""Fair points: what an attempt may earn, and which questions may be asked on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.errors import Refused, UsedUp
from bot.handlers.deps import Call, zone_of
from bot.handlers.questions import askable
from bot.question import Question
from bot.rules import fairness
from bot.rules.likeness import repeats, says_something
from bot.rules.people import Account
from bot.rules.rounds import Round
from bot.rules.schedule import Running
from bot.rules.suggestions import SUGGESTED
from bot.store import fair, people, rounds, schedules, suggestions
from bot.store.so_far import SoFar
from bot.text import plural

ENDED = (
    "You deleted your answers while this question was open, so it has ended for you. "
    "After its reveal you can answer it for practice."
)


@dataclass(frozen=True, slots=True)
class Whose:
    """A member with their other accounts, of which most have none; `met` is a question that a live round has asked them before.

    What others said before everybody to it they may have `heard`, as (attempt, text).
    """

    member: int
    others: Sequence[Account]
    met: bool
    heard: Sequence[tuple[int, str]] = ()


def whose(connection: Connection, member: int, so_far: SoFar, heard: Sequence[tuple[int, str]] = ()) -> Whose:
    """Return a member with their other accounts, which most are not asked for."""
    return Whose(member, people.others(connection, member) if so_far.linked else (), so_far.met, heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is noted of an attempt beside its grade; see the table of attempts."""

    practice: bool
    copied_from: int | None
    recited: bool
    says: bool
    half: bool


def marks_of(
    connection: Connection, asked: Round, question: Question, text: str, *, whose: Whose, now: datetime
) -> Marks:
    """Return what an attempt in an open or closed round is marked with."""
    practice = is_practice(connection, asked, question, whose)
    at_stake = asked.repeat and asked.closed_at is None and asked.earns and not practice
    recited = at_stake and repeats(text, question.reference, question=question.question)
    return Marks(
        practice=practice,
        copied_from=_copied_from(whose.heard, question, text),
        recited=recited or _said_elsewhere(connection, asked, question, whose.others, text),
        says=says_something(text, question=question.question),
        half=asked.half_at is not None and now >= asked.half_at,
    )


def is_practice(connection: Connection, asked: Round, question: Question, whose: Whose) -> bool:
    """Whether a round earns a member nothing.

    They suggested its question, or have been shown a scheduled one's answer before; or they met it in a live round, or in another
    team of theirs.
    """
    if SUGGESTED in question.tags:
        made_of = suggestions.by(connection, asked.question_id, team_id=asked.team)
        if made_of is not None and made_of.member == whose.member:
            return True
    if asked.scheduled and fair.was_shown(connection, asked, whose.member):
        return True
    return whose.met or (bool(whose.others) and fair.met_elsewhere(connection, asked, whose.others))


def _copied_from(said: Sequence[tuple[int, str]], question: Question, text: str) -> int | None:
    """Return the earlier public attempt of another member that this text nearly repeats."""
    alike = (attempt for attempt, other in said if repeats(text, other, question=question.question))
    return next(alike, None)


def _said_elsewhere(
    connection: Connection, asked: Round, question: Question, others: Sequence[Account], text: str
) -> bool:
    """Whether a text nearly repeats what somebody else said before everybody in another team of the member.

    The attempt is not noted: nothing of one team may be read in another.
    """
    for other in others:
        there = fair.said_before(connection, replace(asked, team=other.team), but=other.member)
        if any(repeats(text, said, question=question.question) for _, said in there):
            return True
    return False


def refuse_ended(*, left: bool) -> None:
    """Raise UsedUp for whoever deleted their answers to a question that is open."""
    if left:
        raise UsedUp(ENDED)


def refuse_too_many_asked(connection: Connection, call: Call) -> None:
    """Raise Refused with when it goes on, where a member or a channel has asked enough for a day."""
    since = call.now - fairness.ASKED_WITHIN
    mine = fair.asked_since(connection, since=since, until=call.now, member_id=call.who.member)
    here = fair.asked_since(connection, since=since, until=call.now, channel_id=call.who.channel)
    if at := fairness.goes_on_at(mine, fairness.ASKED_BY_MEMBER):
        many = plural(fairness.ASKED_BY_MEMBER, "question")
        raise Refused(f"You have asked {many} in 24 hours, the most there are. {_goes_on(connection, call, at)}")
    if at := fairness.goes_on_at(here, fairness.ASKED_IN_CHANNEL):
        many = plural(fairness.ASKED_IN_CHANNEL, "question")
        said = f"{many} have been asked in this channel in 24 hours, the most there are."
        raise Refused(f"{said} {_goes_on(connection, call, at)}")


def _goes_on(connection: Connection, call: Call, at: datetime) -> str:
    zone = zone_of(connection, call)
    local = at.astimezone(ZoneInfo(zone))
    return f"The next can be asked on {local:%A} at {local:%H:%M} ({zone}). Until then, answer those that are open."


def left_to_schedules(connection: Connection, team: int, bank: Bank) -> frozenset[str]:
    """Return the questions that are not asked with /quiz, so that each schedule finds one that is not open."""
    running = [one for one in schedules.of_team(connection, team) if one.state is Running.ACTIVE]
    may = {question.id for question in askable(connection, tuple(bank.questions.values()), team)}
    pools = [{q.id for q in bank.pool(one.plan.levels, one.plan.topics, drafts=True)} & may for one in running]
    return fairness.spared(pools, rounds.open_questions(connection, team))
