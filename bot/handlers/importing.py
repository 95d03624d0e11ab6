"""Notes from chat become drafts of the team's own: organisers paste or send them, see what was taken, and confirm one by one."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection

from bot.bank.team_banks import alone_in, folder_of
from bot.commands import ImportQuestions, OpenImportForm, SubmitImport
from bot.errors import ContentError, PlatformError, Refused
from bot.handlers.deps import Call, Deps
from bot.outcomes import ImportFormOpened, ImportOffered, Nothing, QuestionsImported
from bot.ports import Attached
from bot.store import ledger

NO_FILE = "No file came with this. Attach one where this command takes it, or send it to me in a direct message."


async def import_questions(
    command: ImportQuestions, call: Call, deps: Deps
) -> ImportOffered | QuestionsImported | Nothing:
    """Take the questions of the file that came with it; without one, offer the form."""
    _folder(call, deps)
    if (file := call.context.file) is None:
        if command.file:
            raise Refused(NO_FILE)
        return ImportOffered()
    return await _taken(await _fetched(file), file.name, call, deps)


async def _fetched(file: Attached) -> bytes:
    """Return a file of a kind and a size that is read; what the platform says of its size may be wrong."""
    from bot.bank.exchange import received  # noqa: PLC0415  a start of the bot need not wait for its libraries

    received.check(file.name, file.size)
    try:
        data = await file.fetch()
    except PlatformError as error:
        raise Refused(f"I could not get the file: {error} Nothing was taken.") from error
    received.check(file.name, len(data))
    if not data.strip():
        raise Refused("There is nothing in that file.")
    return data


async def open_import_form(_: OpenImportForm, call: Call, deps: Deps) -> ImportFormOpened:
    """Show the form."""
    _folder(call, deps)
    return ImportFormOpened()


async def submit_import(command: SubmitImport, call: Call, deps: Deps) -> QuestionsImported | Nothing:
    """Take the questions of what was pasted."""
    return await _taken(command.text.encode(), "", call, deps)


async def _taken(data: bytes, name: str, call: Call, deps: Deps) -> QuestionsImported | Nothing:
    """Read notes and write their questions to the team's bank: one import after the other, of all processes, and nobody else waits.

    Only the delivery is noted in the database. What comes twice, or was cut short, adds nothing the second time.
    """
    folder = _folder(call, deps)
    async with deps.importing:
        done = await asyncio.to_thread(_written, data, name, folder, call, deps)

    def note(connection: Connection) -> bool:
        return ledger.first_time(connection, call.context.event, now=call.now)

    return done if await deps.db.write(note) else Nothing()


def _written(data: bytes, name: str, folder: Path, call: Call, deps: Deps) -> QuestionsImported:
    from bot.bank.exchange import received  # noqa: PLC0415  as above

    others, now = deps.bank.every, call.now.date()
    try:
        with alone_in(folder.parent):
            found = received.read(data, folder, others=others, since=now, name=name or received.PASTED)
            received.write(found, folder)
    except ContentError as error:
        raise Refused(f"I cannot take that: {error.problems[0]}.") from None
    known = len(found.taken.questions) - len(found.new)
    return QuestionsImported(new=found.new, known=known, line=found.line, said=found.said)


def _folder(call: Call, deps: Deps) -> Path:
    if deps.teams.folder is None:
        raise Refused(
            "I have no folder for your own questions here. Whoever runs me can import them on the command line."
        )
    return folder_of(deps.teams.folder, call.context.team)
