"""Teams' own questions, asked beside the bank that comes with the bot: a folder a team, read again when it changes."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

import structlog

from bot.bank import loading, safe_yaml
from bot.bank.loading import Bank
from bot.errors import BadValue, ContentError
from bot.question import Question, Topic

FOLDER: Final = "banks"  # in the data folder
KEPT: Final = ".kept"  # in a team's folder: each file as it was when it was last right
_MAX_NAME: Final = 200  # characters of a folder's name
_Stamp = tuple[tuple[str, int, int], ...]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TeamBanks:
    """Finds the bank of a team; without a folder there is none but the shipped one."""

    folder: Path | None = None
    _read: dict[str, tuple[_Stamp, Bank, Bank]] = field(default_factory=dict, compare=False)

    def of(self, team: str, shipped: Bank) -> Bank:
        """Return the shipped bank with the team's own questions; of a file that cannot be read, as it was when it last could."""
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


@contextmanager
def alone_in(banks: Path) -> Iterator[None]:
    """Write to teams' folders one after the other, of all processes that share them; this waits where another writes."""
    banks.mkdir(parents=True, exist_ok=True)
    held = os.open(banks, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


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


def with_edits(bank: Bank, edits: Mapping[str, Question]) -> Bank:
    """Return a bank with what was edited in chat, which wins over the files; what left them stays as it was edited."""
    topics = {name: _with_edits(topic, edits) for name, topic in bank.topics.items()}
    for question in (one for one in edits.values() if one.id not in bank.every):
        there = topics.get(question.topic)
        name = question.topic
        base = there or Topic.model_construct(topic=name, title=name, aliases=(), questions=())
        topics[name] = base.model_copy(update={"questions": (*base.questions, question)})
    return replace(bank, topics=topics)


def _with_edits(topic: Topic, edits: Mapping[str, Question]) -> Topic:
    if not any(question.id in edits for question in topic.questions):
        return topic
    return topic.model_copy(update={"questions": tuple(edits.get(one.id, one) for one in topic.questions)})


def _together(own: Path, shipped: Bank) -> Bank:
    """Return the shipped bank with a folder's questions; while something in it is wrong, each file as it last was right."""
    files = safe_yaml.files_in(own)
    try:
        bank = joined(shipped, loading.load(own))
    except ContentError as error:
        problems = tuple(problem.removeprefix(f"{own}/") for problem in error.problems)
        log.warning("team_bank_unusable", folder=str(own), problems=len(problems), first=problems[0])
        topics = {topic.topic: topic for file in files for topic in _last_good(file)}
        return replace(joined(shipped, Bank(topics)), broken=problems)
    for file in files:
        _keep(file)
    return bank


def _last_good(file: Path) -> Iterator[Topic]:
    """Yield a file's topic as it is, or as it was when it was kept last."""
    for version in (file, file.parent / KEPT / file.name):
        with suppress(ContentError):
            yield loading.read_topic(version)
            return


def _keep(file: Path) -> None:
    """Keep a copy of a file that is right; where nothing can be written, a broken one is missed after the next start."""
    kept = file.parent / KEPT / file.name
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(file.read_bytes())


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for file in safe_yaml.files_in(folder):
        with suppress(OSError):  # written anew just now, or a link to nothing: the next look sees what it is
            seen = file.stat()
            yield file.name, seen.st_mtime_ns, seen.st_size
