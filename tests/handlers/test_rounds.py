"""A round, as members live it: asked, answered, graded, revealed."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from adapters.slack.render import fallback
from bot import outcomes as o
from bot.bank.loading import Bank, load
from bot.cards import Quote
from bot.errors import ChannelGone
from bot.grading import VERSION
from bot.handlers.answers import ATTEMPTS_A_MINUTE
from bot.presenter.rounds import reveal_card, whole_answer
from bot.question import Level
from bot.rules.rounds import Round
from bot.rules.scoring import MAX_ANSWER
from bot.store.schema import attempt, grade, hint, occurrence, round_
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, WRONG, Hall, bank, otherwise, question, text_of
from tests.doubles.fakes import hall as start_hall

CONTENT: Final = Path(__file__).parents[2] / "content"
CLOSED: Final = Round(
    id=12345, team=1, channel=1, channel_ref="memory:channel:hall", asked_by=None, asked_by_name="", question_id="q", version="v",
    level=Level.PRINCIPAL, topic="sky", scheduled=True, repeat=False, local_date=MONDAY.date(), opened_at=MONDAY, reveal_at=MONDAY,
    due_at=MONDAY, closed_at=MONDAY, sequence=1,
)  # fmt: skip


async def test_quiz_posts_a_question_and_opens_its_thread(hall: Hall):
    """`/quiz` posts one card with its buttons and a thread under it, and replies nothing besides."""
    await hall.types("maya", "/quiz principal sky")
    card = hall.card("question:1")
    assert card.title == "Question for maya · The sky · principal"
    assert [a.id for a in card.actions] == ["answer:1", "hint:1", "may-reveal:1"]
    assert hall.platform.server.threads == {hall.ref("question:1"): "memory:thread:1"}
    assert not hall.platform.private


async def test_answers_are_graded_in_private(hall: Hall):
    """An answer is graded at once, privately, with the member's own words and what it is worth."""
    await hall.types("maya", "/quiz senior")
    outcome = await hall.answers("maya", HALF)
    assert isinstance(outcome, o.AttemptGraded)
    assert (outcome.grade.score, outcome.grade.covered, outcome.worth) == (50, 1, 100)
    assert "“It is Rayleigh scattering”" in hall.told("maya")
    assert "Worth 100 points. Saved as attempt 1; you have 2 attempts left" in hall.told("maya")


async def test_a_reply_in_the_thread_counts_like_the_form(hall: Hall):
    """Thread replies and the private form are graded alike; the thread's are marked public."""
    await hall.types("maya", "/quiz mid")
    await hall.replies("bo", HALF)
    await hall.answers("ines", HALF)
    assert await hall.rows(attempt, "public", "text") == [(True, HALF), (False, HALF)]
    assert await hall.rows(grade, "score", "version") == [(50, VERSION), (50, VERSION)]


async def test_the_question_card_names_who_answered(hall: Hall):
    """The question's card is brought up to date with who has answered, but not with those who hide."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.types("bo", "/privacy hide on")
    await hall.answers("bo", HALF)
    assert "Answered: maya" in text_of(hall.card("question:1")).splitlines()


async def test_three_attempts_and_no_more_until_the_reveal(hall: Hall):
    """A fourth attempt is refused with the reason; after the reveal practice is open, for no points."""
    await hall.types("maya", "/quiz mid")
    for text in (WRONG, HALF, FULL):
        await hall.answers("bo", text)
    assert "you have no attempts left" in hall.told("bo")
    await hall.answers("bo", otherwise(FULL, 1))
    assert "You have used your 3 attempts" in hall.told("bo")
    await hall.types("you", "/reveal")
    outcome = await hall.answers("bo", otherwise(FULL, 1))
    assert isinstance(outcome, o.AttemptGraded)
    assert (outcome.late, outcome.worth) == (True, 0)
    assert "For practice" in hall.told("bo")
    assert await hall.rows(attempt, "late") == [(False,)] * 3 + [(True,)]


async def test_mistakes_are_named_only_after_the_reveal(hall: Hall):
    """Before the reveal a misconception is counted, after it it is named."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", WRONG)
    assert "1 statement in it is wrong" in hall.told("bo")
    assert "reflects no ocean" not in hall.told("bo")
    await hall.types("you", "/reveal")
    await hall.answers("bo", otherwise(WRONG, 1))
    assert "reflects no ocean" in hall.told("bo")


async def test_hints_cost_a_share_and_end(hall: Hall):
    """Each hint costs 20 %; pressing on after the last shows it again and costs nothing more."""
    await hall.types("maya", "/quiz mid")
    for expected in ("Hint 1 of 2", "Hint 2 of 2", "There are no more hints"):
        await hall.presses("bo", "hint:1")
        assert hall.told("bo").startswith(expected)
    outcome = await hall.answers("bo", FULL)
    assert isinstance(outcome, o.AttemptGraded)
    assert (outcome.grade.score, outcome.worth) == (100, 60)
    assert "Worth 60 points after 2 hints." in hall.told("bo")
    assert len(await hall.rows(hint)) == 2


async def test_a_hint_is_typed(hall: Hall):
    """`/hint` is of the thread's question, elsewhere of the newest that is open here; where none is, it says so."""
    await hall.types("bo", "/hint")
    assert "There is no question to answer here" in hall.told("bo")
    await hall.types("you", "/quiz mid sky")
    await hall.types("you", "/quiz mid sea")
    await hall.types("bo", "/hint")
    await hall.types("bo", "/hint", thread=hall.platform.server.threads[hall.ref("question:1")])
    assert [row[0] for row in await hall.rows(hint, "round_id")] == [1, 2]


async def test_no_hint_after_the_reveal(hall: Hall):
    """The hint button of a closed round says where the answer is."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.presses("bo", "hint:1")
    assert "revealed already" in hall.told("bo")


async def test_a_copy_of_a_public_answer_earns_nothing_and_says_so(hall: Hall):
    """Nearly repeating another member's earlier thread reply earns no points; a private answer cannot be copied."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", FULL)
    private = await hall.answers("ines", FULL)
    await hall.replies("dora", "The sea is salty since rivers wash minerals into it over a very long time.")
    await hall.replies("maya", FULL)
    copied = await hall.answers("cleo", FULL.replace("our", "the") + "!")
    assert isinstance(private, o.AttemptGraded)
    assert isinstance(copied, o.AttemptGraded)
    assert (private.copied, copied.copied, copied.worth) == (False, True, 0)
    assert "nearly repeats an earlier answer" in hall.told("cleo")


async def test_short_answers_are_alike_by_nature(hall: Hall):
    """A short answer is no copy, whoever gave it before."""
    await hall.types("maya", "/quiz mid")
    await hall.replies("maya", HALF)
    outcome = await hall.answers("bo", HALF)
    assert isinstance(outcome, o.AttemptGraded)
    assert not outcome.copied


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no words"),
        ("   \n\t ", "no words"),
        ("\x00\x07\x1b\u202e", "no words"),
        ("?!…", "no words"),
        ("a" * 100_000, "100,000 characters, and 4,000 are the limit"),
        ("word " * (MAX_ANSWER // 5) + "x", "4,001 characters"),
    ],
)
async def test_unusable_answers_are_not_counted(hall: Hall, text: str, said: str):
    """An empty or too long answer is refused with what to do, and uses up no attempt."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", text)
    assert said in hall.told("bo")
    assert "this one was not counted" in hall.told("bo")
    assert not await hall.rows(attempt)


async def test_control_characters_are_taken_out(hall: Hall):
    """What is kept of an answer holds no control or direction-changing characters."""
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", "Rayleigh\x1b[2J scattering\u202e\r\n and\x00 more")
    assert await hall.rows(attempt, "text") == [("Rayleigh[2J scattering\n and more",)]


async def test_the_same_delivery_makes_one_attempt(hall: Hall):
    """A platform that delivers an answer, a hint or a question again changes nothing and says nothing."""
    await hall.types("maya", "/quiz mid", event="memory:a")
    await hall.types("maya", "/quiz mid", event="memory:a")
    await hall.answers("bo", HALF, event="memory:b")
    shown = len(hall.platform.private)
    assert isinstance(await hall.answers("bo", HALF, event="memory:b"), o.Nothing)
    await hall.presses("bo", "hint:1", event="memory:c")
    assert isinstance(await hall.presses("bo", "hint:1", event="memory:c"), o.Nothing)
    assert (len(await hall.rows(round_)), len(await hall.rows(attempt)), len(await hall.rows(hint))) == (1, 1, 1)
    assert len(hall.platform.private) == shown + 1


async def test_what_was_cut_short_is_told_again(hall: Hall):
    """When the process ended in the middle of an answer or a hint, its author is told again, and nothing counts twice."""
    await hall.types("maya", "/quiz mid")
    for again in (False, True):
        await hall.answers("bo", HALF, event="memory:answer", again=again)
        await hall.presses("bo", "hint:1", event="memory:hint", again=again)
    first, hint_, *told = [text_of(card) for _, card in hall.platform.private]
    assert [text.splitlines()[0] for text in told] == [text.splitlines()[0] for text in (first, hint_)]
    assert len(await hall.rows(attempt)) == len(await hall.rows(hint)) == 1
    for number in range(3):
        await hall.replies("bo", f"{HALF} {number}", event=f"memory:said:{number}", message=f"memory:message:{number}")
    talk = await hall.replies("bo", f"{HALF} 2", event="memory:said:2", message="memory:message:2", again=True)
    assert isinstance(talk, o.Nothing)


async def test_a_flood_of_answers_is_slowed(hall: Hall):
    """More than ten answers in a minute are refused until the minute is over."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    for times in range(ATTEMPTS_A_MINUTE):
        await hall.answers("bo", otherwise(HALF, times))
    await hall.answers("bo", WRONG)
    assert "more than 10 answers in a minute" in hall.told("bo")
    await hall.later(seconds=61)
    assert isinstance(await hall.answers("bo", WRONG), o.AttemptGraded)


async def test_reveal_shows_answer_key_points_and_consenting_best_answers(hall: Hall):
    """The reveal has the reference and each point's share, names only members who agreed, and is heard of in the channel."""
    await hall.types("maya", "/quiz mid")
    await hall.types("bo", "/settings share=on")
    await hall.answers("bo", FULL)
    await hall.answers("ines", FULL + " And more of it.")
    await hall.answers("maya", HALF)
    await hall.types("maya", "/reveal")
    text = text_of(hall.card("reveal:1"))
    assert "reference answer" in text
    assert "Key points, and how many of 3 members had each:" in text
    assert "True It is Rayleigh scattering. (3)" in text
    assert "True Short waves scatter most. (2)" in text
    assert "Best answers: bo (100 of 100)." in text
    assert "ines" not in text
    assert hall.card("question:1").blocks[0] not in hall.card("reveal:1").blocks
    assert hall.platform.aloud == [("memory:channel:hall", "reveal:1")]
    assert hall.platform.server.messages[hall.ref("reveal:1")]["place"] == "memory:thread:1"
    assert "Closed: the answer is in the thread." in text_of(hall.card("question:1"))


async def test_more_shows_the_rest_privately(hall: Hall):
    """More has what a short reveal leaves out, with the words of whoever agrees at that time; before the reveal nothing."""
    await hall.types("maya", "/quiz mid")
    await hall.types("bo", "/settings share=on")
    await hall.answers("bo", FULL)
    await hall.presses("ines", "more:1")
    assert hall.told("ines").startswith("Not revealed yet")
    assert "reference answer" not in hall.told("ines")
    await hall.types("maya", "/reveal")
    assert "[More] more:1" in text_of(hall.card("reveal:1"))
    await hall.presses("ines", "more:1")
    for words in ("reference answer", "It reflects no ocean.", f"bo, 100 of 100> {FULL}", "Strutt, On the Light"):
        assert words in hall.told("ines")
    await hall.types("bo", "/settings share=off")
    await hall.presses("ines", "more:1")
    assert "bo, 100" not in hall.told("ines")


async def test_a_reveal_that_leaves_nothing_out_has_no_more(tmp_path: Path):
    """A question without misconceptions and reading, whose answer fits, is revealed as a whole."""
    bare = question(1).model_copy(update={"misconceptions": (), "reading": ()})
    only = Bank({"sky": bank().topics["sky"].model_copy(update={"questions": (bare,)})})
    async with start_hall(tmp_path, questions=only) as hall:
        await hall.types("maya", "/quiz")
        await hall.types("maya", "/reveal")
        assert [action.label for action in hall.card("reveal:1").actions] == ["Try it, for no points", "How was it?"]


def test_every_reveal_of_the_bank_fits_on_a_phone():
    """No reveal of the bank's is longer than 1,200 characters, whoever answered; it has the answer's beginning, and More has it all."""
    shown = load(CONTENT)
    best = [o.BestAnswer(name="Maya Lindqvist", score=95, text=FULL)] * 2
    for one in shown.questions.values():
        outcome = o.RoundRevealed(
            view=o.RoundView(round=CLOSED, question=one, topic_title=shown.title(one.topic)), members=120,
            covered=[(point, 100) for point in one.key_points], best=best,
        )  # fmt: skip
        card = reveal_card(outcome)
        assert len(fallback(card)) + sum(len(action.label) for action in card.actions) <= 1200
        assert len(card.blocks) <= 4
        begins = next(block.text for block in card.blocks if isinstance(block, Quote))
        assert begins.endswith("…")
        assert len(begins) > 100
        assert one.reference in text_of(whole_answer(outcome))


async def test_a_reveal_without_answers_says_so(hall: Hall):
    """A round that nobody answered is revealed all the same."""
    await hall.types("maya", "/quiz mid")
    await hall.types("maya", "/reveal")
    assert "nobody answered this one" in text_of(hall.card("reveal:1"))


async def test_only_organisers_or_the_asker_reveal(hall: Hall):
    """Anybody else is refused, in the channel, in the thread and by the button alike."""
    await hall.types("maya", "/quiz mid")
    for ask in (
        hall.types("bo", "/reveal"),
        hall.presses("bo", "may-reveal:1"),
        hall.presses("bo", "reveal:1"),
        hall.types("bo", "/reveal", thread="memory:thread:1"),
    ):
        await ask
        assert "Only an organiser, or who asked it" in hall.told("bo")
    await hall.types("you", "/reveal", thread="memory:thread:1")
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_the_reveal_button_asks_back(hall: Hall):
    """A button is soon pressed by mistake: it shows nothing to anybody, and asks its presser, with who answered so far."""
    await hall.types("maya", "/quiz mid")
    await hall.presses("maya", "may-reveal:1")
    assert "Nobody has answered yet." in hall.told("maya")
    await hall.presses("bo", "submit:1", text=HALF)
    await hall.presses("maya", "may-reveal:1")
    assert hall.told("maya").startswith("Reveal the answer to everybody now?\n> Why does the daytime look blue")
    assert "1 member answered so far. Whoever answers afterwards earns no points." in hall.told("maya")
    assert hall.tags() == ["question:1"]
    (sure,) = hall.platform.private[-1][1].actions
    await hall.presses("maya", sure.id)
    assert hall.tags() == ["question:1", "reveal:1"]
    await hall.presses("maya", "may-reveal:1")
    assert hall.told("maya").startswith("The answer")


async def test_reveal_says_when_there_is_nothing_to_reveal(hall: Hall):
    """Without an open round that is said; of one that is revealed whoever asks is shown the answer, which may be gone from its thread."""
    await hall.types("you", "/reveal")
    assert "No question is open here" in hall.told("you")
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.presses("you", "reveal:1", event="memory:again")
    assert FULL in hall.told("you")
    before = len(hall.platform.private)
    await hall.presses("you", "reveal:1", event="memory:again")
    assert len(hall.platform.private) == before
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_no_answer_is_shown_by_a_number_that_is_guessed(hall: Hall):
    """Who types a round's number sees nothing of one that was revealed in another channel, nor of one that nobody was shown."""
    hall.platform.failing["post"] = [ChannelGone("I may not post here.")]
    await hall.types("maya", "/quiz mid")
    await hall.types("maya", "/quiz mid", channel="memory:channel:secret")
    await hall.types("maya", "/reveal", channel="memory:channel:secret")
    for number in (1, 2):
        await hall.types("bo", f"/reveal {number}")
        assert hall.told("bo").startswith("Revealed already")
        await hall.presses("bo", f"may-reveal:{number}")
        assert hall.told("bo").startswith("Revealed already")
    await hall.types("bo", "/reveal 2", channel="memory:channel:secret")
    assert FULL in hall.told("bo")


async def test_a_repeated_reveal_delivery_does_nothing(hall: Hall):
    """The same delivery of a reveal, with another round open, reveals nothing more."""
    await hall.types("maya", "/quiz mid")
    await hall.types("you", "/reveal", event="memory:r")
    await hall.types("maya", "/quiz mid")
    assert isinstance(await hall.types("you", "/reveal", event="memory:r"), o.Nothing)
    assert hall.tags() == ["question:1", "reveal:1", "question:2"]


async def test_who_asks_for_a_reveal_is_told_of_it(hall: Hall):
    """The command itself shows nothing where it was typed, so its typist is told; at its own time nobody is."""
    await hall.types("maya", "/quiz mid")
    await hall.types("maya", "/reveal")
    assert hall.told("maya").startswith("Revealed\n> Why does the daytime look blue")
    await hall.types("maya", "/quiz mid")
    await hall.later(hours=25)
    assert hall.tags()[-1] == "reveal:2"
    assert len(hall.platform.private) == 1


async def test_which_of_several_to_reveal_is_asked(hall: Hall):
    """With several open that the member may reveal, buttons name each and since when; none is taken for them."""
    for who in ("maya", "bo", "maya"):
        await hall.types(who, "/quiz mid")
        await hall.later(minutes=5)
    assert isinstance(await hall.types("maya", "/reveal"), o.RevealAsked)
    card = hall.platform.private[-1][1]
    assert [action.id for action in card.actions] == ["reveal:3", "reveal:1"]
    assert card.actions[0].label.startswith("1. Why does the daytime look blue")
    assert "Open since: 2026-11-23 08:10:00+00:00" in text_of(card)
    assert hall.tags() == ["question:1", "question:2", "question:3"]
    await hall.presses("maya", card.actions[1].id)
    await hall.types("bo", "/reveal")
    assert hall.tags()[3:] == ["reveal:1", "reveal:2"]


async def test_of_many_open_questions_the_newest_are_offered(hall: Hall):
    """As many are offered as fit into a row of buttons, and the others have one under their card."""
    for _ in range(6):
        await hall.types("maya", "/quiz")
    await hall.types("you", "/reveal")
    assert [f"reveal:{n}" for n in (6, 5, 4, 3, 2)] == [a.id for a in hall.platform.private[-1][1].actions]
    assert "Older ones have a Reveal button under their card." in hall.told("you")


async def test_an_asked_round_reveals_itself_after_a_day(hall: Hall):
    """A round asked with /quiz is revealed after 24 hours if nobody does it before."""
    await hall.types("maya", "/quiz mid")
    await hall.later(hours=23)
    assert hall.tags() == ["question:1"]
    await hall.later(hours=1, seconds=1)
    assert hall.tags() == ["question:1", "reveal:1"]
    assert await hall.rows(occurrence, "state") == [("posted",), ("posted",)]


async def test_the_form_opens_and_its_button_works_on(hall: Hall):
    """The Answer button opens the form of its round, also after the reveal."""
    await hall.types("maya", "/quiz mid")
    await hall.presses("bo", "answer:1")
    ((who, form),) = hall.platform.forms
    assert (who, form.submit, form.max_length) == ("bo", "submit:1", MAX_ANSWER)
    await hall.types("you", "/reveal")
    await hall.presses("bo", "answer:1")
    assert len(hall.platform.forms) == 2


@pytest.mark.parametrize("action", ["answer:99", "submit:99", "hint:99", "reveal:99", "submit"])
async def test_a_button_of_an_unknown_round_says_so(hall: Hall, action: str):
    """A round that does not exist in this team is not found, whatever the button."""
    await hall.presses("bo", action, FULL if action.startswith("submit") else None)
    assert "There is no question to answer here" in hall.told("bo")


async def test_no_round_of_another_team_is_reachable(hall: Hall):
    """A round's number says nothing to another team: no answer, hint, form or reveal."""
    await hall.types("maya", "/quiz mid")
    other = {"team": "memory:other", "channel": "memory:channel:other"}
    for action, text in (("answer:1", None), ("hint:1", None), ("reveal:1", None), ("submit:1", FULL)):
        await hall.presses("you", action, text, member="memory:member:spy", **other)
        assert "There is no question to answer here" in hall.told("you")
    assert not await hall.rows(attempt)


async def test_a_topic_and_level_without_questions_is_refused(hall: Hall):
    """A choice that matches nothing says to choose otherwise."""
    hall.app.deps.bank.every.pop("sky-mid-0")  # type: ignore[attr-defined]
    for number in (1, 2, 3):
        hall.app.deps.bank.every.pop(f"sky-mid-{number}")  # type: ignore[attr-defined]
    await hall.types("bo", "/quiz mid sky")
    assert "The bank has no mid question about The sky" in hall.told("bo")


async def test_a_question_without_hints_has_no_hint_button(hall: Hall):
    """No button is offered that has nothing behind it; pressing an old one says so."""
    for key, one in list(hall.app.deps.bank.every.items()):
        hall.app.deps.bank.every[key] = one.model_copy(update={"hints": ()})  # type: ignore[index]
    await hall.types("maya", "/quiz mid")
    assert [a.id for a in hall.card("question:1").actions] == ["answer:1", "may-reveal:1"]
    await hall.presses("bo", "hint:1")
    assert "This question has no hints." in hall.told("bo")


async def test_an_edited_bank_changes_no_round(hall: Hall):
    """A round keeps its question as it was asked: editing or dropping it from the bank changes no grade."""
    await hall.types("maya", "/quiz mid sky")
    hall.app.deps.bank.every.clear()  # type: ignore[attr-defined]
    outcome = await hall.answers("bo", FULL)
    assert isinstance(outcome, o.AttemptGraded)
    assert outcome.grade.score == 100
    await hall.types("you", "/reveal")
    assert "reference answer" in text_of(hall.card("reveal:1"))


async def test_no_question_is_open_twice_in_a_team(hall: Hall):
    """What is open in one channel is not asked in another: whoever may reveal the one would tell the other's answer."""
    for number in range(8):
        await hall.types("maya", "/quiz mid", channel=f"memory:channel:{number % 2}")
    asked = [row[0] for row in await hall.rows(round_, "question_id")]
    assert len(set(asked)) == 8
    await hall.types("maya", "/quiz mid")
    assert "Every question of that kind is open already" in hall.told("maya")


async def test_reveal_time_is_shown_and_kept(hall: Hall):
    """The card says when the reveal comes, and the round keeps it."""
    await hall.types("maya", "/quiz mid")
    ((opened, due),) = await hall.rows(round_, "opened_at", "reveal_at")
    assert due - opened == timedelta(hours=24)
    assert f"Reveal: {due}" in text_of(hall.card("question:1"))


async def test_a_question_worth_nothing_says_so(hall: Hall):
    """What was revealed here before earns nothing, and its card promises nothing; of others it says how many count on a day."""
    await hall.types("you", "/quiz mid sky")
    assert "Worth up to: 100 points, if it is among your first 3 of /quiz today" in text_of(hall.card("question:1"))
    await hall.types("you", "/reveal 1")
    for number in range(2, 5):
        await hall.types("you", "/quiz mid sky")
        await hall.types("you", f"/reveal {number}")
    await hall.types("you", "/quiz mid sky")
    assert "Worth: nothing, for its answer has been revealed here before" in text_of(hall.card("question:5"))
    assert "Worth up to" not in text_of(hall.card("question:5"))
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    assert "Worth up to: " in text_of(hall.card("question:6"))
    assert "/quiz" not in text_of(hall.card("question:6"))


async def test_a_copy_is_told_what_it_counts(hall: Hall):
    """Whoever repeats another's answer reads first that it counts as 0, and sees it in their statistics; others do not."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", FULL)
    await hall.replies("cleo", FULL)
    assert hall.told("cleo").startswith("Counts as 0: it nearly repeats an earlier answer (100 of 100)")
    assert "counts as 0 of 100 in your statistics. Say it in your own words." in hall.told("cleo")
    await hall.types("you", "/reveal")
    await hall.types("cleo", "/stats")
    assert "Mean score: 0 of 100 (1 question at 0, where your answer nearly repeated an earlier one)" in hall.told(
        "cleo"
    )
    await hall.types("maya", "/stats cleo")
    assert "repeated" not in hall.told("maya")
    await hall.types("maya", "/stats")
    assert "repeated" not in hall.told("maya")
