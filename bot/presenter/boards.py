"""Cards of boards and statistics."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Bar, Block, Card, Chart, Fields, Item, Items, Place, Ranking, Text, Tone
from bot.commands import OpenAnswerForm, ShowGrade, ShowLeaderboard
from bot.commands.parsing import to_id
from bot.presenter.effects import Effect, Post
from bot.rules.scoring import Period, Tally
from bot.store.boards import Share
from bot.text import clip, plural

COMING: Final = 5  # of the next questions, and of buttons for open ones
GRADES: Final = 20  # buttons; with those for open questions as many as any platform shows under one message
QUESTION_CHARS: Final = 200
_PERIOD: Final = {
    Period.WEEK: "this week",
    Period.MONTH: "this month",
    Period.SEASON: "this season",
    Period.ALL: "all time",
}


def shown(outcome: o.BoardShown) -> Card:
    """Return a board for one member, with their own place."""
    board = outcome.board
    filters = [word for word in (board.topic_title, board.level) if word]
    return Card(
        title=" · ".join(["Leaderboard", _PERIOD[board.period], *filters]),
        blocks=(*_lines(board), *_own(outcome), *_chart(board)),
    )


def posted(outcome: o.BoardPosted) -> Sequence[Effect]:
    """Post the weekly board, which names the champion."""
    board = outcome.board
    card = Card(
        title=f"Weekly board · {span(board.start, board.end)}",
        blocks=(*_champions(board), *_lines(board), *_chart(board)),
        actions=(Action("My place", to_id(ShowLeaderboard(period=board.period))),),
        tone=Tone.GOOD if board.lines else Tone.PLAIN,
    )
    return [Post(tag=f"board:{outcome.settles}", card=card, channel=outcome.channel)]


def _champions(board: o.Board) -> tuple[Block, ...]:
    first = [line for line in board.lines if line.place == 1]
    if not first:
        return ()
    names = " and ".join(line.name for line in first)
    title = "Champion" if len(first) == 1 else "Champions"
    return (Text(f"{title} of the week: {names}, {plural(first[0].tally.points, 'point')}."),)


def _lines(board: o.Board) -> tuple[Block, ...]:
    if not board.lines:
        return (Text("Nobody has points here yet. They come when a question that was answered is revealed."),)
    more = board.members - len(board.lines)
    ranking = Ranking(tuple(_place(line) for line in board.lines))
    return (ranking, Text(f"and {plural(more, 'member')} more")) if more > 0 else (ranking,)


def _chart(board: o.Board) -> tuple[Block, ...]:
    """Draw the points of a board that has more than one line to compare."""
    if len(board.lines) < 2:  # noqa: PLR2004
        return ()
    bars = tuple(Bar(line.name, line.tally.points) for line in board.lines)
    words = ", ".join(f"{bar.name} {bar.value:,}" for bar in bars)
    return (Chart("Points", bars, f"Bar chart of points: {words}."),)


def _own(outcome: o.BoardShown) -> tuple[Block, ...]:
    if outcome.hidden:
        return (Text("You are hidden from the boards. Show yourself again with /privacy hide off."),)
    return (Text("Your place:"), Ranking((_place(outcome.own),))) if outcome.own else ()


def _place(line: o.BoardLine) -> Place:
    return Place(
        place=line.place, name=line.name, points=line.tally.points, rounds=line.tally.rounds, streak=line.streak,
        moved=line.moved, you=line.you,
    )  # fmt: skip


def stats(outcome: o.StatsShown) -> Card:
    """Return a member's statistics."""
    whose = "Your statistics" if outcome.own else f"Statistics of {outcome.name}"
    if not outcome.total.rounds:
        return Card(title=whose, blocks=(Text("Nothing yet: an answer counts once its question is revealed."),))
    total = outcome.total
    figures = Items(
        (
            Item(f"{plural(total.points, 'point')} from {plural(total.rounds, 'question')}, {total.correct:,} correct"),
            Item(f"Mean score: {total.accuracy} of 100"),
            Item(f"Streak: {outcome.streak} now, {outcome.best_streak} at best"),
        )
    )
    by_topic = tuple(Item(f"{title}, {share.level}: {_share(share.tally)}") for title, share in outcome.shares)
    return Card(title=whose, blocks=(figures, Text("By topic and level:"), Items(by_topic), *_accuracy(outcome.shares)))


def _accuracy(shares: Sequence[tuple[str, Share]]) -> tuple[Block, ...]:
    """Draw the mean score by topic of somebody who has answered in more than one."""
    topics = [title for title, _ in shares]
    if len(set(topics)) < 2:  # noqa: PLR2004
        return ()
    bars = tuple(Bar(topic, _mean([s.tally for t, s in shares if t == topic])) for topic in dict.fromkeys(topics))
    words = ", ".join(f"{bar.name} {bar.value}" for bar in bars)
    return (Chart("Mean score of 100", bars, f"Bar chart of the mean score by topic: {words}."),)


def _mean(tallies: Sequence[Tally]) -> int:
    rounds = sum(tally.rounds for tally in tallies)
    return round(sum(tally.score for tally in tallies) / rounds) if rounds else 0


def _share(tally: Tally) -> str:
    return f"{tally.accuracy} of 100 over {plural(tally.rounds, 'question')}, {plural(tally.points, 'point')}"


def home(outcome: o.HomeShown) -> Card:
    """Return where a member stands, with buttons for the questions that they may still answer, and for their grades."""
    figures = Fields(
        (("Points", f"{outcome.points:,}"), ("Streak", f"{outcome.streak} now, {outcome.best_streak} at best"))
    )
    return Card(
        title="Where you stand",
        blocks=(figures, *_open(outcome), *_done(outcome), *_coming(outcome)),
        actions=(*_answers(outcome), *_grades(outcome)),
    )


def _open(outcome: o.HomeShown) -> tuple[Block, ...]:
    lines = tuple(Item(_question(one, f", {plural(one.left, 'attempt')} left")) for one in outcome.open if one.left)
    if not lines:
        return (Text("No question is waiting for you. Ask one in a channel with /quiz."),)
    return (Text("Open for you:"), Items(lines))


def _done(outcome: o.HomeShown) -> tuple[Block, ...]:
    """Name the questions for which no attempts are left."""
    lines = tuple(Item(_question(one)) for one in outcome.open if not one.left)
    return (Text("Answered, and not revealed yet:"), Items(lines)) if lines else ()


def _question(one: o.OpenRound, more: str = "") -> str:
    words = clip(one.view.question.question, QUESTION_CHARS)
    kind = f"{one.view.topic_title}, {one.view.round.level}"
    return f"Question {one.view.round.id} in #{one.channel_name}: {words} ({kind}{more})"


def _coming(outcome: o.HomeShown) -> tuple[Block, ...]:
    coming = outcome.coming[:COMING]
    return (Text("Next questions:"), Fields(tuple((f"#{name}", at) for name, at in coming))) if coming else ()


def _answers(outcome: o.HomeShown) -> tuple[Action, ...]:
    numbers = [one.view.round.id for one in outcome.open if one.left][:COMING]
    return tuple(
        Action(f"Answer question {number}", to_id(OpenAnswerForm(round=number)), primary=number == numbers[0])
        for number in numbers
    )


def _grades(outcome: o.HomeShown) -> tuple[Action, ...]:
    numbers = [one.view.round.id for one in outcome.open if one.attempts][-GRADES:]
    return tuple(Action(f"See my grade of question {number}", to_id(ShowGrade(round=number))) for number in numbers)


def span(start: date, end: date) -> str:
    """Return a span of dates: "23 to 29 November 2026"."""
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else f"{start:%-d %B}"
    return f"{first} to {end:%-d %B %Y}"
