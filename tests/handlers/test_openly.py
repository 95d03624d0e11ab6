"""Answers in a thread that everybody sees: what is shown there, what only its author sees, and when it is shown."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from bot import outcomes as o
from bot.app import NOT_OPENED, NOT_SHOWN
from bot.bank.loading import Bank
from bot.cards import Card, Chart, Sign
from bot.commands import OpenAppealForm
from bot.commands.parsing import to_id
from bot.errors import ChannelGone, StoreError, Unreachable
from bot.handlers.threads import EDITED, EDITED_LATE, EDITED_TALK
from bot.ports import Coming, OpenThread
from bot.presenter.effects import Direct, Edit, Post
from bot.question import Topic
from bot.store import ledger
from bot.store.notebook import StoredNotebook
from bot.store.schema import grade, message, occurrence, round_
from tests.doubles.fakes import FULL, HALF, MONDAY, SCHEDULE, WRONG, Hall, Server, otherwise, question, text_of
from tests.doubles.fakes import hall as start_hall

MAY_BE_TALK: Final = "I guess nobody here has read it"
OPENLY: Final[dict[str, Any]] = {"private": False, "message": "memory:message:said"}
CARD = Card(title="Hello")


async def test_a_grade_is_not_told_before_everybodys_eyes(hall: Hall):
    """A reply in a public thread gets a sign alone; under all of them is a button, and each grade comes privately."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", HALF, **OPENLY)
    shown = text_of(hall.card("answers:1"))
    assert shown.endswith("Answered so far: 1 member.\n[See my grade] grade:1")
    assert hall.platform.private == []
    assert hall.platform.signs == [("maya", Sign.SAVED)]
    await hall.presses("maya", "grade:1")
    assert "Partly there: 50 of 100" in hall.told("maya")
    assert "attempt 1; you have 2 attempts left" in hall.told("maya")


async def test_the_grade_button_shows_ones_own_newest_grade(hall: Hall):
    """Whoever presses the button sees their own newest attempt, or that there is none."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", HALF, **OPENLY)
    await hall.replies("maya", f"{FULL} It mirrors the ocean below us.", **OPENLY)
    await hall.presses("maya", "grade:1")
    assert "attempt 2" in hall.told("maya")
    assert "1 statement in it is wrong; the reveal says which." in hall.told("maya")
    await hall.presses("bo", "grade:1")
    assert "You have not answered this question yet" in hall.told("bo")


async def test_each_grade_button_shows_its_own_attempt(hall: Hall):
    """A button of attempt 1, of an earlier version, shows attempt 1 whatever came after it; a worse one names the best too."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", FULL, **OPENLY)
    await hall.replies("maya", WRONG, **OPENLY)
    await hall.presses("maya", "grade:1:1")
    assert "Correct: 100 of 100" in hall.told("maya")
    assert "attempt 1; you have 1 attempt left" in hall.told("maya")
    assert "Your best is" not in hall.told("maya")
    await hall.presses("maya", "grade:1:2")
    assert "Not yet: 0 of 100" in hall.told("maya")
    assert "Your best is attempt 1: 100 of 100, worth 100 points." in hall.told("maya")


async def test_a_grade_button_of_anothers_attempt_shows_ones_own(hall: Hall):
    """Whoever presses the button under another's second attempt sees an attempt of their own, practice as it was."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", HALF, **OPENLY)
    await hall.presses("maya", "grade:1:2")
    assert "Partly there: 50 of 100" in hall.told("maya")
    await hall.types("you", "/reveal")
    await hall.replies("maya", FULL, **OPENLY)
    await hall.presses("maya", "grade:1:2")
    assert "For practice" in hall.told("maya")
    assert "Your best is" not in hall.told("maya")


async def test_grades_of_the_first_schema_keep_their_mistakes_to_themselves(hall: Hall):
    """A grade whose notes hold its mistakes, as before schema 0002, shows neither again before the reveal."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", f"{FULL} It mirrors the ocean below us.")

    def as_before(connection):
        connection.execute(grade.update().values(notes=["It reflects no ocean."], mistakes=None))

    await hall.db.write(as_before)
    await hall.presses("maya", "grade:1")
    assert "ocean" not in hall.told("maya")


async def test_what_follows_the_last_attempt_in_a_thread_is_talk(hall: Hall):
    """The card under the answers says that what follows is talk; the next gets a sign, once, and later ones are let be."""
    await hall.types("you", "/quiz mid")
    for times in range(3):
        await hall.replies("maya", otherwise(HALF, times), **OPENLY)
    assert "what you say after 3 of them is talk" in text_of(hall.card("answers:1"))
    before = len(hall.platform.private)
    assert isinstance(await hall.replies("maya", WRONG, **OPENLY), o.Refusal)
    assert hall.platform.signs[-1] == ("maya", Sign.NOT_SAVED)
    assert isinstance(await hall.replies("maya", WRONG, **OPENLY), o.Nothing)
    assert len(hall.platform.private) == before
    assert isinstance(await hall.answers("maya", WRONG), o.Refusal)


async def test_talk_in_a_thread_costs_no_attempt(hall: Hall):
    """Thanks and jokes are let be; who does not know how to begin is asked to, once, before the reveal alone."""
    await hall.types("you", "/quiz mid")
    assert isinstance(await hall.replies("maya", "lol, good one", **OPENLY), o.Nothing)
    assert isinstance(await hall.replies("maya", "idk", **OPENLY), o.Refusal)
    assert "Not graded" in hall.told("maya")
    assert "Say in a sentence or two what you think" in hall.told("maya")
    assert isinstance(await hall.replies("maya", "no idea, sorry", **OPENLY), o.Nothing)
    assert isinstance(await hall.replies("ines", "What do you mean by people?", **OPENLY), o.Refusal)
    assert "This reads like a question back" in hall.told("ines")
    await hall.replies("maya", HALF, **OPENLY)
    assert "Answered so far: 1 member." in text_of(hall.card("answers:1"))
    await hall.types("you", "/reveal")
    assert isinstance(await hall.replies("bo", "I don't understand", **OPENLY), o.Nothing)
    assert hall.platform.signs == [("maya", Sign.NOT_SAVED), ("ines", Sign.NOT_SAVED), ("maya", Sign.SAVED)]


async def test_who_may_have_meant_it_is_asked(hall: Hall):
    """A reply that earns nothing and may be talk costs no attempt; its author is told how to send it as an answer."""
    await hall.types("you", "/quiz mid")
    assert isinstance(await hall.replies("maya", MAY_BE_TALK, **OPENLY), o.Refusal)
    assert "I took this for talk" in hall.told("maya")
    await hall.replies("maya", f"answer: {MAY_BE_TALK}", **OPENLY)
    assert hall.platform.signs == [("maya", Sign.NOT_SAVED), ("maya", Sign.SAVED)]
    await hall.answers("ines", MAY_BE_TALK)
    assert "Saved as attempt 1" in hall.told("ines")
    await hall.types("you", "/reveal")
    assert isinstance(await hall.replies("bo", MAY_BE_TALK, **OPENLY), o.Nothing)


async def test_talk_in_the_form(hall: Hall):
    """Talk that is sent as an answer is refused, and counts for nothing."""
    await hall.types("you", "/quiz mid")
    assert isinstance(await hall.answers("maya", "no idea"), o.Refusal)
    await hall.answers("maya", HALF)
    assert "Saved as attempt 1" in hall.told("maya")


async def test_after_the_reveal_a_thread_gets_a_sign_alone(hall: Hall):
    """Late attempts are graded and signed, and the talk in the thread is not broken into."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/reveal")
    before = len(hall.platform.private)
    await hall.replies("maya", FULL, **OPENLY)
    assert (len(hall.platform.private), hall.platform.signs) == (before, [("maya", Sign.SAVED)])


async def test_refusals_in_a_thread(hall: Hall):
    """An answer that cannot be taken is refused openly; a message in a thread that is no round's is let be."""
    await hall.types("you", "/quiz mid")
    await hall.replies("maya", "?!", **OPENLY)
    assert "no words in it" in hall.told("maya")
    assert hall.platform.signs == [("maya", Sign.NOT_SAVED)]
    before = len(hall.platform.private)
    await hall.presses("bo", "submit", "Hello there", thread="memory:thread:other", **OPENLY)
    assert (len(hall.platform.private), len(hall.platform.signs)) == (before, 1)


async def test_a_lost_sign_is_no_failure(hall: Hall):
    """When the sign cannot be put, the card under the answers still comes."""
    await hall.types("you", "/quiz mid")
    hall.platform.failing["react"] = [Unreachable("slow")]
    await hall.replies("maya", HALF, **OPENLY)
    assert "Answered so far: 1 member." in text_of(hall.card("answers:1"))


async def test_a_failure_in_a_thread_tells_no_detail(hall: Hall):
    """In the open a failure has its id and no more, also for organisers."""
    await hall.types("you", "/quiz mid")
    write = hall.db.write

    async def full(*_: Any) -> Any:
        raise StoreError("secret detail")

    hall.db.write = full  # type: ignore[method-assign, assignment]
    await hall.replies("you", HALF, **OPENLY)
    assert "Nothing of it was saved" in hall.told("you")
    assert "secret detail" not in hall.told("you")
    hall.db.write = write  # type: ignore[method-assign]
    hall.platform.failing["reply"] = [Unreachable("a detail")]
    await hall.types("you", "/help")
    assert "a detail" in hall.told("you")


async def test_whoever_asks_learns_why_the_channel_cannot_be_posted_to(hall: Hall, capsys: pytest.CaptureFixture[str]):
    """A channel that cannot be posted to is no failure: the asker reads what to grant, and one line of the log says it."""
    hall.platform.failing["post"] = [ChannelGone("I lack Send Messages.")]
    assert isinstance(await hall.types("maya", "/quiz mid"), o.Refusal)
    assert hall.told("maya") == "I cannot post here\nI lack Send Messages."
    await hall.jobs.tick()
    await hall.later(minutes=1)
    said = capsys.readouterr().out
    assert said.count("I lack Send Messages.") == 1
    assert "question_not_shown" in said
    assert "Traceback" not in said
    assert hall.tags() == []


async def test_a_question_that_nobody_saw_does_not_count(hall: Hall):
    """What could not be posted is taken back at once: it is open nowhere, and asked again it is no repetition."""
    hall.platform.failing["post"] = [ChannelGone("I lack Send Messages.")]
    await hall.types("maya", "/quiz mid sky")
    assert await hall.rows(round_, "void") == [(True,)]
    await hall.presses("maya", "home")
    assert "No question is waiting for you" in hall.told("maya")
    opened = [await hall.types("maya", "/quiz mid sky") for _ in range(4)]
    assert [one.view.round.repeat for one in opened if isinstance(one, o.RoundOpened)] == [False] * 4
    assert await hall.rows(occurrence, "kind", "state") == [
        ("question", "failed"), ("reveal", "skipped"), *[("question", "posted"), ("reveal", "due")] * 4,
    ]  # fmt: skip


async def test_what_is_tried_again_is_no_failure(hall: Hall):
    """A question and a reveal that a platform keeps waiting are on their way: no incident, and the next tick posts them once."""
    for typed, tag in (("/quiz mid", "question:1"), ("/reveal", "reveal:1")):
        hall.platform.failing["post"] = [Unreachable("503")]
        assert isinstance(await hall.types("you", typed), o.Refusal)
        assert hall.told("you") == (
            "It is on its way\nI am kept waiting just now. It is saved, and comes by itself in a moment."
        )
        await hall.jobs.tick()
        assert hall.tags()[-1] == tag


async def test_a_form_that_did_not_open_is_no_failure(hall: Hall):
    """When a form opens too late nothing was begun, so nothing is called saved or failed."""
    await hall.types("you", "/quiz mid")
    hall.platform.failing["ask"] = [Unreachable("expired")]
    assert isinstance(await hall.presses("maya", "answer:1"), o.Refusal)
    assert hall.told("maya") == f"The form did not open\n{NOT_OPENED}"
    hall.platform.failing["ask"] = [Unreachable("expired")]
    await hall.presses("you", "edit-form:sky-senior-0")
    assert hall.told("you").endswith("[Edit] edit-form:sky-senior-0")
    await hall.answers("maya", HALF)
    hall.platform.failing["ask"] = [Unreachable("expired")]
    await hall.presses("maya", to_id(OpenAppealForm(attempt=1)))
    assert hall.told("maya").endswith(NOT_SHOWN)


async def test_a_form_that_cannot_open_says_why(hall: Hall):
    """Where no form can open, for its place is gone, the member reads that nothing was saved, and what is in the way."""
    await hall.types("you", "/quiz mid")
    hall.platform.failing["ask"] = [ChannelGone("The thread is locked.")]
    assert isinstance(await hall.presses("maya", "answer:1"), o.Refusal)
    assert hall.told("maya") == "The form did not open\nNothing was saved. The thread is locked."


async def test_a_card_is_edited_once_in_its_pause(hall: Hall):
    """The line of who answered is brought up to date at once, then at most once a pause, with the newest."""
    hall.platform.edit_pause = timedelta(seconds=3)
    await hall.types("you", "/quiz mid")
    for name in ("maya", "bo", "kim"):
        await hall.answers(name, HALF)
    assert len(hall.platform.edits) == 1
    await hall.later(seconds=1)
    assert len(hall.platform.edits) == 1
    await hall.later(seconds=2)
    assert len(hall.platform.edits) == 2
    assert "maya, bo, kim" in text_of(hall.card("question:1"))
    await hall.later(seconds=9)
    assert len(hall.platform.edits) == 2


async def test_the_closing_edit_waits_for_nothing(hall: Hall):
    """The reveal closes the card at once, and an edit that was waiting does not open it again."""
    hall.platform.edit_pause = timedelta(seconds=3)
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", HALF)
    await hall.answers("bo", HALF)
    await hall.types("you", "/reveal")
    assert "Closed" in text_of(hall.card("question:1"))
    await hall.later(seconds=9)
    assert "Closed" in text_of(hall.card("question:1"))
    assert len(hall.platform.edits) == 2


async def test_a_clock_set_back_leaves_no_card_stale(hall: Hall):
    """Whoever answers after the clock was set back is named at once, not when the clock comes there again; and may answer."""
    await hall.types("you", "/quiz mid")
    hall.platform.edit_pause = timedelta(seconds=3)
    await hall.answers("maya", FULL)
    hall.clock.move_to(hall.clock.now() - timedelta(hours=2))
    await hall.answers("bo", FULL)
    assert "Answered: maya, bo" in text_of(hall.card("question:1"))


async def test_a_clock_set_back_refuses_nobody(hall: Hall):
    """Ten answers given before the clock was set back do not count as many in a minute for the next two hours."""
    for number in range(1, 5):
        await hall.types("you", "/quiz")
        for times in range(3 if number < 4 else 1):
            await hall.answers("maya", otherwise(HALF, times), number)
    await hall.answers("maya", otherwise(HALF, 1), 4)
    assert "in a minute" in hall.told("maya")
    hall.clock.move_to(hall.clock.now() - timedelta(hours=2))
    assert isinstance(await hall.answers("maya", otherwise(HALF, 1), 4), o.AttemptGraded)


async def test_a_clock_set_back_refuses_no_question(hall: Hall):
    """Questions asked before the clock was set back do not count as a day's for longer."""
    asked = [await hall.types("maya", "/quiz") for _ in range(11)]
    assert isinstance(asked[-1], o.Refusal)
    hall.clock.move_to(hall.clock.now() - timedelta(hours=2))
    assert not isinstance(await hall.types("maya", "/quiz"), o.Refusal)


async def test_of_two_waiting_edits_the_newer_is_made(hall: Hall):
    """An edit of a lower rank does not take the place of one that waits."""
    hall.platform.edit_pause = timedelta(seconds=3)
    await hall.types("you", "/quiz mid")
    delivery, now = hall.app._delivery, hall.clock.now()
    edits = [Edit(tag="question:1", draw=partial(Card, title=str(rank)), rank=rank) for rank in (1, 3, 2)]
    await delivery.send(edits, None, now=now)
    await delivery.flush(now=now + timedelta(seconds=3))
    assert [card.title for _, card in hall.platform.edits] == ["1", "3"]


async def test_a_post_that_fell_back_is_looked_for_where_it_went(hall: Hall):
    """Killed while posting to the channel because the thread is gone, the post is found in the channel."""
    await hall.types("you", "/quiz mid")
    post = Post(tag="reveal:9", card=CARD, channel="memory:channel:hall", in_thread_of="question:1")
    hall.platform.failing["post"] = [ChannelGone("no thread")]
    hall.platform.failing_after["post"] = [Unreachable("cut off")]
    with pytest.raises(Unreachable):
        await hall.app._delivery.send([post], None, now=hall.clock.now())
    await hall.app._delivery.send([post], None, now=hall.clock.now())
    assert hall.tags().count("reveal:9") == 1


async def test_what_is_due_waits_for_its_platform(hall: Hall):
    """While the platform is away nothing is tried there, and no failure is counted; then all comes in order."""
    await hall.types("you", SCHEDULE)
    hall.platform.away = True
    await hall.until(11, 23, 9, 30)
    assert hall.tags() == []
    hall.platform.away = False
    await hall.later(seconds=1)
    assert hall.tags() == ["question:1"]
    assert "Late" in text_of(hall.card("question:1"))


async def test_answers_given_during_an_outage_count(hall: Hall):
    """The reveal waits until the platform has handed over what was said while it was away, so none of it is late."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 16, 59)
    hall.platform.away = True
    await hall.until(11, 23, 17, 1)
    graded = await hall.replies("maya", FULL, **OPENLY)
    assert isinstance(graded, o.AttemptGraded)
    assert not graded.late
    hall.platform.away = False
    await hall.later(seconds=1)
    assert hall.tags() == ["question:1", "answers:1", "reveal:1"]


async def test_open_threads_are_those_of_open_rounds(hall: Hall):
    """A platform that comes back is told the threads of its open rounds, and of no closed ones."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/quiz senior")
    await hall.presses("you", "reveal:1")
    thread = hall.platform.server.threads[hall.ref("question:2")]
    known = OpenThread(team="memory:team", channel="memory:channel:hall", thread=thread, since=MONDAY)
    assert await hall.app.open_threads("memory") == [known]
    assert await hall.app.open_threads("other") == []


async def test_a_question_that_is_coming(hall: Hall):
    """A platform is told which questions are being posted, in one channel or in all, until their threads are known, or they are taken back."""
    hall.platform.failing_after["post"] = [Unreachable("the end of it was not heard of")]
    await hall.types("you", "/quiz mid")
    known = [Coming(team="memory:team", channel="memory:channel:hall", since=MONDAY)]
    for where in (("memory",), ("memory", "memory:channel:hall")):
        assert await hall.app.coming(*where) == known
    for where in (("other",), ("memory", "memory:channel:other")):
        assert await hall.app.coming(*where) == []
    await hall.later(minutes=2)
    assert await hall.app.coming("memory") == []
    assert len(await hall.app.open_threads("memory")) == 1


async def test_adapters_remember_over_a_restart(tmp_path: Path):
    """What an adapter puts into its notebook is there after a restart, and the newest value is."""
    async with start_hall(tmp_path) as hall:
        notes = StoredNotebook(hall.db)
        assert await notes.get("memory:key") is None
        await notes.put("memory:key", "one")
        await notes.put("memory:key", "two")
    async with start_hall(tmp_path, server=Server()) as hall:
        assert await StoredNotebook(hall.db).get("memory:key") == "two"


async def test_a_member_picked_from_the_platforms_list(hall: Hall):
    """A platform names a member by reference; the hidden and the unknown are not found that way either."""
    await hall.types("maya", "/help")
    await hall.types("you", "/stats memory:member:maya")
    assert "Statistics of maya" in hall.told("you")
    await hall.types("maya", "/privacy hide")
    for who in ("maya", "nobody"):
        await hall.types("you", f"/stats memory:member:{who}")
        assert "I don't know that member" in hall.told("you")


async def test_boards_and_statistics_are_drawn(hall: Hall):
    """A board of two or more, and statistics over two topics or more, have a chart that its words describe."""
    for topic in ("sky", "sea"):
        await hall.types("you", f"/quiz mid {topic}")
    for number, (mine, theirs) in enumerate([(FULL, HALF), (HALF, WRONG)], start=1):
        await hall.answers("maya", mine, number)
        await hall.answers("bo", theirs, number)
        await hall.presses("you", f"reveal:{number}")
    await hall.types("you", "/leaderboard")
    (chart,) = (b for b in hall.platform.private[-1][1].blocks if isinstance(b, Chart))
    assert [(bar.name, bar.value) for bar in chart.bars] == [("maya", 150), ("bo", 50)]
    assert "maya 150, bo 50" in chart.description
    await hall.types("maya", "/stats")
    (chart,) = (b for b in hall.platform.private[-1][1].blocks if isinstance(b, Chart))
    assert sorted(bar.value for bar in chart.bars) == [50, 100]


async def test_every_post_has_a_button_to_keep_its_tag(hall: Hall):
    """Platforms that keep the tag in a button's id find one on every posted card."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 27, 18, 0)
    kinds = {m["tag"].partition(":")[0] for m in hall.platform.server.messages.values()}
    assert kinds == {"question", "reveal", "board"}
    assert all(m["card"].actions for m in hall.platform.server.messages.values())
    longest = max(len(f"{a.id}#{m['tag']}") for m in hall.platform.server.messages.values() for a in m["card"].actions)
    assert longest < 60


async def test_the_ledger_keeps_the_first_instant_and_the_newest_place(hall: Hall):
    """Beginning a post again moves its place; when it was begun first stays."""

    def twice(connection):
        later = MONDAY + timedelta(hours=1)
        for place, at in (("memory:a", MONDAY), ("memory:b", later)):
            ledger.sending(connection, "t:1", place=place, round_id=None, now=at)

    await hall.db.write(twice)
    assert await hall.rows(message, "tag", "place", "sending_at") == [("t:1", "memory:b", MONDAY)]


async def test_channels_do_not_wait_for_each_other(hall: Hall):
    """What is due in several channels at one instant is carried out side by side, in order within each."""
    for name in ("one", "two", "three"):
        await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)
    await hall.until(11, 23, 17, 0)
    places = [(m["tag"].partition(":")[0], m["place"]) for m in hall.platform.server.messages.values()]
    assert sorted(place for kind, place in places if kind == "question") == [
        "memory:channel:one", "memory:channel:three", "memory:channel:two",
    ]  # fmt: skip
    assert [kind for kind, _ in places] == ["question"] * 3 + ["reveal"] * 3


async def test_a_full_disk_under_one_channel_is_raised(hall: Hall):
    """When the database fails while several channels are served, the tick says so, and the next tries again."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [StoreError("the disk is full")]
    with pytest.raises(StoreError):
        await hall.until(11, 23, 9, 0)
    await hall.later(seconds=1)
    assert hall.tags() == ["question:1"]


async def test_a_platform_without_a_token_keeps_nobody_waiting(hall: Hall):
    """What is due on a platform whose token is gone waits; a message to its members is lost, and the others get theirs."""
    assert not hall.app.ready("slack:T1:C1")
    tell = [Direct(member=f"{name}:member:maya", card=CARD) for name in ("slack", "memory")]
    await hall.app._delivery.send(tell, None, now=hall.clock.now())
    assert [who for who, _ in hall.platform.direct_messages] == ["memory:member:maya"]


async def test_once_it_ends_nothing_new_is_begun(hall: Hall):
    """What is due when the bot is told to stop waits for the next start."""
    await hall.types("you", SCHEDULE)
    await hall.jobs.tick()  # from which on it is known who leads
    hall.clock.move_to(MONDAY + timedelta(hours=1))
    waiting = await hall.jobs._due(hall.clock.now())
    assert waiting
    hall.jobs._ending = True
    await hall.jobs._carry_out_all(waiting)
    assert hall.tags() == []


async def test_a_question_without_misconceptions_is_revealed(tmp_path: Path):
    """Where nothing is often said and wrong, the reveal says nothing of it."""
    plain = question(1).model_copy(update={"misconceptions": ()})
    topic = Topic(topic="sky", title="The sky", questions=(plain,))
    async with start_hall(tmp_path, questions=Bank({"sky": topic})) as hall:
        await hall.types("you", "/quiz mid")
        await hall.types("you", "/reveal")
        assert "Often got wrong" not in text_of(hall.card("reveal:1"))


async def test_what_is_said_to_an_edit(hall: Hall):
    """An attempt's author hears that the grade stays; talk that says an answer now may be sent anew, as long as one may answer."""
    await hall.types("you", "/quiz mid")
    thread = hall.platform.server.threads[hall.ref("question:1")]

    async def edits(name: str, text: str, event: str = "memory:of-talk") -> str:
        return str(await hall.app.on_edit(hall.context(name, event=event, thread=thread), text) or "")

    assert await edits("maya", FULL) == ""
    await hall.replies("maya", "lol, thanks", **OPENLY)
    assert [await edits("maya", text) for text in (FULL, "haha", ":-)")] == [EDITED_TALK, "", ""]
    assert await hall.app.on_edit(hall.context("maya", thread="memory:thread:other"), FULL) is None
    for number in range(3):
        await hall.replies("maya", otherwise(HALF, number), event=f"memory:attempt:{number}", **OPENLY)
    assert (await edits("maya", FULL), await edits("maya", FULL, "memory:attempt:0")) == ("", EDITED)
    await hall.types("you", "/reveal")
    assert (await edits("maya", FULL), await edits("maya", FULL, "memory:attempt:0")) == ("", EDITED_LATE)
