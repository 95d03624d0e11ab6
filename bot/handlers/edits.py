"""Questions edited in chat: a form, what speaks against what it says, and the version that is asked from then on."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import Connection

from bot.bank.checks import faults
from bot.bank.editing import FIELD_CHARS, Texts, doubts, edited, texts_of
from bot.commands import EditQuestion, OpenEditForm, SaveEdit, SubmitEdit, TryEdit, UndoEdits
from bot.commands.edits import EditForm
from bot.errors import BadValue, NotFound, Refused
from bot.handlers.deps import Call, Deps
from bot.handlers.questions import meant, moved
from bot.outcomes import EditFormOpened, EditHeld, EditTried, Nothing, QuestionMoved, Tried
from bot.question import Question
from bot.rules.answers import graded_unless_talk
from bot.rules.marks import MARKED, Marked, ToMark, otherwise
from bot.rules.phrasings import Phrasing, taught
from bot.rules.questions import Said
from bot.rules.scoring import MAX_ANSWER
from bot.store import edits, ledger, marks, phrasings, rounds
from bot.text import clean, clip

SAMPLES: Final = 8  # answers that are tried at once
GIVEN: Final = 30  # answers of members that an edit is tried on, the newest
_EMPTY_LINE: Final = re.compile(r"\n[^\S\n]*\n")
_MEANWHILE = "It was changed since you opened the form, and what you save takes the place of that. Look what it says now: /question show."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What an edit is held against: the question as it is, what was learned of it, and its marked answers."""

    question: Question
    learned: Sequence[Phrasing]
    marked: Sequence[Marked]


async def edit_question(command: EditQuestion, call: Call, deps: Deps) -> EditFormOpened:
    """Show the form of the question that is named, or meant where it is typed."""

    def look(connection: Connection) -> str:
        return meant(connection, command.question, call, deps.bank).id

    return await open_edit_form(OpenEditForm(question=await deps.db.read(look)), call, deps)


async def open_edit_form(command: OpenEditForm, call: Call, deps: Deps) -> EditFormOpened:
    """Show the form, as the question is or as an edit has it that waits."""

    def look(connection: Connection) -> EditFormOpened:
        question = _editable(connection, command.question, call, deps)
        waits = _waits(connection, command.edit, call) if command.edit is not None else None
        texts = Texts(**waits.texts) if waits else texts_of(question)
        return EditFormOpened(question=question, texts=texts, edit=command.edit)

    return await deps.db.read(look)


def _editable(connection: Connection, named: str, call: Call, deps: Deps) -> Question:
    """Return a question that is not asked just now: while it is, its answer is for nobody's eyes."""
    if named not in deps.bank.every:
        raise NotFound(f"“{named}” has left the bank since.")
    if named in rounds.open_questions(connection, call.who.team):
        raise Refused("It is asked just now. Edit it once it is revealed; the open round keeps its words anyway.")
    return deps.bank.every[named]


def _waits(connection: Connection, edit: int, call: Call) -> edits.Waiting:
    found = edits.get(connection, edit, team_id=call.who.team, member_id=call.who.member)
    if found is None:
        raise NotFound("This edit is saved already, or another's.")
    return found


async def submit_edit(command: SubmitEdit, call: Call, deps: Deps) -> QuestionMoved | EditHeld | Nothing:
    """Save what the form says, unless something speaks against it: then its author decides, and no word is lost."""
    texts = _written_down(command)

    def look(connection: Connection) -> _Known:
        return _known(connection, command.question, call, deps)

    known = await deps.db.read(look)
    held = await asyncio.to_thread(_held, known, texts)
    if command.version not in {None, known.question.version}:
        held = replace(held, doubts=[_MEANWHILE, *held.doubts])
    return await _written(call, deps, held, texts, waits=None)


def _written_down(form: EditForm) -> Texts:
    """Return the form's texts; one that no form of ours takes would be much to read."""
    texts = Texts(form.text, form.reference, form.points)
    if max(map(len, asdict(texts).values())) > FIELD_CHARS:
        raise Refused(f"That is too long: {FIELD_CHARS:,} characters a field are the limit.")
    return texts


def _known(connection: Connection, named: str, call: Call, deps: Deps) -> _Known:
    question = _editable(connection, named, call, deps)
    learned = phrasings.of(connection, question.id, team_id=call.who.team)
    marked = phrasings.marked(connection, question.id, team_id=call.who.team)
    return _Known(question=question, learned=[one.phrasing for one in learned], marked=marked)


async def try_edit(command: TryEdit, call: Call, deps: Deps) -> EditTried:
    """Show what an edit would make of sample answers and of those that were given; nothing is written."""
    texts = _written_down(command)

    def look(connection: Connection) -> tuple[_Known, Sequence[ToMark]]:
        known = _known(connection, command.question, call, deps)
        return known, marks.newest(
            connection, known.question.id, team_id=call.who.team, but=call.who.member, most=GIVEN
        )

    known, given = await deps.db.read(look)
    held = await asyncio.to_thread(_held, replace(known, marked=known.marked[-MARKED:]), texts)
    tried = EditTried(
        question=known.question, version=command.version or "", texts=texts, new=held.new, changed=held.changed,
        faults=held.doubts if held.new is None else [*faults(held.new, call.now.date())],
    )  # fmt: skip
    return await asyncio.to_thread(_tried, tried, known, _samples(command.samples), given)


def _samples(written: str) -> list[str]:
    """Return sample answers, an empty line between them: as many, and as long, as one look may cost."""
    return [clip(one, MAX_ANSWER) for part in _EMPTY_LINE.split(clean(written)) if (one := part.strip())][:SAMPLES]


def _tried(tried: EditTried, known: _Known, samples: Sequence[str], given: Sequence[ToMark]) -> EditTried:
    """Grade the samples by what an edit makes, and look which answers it would grade otherwise."""
    if (new := tried.new) is None:
        return tried
    as_marked = [Marked(whence="an answer that was given", text=one.text, band=one.band) for one in given]
    learned = taught(new, known.learned)
    return replace(
        tried, given=otherwise(known.question, new, known.learned, as_marked), looked_at=len(given),
        samples=[Tried(text=one, grade=graded_unless_talk(learned, one)) for one in samples],
    )  # fmt: skip


def _made(question: Question, texts: Texts) -> EditHeld:
    """Return an edit as the question that it makes, or with why it makes none."""
    try:
        return EditHeld(edit=0, question=question, new=edited(question, texts), doubts=())
    except BadValue as error:
        return EditHeld(edit=0, question=question, new=None, doubts=[str(error)])


def _held(known: _Known, texts: Texts) -> EditHeld:
    """Return an edit with what speaks against it: it is no question, its own answer fails, marked answers are graded otherwise."""
    made = _made(known.question, texts)
    if made.new is None:
        return made
    changed = otherwise(known.question, made.new, known.learned, known.marked)
    return replace(made, doubts=[*doubts(made.new)], changed=changed)


async def save_edit(command: SaveEdit, call: Call, deps: Deps) -> QuestionMoved | Nothing | EditHeld:
    """Save an edit that waits, whatever speaks against it, where it makes a question."""

    def look(connection: Connection) -> tuple[Question, Texts]:
        waits = _waits(connection, command.edit, call)
        return _editable(connection, waits.question, call, deps), Texts(**waits.texts)

    question, texts = await deps.db.read(look)
    return await _written(call, deps, _made(question, texts), texts, waits=command.edit)


async def _written(
    call: Call, deps: Deps, held: EditHeld, texts: Texts, *, waits: int | None
) -> QuestionMoved | EditHeld | Nothing:
    """Write an edit down: as the question's new version, or as one that waits for its author."""
    old, new = held.question, held.new
    if new is not None and new.version == old.version:
        raise Refused("Nothing of it is changed.", heading="As it was")
    whose = {"team_id": call.who.team, "member_id": call.who.member, "over": _of_file(deps, old), "at": call.now}

    def write(connection: Connection) -> QuestionMoved | EditHeld | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if new is None or (waits is None and held.against):
            number = edits.add(connection, old.id, asdict(texts), saved_at=None, **whose)
            return EditHeld(edit=number, question=old, new=new, doubts=held.doubts, changed=held.changed)
        edits.drop(connection, old.id, team_id=call.who.team, member_id=call.who.member)
        before, after = (one.model_dump(mode="json") for one in (old, new))
        edits.add(connection, old.id, after, saved_at=call.now, before=before, **whose)
        return moved(connection, new, Said.EDIT, call, deps.bank)

    done = await deps.db.write(write)
    deps.edits.forget()
    return done


def _of_file(deps: Deps, question: Question) -> str:
    """Return the version of a question in its file; nothing for one that has none."""
    there = deps.files.every.get(question.id)
    return there.version if there else ""


async def undo_edits(command: UndoEdits, call: Call, deps: Deps) -> QuestionMoved | Nothing:
    """Ask a question as its file has it again."""
    old = deps.files.every.get(command.question)

    def undo(connection: Connection) -> QuestionMoved | Nothing:
        if not ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        if old is None or edits.over(connection, command.question, team_id=call.who.team) is None:
            raise NotFound("Its words are its file's already, or it has none.")
        whose = {"team_id": call.who.team, "member_id": call.who.member, "over": old.version, "at": call.now}
        before = deps.bank.every[old.id].model_dump(mode="json")
        edits.add(connection, old.id, None, saved_at=call.now, before=before, **whose)
        return moved(connection, old, Said.UNDO, call, deps.bank)

    done = await deps.db.write(undo)
    deps.edits.forget()
    return done
