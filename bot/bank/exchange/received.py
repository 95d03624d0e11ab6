"""Notes that came by chat: read like a file, held against the team's bank, and written to it as drafts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.bank.exchange import drafts, reading, report, writing
from bot.bank.exchange.changes import Changes, against
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.report import Taken
from bot.errors import ContentError
from bot.question import Question

MOST: Final = 1_000_000  # bytes
_NAME: Final = "notes.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was read, and what it adds to the team's bank."""

    taken: Taken
    changes: Changes
    known: Collection[str]  # the ids that are in the bank already

    @property
    def new(self) -> list[Question]:
        """The questions that the bank does not have."""
        return [q for topic in self.changes.topics for q in topic.questions if q.id not in self.known]

    @property
    def said(self) -> list[str]:
        """What was left out, and what is there already in other words, a line each."""
        return [*(str(remark) for remark in self.taken.left_out), *self.changes.said]

    @property
    def line(self) -> str:
        """What was found in the notes, in one line."""
        return report.head(self.taken)


def read(data: bytes, folder: Path, *, others: Collection[str], since: date) -> Received:
    """Read notes for a team's folder; `others` are the ids that no new question may have."""
    there = [question for topic in writing.present(folder).values() for question in topic.questions]
    present = {question.id: question.question for question in there}
    choice = Choice(since=since, present=present, reserved=frozenset(others) - present.keys())
    with TemporaryDirectory() as place:
        taken = _taken(Path(place) / _NAME, data, choice)
    return Received(taken=taken, changes=against(taken.topics, there, update=False), known=frozenset(present))


def _taken(path: Path, data: bytes, choice: Choice) -> Taken:
    path.write_bytes(data)
    try:
        document = reading.read(path, Levels())
    except ContentError as error:
        raise ContentError([problem.replace(str(path), path.name) for problem in error.problems]) from None
    made, remarks = drafts.topics(document, choice, name="imported")
    topics = [*document.topics, *made]
    return Taken(file=Path(_NAME), document=document, topics=topics, remarks=[*document.remarks, *remarks])


def write(received: Received, folder: Path) -> Sequence[str]:
    """Write the new drafts into the team's folder."""
    return writing.write(folder, received.changes.topics) if received.new else []
