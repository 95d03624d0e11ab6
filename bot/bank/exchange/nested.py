"""Records in JSON and YAML, however deep they stand: our own exports, and other people's lists of questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Final

from bot.bank import safe_yaml
from bot.bank.exchange import cards, columns, records, shapes
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.names import ROLES, WHOLE, simple
from bot.bank.exchange.places import Places
from bot.bank.exchange.tables import exported
from bot.bank.exchange.values import accepted_of, flag_of, index_of, marked, number_of, options_of, value_of, words_of

_MAX_DEPTH: Final = 30
_LEAST_TERMS: Final = 5
_LEAST_WORDS: Final = 20  # of a vocabulary without sentences
_MEANING_WORDS: Final = 4
_ASKING: Final = frozenset(("user", "human"))
_ANSWERING: Final = frozenset(("assistant", "gpt", "bot", "model"))
_WAYS, _REPLIES = ("patterns", "utterances"), ("responses", "answers")
_TEXTS: Final = frozenset(("text", "content", "title", "statement", "name", "body", "enunciado"))
_MOSTLY: Final = 0.5


def read_json(text: str, levels: Levels, *, more: Mapping[str, str] | None = None) -> Document:
    """Return the questions of a JSON file: an export of ours, or records at any depth, or one a line."""
    lines = Places(text)
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
    _take(data, document, levels, Places(text), more)
    return document


def _by_line(text: str) -> list[Any] | None:
    """Return a text's lines as JSON each, or None if one is none."""
    try:
        found = [records.parsed(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        return None
    return found if len(found) > 1 else None


def _take(data: Any, document: Document, levels: Levels, lines: "Places", more: Mapping[str, str] | None) -> None:
    if isinstance(data, dict):
        document.topic, document.title = (
            words_of(data.get(name)) if isinstance(data.get(name), str) else "" for name in ("topic", "title")
        )
        others = {
            str(name): value
            for name, value in data.items()
            if isinstance(value, str | int) and name not in {"topic", "title"}
        }
        columns.left_out(others if isinstance(data.get("questions"), list) else {}, document, 1, 1)
    document.columns = list(dict.fromkeys(_names(data, 0))) if more else ()
    found = list(_records(data, "", more or {}, 0))
    zero = not any(record.is_last for record in found) or any(record.is_first for record in found)
    for record in found:
        line = lines.of(record.written)
        columns.take(record.fields(zero=zero), document, levels, first=line, last=line)
    if not found:
        words = "left out: no list of questions; records need names such as “question” and “answer”, or say with --map “name=question”"
        document.remarks.append(Remark(1, lines.last, words, understood=False))


def _names(value: Any, depth: int) -> Iterator[str]:
    """Yield the names of all records, at any depth."""
    inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    yield from map(str, value) if isinstance(value, dict) else ()
    for inner in inside if depth < _MAX_DEPTH else ():
        yield from _names(inner, depth + 1)


@dataclass(frozen=True, slots=True)
class _Record:
    """A question's fields by role, as they are written."""

    written: str
    known: Mapping[str, Any]
    topic: str = ""

    @property
    def is_first(self) -> bool:
        """Whether its answer is an option's number that counts from zero."""
        return number_of(self.known.get("answer")) == 0 and isinstance(self.known.get("options"), list)

    @property
    def is_last(self) -> bool:
        """Whether its answer is an option's number that counts from one."""
        options = self.known.get("options")
        return isinstance(options, list) and len(options) > 0 and number_of(self.known.get("answer")) == len(options)

    def fields(self, *, zero: bool) -> dict[str, Any]:
        """Return the fields as a table's row has them."""
        found = {name: value_of(value) for name, value in self.known.items()}
        found.setdefault("topic", self.topic)
        answer, options = self.known.get("answer"), self.known.get("options")
        if isinstance(self.known.get("answer"), list) and any(
            isinstance(one, dict) and flag_of(one) is not None for one in map(marked, self.known["answer"])
        ):
            options, answer = self.known["answer"], None
        if options:
            found["options"], flagged = options_of(options)
            found["answer"] = "; ".join(flagged) if flagged else index_of(answer, found["options"], zero=zero)
            if len(flagged) > 1:
                found["options"] = {}
        elif isinstance(answer, list) and len(answer) > 1 and all(isinstance(one, str | dict) for one in answer):
            found |= accepted_of([words_of(one) for one in answer])
        return found


def _records(value: Any, name: str, more: Mapping[str, str], depth: int) -> Iterator[_Record]:
    """Yield what asks in a value, at any depth."""
    if depth > _MAX_DEPTH:
        return
    match value:
        case dict() if record := _record(value, more) or _intent(value):
            yield record
            for key, inner in value.items():
                if (
                    isinstance(inner, list | dict)
                    and key not in record.known
                    and simple(str(key)) in {"questions", "items", "children"}
                ):
                    yield from _records(inner, str(key), more, depth + 1)
        case dict() if pairs := _pairs(value):
            yield from (_Record(question, {"question": question, "answer": answer}, "") for question, answer in pairs)
        case dict():
            for key, inner in value.items():
                if isinstance(inner, dict | list):
                    yield from _records(inner, str(key), more, depth + 1)
        case list():
            yield from _of_list(value, name, more, depth)
        case _:
            return


def _of_list(value: Sequence[Any], name: str, more: Mapping[str, str], depth: int) -> Iterator[_Record]:
    two = [
        one for one in value if isinstance(one, list) and len(one) > 1 and all(isinstance(part, str) for part in one)
    ]
    if len(two) > _MOSTLY * len(value):
        asking = sum(shapes.asks(one[0]) for one in two) > _MOSTLY * len(two)
        yield from (
            _Record(one[0], {"question": one[0], "answer": one[1]}, "")
            for one in two
            if asking or shapes.asks(one[0]) or shapes.imperative(one[0])
        )
        return
    if turns := list(_turns(value)):
        yield from turns
        return
    topic = "" if simple(name) in WHOLE or simple(name) in {"results", "data", "items", "list", "entries"} else name
    for one in value:
        if isinstance(one, str) and (shapes.asks(one) or (depth == 0 or simple(name) in {"questions", "question"})):
            yield _Record(one, {"question": one}, "" if depth == 0 else topic)
        else:
            yield from _records(one, name, more, depth + 1)


def _intent(value: Mapping[Any, Any]) -> _Record | None:
    """Return what one asks a bot in several ways, with its first answer: the first way that is a question."""
    ways, answers = (
        next((value[name] for name in names if isinstance(value.get(name), list)), ()) for names in (_WAYS, _REPLIES)
    )
    asked = next((one for one in ways if isinstance(one, str) and shapes.asks(one)), "")
    return _Record(asked, {"question": asked, "answer": words_of(answers[0])}) if asked and answers else None


def _turns(value: Sequence[Any]) -> Iterator[_Record]:
    """Yield what is asked and answered in a talk: each turn names its speaker."""
    said = [
        (one.get("role", one.get("from")), one.get("content", one.get("value")))
        for one in value
        if isinstance(one, dict)
    ]
    for (speaker, asked), (other, answer) in pairwise(said if len(said) == len(value) else ()):
        if speaker in _ASKING and other in _ANSWERING and isinstance(asked, str) and isinstance(answer, str):
            yield _Record(asked, {"question": asked, "answer": answer})


def _record(value: Mapping[Any, Any], more: Mapping[str, str]) -> _Record | None:
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
    if (
        "question" not in known
        and "answer" in known
        and (name := next((key for key in known if key.casefold() == "quiz"), ""))
    ):
        known["question"] = known.pop(name)  # beside a question it is the name of all of them
    return _known(value, known, names, more)


def _known(
    value: Mapping[Any, Any], known: dict[str, Any], names: Sequence[str], more: Mapping[str, str]
) -> _Record | None:
    """Return what is known of a mapping as a record, if words in it ask."""
    if offered := _offered(value, known):
        taken = [*offered.values()]
        known = {key: inner for key, inner in known.items() if key in ROLES or inner not in taken} | offered
    asked = known.get("question")
    if isinstance(asked, dict) and isinstance(
        asked.get("stem"), str
    ):  # {"question": {"stem": ..., "choices": ...}, "answerKey": ...}
        return _record({**{key: inner for key, inner in value.items() if inner is not asked}, **asked}, more)
    text = words_of(asked.get("text")) if isinstance(asked, dict) else words_of(asked) if isinstance(asked, str) else ""
    if not text or not (
        "answer" in known
        or "options" in known
        or "explanation" in known
        or shapes.asks(text)
        or "question" in map(simple, names)
    ):
        return None
    if "term" in map(simple, names) or "definition" in map(simple, names):
        known["question"] = cards.asked(text)
    if "answer" not in known and "options" not in known and "explanation" in known:
        known["answer"] = known.pop("explanation")
    return _Record(str(asked), {key: inner for key, inner in known.items() if key != "skip"}, "")


def _offered(value: Mapping[Any, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers of which another field names the right one as options, and what is asked where only those tell that it asks."""
    named = [(key, inner) for key, inner in value.items() if columns.role_of_all([str(key)]) == ("answer",)]
    many = [(key, inner) for key, inner in named if isinstance(inner, list | dict) and len(inner) > 1]
    said = [inner for key, inner in named if not many or key != many[0][0]]
    found: dict[str, Any] = {}
    if many and said and "options" not in known:
        found = {"options": many[0][1], "answer": said[0]}
    if "question" not in known and "options" in {*known, *found}:
        asked = next(
            (inner for key, inner in value.items() if simple(str(key)) in _TEXTS and isinstance(inner, str)), ""
        )
        found |= {"question": asked} if asked else {}
    return found


def _pairs(value: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return a mapping's questions with their answers, where its names ask, or are terms of a glossary."""
    plain = {
        str(k): v
        for k, v in value.items()
        if isinstance(v, str) or (isinstance(v, list) and v and all(isinstance(one, str) for one in v))
    }
    lists = {key: inner for key, inner in plain.items() if isinstance(inner, list)}
    asking = [key for key in plain if shapes.asks(key)]
    if len(asking) > _MOSTLY * len(lists) and lists and all(shapes.asks(key) or len(key.split()) > 1 for key in lists):
        return [*lists.items(), *((key, plain[key]) for key in asking if key not in lists)]
    if asking and len(asking) >= _MOSTLY * len(plain):
        return [(key, inner) for key, inner in plain.items() if key in asking or shapes.imperative(key)]
    texts = [inner for inner in plain.values() if isinstance(inner, str)]
    long = sum(len(inner.split()) >= _MEANING_WORDS for inner in texts)
    if len(texts) == len(value) >= _LEAST_TERMS and (
        (long >= 0.8 * len(texts) and all(map(cards.is_term, plain))) or _are_words(value)
    ):
        return [(cards.asked(key), inner) for key, inner in plain.items()]
    return []


def _are_words(value: Mapping[Any, Any]) -> bool:
    """Whether names and texts are words of two languages, and no settings: many, plain, and never the same."""
    plain = sum(str(key).replace(" ", "").isalpha() and str(key).islower() and cards.is_term(str(key)) for key in value)
    others = sum(str(key) != text.casefold() for key, text in value.items())
    return len(value) >= _LEAST_WORDS and min(plain, others) >= 0.9 * len(value)


def _topic(topic: Any, document: Document, lines: "Places") -> None:
    """Take a topic of an export, question by question."""
    document.shape = "export"
    fields = dict(topic) if isinstance(topic, dict) else {"questions": [topic]}
    questions = fields.pop("questions", None)
    for question in questions if isinstance(questions, list) else [questions]:
        own = question if isinstance(question, dict) else {"question": question}
        line = lines.of(own.get("question"))
        exported(partial(records.one, fields, own), document, first=line, last=line)
