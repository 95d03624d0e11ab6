"""The grade of a free-text answer: one pure function, offline and deterministic, that explains itself.

Two inputs, one engine: `grade` takes a question with key points, `grade_reference` a question with nothing but
reference answers. The path, in one direction::

    words.py          a text split into words, numbers and signs
    glossary.py       what means the same, what is opposite, what says little (content/glossary.yaml)
    reading.py        words with the stem of all that mean the same, typos corrected
    language.py       whether a text is in another language than its question
    denial.py         what a text says only to deny it
    refuted.py        errors that a text names only to refute them
    posed.py          what of it is the question's own words, or its hints'
    polarity.py       which words of a clause are denied
    pairs.py          which words stand together
    contradiction.py  the reference's wording turned around
    contrast.py       which of several options an answer means
    choice.py         which of the options that a question offers it names
    signs.py          a formula, and a pile of signs
    instruction.py    an order to the grader
    verbs.py          verbs that are denied, one by one
    guards.py         what an honest answer does not look like
    reference.py      an answer against reference answers
    compact.py        what a prepared question keeps, in little memory
    marks.py          what an author marks in a wording
    examples.py       the clauses on both sides, made ready
    likeness.py       a clause against an example
    listed.py         a row of the rubric's own phrasings
    rubric.py         key points with examples on both sides, made ready
    evidence.py       what the clauses say for and against each key point
    terms.py          the right terms alone, strung together
    verdict.py        from evidence to credits and a share of truth
    heard.py          what an answer asserts, where the rubric must tell what it denies
    quoted.py         what a second opinion may add
    doubt.py          whether a person should look at it
    weights.py        fitted weights, and measures in steps
    talk.py           whether a text is an attempt at all
    result.py         what a grade is
    explain.py        a grade in lines that a person can read
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.grading import choice, denial, doubt, evidence, guards, quoted, reference, rubric, terms, verdict
from bot.grading.choice import Named
from bot.grading.evidence import EVIDENCE_CHARS, Evidence, Found
from bot.grading.heard import asserted
from bot.grading.language import is_foreign, languages
from bot.grading.posed import without_posed
from bot.grading.reading import corrected, read
from bot.grading.result import (
    AIDED,
    CORRECT_FROM,
    EARNED_FROM,
    PARTLY_FROM,
    VERSION,
    Band,
    Deduction,
    Grade,
    PointResult,
    band_of,
)
from bot.grading.rubric import Rubric, idle
from bot.grading.talk import gives_up, may_be_talk, reads_as_talk
from bot.grading.verdict import Verdict
from bot.question import Question
from bot.text import clip

__all__ = [
    "CORRECT_FROM", "EARNED_FROM", "PARTLY_FROM", "VERSION", "Band", "Deduction", "Grade", "PointResult", "band_of",
    "gives_up", "grade", "grade_reference", "idle", "is_talk", "may_be_talk",
]  # fmt: skip

_UNAIDED: Final[Mapping[str, str]] = MappingProxyType({})
_NOTHING = "It says nothing beyond the question."
_A_WRONG_OPTION = "It names an option that is wrong."
_AN_ANSWERS = 35  # points that talk does not earn
_FALSE_SIDE = 0.5  # share of truth below which a misconception that is stated may be named


def grade(question: Question, text: str, *, quotes: Mapping[str, str] = _UNAIDED) -> Grade:
    """Grade an answer against a question's key points, or its reference answer where it has none or they are a draft's.

    The same text always gets the same grade. `quotes` are a second opinion's, by key point, and can only add to it.
    Where a question offers options and an answer names some, these alone decide.
    """
    if named := choice.named(question, text):
        return _of_choice(question, named, text)
    whole, text = text, without_posed(text, question.asks, question.hints)
    if question.draft or not question.key_points:
        compared = grade_reference(question.asks, (question.reference,), text)
        return doubt.of_draft(compared) if question.draft else compared
    prepared = rubric.prepared(question)
    if is_foreign(text, languages(question.question, question.reference)):
        return Grade(0, _none(prepared), unsure=doubt.FOREIGN)
    heard = asserted(prepared, text)
    reading = corrected(read(heard), prepared.known)
    against = tuple(guards.cuts(text, heard, reading.words, prepared.expected))
    denies = doubt.of_denial(text, heard)
    if rubric.repeats_the_question(reading.words, prepared.asked):
        why = Deduction(0, next((cut.reason for cut in against if not cut.doubt), _NOTHING))
        return Grade(0, _none(prepared), (why,), denies or doubt.of_repetition(question.question, whole))
    found = evidence.gathered(prepared, heard, reading)
    alone = verdict.reached(found)
    against = terms.weighed(prepared, text, reading.words, found, alone.raw, against)
    helped = {} if against or not quotes else quoted.standing(quotes, heard, reading.words, found, prepared)
    made = _judged(prepared, found, alone, text, against, helped)
    return made if made.unsure or not denies else replace(made, unsure=denies)


def grade_reference(question: str, references: Sequence[str], text: str) -> Grade:
    """Grade an answer against reference answers, of which the one most like it counts."""
    found = max((_against(question, one, text) for one in references), key=lambda found: found.score)
    if is_foreign(text, languages(question, *references)):
        return Grade(
            0, tuple(PointResult(point.key_point, point.weight, 0.0) for point in found.points), unsure=doubt.FOREIGN
        )
    return found


def _of_choice(question: Question, named: Named, text: str) -> Grade:
    """Return the grade of an answer that names options."""
    words = clip(" ".join(text.split()), EVIDENCE_CHARS)
    own = [(point.id, point.weight, named.credit(point.statement)) for point in question.key_points]
    each = own if own and not question.draft else [("1", 1, named.share)]
    points = tuple(PointResult(key, weight, credit, words if credit else "") for key, weight, credit in each)
    against = (Deduction(0, _A_WRONG_OPTION),) if named.wrong else ()
    unsure = choice.APART if named.apart else doubt.MIXED
    return Grade(round(100 * named.share), points, against, "" if named.clear else unsure)


def _judged(
    prepared: Rubric,
    found: Evidence,
    alone: Verdict,
    text: str,
    against: Sequence[guards.Cut],
    helped: Mapping[str, tuple[int, int]],
) -> Grade:
    """Return the grade that the evidence and the guards amount to, and the words that a second opinion quotes."""
    made = verdict.aided(alone, found, helped) if alone.truth >= _FALSE_SIDE else alone
    points = tuple(
        _point(one, part * made.truth, text, one.at if part == before else helped[one.point.key])
        for one, part, before in zip(found.points, made.credits, alone.credits, strict=True)
    )
    score, taken = _deduct(made.raw, against)
    stated = sorted(found.mistakes) if made.truth < _FALSE_SIDE or not found.two_sided else []
    cost = 0 if found.two_sided or not stated else round((100 * made.share - made.raw) / len(stated))
    mistakes = (Deduction(cost, prepared.statements[number], mistake=True) for number in stated)
    unsure = doubt.of_rubric(found, made, score, against) or guards.doubts(against)
    if made is alone:
        return Grade(score, points, (*taken, *mistakes), unsure)
    unsure = unsure or quoted.UNSURE * (band_of(round(alone.raw)) is Band.INCORRECT)
    return Grade(score, points, (*taken, *mistakes), unsure, version=VERSION + AIDED)


def _point(found: Found, credit: float, text: str, at: tuple[int, int]) -> PointResult:
    """Return a key point's credit, and the clause that earns it."""
    start, end = at
    words = " ".join(text[start:end].split()) if credit >= verdict.SHOWN else ""
    return PointResult(
        found.point.key,
        found.point.weight,
        round(credit, 3) if words else 0.0,
        clip(words, EVIDENCE_CHARS),
        sure=round(abs(2 * credit - 1), 2),
    )


def _none(prepared: Rubric) -> tuple[PointResult, ...]:
    return tuple(PointResult(point.key, point.weight, 0.0) for point in prepared.points)


def _deduct(raw: float, against: Sequence[guards.Cut]) -> tuple[int, list[Deduction]]:
    """Return what is left of a score, and each deduction with the points that it took."""
    left, taken = raw, []
    for cut in [one for one in against if not one.doubt]:
        taken.append(Deduction(round(left) - round(left * cut.factor), cut.reason))
        left *= cut.factor
    return round(left), taken


def _against(question: str, one: str, text: str) -> Grade:
    prepared = reference.prepared(question, one)
    heard = denial.asserted(text)
    reading = corrected(read(heard), prepared.known)
    signals = reference.signals(prepared, heard, reading)
    against = list(guards.cuts(text, heard, reading.words, prepared.expected))
    if signals.copies:
        against.append(guards.Cut(0.0, _NOTHING))
    score, taken = _deduct(100 * signals.share, against)
    points = tuple(reference.points(prepared, text, reading))
    unsure = doubt.of_denial(text, heard) or doubt.of_reference(signals, score, prepared.expected.reference, reading)
    return Grade(score, points, tuple(taken), unsure or guards.doubts(against))


def is_talk(question: Question, text: str, graded: Grade | None = None) -> bool:
    """Whether a text is surely no attempt at a question: it earns less than an answer does (its grade may be known), and reads as talk."""
    return (graded or grade(question, text)).score < _AN_ANSWERS and reads_as_talk(question, text)
