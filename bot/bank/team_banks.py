"""Teams' own questions, asked beside the bank that comes with the bot: a folder a team, read again when it changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import structlog

from bot.bank import loading
from bot.bank.loading import Bank
from bot.errors import BadValue, ContentError

FOLDER: Final = "banks"  # in the data folder
_MAX_NAME: Final = 200  # characters of a folder's name
_Stamp = tuple[tuple[str, int, int], ...]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TeamBanks:
    """Finds the bank of a team; without a folder there is none but the shipped one."""

    folder: Path | None = None
    _read: dict[str, tuple[_Stamp, Bank, Bank]] = field(default_factory=dict, compare=False)

    def of(self, team: str, shipped: Bank) -> Bank:
        """Return the shipped bank with the team's own questions; the shipped one alone if those cannot be used."""
        if self.folder is None:
            return shipped
        own = folder_of(self.folder, team)
        stamp = tuple(sorted(_stamps(own)))
        if not stamp:
            return shipped
        known = self._read.get(team)
        if known is None or known[:2] != (stamp, shipped):
            known = self._read[team] = (stamp, shipped, _together(own, shipped))
        return known[2]


def folder_of(banks: Path, team: str) -> Path:
    """Return a team's folder: its reference as one safe name, such as `slack%3AT1` for `slack:T1`."""
    name = quote(team, safe="").replace(".", "%2E")
    if not 0 < len(name) <= _MAX_NAME:
        raise BadValue("A team is named by its platform and its id there, such as slack:T024BE7LD.")
    return banks / name


def joined(shipped: Bank, own: Bank) -> Bank:
    """Return both banks as one: a topic of one name, or known by it, is one topic; ids that stand in both stay the shipped ones."""
    topics = dict(shipped.topics)
    words = {word for topic in shipped.topics.values() for word in (topic.topic, *topic.aliases)}
    for topic in own.topics.values():
        name = shipped.topic_named(topic.topic) or topic.topic
        new = tuple(q.model_copy(update={"topic": name}) for q in topic.questions if q.id not in shipped.questions)
        there = topics.get(name)
        aliases = tuple(alias for alias in topic.aliases if alias not in words)
        base = there or topic.model_copy(update={"aliases": aliases, "questions": ()})
        topics[name] = base.model_copy(update={"questions": (*base.questions, *new)})
    return Bank(topics)


def _together(own: Path, shipped: Bank) -> Bank:
    try:
        return joined(shipped, loading.load(own))
    except ContentError as error:
        log.warning("team_bank_unusable", folder=str(own), problems=len(error.problems), first=error.problems[0])
        return shipped


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for file in (*folder.glob("*.yaml"), *folder.glob("*.yml")):
        seen = file.stat()
        yield file.name, seen.st_mtime_ns, seen.st_size
