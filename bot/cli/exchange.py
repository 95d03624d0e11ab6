"""What `import` and `export` do: read, report, write. They print; everything else in this package returns what it has."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot import settings
from bot.bank import loading
from bot.bank.exchange import anki, drafts, markdown, reading, records, report, writing
from bot.bank.exchange.changes import Changes, against, twins
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.names import simple
from bot.bank.exchange.report import Taken
from bot.bank.loading import Bank
from bot.bank.team_banks import FOLDER, folder_of
from bot.cli import questions
from bot.clock import SystemClock
from bot.errors import ContentError
from bot.question import Level, Question, Topic
from bot.text import clip, plural

OK: Final = 0
FOUND: Final = 1  # there was no question in any file


def import_files(asked: argparse.Namespace) -> int:
    """Report on the files, and write their questions where it is said; 1 where nothing was taken."""
    loaded = settings.load()
    folder = asked.out if asked.team is None else folder_of(loaded.data_dir / FOLDER, asked.team)
    shipped = _shipped(loaded.content_dir)
    there = [q for topic in (writing.present(folder).values() if folder else ()) for q in topic.questions]
    choice = Choice(
        since=SystemClock().now().date(), topic=asked.topic, by_section=asked.topic_from == "section",
        level=asked.level, present={question.id: question.question for question in there},
        reserved=frozenset(shipped.questions) if asked.team is not None else frozenset(), live=asked.live,
    )  # fmt: skip
    files = list(_read(asked.files, dict(asked.map), choice))
    _know_columns(dict(asked.map), files)
    topics = [topic for one in files for topic in one.topics]
    changes = against(topics, there, update=asked.update)
    said = [
        *changes.said,
        *twins(changes.topics, [*there, *(q for topic in shipped.topics.values() for q in topic.questions)]),
    ]
    said += ["Nothing was written: this was a dry run."] if asked.dry_run else _written(folder, changes, there, asked)
    _say(files, said, asked)
    return OK if topics else FOUND


def _shipped(folder: Path) -> Bank:
    """Return the bank that new questions are held against; without one there is nothing to hold them against."""
    with suppress(ContentError):
        return loading.load(folder)
    return Bank({})


def _read(files: Iterable[Path], said: Mapping[str, str], choice: Choice) -> Iterator[Taken]:
    """Yield what each file holds; one that cannot be read says why, and keeps no other from being taken."""
    levels = Levels({word: Level(meaning) for word, meaning in said.items() if meaning in list(Level)})
    columns = _columns(said)
    for file in files:
        try:
            document = reading.read(file, levels, columns=columns)
        except ContentError as error:
            yield Taken(file=file, refused="\n".join(error.problems))
            continue
        made, remarks = drafts.topics(document, choice, name=file.stem)
        taken = Taken(
            file=file, document=document, topics=[*document.topics, *made], remarks=[*document.remarks, *remarks]
        )
        yield taken
        choice = replace(choice, present={**choice.present, **{q.id: q.question for q in taken.questions}})


def _columns(said: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for word, meaning in said.items() if meaning not in list(Level)}


def _know_columns(said: Mapping[str, str], files: Sequence[Taken]) -> None:
    """Raise ContentError for a column that was named and that no file has: it would be left out without a word."""
    names = list(dict.fromkeys(name.strip() for one in files for name in one.document.columns if name.strip()))
    known = {simple(name) for name in names}
    lost = [word for word in _columns(said) if simple(word) not in known]
    if lost and not all(one.refused for one in files):
        words = (
            f"the columns are {', '.join(clip(name, 40) for name in names[:20])}" if names else "there are no columns"
        )
        raise ContentError([f"--map: no file has a column {word!r}; {words}" for word in lost])


def _written(folder: Path | None, changes: Changes, there: Sequence[Question], asked: argparse.Namespace) -> list[str]:
    if not changes.topics and not changes.said:
        return ["Nothing was written: no question was taken."]
    if folder is None:
        return ["Nothing was written: say where with --out FOLDER or --team TEAM."]
    said = [*writing.write(folder, changes.topics), *(writing.change(folder, changes.drafts) if changes.drafts else ())]
    if any(q.draft and q.complete for topic in changes.topics for q in topic.questions) and not asked.live:
        said.append("Drafts are not asked until a person has confirmed them; --live asks them as they are.")
    waiting = [one for one in there if one.draft and not one.live and one.id in changes.met]
    if asked.live and waiting:
        words = f"{plural(len(waiting), 'draft')} here from before, which --live does not change"
        said.append(
            f"{words}: confirm each with /question confirm in chat, or write `live: true` below its `draft: true`."
        )
    return said


def _say(files: Sequence[Taken], said: Sequence[str], asked: argparse.Namespace) -> None:
    if asked.json:
        print(report.as_json(files, said))
        return
    print(*map(report.head, files), sep="\n")
    lines = [*report.screen(files, verbose=asked.verbose, shapes=reading.SHAPES)]
    lines += report.preview(files) if asked.dry_run else []
    print(*lines, *(said if asked.verbose else _few(said)), sep="\n")


def _few(said: Sequence[str]) -> list[str]:
    """Return at most a screen of lines, with the last ones, which say what was written."""
    if len(said) <= report.SCREEN:
        return [*said]
    half = report.SCREEN // 2
    return [*said[:half], f"... and {len(said) - 2 * half:,} more; --verbose shows all.", *said[-half:]]


def _topics(bank: Path) -> list[Topic]:
    return [loading.read_topic(bank)] if bank.is_file() else [*loading.load(bank).topics.values()]


def export(asked: argparse.Namespace, *, ending: str) -> int:
    """Write a bank in another form, to a file with that form's ending."""
    out = asked.out
    if out.suffix.casefold() != ending:
        raise ContentError([f"{out}: a file for {asked.format} ends in {ending}"])
    topics = questions.of_team(asked.team) if asked.team else _topics(asked.bank)
    match asked.format:
        case "csv":
            data = records.to_csv(topics).encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
        case "json":
            data = records.to_json(topics).encode()
        case "markdown":
            data = markdown.to_markdown(topics).encode()
        case "anki":
            data = anki.to_package(topics, now=SystemClock().now())
        case _:
            data = anki.to_text(topics).encode()
    writing.save(out, data)
    print(f"{out}: {plural(sum(len(topic.questions) for topic in topics), 'question')} written.")
    return OK
