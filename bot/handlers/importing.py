"""Notes from chat become drafts of the team's own: organisers paste them, see what was taken, and confirm one by one."""

import asyncio
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bank.team_banks import folder_of
from bot.commands import ImportQuestions, OpenImportForm, SubmitImport
from bot.errors import ContentError, Refused
from bot.handlers.deps import Call, Deps
from bot.outcomes import ImportFormOpened, ImportOffered, Nothing, QuestionsImported
from bot.store import ledger


async def import_questions(_: ImportQuestions, call: Call, deps: Deps) -> ImportOffered:
    """Offer the form."""
    _folder(call, deps)
    return ImportOffered()


async def open_import_form(_: OpenImportForm, call: Call, deps: Deps) -> ImportFormOpened:
    """Show the form."""
    _folder(call, deps)
    return ImportFormOpened()


async def submit_import(command: SubmitImport, call: Call, deps: Deps) -> QuestionsImported | Nothing:
    """Read what was pasted, and write its questions to the team's bank; one import after the other, each once."""
    folder, data = _folder(call, deps), command.text.encode()

    async def take(connection: AsyncConnection) -> QuestionsImported | Nothing:
        if not await ledger.first_time(connection, call.context.event, now=call.now):
            return Nothing()
        return await asyncio.to_thread(_take, data, folder, call, deps)

    return await deps.db.write(take)


def _take(data: bytes, folder: Path, call: Call, deps: Deps) -> QuestionsImported:
    from bot.bank.exchange import received  # noqa: PLC0415  a start of the bot need not wait for its libraries

    try:
        found = received.read(data, folder, others=deps.bank.every.keys(), since=call.now.date())
        received.write(found, folder)
    except ContentError as error:
        raise Refused(f"I cannot take that: {error.problems[0]}.") from None
    return QuestionsImported(new=found.new, line=found.line, said=found.said)


def _folder(call: Call, deps: Deps) -> Path:
    if deps.teams.folder is None:
        raise Refused(
            "I have no folder for your own questions here. Whoever runs me can import them on the command line."
        )
    return folder_of(deps.teams.folder, call.context.team)
