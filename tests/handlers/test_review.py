"""Review: what was missed comes back in private, is graded and rated, and is told of to who wants it."""

from bot import outcomes as o
from bot.cards import File
from bot.store.schema import award, event, recall, review
from tests.doubles.fakes import FULL, HALF, SCHEDULE, WRONG, Hall, otherwise, text_of

REFERENCE = "This is reference answer"


async def missed(hall: Hall, *names: str, day: int = 23) -> None:
    """Let members miss the question of a day of November 2026, and its answer be revealed."""
    if day == 23:
        await hall.types("you", SCHEDULE)
    await hall.until(11, day, 9, 0)
    for name in names:
        await hall.answers(name, WRONG, day - 22)
    await hall.until(11, day, 17, 0)


async def test_what_was_missed_comes_back_a_day_later(hall: Hall):
    """Who missed a question finds it in review by itself; who had it right, or did not answer, does not."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.answers("bo", FULL)
    await missed(hall, "maya")
    await hall.types("maya", "/review")
    assert hall.told("maya").startswith("Your review: 0 due of 1\nNothing is due. The next comes: 2026-11-24 17:00")
    for name in ("bo", "ines"):
        await hall.types(name, "/review")
        assert hall.told(name).startswith("Your review is empty")
    await hall.until(11, 24, 17, 0)
    await hall.types("maya", "/review")
    assert hall.told("maya").startswith("Your review: 1 due of 1\nNext (")
    assert "[Answer] recall:1" in hall.told("maya")
    await hall.types("maya", "/stats")
    assert "Review: 1 due of 1 question" in hall.told("maya")
    await hall.presses("maya", "home")
    assert "[Review 1 question] review" in hall.told("maya")


async def test_an_answer_in_review_is_graded_and_earns_nothing(hall: Hall):
    """A recall is graded as always and rated by its grade; the answer is shown, no points come of it, and the date follows."""
    await missed(hall, "maya")
    await hall.until(11, 24, 17, 0)
    before = await hall.rows(award)
    await hall.presses("maya", "recall:1")
    assert hall.platform.forms[-1][1].submit == "recalled:1"
    await hall.presses("maya", "recalled:1", FULL)
    told = hall.told("maya")
    assert told.startswith("Correct: 100 of 100\nTrue It is Rayleigh scattering.")
    assert "Rated as good, so it comes back: 2026-11-2" in told
    assert REFERENCE in told
    assert "This is the last that was due." in told
    assert await hall.rows(award) == before
    await hall.types("maya", "/review")
    assert hall.told("maya").startswith("Your review: 0 due of 1")


async def test_a_wrong_answer_in_review_says_what_is_true(hall: Hall):
    """What is wrong in a recall is named, with what is true, and the question comes back on the next day."""
    await missed(hall, "maya")
    await missed(hall, "maya", day=24)
    await hall.until(11, 25, 17, 0)
    await hall.presses("maya", "recalled:1", WRONG)
    told = hall.told("maya")
    assert "What is true instead:\nNone It reflects no ocean." in told
    assert "comes back: 2026-11-26 17:00" in told
    assert "1 more due now." in told
    assert "[Next question] review" in told


async def test_a_member_corrects_the_rating(hall: Hall):
    """The member's word on the newest recall moves its date; an older one is settled."""
    await missed(hall, "maya")
    await hall.until(11, 24, 17, 0)
    await hall.presses("maya", "recalled:1", HALF)
    assert "[It was easy] recall-rate:1:easy" in hall.told("maya")
    ((first,),) = await hall.rows(review, "due_at")
    await hall.presses("maya", "recall-rate:1:easy")
    assert hall.told("maya").startswith("Rated as easy")
    ((later,),) = await hall.rows(review, "due_at")
    assert later > first
    await hall.later(days=3)
    await hall.presses("maya", "recalled:1", HALF)
    await hall.presses("maya", "recall-rate:1:good")
    assert "answered this question again" in hall.told("maya")
    await hall.presses("bo", "recall-rate:2:good")
    assert isinstance(await hall.presses("bo", "recall-rate:2:good"), o.Refusal)
    assert [rating for (rating,) in await hall.rows(recall, "rating")] == ["easy", "hard"]


async def test_questions_are_added_and_dropped(hall: Hall):
    """Whatever was revealed in the team can be added, nothing that was not; what is dropped is gone until it is added again."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.types("bo", "/review add")
    assert "has not been revealed here yet" in hall.told("bo")
    await hall.until(11, 23, 17, 0)
    await hall.types("bo", "/review add")
    assert hall.told("bo").startswith("Your review: 1 due of 1\nThis question is in your review:")
    await hall.types("bo", "/review drop")
    assert hall.told("bo").startswith("Your review is empty\nThis question is in your review no more:")
    await hall.presses("bo", "recalled:1", FULL)
    assert "not in your review any more" in hall.told("bo")
    await hall.types("bo", "/review drop")
    assert "not in your review any more" in hall.told("bo")
    await hall.types("bo", "/review add")
    assert hall.told("bo").startswith("Your review: 1 due of 1")


async def test_what_is_open_waits_for_its_reveal(hall: Hall):
    """A question that is asked again is not in review while it is open, nor is its answer told there; who reviewed it has practice."""
    await missed(hall, "maya")
    await hall.types("cleo", "/review add")
    await hall.presses("cleo", "recalled:2", FULL)
    ((name,), _) = await hall.rows(review, "question_id")
    await hall.types("you", f"/schedule queue {name} 2026-11-25")
    await hall.until(11, 25, 9, 0)
    said = len(hall.platform.private)
    for press in ("recall:1", "recalled:1"):
        await hall.presses("maya", press, FULL if "ed" in press else None)
        assert "being asked here just now" in hall.told("maya")
    await hall.types("maya", "/review")
    await hall.types("maya", "/review export")
    assert REFERENCE not in "".join(text_of(card) for _, card in hall.platform.private[said:])
    await hall.answers("cleo", FULL, 3)
    assert "you know the answer to this question already" in hall.told("cleo")
    await hall.until(11, 25, 17, 0)
    await hall.types("maya", "/review")
    assert hall.told("maya").startswith("Your review: 1 due of 1")


async def test_a_recall_that_is_sent_twice_is_one(hall: Hall):
    """The same words sent again do not put a question off further: what came of them is told once more, as its member rated it."""
    await missed(hall, "maya")
    await hall.until(11, 24, 17, 0)
    await hall.presses("maya", "recalled:1", HALF)
    await hall.presses("maya", "recall-rate:1:easy")
    before = await hall.rows(review, "due_at")
    again = await hall.presses("maya", "recalled:1", f" {HALF}\n")
    assert isinstance(again, o.RecallGraded)
    assert hall.told("maya").startswith("Partly there: 50 of 100\nYou sent the same words before: they count once.\n")
    assert "Rated as easy, so it comes back" in hall.told("maya")
    assert await hall.rows(review, "due_at") == before
    await hall.presses("maya", "recalled:1", WRONG)
    assert await hall.rows(recall, "rating") == [("easy",), ("again",)]


async def test_what_has_come_back_is_recalled_anew(hall: Hall):
    """The same words on the next day, when the question is due again, are another recall; no word of them is kept."""
    await missed(hall, "maya")
    for day in (24, 25):
        await hall.until(11, day, 17, 0)
        await hall.presses("maya", "recalled:1", WRONG)
    assert await hall.rows(recall, "rating") == [("again",), ("again",)]
    assert not any("mirrors" in str(row) for row in await hall.rows(event))


async def test_review_is_limited_and_knows_talk(hall: Hall):
    """Talk uses nothing up, a delivery counts once, and ten recalls a minute are the most."""
    await missed(hall, "maya")
    await hall.presses("maya", "recalled:1", "idk")
    assert "reads like talk" in hall.told("maya")
    await hall.presses("maya", "recalled:1", HALF, event="memory:once")
    assert isinstance(await hall.presses("maya", "recalled:1", HALF, event="memory:once"), o.Nothing)
    for times in range(1, 11):
        await hall.presses("maya", "recalled:1", otherwise(HALF, times))
    assert "more than 10 answers in a minute" in hall.told("maya")
    assert len(await hall.rows(recall)) == 10


async def test_a_review_is_exported_to_anki(hall: Hall):
    """What a member reviews is handed over as a file that Anki takes."""
    await hall.types("maya", "/review export")
    assert hall.told("maya").startswith("Your review is empty")
    await missed(hall, "maya")
    await missed(hall, "maya", day=24)
    await hall.types("maya", "/review export")
    file = next(block for block in hall.platform.private[-1][1].blocks if isinstance(block, File))
    assert file.name == "studyhall-review.txt"
    assert file.content.count("Why does the daytime look blue") >= 2
    assert "#notetype:Studyhall" in file.content


async def test_what_is_due_is_told_in_the_morning_to_who_wants_it(hall: Hall):
    """At nine, once, and only of what is new, those hear of it who asked; what was there yesterday is not told again."""
    await hall.types("maya", "/settings review=on")
    assert "Word of what is due in review: on" in hall.told("maya")
    await missed(hall, "maya", "bo")
    await hall.until(11, 25, 8, 59)
    assert hall.platform.direct_messages == []
    await hall.until(11, 25, 9, 30)
    ((who, card),) = hall.platform.direct_messages
    assert who == "memory:member:maya"
    assert text_of(card).startswith("1 question to review\n")
    await hall.until(11, 27, 12, 0)
    assert len(hall.platform.direct_messages) == 1


async def test_a_deletion_takes_the_review_along(hall: Hall):
    """What a member reviewed is in their export, and gone with their data."""
    await missed(hall, "maya", "bo")
    await hall.presses("maya", "recalled:1", HALF)
    await hall.types("maya", "/privacy export")
    assert '"rating": "hard"' in hall.told("maya")
    await hall.types("maya", "/privacy delete delete")
    assert len(await hall.rows(review)) == 1
    assert await hall.rows(recall) == []
