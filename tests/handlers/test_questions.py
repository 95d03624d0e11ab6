"""Questions' life in chat: reported, looked at, confirmed, retired and restored, and asked or not by what was said."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot import outcomes as o
from bot.bank.editing import texts_of
from bot.bank.loading import Bank
from bot.cards import File
from bot.commands import RemindOrganisers
from bot.question import Question
from bot.rules.questions import Life
from bot.store.schema import feeling, remark, round_
from tests.doubles.fakes import FULL, HALF, Hall, bank, text_of


@pytest.fixture
async def small(hall: Hall) -> Hall:
    """Give a hall with one question a level and topic, of which sky-mid-0 is a draft."""
    topics = dict(bank(1).topics)
    sky = topics["sky"]
    drafted = tuple(q.model_copy(update={"draft": q.id == "sky-mid-0"}) for q in sky.questions)
    topics["sky"] = sky.model_copy(update={"questions": drafted})
    hall.app.deps = replace(hall.app.deps, bank=Bank(topics))
    return hall


async def state(hall: Hall, question: str) -> Life:
    outcome = await hall.types("you", f"/question show {question}")
    assert isinstance(outcome, o.QuestionShown)
    return outcome.state.life


async def test_three_members_stop_a_question(small: Hall):
    """A question is asked until the third member reports it; then not, until an organiser has looked."""
    await small.types("you", "/quiz mid sea")
    for name in ("maya", "bo"):
        await small.types(name, "/question report it has two answers")
        assert "It is asked until then." in small.told(name)
    await small.types("you", "/reveal")
    assert await state(small, "sea-mid-0") is Life.LIVE
    await small.types("ines", "/question report sea-mid-0 so say I")
    assert "It is not asked any more until then." in small.told("ines")
    assert await state(small, "sea-mid-0") is Life.REPORTED
    assert isinstance(await small.types("you", "/quiz mid sea"), o.Refusal)
    assert "is open already, or set aside" in small.told("you")
    await small.types("you", "/question confirm sea-mid-0 one of them is wrong")
    assert "It is asked like any other." in small.told("you")
    assert isinstance(await small.types("you", "/quiz mid sea"), o.RoundOpened)


async def test_one_organiser_stops_a_question(small: Hall):
    """An organiser's report is enough, and whoever asks from a schedule does not get the question either."""
    await small.types("you", "/question report sea-mid-0")
    assert await state(small, "sea-mid-0") is Life.REPORTED
    await small.types("you", "/schedule set 09:00 mon-fri levels=mid")
    assert "0 questions" in small.told("you")  # the other one is a draft
    await small.types("you", "/question confirm sky-mid-0 it is well")
    await small.types("you", "/schedule set 09:00 mon-fri levels=mid")
    assert "1 question" in small.told("you")
    await small.until(11, 23, 9, 0)
    await small.until(11, 24, 9, 0)
    assert {row[0] for row in await small.rows(round_, "question_id")} == {"sky-mid-0"}


async def test_who_reported_is_told_what_came_of_it(small: Hall):
    """Whatever organisers do with a reported question, each who reported it hears of it once, with the reason; not who did it."""
    for name in ("maya", "you"):
        await small.types(name, "/question report sea-mid-0 the key is wrong")
    await small.types("you", "/question confirm sea-mid-0 it is right by the book")
    ((who, card),) = small.platform.direct_messages
    assert who.endswith(":maya")
    assert "the question that you reported, and confirmed it." in text_of(card)
    assert "The organiser> it is right by the book" in text_of(card)
    await small.types("bo", "/question report sea-mid-0")
    await small.presses("you", "question retire:sea-mid-0")
    (*_, (who, card)) = small.platform.direct_messages
    assert (who[-2:], len(small.platform.direct_messages)) == ("bo", 2)
    assert "and retired it." in text_of(card)
    assert "The organiser>" not in text_of(card)


async def test_reports_come_to_the_desk(small: Hall):
    """The desk is one queue: the oldest first, be it a grade or a report; its buttons decide."""
    await small.types("you", "/quiz senior sky")
    await small.answers("maya", HALF)
    await small.types("bo", "/question report sea-mid-0 wrong formula")
    await small.later(minutes=1)
    await small.types("maya", "/appeal")
    await small.types("you", "/desk")
    shown = small.told("you")
    assert "The sea · mid · live · 1 grade, 1 report and 1 draft to decide" in shown
    assert "bo reports> wrong formula" in shown
    assert "[It is right] question confirm:sea-mid-0" in shown
    assert "Reference answer>" in shown
    await small.presses("you", "question retire:sea-mid-0")
    assert "[To the desk] desk" in small.told("you")
    await small.presses("you", "desk")
    assert "maya: 50 of 100, appealed against · 1 grade and 1 draft to decide" in small.told("you")


async def test_reports_are_told_with_the_grades(small: Hall):
    """The organisers' daily message counts reports too."""
    await small.types("you", "/settings appoint=you")
    await small.types("bo", "/question report sea-mid-0")
    await small.until(11, 23, 9, 15)
    ((_, card),) = small.platform.direct_messages
    assert "1 report and 1 draft wait for an organiser." in str(card.blocks)
    small.app.deps = replace(small.app.deps, bank=Bank({}))
    assert isinstance(await small.app.handle(RemindOrganisers(team=1)), o.Nothing)


async def test_drafts_and_reviews_alone_are_told_once(small: Hall):
    """What nobody waits for is told too, once, from the day after it came; where nobody can be told, it waits for who can."""
    due = small.app.deps.bank.questions["sea-mid-0"].model_copy(update={"review_by": date(2026, 11, 24)})
    sea = small.app.deps.bank.topics["sea"]
    others = tuple(due if one.id == due.id else one for one in sea.questions)
    topics = {**small.app.deps.bank.topics, "sea": sea.model_copy(update={"questions": others})}
    small.app.deps = replace(small.app.deps, bank=Bank(topics))
    await small.types("you", "/help")
    await small.until(11, 23, 9, 15)
    assert small.platform.direct_messages == []
    await small.types("you", "/settings appoint=you")
    for day, told in ((23, 0), (24, 1), (25, 2), (26, 2)):
        await small.until(11, day, 9, 30)
        assert len(small.platform.direct_messages) == told, day
    first, second = (text_of(card) for _, card in small.platform.direct_messages)
    assert "1 draft waits for an organiser." in first
    assert "1 review and 1 draft wait for an organiser." in second


async def test_a_question_is_reported_once_by_each(small: Hall):
    """Who reported a question waits until an organiser has looked, and may report it again after that."""
    await small.types("bo", "/question report sea-mid-0")
    await small.types("bo", "/question report sea-mid-0")
    assert "You have reported this question already" in small.told("bo")
    await small.types("you", "/question confirm sea-mid-0")
    assert isinstance(await small.types("bo", "/question report sea-mid-0"), o.QuestionReported)
    await small.types("you", "/question retire sea-mid-0")
    await small.types("kim", "/question report sea-mid-0")
    assert "This question is retired" in small.told("kim")


async def test_the_same_delivery_is_said_once(small: Hall):
    """A delivery that comes twice is written down once; where its answer may not have been seen, it is given again."""
    same: Any = {"event": "memory:same"}
    await small.types("bo", "/question report sea-mid-0", **same)
    assert isinstance(await small.types("bo", "/question report sea-mid-0", **same), o.Nothing)
    assert isinstance(await small.types("bo", "/question report sea-mid-0", again=True, **same), o.QuestionReported)
    other: Any = {"event": "memory:other"}
    await small.types("you", "/question retire sea-mid-0", **other)
    assert isinstance(await small.types("you", "/question retire sea-mid-0", **other), o.Nothing)
    assert isinstance(await small.types("you", "/question retire sea-mid-0", again=True, **other), o.QuestionMoved)
    assert len(await small.rows(remark)) == 2


async def test_a_report_without_an_id_is_of_the_question_here(small: Hall):
    """In a thread its round's question is meant, elsewhere the channel's newest; where there is none, it says so."""
    await small.types("bo", "/question report")
    assert "Say which question, by its id" in small.told("bo")
    await small.types("you", "/quiz senior sea")
    await small.types("you", "/quiz mid sea")
    thread = small.platform.server.threads[small.ref("question:1")]
    await small.types("bo", "/question report too long", thread=thread)
    await small.types("bo", "/question report")
    assert await small.rows(remark, "question_id", "reason") == [("sea-senior-0", "too long"), ("sea-mid-0", "")]


async def test_a_draft_is_confirmed_for_the_words_it_has(small: Hall):
    """A draft is found as such, confirmed, and a draft again once its words are others."""
    assert isinstance(found := await small.types("you", "/question search draft"), o.QuestionsFound)
    assert [one.question.id for one in found.found] == ["sky-mid-0"]
    await small.types("you", "/question confirm sky-mid-0")
    assert await state(small, "sky-mid-0") is Life.LIVE
    sky = small.app.deps.bank.topics["sky"]
    changed = tuple(
        Question.model_validate({**q.model_dump(), "question": f"{q.question} Once more."}) for q in sky.questions
    )
    small.app.deps = replace(small.app.deps, bank=Bank({"sky": sky.model_copy(update={"questions": changed})}))
    assert await state(small, "sky-mid-0") is Life.DRAFT


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"reference": ""}, "it has no answer"),
        ({"reference": "long " * 2_000}, "its answer is too long to be shown"),
        ({"key_points": ()}, "it has no key points"),
    ],
)
async def test_a_draft_that_lacks_something_is_not_confirmed(small: Hall, lacks: dict[str, Any], words: str):
    """What could not be asked is not confirmed: what is missing is said."""
    sky = small.app.deps.bank.topics["sky"]
    changed = tuple(q.model_copy(update=lacks if q.draft else {}) for q in sky.questions)
    small.app.deps = replace(small.app.deps, bank=Bank({"sky": sky.model_copy(update={"questions": changed})}))
    await small.types("you", "/question confirm sky-mid-0")
    assert f"It cannot be asked yet: {words}." in small.told("you")
    assert await state(small, "sky-mid-0") is Life.DRAFT


async def test_what_is_not_asked_is_not_called_asked(small: Hall):
    """A draft that is restored is a draft as before, and an edit of what is retired says that it is not asked."""
    await small.types("you", "/question retire sky-mid-0")
    assert "It is asked no more" in small.told("you")
    await small.types("you", "/question restore sky-mid-0")
    assert "It is a draft as before" in small.told("you")
    await small.types("you", "/question retire sky-mid-0")
    texts = texts_of(small.app.deps.bank.every["sky-mid-0"])
    fields = {"text": "Why is the sky blue at noon?", "reference": texts.reference, "points": texts.points}
    await small.sends("you", "edit-send:sky-mid-0", fields)
    assert "It is retired as before" in small.told("you")


async def test_retired_and_restored(small: Hall):
    """What is retired is asked no more and can be had back; what is so already is refused."""
    await small.types("you", "/question restore sea-mid-0")
    assert "This question is not retired." in small.told("you")
    await small.types("you", "/question retire sea-mid-0 it has aged")
    assert await state(small, "sea-mid-0") is Life.RETIRED
    assert "[Restore] question restore:sea-mid-0" in small.told("you")
    await small.types("you", "/question retire sea-mid-0")
    assert "This question is retired already." in small.told("you")
    await small.types("you", "/question confirm sea-mid-0")
    assert "There is nothing to confirm" in small.told("you")
    await small.types("you", "/question restore sea-mid-0")
    assert await state(small, "sea-mid-0") is Life.LIVE
    await small.types("you", "/question confirm sea-mid-0")
    assert "There is nothing to confirm" in small.told("you")


async def test_the_history_says_who_said_what(small: Hall):
    """Every remark stands in the history with its author, newest first; who is hidden is not named, nor in the audit."""
    await small.types("you", "/question history sea-mid-0")
    assert "Nobody has said anything of it." in small.told("you")
    await small.types("eve", "/privacy hide on")
    await small.types("eve", "/question report sea-mid-0 I do not like it")
    await small.types("you", "/question retire sea-mid-0 nor do I")
    await small.types("you", "/question history sea-mid-0")
    shown = small.told("you")
    assert shown.index("you retired it") < shown.index("Somebody who is hidden reported it")
    assert "nor do I" in shown
    await small.types("you", "/audit")
    (file,) = (block for block in small.platform.private[-1][1].blocks if isinstance(block, File))
    said = json.loads(file.content)["questions"]
    assert [(one["said"], one["name"], one["reason"]) for one in said] == [
        ("report", "", "I do not like it"), ("retire", "you", "nor do I"),
    ]  # fmt: skip
    await small.types("eve", "/privacy delete delete")
    assert await small.rows(remark, "reason") == [("",), ("nor do I",)]


async def test_an_open_question_keeps_its_answer(small: Hall):
    """While a question is asked its answer is not shown, for organisers take part as well; after that with how it went."""
    await small.types("you", "/quiz mid sea")
    await small.answers("maya", FULL)
    await small.types("you", "/question show sea-mid-0")
    assert "reference answer 0" not in small.told("you")
    await small.types("you", "/reveal")
    await small.types("you", "/question show sea-mid-0")
    assert "reference answer 0" in small.told("you")
    assert "asked 1 time, answered by 1 member, on average 100 of 100 at best" in small.told("you")


async def test_search_lists_ten_and_counts_the_rest(hall: Hall):
    """All words must be in a question's id, topic, level, tags or text; ten are listed, the rest is counted."""
    await hall.types("you", "/question search")
    assert hall.told("you").startswith("24 questions")
    assert "And 14 questions more" in hall.told("you")
    await hall.types("you", "/question search sky SENIOR 3")
    assert "sky-senior-3 (senior, live): Why does" in hall.told("you")
    await hall.types("you", "/question search nonsense")
    assert hall.told("you").startswith("Nothing found")
    assert isinstance(await hall.types("maya", "/question search"), o.Refusal)


async def test_states_are_searched_for(small: Hall):
    """A question that is reported and still asked is found as both; where none is in a state, it says so."""
    await small.types("you", "/question search reported")
    assert "No question is reported just now." in small.told("you")
    await small.types("bo", "/question report sea-mid-0")
    for word in ("reported", "live sea mid"):
        await small.types("you", f"/question search {word}")
        assert "sea-mid-0 (mid, live)" in small.told("you")
    await small.types("you", "/question confirm sky-mid-0")
    await small.types("you", "/question search draft")
    assert "No question is a draft just now." in small.told("you")


async def test_the_mean_is_of_members(small: Hall):
    """Beside the count of members stands the mean of their best scores, however often each tried."""
    await small.types("you", "/quiz mid sea")
    for text in ("No idea at all, maybe water or so.", "It is the sea that mirrors.", FULL):
        await small.answers("maya", text)
    await small.answers("bo", HALF)
    assert isinstance(shown := await small.types("you", "/question show"), o.QuestionShown)
    assert (len(shown.facts.scores), shown.facts.mean) == (2, 75)


async def test_members_say_how_it_was(small: Hall):
    """After the reveal a button asks how the question was; one of two opposites counts, and organisers see how many say so."""
    await small.types("you", "/quiz mid sea")
    await small.answers("maya", FULL)
    await small.presses("maya", "rate:1")
    assert "Say how it was once it is revealed." in small.told("maya")
    await small.types("you", "/reveal")
    assert "[How was it?] rate:1" in text_of(small.card("reveal:1"))
    await small.presses("maya", "rate:1")
    assert "[Too hard] rate:1:too-hard" in small.told("maya")
    for name, said in (
        ("maya", "clear"),
        ("maya", "unclear"),
        ("maya", "unclear"),
        ("maya", "too-hard"),
        ("bo", "unclear"),
    ):
        await small.presses(name, f"rate:1:{said}")
    assert "Noted: unclear" in small.told("bo")
    assert sorted(row[0] for row in await small.rows(feeling, "said")) == ["too-hard", "unclear", "unclear"]
    await small.types("you", "/question show")
    shown = small.told("you")
    assert "2 members found it unclear" in shown
    assert "Members say: 2 unclear, 1 too hard" in shown
    assert "It is Rayleigh scattering. (weight 2, 100 % had it)" in shown
    await small.types("maya", "/privacy export")
    assert '"said": "too-hard"' in small.told("maya")


async def test_a_question_is_held_to_its_marked_answers(small: Hall):
    """`/question show` says how many decided answers are graded as they were decided, and which are not; and what appeals came to."""
    await small.types("you", "/quiz mid sea")
    await small.answers("maya", HALF)
    await small.answers("bo", FULL)
    for name in ("maya", "bo"):
        await small.types(name, "/appeal")
    await small.presses("you", "decide:1:correct")
    await small.types("you", "/question show")
    assert "Graded as marked" not in small.told("you")
    await small.types("you", "/reveal")
    assert isinstance(shown := await small.types("you", "/question show"), o.QuestionShown)
    assert "Graded as marked: 0 of 1 answer that organisers decided or marked." in small.told("you")
    assert f"“{HALF}”: 50, marked correct" in small.told("you")
    assert (shown.facts.appeals, shown.facts.accepted) == (1, 1)


async def test_what_is_due_for_review_comes_to_the_desk(small: Hall):
    """A question whose facts were to be looked at by now is on the desk after what people wait for, until somebody has looked."""
    sea = small.app.deps.bank.topics["sea"]
    aged = tuple(
        q.model_copy(update={"review_by": date(2026, 11, 1) if q.level == "mid" else None}) for q in sea.questions
    )
    small.app.deps = replace(small.app.deps, bank=Bank({"sea": sea.model_copy(update={"questions": aged})}))
    await small.types("you", "/desk")
    shown = small.told("you")
    assert "The sea · mid · live · 1 review to decide" in shown
    assert "Its facts were to be looked at again by 1 November 2026. Are they still true?" in shown
    assert "[Next]" not in shown
    await small.presses("you", "question confirm:sea-mid-0")
    await small.types("you", "/desk")
    assert "Every grade is decided" in small.told("you")


async def test_the_mean_elsewhere_is_of_other_questions(small: Hall):
    """Whether a question tells members apart is seen by what they had in others."""
    for level in ("mid", "senior"):
        await small.types("you", f"/quiz {level} sea")
    for name in ("a1", "a2", "a3", "a4", "a5", "a6"):
        await small.answers(name, FULL if name < "a4" else HALF, 1)
        await small.answers(name, HALF if name < "a4" else FULL, 2)
    for number in (1, 2):
        await small.presses("you", f"reveal:{number}")
    assert isinstance(shown := await small.types("you", "/question show sea-mid-0"), o.QuestionShown)
    assert shown.facts.discrimination == pytest.approx(-1)
    assert "who does well elsewhere does worse here" in small.told("you")


async def test_other_teams_are_not_touched(small: Hall):
    """What one team says of a question is that team's own."""
    await small.types("you", "/question retire sea-mid-0")
    there: Any = {"team": "memory:other", "channel": "memory:channel:there", "organiser": True}
    assert isinstance(await small.types("kim", "/quiz mid sea", **there), o.RoundOpened)
    assert isinstance(shown := await small.types("kim", "/question show sea-mid-0", **there), o.QuestionShown)
    assert shown.state.life is Life.LIVE
