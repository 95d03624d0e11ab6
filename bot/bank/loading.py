"""The question bank: reads the topic files, reports every problem with its file and line, answers look-ups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.bank import checks, safe_yaml
from bot.bank.alike import alike
from bot.bank.hints import hints
from bot.bank.safe_yaml import Where, line_of
from bot.errors import ContentError
from bot.grading.glossary import FILE as GLOSSARY
from bot.grading.glossary import Glossary
from bot.question import Level, Question, Topic
from bot.text import nearest

AnyModel = TypeVar("AnyModel", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a topic file; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Bank:
    """The topics, and by id `every` question, and those that can be asked; a draft without an answer cannot.

    `broken` is what keeps a team's own files from being read as they are.
    """

    topics: Mapping[str, Topic]
    every: Mapping[str, Question] = field(init=False)
    questions: Mapping[str, Question] = field(init=False)
    broken: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        every = {q.id: q for topic in self.topics.values() for q in topic.questions}
        object.__setattr__(self, "every", every)
        object.__setattr__(self, "questions", {name: q for name, q in every.items() if q.ready})

    def pool(
        self, levels: Iterable[Level] = (), topics: Iterable[str] = (), *, drafts: bool = False
    ) -> tuple[Question, ...]:
        """Return the questions at these levels and of these topics, with complete `drafts` or without; an empty choice means all."""
        wanted_levels, wanted_topics = set(levels), set(topics)
        return tuple(
            q
            for q in self.every.values()
            if (q.ready or (drafts and q.complete))
            and (not wanted_levels or q.level in wanted_levels)
            and (not wanted_topics or q.topic in wanted_topics)
        )

    def topic_named(self, word: str) -> str | None:
        """Return the topic a person means by a word: its name, an alias or its title."""
        word = word.casefold()
        for name, topic in self.topics.items():
            if word in {name, *topic.aliases, topic.title.casefold()}:
                return name
        return None

    def nearest_topic(self, word: str) -> str | None:
        """Return the topic word closest to a mistyped one, to suggest it."""
        words = {w: name for name, topic in self.topics.items() for w in (name, *topic.aliases)}
        found = nearest(word, words)
        return words[found] if found else None

    def title(self, topic: str) -> str:
        """Return how a topic is written on a card; a topic that left the bank keeps its name."""
        return self.topics[topic].title if topic in self.topics else topic


def load(folder: Path) -> Bank:
    """Read the bank, or raise ContentError with every problem found."""
    topics, problems = _read_folder(folder)
    if problems:
        raise ContentError(problems)
    return Bank({topic.topic: topic for topic in topics})


def read_topic(file: Path) -> Topic:
    """Read one topic file, or raise ContentError with every problem found."""
    topic, _, problems = _read_file(file, Topic)
    if topic is None:
        raise ContentError(problems)
    return topic


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found: how many questions there are, what is wrong, what waits for a person, and what would grade better."""

    count: int
    problems: list[Problem]
    notes: list[Problem]
    hints: Sequence[Problem] = ()


def check(folder: Path, *, today: date, beside: Bank | None = None, hinted: bool = False) -> Checked:
    """Read a bank and find every problem, also those that do not stop the bot: what `bot.bank.checks` asks of a question.

    The grader's glossary is checked where it is there. `beside` is the bank that is asked together with this one, when it is a team's own: no id may stand in both.
    What would only grade better is looked for when it is asked for (`hinted`).
    """
    lines: dict[str, tuple[str, int]] = {}
    topics, problems = _read_folder(folder, lines=lines)
    if (glossary := folder / GLOSSARY).is_file():
        problems += _read_file(glossary, Glossary)[2]
    questions = [q for topic in topics for q in topic.questions]
    others = () if beside is None else tuple(beside.questions.values())
    notes: list[Problem] = []
    for question in questions:
        place = lines[question.id]
        problems += [Problem(*place, f"{question.id}: {fault}") for fault in checks.faults(question, today)]
        notes += [Problem(*place, f"{question.id}: {said}") for said in checks.notes(question)]
        if beside and question.id in beside.questions:
            problems.append(Problem(*place, f"question id {question.id!r} stands in the bank that comes with the bot"))
    for question, other, percent in _alike(questions, others):
        where = ":".join(map(str, lines.get(other.id, ("the bank that comes with the bot",))))
        words = f"{question.id}: asks nearly the same ({percent} %) as {other.id} in {where}; merge them, or tell them apart"
        settled = other.id in lines and not question.draft and not other.draft
        (problems if settled else notes).append(Problem(*lines[question.id], words))
    better = ((question, said) for question in questions * hinted for said in hints(question))
    hinted_at = sorted(Problem(*lines[question.id], f"{question.id}: {said}") for question, said in better)
    return Checked(len(questions), sorted(problems), sorted(notes), tuple(hinted_at))


def _alike(questions: Sequence[Question], others: Sequence[Question]) -> Iterator[tuple[Question, Question, int]]:
    """Yield each question that asks nearly the same as one before it, or as one of the others."""
    every = (*others, *questions)
    for one, two, percent in alike([question.question for question in every]):
        if two >= len(others) and every[one].id != every[two].id:
            yield every[two], every[one], percent


def _read_folder(folder: Path, *, lines: dict[str, tuple[str, int]] | None = None) -> tuple[list[Topic], list[Problem]]:
    lines = {} if lines is None else lines
    if folder.is_file():
        return [], [Problem(str(folder), 1, "is a file: give the folder that it is in")]
    files = [file for file in safe_yaml.files_in(folder) if file.name != GLOSSARY]
    if not files:
        return [], [Problem(str(folder), 1, "no topic files (*.yaml) here: point STUDYHALL_CONTENT_DIR at the bank")]
    topics: list[Topic] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for file in files:
        topic, marks, found = _read_file(file, Topic)
        problems += found
        if topic is None:
            continue
        problems += _doubles(file, topic, marks, names, lines)
        topics.append(topic)
    return topics, problems


def _doubles(
    file: Path, topic: Topic, marks: Mapping[Where, int], names: dict[str, str], lines: dict[str, tuple[str, int]]
) -> Iterator[Problem]:
    """Yield a problem for each topic name or question id that another place has already; remember the others."""
    for word in (topic.topic, *topic.aliases):
        if word in names:
            yield Problem(str(file), 1, f"topic or alias {word!r} stands in {names[word]} already")
        names.setdefault(word, str(file))
    for index, question in enumerate(topic.questions):
        line = line_of(marks, ("questions", index, "id"))
        if question.id in lines:
            first = ":".join(map(str, lines[question.id]))
            yield Problem(str(file), line, f"question id {question.id!r} stands at {first} already")
        lines.setdefault(question.id, (str(file), line))


def _read_file(file: Path, model: type[AnyModel]) -> tuple[AnyModel | None, dict[Where, int], list[Problem]]:
    """Read one file into what it holds, the line of every part, and the problems."""
    marks: dict[Where, int] = {}
    try:
        data, marks = safe_yaml.read(safe_yaml.text_of(file))
        return model.model_validate(data), marks, []
    except ValidationError as error:
        return None, marks, [_explain(file, marks, detail) for detail in _causes(error)]
    except safe_yaml.Unreadable as error:
        return None, marks, [Problem(str(file), error.line, error.words)]


def _causes(error: ValidationError) -> list[Any]:
    """Return the model's complaints without the "too few" that only follows from others below it."""
    details = error.errors()
    inner = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(loc[: len(detail["loc"])] == detail["loc"] != loc for loc in inner)
    ]


def _explain(file: Path, marks: Mapping[Where, int], detail: Any) -> Problem:
    where: Where = detail["loc"]
    path = ".".join(str(part) for part in where) or "file"
    return Problem(str(file), line_of(marks, where), f"{path}: {detail['msg'].removeprefix('Value error, ')}")
