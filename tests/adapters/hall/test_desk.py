"""The desk in the hall: whatever is decided there, what waits next stands below it at once; who appeals gets a reason, written beside the buttons."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.schema import attempt
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG
from tests.doubles.fakes import hall as start_hall
from tests.doubles.visitor import Visited, visited


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Visited]:
    """Open a hall where two questions are reported, two are suggested and two members appeal."""
    async with start_hall(tmp_path) as hall, visited(hall, folder=tmp_path) as there:
        await hall.types("you", SCHEDULE)
        await hall.until(11, 23, 9, 1)
        for name in ("maya", "bo"):
            await hall.answers(name, f"{HALF} So says {name}.")
        yield there


async def test_an_appeal_is_decided_with_its_reason_on_one_page(there: Visited):
    """The reason is written beside the buttons, each of which sends it, or left out; by the next card another appeal waits, and the members are told."""
    await there.hall.answers("ines", f"{HALF} So says ines.")
    for number, name in ((1, "maya"), (2, "bo"), (3, "ines")):
        await there.hall.presses(name, f"appeal-send:{number}", "I said it.")
    async with there.inside("you") as you:
        page = await you.get("/desk")
        assert page.source.count('name="press"') == 3
        page = await you.press(page, "Correct", text="You said it in other words.")
        assert "bo appeals" in page.words
        assert (
            await you.post("/do", page.form("Keep 50").fields | {"press": f"{'0' * 64} decide-send:2:keep"})
        ).status == 403
        page = await you.press(page, "Points or reason")
        page = await you.press(page, "Send", text="70 Nearly.")
        page = await you.press(page, "Incorrect")
        assert "Every grade is decided" in page.words
        assert 'aria-current="page">Desk' in page.source
    told = {member: str(card) for member, card in there.hall.platform.direct_messages}
    assert "You said it in other words." in told["memory:member:maya"]
    assert "is now 70 of 100" in told["memory:member:bo"]


async def test_a_decided_report_leads_to_the_next(there: Visited):
    """A question that is confirmed or retired on the desk stands above what waits next, whose buttons alone have numbers and the focus."""
    for name in ("sky-mid-1", "sky-mid-2", "sky-mid-3"):
        await there.hall.types("maya", f"/question report {name} it has two answers")
    async with there.inside("you") as you:
        page = await you.get("/desk")
        assert "3 reports to decide" in page.words
        page = await you.press(page, "It is right")
        assert "2 reports to decide" in page.words
        assert (page.source.count('accesskey="1"'), page.source.count("autofocus")) == (1, 1)
        assert "To the desk" not in page.words
        edited = await you.press(await you.press(page, "Edit"), "Try")
        assert 'aria-current="page">Desk' in edited.source
        saved = await you.press(edited, "Save", reference=f"{FULL} Look at the colour of light, and not at the sea.")
        saved = await you.press(saved, "Save") if "Save" in [one.label for one in saved.forms] else saved
        assert "1 report to decide" in saved.words
        page = await you.press(saved, "Retire")
        assert "Every grade is decided" in page.words
        elsewhere = await you.press(await you.get("/questions/sky-mid-2"), "Retire")
        assert "to decide" not in elsewhere.words
        assert "/desk" in elsewhere.links


async def test_a_decided_suggestion_leads_to_the_next(there: Visited):
    """One that is taken stands as a draft above what waits next; one that is declined has its reason asked for, and then the next comes."""
    for text in ("Which clouds bring rain?", "Why do rivers bend?"):
        written = {"text": text, "answer": FULL, "level": "mid", "topic": "sky"}
        await there.hall.sends("maya", "suggest-send", written)
    async with there.inside("you") as you:
        page = await you.get("/desk")
        assert "2 suggestions to decide" in page.words
        page = await you.press(await you.press(page, "Decline"), "Send", text="We have it already.")
        assert "its author is told why" in page.words
        assert "1 suggestion to decide" in page.words
        page = await you.press(page, "Take")
        assert page.words.index("is a draft now") < page.words.index("1 draft to decide")
        assert 'accesskey="1">It is right' in page.source


async def test_what_is_refused_on_the_desk_leads_back(there: Visited):
    """What somebody else decided meanwhile is said, with the way back to the desk."""
    await there.hall.presses("maya", "appeal-send:1", "I said it.")
    async with there.inside("you") as you:
        page = await you.get("/desk")
        await you.press(page, "Correct", text="So it is.")
        late = page.form("Incorrect")
        page = await you.post(late.action, late.fields | {"text": "No.", "once": "x"})
        assert "is decided already" in page.words
        assert "To the desk" in page.words


async def test_a_sheet_is_sent_again_with_other_words(there: Visited):
    """Who goes back, or whose answer was lost on its way, may write another thing: that is no form sent twice, as the same words are."""
    async with there.inside("ines") as ines:
        sheet = (await ines.get("/question/1")).form("Send")
        pages = [await ines.post(sheet.action, sheet.fields | {"text": text}) for text in (WRONG, HALF, HALF)]
        assert ["This was sent before, and is done." in page.words for page in pages] == [False, False, True]
    assert [text for (text,) in await there.hall.rows(attempt, "text")][2:] == [WRONG, HALF]
