"""Appeals: a member asks an organiser to look at a grade, once an attempt, until a while after the reveal."""

from sqlalchemy import Connection

from bot.commands import AppealGrade, OpenAppealForm, SubmitAppeal
from bot.errors import NotFound, Refused
from bot.handlers.deps import Call, Deps
from bot.outcomes import AppealFormOpened, AppealMade, Nothing
from bot.rules.doubts import APPEAL_DAYS, APPEALS_WAITING, may_appeal
from bot.rules.scoring import MAX_ANSWER
from bot.store import appeals, ledger, rounds
from bot.store.appeals import Graded
from bot.text import clean, plural


async def appeal_grade(command: AppealGrade, call: Call, deps: Deps) -> AppealMade | Nothing:
    """Appeal against the newest grade here."""
    return await _appeal(call, deps, None, command.reason)


async def open_appeal_form(command: OpenAppealForm, call: Call, deps: Deps) -> AppealFormOpened:
    """Show the form, where an appeal can be made."""

    def look(connection: Connection) -> None:
        _refuse(_against(connection, call, command.attempt), call)

    await deps.db.read(look)
    return AppealFormOpened(command.attempt)


async def submit_appeal(command: SubmitAppeal, call: Call, deps: Deps) -> AppealMade | Nothing:
    """Appeal against the grade whose button was pressed."""
    return await _appeal(call, deps, command.attempt, command.text)


async def _appeal(call: Call, deps: Deps, attempt: int | None, reason: str) -> AppealMade | Nothing:
    if len(reason) > MAX_ANSWER:
        raise Refused(f"That is too long: {MAX_ANSWER:,} characters are the limit. Say it shorter.")

    def appeal(connection: Connection) -> AppealMade | Nothing:
        against = _against(connection, call, attempt)
        made = AppealMade(topic_title=deps.bank.title(against.topic), score=against.score)
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return made if call.context.again else Nothing()
        _refuse(against, call)
        if appeals.waiting(connection, call.who.member) >= APPEALS_WAITING:
            many = plural(APPEALS_WAITING, "appeal")
            raise Refused(f"{many} of yours wait for an organiser already. Make another once one is decided.")
        whose = {"team_id": call.who.team, "member_id": call.who.member}
        appeals.add(connection, against, clean(reason), now=call.now, **whose)
        return made

    return await deps.db.write(appeal)


def _against(connection: Connection, call: Call, attempt: int | None) -> Graded:
    """Return the attempt that a button names, else the newest of the thread's round, else of the channel."""
    me = call.who.member
    asked = call.context.thread and rounds.of_thread(connection, call.context.thread, team_id=call.who.team)
    if attempt is not None:
        found = appeals.graded(connection, attempt, member_id=me)
    elif asked:
        found = appeals.newest_of(connection, asked.id, member_id=me)
    else:
        found = appeals.newest_in(connection, call.who.channel, member_id=me)
    if found is None:
        raise NotFound("You have no grade here to appeal against. Answer a question first.")
    return found


def _refuse(against: Graded, call: Call) -> None:
    """Raise Refused where an appeal cannot be made, or could change nothing."""
    if against.appealed:
        raise Refused("You have appealed against this grade already, and an answer can be appealed for once.")
    if not against.kept:
        raise Refused("The words of this answer are deleted, so nobody can look at them any more.")
    if not may_appeal(
        score=against.score, copied=against.copied, appealed=False, closed_at=against.closed_at, now=call.now
    ):
        raise Refused(
            f"This grade stands: appeals are for answers with less than 100, until {APPEAL_DAYS} days after the reveal."
        )
