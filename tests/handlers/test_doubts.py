"""Grades that the bot is not sure of: shown as such, queued for organisers, decided, and carried into the points."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import update

from bot import jobs
from bot import outcomes as o
from bot.cards import File
from bot.commands import RemindOrganisers
from bot.question import Question
from bot.store import recompute
from bot.store.schema import award, decision, grade, team, total
from tests.doubles.deeds import worked
from tests.doubles.fakes import FULL, HALF, WRONG, Hall, text_of


@dataclass
class Opinion:
    """Somebody outside with an opinion of their own."""

    score: int | None = 0
    asked: list[str] = field(default_factory=list)

    async def of(self, question: Question, text: str) -> int | None:
        self.asked.append(text)
        return self.score


@pytest.fixture
def opinion(hall: Hall) -> Opinion:
    """Give the hall a second opinion that thinks nothing of any answer."""
    theirs = Opinion()
    hall.app.deps = replace(hall.app.deps, opinion=theirs, opinions_a_day=3)
    return theirs


async def recomputed(hall: Hall) -> list[str]:
    return [str(one) for one in (await hall.db.read(recompute.compare)).differences]


async def test_a_differing_opinion_raises_doubt_and_changes_no_score(hall: Hall, opinion: Opinion):
    """A second opinion far from the grade marks it unsure, and the score stands as it was."""
    await hall.types("you", "/quiz mid")
    graded = await hall.answers("maya", FULL)
    assert isinstance(graded, o.AttemptGraded)
    assert (graded.grade.score, opinion.asked) == (100, [FULL])
    assert "I am not sure of this grade, because a second opinion differs. An organiser can look at it" in hall.told(
        "maya"
    )
    assert await hall.rows(grade, "score", "unsure", "opinion") == [(100, "a second opinion differs.", 0)]


@pytest.mark.parametrize("score", [71, 100, None])
async def test_an_agreeing_or_missing_opinion_changes_nothing(hall: Hall, opinion: Opinion, score: int | None):
    """A score within thirty points, or none at all, leaves the grade sure."""
    opinion.score = score
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    assert "not sure" not in hall.told("maya")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_opinions_are_capped_a_team_and_day(hall: Hall, opinion: Opinion):
    """Beyond the day's number nobody is asked; a day later they are again."""
    await hall.types("you", "/quiz mid")
    for name in ("maya", "bo", "kim", "ines"):
        await hall.answers(name, FULL)
    assert len(opinion.asked) == 3
    await hall.later(hours=25)
    await hall.types("you", "/quiz senior")
    await hall.answers("ines", FULL, 2)
    assert len(opinion.asked) == 4


async def test_organisers_decide_before_the_reveal_without_seeing_the_answer(hall: Hall, opinion: Opinion):
    """The queue shows question, answer and doubt; the reference answer waits for the reveal; the decision counts."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("you", "/unsure")
    shown = hall.told("you")
    assert "maya: 100 of 100, and I am not sure · 1 grade to decide" in shown
    assert "The second opinion gives 0." in shown
    assert "reference answer 0" not in shown
    assert "“Rayleigh scattering" in shown
    await hall.presses("you", "decide:1:partly")
    assert "Every grade is decided" in hall.told("you")
    await hall.types("you", "/reveal")
    assert await hall.rows(award, "points", "score", "band") == [(50, 50, "partly")]
    assert await recomputed(hall) == []


@pytest.mark.parametrize(
    ("answer", "decision", "points", "correct"),
    [(FULL, "keep", 100, 1), (FULL, "incorrect", 10, 0), (FULL, "correct", 100, 1), (WRONG, "correct", 90, 1)],
)
async def test_a_decision_after_the_reveal_is_carried_on(
    hall: Hall, opinion: Opinion, answer: str, decision: str, points: int, correct: int
):
    """Award and totals follow a decision made after the reveal, and equal the fold of the facts."""
    opinion.score = 100 if answer == WRONG else 0
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", answer)
    await hall.types("you", "/reveal")
    await hall.types("you", "/unsure")
    assert "This is reference answer" in hall.told("you")
    await hall.presses("you", f"decide:1:{decision}")
    assert await hall.rows(total, "points", "correct", "rounds") == [(points, correct, 1)]
    assert await recomputed(hall) == []
    told = [card.title for member, card in hall.platform.direct_messages if member.endswith("maya")]
    assert told == ["An organiser has looked at your answer"]


def reminders(hall: Hall) -> list[tuple[str, str]]:
    """Return whom the organisers' daily message reached, and what it says."""
    sent = [(m.rpartition(":")[2], c) for m, c in hall.platform.direct_messages if c.title == "On the organisers’ desk"]
    return [(who, text_of(card).splitlines()[1]) for who, card in sent]


async def test_organisers_are_told_once_a_day_of_all_channels(hall: Hall, opinion: Opinion):
    """Whatever came to the desk is told in one message at the team's hour, and nothing is told twice."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("you", "/quiz senior", channel="memory:channel:other")
    await hall.answers("bo", FULL, 2)
    assert reminders(hall) == []
    await hall.until(11, 24, 8, 59)
    await hall.until(11, 24, 9, 15)
    assert reminders(hall) == [("you", "2 grades wait for an organiser. Type /desk to decide.")]
    await hall.until(11, 26, 9, 15)
    assert len(reminders(hall)) == 1
    await hall.types("you", "/quiz principal")
    await hall.answers("maya", FULL, 3)
    await hall.until(11, 26, 23, 0)
    assert len(reminders(hall)) == 1
    await hall.until(11, 27, 9, 15)
    assert [words.partition(" wait")[0] for _, words in reminders(hall)] == ["2 grades", "3 grades"]


@pytest.mark.sqlite
async def test_desks_are_looked_at_a_few_a_tick(hall: Hall, opinion: Opinion, monkeypatch: pytest.MonkeyPatch):
    """A tick looks at some teams' desks and the next goes on with the others; one that cannot be looked at holds up nobody, and is looked at again."""
    monkeypatch.setattr(jobs, "DESKS_A_TICK", 1)
    for number, where in enumerate(({}, {"team": "memory:team:two", "channel": "memory:channel:two"}), start=1):
        await hall.types(f"you-{number}", f"/settings appoint=you-{number}", **where)
        await hall.types(f"you-{number}", "/quiz mid", **where)
        await hall.answers(f"maya-{number}", FULL, number, **where)

    async def zone(name: str) -> None:
        await hall.db.write(lambda c: c.execute(update(team).where(team.c.id == 1).values(zone=name)).rowcount)

    await zone("Mars/Olympus")
    await hall.until(11, 24, 9, 15)
    await hall.later(minutes=11)
    await hall.later(minutes=1)
    assert [who for who, _ in reminders(hall)] == ["you-2"]
    await zone("UTC")
    await hall.later(minutes=11)
    await hall.later(minutes=1)
    assert sorted(who for who, _ in reminders(hall)) == ["you-1", "you-2"]


async def test_the_hour_is_the_teams(hall: Hall, opinion: Opinion):
    """Organisers choose at which time of their zone they are told; nobody else can."""
    assert isinstance(await hall.types("maya", "/settings desk=07:00"), o.Refusal)
    await hall.types("you", "/settings desk=20:00 zone=Asia/Tokyo")
    assert "at 20:00 (/settings desk=09:00)" in hall.told("you")
    assert "Organisers are told what waits for them at 20:00" in hall.told("you")
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.until(11, 23, 10, 59)
    assert reminders(hall) == []
    await hall.until(11, 23, 11, 10)
    assert [who for who, _ in reminders(hall)] == ["you"]


async def test_known_organisers_are_told_and_not_who_asked(hall: Hall, opinion: Opinion):
    """Whom the team appointed, and who set a schedule, are told; who only asked a question is not."""
    await hall.types("kim", "/help")
    await hall.types("you", "/settings appoint=kim")
    await hall.types("maya", "/quiz mid")
    await hall.answers("bo", FULL)
    await hall.until(11, 24, 9, 15)
    assert [who for who, _ in reminders(hall)] == ["kim"]
    await hall.types("you", "/schedule set 20:00 mon-fri")
    await hall.types("maya", "/quiz senior")
    await hall.answers("ines", FULL, 2)
    await hall.until(11, 25, 9, 15)
    assert sorted(who for who, _ in reminders(hall)) == ["kim", "kim", "you"]


async def test_a_desk_that_was_cleared_tells_nobody(hall: Hall, opinion: Opinion):
    """What was decided before the hour is not told."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.presses("you", "decide:1:keep")
    await hall.until(11, 24, 9, 15)
    assert isinstance(await hall.app.handle(RemindOrganisers(team=1)), o.Nothing)
    assert reminders(hall) == []


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("80 You said it in other words.", 80, "You said it in other words."),
        ("Partly", 50, ""),
        ("keep: fine", 100, "fine"),
    ],
)
async def test_a_decision_can_have_points_and_a_reason(
    hall: Hall, opinion: Opinion, text: str, score: int, reason: str
):
    """The form takes a verdict or points, and behind it the reason; its author is told both."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.presses("you", "decide-form:1")
    ((_, form),) = hall.platform.forms
    assert (form.title, form.submit) == ("Your decision (100 so far)", "decide-send:1")
    await hall.presses("you", form.submit, text)
    assert (await hall.rows(grade, "score", "reason", "decision_id"))[-1] == (score, "organiser", 1)
    verdict = text.split(maxsplit=1)[0].strip(":").lower()
    assert await hall.rows(decision, "verdict", "reason", "before", "after") == [(verdict, reason, 100, score)]
    ((_, card),) = hall.platform.direct_messages
    assert (f"The organiser> {reason}" in text_of(card)) is bool(reason)


@pytest.mark.parametrize("text", ["101", "maybe", "", "-5 too long", "²", "1000"])
async def test_a_decision_that_cannot_be_read_changes_nothing(hall: Hall, opinion: Opinion, text: str):
    """What begins with no verdict and no points is refused with how to write it, and a reason is not lost."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.presses("you", "decide-send:1", text)
    assert "Begin with keep, correct, partly, incorrect or points from 0 to 100" in hall.told("you")
    assert (f"You wrote: {text}" in hall.told("you")) is (" " in text)
    assert len(await hall.rows(grade)) == 1


async def test_nobody_decides_their_own_answer(hall: Hall, opinion: Opinion):
    """An organiser's own doubtful answer is not in their queue, and a button pressed for it is refused."""
    await hall.types("you", "/quiz mid")
    await hall.answers("you", FULL)
    await hall.types("you", "/unsure")
    assert "Only your own answers wait" in hall.told("you")
    assert "1 grade of your own answers waits: another organiser has to decide." in hall.told("you")
    assert "If there is no other organiser, name one: /settings appoint=maya" in hall.told("you")
    await hall.presses("you", "decide:1:correct")
    assert "This is your own answer" in hall.told("you")


async def test_only_organisers_decide(hall: Hall, opinion: Opinion):
    """Members reach neither the queue nor its buttons."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    for refused in (await hall.types("maya", "/unsure"), await hall.presses("maya", "decide:1:correct")):
        assert isinstance(refused, o.Refusal)
    assert len(await hall.rows(grade)) == 1


async def test_a_grade_is_decided_once(hall: Hall, opinion: Opinion):
    """A second decision, by another press or the same delivery twice, changes nothing."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    again: Any = {"event": "memory:same"}
    await hall.presses("you", "decide:1:partly", **again)
    await hall.presses("you", "decide:1:incorrect")
    assert "decided already" in hall.told("you")
    assert [row[0] for row in await hall.rows(grade, "score")] == [100, 50]


async def test_what_was_decided_is_handed_over(hall: Hall, opinion: Opinion):
    """Organisers get who decided what of whose answer, when and why, before and after; nobody hidden is named, no other team is in it."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("eve", "/privacy hide on")
    await hall.answers("eve", FULL)
    await hall.presses("you", "decide-send:1", "80 Nearly.")
    await hall.types("maya", "/appeal once more, please")  # against what was decided, and so nothing of it
    await hall.types("you", "/audit")
    assert "once more, please" not in hall.told("you")
    (file,) = (block for block in hall.platform.private[-1][1].blocks if isinstance(block, File))
    (made,) = json.loads(file.content)["decisions"]
    assert [made[part] for part in ("decided_by", "member", "attempt", "verdict", "reason")] == [
        "you", "maya", 1, "80", "Nearly.",
    ]  # fmt: skip
    assert [made[part] for part in ("before", "after", "same_words", "appeal")] == [100, 80, 1, None]
    assert made["at"].startswith("2026-11-23T08:00")
    assert "eve" not in file.content
    assert isinstance(await hall.types("maya", "/audit"), o.Refusal)
    there: Any = {"team": "memory:other", "channel": "memory:channel:there", "organiser": True}
    await hall.types("kim", "/audit", **there)
    assert '"decisions": []' in hall.told("kim")
    await hall.types("maya", "/privacy delete delete")
    await hall.types("you", "/audit")
    assert '"verdict": "80"' in hall.told("you")
    assert "Nearly." not in hall.told("you")


async def test_all_that_is_kept_of_deeds_is_handed_over(hall: Hall):
    """Of each kind of what organisers did there is something in the export, in the order in which it was done; what is kept of nobody has no name."""
    await worked(hall)
    await hall.types("you", "/audit")
    (file,) = (block for block in hall.platform.private[-1][1].blocks if isinstance(block, File))
    kept = json.loads(file.content)
    assert {name: len(rows) for name, rows in kept.items()} == {
        "decisions": 2, "questions": 4, "suggestions": 2, "edits": 3, "marks": 1, "learned": 1, "schedules": 9, "settings": 6, "queued": 1, "left_out": 0, "live": 1, "teams": 1,
    }  # fmt: skip
    ((live,), (team,)) = (kept[name] for name in ("live", "teams"))
    (one, _) = (row for row in kept["schedules"] if row["what"] == "schedule skip")
    assert (one["detail"], one["channel"], one["name"], one["at"] < live["at"]) == ("2026-11-26", "hall", "you", True)
    assert (live["name"], live["questions"], team["name"], team["made_by"]) == ("you", 3, "Owls", "you")
    assert team["at"] < team["removed_at"]


async def test_the_same_press_twice_decides_one(hall: Hall, opinion: Opinion):
    """The same delivery twice is one decision, also while another doubt of the same attempt's member waits."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.answers("maya", HALF)
    again: Any = {"event": "memory:same"}
    await hall.presses("you", "decide:1:partly", **again)
    assert isinstance(await hall.presses("you", "decide:2:partly", **again), o.Nothing)


async def test_answers_of_who_left_are_not_queued(hall: Hall, opinion: Opinion):
    """A member who deletes their data takes their doubts along; one decided just then is told to nobody."""
    await hall.types("you", "/quiz mid")
    await hall.answers("maya", FULL)
    await hall.types("maya", "/privacy delete delete")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_late_answers_are_not_queued(hall: Hall, opinion: Opinion):
    """An answer after the reveal is for practice: unsure or not, nobody has to decide it."""
    await hall.types("you", "/quiz mid")
    await hall.types("you", "/reveal")
    await hall.answers("maya", FULL)
    assert "An organiser can" not in hall.told("maya")
    await hall.types("you", "/unsure")
    assert "Every grade is decided" in hall.told("you")


async def test_a_doubt_does_not_name_who_is_hidden(hall: Hall, opinion: Opinion):
    """Whoever decides an unsure grade is not told whose it is, where its author is hidden."""
    await hall.types("eve", "/privacy hide on")
    await hall.types("eve", "/quiz mid")
    await hall.answers("eve", FULL)
    assert opinion.asked
    await hall.types("you", "/unsure")
    assert hall.told("you").startswith("A hidden member: ")
