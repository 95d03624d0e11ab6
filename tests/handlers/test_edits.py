"""Questions edited in chat: drafts on the desk, the form, new versions, what speaks against an edit, and which of file and edit wins."""

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot import outcomes as o
from bot.bank.editing import Texts, texts_of
from bot.bank.loading import Bank
from bot.cards import File
from bot.errors import Unreachable
from bot.question import Question
from bot.rules.questions import Life
from bot.store.schema import edit, question_version
from tests.doubles.fakes import FULL, HALF, Hall, bank, hall

SKY = "sky-mid-0"
NEW = "Say why the sky looks blue at noon."


def with_draft(**changes: Any) -> Bank:
    """Return a bank of one question a level, of which sky-mid-0 is a draft."""
    topics = dict(bank(1).topics)
    sky = topics["sky"]
    drafted = tuple(q.model_copy(update={"draft": True, **changes}) if q.id == SKY else q for q in sky.questions)
    topics["sky"] = sky.model_copy(update={"questions": drafted})
    return Bank(topics)


@pytest.fixture
async def small(hall: Hall) -> Hall:
    hall.app.deps = replace(hall.app.deps, bank=with_draft())
    return hall


async def question_of(hall: Hall, named: str = SKY) -> Question:
    return (await hall.app.bank_of("memory:team")).every[named]


async def sends(hall: Hall, *, named: str = SKY, **changes: str) -> o.Outcome:
    """Send the form of a question with some of its texts changed."""
    texts = replace(texts_of(await question_of(hall, named)), **changes)
    fields = {"text": texts.question, "reference": texts.reference, "points": texts.points}
    return await hall.sends("you", f"edit-send:{named}", fields)


async def test_drafts_are_on_the_desk_after_what_people_wait_for(small: Hall):
    """A draft comes once no member waits; it is confirmed, edited or retired by a button."""
    await small.types("you", "/desk")
    shown = small.told("you")
    assert "The sky · mid · draft · 1 draft to decide" in shown
    assert [line.partition("] ")[2] for line in shown.splitlines() if line.startswith("[")] == [
        f"question confirm:{SKY}", f"edit-form:{SKY}", f"question retire:{SKY}",
    ]  # fmt: skip
    await small.types("you", "/quiz senior sky")
    await small.answers("maya", HALF)
    await small.types("maya", "/appeal")
    await small.types("you", "/desk")
    assert "appealed against · 1 grade and 1 draft to decide" in small.told("you")


async def test_the_next_draft_comes_after_this_one(hall: Hall):
    """Who does not know about one draft is shown the next, and after the last the first again."""
    topics = dict(bank(1).topics)
    drafted = tuple(q.model_copy(update={"draft": True}) for q in topics["sky"].questions)
    hall.app.deps = replace(hall.app.deps, bank=Bank({"sky": topics["sky"].model_copy(update={"questions": drafted})}))
    seen = []
    for pressed in ("desk", "desk:sky-mid-0", "desk:sky-senior-0", "desk:sky-principal-0"):
        shown = await hall.presses("you", pressed)
        assert isinstance(shown, o.DoubtShown)
        assert shown.report is not None
        seen.append(shown.report.question.id)
    assert seen == ["sky-mid-0", "sky-senior-0", "sky-principal-0", "sky-mid-0"]


async def test_a_draft_without_an_answer_is_not_confirmed(hall: Hall):
    """What cannot be asked is not called right: it says what it lacks, and the form is where that is given."""
    for lacking, words in (
        ({"reference": "", "key_points": ()}, "it has no answer"),
        ({"key_points": ()}, "it has no key points"),
        ({"reference": "long " * 600}, "its answer is too long to be shown"),
    ):
        hall.app.deps = replace(hall.app.deps, bank=with_draft(**lacking))
        await hall.types("you", "/desk")
        assert "[It is right]" not in hall.told("you")
        await hall.types("you", f"/question confirm {SKY}")
        assert f"It cannot be asked yet: {words}. Press Edit on its card: /question edit." in hall.told("you")


async def test_a_draft_is_edited_and_asked(small: Hall):
    """The form holds question, answer and key points; what is saved is a version of its author, and no draft any more."""
    small.platform.failing["ask"] = [Unreachable("no form can be the answer to a message")]
    await small.types("you", f"/question edit {SKY}")
    assert f"[Edit] edit-form:{SKY}" in small.told("you")
    await small.types("you", f"/question edit {SKY}")
    ((_, form),) = small.platform.forms
    assert [field.name for field in form.fields] == ["text", "reference", "points"]
    assert form.fields[2].value.splitlines()[1] == "short: Short waves scatter most. | short wavelengths scatter"
    points = f"{form.fields[2].value}\nNoon light is white.\n\n- rayleigh: It is Rayleigh's scattering."
    points = points.replace("rayleigh: It is Rayleigh scattering. | Rayleigh scattering\n", "", 1)
    answer = f"{FULL} And noon light is white, which is why it looks blue at noon."
    assert isinstance(done := await sends(small, question=NEW, reference=answer, points=points), o.QuestionMoved)
    assert "The edit is saved" in small.told("you")
    assert done.state.life is Life.LIVE
    saved = await question_of(small)
    assert (saved.question, saved.draft) == (NEW, False)
    assert [point.id for point in saved.key_points] == ["short", "eyes", "noon-light-is-white", "rayleigh"]
    assert [saved.key_points[n].phrasings for n in (2, 3)] == [("Noon light is white.",), ("Rayleigh scattering",)]
    assert saved.key_points[3].weight == 2
    assert isinstance(asked := await small.types("you", "/quiz mid sky"), o.RoundOpened)
    assert asked.view.question.question == NEW
    await small.types("you", f"/question history {SKY}")
    assert f"you edited it (version {saved.version})" in small.told("you")
    await small.types("you", "/privacy export")
    assert NEW in small.told("you")


async def test_what_speaks_against_an_edit_is_said_first(small: Hall):
    """A form that makes no question, or whose own answer fails, is kept for its author, who edits on or saves it all the same."""
    held = await sends(small, reference="Too short.")
    assert isinstance(held, o.EditHeld)
    assert "In the answer: a reference answer has 40 to 2500 characters, not 10." in small.told("you")
    assert "Save it" not in small.told("you")
    await small.presses("you", f"edit-form:{SKY}:{held.edit}")
    assert small.platform.forms[-1][1].fields[1].value == "Too short."
    assert isinstance(await small.presses("you", f"edit-save:{held.edit}"), o.EditHeld)
    long_line = "a: " + "long " * 100
    await sends(small, points=f"x: It is so.\n{long_line}")
    assert "In the key points, line 2: String should have at most 400 characters." in small.told("you")
    await sends(small, points="a: It is so.\na: It is otherwise.")
    assert "In the question: key point ids must differ" in small.told("you")
    held = await sends(small, points="a: Bees buzz.\nb: Birds sing.")
    assert isinstance(held, o.EditHeld)
    assert "the reference answer itself gets 0 of 100; it misses a, b" in small.told("you")
    assert isinstance(await small.presses("you", f"edit-save:{held.edit}"), o.QuestionMoved)
    assert [point.id for point in (await question_of(small)).key_points] == ["a", "b"]
    await small.presses("you", f"edit-save:{held.edit}")
    assert "This edit is saved already, or another's." in small.told("you")
    assert await small.rows(edit, "body") == [
        ((await question_of(small)).model_dump(mode="json"),)
    ]  # none waits behind it


async def test_marked_answers_that_would_change_are_shown_first(small: Hall):
    """Before an edit is saved it says which decided answers it would grade otherwise."""
    await small.types("you", "/quiz senior sky")
    await small.answers("maya", FULL)
    await small.answers("bo", HALF)
    await small.types("you", "/reveal")
    for name, attempt in (("maya", 1), ("bo", 2)):
        await small.types(name, "/appeal")
        await small.presses("you", f"decide:{attempt}:keep")
    await small.types("bo", "/appeal")
    named = "sky-senior-0"
    points = texts_of(await question_of(small, named)).points.replace("Rayleigh scattering", "Tyndall scattering")
    assert isinstance(held := await sends(small, named=named, points=points), o.EditHeld)
    assert [one.marked.text for one in held.changed] == [HALF]
    assert f"“{HALF}”: 50 before, 0 now; marked partly" in small.told("you")
    assert "[Save it all the same]" in small.told("you")


async def test_an_open_round_keeps_its_words(small: Hall):
    """What is asked just now is not edited, and an edit of before changes no round that began with other words."""
    await small.types("you", "/quiz senior sky")
    await small.presses("you", "edit-form:sky-senior-0")
    assert "It is asked just now. Edit it once it is revealed" in small.told("you")
    await small.types("you", "/question show sky-senior-0")
    assert "[Edit]" not in small.told("you")
    await small.answers("maya", HALF)
    await small.types("you", "/reveal")
    await sends(small, named="sky-senior-0", question=NEW)
    await small.presses("maya", "more:1")
    assert len(await small.rows(question_version)) == 1
    await small.types("you", "/desk")
    assert NEW not in small.told("you")


async def test_which_of_edit_and_file_wins_is_said(small: Hall):
    """An edit wins over its file, also over a newer one, and says so; the file's words are had back by a button."""
    await sends(small, question=NEW)
    await small.types("you", f"/question show {SKY}")
    assert "Edited here by you on 23 November 2026, which wins over its file." in small.told("you")
    assert "The file has changed" not in small.told("you")
    small.app.deps = replace(small.app.deps, bank=with_draft(question="Why is the sky blue, says the file?"))
    await small.types("you", f"/question show {SKY}")
    assert "The file has changed since: look which is right." in small.told("you")
    assert NEW in small.told("you")
    same: Any = {"event": "memory:same"}
    await small.presses("you", f"edit-undo:{SKY}", **same)
    assert "Back to the file" in small.told("you")
    assert isinstance(await small.presses("you", f"edit-undo:{SKY}", **same), o.Nothing)
    assert (await question_of(small)).question == "Why is the sky blue, says the file?"
    await small.presses("you", f"edit-undo:{SKY}")
    assert "Its words are its file's already" in small.told("you")


async def test_two_who_edit_at_once_do_not_undo_each_other(small: Hall):
    """Who sends a form that was opened before somebody else's edit is told so before it takes that edit's place."""
    await small.presses("you", f"edit-form:{SKY}")
    form = small.platform.forms[-1][1]
    await sends(small, question=NEW)
    texts = {field.name: field.value for field in form.fields} | {"reference": f"{FULL} That is how the air works."}
    held = await small.sends("ada", form.submit, texts, organiser=True)
    assert isinstance(held, o.EditHeld)
    assert "It was changed since you opened the form" in small.told("ada")
    assert (await question_of(small)).question == NEW
    await small.presses("ada", f"edit-save:{held.edit}", organiser=True)
    assert (await question_of(small)).question == form.value


async def test_the_audit_has_each_edit_before_and_after(small: Hall):
    """Organisers can tell what an edit changed, and what going back to the file did."""
    await sends(small, question=NEW)
    await small.presses("you", f"edit-undo:{SKY}")
    await small.types("you", "/audit")
    (block,) = small.platform.private[-1][1].blocks
    assert isinstance(block, File)
    there = json.loads(block.content)["edits"]
    old = bank(1).topics["sky"].questions[0].question
    assert [(one["before"]["question"], (one["after"] or {}).get("question")) for one in there] == [
        (old, NEW),
        (NEW, None),
    ]


async def test_what_left_its_file_stays_as_it_was_edited(small: Hall):
    """A question whose file is gone is asked as it was edited here."""
    await sends(small, question=NEW)
    small.app.deps = replace(small.app.deps, bank=Bank({"sea": bank(1).topics["sea"]}))
    await small.types("you", f"/question show {SKY}")
    assert "Edited here by you on 23 November 2026; no file has it." in small.told("you")
    assert "[Back to the file]" not in small.told("you")
    await small.types("you", "/privacy delete delete")
    assert "no file has it" not in small.told("you")


async def test_an_edit_of_what_has_left_the_bank_is_not_saved(small: Hall):
    """Where the question's file went while an edit waited, its author is told so."""
    await sends(small, reference="Too short.")
    small.app.deps = replace(small.app.deps, bank=Bank({"sea": bank(1).topics["sea"]}))
    await small.presses("you", "edit-save:1")
    assert f"“{SKY}” has left the bank since." in small.told("you")


async def test_an_edit_is_made_once_and_outlives_a_restart(tmp_path: Path):
    """A delivery that comes twice is one edit; what changes nothing is none; another process asks the edited words."""
    async with hall(tmp_path) as first:
        texts = texts_of(first.app.deps.bank.every[SKY])
        fields = {"text": NEW, "reference": texts.reference, "points": texts.points}
        same: Any = {"event": "memory:same"}
        await first.sends("you", f"edit-send:{SKY}", fields, **same)
        assert isinstance(await first.sends("you", f"edit-send:{SKY}", fields), o.Refusal)
        other = {**fields, "text": f"{NEW} Please."}
        assert isinstance(await first.sends("you", f"edit-send:{SKY}", other, **same), o.Nothing)
        assert len(await first.rows(edit)) == 1
    async with hall(tmp_path) as second:
        assert (await question_of(second)).question == NEW
        there: Any = {"team": "memory:other", "channel": "memory:channel:there", "organiser": True}
        assert isinstance(shown := await second.types("kim", f"/question show {SKY}", **there), o.QuestionShown)
        assert shown.state.question.question != NEW


def test_the_form_of_a_long_question_leaves_the_phrasings_out():
    """Where they are too many for a form, a line without phrasings keeps those that there are."""
    many = bank(1).every[SKY]
    points = tuple(
        point.model_copy(update={"phrasings": tuple(f"{word} {point.id} " * 12 for word in "abcdefghij")})
        for point in many.key_points
    )
    texts = texts_of(many.model_copy(update={"key_points": points}))
    assert asdict(texts) == asdict(Texts(many.question, many.reference, texts.points))
    assert texts.points.splitlines()[0] == "rayleigh: It is Rayleigh scattering."


async def test_an_edit_that_is_saved_while_they_are_read_is_there_after_it(hall: Hall):
    """A command that read the words of before makes no bank of them for those that come after the edit."""
    read, gate, begun = hall.db.read, asyncio.Event(), asyncio.Event()

    async def late(query: Any) -> Any:
        found = await read(query)
        begun.set()
        await gate.wait()
        return found

    await sends(hall, question="Why is the sky blue at all?")
    hall.app.deps.edits.forget()
    hall.db.read = late  # type: ignore[assignment, method-assign]
    before = asyncio.create_task(question_of(hall))
    await begun.wait()
    hall.db.read = read  # type: ignore[method-assign]
    hall.app.deps.edits.forget()
    await sends(hall, question=NEW)
    gate.set()
    await before
    assert (await question_of(hall)).question == NEW
