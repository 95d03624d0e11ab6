"""Cards of boards and statistics."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Bar, Block, Card, Chart, Item, Items, Place, Ranking, Text, Tone
from bot.commands import ShowLeaderboard
from bot.commands.parsing import to_id
from bot.presenter.effects import Effect, Post
from bot.rules.scoring import Period, Share, Tally
from bot.text import plural

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
            Item(f"Mean score: {total.accuracy} of 100{_copies(outcome)}"),
            Item(f"Streak: {outcome.streak} now, {outcome.best_streak} at best"),
        )
    )
    by_topic = tuple(Item(f"{title}, {share.level}: {_share(share.tally)}") for title, share in outcome.shares)
    return Card(title=whose, blocks=(figures, Text("By topic and level:"), Items(by_topic), *_accuracy(outcome.shares)))


def _copies(outcome: o.StatsShown) -> str:
    if not outcome.copies:
        return ""
    return f" ({plural(outcome.copies, 'question')} at 0, where your answer nearly repeated an earlier one)"


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


def span(start: date, end: date) -> str:
    """Return a span of dates: "23 to 29 November 2026"."""
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else f"{start:%-d %B}"
    return f"{first} to {end:%-d %B %Y}"
