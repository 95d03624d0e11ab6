"""What the hall shows its members: the day's question, their own answers, boards, statistics, review; and never too much."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.hall.figures import ordered
from adapters.hall.marked import Part, marked
from adapters.hall.turns import Turns
from bot.bank.loading import Bank
from bot.bank.team_banks import TeamBanks
from bot.errors import ChannelGone, StoreError
from bot.grading import PointResult
from bot.outcomes import Difficulty
from bot.rules.difficulty import Facts
from bot.store.inbox import StoredInbox
from bot.store.schema import attempt, hint, round_
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import Visited, visited

NOTES = b"# Weather\n\n## What is fog?\n\nA cloud that touches the ground: water drops that hang in the air near it.\n"
SIX = ("ada", "ben", "cyd", "dan", "eve", "maya")
ELSEWHERE: Any = {"channel": "memory:channel:secret", "channel_name": "secret"}
ANNEX: Any = {
    "team": "memory:team:annex",
    "channel": "memory:channel:annex",
    "channel_name": "annex",
    "member": "memory:member:annex-bo",
}


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Visited]:
    """Open a hall on a Monday after its question came."""
    async with start_hall(tmp_path) as hall, visited(hall, folder=tmp_path) as there:
        await hall.types("you", SCHEDULE)
        await hall.until(11, 23, 9, 1)
        yield there


async def test_a_day_in_the_hall(there: Visited):
    """A member reads the question, takes a hint, answers twice, and sees after the reveal what earned which point, the answer beside it."""
    async with there.inside("maya") as browser:
        today = await browser.get("/")
        assert "Why does the daytime look blue" in today.words
        assert "Not answered yet" in today.words
        page = await browser.get(today.links[today.links.index("/question/1")])
        page = await browser.press(page, "Take a hint")
        assert "Think of light." in page.words
        page = await browser.press(page, "Send", text=HALF)
        assert "<mark>It is Rayleigh scattering<sup>✓</sup></mark>." in page.source
        page = await browser.press(page, "Send", text=FULL)
        assert "Answered so far: 1 member." in page.words
        assert "1 attempt left" in page.words
        said = await browser.press(page, "Send", text=HALF)
        assert "You sent the same words before: they count once." in said.words
        assert "Saved as attempt 1; you have 1 attempt left" in said.words
        for words in ("This is reference answer", "Short waves scatter most", "What it takes"):
            assert words not in page.source
        await there.hall.until(11, 23, 17, 1)
        page = await browser.get("/question/1")
        assert "This is reference answer" in page.words
        assert "Short waves scatter most. you had it, 1 of 1 had it" in page.words
        assert "<sup>2</sup>" in page.source
        page = await browser.press(page, "Send", text=WRONG)
        assert "Attempt 3, for practice" in page.words
    assert [row for (row,) in await there.hall.rows(attempt, "public")] == [False] * 3
    assert len(await there.hall.rows(hint)) == 1


async def test_own_answers_and_days(there: Visited):
    """What a member has answered is listed with scores and points, a page at a time; days are answered, missed or off."""
    hall = there.hall
    await hall.answers("maya", FULL)
    async with there.inside("maya") as browser:
        assert "1 attempt, open until" in (await browser.get("/answers")).words
        await hall.until(11, 24, 18)
        await hall.types("maya", "/away 2026-11-25")
        await hall.until(11, 26, 9, 1)
        await hall.answers("maya", HALF, 4)
        await hall.until(11, 27, 8)
    async with there.inside("maya") as browser:
        page = await browser.get("/answers")
        assert "1 attempt, 100 points" in page.words
        assert [link for link in page.links if "question" in link] == ["/question/4", "/question/1"]
        page = await browser.get("/statistics")
        for words in (
            "23 November: answered",
            "24 November: missed",
            "25 November: day off",
            "22 November: no question",
        ):
            assert words in page.words
        assert "The sky" in page.words or "The sea" in page.words
        earlier = await browser.get("/answers?before=4")
        assert [link for link in earlier.links if "question" in link] == ["/question/1"]
        for strange in ("x", "-1", "9" * 200, "²"):
            assert (await browser.get(f"/answers?before={strange}")).status == 200


async def test_boards_of_any_time(there: Visited):
    """A board is asked for by time, topic and level; what cannot be read is said, and what is empty says what fills it."""
    async with there.inside("maya") as browser:
        assert "Nobody has points here yet." in (await browser.get("/board")).words
        await there.hall.answers("maya", FULL)
        await there.hall.answers("bo", HALF)
        await there.hall.until(11, 23, 17, 1)
        page = await browser.get("/board")
        assert "1 maya you 100 1 1" in page.words
        assert '<rect class="fill" width="100%"' in page.source
        assert (
            "Leaderboard · all time · The sky · mid"
            in (await browser.get("/board?period=all&topic=sky&level=mid")).words
        )
        page = await browser.get("/board?period=%3Cscript%3E")
        assert "I know no time “<script>”." in page.words
        assert (await browser.get("/board?topic=../../etc")).status == 200


async def test_review_by_the_page(there: Visited):
    """What was missed comes back there too, is answered in a form, and rated by a button."""
    await there.hall.answers("maya", WRONG)
    await there.hall.until(11, 25, 9)
    async with there.inside("maya") as browser:
        page = await browser.get("/review")
        assert "Why does the daytime look blue" in page.words
        page = await browser.press(page, "Answer")
        page = await browser.press(page, "Send", text=FULL)
        assert "Correct: 100 of 100" in page.words
        assert "Settings" in (await browser.get("/settings")).words


async def test_nothing_of_other_channels_and_teams(there: Visited):
    """A question of a channel in which one never took part is not found, nor one of another team, whatever its number."""
    hall = there.hall
    await hall.types("you", "/quiz", **ELSEWHERE)
    await hall.types("bo", "/quiz", **ANNEX)
    async with there.inside("maya") as maya, there.inside("bo", **ANNEX) as bo:
        assert [(await maya.get(f"/question/{n}")).status for n in (1, 2, 3, 99)] == [200, 404, 404, 404]
        assert [(await bo.get(f"/question/{n}")).status for n in (1, 2, 3)] == [404, 404, 200]
        assert "secret" not in (await maya.get("/")).words
        assert (await maya.get("/question/1e3")).status == 404
        await hall.answers("maya", HALF, 2)
        assert (await maya.get("/question/2")).status == 200
        await hall.types("maya", "/privacy delete confirm")


async def test_only_organisers_are_shown_what_is_theirs(there: Visited):
    """The desk is an organiser's: in their menu, and refused to others."""
    async with there.inside("maya") as maya, there.inside("you") as you:
        assert "/desk" not in (await maya.get("/")).links
        refused = await maya.get("/desk")
        assert (refused.status, "is for organisers" in refused.words) == (403, True)
        await there.hall.answers("maya", HALF)
        await there.hall.presses("maya", "appeal-send:1", "I said it.")
        page = await you.get("/desk")
        assert "maya appeals" in page.words
        assert '<article class="card warning" tabindex="-1" autofocus>' in page.source
        assert 'accesskey="1">Keep 50</button><kbd class="key" aria-hidden="true">1</kbd>' in page.source
        page = await you.press(page, "Correct", text="You said it in other words.")
        assert "Every grade is decided" in page.words
        assert 'aria-current="page">Desk' in page.source


async def test_organisers_see_how_the_bot_is(there: Visited, tmp_path: Path):
    """They read how punctual their own team's posts were and whether all works; of another team's nothing, and no error's words."""
    hall = there.hall
    await hall.until(11, 23, 18)
    hall.platform.failing["post"] = [ChannelGone("a secret reason")]
    await hall.until(11, 24, 9, 1)
    async with (
        there.inside("you") as you,
        there.inside("maya") as maya,
        there.inside("bo", organiser=True, **ANNEX) as bo,
    ):
        assert [(await maya.get("/status")).status, "/status" in (await maya.get("/")).links] == [403, False]
        assert "has not been looked at yet" in (await you.get("/status")).words
        there.vitals.beat()
        page, other = await you.get("/status"), await bo.get("/status")
        for words in (
            "All is well",
            "Memory is connected",
            "Questions 1 0 s 0 s 0 1",
            "Reveals 1 0 s",
            "free beside it",
            "Grader",
        ):
            assert words in page.words
        assert "Nothing was due." in other.words
        assert "Nothing is due." in other.words
        hall.platform.away, hall.db.fault = True, StoreError("/secret/path")
        await StoredInbox(hall.db, hall.clock).take("memory:1", {"secret": "words"})
        page = await you.get("/status")
        for words in ("Something is in the way", "Memory is not connected", "The oldest delivery waits since"):
            assert words in page.words
        assert not [words for words in ("secret", str(tmp_path), "annex") if words in page.source]


@pytest.mark.parametrize(
    ("text", "evidence", "parts"),
    [
        ("a b c", ["b"], [Part("a "), Part("b", (1,), (1,)), Part(" c")]),
        ("a\n b", ["a b…"], [Part("a\n b", (1,), (1,))]),
        ("a b c", ["a b", "b c"], [Part("a ", (1,)), Part("b", (1, 2), (1,)), Part(" c", (2,), (2,))]),
        ("a", ["z", ""], [Part("a")]),
        ("", ["a"], []),
    ],
)  # fmt: skip
def test_words_that_earned_a_point(text: str, evidence: list[str], parts: list[Part]):
    """Each earned point's words are marked where they stand, also where they overlap; words that are not there mark nothing."""
    points = [PointResult(str(n), 1, 1.0, words) for n, words in enumerate(evidence)]
    assert marked(text, [*points, PointResult("x", 1, 0.0, "a")]) == parts


async def test_an_organiser_looks_after_the_bank(there: Visited, tmp_path: Path):
    """Questions are found by words and edited in a form; a file that is dropped becomes drafts; others are refused."""
    hall = there.hall
    hall.app.deps = replace(hall.app.deps, teams=TeamBanks(tmp_path / "teams"))
    async with there.inside("you") as you, there.inside("maya") as maya:
        assert (await maya.get("/questions")).status == 403
        assert "Nothing found" in (await you.get("/questions?words=zebra")).words
        page = await you.get("/questions?words=daytime")
        first = next(link for link in page.links if link.startswith("/questions/"))
        form = (await you.press(await you.get(first), "Edit")).form("Save")
        assert {"text", "reference", "points"} <= form.fields.keys()
        assert "I know no question" in (await you.get("/questions/no-such-question")).words
        sealed = page.form("Import").fields
        for name, data, words in (
            ("notes.md", NOTES, "draft"),
            ("notes.md", NOTES, "This was sent before, and is done."),
            ("notes.md", NOTES.replace(b"near it", b"about"), "No new question"),
            ("big.md", b"x" * 1_100_000, "Split it"),
            ("a.md", b" ", "nothing in that file"),
        ):
            body = aiohttp.FormData({key: value for key, value in sealed.items() if key != "file"})
            body.add_field("file", io.BytesIO(data), filename=name)
            assert words in (await you.post("/import", body)).words
        assert (await you.post("/import", aiohttp.FormData({"do": "question import", "file": "x"}))).status == 415
        huge = aiohttp.FormData(sealed)
        huge.add_field("file", io.BytesIO(b"x" * 2_100_000), filename="huge.md")
        assert (await you.post("/import", huge)).status == 413
        broken = {"Content-Type": "multipart/form-data"}
        assert (await you.post("/import", b"no part", **broken)).status == 400


async def test_an_edit_is_tried_before_it_is_saved(there: Visited):
    """Sample answers are graded by the form as it is, with what speaks against it and whom it would grade otherwise; nothing is saved."""
    hall = there.hall
    await hall.answers("maya", HALF)
    await hall.until(11, 23, 18)
    ((asked,),) = await hall.rows(round_, "question_id")
    async with there.inside("you") as you:
        page = await you.press(await you.get(f"/questions/{asked}"), "Edit")
        points = page.form("Try").fields["points"]
        foreign = "Das blaue Licht wird in der Luft mehr gestreut als das rote, und die Luft ist nicht blau."
        samples = f"{FULL}\n \n<b>{WRONG}</b>\n\nhello\n\n{foreign}"
        page = await you.press(page, "Try", points=points.replace("Rayleigh scattering", "Tyndall"), samples=samples)
        for words in (
            "Tried, and nothing saved",
            "the reference answer grades as",
            "Of 1 answer that members gave, 1 would be graded otherwise",
            f"“{HALF}”: 50 before, 0 now",
            "Partly there: 50 of 100",
            "Not yet: 0 of 100",
            "Wrong in it (0 points off): It reflects no ocean.",
            "Weight 2, credit 0 %",
            "Talk, and no answer",
            "I am not sure of this grade, because it seems to be in another language",
        ):
            assert words in page.words
        assert "<mark>short wavelengths scatter more" in page.source
        assert "&lt;b&gt;" in page.source
        assert page.form("Try").fields["samples"] == samples
        assert "Tyndall" in page.form("Save").fields["points"]
        page = await you.press(page, "Try", points=points, samples="")
        assert "None" not in page.words
        assert "1 answer that members gave, none would be" in page.words
        assert "In the answer: a reference answer has" in (await you.press(page, "Try", reference="No.")).words
        assert "3,000 characters a field" in (await you.press(page, "Try", reference="x" * 3_001)).words
        assert "Nothing of it is changed" in (await you.press(page, "Save")).words
        assert (await you.post("/try", page.form("Try").fields | {"seal": "0" * 64})).status == 403
        assert (
            await you.post("/try", (await you.get("/settings")).form("Send").fields | {"line": "desk"})
        ).status == 400
        there.pages.tries = Turns(most=0)
        assert (await you.press(page, "Try")).status == 429


async def test_a_command_is_typed_as_in_chat(there: Visited):
    """What has no page of its own is typed; what cannot be read is said, and what is refused too."""
    async with there.inside("maya") as browser:
        page = await browser.get("/settings")
        assert "Settings" in (await browser.press(page, "Send", line="/settings share=on")).words
        assert "What comes of it stands in the channel." in (await browser.press(page, "Send", line="/quiz mid")).words
        page = await browser.get("/settings")
        assert "I know no command" in (await browser.press(page, "Send", line="/sttngs")).words
        page = await browser.press(await browser.get("/settings"), "Send", line="privacy export")
        assert 'download="' in page.source


async def test_nobody_floods_the_hall(there: Visited):
    """A visit that asks for far more than a person reads is let wait; others are not."""
    async with there.inside("maya") as maya, there.inside("bo") as bo:
        there.pages.turns = Turns(most=3)
        assert [(await maya.get("/answers")).status for _ in range(4)] == [200, 200, 200, 429]
        assert (await bo.get("/answers")).status == 200
        there.pages.turns = Turns(most=1, seconds=0.0)
        assert [(await maya.get("/answers")).status for _ in range(2)] == [200, 200]


async def test_how_hard_questions_were(there: Visited):
    """An organiser sorts by what members had of each question; of few members it is said that they are too few, and other teams have nothing in it."""
    hall = there.hall
    for name in SIX:
        await hall.answers(name, FULL if name < "d" else WRONG)
    await hall.until(11, 24, 9, 1)
    for name in SIX:
        await hall.answers(name, HALF if name < "c" else WRONG, 2)
    await hall.until(11, 24, 18)
    await hall.types("you", "/quiz mid")
    async with there.inside("you") as you, there.inside("bo", organiser=True, **ANNEX) as bo:
        page = await you.get("/difficulty")
        assert "6 50 0.71" in page.words
        assert "0 – too few to say" in page.words
        assert page.words.index("6 50") > page.words.index("6 1")
        down = await you.get("/difficulty?by=mean&down=1&page=1e9")
        assert down.words.index("6 50") < down.words.index("6 1")
        assert 'aria-sort="descending">Mean score' in down.source
        assert "Nothing was asked yet" in (await bo.get("/difficulty")).words
        hall.app.deps = replace(hall.app.deps, bank=Bank({}))
        assert "no more in the bank" in (await you.get("/difficulty?by=question")).words


def test_pages_of_many_questions():
    """A long table comes in pages, in the same order; a page that is not there is the nearest, and what is not known stands last."""
    every = [
        Difficulty(id=f"q-{n}", question=f"{n:03}", topic_title="Sky", facts=Facts(scores={1: n} if n else {}))
        for n in range(150)
    ]
    page = ordered(every, "nonsense", down=True, page="2")
    assert ([one.question for one in page.rows][-3:], page.pages) == (["002", "001", "000"], 2)
    assert page.at(1) == "/difficulty?by=mean&down=1&page=1"
    assert page.to("mean") == "/difficulty?by=mean"
    assert ordered(every, "question", down=False, page="99").number == 2
