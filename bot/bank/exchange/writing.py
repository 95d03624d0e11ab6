"""Topics out to topic files. What a file has is never changed: new questions are added below, with its comments kept."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from bot.bank import loading, safe_yaml
from bot.bank.exchange import emitting, records
from bot.bank.safe_yaml import MAX_FILE_BYTES
from bot.errors import ContentError
from bot.question import Question, Topic
from bot.text import plural

_HEAD: Final = "# Imported. Read each draft: mend its key points, complete it, and take `draft` out.\n"
_MODE: Final = 0o644
Present = dict[Path, Topic]


def present(folder: Path) -> Present:
    """Return the topics that a folder has by file, or raise ContentError with what is wrong with them."""
    return {file: loading.read_topic(file) for file in safe_yaml.files_in(folder)}


def write(folder: Path, topics: Iterable[Topic], *, limit: int = MAX_FILE_BYTES) -> list[str]:
    """Write topics into a folder's files and say what was done; a question that is there already stays as it is."""
    known = present(folder)
    files = {name: file for file, topic in known.items() for name in (topic.topic, *topic.aliases)}
    taken = {question.id for topic in known.values() for question in topic.questions}
    texts: dict[Path, str] = {}
    said: list[str] = []
    for topic in records.joined(_under_known_names(topics, known)):
        file = files.get(topic.topic, folder / f"{topic.topic}.yaml")
        new, old = _parted(topic, taken)
        if new.questions:
            texts[file] = _added(file, known[file], new) if file in known else _HEAD + to_yaml(new)
        there = f"; there already and left as they are: {', '.join(old)}" if old else ""
        said.append(f"{file}: {plural(len(new.questions), 'question')} written{there}")
    for file, data in [(file, _fitting(file, text, limit)) for file, text in texts.items()]:
        save(file, data)
    return said


def change(folder: Path, new: Mapping[str, Question], *, limit: int = MAX_FILE_BYTES) -> list[str]:
    """Write drafts in the place of those that have their ids, with every other line of the files as it was."""
    said: list[str] = []
    for file, topic in present(folder).items():
        changed = [question.id for question in topic.questions if question.id in new]
        if changed:
            save(file, _fitting(file, _changed(file, topic, new), limit))
            said.append(f"{file}: {plural(len(changed), 'draft')} changed: {', '.join(changed)}")
    return said


def _changed(file: Path, topic: Topic, new: Mapping[str, Question]) -> str:
    """Return a file's text with some of its questions written anew."""
    text = safe_yaml.text_of(file)
    lines = text.split("\n")
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)  # a mapping with a list of questions: it was read before
    items = next(value.value for key, value in node.value if key.value == "questions")
    for place in reversed(range(len(items))):
        question, start = topic.questions[place], items[place].start_mark
        if question.id in new:
            end = items[place].end_mark
            last = end.line if end.column == 0 or not lines[end.line][: end.column].strip() else end.line + 1
            alone = topic.model_copy(
                update={"questions": (new[question.id].model_copy(update={"topic": topic.topic}),)}
            )
            written = to_yaml(alone).partition("\nquestions:\n")[2].rstrip("\n").split("\n")
            dash = lines[start.line][: start.column].rfind("-")
            lines[start.line : last] = [f"{' ' * max(dash, 0)}{line[2:]}" if line else "" for line in written]
    grown = "\n".join(lines)
    kept = tuple(new.get(q.id, q).model_copy(update={"topic": topic.topic}) for q in topic.questions)
    if not _reads_as(grown, topic.model_copy(update={"questions": kept})):
        raise ContentError(
            [f"{file}: its questions cannot be changed in place; write each as a dash with its names below"]
        )
    return grown


def _under_known_names(topics: Iterable[Topic], known: Present) -> Iterator[Topic]:
    """Yield topics by the names that the folder has for them: one that is an alias there goes to its topic."""
    names = {alias: topic.topic for topic in known.values() for alias in topic.aliases}
    for topic in topics:
        yield topic.model_copy(update={"topic": names.get(topic.topic, topic.topic)})


def _parted(topic: Topic, taken: set[str]) -> tuple[Topic, list[str]]:
    """Return a topic with its new questions, and the ids of those that are taken; the new ones are taken then too."""
    new: list[Question] = []
    old: list[str] = []
    for question in topic.questions:
        if question.id in taken:
            old.append(question.id)
        else:
            new.append(question.model_copy(update={"topic": topic.topic}))
        taken.add(question.id)
    return topic.model_copy(update={"questions": tuple(new)}), old


def _fitting(file: Path, text: str, limit: int) -> bytes:
    data = text.encode()
    if len(data) > limit:
        raise ContentError([f"{file}: would have {len(data):,} bytes, and {limit:,} are the limit; split it"])
    return data


def to_yaml(topic: Topic) -> str:
    """Return a topic as the text of a topic file."""
    data = records.plain(topic)
    for question in data["questions"]:
        question.update({n: date.fromisoformat(question[n]) for n in ("since", "review_by") if question.get(n)})
    return emitting.dumped(data)


def save(file: Path, data: bytes) -> None:
    """Write a file whole or not at all, in the place of a link too."""
    if file.is_dir():
        raise ContentError([f"{file}: is a folder; name a file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as beside:
        beside.write(data)  # a file of a name that nobody could know: no link stands there
    written = Path(beside.name)
    written.chmod(_MODE)
    written.replace(file)


def _added(file: Path, there: Topic, new: Topic) -> str:
    """Return a file's text with questions more, once it is known that it reads back as what it should be."""
    text = safe_yaml.text_of(file)
    indent = " " * _indent(text)
    items = to_yaml(new).partition("\nquestions:\n")[2].splitlines()
    grown = text.rstrip("\n") + "\n" + "".join(f"{indent}{line[2:]}\n" if line else "\n" for line in items)
    expected = there.model_copy(update={"questions": (*there.questions, *new.questions)})
    if not _reads_as(grown, expected):
        raise ContentError([f"{file}: nothing can be added below its questions; put `questions:` last, a dash each"])
    return grown


def _reads_as(text: str, expected: Topic) -> bool:
    try:
        return Topic.model_validate(safe_yaml.read(text)[0]) == expected
    except (safe_yaml.Unreadable, ValueError):
        return False


def _indent(text: str) -> int:
    """Return the column at which the questions' dashes stand."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)  # a mapping: it was read as a topic before
    column: int = node.value[-1][1].start_mark.column  # of the last name's value
    return column
