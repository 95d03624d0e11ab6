"""What `check` asks of a question beyond its shape: complete, true to itself under the grader, and up to date."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.grading import Band, grade, idle
from bot.question import Formula, Question
from bot.text import plural

REFERENCE_WORDS: Final = range(60, 201)
KEY_POINTS: Final = range(3, 8)
MISCONCEPTIONS: Final = range(1, 4)
HINTS: Final = range(1, 4)
READING: Final = range(1, 7)

_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_DOUBLED: Final = re.compile(r"\w''\w")  # an apostrophe escaped where YAML escapes nothing


def faults(question: Question, today: date) -> Iterator[str]:
    """Yield what is wrong with a question; a draft has nothing but notes."""
    if question.draft:
        return
    yield from _under_the_grader(question)
    yield from _incomplete(question)
    yield from _formulas(question)
    yield from stray_quotes(question)
    if question.review_by and question.review_by < today:
        yield f"due for review since {question.review_by}: check the facts and move review_by"


def notes(question: Question) -> Iterator[str]:
    """Yield what a person still has to do with a draft."""
    if question.draft:
        yield from stray_quotes(question)
    if question.draft and question.complete:
        yield "a draft: confirm its key points, complete it, and remove `draft`"
        yield from _under_the_grader(question)
    elif question.draft:
        yield f"a draft, not asked yet: it needs {' and '.join(_needs(question))}"


def _needs(question: Question) -> Iterator[str]:
    if not question.reference:
        yield "an answer"
    elif not Question.fits(question.reference):
        yield "a shorter answer"
    if not question.key_points:
        yield "key points"


def _under_the_grader(question: Question) -> Iterator[str]:
    """Hold the rubric to the grader: the reference answer earns "correct", each phrasing can earn."""
    own = grade(question, question.reference)
    if own.band is not Band.CORRECT:
        missed = ", ".join(p.key_point for p in own.points if not p.earned) or "none"
        yield f"the reference answer grades as {own.band} ({own.score}); key points it misses: {missed}"
    for mistake in own.mistakes:
        yield f"the reference answer is taken for a misconception: {mistake}"
    for text in idle(question):
        yield f"a phrasing has no word beyond the question's, and earns nothing: {text!r}"


def _incomplete(question: Question) -> Iterator[str]:
    counted = (
        ("reference", "word", len(question.reference.split()), REFERENCE_WORDS),
        ("key_points", "key point", len(question.key_points), KEY_POINTS),
        ("misconceptions", "misconception", len(question.misconceptions), MISCONCEPTIONS),
        ("hints", "hint", len(question.hints), HINTS),
        ("reading", "source", len(question.reading), READING),
    )
    for name, noun, count, allowed in counted:
        if count not in allowed:
            yield f"{name} has {plural(count, noun)}; {allowed[0]} to {allowed[-1]} make a question complete"


def stray_quotes(question: Question) -> Iterator[str]:
    """Yield the texts that would be shown with quotes that were meant for the file, as of a folded block."""
    for name, text in _texts(question):
        if _QUOTED.fullmatch(text) or _DOUBLED.search(text):
            yield f"{name} carries the file's own quotes: take them off {text[:40]!r}"


def _texts(question: Question) -> Iterator[tuple[str, str]]:
    yield from (("question", question.question), ("reference", question.reference))
    for point in question.key_points:
        yield f"key point {point.id}", point.statement
        yield from ((f"a phrasing of {point.id}", text) for text in point.phrasings)
    for mistake in question.misconceptions:
        yield "a misconception", mistake.statement
        yield from (("a misconception's phrasing", text) for text in mistake.phrasings)
    yield from (("a hint", text) for text in question.hints)
    yield from (("reading", text) for text in question.reading)


def _formulas(question: Question) -> Iterator[str]:
    texts = (question.question, question.reference, *(point.statement for point in question.key_points))
    written = [_one_line(text) for text in texts]
    for formula in question.formulas:
        if not any(_one_line(formula.text) in text for text in written):
            yield f"formula {formula.text!r} stands in no text of the question: copy it letter by letter"
        if not _is_latex(formula):
            yield f"formula {formula.text!r}: its LaTeX has a dollar sign, or braces that do not match"


def _is_latex(formula: Formula) -> bool:
    depth, latex = 0, formula.latex.replace(r"\{", "").replace(r"\}", "")
    for character in latex:
        depth += (character == "{") - (character == "}")
        if depth < 0 or character == "$":
            return False
    return depth == 0


def _one_line(text: str) -> str:
    return " ".join(text.split())
