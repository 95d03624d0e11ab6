"""Schedules: set, played through, interrupted, and what organisers are told."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import outcomes as o
from bot.commands import PostScheduled, RecordFailure
from bot.errors import ChannelGone, TooLate, Unreachable
from bot.rules.lateness import MAX_TRIES
from bot.store.schema import occurrence, round_, schedule
from tests.doubles.fakes import SCHEDULE, Hall, Server, bank, text_of, titles
from tests.doubles.fakes import hall as start_hall


async def test_a_day_is_played_on_time(hall: Hall):
    """The question is posted at its time, revealed at its time, and the board follows on its day."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 8, 59)
    assert hall.tags() == []
    await hall.until(11, 23, 9, 0)
    assert hall.tags() == ["question:1"]
    assert hall.card("question:1").title.startswith("Question of the day")
    await hall.until(11, 23, 17, 0)
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_a_week_has_five_questions_and_one_board(hall: Hall):
    """Monday to Friday a question and a reveal, on Friday the board after the reveal, at the weekend nothing."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 30, 8, 0)
    days = [f"{kind}:{n}" for n in range(1, 6) for kind in ("question", "reveal")]
    assert [t for t in hall.tags() if not t.startswith("board")] == days
    assert hall.tags()[-1].startswith("board:")
    assert "Nobody has points here yet" in text_of(hall.card(hall.tags()[-1]))


async def test_set_shows_plan_and_next_question(hall: Hall):
    """Setting a schedule answers with what is set, the pool, and the next question in its zone."""
    await hall.types(
        "you", "/schedule set 07:30 Asia/Tokyo mon,wed,fri levels=mid topics=sky,sea reveal=07:00 holidays=JP"
    )
    told = hall.told("you")
    for line in (
        "Question: mon, wed, fri at 07:30, Asia/Tokyo", "Reveal: 07:00 the day after", "Levels: mid",
        "Topics: sky, sea", "Days off: public holidays of JP", "Pool: 8 questions, 8 unseen here",
        "None Wed 25 November 2026, 07:30 JST",
    ):  # fmt: skip
        assert line in told


async def test_set_again_keeps_what_is_left_out(hall: Hall):
    """Changing one option keeps the others; the board without a time of its own goes with the reveal."""
    await hall.types("you", "/schedule set 09:00 Europe/Berlin mon-fri levels=senior days_off=2026-12-24")
    await hall.types("you", "/schedule set reveal=18:00")
    told = hall.told("you")
    for line in (
        "mon-fri at 09:00, Europe/Berlin",
        "Weekly board: fri at 18:00",
        "Levels: senior",
        "Days off: 24 December 2026",
    ):
        assert line in told
    await hall.types("you", "/schedule set board_at=12:00")
    await hall.types("you", "/schedule set reveal=19:00 daily")
    assert "Weekly board: fri at 12:00" in hall.told("you")
    assert "Question: daily" in hall.told("you")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/schedule set", "Say when the daily question comes"),
        ("/schedule set 09:00 reveal=09:00", "The reveal is at the very time of the question"),
        ("/schedule preview", "This channel has no schedule"),
        ("/schedule pause", "This channel has no schedule"),
        ("/schedule resume", "This channel has no schedule"),
        ("/schedule remove", "This channel has no schedule"),
        ("/schedule skip", "This channel has no schedule"),
        ("/schedule list", "None yet"),
    ],
)
async def test_refusals_say_what_to_type(hall: Hall, line: str, said: str):
    """What cannot be is answered with what can."""
    await hall.types("you", line)
    assert said in hall.told("you")


async def test_schedules_are_for_organisers(hall: Hall):
    """A member who is no organiser changes and sees no schedule; one who is appointed does."""
    for line in (SCHEDULE, "/schedule list", "/schedule preview", "/schedule pause", "/schedule skip"):
        await hall.types("maya", line)
        assert "is for organisers" in hall.told("maya")
    await hall.presses("maya", "decide:1:keep")
    assert "That button is for organisers; /settings names them." in hall.told("maya")
    await hall.types("you", "/settings appoint=maya")
    assert isinstance(await hall.types("maya", SCHEDULE), o.ScheduleSaved)


async def test_an_empty_pool_is_refused_when_set(hall: Hall):
    """A schedule over nothing is refused at once, not at nine in the morning."""
    hall.app.deps.bank.every.clear()  # type: ignore[attr-defined]
    await hall.types("you", SCHEDULE)
    assert "The bank has no questions at these levels" in hall.told("you")


async def test_preview_lists_ten_and_leaves_out_what_is_off(hall: Hall):
    """The preview has ten dates without weekends, holidays, own days off and skipped dates."""
    await hall.types("you", SCHEDULE + " holidays=US days_off=2026-11-30")
    await hall.types("you", "/schedule skip 2026-11-24")
    outcome = await hall.types("you", "/schedule preview")
    assert isinstance(outcome, o.ScheduleSaved)
    days = [day.isoformat() for day, _ in outcome.coming]
    assert days[:4] == ["2026-11-23", "2026-11-25", "2026-11-27", "2026-12-01"]
    assert len(days) == 10


async def test_skip_leaves_out_one_date(hall: Hall):
    """A skipped date has no question; without a date it is the next one's; twice is refused."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule skip")
    assert "No question on Monday 23 November 2026" in hall.told("you")
    await hall.types("you", "/schedule skip 2026-11-23")
    assert "is left out already" in hall.told("you")
    await hall.until(11, 25, 8, 0)
    assert hall.tags() == ["question:1", "reveal:1"]
    assert (await hall.rows(round_, "local_date")) == [(date(2026, 11, 24),)]


async def test_a_date_far_ahead_can_be_skipped(hall: Hall):
    """A date beyond what is planned already can be left out too, and stays so."""
    await hall.types("you", "/schedule set 09:00 mon")
    planned = [row[0] for row in await hall.rows(occurrence, "local_date")]
    assert max(planned) < date(2026, 12, 14)
    await hall.types("you", "/schedule skip 2026-12-14")
    assert "No question on Monday 14 December" in hall.told("you")
    await hall.until(12, 15, 8, 0)
    days = [row[0] for row in await hall.rows(round_, "local_date")]
    assert days[-1] == date(2026, 12, 7)


@pytest.mark.parametrize("day", ["2026-11-28", "2026-11-22", "2020-01-01", "0001-01-01", "9999-12-31"])
async def test_a_date_without_a_question_cannot_be_skipped(hall: Hall, day: str):
    """Weekends and the past have nothing to leave out."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", f"/schedule skip {day}")
    assert "No question is coming on" in hall.told("you")


async def test_a_schedule_without_any_date_says_so(hall: Hall):
    """When every date is off there is nothing to skip, and the list and the preview say that nothing comes."""
    days = ",".join((date(2026, 11, 23) + timedelta(weeks=n)).isoformat() for n in range(120))
    await hall.types("you", f"/schedule set 09:00 mon days_off={days}")
    assert "No question is coming" in hall.told("you")
    await hall.types("you", "/schedule skip")
    assert "No question is coming on any date" in hall.told("you")
    await hall.types("you", "/schedule list")
    assert "no date is coming" in hall.told("you")


async def test_the_same_delivery_is_done_once(hall: Hall):
    """Repeated deliveries of set and skip do nothing more."""
    await hall.types("you", SCHEDULE, event="memory:s")
    assert isinstance(await hall.types("you", SCHEDULE, event="memory:s"), o.Nothing)
    await hall.types("you", "/schedule skip", event="memory:k")
    assert isinstance(await hall.types("you", "/schedule skip", event="memory:k"), o.Nothing)
    assert [row for row in await hall.rows(occurrence, "state") if row == ("skipped",)] == [("skipped",)]


async def test_pause_and_resume_make_up_for_nothing(hall: Hall):
    """A pause posts nothing and misses nothing; an open round is still revealed."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.types("you", "/schedule pause")
    await hall.types("you", "/schedule list")
    assert "#hall: mon-fri at 09:00, UTC (paused)" in hall.told("you")
    await hall.until(11, 25, 12, 0)
    assert hall.tags() == ["question:1", "reveal:1"]
    await hall.types("you", "/schedule preview")
    assert "the schedule is paused" in hall.told("you")
    await hall.types("you", "/schedule resume")
    await hall.types("you", "/schedule resume")
    await hall.types("you", "/schedule list")
    assert "next Thu 26 November, 09:00" in hall.told("you")
    await hall.until(11, 26, 9, 0)
    assert hall.tags() == ["question:1", "reveal:1", "question:2"]
    assert not hall.platform.direct_messages


async def test_remove_and_set_again_asks_no_date_twice(hall: Hall):
    """Removing a schedule and setting it anew on the same day posts no second question that day."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    await hall.types("you", "/schedule remove")
    await hall.types("you", "/schedule list")
    assert "None yet" in hall.told("you")
    await hall.types("you", "/schedule set 10:00 mon-fri")
    await hall.until(11, 24, 9, 59)
    assert [t for t in hall.tags() if t.startswith("question")] == ["question:1"]
    assert len(await hall.rows(schedule)) == 1


async def test_moving_the_time_asks_no_date_twice(hall: Hall):
    """After today's question, a later time begins tomorrow; before it, an earlier time that is past begins tomorrow too."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 30)
    await hall.types("you", "/schedule set 11:00")
    await hall.until(11, 24, 10, 0)
    assert len(await hall.rows(round_)) == 1
    await hall.types("you", "/schedule set 08:00")
    await hall.until(11, 24, 23, 0)
    assert len(await hall.rows(round_)) == 1
    assert not hall.platform.direct_messages


async def test_clock_changes_neither_skip_nor_double(tmp_path: Path):
    """Through both of Berlin's clock changes a 02:30 question comes once on every local date."""
    for start, days in ((datetime(2026, 3, 26, tzinfo=UTC), 6), (datetime(2026, 10, 22, tzinfo=UTC), 6)):
        async with start_hall(tmp_path / str(start.month), now=start) as hall:
            await hall.types("you", "/schedule set 02:30 Europe/Berlin daily reveal=09:00")
            await hall.jobs.travel(hall.clock, start + timedelta(days=days))
            asked = [row[0] for row in await hall.rows(round_, "local_date")]
            assert asked == [start.date() + timedelta(days=n) for n in range(days)]


async def test_a_clock_set_back_repeats_nothing(hall: Hall):
    """Setting the clock back an hour or a day and letting it run again posts nothing twice."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 24, 9, 30)
    posted = hall.tags()
    hall.clock.move_to(hall.clock.now() - timedelta(days=1, hours=1))
    await hall.jobs.tick()
    await hall.until(11, 24, 9, 30)
    assert hall.tags() == posted


async def test_a_short_outage_posts_late_and_says_so(tmp_path: Path):
    """Back within two hours, the question is posted, says that it is late, and stays open for its time."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:30")
    async with start_hall(tmp_path, server=server, now=datetime(2026, 11, 23, 10, 45, tzinfo=UTC)) as hall:
        await hall.jobs.tick()
        assert hall.tags() == ["question:1"]
        assert "Late: it was due: 2026-11-23 09:00:00+00:00" in text_of(hall.card("question:1"))
        await hall.until(11, 23, 11, 14)
        assert hall.tags() == ["question:1"]
        await hall.until(11, 23, 11, 15)
        assert hall.tags() == ["question:1", "reveal:1"]
        assert not hall.platform.direct_messages


async def test_a_board_waits_for_a_reveal_that_is_late(tmp_path: Path):
    """When a late question moves its reveal past the board, the board comes after it, and the round is on it."""
    server = Server()
    friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    async with start_hall(tmp_path, server=server, now=friday) as hall:
        await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:30 board=fri levels=mid")
    async with start_hall(tmp_path, server=server, now=friday + timedelta(minutes=80)) as hall:
        await hall.jobs.tick()
        await hall.answers("maya", "It is Rayleigh scattering.", event="memory:after")
        await hall.until(11, 27, 9, 49)
        assert hall.tags() == ["question:1"]
        await hall.until(11, 27, 9, 51)
        assert [tag.partition(":")[0] for tag in hall.tags()] == ["question", "reveal", "board"]
        assert "maya 50" in text_of(hall.card(hall.tags()[-1]))


async def test_a_question_posted_seconds_late_moves_nothing(hall: Hall):
    """A question that is posted a moment after its time is revealed at its planned time, before the board."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:01 board=mon")
    hall.clock.move_to(datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC))
    await hall.jobs.tick()
    hall.clock.move_to(datetime(2026, 11, 23, 9, 1, 0, tzinfo=UTC))
    await hall.jobs.tick()
    assert [tag.partition(":")[0] for tag in hall.tags()] == ["question", "reveal", "board"]


async def test_a_long_outage_is_missed_and_told_once(tmp_path: Path):
    """After ten days only what is within two hours is asked; the rest is missed, and organisers are told once."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        await hall.types("you", SCHEDULE)
    async with start_hall(tmp_path, server=server, now=datetime(2026, 12, 3, 10, 30, tzinfo=UTC)) as hall:
        await hall.jobs.tick()
        assert [t for t in hall.tags() if t.startswith("question")] == ["question:1"]
        assert await hall.rows(round_, "local_date") == [(date(2026, 12, 3),)]
        states = [row[0] for row in await hall.rows(occurrence, "state")]
        assert states.count("missed") == 8 + 1  # eight questions and a board
        assert titles(hall.platform.direct_messages) == ["Questions missed"]
        assert "8 questions of #hall" in text_of(hall.platform.direct_messages[0][1])
        await hall.later(minutes=20)
        assert len(hall.platform.direct_messages) == 1


async def test_an_open_round_is_revealed_after_any_outage(tmp_path: Path):
    """A reveal has no limit; back after an outage, the bot first gives members an hour to answer, so no streak breaks."""
    server = Server()
    async with start_hall(tmp_path, server=server) as hall:
        await hall.types("you", SCHEDULE)
        await hall.until(11, 23, 9, 0)
    async with start_hall(tmp_path, server=server, now=datetime(2026, 12, 23, 9, 0, tzinfo=UTC)) as hall:
        await hall.jobs.tick()
        assert hall.tags() == ["question:1", "question:2"]
        await hall.answers("maya", "It is Rayleigh scattering.", event="memory:after")
        await hall.later(hours=1)
        assert hall.tags() == ["question:1", "question:2", "reveal:1"]
        await hall.types("maya", "/stats", event="memory:stats")
        assert "Streak: 1 now" in hall.told("maya")


async def test_no_question_returns_before_the_pool_is_used_up(tmp_path: Path):
    """Over two cycles of a pool of eight each question comes once a cycle; organisers are warned a week before, once a cycle."""
    async with start_hall(tmp_path, questions=bank(each=4)) as hall:
        await hall.types("you", "/schedule set 09:00 daily levels=mid")
        await hall.jobs.travel(hall.clock, datetime(2026, 12, 9, 8, 0, tzinfo=UTC))
        asked = [row[0] for row in await hall.rows(round_, "question_id")]
        assert len(asked) == 16
        assert sorted(asked[:8]) == sorted(set(asked))
        assert asked[8:] == asked[:8]
        assert titles(hall.platform.direct_messages) == ["The questions are running out"]


async def test_a_pool_that_is_emptied_pauses_the_schedule(hall: Hall):
    """When the bank has nothing left for a schedule, it is paused and organisers are told once."""
    await hall.types("you", SCHEDULE)
    hall.app.deps.bank.every.clear()  # type: ignore[attr-defined]
    await hall.until(11, 25, 8, 0)
    assert hall.tags() == []
    assert titles(hall.platform.direct_messages) == ["The daily question of #hall is stuck"]
    assert "paused" in text_of(hall.platform.direct_messages[0][1])


async def test_a_channel_that_is_gone_pauses_the_schedule_and_tells_once(hall: Hall):
    """A deleted channel: one direct message, a pause, no retry storm; resuming goes on."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [ChannelGone("The channel was deleted.")]
    await hall.until(11, 25, 8, 0)
    assert hall.tags() == []
    ((_, card),) = hall.platform.direct_messages
    assert "The channel was deleted. The schedule is paused" in text_of(card)
    await hall.types("you", "/schedule list")
    assert "(paused: it is stuck)" in hall.told("you")
    await hall.types("you", "/schedule resume")
    await hall.until(11, 25, 9, 0)
    assert [t for t in hall.tags() if t.startswith("question")] == ["question:2"]


async def test_an_unreachable_platform_is_tried_again_later(hall: Hall):
    """When the platform does not answer, the same question is tried again after seconds, then minutes, and posted once."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [Unreachable("no answer")] * 3
    await hall.until(11, 23, 9, 0)
    assert hall.tags() == []
    await hall.later(seconds=5)
    await hall.later(seconds=29)
    assert len(hall.platform.failing["post"]) == 1
    await hall.later(minutes=3)
    assert hall.tags() == ["question:1"]
    assert len(await hall.rows(round_)) == 1


async def test_a_bug_in_one_channel_holds_up_no_other(hall: Hall):
    """An unexpected failure is logged, tried again later, and the other channels' questions come on time."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", SCHEDULE, channel="memory:channel:two", channel_name="two")
    hall.platform.failing["post"] = [RuntimeError("a bug")]
    await hall.until(11, 23, 9, 0)
    assert len(hall.tags()) == 1  # of either: whose comes first, and fails, is chance
    await hall.later(seconds=5)
    assert sorted(hall.tags()) == ["question:1", "question:2"]
    places = {m["place"] for m in hall.platform.server.messages.values()}
    assert places == {"memory:channel:hall", "memory:channel:two"}


async def test_a_lost_answer_is_looked_up_and_never_posted_twice(hall: Hall):
    """When the connection breaks after the message arrived, the next try finds it by its tag."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing_after["post"] = [Unreachable("connection lost")]
    await hall.until(11, 23, 9, 1)
    assert hall.tags() == ["question:1"]
    assert hall.platform.server.threads == {"memory:message:1": "memory:thread:1"}


async def test_a_thread_that_could_not_be_opened_is_opened_later(hall: Hall):
    """A failure between the post and its thread is mended by the next try, without a second post."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["open_thread"] = [Unreachable("slow down")]
    await hall.until(11, 23, 9, 1)
    assert hall.tags() == ["question:1"]
    assert len(hall.platform.server.threads) == 1


async def test_a_platform_that_stays_away_costs_one_question(hall: Hall):
    """After two hours of trying the question is missed, not posted late; organisers are told once, tomorrow goes on."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [Unreachable("no answer")] * 16
    await hall.until(11, 23, 14, 0)
    assert hall.tags() == []
    assert titles(hall.platform.direct_messages) == ["Questions missed"]
    await hall.until(11, 24, 17, 0)
    assert hall.tags() == ["question:2", "reveal:2"]


async def test_a_board_is_given_up_after_many_tries(hall: Hall):
    """A board that cannot be posted for hours is given up, the schedule goes on, and organisers are told once."""
    await hall.types("you", SCHEDULE + " board_at=18:00")
    await hall.until(11, 27, 17, 30)
    hall.platform.failing["post"] = [Unreachable("no answer")] * (MAX_TRIES + 1)
    await hall.until(11, 30, 9, 0)
    ((_, card),) = hall.platform.direct_messages
    assert "given up on this one" in text_of(card)
    assert hall.tags()[-1] == "question:6"


async def test_an_answer_is_never_given_up(hall: Hall):
    """A reveal is tried until the platform takes it, however long it stays away."""
    await hall.types("maya", "/quiz mid")
    await hall.until(11, 24, 7, 0)
    hall.platform.failing["post"] = [Unreachable("no answer")] * (MAX_TRIES + 10)
    await hall.until(11, 25, 8, 0)
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_a_late_question_stays_marked_and_counts_its_time(hall: Hall):
    """A question that the platform took late says so, also after edits, and its reveal leaves time to answer."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:30")
    hall.platform.failing["post"] = [Unreachable("no answer")] * 9
    await hall.until(11, 23, 10, 5)
    assert hall.tags() == ["question:1"]
    await hall.answers("maya", "It is Rayleigh scattering.")
    assert "Late: it was due" in text_of(hall.card("question:1"))
    assert "Answered: maya" in text_of(hall.card("question:1"))


async def test_a_channel_without_threads_still_has_its_day(hall: Hall):
    """Where no thread may be opened, the answer stands in the channel, and nothing is paused."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["open_thread"] = [ChannelGone("no permission")]
    await hall.until(11, 23, 17, 0)
    assert hall.tags() == ["question:1", "reveal:1"]
    assert hall.platform.server.messages[hall.ref("reveal:1")]["place"] == "memory:channel:hall"
    assert not hall.platform.direct_messages


async def test_a_thread_that_never_opens_voids_nothing(hall: Hall):
    """A question that stands in the channel is kept and revealed, even if its thread could never be opened."""
    await hall.types("maya", "/quiz mid")
    hall.platform.server.threads.clear()
    await hall.types("you", SCHEDULE)
    hall.platform.failing["open_thread"] = [Unreachable("slow down")] * 60
    await hall.until(11, 23, 16, 0)
    await hall.answers("maya", "It is Rayleigh scattering.", 2)
    await hall.until(11, 23, 17, 0)
    assert hall.tags() == ["question:1", "question:2", "reveal:2"]


async def test_a_reveal_waits_for_a_question_on_its_way(hall: Hall):
    """A reveal that falls due while its question is still being tried comes after it."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:01")
    hall.platform.failing["post"] = [Unreachable("no answer")] * 3
    await hall.until(11, 23, 9, 2)
    assert hall.tags() == []
    await hall.until(11, 23, 9, 15)
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_a_question_on_its_way_is_not_revealed(hall: Hall):
    """An organiser cannot reveal a question that the platform has not taken yet."""
    await hall.types("you", SCHEDULE)
    hall.platform.failing["post"] = [Unreachable("no answer")]
    await hall.until(11, 23, 9, 0)
    await hall.types("you", "/reveal")
    assert "still being posted" in hall.told("you")
    await hall.later(seconds=5)
    assert hall.tags() == ["question:1"]


async def test_organisers_are_told_again_after_a_repair(hall: Hall):
    """Setting the schedule anew, or a question that came through, lets the next break be told."""
    await hall.types("you", SCHEDULE)
    for day in (23, 24):
        hall.platform.failing["post"] = [ChannelGone("deleted")]
        await hall.until(11, day, 12, 0)
        await hall.types("you", SCHEDULE)
    assert len(hall.platform.direct_messages) == 2


@pytest.mark.parametrize(
    ("line", "board"),
    [
        ("09:00 mon-fri", "fri at 17:00"),
        ("18:00 mon-fri", "sat at 02:00"),
        ("10:00 sat,sun", "sun at 18:00"),
        ("20:00 daily", "mon at 04:00"),
    ],
)
async def test_the_first_board_has_the_whole_week(hall: Hall, line: str, board: str):
    """Unless said otherwise, the board comes with the week's last reveal, so that no question is on none."""
    await hall.types("you", f"/schedule set {line}")
    assert f"Weekly board: {board}" in hall.told("you")


async def test_a_reveal_waits_for_a_question_in_trouble(hall: Hall):
    """A reveal is never before its question, and leaves it open for its planned half hour, however late it came."""
    await hall.types("you", "/schedule set 09:00 mon-fri reveal=09:30")
    hall.platform.failing["post"] = [Unreachable("no answer")] * 6
    await hall.until(11, 23, 9, 31)
    assert hall.tags() == []
    await hall.until(11, 23, 10, 2)
    assert hall.tags() == ["question:1"]
    await hall.until(11, 23, 10, 15)
    assert hall.tags() == ["question:1", "reveal:1"]


async def test_a_reveal_that_cannot_be_posted_pauses_the_schedule(hall: Hall):
    """When the channel is gone at the reveal, the round stays closed and organisers are told."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    hall.platform.failing["post"] = [ChannelGone("The thread was archived."), ChannelGone("The channel was archived.")]
    await hall.until(11, 24, 12, 0)
    assert hall.tags() == ["question:1"]
    assert titles(hall.platform.direct_messages) == ["The daily question of #hall is stuck"]


async def test_an_asked_round_that_cannot_be_posted_is_retried_then_given_up(hall: Hall):
    """/quiz in a channel the bot may not write in: the asker is told that it is saved; the schedule's side gives up."""
    hall.platform.failing["post"] = [Unreachable("no answer")]
    outcome = await hall.types("maya", "/quiz mid")
    assert isinstance(outcome, o.Refusal)
    assert "It is saved, and comes by itself in a moment." in hall.told("maya")
    await hall.jobs.tick()
    assert hall.tags() == ["question:1"]
    hall.platform.failing["post"] = [ChannelGone("archived"), ChannelGone("archived")]
    await hall.types("maya", "/quiz mid")
    await hall.jobs.tick()
    assert hall.tags() == ["question:1"]
    assert not hall.platform.direct_messages


async def test_due_commands_of_settled_or_unknown_occurrences_do_nothing(hall: Hall):
    """Repeating what is done, or naming what is not there, has no effect."""
    await hall.types("you", SCHEDULE)
    await hall.until(11, 23, 9, 0)
    for number in (1, 999):
        assert isinstance(await hall.app.handle(PostScheduled(occurrence=number)), o.Nothing)
        failure = RecordFailure(occurrence=number, reason="late news", final=True)
        assert isinstance(await hall.app.handle(failure), o.Nothing)
    assert hall.tags() == ["question:1"]


async def test_two_channels_have_schedules_of_their_own(hall: Hall):
    """A second channel is planned, asked and listed beside the first."""
    await hall.types("you", SCHEDULE)
    await hall.types("you", "/schedule set 10:00 mon-fri", channel="memory:channel:two", channel_name="two")
    await hall.until(11, 23, 10, 0)
    places = [m["place"] for m in hall.platform.server.messages.values()]
    assert places == ["memory:channel:hall", "memory:channel:two"]
    await hall.types("you", "/schedule list")
    assert "#two: mon-fri at 10:00" in hall.told("you")


async def test_a_change_at_the_due_second_keeps_the_day(hall: Hall):
    """A question that is due, and not posted yet, is not lost when its schedule is changed in that very second."""
    await hall.types("you", SCHEDULE)
    hall.clock.move_to(datetime(2026, 11, 23, 9, 0, 0, 400_000, tzinfo=UTC))
    await hall.types("you", "/schedule set 07:00 reveal=08:00 topics=sky")
    await hall.later(seconds=1)
    assert hall.tags() == ["question:1"]
    assert await hall.rows(round_, "topic") == [("sky",)]
    await hall.until(11, 23, 9, 59)
    assert hall.tags() == ["question:1"]
    await hall.until(11, 24, 7, 0)
    assert hall.tags() == ["question:1", "reveal:1", "question:2"]


@pytest.mark.parametrize(("day", "missed"), [(23, 0), (24, 1)])
async def test_a_change_after_an_outage_loses_no_day(tmp_path: Path, day: int, missed: int):
    """What fell due while the bot was down is asked or told as missed, also when the schedule is changed before the first look."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)
    async with start_hall(tmp_path, now=datetime(2026, 11, day, 10, 0, tzinfo=UTC)) as hall:
        await hall.types("you", "/schedule set board=mon", event="memory:later")
        await hall.jobs.tick()
        assert hall.tags() == ["question:1"]
        assert await hall.rows(round_, "local_date") == [(date(2026, 11, day),)]
        assert len(hall.platform.direct_messages) == missed


async def test_a_change_after_a_long_outage_loses_no_day(tmp_path: Path):
    """Days beyond what was planned before an outage count as missed too, by the schedule as it was then."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)
    async with start_hall(tmp_path, now=datetime(2026, 12, 31, 10, 0, tzinfo=UTC)) as hall:
        await hall.types("you", "/schedule set 08:00 mon", event="memory:later")
        await hall.jobs.tick()
        states = [row[0] for row in await hall.rows(occurrence, "state", "kind") if row[1] == "question"]
        assert states.count("missed") == 28
        assert hall.tags() == ["question:1"]


async def test_an_outage_of_many_channels_is_one_message(tmp_path: Path):
    """Who organises many channels is told once what an outage swallowed in all of them, each with its dates."""
    channels = [f"room-{n:02}" for n in range(22)]
    async with start_hall(tmp_path) as hall:
        for name in channels:
            await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)
    async with start_hall(tmp_path, now=datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) as hall:
        hall.platform.away = True
        await hall.jobs.tick()
        assert hall.platform.direct_messages == []  # it waits for its platform
        hall.platform.away = False
        await hall.jobs.tick()
        ((who, card),) = hall.platform.direct_messages
        assert (who, card.title) == ("memory:member:you", "Questions missed")
        assert "1 question of #room-19 (Mon 23 November)" in text_of(card)
        assert "and 2 more" in text_of(card)
        assert text_of(card).count("no streak breaks") == 1


async def test_different_news_are_one_message_too(hall: Hall):
    """What comes at one time is told at one time: a channel that is gone, and another whose question came too late."""
    for name in ("one", "two", "three"):
        await hall.types("you", SCHEDULE, channel=f"memory:channel:{name}", channel_name=name)
    hall.platform.failing["post"] = [
        ChannelGone("It was deleted."),
        TooLate("too late"),
        ChannelGone("It was archived."),
    ]
    await hall.until(11, 23, 9, 0)
    ((_, card),) = hall.platform.direct_messages
    assert card.title == "About your daily questions"
    told = text_of(card)
    assert told.count("Daily questions that are stuck:") == 1
    for line in (
        "It was deleted.",
        "It was archived.",
        "Questions missed:",
        "1 question of #",
    ):  # whose comes first is chance
        assert told.count(line) == 1


async def test_a_changed_zone_database_moves_what_lies_ahead(tmp_path: Path):
    """At a start, what is planned ahead is planned again, so that new zone data is followed; nothing is doubled."""
    async with start_hall(tmp_path) as hall:
        await hall.types("you", SCHEDULE)

        def falsify(connection: object) -> None:
            connection.execute(  # type: ignore[attr-defined]
                occurrence.update()
                .where(occurrence.c.kind == "question")
                .values(due_at=datetime(2026, 11, 27, 3, 0, tzinfo=UTC))
            )

        await hall.db.write(falsify)
    async with start_hall(tmp_path) as hall:
        await hall.jobs.tick()
        assert await hall.jobs.next_due() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_next_due_is_nothing_without_a_schedule(hall: Hall):
    """Without a schedule nothing is due."""
    assert await hall.jobs.next_due() is None


async def test_the_wake_up_ticks_and_stops(hall: Hall):
    """APScheduler only wakes: starting and stopping it around a due question posts it once, if at all."""
    await hall.types("you", SCHEDULE)
    async with hall.jobs.waking() as jobs:
        hall.clock.move_to(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
        await jobs.tick()
    assert hall.tags() == ["question:1"]
