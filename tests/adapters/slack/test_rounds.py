"""A round on Slack, over a real socket: questions, answers, grades, hints, the reveal, and where each of them is seen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.fakes import FULL, HALF, WRONG, otherwise
from tests.doubles.slack.hall import SlackHall, slack_hall
from tests.doubles.slack.messages import Channel


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[SlackHall]:
    async with slack_hall(tmp_path) as running:
        yield running


async def test_a_question_is_a_card_with_its_buttons(hall: SlackHall):
    """/quiz posts header, question, what it is worth, the reveal in the reader's own time, and three buttons."""
    card = await hall.asked("principal sky")
    assert card.title == "🟪 Question for Ada · The sky · principal"
    assert card.buttons == ["Answer", "Hint (−20 %)", "Reveal"]
    assert "<!date^" in card.words
    assert card.text.startswith("Question for Ada · The sky · principal\nWhy does the daytime look blue")
    assert card.metadata == {"event_type": "studyhall_post", "event_payload": {"tag": "question:1"}}


async def test_a_reply_in_the_thread_is_an_attempt(hall: SlackHall):
    """The grade comes as a message that only its author sees, in the thread, and the reply gets a sign."""
    card = await hall.asked()
    said = hall.maya.say(hall.quiz, HALF, thread=card)
    await said.heard()
    await hall.until(lambda: hall.maya.private)
    (told,) = hall.maya.private
    assert told.title == "🟡 Partly there: 50 of 100"
    assert told.thread_ts == card.ts
    await hall.quiet()
    assert list(said.reactions) == ["memo"]
    assert "Maya" in card.words


async def test_the_form_takes_several_lines(hall: SlackHall):
    """Answer opens a form with the question above; what is sent is graded, and the grade is seen by its author alone."""
    card = await hall.asked()
    pressed = await hall.maya.click(card, "Answer")
    form = await pressed.modal()
    assert "Why does the daytime look blue" in form.words
    sent = await hall.maya.submit({"text": f"{FULL}\nSecond line."})
    assert sent.errors == {}
    await hall.until(lambda: sent.private)
    (told,) = sent.private
    assert told.title == "🟢 Correct: 100 of 100"
    assert (told.channel, told.thread_ts) == (hall.quiz, None)
    assert hall.maya.modal is None


async def test_a_form_without_words_stays_open(hall: SlackHall):
    """Blanks are no answer: the form says so at its field, and nothing is counted."""
    card = await hall.asked()
    await (await hall.maya.click(card, "Answer")).modal()
    sent = await hall.maya.submit({"text": "   "})
    assert sent.errors == {"text": "Write a sentence or two."}
    assert hall.maya.modal is not None


async def test_hints_and_reveal(hall: SlackHall):
    """A hint is for its asker alone; the reveal is seen in the thread and the channel, closes the card, and has More for one."""
    card = await hall.asked("mid sky")
    hint = await hall.maya.click(card, "Hint (−20 %)")
    await hall.until(lambda: hint.private)
    assert hint.private[0].title == "Hint 1 of 2"
    refused = await hall.maya.click(card, "Reveal")
    await hall.until(lambda: refused.private)
    assert refused.private[0].title == "🟡 That is for organisers"
    await hall.reveal(hall.ada, card)
    await hall.until(lambda: card.replies)
    await hall.quiet()
    (answer,) = card.replies
    assert answer.title == "🟢 The answer · The sky · mid"
    assert answer.subtype == "thread_broadcast"
    assert answer.buttons == ["More", "Try it, for no points", "How was it?"]
    more = await hall.maya.click(answer, "More")
    assert "It reflects no ocean." in (await more.answered()).words
    assert "Closed: the answer is in the thread." in card.words
    assert answer.metadata == {"event_type": "studyhall_post", "event_payload": {"tag": "reveal:1"}}


async def test_the_typed_reveal_says_what_happened(hall: SlackHall):
    """Its typist reads which question was revealed; with several open, buttons ask which, by its words and since when."""
    await hall.asked("mid sky")
    done = await hall.ada.slash(hall.quiz, "reveal")
    assert (await done.answered()).title == "🟢 Revealed"
    cards = [await hall.asked("mid sky"), await hall.asked("senior sea")]
    asked = await hall.ada.slash(hall.quiz, "reveal")
    which = await asked.answered()
    assert which.title == "Which question shall I reveal?"
    assert "The sky · mid" in which.words
    assert "*Open since*\n<!date^" in which.words
    assert [label[:12] for label in which.buttons] == ["1. Why does ", "2. Why does "]
    await hall.ada.click(which, which.buttons[1])
    await hall.until(lambda: cards[0].replies)
    await hall.quiet()
    assert [len(card.replies) for card in cards] == [1, 0]


async def test_talk_is_let_be(hall: SlackHall):
    """Messages in the channel, in other threads and by bots are no answers, nor is what was edited or deleted."""
    card = await hall.asked()
    top = hall.maya.say(hall.quiz, "Good morning")
    await hall.maya.say(hall.quiz, "A thread of our own", thread=top).heard()
    said = hall.maya.say(hall.quiz, WRONG, thread=card)
    await said.heard()
    await hall.until(lambda: said.reactions)
    hall.maya.edit(said, FULL)
    hall.maya.delete(said)
    await hall.until(lambda: len(hall.maya.private) > 1)  # what is edited is heard a little later
    await hall.quiet()
    grade, told = hall.maya.private
    assert "0 of 100" in grade.words
    assert "I grade a reply as it was when it came" in told.words


async def test_after_the_last_attempt_a_thread_is_for_talk(hall: SlackHall):
    """The fourth message of a member is answered once, and the fifth gets neither a sign nor a word."""
    card = await hall.asked()
    said = [hall.maya.say(hall.quiz, f"{HALF} Number {n}.", thread=card) for n in range(5)]
    for one in said:
        await one.heard()
    await hall.until(lambda: len(hall.maya.private) == 4)
    await hall.quiet()
    assert [bool(one.reactions) for one in said].count(True) == 4
    assert sum("You have used your 3 attempts" in told.words for told in hall.maya.private) == 1


async def test_the_shortcut_answers_a_question(hall: SlackHall):
    """The message shortcut opens the form of the question's message, or of any message in its thread."""
    card = await hall.asked()
    used = await hall.maya.shortcut("answer", card)
    assert "Why does the daytime" in (await used.modal()).words
    sent = await hall.maya.submit({"text": FULL})
    await hall.until(lambda: sent.private)
    assert sent.private[0].thread_ts is None
    elsewhere = await hall.maya.shortcut("answer", hall.ada.say(hall.quiz, "Hello"))
    await hall.until(lambda: elsewhere.private)
    assert "There is no question to answer here" in elsewhere.private[0].words


async def test_a_mention_is_a_command(hall: SlackHall):
    """Words after a mention are a command; in a question's thread they are an answer."""
    hall.maya.say(hall.quiz, f"{hall.slack.team.bot.mention} senior sea")
    await hall.until(hall.quiz.by_bot)
    await hall.quiet()
    card = hall.quiz.by_bot()[0]
    assert "The sea · senior" in card.title
    hall.maya.say(hall.quiz, f"{hall.slack.team.bot.mention} {HALF}", thread=card)
    await hall.until(lambda: hall.maya.private)
    await hall.quiet()
    assert [told.title for told in hall.maya.private] == ["🟡 Partly there: 50 of 100"]


async def test_thanks_are_no_question(hall: SlackHall):
    """Words before a mention with none after it get help; words after it ask."""
    me = hall.slack.team.bot.mention
    for text in (f"Thanks {me}", f"Thank you, {me}!"):
        await hall.maya.say(hall.quiz, text).heard()
        await hall.until(lambda: hall.maya.private)
        await hall.quiet()
        assert "/quiz leaderboard" in hall.maya.private.pop().words
    assert hall.quiz.by_bot() == []
    await hall.maya.say(hall.quiz, f"Dear {me} senior sea").heard()
    await hall.until(hall.quiz.by_bot)
    assert "The sea · senior" in hall.quiz.by_bot()[0].title


async def test_an_answer_is_shown_where_the_member_looks(hall: SlackHall):
    """On a card that has replies already, buttons and the shortcut show in the channel; on a reply, in its thread."""
    card = await hall.asked()
    said = hall.ada.say(hall.quiz, WRONG, thread=card)
    await said.heard()
    await hall.until(lambda: hall.ada.private)
    hint = await hall.maya.click(card, "Hint (−20 %)")
    await hall.until(lambda: hint.private)
    await (await hall.maya.click(card, "Answer")).modal()
    pressed = await hall.maya.submit({"text": HALF})
    await hall.until(lambda: pressed.private)
    await (await hall.maya.shortcut("answer", card)).modal()
    short = await hall.maya.submit({"text": FULL})
    await hall.until(lambda: short.private)
    assert [one.private[0].thread_ts for one in (hint, pressed, short)] == [None] * 3
    await (await hall.maya.shortcut("answer", said)).modal()
    within = await hall.maya.submit({"text": otherwise(FULL, 1)})
    await hall.until(lambda: within.private)
    assert within.private[0].thread_ts == card.ts


async def test_home_shows_where_a_member_stands(hall: SlackHall):
    """The App Home has points, streak, what is open in the member's channels and what comes next; its form works."""
    home = await hall.maya.open_home()
    assert "No question is waiting for you" in home.words
    card = await hall.asked()
    await hall.asked("senior")
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await hall.until(lambda: hall.maya.private)
    await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri")
    await hall.until(lambda: hall.ada.private)
    await hall.jobs.tick()
    home = await hall.maya.open_home()
    assert "Question 1 in #quiz" in home.words
    assert "2 attempts left" in home.words
    assert "Next questions:" in home.words
    pressed = await hall.maya.click(home, "Answer question 2")
    await pressed.modal()
    await hall.maya.submit({"text": FULL})
    await hall.until(hall.maya.direct.by_bot)
    assert "Correct: 100 of 100" in hall.maya.direct.by_bot()[0].words


async def test_home_shows_a_grade_again(hall: SlackHall):
    """Whoever was away when their grade came, which vanishes from a channel, sees it from Home in their messages."""
    card = await hall.asked()
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await hall.until(lambda: hall.maya.private)
    home = await hall.maya.open_home()
    assert home.buttons == ["Answer question 1", "See my grade of question 1"]
    await hall.maya.click(home, "See my grade of question 1")
    shown = (await hall.until(hall.maya.direct.by_bot))[0]
    assert shown.title == "🟡 Partly there: 50 of 100"


async def test_boards_have_a_chart(hall: SlackHall):
    """The weekly board's chart is a picture with its words; a board for one member has it in characters."""
    card = await hall.asked()
    for who, words in ((hall.maya, FULL), (hall.ada, HALF)):
        await who.say(hall.quiz, words, thread=card).heard()
    await hall.until(lambda: hall.maya.private and hall.ada.private)
    await hall.reveal(hall.ada, card)
    await hall.quiet()
    shown = await hall.maya.slash(hall.quiz, "leaderboard week")
    await hall.until(lambda: shown.private)
    assert "🥇 *Maya* (you) · 100 points · 1 question · new" in shown.private[0].words
    assert "████████████████ Maya 100" in shown.private[0].words
    await hall.ada.slash(hall.quiz, "schedule set 09:00 mon-fri board=mon board_at=10:00")
    await hall.quiet()
    await hall.later(days=7, hours=3)
    boards = await hall.until(lambda: [m for m in hall.quiz.by_bot() if "Weekly board" in m.title])
    (file,) = [file for reply in boards[0].replies for file in reply.files] or [{}]
    assert file.get("alt_txt", "").startswith("Bar chart of points: Maya")


async def test_own_data_comes_directly(hall: SlackHall):
    """A member's data is a file in their direct messages; the channel sees nothing of it."""
    await hall.maya.slash(hall.quiz, "privacy export")
    files = await hall.until(lambda: [file for m in hall.maya.direct.history() for file in m.files])
    assert [file["name"] for file in files] == ["studyhall-my-data.json"]
    assert hall.quiz.history() == []


async def test_deletion_is_a_button(hall: SlackHall):
    """`/quiz privacy delete` says what it does, and one press does it."""
    card = await hall.asked()
    await hall.maya.say(hall.quiz, HALF, thread=card).heard()
    await hall.until(lambda: hall.maya.private)
    asked = await hall.maya.slash(hall.quiz, "privacy delete")
    explained = await asked.answered()
    assert "Nothing is deleted until you press the button." in explained.words
    pressed = await hall.maya.click(explained, "Delete my data for good")
    assert (await pressed.answered()).title == "Deleted"


async def test_the_last_hint_says_so(hall: SlackHall):
    """The third press of a question with two hints says that there are no more, and what they have cost."""
    card = await hall.asked()
    for expected in ("Hint 1 of 2", "Hint 2 of 2", "There are no more hints"):
        pressed = await hall.maya.click(card, "Hint (−20 %)")
        assert (await pressed.answered()).title == expected
    assert "40 % less, as before." in hall.maya.private[-1].words


async def test_commands_are_spelled_as_they_are_typed_here(hall: SlackHall):
    """Unknown words get the nearest that is known, and every command is named behind the one slash command."""
    for words, told in (
        ("leaderbord", "I know no command /quiz leaderbord. Did you mean /quiz leaderboard?"),
        ("principl", "Did you mean “principal”? Type it as: /quiz"),
        ("schedule sett", "Did you mean /quiz schedule set?"),
        ("help", "/quiz settings: what I may tell you"),
        ("help commands", "/quiz privacy export"),
        ("settings", "/quiz settings share=on or off"),
        (
            "help commands",
            "/quiz settings [share=on] [remind=on] [review=on] [notify=on] [mention=on] [quiet=22:00-08:00] [my_zone=Europe/Berlin] [zone=Europe/Berlin] [desk=17:00] [best=3] [live=on] [appoint=maya] [dismiss=maya]",
        ),
        (f"stats {hall.ada.mention}", "I don't know that member"),
    ):
        await hall.maya.slash(hall.quiz, words)
        await hall.quiet()
        assert told in hall.maya.private[-1].words.replace("\u200b", "")  # which keeps :00-08: from being an emoji


async def test_what_was_meant_is_done_by_a_button(hall: SlackHall):
    """Who mistypes a command need not type it again."""
    for words, label in (
        ("shedule list", "/quiz schedule list"),
        ("principal sky sea", "/quiz principal sky"),
    ):
        done = await hall.ada.slash(hall.quiz, words)
        assert (await done.answered()).buttons == [label]
    pressed = await hall.ada.click(hall.ada.private[0], "/quiz schedule list")
    assert (await pressed.answered()).title == "Schedules"
    await hall.ada.click(hall.ada.private[1], "/quiz principal sky")
    await hall.until(hall.quiz.by_bot)


@pytest.mark.parametrize("name", ["directmessage", "mpdm-ada--maya--bo-1"])
async def test_among_people_no_question_is_asked(hall: SlackHall, name: str):
    """Between people, where answers would not be heard, a question is refused with what to do; the rest is answered."""
    place = Channel(hall.slack.team, "D0PEOPLE", name, private=True, members={hall.ada.id, hall.maya.id})
    hall.slack.team.channels[place.id] = place
    for words in ("mid", "schedule set 09:00 mon-fri"):
        done = await hall.ada.slash(place, words)
        assert "use a channel, and invite me there with /invite @Studyhall." in (await done.answered()).words
    shown = await hall.ada.slash(place, "stats")
    assert (await shown.answered()).title == "Your statistics"
    assert hall.slack.requests("chat.postMessage") == []


async def test_direct_messages_with_the_bot(hall: SlackHall):
    """In a member's own messages with the bot a question is posted, answered in its form, and revealed."""
    await hall.maya.slash(hall.maya.direct, "mid sky")
    (card,) = await hall.until(hall.maya.direct.by_bot)
    await hall.quiet()
    await (await hall.maya.click(card, "Answer")).modal()
    await hall.maya.submit({"text": FULL})
    await hall.until(lambda: len(hall.maya.direct.by_bot()) == 2)
    assert hall.maya.direct.by_bot()[1].title == "🟢 Correct: 100 of 100"
    await hall.reveal(hall.maya, card)
    (answer,) = await hall.until(lambda: card.replies)
    assert "The answer" in answer.title


async def test_what_is_written_to_the_bot_alone(hall: SlackHall):
    """What a member writes to the bot is read as a command, and a reply in a question's thread there is an answer."""
    await hall.maya.tell("mid sky").heard()
    (card,) = await hall.until(hall.maya.direct.by_bot)
    await hall.quiet()
    said = hall.maya.tell(FULL, thread=card)
    await said.heard()
    (graded,) = await hall.until(lambda: [one for one in card.replies if one.bot_id])
    await hall.quiet()
    assert (graded.title, list(said.reactions)) == ("🟢 Correct: 100 of 100", ["memo"])
    await hall.maya.tell("principle").heard()
    told = await hall.until(lambda: hall.maya.direct.by_bot()[1:])
    assert "principal" in told[0].words


async def test_where_the_bot_is_no_member(hall: SlackHall):
    """A command is answered where it was typed, also in a channel or among people where the bot is not."""
    other = hall.slack.team.create_channel("other", bot=False)
    done = await hall.maya.slash(other, "stats")
    await hall.until(lambda: done.private)
    assert "Your statistics" in done.private[0].words
    assert hall.slack.requests("chat.postEphemeral") == []
    asked = await hall.maya.slash(other, "mid")
    await hall.until(lambda: asked.private)
    assert asked.private[0].words == (
        "🟡 I cannot post here\nI am not in the channel. Invite me there with /invite @Studyhall."
    )
    planned = await hall.ada.slash(other, "schedule set 09:00")
    await hall.until(lambda: planned.private)
    assert planned.private[0].words == asked.private[0].words
    home = await hall.maya.open_home()
    assert "No question is waiting for you" in home.words


async def test_a_greeting_gets_help(hall: SlackHall):
    """A bare mention and "hi", to me alone or after my name, ask no question: they get help."""
    hall.maya.say(hall.quiz, f"<@{hall.slack.team.bot.id}>")
    hall.maya.say(hall.quiz, f"<@{hall.slack.team.bot.id}> hi!")
    hall.maya.tell("Hello :)")
    await hall.until(lambda: len(hall.maya.private) == 2 and hall.maya.direct.by_bot())
    await hall.quiet()
    shown = [*hall.maya.private, *hall.maya.direct.by_bot()]
    assert {told.title for told in shown} == {hall.maya.private[0].title}
    assert "What you can type" in hall.maya.private[0].words
    assert hall.quiz.by_bot() == []


async def test_an_edited_reply_is_answered_once(hall: SlackHall):
    """Who edits a reply reads, once, that its grade stays; links that are unfolded are no edit."""
    card = await hall.asked()
    said = hall.maya.say(hall.quiz, HALF, thread=card)
    await hall.until(lambda: len(hall.maya.private) == 1)
    for words in (HALF, "Better now", "Better still"):
        hall.maya.edit(said, words)
        await hall.until(lambda: all(one.acked for one in hall.slack.told("message")))
        await hall.quiet()
    assert [("an edit changes no grade" in told.words) for told in hall.maya.private] == [False, True]


async def test_an_edit_of_talk_and_one_after_the_reveal(hall: SlackHall):
    """Edited talk is still talk, unless it says an answer now; after the reveal an answer's author hears of practice; old ones are let be."""
    card = await hall.asked()
    said, chat = hall.maya.say(hall.quiz, HALF, thread=card), hall.ada.say(hall.quiz, "lol, thanks", thread=card)
    await hall.until(lambda: len(hall.maya.private) == 1)
    hall.ada.edit(chat, "haha, thanks")
    await hall.quiet()
    await hall.reveal(hall.ada, card)
    hall.ada.edit(chat, FULL)
    hall.maya.edit(said, FULL)
    await hall.until(lambda: "try again for practice" in hall.maya.private[-1].words)
    await hall.quiet()
    assert not any("edit" in told.words or "reply" in told.words for told in hall.ada.private)


async def test_talk_that_becomes_an_answer(hall: SlackHall):
    """Who edits talk into an answer reads that only a new reply is graded."""
    card = await hall.asked()
    chat = hall.maya.say(hall.quiz, "lol, thanks", thread=card)
    await hall.until(lambda: all(one.acked for one in hall.slack.told("message")))
    await hall.quiet()
    hall.maya.edit(chat, FULL)
    await hall.until(lambda: len(hall.maya.private) == 1)
    assert "Send it as a new reply" in hall.maya.private[0].words


async def test_a_file_without_words(hall: SlackHall):
    """A picture as a reply is told kindly that words are read; with words it is an answer, and after the reveal it is talk."""
    card = await hall.asked()
    hall.maya.say(hall.quiz, "", thread=card, files={"notes.png": b"x"})
    await hall.until(lambda: len(hall.maya.private) == 1)
    assert "I read words, and no files or pictures" in hall.maya.private[0].words
    hall.ada.say(hall.quiz, HALF, thread=card, files={"notes.png": b"x"})
    await hall.until(lambda: len(hall.ada.private) == 1)
    await hall.reveal(hall.ada, card)
    before = len(hall.maya.private)
    hall.maya.say(hall.quiz, "", thread=card, files={"notes.png": b"x"})
    await hall.quiet()
    assert len(hall.maya.private) == before
