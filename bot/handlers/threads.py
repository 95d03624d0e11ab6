"""What is said in a question's thread beside answers: talk, and edits of what was said before."""

import re
from typing import Final

from sqlalchemy import Connection

from bot.errors import Refused, Talk, UserError
from bot.grading import gives_up, is_talk
from bot.handlers.deps import Call, Deps, question_of
from bot.outcomes import Nothing, Refusal
from bot.ports import Context
from bot.question import Question
from bot.rules import scoring
from bot.rules.rounds import Round
from bot.store import answers, ledger, members, rounds
from bot.text import has_words

NO_ANSWER: Final = (
    "This reads like talk, so no attempt is used. Say in a sentence or two what you think; a guess costs nothing, "
    "and Hint on the question's card helps. If this was your answer, begin it with “answer:”."
)
ASKED_BACK: Final = (
    "This reads like a question back, so no attempt is used. I cannot explain, but others here can; Hint on the question's "
    "card helps too. If the question itself is unclear, say so: /question report. If it was your answer, begin it with “answer:”."
)
WHETHER_MEANT: Final = (
    "I took this for talk, so no attempt is used. If it is your answer, send it with Answer on the question's card, or begin "
    "it with “answer:”."
)
STAYS: Final = "Your grade stays"
EDITED: Final = "I grade a reply as it was when it came, and an edit changes no grade. Send a new reply to try again."
EDITED_LATE: Final = (
    "This question is revealed, and an edit changes no grade. Send a new reply to try again for practice."
)
EDITED_TALK: Final = "I read a reply as it was when it came, and what it says now is not graded. Send it as a new reply, if it is your answer."
ATTACHED: Final = "I read words, and no files or pictures. Say it in a sentence or two, here or behind the Answer button; nothing was counted."
_ASKS: Final = re.compile(r"\W*(?:what|who|which|how|wdym|can (?:you|some|any))\b", re.IGNORECASE)


async def let_talk(call: Call, deps: Deps, current: Round, text: str) -> Refusal | Nothing:
    """Let talk in a thread be; who seems not to know how to begin is asked once, and so is whoever sends it as an answer."""
    if not call.context.message:
        raise Talk(_of_talk(text))
    if current.closed_at is not None or not gives_up(text):
        return Nothing()
    return await _ask(call, deps, f"talk:{current.id}", _of_talk(text))


async def ask_whether_meant(call: Call, deps: Deps, current: Round, text: str) -> Refusal | Nothing:
    """Say how to answer to who wrote what earns next to nothing and may be talk; after the reveal people may talk."""
    if current.closed_at is not None:
        return Nothing()
    return await _ask(call, deps, f"meant:{call.context.event}", _of_talk(text, otherwise=WHETHER_MEANT))


async def _ask(call: Call, deps: Deps, about: str, words: str) -> Refusal | Nothing:
    """Ask a member for an answer, once for each cause."""

    def ask(connection: Connection) -> Refusal | Nothing:
        return say_once(connection, call, about, Talk(words))

    return await deps.db.write(ask)


def _of_talk(text: str, *, otherwise: str = NO_ANSWER) -> str:
    """Return what is said to talk: another thing to who asks back than to who does not begin."""
    asks = text.rstrip().endswith("?") or _ASKS.match(text)
    return ASKED_BACK if asks else otherwise


def say_once(connection: Connection, call: Call, about: str, error: UserError) -> Refusal | Nothing:
    """Say something to a member the first time there is cause for it, and let them talk from then on."""
    return Refusal(error=error) if first_said(connection, call, about) else Nothing()


def first_said(connection: Connection, call: Call, about: str) -> bool:
    """Whether this is the first time that there is cause to say something to a member."""
    return ledger.first_time(connection, f"{call.context.platform}:{about}:{call.who.member}", now=call.now)


async def edited(context: Context, text: str, deps: Deps) -> UserError | None:
    """Return what to say to who edited a message in a thread, known by the event that brought it; nothing where it was and is talk."""

    def look(connection: Connection) -> tuple[Round, Question, bool, int] | None:
        who = members.find(connection, context)
        current = rounds.of_thread(connection, context.thread or "", team_id=who.team) if who else None
        if who is None or current is None:
            return None
        taken = ledger.known(connection, context.event)
        given = answers.numbered(connection, current.id, who.member)
        return current, question_of(connection, current, deps.bank), taken, given

    found = await deps.db.read(look)
    if found is None:
        return None
    current, question, taken, given = found
    if taken:
        return Refused(EDITED_LATE if current.closed_at else EDITED, heading=STAYS)
    may_answer = current.closed_at is None and given < scoring.MAX_ATTEMPTS and has_words(text)
    if not may_answer or await deps.grader.in_turn(is_talk, question, text):
        return None
    return Refused(EDITED_TALK, heading="Not graded")


async def wordless(context: Context, deps: Deps) -> UserError | None:
    """Return what to say to who sent a file without words into a thread, or nothing where no answer is waited for."""

    def look(connection: Connection) -> bool:
        return context.thread in {one.thread for one in rounds.open_threads(connection, context.platform)}

    return Refused(ATTACHED, heading="Not graded") if await deps.db.read(look) else None
