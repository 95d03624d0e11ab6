"""What an import says: one line a file, then at most a screen; everything with `--verbose`, or as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.bank.exchange.found import Document, Remark
from bot.question import Question, Topic
from bot.text import clip, plural

SCREEN: Final = 20  # lines of remarks
SHOWN: Final = 3  # questions of a dry run
_WIDTH: Final = 160
_TITLE: Final = 60  # characters of a topic in a dry run
_QUESTION: Final = "left out, question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file: its questions by topic, or the words that say why it was not read."""

    file: Path
    refused: str = ""
    document: Document = field(default_factory=Document)
    topics: Sequence[Topic] = ()
    remarks: Sequence[Remark] = ()

    @property
    def questions(self) -> list[Question]:
        """All questions that were taken."""
        return [question for topic in self.topics for question in topic.questions]

    @property
    def left_out(self) -> list[Remark]:
        """What was left out, questions first."""
        return sorted(
            (r for r in self.remarks if not r.understood),
            key=lambda r: (not r.words.startswith(_QUESTION), r),
        )

    @property
    def of_questions(self) -> list[Remark]:
        """What says why a question was left out."""
        return [remark for remark in self.left_out if remark.words.startswith(_QUESTION)]


def head(taken: Taken) -> str:
    """Return a file's line: its shape and encoding, and how many questions were found, taken and left out."""
    if taken.refused:
        return taken.refused
    document, questions = taken.document, taken.questions
    refused = taken.of_questions
    parts = [f"{plural(len(questions), 'question')} taken", *_of(questions)]
    if refused:
        parts.append(f"{len(refused):,} left out ({clip(refused[0].words.rpartition('”: ')[2], 60)})")
    others = len(taken.left_out) - len(refused)
    parts += [f"{plural(others, 'other remark')}"] if others else []
    said = ", ".join(filter(None, (document.shape, document.encoding)))
    guess = f"; guessed: {document.guessed}" if document.guessed else ""
    return f"{taken.file}: {said}: {len(questions) + len(refused):,} found, {', '.join(parts)}{guess}."


def _of(questions: Sequence[Question]) -> Iterator[str]:
    drafts, bare = sum(q.draft for q in questions), sum(not q.reference for q in questions)
    if drafts:
        yield plural(drafts, "draft")
    if bare:
        yield f"{bare:,} without an answer"


def screen(files: Sequence[Taken], *, verbose: bool, shapes: Sequence[str]) -> Iterator[str]:
    """Yield the lines below: what was left out, at most a screen of it, and what to do where nothing was recognised."""
    remarks = [(one.file, remark) for one in files for remark in (sorted(one.remarks) if verbose else one.left_out)]
    shown = remarks if verbose else remarks[:SCREEN]
    yield from (clip(f"{file}:{remark}", len(str(file)) + _WIDTH) for file, remark in shown)
    if len(remarks) > len(shown):
        yield f"... and {len(remarks) - len(shown):,} more; --verbose shows all."
    empty = [one for one in files if not (one.questions or one.refused or one.of_questions)]
    for one in empty:
        yield f"{one.file}: no question was recognised{f': {one.document.nearest}' if one.document.nearest else ''}."
    if empty:
        yield from ("These shapes are known:", *(f"  - {shape}" for shape in shapes))


def preview(files: Iterable[Taken]) -> Iterator[str]:
    """Yield the first questions as they would be asked."""
    asked = [(topic, question) for one in files for topic in one.topics for question in topic.questions][:SHOWN]
    for topic, question in asked:
        yield f"Question of the day · {clip(topic.title, _TITLE)} · {question.level}"
        yield from (f"  │ {line}" for line in question.question.split("\n"))
        yield f"  its answer: {clip(' '.join(question.reference.split()), 100) or 'none yet'}"


def as_json(files: Iterable[Taken], said: Sequence[str]) -> str:
    """Return the report for programs."""
    return json.dumps({"files": [_plain(one) for one in files], "said": list(said)}, ensure_ascii=False, indent=1)


def _plain(one: Taken) -> dict[str, Any]:
    questions = one.questions
    return {
        "file": str(one.file), "refused": one.refused, "shape": one.document.shape, "encoding": one.document.encoding,
        "guessed": one.document.guessed, "taken": len(questions), "drafts": sum(q.draft for q in questions),
        "without_answer": sum(not q.reference for q in questions), "questions": [q.id for q in questions],
        "remarks": [{"first": r.first, "last": r.last, "words": r.words, "understood": r.understood} for r in sorted(one.remarks)],
    }  # fmt: skip
