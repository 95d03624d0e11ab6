"""The question bank: reads the topic files, reports every problem with its file and line, answers look-ups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot import rules
from bot.errors import ContentError
from bot.question import Level, Question, Topic
from bot.text import nearest

MAX_FILE_BYTES = 5_000_000
MAX_DEPTH = 8  # a topic file needs five
Where = tuple[str | int, ...]


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
    """The topics, and by id all questions that can be asked: a draft without an answer is none."""

    topics: Mapping[str, Topic]
    questions: Mapping[str, Question] = field(init=False)

    def __post_init__(self) -> None:
        questions = {q.id: q for topic in self.topics.values() for q in topic.questions if q.ready}
        object.__setattr__(self, "questions", questions)

    def pool(self, levels: Iterable[Level] = (), topics: Iterable[str] = ()) -> tuple[Question, ...]:
        """Return the questions at these levels and of these topics; an empty choice means all."""
        wanted_levels, wanted_topics = set(levels), set(topics)
        return tuple(
            q
            for q in self.questions.values()
            if (not wanted_levels or q.level in wanted_levels) and (not wanted_topics or q.topic in wanted_topics)
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


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found: how many questions there are, what is wrong, and which drafts wait for a person."""

    count: int
    problems: list[Problem]
    notes: list[Problem]


def check(folder: Path, *, today: date) -> Checked:
    """Read a bank and find every problem, also those that do not stop the bot: what `bot.rules` asks of a question."""
    lines: dict[str, tuple[str, int]] = {}
    topics, problems = _read_folder(folder, lines=lines)
    questions = [q for topic in topics for q in topic.questions]
    notes: list[Problem] = []
    for question in questions:
        file, line = lines[question.id]
        problems += [Problem(file, line, f"{question.id}: {fault}") for fault in rules.faults(question, today)]
        if said := rules.note(question):
            notes.append(Problem(file, line, f"{question.id}: {said}"))
    return Checked(len(questions), sorted(problems), sorted(notes))


def _read_folder(folder: Path, *, lines: dict[str, tuple[str, int]] | None = None) -> tuple[list[Topic], list[Problem]]:
    lines = {} if lines is None else lines
    if folder.is_file():
        return [], [Problem(str(folder), 1, "is a file: give the folder that it is in")]
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        return [], [Problem(str(folder), 1, "no topic files (*.yaml) here: point STUDYHALL_CONTENT_DIR at the bank")]
    topics: list[Topic] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for file in files:
        topic, marks, found = _read_file(file)
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
        line = _line_of(marks, ("questions", index, "id"))
        if question.id in lines:
            first = ":".join(map(str, lines[question.id]))
            yield Problem(str(file), line, f"question id {question.id!r} stands at {first} already")
        lines.setdefault(question.id, (str(file), line))


def _read_file(file: Path) -> tuple[Topic | None, dict[Where, int], list[Problem]]:
    """Read one topic file into the topic, the line of every part, and the problems."""
    reader = _Reader()
    try:
        text = _text_of(file)
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        return Topic.model_validate(reader.plain(node)), reader.marks, []
    except ValidationError as error:
        return None, reader.marks, [_explain(file, reader.marks, detail) for detail in _causes(error)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return None, reader.marks, [Problem(str(file), *_unreadable(error))]


def _text_of(file: Path) -> str:
    if (size := file.stat().st_size) > MAX_FILE_BYTES:
        raise yaml.YAMLError(f"{size:,} bytes, and {MAX_FILE_BYTES:,} are the limit; split it by topic")
    return file.read_text(encoding="utf-8")


def _refuse_tricks(text: str) -> None:
    """Refuse aliases, which can stand for more than fits in memory, and nesting deeper than any topic file's."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > MAX_DEPTH:
            raise _at(event, "an alias, or nested too deeply")


def _at(part: yaml.Event | yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = part.start_mark  # the C loader's own mark, which has the same attributes
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _unreadable(error: OSError | UnicodeDecodeError | yaml.YAMLError) -> tuple[int, str]:
    """Return the line and the sentence for a file that cannot be read at all."""
    match error:
        case OSError():
            return 1, f"cannot be read: {error.strerror}"
        case UnicodeDecodeError():
            return 1, f"not UTF-8 at byte {error.start}; save it as UTF-8"
        case yaml.MarkedYAMLError() if error.problem_mark:
            return error.problem_mark.line + 1, f"not valid YAML: {error.problem}"
        case _:
            return 1, f"not valid YAML: {str(error).splitlines()[0]}"


@dataclass(slots=True)
class _Reader:
    """Turns YAML nodes into plain data and notes each one's line; refuses doubled keys."""

    marks: dict[Where, int] = field(default_factory=dict)

    def plain(self, node: yaml.Node | None, where: Where = ()) -> Any:
        if node is None:
            return None
        self.marks[where] = node.start_mark.line + 1
        match node:
            case yaml.MappingNode():
                return dict(self._pairs(node, where))
            case yaml.SequenceNode():
                return [self.plain(item, (*where, index)) for index, item in enumerate(node.value)]
            case _:
                return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return yaml.CSafeLoader("").construct_object(node)
        except (ValueError, LookupError, AttributeError, OverflowError, yaml.constructor.ConstructorError):
            problem = f"{str(node.value)[:40]!r} is not what it looks like; put it in quotes"
            raise _at(node, problem) from None

    def _pairs(self, node: yaml.MappingNode, where: Where) -> Iterator[tuple[str, Any]]:
        keys: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in keys:
                raise _at(key_node, f"{key!r} stands twice here")
            keys.add(key)
            yield key, self.plain(value_node, (*where, key))
            self.marks[(*where, key)] = key_node.start_mark.line + 1


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
    return Problem(str(file), _line_of(marks, where), f"{path}: {detail['msg'].removeprefix('Value error, ')}")


def _line_of(marks: Mapping[Where, int], where: Where) -> int:
    """Return the line of the nearest enclosing node: a missing field is reported where its parent starts."""
    while where and where not in marks:
        where = where[:-1]
    return marks.get(where, 1)
