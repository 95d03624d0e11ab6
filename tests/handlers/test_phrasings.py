"""What the grader learns: an organiser takes a member's words, the next answer is graded with them, and they can be taken back."""

from dataclasses import replace
from typing import Any

import pytest

from bot import outcomes as o
from bot.bank.editing import texts_of
from bot.bank.loading import Bank
from bot.question import KeyPoint, Misconception, Question
from bot.store.schema import grade, phrasing, round_
from tests.doubles.fakes import FULL, Hall, bank

WORDS = "tiny waves bounce around a lot"
SAID = f"It is Rayleigh scattering: {WORDS}."


@pytest.fixture
async def waiting(hall: Hall) -> Hall:
    """Give a hall in which an answer in other words was appealed against after the reveal."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", SAID)
    await hall.types("you", "/reveal")
    await hall.types("maya", "/appeal")
    return hall


async def score_of(hall: Hall, name: str, text: str) -> int:
    outcome = await hall.answers(name, text)
    assert isinstance(outcome, o.AttemptGraded)
    return outcome.grade.score


async def test_words_are_learned_and_used_by_the_next_grade(waiting: Hall):
    """The form is filled in with the member's words; what is marked counts from the next answer on, and the grade says so."""
    await waiting.types("you", "/desk")
    assert "[Teach me words] learn-form:1" in waiting.told("you")
    await waiting.presses("you", "learn-form:1")
    ((_, form),) = waiting.platform.forms
    assert form.value.splitlines() == [
        "# not rayleigh: It is Rayleigh scattering", f"# says short: {SAID}", f"# says eyes: {SAID}",
    ]  # fmt: skip
    assert "\nshort: Short waves scatter most.\neyes: " in form.prompt
    await waiting.presses("you", form.submit, f"# not rayleigh: Rayleigh scattering\nsays short: {WORDS}\n")
    assert "I have learned that" in waiting.told("you")
    assert "would get 75 of 100, and got 50 before" in waiting.told("you")
    assert await score_of(waiting, "bo", SAID) == 75
    assert [row[0] for row in await waiting.rows(grade, "version")][-1].endswith("+1")
    assert (await waiting.rows(grade, "score"))[0] == (50,)
    await waiting.types("you", "/audit")
    assert f'"words": "{WORDS}"' in waiting.told("you")


async def test_learned_words_are_taken_back(waiting: Hall):
    """What was learned stands on the question's card with a button that takes it back; then it is used no more."""
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}")
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}")
    assert "I know these words already" in waiting.told("you")
    await waiting.types("you", "/question show")
    assert f"short: “{WORDS}” counts" in waiting.told("you")
    assert "] forget:1" in waiting.told("you")
    same: Any = {"event": "memory:same"}
    await waiting.presses("you", "forget:1", **same)
    assert "I do not grade by this any more" in waiting.told("you")
    assert isinstance(await waiting.presses("you", "forget:1", **same), o.Nothing)
    await waiting.presses("you", "forget:1")
    assert "These words are forgotten already." in waiting.told("you")
    assert await score_of(waiting, "bo", SAID) == 50
    await waiting.types("you", "/question show")
    assert "Learned from" not in waiting.told("you")


async def test_near_misses_are_learned_too(waiting: Hall):
    """Words on the other side are held against who says them."""
    wrong = "Short wavelengths scatter, since the sky is full of blue paint."
    before = await score_of(waiting, "bo", wrong)
    await waiting.presses("you", "learn-send:1", "NOT short: the sky is full of blue paint")
    assert "short: “the sky is full of blue paint” does not count" in waiting.told("you")
    assert await score_of(waiting, "ines", wrong) < before


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("# says short: x", "Nothing is marked."),
        (
            "says nothing: waves",
            "I cannot read “says nothing: waves”. Write says or not, a key point (rayleigh, short, eyes)",
        ),
        ("waves", "I cannot read “waves”"),
        ("says short: ???", "is no phrasing"),
        (f"says short: {'wave ' * 60}", "is no phrasing"),
    ],
)
async def test_what_cannot_be_read_is_said(waiting: Hall, line: str, why: str):
    """A line that is no phrasing is refused with how to write it, and nothing is learned."""
    await waiting.presses("you", "learn-send:1", line)
    assert why in waiting.told("you")
    assert await waiting.rows(phrasing) == []


async def test_a_guard_refuses_what_lets_a_misconception_pass(waiting: Hall):
    """Words by which a known mistake would pass are refused, and the card says which mistake."""
    lines = "\n".join(f"says {point}: mirrors the ocean" for point in ("rayleigh", "short", "eyes"))
    await waiting.presses("you", "learn-send:1", lines)
    assert "That would let a misconception pass: “mirrors the ocean”" in waiting.told("you")
    assert await waiting.rows(phrasing) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("says dust: dust paints the air", "cannot both count for dust and not. The question itself has these words"),
        (
            "says short: waves all scatter alike",
            "cannot both count for short and not. The question itself has these words",
        ),
        (
            "not short: Short Wavelengths scatter",
            "cannot both count for short and not. The question itself has these words",
        ),
    ],
)
async def test_a_guard_knows_what_the_question_says_is_wrong(waiting: Hall, line: str, why: str):
    """However small a key point is, no words are learned for it by which its own near misses or mistakes would earn it."""
    questions = bank()
    sky = [question_with_five_points(q) for q in questions.topics["sky"].questions]
    sea = [question_with_five_points(q) for q in questions.topics["sea"].questions]
    topics = {
        name: topic.model_copy(update={"questions": tuple(sea if name == "sea" else sky)})
        for name, topic in questions.topics.items()
    }
    waiting.app.deps = replace(waiting.app.deps, bank=Bank(topics))
    await waiting.presses("you", "learn-send:1", line)
    assert why in waiting.told("you")
    assert await waiting.rows(phrasing) == []


def question_with_five_points(one: Question) -> Question:
    """Return a question with small key points, a near miss of one and a mistake about another."""
    near = one.key_points[1].model_copy(update={"not_": ("waves all scatter alike",)})
    more = [
        KeyPoint(id=name, statement=f"It has {name}.", phrasings=(f"has {name}",))
        for name in ("dust", "air", "noon", "dawn")
    ]
    mistakes = ("dust paints the air", "dust paints the air above")
    miss = Misconception(statement="No dust is blue.", phrasings=mistakes, point="dust")
    points = (one.key_points[0], near, one.key_points[2], *more)
    return one.model_copy(update={"key_points": points, "misconceptions": (miss,)})


async def test_words_are_learned_for_the_question_as_it_is_now(waiting: Hall):
    """An edit that takes a key point away takes what was learned of it out of use, and the form knows it no more; asked again, it is as it was."""
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}\nsays short: {WORDS}")
    assert len(await waiting.rows(phrasing)) == 1
    (named,) = (row[0] for row in await waiting.rows(round_, "question_id"))
    texts = texts_of((await waiting.app.bank_of("memory:team")).every[named])
    points = "\n".join(line for line in texts.points.splitlines() if not line.startswith("short"))
    fields = {"text": texts.question, "reference": texts.reference, "points": points}
    await waiting.sends("you", f"edit-send:{named}", fields)
    await waiting.types("you", f"/question show {named}")
    assert f"short: “{WORDS}” counts: not used, the question has no such key point now" in waiting.told("you")
    await waiting.presses("you", "learn-send:1", "says short: bounce a lot")
    assert "Write says or not, a key point (rayleigh, eyes)" in waiting.told("you")
    await waiting.presses("you", f"edit-undo:{named}")
    assert await score_of(waiting, "bo", SAID) == 75


async def test_while_it_is_asked_again_words_are_learned_for_what_is_asked(waiting: Hall):
    """What an edit has put into a question that is open again is for nobody's eyes yet."""
    (named,) = (row[0] for row in await waiting.rows(round_, "question_id"))
    deps = waiting.app.deps
    (topic,) = (one for one in deps.bank.topics.values() if deps.bank.questions[named] in one.questions)
    alone = topic.model_copy(update={"questions": (deps.bank.questions[named],)})
    waiting.app.deps = replace(deps, bank=Bank({topic.topic: alone}))
    await waiting.types("you", "/quiz mid")
    assert [row[0] for row in await waiting.rows(round_, "question_id")] == [named, named]
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}")
    assert len(await waiting.rows(phrasing)) == 1


async def test_a_guard_refuses_the_questions_own_words(waiting: Hall):
    """Words that say nothing beyond the question are no lesson."""
    await waiting.presses("you", "learn-send:1", "says short: the daytime look of blue")
    assert "says nothing beyond the question" in waiting.told("you")


@pytest.mark.parametrize("line", ["says short: the", "not short: the", "not eyes: of blue"])
async def test_a_guard_refuses_words_that_say_nothing(waiting: Hall, line: str):
    """On neither side is a word learned that every answer has."""
    await waiting.presses("you", "learn-send:1", line)
    assert "says nothing beyond the question" in waiting.told("you")


async def test_words_are_on_one_side(waiting: Hall):
    """Words cannot both count for a key point and not, in one form or one after the other; for another point they may."""
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}\nnot short: {WORDS.upper()}")
    assert "cannot both count for short and not" in waiting.told("you")
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}\nnot eyes: {WORDS}")
    assert "I have learned that" in waiting.told("you")
    await waiting.presses("you", "learn-send:1", f"not short: {WORDS}")
    assert "take the other back first: /question show." in waiting.told("you")


async def test_a_guard_refuses_what_lets_a_decided_answer_pass(waiting: Hall):
    """Words by which an answer would pass that an organiser found incorrect are refused."""
    await waiting.types("you", "/quiz mid")
    bad = "Rayleigh scattering happens because the air is warm and wet."
    await waiting.answers("ines", bad)
    await waiting.presses("ines", "appeal-send:2", "no?")
    await waiting.presses("you", "decide:2:incorrect")
    lines = "says short: air is warm and wet\nsays eyes: air is warm and wet"
    await waiting.presses("you", "learn-send:1", lines)
    assert "That would let an answer that was decided pass" in waiting.told("you")


async def test_only_what_is_revealed_and_anothers_teaches(hall: Hall):
    """Before the reveal the form would tell the key points; and nobody teaches by their own answer, or another team's."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", SAID)
    await hall.answers("you", SAID)
    await hall.types("maya", "/appeal")
    await hall.types("you", "/desk")
    assert "Teach me" not in hall.told("you")
    for press in ("learn-form:1", "learn-form:2"):
        await hall.presses("you", press)
        assert "I learn from others' answers, and once they are revealed." in hall.told("you")
    there: Any = {"team": "memory:other", "channel": "memory:channel:there", "organiser": True}
    await hall.presses("kim", "learn-form:1", **there)
    assert "The words of this answer are deleted." in hall.told("kim")
    assert isinstance(await hall.presses("maya", "learn-form:1"), o.Refusal)


async def test_lessons_are_bounded_and_learned_once(waiting: Hall):
    """A question has twenty lessons at most, and a delivery that comes twice teaches once."""
    same: Any = {"event": "memory:same"}
    await waiting.presses("you", "learn-send:1", f"says short: {WORDS}", **same)
    assert isinstance(await waiting.presses("you", "learn-send:1", f"says short: {WORDS}", **same), o.Nothing)
    lines = "\n".join(f"says short: tiny waves number {number}" for number in range(20))
    await waiting.presses("you", "learn-send:1", lines)
    assert "A question has 20 learned phrasings at most." in waiting.told("you")
    assert len(await waiting.rows(phrasing)) == 1


async def test_a_question_without_lessons_is_the_banks_own(hall: Hall):
    """Where nothing was taught the grader reads the bank's own question, so that nothing is prepared twice."""
    await hall.types("you", "/quiz mid")
    assert await score_of(hall, "maya", FULL) == 100
    assert bank().questions
    assert "+" not in (await hall.rows(grade, "version"))[0][0]
