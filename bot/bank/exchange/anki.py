"""Anki: notes as a package or as the text that Anki exports and imports, and such text read again.

A note of ours carries the question whole in its last field. What was changed in the fields before it goes before that,
and makes the question a draft. Other people's notes are a question and an answer each, with their tags and decks.
"""

import hashlib
import html
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Final

import genanki

from bot.bank.exchange import cards, pages, records
from bot.bank.exchange.columns import take
from bot.bank.exchange.found import Document, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.rows import rows
from bot.bank.exchange.sound import sound
from bot.bank.exchange.tables import exported
from bot.question import Question, Topic

FIELDS: Final = ("Question", "Answer", "Key points", "Studyhall")
_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
_MODEL_ID: Final = 1_763_800_301  # chosen once: Anki knows the note type by it
_PICTURES: Final = re.compile(r"(?:\s*\[image[^\[\]]*\])+\s*")
_SOUND: Final = re.compile(r"\[(?:sound|anki):[^\]]{0,300}\]")
_FORMULAS: Final = (("[$$]", "$$"), ("[/$$]", "$$"), ("[$]", "$"), ("[/$]", "$"), ("[latex]", ""), ("[/latex]", ""))
_EXPLAINS: Final = 3  # words beside a gap, from which they explain it
_OTHER: Final = frozenset(("deck", "guid", "notetype"))
_MAX_MARKUP: Final = 100_000  # characters of a cell; a longer one is taken as it is
_OURS: Final = '{"studyhall"'


def to_text(topics: Iterable[Topic]) -> str:
    """Return topics as notes in Anki's text form."""
    columns = (*FIELDS, "Deck", "Tags")
    head = ["#separator:tab", "#html:true", "#notetype:Studyhall", "#columns:" + "\t".join(columns)]
    head += [f"#deck column:{len(columns) - 1}", f"#tags column:{len(columns)}"]
    notes = ((*fields(topic, q), _deck(topic), " ".join(_tags(q))) for topic in topics for q in topic.questions)
    return "\n".join([*head, *("\t".join(map(_quoted, note)) for note in notes)]) + "\n"


def to_package(topics: Iterable[Topic], *, now: datetime) -> bytes:
    """Return topics as an Anki package, a deck a topic."""
    model = genanki.Model(
        _MODEL_ID, "Studyhall", fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}{{Key points}}"}],
    )  # fmt: skip
    decks = []
    for topic in topics:
        decks.append(genanki.Deck(_deck_id(topic), _deck(topic)))
        for question in topic.questions:
            guid = genanki.guid_for("studyhall", question.id)
            note = genanki.Note(model=model, fields=fields(topic, question), guid=guid, tags=_tags(question))
            decks[-1].add_note(note)
    out = io.BytesIO()
    with _own_temporary_folder():
        genanki.Package(decks).write_to_file(out, timestamp=now.timestamp())
    return out.getvalue()


def fields(topic: Topic, question: Question) -> list[str]:
    """Return a note's fields as HTML."""
    alone = topic.model_copy(update={"questions": (question,)})
    data = json.dumps({"studyhall": records.VERSION, **records.plain(alone)})  # in ASCII, which Anki leaves alone
    points = "".join(f"<li>{_html(point.statement)}</li>" for point in question.key_points)
    return [_html(question.question), _html(question.reference), f"<ul>{points}</ul>" if points else "", _html(data)]


def read_text(text: str, levels: Levels) -> Document:
    """Return the questions of Anki's text form."""
    document = Document(shape="Anki")
    lines = text.split("\n")
    head = list(takewhile(lambda line: line.startswith("#") and ":" in line, lines))
    settings = {name.casefold(): value for name, value in (line[1:].split(":", 1) for line in head)}
    said = settings.get("separator", "tab")
    mark = _SEPARATORS.get(said.strip().casefold(), said[:1] or "\t")
    form = _Form(
        names=settings.get("columns", "").split(mark),
        special={
            int(n) - 1: what.split()[0] for what, n in settings.items() if what.endswith(" column") and _is_place(n)
        },
        markup=settings.get("html", "").strip().casefold() == "true" or ("html" not in settings and "<br" in text),
    )
    document.topic = _last_deck(settings.get("deck", ""))
    document.remarks.append(Remark(1, len(head), f"settings {', '.join(settings)}"))
    for first, last, cells in rows(lines, mark, document, start=len(head)):
        _note(form.read(cells), document, levels, first, last)
    sound(document)
    return document


def _is_place(number: str) -> bool:
    return number.strip().isascii() and number.strip().isdigit() and len(number.strip()) < 4 and int(number) > 0  # noqa: PLR2004  columns of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How rows are to be read: the columns' names, which are no fields of a note, and whether cells are HTML."""

    names: Sequence[str]
    special: Mapping[int, str]
    markup: bool

    def _words(self, cell: str) -> str:
        """Return a cell as text; what a note of ours carries to the letter."""
        if not self.markup:
            return cell.strip()
        whole = html.unescape(cell.replace("<br>", "\n")).strip() if "studyhall" in cell[:30] else ""
        return whole if whole.startswith(_OURS) else _words(cell)

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """Return a row by name: the special columns, then the first two fields as question and answer."""
        words = [self._words(cell) for cell in cells]
        row = {name: words[place] for place, name in self.special.items() if place < len(words)}
        names = iter(("question", "answer"))
        for place, cell in enumerate(words):
            if place not in self.special:
                own = self.names[place] if place < len(self.names) else f"field {place + 1}"
                row[next(names, own)] = cell
        return row


def _note(row: dict[str, str], document: Document, levels: Levels, first: int, last: int) -> None:
    ours = next((name for name in reversed(row) if row[name].startswith(_OURS)), None)
    if ours is not None:
        exported(partial(_carried, row, row[ours]), document, first=first, last=last)
        _points_changed(row, document, first, last)
        return
    if _PICTURES.fullmatch(row.get("question", "")):
        words = "left out: only a picture asks, which cannot be shown; write what is asked beside it"
        document.remarks.append(Remark(first, last, words, understood=False))
        return
    known = {name: cell for name, cell in row.items() if name not in _OTHER} | {
        "topic": _last_deck(row.get("deck", ""))
    }
    if cards.GAP.search(row.get("question", "")):
        extra = known.pop("answer", "")
        beside = extra if len(extra.split()) >= _EXPLAINS else ""
        for question, answer, more in cards.gaps(known["question"]):
            fields = {**known, **more, "question": question, "answer": answer, "explanation": beside}
            take(fields, document, levels, first=first, last=last)
        return
    take({**known, "question": cards.asked(known.get("question", ""))}, document, levels, first=first, last=last)


def _carried(row: Mapping[str, str], data: str) -> Topic:
    """Return the question that a note carries, with what was changed in Anki since."""
    match records.parsed(data):
        case {"studyhall": _, "questions": [dict(question)]} as carried:
            topic = {name: carried[name] for name in carried if name not in {"studyhall", "questions"}}
            kept = records.one(topic, question)
        case _:
            raise ValueError("its field Studyhall was changed; take that out to import the note as a new one")
    before = [_words(cell) for cell in fields(kept, kept.questions[0])[:2]]
    seen = {"question": row["question"], "reference": row.get("answer", "")}
    changed = {name: new for (name, new), old in zip(seen.items(), before, strict=True) if new.split() != old.split()}
    return records.one(topic, {**question, **changed, "draft": True}) if changed else kept


def _points_changed(row: dict[str, str], document: Document, first: int, last: int) -> None:
    if document.topics and (points := document.topics[-1].questions[0].key_points):
        said = _letters(_words("".join(f"<li>{_html(point.statement)}</li>" for point in points)))
        if said not in map(_letters, row.values()):
            words = "left out: the key points were changed in Anki; change them in the topic file"
            document.remarks.append(Remark(first, last, words, understood=False))


def _letters(text: str) -> str:
    """Return what of a text does not depend on how a program lays it out."""
    return "".join(char for char in text if char.isalnum())


def _words(cell: str) -> str:
    """Return a cell's HTML as plain text, with Anki's signs for sounds and formulas as what they stand for."""
    text = _SOUND.sub("", cell)
    for sign, mark in _FORMULAS:
        text = text.replace(sign, mark)
    return pages.words(text) if len(text) <= _MAX_MARKUP else text.strip()


def _html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _deck(topic: Topic) -> str:
    return f"Studyhall::{topic.title.replace('::', ':')}"


def _last_deck(deck: str) -> str:
    return deck.rpartition("::")[2].strip()


def _deck_id(topic: Topic) -> int:
    """Return the number by which Anki knows a topic's deck, the same each time."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(topic.topic.encode()).digest()[:3])


def _tags(question: Question) -> list[str]:
    return [question.level, *question.tags]


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Give genanki, which leaves a file behind in the temporary folder, one that goes with it."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
