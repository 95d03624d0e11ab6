"""YAML from strangers: plain data with the line of every part, and nothing that could harm; and YAML that people edit.

No tag makes an object, an alias is refused before it is followed, nesting and size have limits.
"""

import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import yaml

MAX_FILE_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 8  # a topic file needs five
MAX_NUMBER: Final = 100  # characters; reading longer ones takes time that grows with their square
_TEXT: Final = "tag:yaml.org,2002:str"
_NULL: Final = "tag:yaml.org,2002:null"
_COUNTED: Final = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"))
Where = tuple[str | int, ...]


class Unreadable(Exception):
    """The file or text is no YAML that can be read: the line, counted from 1, and the words that say why."""

    def __init__(self, line: int, words: str) -> None:
        self.line, self.words = line, words
        super().__init__(words)


def files_in(folder: Path) -> list[Path]:
    """Return a folder's files, sorted; hidden ones are what editors keep there while somebody writes."""
    return sorted(file for file in (*folder.glob("*.yaml"), *folder.glob("*.yml")) if not file.name.startswith("."))


def text_of(file: Path) -> str:
    """Return a file's text, or raise Unreadable for one that is too large or no text."""
    try:
        if (size := file.stat().st_size) > MAX_FILE_BYTES:
            raise Unreadable(1, f"{size:,} bytes, and {MAX_FILE_BYTES:,} are the limit; split it by topic")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Unreadable(1, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(1, f"not UTF-8 at byte {error.start}; save it as UTF-8") from None


def read(text: str, *, as_written: bool = False) -> tuple[Any, dict[Where, int]]:
    """Return plain data and the line of each part of it, or raise Unreadable.

    `as_written` leaves every value but an empty one a text: `no`, `3.10` and `12:30` are what a person wrote.
    """
    reader = _Reader(as_written=as_written)
    try:
        with uncollected:
            _refuse_tricks(text)
            return reader.plain(yaml.compose(text, Loader=yaml.CSafeLoader)), reader.marks
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(line, f"not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise Unreadable(1, f"not valid YAML: {str(error).splitlines()[0]}") from None


class _Uncollected:
    """Spares the collector what a parser makes, of which nothing is thrown away before it is done: a third of its time.

    Several threads may parse at once: the last that is done lets the collector go on, if it went before the first.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._was = Lock(), 0, False

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was:
                gc.enable()


uncollected: Final = _Uncollected()


def line_of(marks: Mapping[Where, int], where: Where) -> int:
    """Return the line of the nearest enclosing node: a missing field is reported where its parent starts."""
    while where and where not in marks:
        where = where[:-1]
    return marks.get(where, 1)


def _refuse_tricks(text: str) -> None:
    """Refuse aliases, which can stand for more than fits in memory, and nesting deeper than any topic file's."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if type(event) is yaml.ScalarEvent:  # nearly all are
            continue
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > MAX_DEPTH:
            raise _at(event, "an alias, or nested too deeply")


def _at(part: yaml.Event | yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = part.start_mark  # the C loader's own mark, which has the same attributes
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


@dataclass(slots=True)
class _Reader:
    """Turns YAML nodes into plain data and notes each one's line; refuses doubled keys."""

    marks: dict[Where, int] = field(default_factory=dict)
    as_written: bool = False

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
        if node.tag == _TEXT:
            return node.value
        if self.as_written:
            return None if node.tag == _NULL else str(node.value)
        if node.tag in _COUNTED and len(node.value) > MAX_NUMBER:
            raise _at(node, f"{node.value[:40]!r} is not what it looks like; put it in quotes")
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
