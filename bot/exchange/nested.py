"""Records in JSON and YAML, however deep they stand: our own exports, and other people's lists of questions."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from bot import safe_yaml
from bot.exchange import cards, columns, pages, records, shapes
from bot.exchange.found import Document, Remark
from bot.exchange.levels import Levels
from bot.exchange.tables import exported

_MAX_DEPTH: Final = 30
_MAX_INNER: Final = 4  # of what holds a text
_MISSES: Final = 20  # questions whose line was not found, after which none is looked for
_TAG: Final = re.compile(r"</?(?:p|br|b|i|em|strong|code|pre|ul|ol|li|div|span|sub|sup|img)\b[^<>]*>", re.IGNORECASE)
_LEAST_TERMS: Final = 5
_MEANING_WORDS: Final = 4
_MOSTLY: Final = 0.5
_TEXT: Final = ("text", "value", "answer", "content", "label", "option", "name", "en")
_RIGHT: Final = ("correct", "is_correct", "isCorrect", "iscorrect", "right", "isRight", "isAnswer", "is_answer")


def read_json(text: str, levels: Levels, *, more: Mapping[str, str] | None = None) -> Document:
    """Return the questions of a JSON file: an export of ours, or records at any depth, or one a line."""
    lines = _Lines(text)
    try:
        data = records.parsed(text)
    except ValueError as error:
        data = _by_line(text)
        if data is None:
            line = getattr(error, "lineno", 1)
            words = f"left out: no JSON that can be read: {error}"
            return Document(shape="JSON", remarks=[Remark(line, line, words, understood=False)])
    document = Document(shape="JSON")
    match data:
        case {"studyhall": _, "topics": list(topics)}:
            for topic in topics:
                _topic(topic, document, lines)
        case {"topic": str(), "questions": [{"id": _, "level": _}, *_]}:
            _topic(data, document, lines)
        case _:
            _take(data, document, levels, lines, more)
    return document


def read_yaml(text: str, levels: Levels, *, more: Mapping[str, str] | None = None) -> Document:
    """Return the questions of a YAML file, its values as they are written, or raise Unreadable."""
    data, _ = safe_yaml.read(text, as_written=True)
    document = Document(shape="YAML")
    _take(data, document, levels, _Lines(text), more)
    return document


def _by_line(text: str) -> list[Any] | None:
    """Return a text's lines as JSON each, or None if one is none."""
    try:
        found = [records.parsed(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        return None
    return found if len(found) > 1 else None


def _take(data: Any, document: Document, levels: Levels, lines: "_Lines", more: Mapping[str, str] | None) -> None:
    if isinstance(data, dict):
        document.topic, document.title = (_words(data.get(name)) if isinstance(data.get(name), str) else "" for name in ("topic", "title"))
    found = list(_records(data, "", more or {}, 0))
    zero = not any(record.is_last for record in found) or any(record.is_first for record in found)
    for record in found:
        line = lines.of(record.written)
        columns.take(record.fields(zero=zero), document, levels, first=line, last=line)
    if not found:
        words = "left out: no list of questions; records need names such as “question” and “answer”, or say with --map “name=question”"
        document.remarks.append(Remark(1, lines.last, words, understood=False))


@dataclass(frozen=True, slots=True)
class _Record:
    """A question's fields by role, as they are written."""

    written: str
    known: Mapping[str, Any]
    topic: str = ""

    @property
    def is_first(self) -> bool:
        """Whether its answer is an option's number that counts from zero."""
        return _number(self.known.get("answer")) == 0 and isinstance(self.known.get("options"), list)

    @property
    def is_last(self) -> bool:
        """Whether its answer is an option's number that counts from one."""
        options = self.known.get("options")
        return isinstance(options, list) and len(options) > 0 and _number(self.known.get("answer")) == len(options)

    def fields(self, *, zero: bool) -> dict[str, Any]:
        """Return the fields as a table's row has them."""
        found = {name: _value(value) for name, value in self.known.items()}
        found.setdefault("topic", self.topic)
        answer, options = self.known.get("answer"), self.known.get("options")
        if isinstance(self.known.get("answer"), list) and any(isinstance(one, dict) and _flag(one) is not None for one in self.known["answer"]):
            options, answer = self.known["answer"], None
        if options:
            found["options"], flagged = _options(options)
            found["answer"] = "; ".join(flagged) if flagged else _index(answer, found["options"], zero=zero)
            if len(flagged) > 1:
                found["options"] = {}
        elif isinstance(answer, list) and len(answer) > 1 and all(isinstance(one, str) for one in answer):
            found |= _accepted([_words(one) for one in answer])
        return found


def _records(value: Any, name: str, more: Mapping[str, str], depth: int) -> Iterator[_Record]:
    """Yield what asks in a value, at any depth."""
    if depth > _MAX_DEPTH:
        return
    match value:
        case dict() if record := _record(value, name, more):
            yield record
            for key, inner in value.items():
                if isinstance(inner, list | dict) and key not in record.known and columns.simple(str(key)) in {"questions", "items", "children"}:
                    yield from _records(inner, str(key), more, depth + 1)
        case dict() if pairs := _pairs(value):
            yield from (_Record(question, {"question": question, "answer": answer}, "") for question, answer in pairs)
        case dict():
            for key, inner in value.items():
                if isinstance(inner, dict | list):
                    yield from _records(inner, str(key), more, depth + 1)
        case list():
            yield from _of_list(value, name, more, depth)


def _of_list(value: Sequence[Any], name: str, more: Mapping[str, str], depth: int) -> Iterator[_Record]:
    two = [one for one in value if isinstance(one, list) and len(one) > 1 and all(isinstance(part, str) for part in one)]
    if len(two) > _MOSTLY * len(value):
        asking = sum(shapes.asks(one[0]) for one in two) > _MOSTLY * len(two)
        yield from (_Record(one[0], {"question": one[0], "answer": one[1]}, "") for one in two if asking or shapes.asks(one[0]) or shapes.imperative(one[0]))
        return
    topic = "" if columns.simple(name) in columns.WHOLE or columns.simple(name) in {"results", "data", "items", "list", "entries"} else name
    for one in value:
        if isinstance(one, str) and (shapes.asks(one) or (depth == 0 or columns.simple(name) in {"questions", "question"})):
            yield _Record(one, {"question": one}, "" if depth == 0 else topic)
        else:
            yield from _records(one, name, more, depth + 1)


def _record(value: Mapping[Any, Any], name: str, more: Mapping[str, str]) -> _Record | None:
    """Return a mapping as a record, if one of its names asks and what stands there are words."""
    names = [str(key) for key in value]
    roles = columns.role_of_all(names, more)
    known: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for key, role in zip(value, roles, strict=True):
        if role == "option":
            options[str(key)] = value[key]
        elif role:
            known[role] = value[key]
        elif isinstance(value[key], str | int | float) and not isinstance(value[key], bool):
            known.setdefault(str(key), value[key])
    if options:
        known["options"] = {columns.letter(key): inner for key, inner in options.items()}
    asked = known.get("question")
    text = _words(asked.get("text")) if isinstance(asked, dict) else _words(asked) if isinstance(asked, str) else ""
    if not text or not ("answer" in known or "options" in known or "explanation" in known or shapes.asks(text) or "question" in map(columns.simple, names)):
        return None
    if "term" in map(columns.simple, names) or "definition" in map(columns.simple, names):
        known["question"] = cards.asked(text)
    if "answer" not in known and "options" not in known and "explanation" in known:
        known["answer"] = known.pop("explanation")
    return _Record(str(asked), {key: inner for key, inner in known.items() if key != "skip"}, "")


def _pairs(value: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return a mapping's questions with their answers, where its names ask, or are terms of a glossary."""
    plain = {str(k): v for k, v in value.items() if isinstance(v, str) or (isinstance(v, list) and v and all(isinstance(one, str) for one in v))}
    lists = {key: inner for key, inner in plain.items() if isinstance(inner, list)}
    asking = [key for key in plain if shapes.asks(key)]
    if len(asking) > _MOSTLY * len(lists) and lists and all(shapes.asks(key) or len(key.split()) > 1 for key in lists):
        return [*lists.items(), *((key, plain[key]) for key in asking if key not in lists)]
    if asking and len(asking) >= _MOSTLY * len(plain):
        return [(key, inner) for key, inner in plain.items() if key in asking or shapes.imperative(key)]
    texts = [inner for inner in plain.values() if isinstance(inner, str)]
    long = sum(len(inner.split()) >= _MEANING_WORDS for inner in texts)
    if len(texts) == len(value) >= _LEAST_TERMS and long >= 0.8 * len(texts) and all(cards.is_term(key) for key in plain):  # noqa: PLR2004  most of them
        return [(cards.asked(key), inner) for key, inner in plain.items()]
    return []


def _options(options: Any) -> tuple[dict[str, str], list[str]]:
    """Return options by letter or name, and the words of those that are marked as right."""
    if isinstance(options, dict):
        return {str(name): _words(words) for name, words in options.items()}, []
    parts = options if isinstance(options, list) else [part for part in re.split(r"\s*[\n;|]\s*", str(options)) if part]
    found = {chr(ord("A") + n): re.sub(r"^[(]?[A-Ha-h][.):]\s+", "", _words(one)) for n, one in enumerate(parts[:26])}
    return found, [_words(one) for one in parts if isinstance(one, dict) and _flag(one)]


def _flag(option: Mapping[str, Any]) -> bool | None:
    said = next((option[name] for name in _RIGHT if name in option), None)
    return None if said is None else str(said).casefold() in {"true", "1", "yes", "100"}


def _index(answer: Any, options: Mapping[str, str], *, zero: bool) -> str:
    """Return the answer that is given as an option's number, as its words; any other as it is."""
    many = answer if isinstance(answer, list) else [answer]
    numbers = [_number(one) for one in many]
    if options and all(number is not None for number in numbers) and not any(_words(one) in options.values() for one in many):
        places = [int(number or 0) - (not zero) for number in numbers]
        words = [*options.values()]
        return "; ".join(words[place] for place in places) if all(0 <= place < len(words) for place in places) else ""
    if isinstance(answer, list) and all(isinstance(one, str) for one in answer):
        return "; ".join(options.get(one.strip().upper(), _words(one)) for one in answer)
    return _words(answer)


def _number(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 1_000 else None  # noqa: PLR2004  no list of options is as long
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 3 else None  # noqa: PLR2004


def _accepted(answers: list[str]) -> dict[str, Any]:
    """Return several answers, each of which is right, as one and a key point that any of them earns."""
    one, *others = dict.fromkeys(filter(None, answers))
    phrasings = [text for text in (one, *others) if 1 < len(text) <= 200][:24]  # noqa: PLR2004  what a phrasing may have
    statement = one if len(one) > 2 else f"“{one}”"  # noqa: PLR2004  a statement's least length
    points = [{"id": "answer", "statement": statement[:400], "phrasings": phrasings}] if phrasings else None
    return {"answer": f"{one} (also: {'; '.join(others)})" if others else one, "key_points": points}


def _value(value: Any) -> Any:
    match value:
        case str() | dict():
            return _words(value)
        case list():
            return [text for one in value if (text := _words(one))]
        case _:
            return value


def _words(value: Any, *, depth: int = 0) -> str:
    """Return a value's words: entities and tags as what they stand for."""
    match value:
        case str():
            text = value.strip()
        case dict() | list() if depth > _MAX_INNER:
            return ""
        case dict():
            return _words(next((value[name] for name in _TEXT if name in value), ""), depth=depth + 1)
        case list():
            return _words(value[0], depth=depth + 1) if value else ""
        case bool():
            return "true" if value else "false"
        case _:
            return "" if value is None else str(value)
    if "%20" in text and " " not in text:
        text = unquote(text)
    if _TAG.search(text):
        return pages.words(text)
    return html.unescape(text) if "&" in text else text


def _topic(topic: Any, document: Document, lines: "_Lines") -> None:
    """Take a topic of an export, question by question."""
    document.shape = "export"
    fields = dict(topic) if isinstance(topic, dict) else {"questions": [topic]}
    questions = fields.pop("questions", None)
    for question in questions if isinstance(questions, list) else [questions]:
        own = question if isinstance(question, dict) else {"question": question}
        line = lines.of(own.get("question"))
        exported(partial(records.one, fields, own), document, first=line, last=line)


class _Lines:
    """Finds the line at which each question of a text stands, from the first to the last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._from = self._counted = self._misses = 0
        self._line = 1
        self.last = text.count("\n") + 1

    def of(self, question: Any) -> int:
        """Return the line of the next question with these words, or that of the one before it."""
        if self._misses < _MISSES and isinstance(question, str):
            forms = dict.fromkeys((question, json.dumps(question, ensure_ascii=False)[1:-1], json.dumps(question)[1:-1]))
            places = [place for form in forms if (place := self._text.find(form, self._from)) >= 0]
            self._misses += not places
            if places:
                self._from = min(places)
                self._line += self._text.count("\n", self._counted, self._from)
                self._counted = self._from
                self._from += 1
        return self._line
