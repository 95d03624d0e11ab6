"""Notes that came by chat: read like a file, held against the team's bank, and written to it as drafts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.bank.exchange import drafts, reading, report, writing
from bot.bank.exchange.changes import IN_CHAT, Changes, against, twins
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.report import Taken
from bot.errors import ContentError, Refused
from bot.question import Question
from bot.text import clip

MOST: Final = 1_000_000  # bytes
PASTED: Final = "notes.md"
_ENDINGS: Final = (
    ".md", ".markdown", ".txt", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".html", ".htm", ".ipynb", ".org", ".rst", ".gift",
)  # fmt: skip
_TWICE: Final = frozenset((".markdown", ".ndjson", ".yml", ".htm"))  # other names of what is told already
_SHOWN: Final = 60  # characters of a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was read, and what it adds to the team's bank."""

    taken: Taken
    changes: Changes
    known: Collection[str]  # the ids that are in the bank already
    twins: Sequence[str]  # what asks nearly the same as another there

    @property
    def new(self) -> list[Question]:
        """The questions that the bank does not have."""
        return [q for topic in self.changes.topics for q in topic.questions if q.id not in self.known]

    @property
    def said(self) -> list[str]:
        """What was left out, and what is there already in other words, a line each."""
        return [*self.changes.said, *self.twins, *(str(remark) for remark in self.taken.left_out)]

    @property
    def line(self) -> str:
        """What was found in the notes, in one line."""
        return report.head(self.taken)


def check(name: str, size: int) -> None:
    """Raise Refused for a file that is not read from chat, before any of it is fetched."""
    shown = clip(Path(name).name, _SHOWN)
    if not name.casefold().endswith(_ENDINGS):
        raise Refused(
            f"I read notes as text, and “{shown}” is none by its name. Save or export it as one of"
            f" {', '.join(one for one in _ENDINGS if one not in _TWICE)}, and send that."
        )
    if size > MOST:
        raise Refused(
            f"“{shown}” has {size:,} bytes, and {MOST:,} are the most that I take from chat. Split it, and send the parts."
        )


def read(data: bytes, folder: Path, *, others: Mapping[str, Question], since: date, name: str = PASTED) -> Received:
    """Read notes for a team's folder; `others` are all that the team may be asked, by the ids that no new question may have."""
    there = [question for topic in writing.present(folder).values() for question in topic.questions]
    present = {question.id: question.question for question in there}
    choice = Choice(since=since, present=present, reserved=frozenset(others) - present.keys())
    with TemporaryDirectory() as place:
        taken = _taken(Path(place) / f"notes{Path(name).suffix}", data, choice, name=name)
    changes = against(taken.topics, there, update=False, ways=IN_CHAT)
    beside = list({**others, **{question.id: question for question in there}}.values())
    return Received(taken=taken, changes=changes, known=frozenset(present), twins=[*twins(changes.topics, beside)])


def _taken(path: Path, data: bytes, choice: Choice, *, name: str) -> Taken:
    path.write_bytes(data)
    try:
        document = reading.read(path, Levels())
    except ContentError as error:
        raise ContentError([problem.replace(str(path), clip(name, _SHOWN)) for problem in error.problems]) from None
    made, remarks = drafts.topics(document, choice, name="imported" if name == PASTED else Path(name).stem)
    topics = [*document.topics, *made]
    return Taken(file=Path(clip(name, _SHOWN)), document=document, topics=topics, remarks=[*document.remarks, *remarks])


def write(received: Received, folder: Path) -> Sequence[str]:
    """Write the new drafts into the team's folder."""
    return writing.write(folder, received.changes.topics) if received.new else []
