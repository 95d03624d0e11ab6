"""Every command and every button on Discord, and who may use them: real discord.py against Discord's rules in process."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord.backend.errors import SetupError

from adapters.discord import render
from bot.bank.team_banks import TeamBanks
from bot.cards import Tone
from bot.commands import COMMANDS, Reach, offered
from tests.doubles.discord.hall import DiscordHall, discord_hall, labels, private, texts, words
from tests.doubles.fakes import FULL, HALF, WRONG
from tests.handlers.test_doubts import Opinion

TYPED = {name: c for c in COMMANDS if c.spec.reach is Reach.TYPED for name in c.spec.names}
ALONE = {"levels": "mid", "topics": "sky,sea", "days": "mon-fri", "holidays": "DE-BY", "days_off": "2026-12-24"}
FORM = "form: "
# What is typed, and what its asker reads, in a form where it says so; a member's name stands for the member picked from Discord's list.
CASES: list[tuple[str, dict[str, str], str]] = [
    ("quiz", {}, ""),
    ("quiz", {"level": "principal", "topic": "sea"}, ""),
    ("reveal", {}, "The answer is in the question's thread, or below it."),
    ("leaderboard", {}, "Leaderboard · this week"),
    ("leaderboard", {"period": "all", "topic": "sky", "level": "mid"}, "Leaderboard · all time · The sky · mid"),
    ("leaderboard", {"by": "teams"}, "Teams · this week"),
    ("leaderboard", {"share": "share"}, "there is nothing to share"),
    ("home", {}, "Where you stand"),
    ("hall", {}, "No hall here"),
    ("hall", {"action": "out"}, "No hall here"),
    ("stats", {}, "Your statistics"),
    ("stats", {"member": "maya"}, "Statistics of maya"),
    ("schedule set", {"at": "10:30", "zone": "Europe/Berlin", "board": "thu", "board_at": "16:00", "reveal": "18:00"}, "thu at 16:00"),
    ("schedule set", {"weekly": "weekly"}, "just before the next question"),
    ("schedule set", {"half": "on", "warmup": "on", "aloud": "on"}, "from 17:00 on answers count half"),
    ("schedule set", ALONE, "public holidays of DE-BY, 24 December 2026"),
    ("schedule set", {"role": "default_role", "champion": "default_role"}, "The daily question is set"),
    ("schedule list", {}, "#general: mon-fri at 09:00, UTC"),
    ("schedule preview", {}, "Next questions:"),
    ("schedule pause", {}, "The daily question is paused"),
    ("schedule resume", {}, "Next question:\n• Thu 1 January 2026, 09:00 UTC"),
    ("schedule remove", {}, "The daily question is removed"),
    ("schedule skip", {}, "No question on Thursday 1 January 2026"),
    ("schedule skip", {"day": "2026-01-06"}, "No question on Tuesday 6 January 2026"),
    ("schedule unskip", {}, "No date is left out"),
    ("schedule unskip", {"day": "2026-01-06"}, "Tuesday 6 January 2026 is not left out"),
    ("schedule queue", {}, "No question is queued"),
    ("schedule queue", {"question": "sea-mid-1", "day": "2026-01-06"}, "Tue 6 January 2026: sea-mid-1"),
    ("schedule unqueue", {"question": "sea-mid-1"}, "is not in this channel's queue"),
    ("away", {"days": "2026-01-02..2026-01-05"}, "You are away: Fri 2 January 2026 to Mon 5 January 2026"),
    ("away", {"action": "cancel"}, "There was nothing to cancel"),
    ("review", {}, "Your review is empty"),
    ("review", {"action": "add", "question": "sky-mid-1"}, "has not been revealed here yet"),
    ("live", {"count": "1", "level": "mid", "topic": "sky"}, ""),
    ("link", {}, "Be one person here and elsewhere"),
    ("link", {"action": "off", "code": "AAAA-BBBB"}, "You are not linked"),
    ("team create", {"name": "Night Owls"}, "There is a team Night Owls now"),
    ("team join", {"name": "night owls"}, "There is no team “night owls” here"),
    ("team leave", {}, "You are in no team"),
    ("team list", {}, "There are no teams"),
    ("team balance", {}, "There are not two teams"),
    ("team remove", {"name": "Night Owls"}, "There is no team “Night Owls” here"),
    ("desk", {}, "Every grade is decided"),
    ("unsure", {}, "Every grade is decided"),
    ("question report", {"question": "sky-mid-1", "reason": "it is old"}, "Thank you, that is noted"),
    ("question search", {"words": "sky mid"}, "sky-mid-1 (mid, live)"),
    ("question show", {"question": "sky-mid-1"}, "Reference answer"),
    ("suggest", {}, FORM + "It earns you no points"),
    ("hint", {}, "Hint 1 of 2"),
    ("question edit", {"question": "sky-mid-1"}, FORM + "Reference answer"),
    ("question confirm", {"question": "sky-mid-1", "reason": "looked"}, "There is nothing to confirm"),
    ("question retire", {"question": "sky-mid-1", "reason": "old"}, "The question is retired"),
    ("question restore", {"question": "sky-mid-1", "reason": "fine"}, "This question is not retired"),
    ("question history", {"question": "sky-mid-1"}, "sky-mid-1 · live"),
    ("question mark", {"question": "sky-mid-1"}, "No answer to sky-mid-1 waits for a mark."),
    ("question import", {}, "I have no folder for your own questions here"),
    ("audit", {}, "What was decided"),
    ("appeal", {"reason": "I said it"}, "Your appeal waits for an organiser"),
    ("privacy export", {}, "Your data"),
    ("privacy delete", {}, "Delete your data?"),
    ("privacy hide", {}, "You are hidden from the boards"),
    ("privacy hide", {"switch": "off"}, "You are on the boards again"),
    ("settings", {}, "Team's time zone"),
    ("settings", {"share": "on", "remind": "on", "review": "on", "notify": "on", "mention": "on", "quiet": "22:00-08:00", "my_zone": "Asia/Tokyo", "zone": "Asia/Tokyo", "desk": "10:00", "live": "on", "best": "2", "appoint": "maya", "dismiss": "maya"}, "Asia/Tokyo"),
    ("help", {}, "What you can type"),
    ("help", {"about": "topics"}, "sky: The sky"),
]  # fmt: skip
NAMES = [f"{name} {' '.join(given)}".strip() for name, given, _ in CASES]


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[DiscordHall]:
    """Give a Studyhall on Discord with a schedule, an open round, and an answer of Ada's and Maya's each."""
    async with discord_hall(tmp_path) as running:
        await running.ada.slash(running.channel, "schedule set", at="09:00", zone="UTC", days="mon-fri")
        card, _ = await running.asked()
        for member in (running.ada, running.maya):
            await running.answered(member, card, HALF)
        yield running


async def typed(hall: DiscordHall, actor: Any, name: str, given: dict[str, str]) -> Any:
    """Type a command, with members picked from the list."""
    kinds = {o.name: o.kind.name for o in offered(TYPED[name])}
    read: dict[str, Any] = {
        "member": lambda word: getattr(hall, word),
        "role": lambda word: getattr(hall.guild, word),
        "number": int,
    }
    return await actor.slash(hall.channel, name, **{o: read.get(kinds[o], str)(word) for o, word in given.items()})


def test_every_command_and_every_option_has_a_case():
    """A new command, or a new option of one, is tried on Discord before it is done."""
    assert {name for name, _, _ in CASES} == set(TYPED)
    for name, command in TYPED.items():
        tried = {option for case, given, _ in CASES for option in given if case == name}
        assert {o.name for o in offered(command)} == tried


@pytest.mark.parametrize(("name", "given", "expected"), CASES, ids=NAMES)
async def test_a_typed_command_answers_privately(hall: DiscordHall, name: str, given: dict[str, str], expected: str):
    """What a command answers is for its asker alone, and a command whose answer stands in the channel leaves nothing else."""
    before = len(hall.env.http_requests)
    result = await typed(hall, hall.ada, name, given)
    calls = [f"{one.method} {one.path.rpartition('/')[2]}" for one in hall.env.http_requests[before:]]
    assert calls[0] == "POST callback"  # acknowledged before anything else
    if expected.startswith(FORM):
        assert expected.removeprefix(FORM) in "\n".join(texts(result.modal))
        assert (len(calls), private(result)) == (1, "")
        return
    assert expected in private(result)
    assert [one for one in (result.response, *result.followups) if one and not one.ephemeral] == []
    assert (calls[-1] == "DELETE @original") == (not expected)
    assert bool(private(result)) == bool(expected)


async def test_asking_posts_a_card_with_its_thread(hall: DiscordHall):
    """A question asked for stands in the channel with its level's colour, buttons, its end in the reader's time, and a thread."""
    card, thread = await hall.asked("principal", topic="sea")
    embed = card.embeds[0]
    assert embed.title == "Question for maya · The sea · principal"
    assert embed.colour.value == render.COLOUR[Tone.PRINCIPAL]
    assert labels(card) == ["Answer", "Hint (−20 %)", "Reveal"]
    assert (embed.footer.text, embed.timestamp.isoformat()) == ("Reveal", "2026-01-02T00:00:00+00:00")
    assert str(thread.name).startswith("The sea (principal): Why does the daytime look blue")


async def test_choices_and_completion(hall: DiscordHall):
    """Few values are choices; many are completed as they are typed, at most 25; a wrong word is answered with the nearest."""
    tree = {command["name"]: command for command in hall.sent("PUT /applications/*/commands")[0]}
    level = next(o for o in tree["quiz"]["options"] if o["name"] == "level")
    assert [choice["value"] for choice in level["choices"]] == ["mid", "senior", "principal"]
    offered = await hall.maya.autocomplete(hall.channel, "quiz", "topic", "se")
    assert [choice["value"] for choice in offered] == ["sea"]
    zones = await hall.ada.autocomplete(hall.channel, "schedule set", "zone", "europe/b")
    assert "Europe/Berlin" in {choice["value"] for choice in zones}
    assert len(await hall.ada.autocomplete(hall.channel, "schedule set", "zone", "")) == 25
    assert "Europe/Berlin (Germany)" in {choice["name"] for choice in zones}
    for option, word, name in (
        ("holidays", "germany", "DE (Germany)"), ("days", "week", "mon-fri (weekdays)"), ("topics", "sea,he", "sea,sky (The sky)"),
        ("levels", "easier", "mid,senior (the two easier ones)"), ("at", "9", "09:00 (9 am)"),
    ):  # fmt: skip
        offered = await hall.ada.autocomplete(hall.channel, "schedule set", option, word)
        assert offered[0]["name"] == name
    board = next(o for o in tree["schedule"]["options"][0]["options"] if o["name"] == "board")
    assert [choice["value"] for choice in board["choices"]] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    wrong = await hall.maya.slash(hall.channel, "quiz", topic="oceann")
    assert "Did you mean “sea”?" in private(wrong)
    await hall.maya.slash(hall.channel, "quiz", topic="heaven")
    assert hall.newest()[0].embeds[0].title.startswith("Question for maya · The sky")


async def test_every_button_of_a_round(hall: DiscordHall):
    """Answer opens the form, Hint and Reveal do what they say, and afterwards the question can be tried for no points."""
    card, thread = await hall.asked("senior")
    opened = await hall.maya.click(card, label="Answer")
    form = texts(opened.modal)
    assert "Your answer" in form
    assert any("Why does the daytime look blue" in text for text in form)
    graded = await hall.maya.submit_modal(opened, {"text": FULL})
    assert "Correct: 100 of 100" in private(graded)
    assert "Hint 1 of 2" in private(await hall.ada.click(card, label="Hint (−20 %)"))
    assert "Hint 2 of 2" in private(await hall.ada.click(card, label="Hint (−20 %)"))
    revealed = await hall.revealed(hall.ada, card)
    assert "Revealed" in private(revealed)
    card, _ = hall.newest()
    assert labels(card) == ["Try it, for no points"]
    assert "Closed: the answer is in the thread." in words(card)
    answer = thread.history()[-1]
    assert f"> {FULL}" in words(answer)
    assert "It reflects no ocean." in private(await hall.ada.click(answer, label="More"))
    assert "revealed already, so there are no points" in private(await hall.answered(hall.ada, answer, HALF))


async def test_the_menu_of_a_message_answers_its_question(hall: DiscordHall):
    """Answer, under Apps in a message's menu, opens the form of the question's card or of any message in its thread; elsewhere it says so."""
    card, thread = await hall.asked("senior")
    opened = await hall.maya.context_menu(hall.channel, "Answer", card)
    assert any("Why does the daytime look blue" in text for text in texts(opened.modal))
    assert "Correct: 100 of 100" in private(await hall.maya.submit_modal(opened, {"text": FULL}))
    said = await hall.ada.send(thread, HALF)
    assert (await hall.maya.context_menu(thread, "Answer", said)).modal is not None
    elsewhere = await hall.ada.send(hall.channel, "Hello")
    assert "There is no question to answer here" in private(
        await hall.maya.context_menu(hall.channel, "Answer", elsewhere)
    )


async def test_the_grade_button_in_the_thread(hall: DiscordHall):
    """Whoever presses “See my grade” under the answers in the thread sees their own grade, and nobody else does."""
    _, thread = await hall.asked()
    await hall.ada.send(thread, FULL)
    saved = thread.history()[-1]
    assert (saved.content.endswith("Answered so far: 1 member."), labels(saved)) == (True, ["See my grade"])
    assert "Correct: 100 of 100" in private(await hall.ada.click(saved, label="See my grade"))
    assert "You have not answered this question yet" in private(await hall.maya.click(saved, label="See my grade"))
    assert "100 of 100" not in "".join(words(message) for message in thread.history())


async def test_an_unsure_grade_is_decided_by_a_button(hall: DiscordHall):
    """An organiser decides an unsure grade with one press, sees the next, and the member hears of it."""
    hall.app.deps = replace(hall.app.deps, opinion=Opinion(), opinions_a_day=3)
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, FULL)
    waiting = await hall.ada.slash(hall.channel, "unsure")
    assert "maya: 100 of 100, and I am not sure · 1 grade to decide" in private(waiting)
    assert "Every grade is decided" in private(await hall.ada.click(waiting.response, label="Partly"))
    (told,) = hall.maya.user.dm_channel.history()
    assert "Your grade was 100 and is now 50 of 100." in words(told)


async def test_an_appeal_is_made_and_accepted_with_forms(hall: DiscordHall):
    """A member presses Appeal and says why; the organiser gives points and a reason in a form, and the member reads both."""
    card, _ = await hall.asked()
    graded = await hall.answered(hall.maya, card, HALF)
    (grade,) = graded.followups
    opened = await hall.maya.click(grade, label="Appeal")
    assert "Your appeal waits" in private(await hall.maya.submit_modal(opened, {"text": "I meant the short waves."}))
    waiting = await hall.ada.slash(hall.channel, "desk")
    assert "appealed against · 1 grade to decide" in private(waiting)
    opened = await hall.ada.click(waiting.response, label="Points or reason")
    assert any("points from 0 to 100" in text for text in texts(opened.modal))
    assert "Every grade is decided" in private(await hall.ada.submit_modal(opened, {"text": "80 In other words."}))
    (told,) = hall.maya.user.dm_channel.history()
    assert "Your grade was 50 and is now 80 of 100." in words(told)
    assert "In other words." in words(told)
    assert "You have appealed against this grade already" in private(await hall.maya.click(grade, label="Appeal"))


async def test_words_are_learned_in_a_form_that_is_filled_in(hall: DiscordHall):
    """After the reveal the desk's form holds the member's words; what is marked is learned, where it changes marked answers by one more press, and taken back by a button."""
    card, _ = await hall.asked()
    graded = await hall.answered(hall.maya, card, "Rayleigh scattering, as tiny waves bounce around.")
    await hall.answered(hall.maya, card, "It is Rayleigh scattering, for tiny waves bounce around up there.")
    await hall.revealed(hall.ada, card)
    (grade,) = graded.followups
    opened = await hall.maya.click(grade, label="Appeal")
    await hall.maya.submit_modal(opened, {"text": "I said it."})
    waiting = await hall.ada.slash(hall.channel, "desk")
    opened = await hall.ada.click(waiting.response, label="Teach me words")
    assert any("# says short: Rayleigh scattering, as tiny waves" in text for text in texts(opened.modal))
    marking = await hall.ada.slash(hall.channel, "question mark")
    marked = await hall.ada.click(marking.response, label="Correct")
    assert "Marked correct, and I graded it partly" in private(marked)
    await hall.ada.click(marked.followups[-1], label="Correct")
    held = await hall.ada.submit_modal(opened, {"text": "says short: tiny waves bounce"})
    assert "1 marked answer graded otherwise by it" in private(held)
    learned = await hall.ada.click(held.followups[-1], label="Learn it")
    assert "I have learned that" in private(learned)
    shown = await hall.ada.slash(hall.channel, "question show")
    forgotten = await hall.ada.click(shown.response, label="Forget “tiny waves bounce”")
    assert "I do not grade by this any more" in private(forgotten)


async def test_a_proposal_of_teams_is_applied_by_a_button(hall: DiscordHall):
    """An organiser sees who would play for which team, by points so far, and one press makes it so from the next Monday on."""
    for member, name in ((hall.ada, "Owls"), (hall.maya, "Larks")):
        await hall.ada.slash(hall.channel, "team create", name=name)
        await member.slash(hall.channel, "team join", name=name)
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, FULL)
    await hall.revealed(hall.ada, card)
    proposed = await hall.ada.slash(hall.channel, "team balance")
    assert "By this season's points" in private(proposed)
    assert "shared out anew" in private(await hall.ada.click(proposed.response, label="Apply"))


async def test_a_question_is_edited_in_a_form_of_three_texts(hall: DiscordHall):
    """The form holds question, answer and key points; what speaks against it is said, and the words are kept for the next try."""
    opened = await hall.ada.slash(hall.channel, "question edit", question="sky-mid-1")
    assert any("short: Short waves scatter most. | short wavelengths scatter" in text for text in texts(opened.modal))
    points = "a: It scatters. | Rayleigh scattering\nb: Short waves scatter. | short wavelengths scatter"
    sent = {"text": "Why is the sky blue?", "reference": "Too short.", "points": points}
    held = await hall.ada.submit_modal(opened, sent)
    assert "a reference answer has 40 to 2500 characters" in private(held)
    again = await hall.ada.click(held.followups[-1], label="Edit on")
    assert "Too short." in texts(again.modal)
    saved = await hall.ada.submit_modal(again, sent | {"reference": FULL})
    assert "The edit is saved" in private(saved)


async def test_what_is_held_back_is_sent_and_saved_all_the_same(hall: DiscordHall):
    """What speaks against a suggestion or an edit is said, and a button goes on all the same; the rest of their buttons work too."""
    opened = await hall.maya.slash(hall.channel, "suggest")
    written = {"text": "Why does the daytime look blue to people?", "answer": FULL, "level": "mid", "topic": "sky"}
    held = await hall.maya.submit_modal(opened, written)
    sent = await hall.maya.click(held.followups[-1], label="Send it all the same")
    assert "You are named" in private(await hall.maya.click(sent.followups[-1], label="Name me at the reveal"))
    desk = await hall.ada.slash(hall.channel, "desk")
    assert "Taken" in private(await hall.ada.click(desk.response, label="Take"))
    opened = await hall.ada.slash(hall.channel, "question edit", question="sky-mid-1")
    bad = {"text": "Why is the sky blue?", "reference": FULL, "points": "a: Bees buzz loudly.\nb: Birds sing."}
    held = await hall.ada.submit_modal(opened, bad)
    assert "The edit is saved" in private(await hall.ada.click(held.followups[-1], label="Save it all the same"))
    shown = await hall.ada.slash(hall.channel, "question show", question="sky-mid-1")
    assert "Back to the file" in private(await hall.ada.click(shown.response, label="Back to the file"))
    card, thread = await hall.asked()
    await hall.revealed(hall.ada, card)
    asked = await hall.maya.click(thread.history()[-1], label="How was it?")
    assert "Noted" in private(await hall.maya.click(asked.followups[-1], label="Clear"))


async def test_what_was_missed_is_reviewed(hall: DiscordHall):
    """What a member missed comes back a day later, for their eyes: answered in a form, graded, and rated by a button."""
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, WRONG)
    await hall.revealed(hall.ada, card)
    hall.clock.move_to(hall.clock.now() + timedelta(days=2))
    shown = await hall.maya.slash(hall.channel, "review")
    opened = await hall.maya.click(shown.response, label="Answer")
    graded = await hall.maya.submit_modal(opened, {"text": FULL})
    assert "100 of 100" in private(graded)
    rated = await hall.maya.click(graded.followups[-1], label="It was easy")
    assert "easy" in private(rated)


async def test_notes_are_pasted_and_asked(hall: DiscordHall, tmp_path: Path):
    """Notes that an organiser pastes come back as a report for their eyes only; a confirmed draft is asked and answered."""
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "banks"))
    offer = await hall.ada.slash(hall.channel, "question import")
    opened = await hall.ada.click(offer.response, label="Paste notes")
    notes = "1. Which planet is the largest?\nA) Mars\nB) Jupiter\nAnswer: B\nExplanation: A giant of gas."
    taken = await hall.ada.submit_modal(opened, {"text": notes})
    assert "1 draft taken" in private(taken)
    await hall.ada.slash(hall.channel, "question confirm", question="which-planet-is-the-largest")
    card, _ = await hall.asked(topic="imported")
    assert "100 of 100" in private(await hall.answered(hall.maya, card, "Jupiter, a giant of gas."))


async def test_the_weekly_board_and_its_button(hall: DiscordHall):
    """The weekly board names the champion, shows a chart with words for whoever cannot see it, and each their own place."""
    card, _ = await hall.asked()
    await hall.answered(hall.maya, card, FULL)
    await hall.until(2, 17, 1)
    board = next(m for m in hall.channel.history() if m.embeds and m.embeds[0].title.startswith("Weekly board"))
    assert "Champion of the week: maya, 150 points." in words(board)
    assert "🥇 **maya** · 150 points · 2 questions" in words(board)
    assert "🥈 **ada** · 50 points · 1 question" in words(board)
    assert board.attachments[0].filename == render.CHART_FILE
    posted = next(p for p in hall.sent("POST /channels/*/messages") if p.get("attachments"))
    assert posted["attachments"][0]["description"] == "Bar chart of points: maya 150, ada 50."
    assert posted["embeds"][0]["image"] == {"url": "attachment://chart.png"}
    assert "🥈 **ada** (you) · 50 points" in private(await hall.ada.click(board, label="My place"))


def test_every_button_has_a_test():
    """The buttons that members can press are those that are pressed here."""
    pressed = {
        "answer",
        "submit",
        "grade",
        "decide",
        "decide-form",
        "decide-send",
        "appeal-form",
        "appeal-send",
        "may-reveal",
        "more",
        "edit-form",
        "edit-send",
        "edit-save",
        "edit-undo",
        "rate",
        "suggest-form",
        "suggest-send",
        "suggest-anyway",
        "suggest-name",
        "suggest-take",
        "suggest-decline-form",
        "suggest-decline",
    }
    pressed |= {
        "balance",
        "role",
        "record",
        "work",
        "status",
        "edit-try",
        "difficulty",
        "calendar",
        "changes",
    }  # the last seven: tests/adapters/hall
    pressed |= {
        "mark",
        "learn-form",
        "learn-send",
        "learn-save",
        "forget",
        "import-form",
        "import-send",
        "recall",
        "recalled",
        "recall-rate",
    }
    pressed |= {
        "link-agree",
        "link-drop",
        "live-pick",
        "live-form",
        "live-send",
        "live-stop",
    }  # in test_one_person.py, test_meeting.py
    assert {c.spec.name for c in COMMANDS if c.spec.reach is Reach.BUTTON} == pressed


async def test_data_is_handed_over_as_a_file(hall: DiscordHall):
    """An export comes as a file with a description, for its owner's eyes only."""
    result = await hall.maya.slash(hall.channel, "privacy export")
    (file,) = result.response.attachments
    assert (file.filename, file.description) == (
        "studyhall-my-data.json",
        "All that is kept of you, as JSON: answers, grades, hints, points, streaks, what you asked and set.",
    )
    assert HALF.encode() in await file.read()
    assert result.response.ephemeral


@pytest.mark.parametrize("role", ["member", "Manage Server", "appointed"])
async def test_who_may_use_what(hall: DiscordHall, role: str):
    """Organisers' commands are refused to members, also where a server shows them to everybody, and taken from the others."""
    for root in hall.env.backend.visible_commands(user_id=hall.ada.id, channel_id=hall.channel.id):
        hall.guild.set_command_permissions(int(root["id"]), {hall.guild.default_role: True})
    bo = hall.guild.add_member(hall.env.create_user("bo"))
    await bo.slash(hall.channel, "help")
    if role == "appointed":
        await hall.ada.slash(hall.channel, "settings", appoint=bo)
    actor = hall.ada if role == "Manage Server" else bo
    shown = {name: private(await typed(hall, actor, name, {})) for name in TYPED}
    refused = {name for name, said in shown.items() if "That is for organisers" in said}
    organisers = {name for name, command in TYPED.items() if command.spec.organiser}
    assert refused == (organisers if role == "member" else set())


async def test_discord_shows_organisers_commands_to_organisers(hall: DiscordHall):
    """By default a member does not even see the commands of organisers; both see the others."""
    seen = {
        "ada": set(hall.ada.available_commands(hall.channel)),
        "maya": set(hall.maya.available_commands(hall.channel)),
    }
    assert seen["ada"] == set(TYPED)
    groups = {name.partition(" ")[0] for name, command in TYPED.items() if not command.spec.organiser}
    assert seen["maya"] == {name for name in TYPED if name.partition(" ")[0] in groups}
    with pytest.raises(SetupError):
        await hall.maya.slash(hall.channel, "schedule list")


async def test_the_teams_settings_are_organisers(hall: DiscordHall):
    """A member changes their own settings and not the team's; a button of organisers is refused too."""
    assert "Only organisers" in private(await hall.maya.slash(hall.channel, "settings", zone="Asia/Tokyo"))
    bo = hall.guild.add_member(hall.env.create_user("bo"))
    refused = await bo.click(hall.newest()[0], label="Reveal")
    assert "That is for organisers" in private(refused)
    assert "Closed" not in words(hall.newest()[0])


async def test_a_button_of_an_older_version(hall: DiscordHall):
    """A button that nobody knows any more is answered with what to do."""
    card, _ = hall.newest()
    hall.env.backend.edit_message(hall.channel.id, card.id, {"components": [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Old", "custom_id": "old:1"}]}]})  # fmt: skip
    assert "older version" in private(await hall.maya.click(hall.newest()[0], label="Old"))
