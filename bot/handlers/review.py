"""Review: what a member missed comes back in private when it is due, graded as always, for no points."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from hashlib import blake2b
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from bot.bank.loading import Bank
from bot.commands import OpenRecallForm, RateRecall, RemindReviewers, ReviewQuestions, SubmitRecall
from bot.errors import NotFound, Refused, Talk
from bot.grading import Grade
from bot.handlers.answers import acceptable, refuse_too_fast
from bot.handlers.deps import Call, Deps
from bot.handlers.questions import as_taught, askable, meant
from bot.handlers.threads import NO_ANSWER
from bot.outcomes import Nothing, RecallFormOpened, RecallGraded, ReviewExported, ReviewsDue, ReviewShown
from bot.question import Question, Topic
from bot.rules import quiet
from bot.rules.answers import graded_unless_talk
from bot.rules.doubts import to_tell
from bot.rules.people import Account
from bot.rules.review import REVIEWS_A_MINUTE, Rating, rated
from bot.store import ledger, members, people, review, rounds
from bot.store.review import Reviewed

TOLD_AT: Final = time(9)  # in the team's zone
GONE: Final = "This question is not in your review any more. See what is due with /review."
OPEN: Final = (
    "This question is being asked here just now. Answer it there; after its reveal it comes back to your review."
)


async def review_questions(command: ReviewQuestions, call: Call, deps: Deps) -> ReviewShown | ReviewExported:
    """Show what is due next, after a change if one was asked for; or hand all over."""

    def change(connection: Connection) -> ReviewShown | ReviewExported:
        match command.action:
            case "export":
                return _exported(connection, call, deps.bank)
            case "add" | "drop":
                return _changed(connection, command, call, deps.bank)
            case _:
                return _shown(connection, call, deps.bank)

    return await deps.db.write(change)


def _changed(connection: Connection, command: ReviewQuestions, call: Call, bank: Bank) -> ReviewShown:
    """Put a question into the asker's review, or take it out; one that was never revealed here would tell its answer."""
    question = meant(connection, command.question, call, bank)
    if command.action == "drop":
        mine = _mine(connection, call)
        if not review.drop(connection, question.id, of=mine, now=call.now):
            raise NotFound(GONE)
        return _shown(connection, call, bank, changed=question)
    if not rounds.was_revealed(connection, question.id, team_id=call.who.team):
        raise Refused(
            "Its answer has not been revealed here yet. Add it after its reveal; what you miss comes by itself."
        )
    review.add(connection, question.id, team_id=call.who.team, member_id=call.who.member, now=call.now)
    return _shown(connection, call, bank, changed=question, added=True)


def _shown(
    connection: Connection, call: Call, bank: Bank, *, changed: Question | None = None, added: bool = False
) -> ReviewShown:
    usable = in_review(connection, call.who.account, bank)
    due = [one for one in usable if one.due_at <= call.now]
    first = bank.questions[due[0].question] if due else None
    return ReviewShown(
        due=len(due), count=len(usable), next=(due[0].id, first, bank.title(first.topic)) if first else None,
        coming=usable[0].due_at if usable and not due else None, changed=changed, added=added,
    )  # fmt: skip


def _mine(connection: Connection, call: Call) -> list[int]:
    """Return the asker under each of their accounts."""
    return [one.member for one in people.accounts(connection, call.who.account)]


def in_review(connection: Connection, who: Account, bank: Bank) -> list[Reviewed]:
    """Return what a person can review in a team, soonest due first: what is known there, not set aside, and not open just now.

    It is all that their accounts have, here and elsewhere.
    """
    mine = people.accounts(connection, who)
    found = review.of_members(connection, [one.member for one in mine])
    known = tuple(bank.questions[one.question] for one in found if one.question in bank.questions)
    usable = {question.id for question in askable(connection, known, who.team)}
    usable -= _open_now(connection, mine)
    return [one for one in found if one.question in usable]


def _open_now(connection: Connection, mine: Iterable[Account]) -> set[str]:
    """Return the questions that are open in any team of a person's."""
    return set[str]().union(*[rounds.open_questions(connection, one.team) for one in mine])


def due_of(connection: Connection, call: Call, bank: Bank) -> tuple[int, int]:
    """Return how many questions are due in the asker's review, and how many are in it."""
    usable = in_review(connection, call.who.account, bank)
    return _count_due(usable, call.now), len(usable)


def _count_due(reviewed: Sequence[Reviewed], now: datetime) -> int:
    return sum(one.due_at <= now for one in reviewed)


def _exported(connection: Connection, call: Call, bank: Bank) -> ReviewExported:
    from bot.bank.exchange import anki  # noqa: PLC0415  a start of the bot need not wait for its libraries

    usable = in_review(connection, call.who.account, bank)
    questions = [bank.questions[one.question] for one in usable]
    return ReviewExported(document=anki.to_text(_by_topic(questions, bank)), count=len(questions))


def _by_topic(questions: Sequence[Question], bank: Bank) -> Iterator[Topic]:
    """Yield the topics of some questions with these questions alone."""
    for name, some in groupby(sorted(questions, key=lambda one: (one.topic, one.id)), key=lambda one: one.topic):
        yield bank.topics[name].model_copy(update={"questions": tuple(some)})


async def open_recall_form(command: OpenRecallForm, call: Call, deps: Deps) -> RecallFormOpened:
    """Show the private form of a question in review."""

    def look(connection: Connection) -> RecallFormOpened:
        reviewed = _usable(connection, command.review, call, deps.bank)
        return RecallFormOpened(reviewed.id, deps.bank.questions[reviewed.question])

    return await deps.db.read(look)


def _usable(connection: Connection, review_id: int, call: Call, bank: Bank) -> Reviewed:
    """Return a question that the asker can review now, or raise what is in the way."""
    usable = in_review(connection, call.who.account, bank)
    if found := next((one for one in usable if one.id == review_id), None):
        return found
    mine = people.accounts(connection, call.who.account)
    kept = review.get(connection, review_id, of=[one.member for one in mine])
    raise Refused(OPEN) if kept and kept.question in _open_now(connection, mine) else NotFound(GONE)


async def submit_recall(command: SubmitRecall, call: Call, deps: Deps) -> RecallGraded | Nothing:
    """Grade an answer in review, and decide when the question comes back."""
    text = acceptable(command.text)

    def look(connection: Connection) -> Question:
        reviewed = _usable(connection, command.review, call, deps.bank)
        return as_taught(connection, deps.bank.questions[reviewed.question], call.who.team)[0]

    graded = await deps.grader.in_turn(graded_unless_talk, await deps.db.read(look), text)
    if graded is None:
        raise Talk(NO_ANSWER)

    def save(connection: Connection) -> RecallGraded | Nothing:
        return _save(connection, command.review, call, text, graded, deps.bank)

    return await deps.db.write(save)


def _save(
    connection: Connection, review_id: int, call: Call, text: str, graded: Grade, bank: Bank
) -> RecallGraded | Nothing:
    reviewed = _usable(connection, review_id, call, bank)
    if not ledger.first_time(connection, call.context.event, now=call.now):
        return Nothing()
    if (said := _said_before(connection, reviewed, call, text)) is not None:
        return _again(connection, reviewed, call, said, graded, bank)
    mine = _mine(connection, call)
    lately = review.recalled_since(connection, mine, since=call.now - timedelta(minutes=1), until=call.now)
    refuse_too_fast(lately, REVIEWS_A_MINUTE)
    rating = rated(graded.band)
    number = review.save(connection, review_id, graded, rating=rating, now=call.now)
    ledger.first_time(connection, _seal(number, text), now=call.now)
    back_at, due = _follows(connection, reviewed, call, bank)
    question = bank.questions[reviewed.question]
    return RecallGraded(recall=number, question=question, rating=rating, back_at=back_at, due=due, grade=graded)


def _again(
    connection: Connection, reviewed: Reviewed, call: Call, said: tuple[int, Rating], graded: Grade, bank: Bank
) -> RecallGraded:
    """Return what came of a recall, once more; it stays one."""
    number, rating = said
    return RecallGraded(
        recall=number, question=bank.questions[reviewed.question], rating=rating, back_at=reviewed.due_at,
        due=due_of(connection, call, bank)[0], grade=graded, again=True,
    )  # fmt: skip


def _said_before(connection: Connection, reviewed: Reviewed, call: Call, text: str) -> tuple[int, Rating] | None:
    """Return the newest recall with its rating, if these were its words and the question has not come back since."""
    newest = review.newest(connection, reviewed.id) if reviewed.due_at > call.now else None
    return newest if newest and ledger.known(connection, _seal(newest[0], text)) else None


def _seal(recall: int, text: str) -> str:
    """Return what fits a recall and its words alone, which are not kept: with the ids of deliveries it is forgotten after two days."""
    words = blake2b(" ".join(text.split()).encode(), digest_size=16, key=str(recall).encode())
    return f"recall:{recall}:{words.hexdigest()}"


def _follows(connection: Connection, reviewed: Reviewed, call: Call, bank: Bank) -> tuple[datetime, int]:
    """Return when a question comes back after its newest recall, and how many others are due."""
    back_at = review.schedule(connection, reviewed)
    return back_at, due_of(connection, call, bank)[0]


async def rate_recall(command: RateRecall, call: Call, deps: Deps) -> RecallGraded:
    """Take the member's word for how well they knew a question, until they have answered it again."""

    def change(connection: Connection) -> RecallGraded:
        mine = _mine(connection, call)
        review_id = review.newest_of(connection, command.recall, of=mine)
        if review_id is None:
            raise Refused("You have answered this question again since, and that counts.")
        reviewed = _usable(connection, review_id, call, deps.bank)
        rating = Rating(command.rating)
        review.rate(connection, command.recall, rating)
        back_at, due = _follows(connection, reviewed, call, deps.bank)
        question = deps.bank.questions[reviewed.question]
        return RecallGraded(recall=command.recall, question=question, rating=rating, back_at=back_at, due=due)

    return await deps.db.write(change)


async def remind_reviewers(command: RemindReviewers, now: datetime, deps: Deps) -> ReviewsDue | Nothing:
    """Tell those of a team who want it, in the morning, how many questions are due; nobody twice of the same."""
    bank = (await deps.of_team(command.team)).bank

    def remind(connection: Connection) -> ReviewsDue | Nothing:
        tell = {}
        for who in review.to_tell(connection, command.team):
            usable = in_review(connection, Account(member=who, team=command.team), bank)
            came, key = [one.due_at for one in usable if one.due_at <= now], f"review:{who}"
            told = ledger.noticed(connection, command.team, key)
            ref = members.ref_of(connection, who)
            hours, zone = members.quiet_of(connection, who)
            free = ref and not quiet.until(hours, zone, now)
            if ref and free and to_tell(came, told, at=TOLD_AT, zone=zone, now=now):
                ledger.forget_notice(connection, command.team, key)
                ledger.first_notice(connection, command.team, key, now=now)
                tell[ref] = len(came)
        return ReviewsDue(tell) if tell else Nothing()

    return await deps.db.write(remind)
