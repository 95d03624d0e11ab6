"""From what was found to drafts of questions: an id, and key points proposed from the answer's sentences.

A person confirms the key points: what is proposed is the answer cut into its sentences, and each into its content words.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.bank.exchange.found import Document, Found, Remark
from bot.bank.exchange.slugs import free, slug
from bot.bank.safe_yaml import uncollected
from bot.grading.words import FUNCTION_WORDS, plain, split
from bot.question import Level, Question, Topic, options_of, without_options
from bot.text import clauses, clip, plural

PROPOSED: Final = 6  # key points at most
_PHRASE_WORDS: Final = 6
_PHRASES: Final = 8
_STATEMENT_CHARS: Final = 400
_LEAST_STATEMENT: Final = 3
_PHRASE_CHARS: Final = range(2, 201)
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<!\bFig\.)[\"”’)]?\s+(?=[\"“(]?[A-Z0-9])|\n+"
)
_WRONG: Final = {
    "string_too_short": "too short, {min_length} characters are the least",
    "string_too_long": "too long, {max_length:,} characters are the most",
}
_LATIN: Final = re.compile(r"\b(?:e\.g|i\.e)\.?,?\s*")
_WORDS: Final = re.compile(r"\w+")
_BULLET: Final = re.compile(r"^(?:[-•*]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the person who imports has said, and what the bank has already.

    `topic` goes before what the document says, `level` stands in where it says none. `present` holds the questions'
    texts of the bank that is written to, by id; `reserved` are ids that another bank has.
    """

    since: date
    topic: str = ""
    by_section: bool = False
    level: Level = Level.MID
    present: Mapping[str, str] = field(default_factory=dict)
    reserved: Collection[str] = ()
    live: bool = False  # asked before a person has confirmed them


def topics(document: Document, choice: Choice, *, name: str) -> tuple[list[Topic], list[Remark]]:
    """Return topics with drafts of a document's loose questions, and a remark on each; `name` is the file's."""
    with uncollected:
        return _topics(document, choice, name)


def _topics(document: Document, choice: Choice, name: str) -> tuple[list[Topic], list[Remark]]:
    drafts: dict[str, list[Question]] = {}
    titles: dict[str, str] = {}
    remarks: list[Remark] = []
    ids = _Ids(choice)
    keys: dict[str, str] = {}  # of topics by their words, which are the same for most
    for found in sorted(document.found, key=lambda found: found.first):
        word = _topic_of(found, document, choice, name)
        if not (topic := keys.get(word, "")):
            topic = keys[word] = slug(word, fallback="topic")
        try:
            question = _question(found, choice, topic, ids)
        except ValidationError as error:
            remarks.append(_refused(found, error))
            continue
        if topic not in titles:
            titles[topic] = _title(document.title if word in {document.topic, name} else word, word)
        drafts.setdefault(topic, []).append(question)
        remarks.append(Remark(found.first, found.last, _said(found, question)))
    return [Topic(topic=key, title=titles[key], questions=tuple(some)) for key, some in drafts.items()], remarks


def key_points(question: str, answer: str) -> list[dict[str, Any]]:
    """Propose key points: the sentences of an answer that say most beyond the question, each with its own words.

    Of options the right ones are what is asked for, though the question has their words; the explanation earns nothing.
    """
    asked, right = _choice(question, answer)
    known = frozenset([_known(found.group())[0] for found in split(asked)])
    whole = [f"It is {one}." if len(one) < _LEAST_STATEMENT else one for one in right] or _SENTENCE_END.split(answer)
    sentences = [s for s in map(_bare, whole) if len(s) >= _LEAST_STATEMENT]
    points: list[dict[str, Any]] = []
    for sentence in sentences if len(sentences) <= PROPOSED else _telling(sentences, known):
        own = [sentence.rstrip(".")] if right else []  # also where it is but a sign, or the question's word
        if phrasings := list(dict.fromkeys(_phrasings(sentence, known)))[:_PHRASES] or own:
            key = free(slug(phrasings[0], fallback="point"), [point["id"] for point in points])
            points.append({"id": key, "statement": clip(sentence, _STATEMENT_CHARS), "phrasings": phrasings})
    return points


def _telling(sentences: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the sentences that say most beyond the question, in their order."""
    news = [len({_known(found.group())[0] for found in split(sentence)}.difference(known)) for sentence in sentences]
    chosen = sorted(range(len(sentences)), key=lambda n: (-news[n], n))[:PROPOSED]
    return [sentences[n] for n in sorted(chosen)]


class _Word(NamedTuple):
    """A word of a sentence that says something, by its stem."""

    stem: str
    start: int
    end: int


def _content(text: str) -> list[_Word]:
    """Return the words of a text that say something."""
    made = _Word._make  # a file has a hundred thousand
    return [made((stem, *found.span())) for found in split(text) for stem, says in (_known(found.group()),) if says]


@lru_cache(maxsize=20_000)  # a document has its own words, again and again
def _known(word: str) -> tuple[str, bool]:
    stem, seen, denies = plain(word)
    return stem, seen not in FUNCTION_WORDS or denies


def _choice(question: str, answer: str) -> tuple[str, list[str]]:
    """Return a question without its options, and the right ones; all of it, and none, where it has no options."""
    asked = without_options(question)
    if asked == question:
        return question, []
    options = [*options_of(question).values()]
    said = answer.partition("\n\n")[0]
    right = [said] if said in options else [one for one in options if one in said.split("; ")]
    return asked, right if "; ".join(right) == said else []


def _topic_of(found: Found, document: Document, choice: Choice, name: str) -> str:
    """Return the word for a question's topic that goes before the others."""
    section = found.section if choice.by_section else ""
    return next(filter(None, (choice.topic, found.topic, section, document.topic, name)), "")


def _title(said: str, word: str) -> str:
    title = " ".join((said or word.replace("_", " ")).split())
    return clip(title, _STATEMENT_CHARS) if len(title) >= _LEAST_STATEMENT else f"Topic {title}".strip()


def _question(found: Found, choice: Choice, topic: str, ids: "_Ids") -> Question:
    fields: dict[str, Any] = {
        "id": ids.of(found.question.strip()),
        "topic": topic,
        "level": found.level or choice.level,
        "draft": True,
        "live": choice.live,
        "question": found.question,
        "reference": found.answer,
        "key_points": key_points(found.question, found.answer),
        "since": choice.since,
    }
    return Question.model_validate(fields | dict(found.more))


class _Ids:
    """Gives each question an id of its words; the one it has if the bank knows it by the same words."""

    def __init__(self, choice: Choice) -> None:
        self._known: dict[str, str] = {same(text): key for key, text in reversed(list(choice.present.items()))}
        self._taken = {*choice.reserved, *choice.present}
        self._next: dict[str, int] = {}

    def of(self, text: str) -> str:
        """Return the id of a question, which no other has."""
        if self._known and (known := self._known.pop(same(text), "")):
            return known
        base = slug(text.partition("\n")[0], fallback="question")  # without the options
        numbers = count(self._next.get(base, 1))
        named = ((n, base if n == 1 else f"{base}-{n}") for n in numbers)
        number, key = next((n, key) for n, key in named if key not in self._taken)
        self._next[base] = number + 1
        self._taken.add(key)
        return key


def same(text: str) -> str:
    """Return a question as it is compared: without case, marks and the way its blanks stand."""
    return " ".join(_WORDS.findall(text.casefold())) or text


def _said(found: Found, question: Question) -> str:
    level = f"{question.level}" if found.level else f"{question.level} (none is said)"
    words = plural(len(found.answer.split()), "word")
    if not found.answer:
        answer = "a draft that still needs an answer"
    elif not question.key_points:
        answer = f"answer of {words}; it still needs key points"
    elif not question.complete:
        answer = f"answer of {words}, too long to be asked: shorten it"
    else:
        answer = f"answer of {words}, {plural(len(question.key_points), 'key point')} to be confirmed"
    return f"question “{clip(found.question, 60)}”, {level}, {answer}"


def _refused(found: Found, error: ValidationError) -> Remark:
    why = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_why(e)}" for e in error.errors(include_url=False)[:3])
    return Remark(found.first, found.last, f"left out, question “{clip(found.question, 60)}”: {why}", understood=False)


def _why(error: ErrorDetails) -> str:
    """Return in words what is wrong with a field."""
    words = _WRONG.get(error["type"])
    return words.format(**error.get("ctx", {})) if words else error["msg"]


def _bare(sentence: str) -> str:
    return _BULLET.sub("", sentence.strip()).strip()


def _phrasings(sentence: str, known: Collection[str]) -> Iterator[str]:
    """Yield the content words of each clause, a few at a time; those that only repeat the question say nothing."""
    sentence = _LATIN.sub("", sentence) if "e.g" in sentence or "i.e" in sentence else sentence
    for content in clauses(sentence, _content(sentence)):
        parts = -(-len(content) // _PHRASE_WORDS)
        for part in range(parts):
            some = content[part * len(content) // parts : (part + 1) * len(content) // parts]
            words = " ".join(sentence[token.start : token.end] for token in some)
            if any(token.stem not in known for token in some) and len(words) in _PHRASE_CHARS:
                yield words
