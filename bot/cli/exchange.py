"""What `import` and `export` do: read, report, write. They print; everything else in this package returns what it has."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot import settings
from bot.bank import loading
from bot.bank.alike import alike
from bot.bank.exchange import anki, drafts, reading, records, writing
from bot.bank.exchange.drafts import Choice
from bot.bank.exchange.levels import Levels
from bot.bank.loading import Bank
from bot.bank.team_banks import FOLDER, folder_of
from bot.clock import SystemClock
from bot.errors import ContentError
from bot.question import Question, Topic
from bot.text import plural

OK: Final = 0
FOUND: Final = 1  # a file could not be read, or there was no question in it


def import_files(asked: argparse.Namespace) -> int:
    """Report on every line of the files, and write their questions where it is said."""
    loaded = settings.load()
    folder = asked.out if asked.team is None else folder_of(loaded.data_dir / FOLDER, asked.team)
    shipped = _shipped(loaded.content_dir)
    there = [q for topic in (writing.present(folder).values() if folder else ()) for q in topic.questions]
    choice = Choice(
        since=SystemClock().now().date(), topic=asked.topic, by_section=asked.topic_from == "section",
        level=asked.level, present={question.id: question.question for question in there},
        reserved=frozenset(shipped.questions) if asked.team is not None else frozenset(),
    )  # fmt: skip
    topics, status = _read(asked.files, Levels(dict(asked.map)), choice)
    for line in _twins(topics, [*there, *shipped.questions.values()]):
        print(line)
    if folder is None:
        print("Nothing was written: say where with --out FOLDER or --team TEAM.")
    else:
        print(*writing.write(folder, topics), sep="\n")
    return status


def _shipped(folder: Path) -> Bank:
    """Return the bank that new questions are held against; without one there is nothing to hold them against."""
    with suppress(ContentError):
        return loading.load(folder)
    return Bank({})


def _read(files: Iterable[Path], levels: Levels, choice: Choice) -> tuple[list[Topic], int]:
    """Return the topics of all files and the exit status; report on every line on the way."""
    topics: list[Topic] = []
    status = OK
    for file in files:
        try:
            document = reading.read(file, levels)
        except ContentError as error:
            print(*error.problems, sep="\n")
            status = FOUND
            continue
        made, remarks = drafts.topics(document, choice, name=file.stem)
        for remark in sorted([*document.remarks, *remarks], key=lambda remark: remark.first):
            print(f"{file}:{remark}")
        questions = [q for topic in (*document.topics, *made) for q in topic.questions]
        print(f"{file}: {_counted(questions)}")
        status = status if questions else FOUND
        topics += [*document.topics, *made]
        choice = replace(choice, present={**choice.present, **{q.id: q.question for q in questions}})
    return topics, status


def _counted(questions: Sequence[Question]) -> str:
    bare = sum(not question.reference for question in questions)
    needs = f", {bare} of them drafts that still need an answer" if bare else ""
    return f"{plural(len(questions), 'question')}{needs}."


def _twins(topics: Iterable[Topic], others: Sequence[Question]) -> Iterator[str]:
    """Yield a line for each new question that asks nearly the same as one that is there."""
    new = [question for topic in topics for question in topic.questions]
    every = [*others, *new]
    for one, two, percent in alike([question.question for question in every]):
        if one < len(others) <= two and every[one].id != every[two].id:
            yield f"note: {every[two].id} asks nearly the same ({percent} %) as {every[one].id}, which is there already"


def export(asked: argparse.Namespace, *, ending: str) -> int:
    """Write a bank in another form, to a file with that form's ending."""
    out = asked.out
    if out.suffix.casefold() != ending:
        raise ContentError([f"{out}: a file for {asked.format} ends in {ending}"])
    topics = [loading.read_topic(asked.bank)] if asked.bank.is_file() else [*loading.load(asked.bank).topics.values()]
    match asked.format:
        case "csv":
            data = records.to_csv(topics).encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
        case "json":
            data = records.to_json(topics).encode()
        case "anki":
            data = anki.to_package(topics, now=SystemClock().now())
        case _:
            data = anki.to_text(topics).encode()
    writing.save(out, data)
    print(f"{out}: {plural(sum(len(topic.questions) for topic in topics), 'question')} written.")
    return OK
