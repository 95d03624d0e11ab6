"""`python -m bot questions`, `export --team` and `export --learned`: what the database knows of questions, read while the bot may run."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import Connection

from bot import settings
from bot.bank import loading
from bot.bank.loading import Bank
from bot.bank.team_banks import FOLDER, TeamBanks, with_edits
from bot.clock import SystemClock
from bot.errors import ContentError, StoreError
from bot.ports import Ref
from bot.question import Question, Topic
from bot.rules.difficulty import Facts, to_look_at
from bot.rules.marks import Marked, Otherwise, Proposal, proposed, tested, working
from bot.rules.phrasings import Learned, taught
from bot.rules.questions import Life, Remark, life
from bot.settings import Settings
from bot.store import edits, facts, opening, phrasings
from bot.store import questions as remarks
from bot.text import clip, plural

HEAD = "# What teams taught the grader. Look at each, and take over into a bank what is right everywhere.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a team's facts say of its questions."""

    team: Ref
    bank: Bank
    facts: Mapping[str, Facts]
    marked: Mapping[str, Sequence[Marked]]
    learned: Mapping[str, Sequence[Learned]]
    said: Mapping[str, Sequence[Remark]]


def questions(asked: argparse.Namespace) -> int:
    """List what should be looked at, or how the grader does on each question's marked answers."""
    loaded = settings.load()
    for known in _known(loaded, asked.team):
        lines = [*(_tests(known) if asked.test else _reasons(known))]
        nothing = "no answer was marked" if asked.test else "nothing to look at"
        head = f"{known.team}: {plural(len(known.facts), 'question')} asked{'' if lines else f', {nothing}'}"
        print(head, *lines, sep="\n")
    return 0


def learned(out: Path | None) -> int:
    """Write what teams taught the grader as YAML, without a name."""
    document = [entry for known in _known(settings.load(), None) for entry in _taught(known)]
    text = HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    if out is None:
        print(text, end="")
        return 0
    out.write_text(text, encoding="utf-8")
    print(f"{out}: {plural(sum(len(entry['key_points']) for entry in document), 'key point')} written.")
    return 0


def of_team(team: str) -> list[Topic]:
    """Return a team's own questions, and what it edited or taught of others, as they are asked and graded there."""
    loaded = settings.load()
    (known,) = _known(loaded, team)
    shipped = loading.load(loaded.content_dir).questions
    topics = []
    for topic in known.bank.topics.values():
        own = [q for q in topic.questions if shipped.get(q.id) != q or known.learned.get(q.id)]
        kept = [_as_it_is(q, known) for q in own if life(q, known.said.get(q.id, ())) is not Life.RETIRED]
        topics += [topic.model_copy(update={"questions": tuple(kept)})] if kept else []
    if not topics:
        raise ContentError([f"{team}: it has no questions of its own, and taught the grader nothing"])
    return topics


def _as_it_is(question: Question, known: Known) -> Question:
    """Return a question with what was learned of it; where it was confirmed and lacks what files ask for, it is asked as a draft."""
    learned = [one.phrasing for one in known.learned.get(question.id, ())]
    confirmed = question.draft and life(question, known.said.get(question.id, ())) is Life.LIVE
    one = taught(question, learned, confirmed=confirmed)
    try:
        return Question.model_validate(one.model_dump(mode="json"))
    except ValidationError:
        return one.model_copy(update={"draft": True, "live": True})


def _known(loaded: Settings, team: str | None) -> list[Known]:
    """Read what is known of each team, or of one."""
    shipped, own = loading.load(loaded.content_dir), TeamBanks(loaded.data_dir / FOLDER)

    def look(connection: Connection) -> list[Known]:
        every = facts.refs(connection)
        if team is not None and team not in every.values():
            raise StoreError(f"There is no team {clip(team, 60)}. There are: {', '.join(every.values()) or 'none'}.")
        some = {number: ref for number, ref in every.items() if team in {None, ref}}
        return [_of_team(connection, number, ref, own.of(ref, shipped)) for number, ref in some.items()]

    return asyncio.run(opening.looked(loaded, look, now=SystemClock().now()))


def _of_team(connection: Connection, number: int, ref: Ref, files: Bank) -> Known:
    bank = with_edits(files, edits.of_team(connection, ref))
    every = facts.asked(connection, number)
    asked = [name for name in every if name in bank.every]
    return Known(
        team=ref,
        bank=bank,
        facts={name: facts.of(connection, name, team_id=number) for name in asked},
        marked={name: phrasings.marked(connection, name, team_id=number) for name in asked},
        learned={name: phrasings.of(connection, name, team_id=number) for name in every},
        said=remarks.of_team(connection, number),
    )


def _reasons(known: Known) -> Iterator[str]:
    for name, of in known.facts.items():
        if reasons := [*to_look_at(known.bank.every[name], of)]:
            mean = "" if of.mean is None else f", on average {of.mean} of 100 at best"
            tells = "" if of.discrimination is None else f", discrimination {of.discrimination:.2f}"
            yield f"  {name}: {plural(len(of.scores), 'member')}{mean}{tells}"
            yield from (f"    {reason}" for reason in reasons)


def _tests(known: Known) -> Iterator[str]:
    """Yield how often the grader agrees with a question's marks, where it does not, which rules do the work, and what would help."""
    for name, marked in known.marked.items():
        if not marked:
            continue
        question, said = known.bank.every[name], [one.phrasing for one in known.learned[name]]
        results = tested(question, said, marked)
        right = sum(one.agrees for one in results)
        yield f"  {name}: graded as marked, {right} of {plural(len(results), 'answer')}"
        yield from (_line(one) for one in results if not one.agrees)
        yield from (
            f"    {point}: earned by {good} right and {bad} wrong answers"
            for point, (good, bad) in working(question, results).items()
        )
        yield from (_proposal(one) for one in proposed(question, said, results))


def _proposal(one: Proposal) -> str:
    return f"    “{one.words}” is in {one.times} right answers and in no wrong one: maybe {' or '.join(one.points)}"


def _line(one: Otherwise) -> str:
    return f"    {one.after}, marked {one.marked.band}: {clip(' '.join(one.marked.text.split()), 160)}"


def _taught(known: Known) -> Iterator[dict[str, Any]]:
    for name, some in known.learned.items():
        points: dict[str, dict[str, Any]] = {}
        for one in some:
            point = points.setdefault(one.phrasing.point, {"id": one.phrasing.point})
            point.setdefault(str(one.phrasing.side), []).append(one.phrasing.words)
        if points:
            gone = {} if name in known.bank.every else {"left_the_bank": True}
            yield {"team": known.team, "question": name, **gone, "key_points": [*points.values()]}
