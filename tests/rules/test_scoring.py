"""Points, places, streaks and choices: the same facts always make the same board."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.choosing import choose, unseen
from bot.grading import Band, band_of
from bot.question import Level, Question
from bot.rules.scoring import RULES, Attempt, Award, Period, Rules, Streak, Tally, award, fold, points, rank, streak

NEWEST = datetime(2026, 11, 23, 9, tzinfo=UTC)


def attempted(score: int, **more: Any) -> Attempt:
    """Return one attempt by member 1."""
    return Attempt(member=1, score=score, band=band_of(score), **more)


def tallied(**totals: int) -> list[Tally]:
    """Return tallies of members 1, 2, 3 and so on with these points, in the order of the names."""
    return [Tally(member=number, points=total) for number, total in enumerate(totals.values(), start=1)]


scores = st.integers(0, 100)
levels = st.sampled_from(Level)
attempts = st.lists(st.builds(attempted, scores, hints=st.integers(0, 3), copied=st.booleans()), min_size=1, max_size=3)
awards = st.lists(
    st.builds(Award, member=st.integers(1, 5), points=st.integers(0, 300), score=scores, band=st.sampled_from(Band))
)
boards = st.lists(
    st.builds(Tally, member=st.integers(1, 50), points=st.integers(0, 5)), unique_by=lambda tally: tally.member
)


@pytest.mark.parametrize(
    ("level", "score", "hints", "worth"),
    [
        (Level.MID, 80, 0, 80),
        (Level.SENIOR, 80, 0, 160),
        (Level.PRINCIPAL, 80, 0, 240),
        (Level.SENIOR, 75, 1, 120),
        (Level.MID, 75, 2, 45),
        (Level.PRINCIPAL, 100, 3, 120),
        (Level.MID, 33, 1, 26),  # 26.4, rounded down
        (Level.PRINCIPAL, 100, 5, 0),
        (Level.PRINCIPAL, 100, 6, 0),
        (Level.PRINCIPAL, 0, 0, 0),
    ],
)
def test_points(level: Level, score: int, hints: int, worth: int) -> None:
    """Points are the score times the level's weight, less a fifth for each hint, and never below nothing."""
    assert points(level, attempted(score, hints=hints)) == worth


@given(levels, scores, st.integers(0, 3))
def test_a_copy(level: Level, score: int, hints: int) -> None:
    """A copy of another member's answer earns no points."""
    assert points(level, attempted(score, hints=hints, copied=True)) == 0


@given(levels, attempts, st.randoms())
def test_the_best_attempt_counts(level: Level, some: list[Attempt], rng: Random) -> None:
    """The award is the attempt worth most, whatever the order they came in."""
    best = award(level, some)
    assert best.points == max(points(level, one) for one in some)
    assert best.band is band_of(best.score)
    rng.shuffle(some)
    assert award(level, some) == best


def test_equal_points() -> None:
    """Of attempts worth the same, the one with the better score stands."""
    best = award(Level.MID, [attempted(80), attempted(100, hints=1)])
    assert (best.points, best.score) == (80, 100)


@given(levels, scores)
def test_what_is_practised_or_says_nothing(level: Level, score: int) -> None:
    """Practice earns no points and keeps the streak; what says nothing keeps none, unless the grade finds something in it."""
    practised = award(level, [replace(attempted(score), practice=True)])
    assert (practised.points, practised.score, practised.attended) == (0, score, True)
    silent = [replace(attempted(score), says=False)]
    assert award(level, silent).attended is (score > 0)
    assert award(level, silent, version=1).attended
    assert not award(level, [attempted(score, copied=True)]).attended


def test_days_off_pass_over_a_streak() -> None:
    """A round on a day off neither breaks a streak nor counts, attended or not; it mends none that is broken, and begins none."""
    assert streak([1, 2, 5], off={3, 4}) == Streak(3, 3, 5)
    assert streak([1, 2, 3], off={3}) == Streak(2, 2, 3)
    assert streak([1, 2], off={4}) == Streak(2, 2, 2)
    assert streak([1], off={1}) == Streak()


def test_rules_that_were_in_force_stay() -> None:
    """Awards are folded by the rules that made them: whoever changes what an answer is worth adds a version here and there."""
    weights = {Level.MID: 1, Level.SENIOR: 2, Level.PRINCIPAL: 3}
    assert {
        1: Rules(hint_cost=20, asked_rounds_a_day=3, level_weight=weights),
        2: Rules(hint_cost=20, asked_rounds_a_day=3, level_weight=weights, own_words=True),
    } == RULES


@given(levels, attempts)
def test_a_round_that_does_not_count(level: Level, some: list[Attempt]) -> None:
    """A round past the day's limit keeps its score and earns no points."""
    counted, uncounted = award(level, some), award(level, some, counts=False)
    assert uncounted == replace(counted, points=0)


@given(awards, awards)
def test_a_fold_is_carried_on(before: list[Award], after: list[Award]) -> None:
    """Folding all awards is folding the first ones and carrying the tallies on by the others."""
    carried = fold(before)
    for one in after:
        carried[one.member] = carried.get(one.member, Tally(member=one.member)).plus(one)
    assert carried == fold([*before, *after])


@given(awards, st.randoms())
def test_a_fold_forgets_the_order(some: list[Award], rng: Random) -> None:
    """The same awards in any order make the same tallies."""
    tallies = fold(some)
    rng.shuffle(some)
    assert fold(some) == tallies


def test_a_tally() -> None:
    """A tally adds up points, rounds, correct rounds and scores, and its accuracy is the mean score."""
    some = [
        Award(member=1, points=160, score=80, band=Band.CORRECT),
        Award(member=2, points=10, score=10, band=Band.INCORRECT),
        Award(member=1, points=0, score=45, band=Band.PARTLY),
    ]
    tally = fold(some)[1]
    assert tally == Tally(member=1, points=160, rounds=2, correct=1, score=125)
    assert tally.accuracy == 62
    assert Tally(member=3).accuracy == 0


def test_shared_places() -> None:
    """Members with equal points share a place, and the next place counts them all: 1, 1, 3."""
    board = rank(tallied(ada=20, bo=30, cy=30, di=10))
    assert [(one.place, one.tally.member) for one in board] == [(1, 2), (1, 3), (3, 1), (4, 4)]


def test_left_out_of_the_board() -> None:
    """Members who are hidden or without points are left out and take no place."""
    board = rank(tallied(ada=30, bo=20, cy=0), without={1})
    assert [(one.place, one.tally.member) for one in board] == [(1, 2)]


@given(boards, st.frozensets(st.integers(1, 50)), st.randoms())
def test_places(tallies: list[Tally], hidden: frozenset[int], rng: Random) -> None:
    """A place is one more than the number of members shown with more points, whatever order the tallies come in."""
    board = rank(tallies, without=hidden)
    shown = [one.tally for one in board]
    assert {t.member for t in shown} == {t.member for t in tallies if t.points > 0} - hidden
    assert [one.place for one in board] == [1 + sum(o.points > t.points for o in shown) for t in shown]
    rng.shuffle(tallies)
    assert rank(tallies, without=hidden) == board


@pytest.mark.parametrize(
    ("attended", "run"),
    [
        ([], Streak(0, 0, 0)),
        ([1, 2, 3], Streak(3, 3, 3)),
        ([7, 8], Streak(2, 2, 8)),  # joined late
        ([1, 2, 4], Streak(1, 2, 4)),
        ([1, 3, 4, 5], Streak(3, 3, 5)),
    ],
)
def test_streaks(attended: list[int], run: Streak) -> None:
    """Rounds in a row make a streak, a missed one starts it anew, and the longest is remembered."""
    assert streak(attended) == run


@given(st.sets(st.integers(1, 30), min_size=1))
def test_the_longest_run(attended: set[int]) -> None:
    """The best streak is the longest run of rounds without a gap, the present one the run that ends last."""
    runs = [next(n for n in range(1, 32) if first + n not in attended) for first in attended]
    run = streak(sorted(attended))
    assert run.best == max(runs)
    assert set(range(run.last - run.length + 1, run.last + 1)) <= attended
    assert run.last - run.length not in attended


def test_a_streak_that_ended() -> None:
    """A streak still runs only while the channel's newest closed round was attended."""
    run = streak([4, 5, 6])
    assert run.current(6) == 3
    assert run.current(7) == 0


@pytest.mark.parametrize(
    ("period", "day", "start"),
    [
        (Period.WEEK, date(2026, 11, 23), date(2026, 11, 23)),
        (Period.WEEK, date(2027, 1, 1), date(2026, 12, 28)),
        (Period.MONTH, date(2026, 11, 30), date(2026, 11, 1)),
        (Period.SEASON, date(2026, 1, 1), date(2026, 1, 1)),
        (Period.SEASON, date(2026, 3, 31), date(2026, 1, 1)),
        (Period.SEASON, date(2026, 5, 31), date(2026, 4, 1)),
        (Period.SEASON, date(2026, 9, 30), date(2026, 7, 1)),
        (Period.SEASON, date(2026, 12, 31), date(2026, 10, 1)),
        (Period.ALL, date(2026, 11, 23), date.min),
    ],
)
def test_periods(period: Period, day: date, start: date) -> None:
    """A week starts on Monday, a month on the 1st, a season with its quarter, and all with the first date there is."""
    assert period.start(day) == start
    assert period.start(start) == start


def asked(number: int) -> Question:
    """Return a question told apart by its number."""
    point = {"statement": "It says so.", "phrasings": ["says so"]}
    return Question.model_validate(
        {
            "id": f"question-{number}",
            "level": "mid",
            "question": f"What is number {number}?",
            "reference": "A reference answer that is long enough to be taken as one.",
            "key_points": [{"id": "one", **point}, {"id": "two", **point}],
            "since": "2026-11-01",
        }
    )


POOL = [asked(number) for number in range(12)]


@given(st.integers(1, len(POOL)), st.integers())
def test_no_question_returns_early(size: int, seed: int) -> None:
    """No question returns before the pool is used up; from then on the longest unseen comes first."""
    rng, last_asked, order = Random(seed), dict[str, datetime](), []
    for day in range(3 * size):
        chosen = choose(POOL[:size], last_asked, rng)
        assert chosen is not None
        assert unseen(POOL[:size], last_asked) == max(0, size - day)
        last_asked[chosen.id] = NEWEST + timedelta(days=day)
        order.append(chosen)
    assert {q.id for q in order[:size]} == {q.id for q in POOL[:size]}
    assert order == order[:size] * 3


@given(st.permutations(POOL), st.integers())
def test_a_choice_is_the_seed_s(pool: list[Question], seed: int) -> None:
    """The same seed chooses the same question, in whatever order the bank was loaded."""
    same = [choose(some, {}, Random(seed)) for some in (pool, POOL)]
    assert same[0] == same[1]


def test_chance_chooses() -> None:
    """Different seeds begin a channel with different questions."""
    firsts = {choose(POOL, {}, Random(seed)) for seed in range(100)}
    assert len(firsts) == len(POOL)


def test_a_new_question_comes_before_all_seen() -> None:
    """A question that joins the bank is asked before any that was seen, and one that left it is forgotten."""
    last_asked = {q.id: NEWEST for q in POOL[:-1]} | {"left-the-bank": NEWEST}
    assert choose(POOL, last_asked, Random(1)) == POOL[-1]
    assert unseen(POOL, last_asked) == 1


def test_questions_last_seen_together() -> None:
    """Of questions last seen at one instant the first id comes first, in whatever order the bank was loaded."""
    last_asked = {q.id: NEWEST for q in POOL}
    for pool in (POOL, POOL[::-1]):
        assert choose(pool, last_asked, Random(1)) == POOL[0]


def test_an_empty_pool() -> None:
    """An empty pool has no next question."""
    assert choose([], {}, Random(1)) is None
    assert unseen([], {}) == 0
