"""Cards of boards and statistics."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bot import outcomes as o
from bot.cards import Action, Bar, Block, Card, Chart, Item, Items, Place, Ranking, Text, Tone
from bot.commands import ShowLeaderboard
from bot.commands.parsing import to_id
from bot.presenter.effects import Crown, Effect, Post, Reply
from bot.rules.periods import SEASONS, named
from bot.rules.scoring import ASKED_ROUNDS_A_DAY, Period, Share, Tally
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
    return Card(
        title=heading(board, "Leaderboard"),
        blocks=(*_lines(board), *_own(outcome), *_chart(board)),
        actions=sharing(board, outcome.asked),
    )


def sharing(board: o.Board, asked: ShowLeaderboard) -> tuple[Action, ...]:
    """Return the button that shares a board, if anybody is on it."""
    there = board.lines or board.squads
    return (Action("Share in this channel", to_id(replace(asked, share="share"))),) if there else ()


def in_public(outcome: o.BoardShared | o.BoardPosted) -> Sequence[Effect]:
    """Post a board for everybody."""
    return posted(outcome) if isinstance(outcome, o.BoardPosted) else shared(outcome)


def shared(outcome: o.BoardShared) -> Sequence[Effect]:
    """Post a board that a member shares, by its dates: it is read later too; and tell them where it stands."""
    board = replace(outcome.board, running=False)
    so_far = ", so far" if outcome.board.running and board.period is not Period.ALL else ""
    by = (Text(f"Shared by {outcome.sharer}"),) if outcome.sharer else ()
    card = Card(
        title=f"{heading(board, 'Teams' if board.squads else 'Leaderboard')}{so_far}",
        blocks=(*(_lines(board) if board.lines else squads(board)), *_chart(board), *by),
        actions=(Action("My place", to_id(outcome.asked)),),
    )
    told = Card(title=f"The board stands in #{outcome.channel_name}, for everybody there.", tone=Tone.GOOD)
    return [Post(tag=outcome.tag, card=card, channel=outcome.channel), Reply(told)]


def heading(board: o.Board, kind: str) -> str:
    """Return a board's title: what it is, its time, and what it is limited to."""
    return " · ".join([kind, time_of(board), *(word for word in (board.topic_title, board.level) if word)])


def time_of(board: o.Board) -> str:
    """Return a board's time in words: “this week”, “23 to 29 November 2026”, “November 2026”, “autumn 2026”."""
    if board.running:
        return _PERIOD[board.period]
    match board.period:
        case Period.ALL:
            return _PERIOD[Period.ALL]
        case Period.MONTH:
            return f"{board.start:%B %Y}"
        case Period.SEASON:
            return f"{SEASONS[(board.start.month - 1) // 3]} {board.start.year}"
        case _:
            return span(board.start, board.end)


def posted(outcome: o.BoardPosted) -> Sequence[Effect]:
    """Post the board of a week, month or season, which names the champion."""
    board = outcome.board
    kind = {Period.MONTH: "The month's board", Period.SEASON: "The season's board"}.get(board.period, "Weekly board")
    when = span(board.start, board.end) if board.period is Period.WEEK else time_of(board)
    card = Card(
        title=f"{kind} · {when}",
        blocks=(*_champions(board), *_lines(board), *_chart(board), *squads(board)),
        actions=(Action("My place", to_id(ShowLeaderboard(period=named(board.period, board.start)))),),
        tone=Tone.GOOD if board.lines else Tone.PLAIN,
        mentions=tuple(outcome.mentions),
    )
    post = Post(tag=f"board:{outcome.settles}", card=card, channel=outcome.channel)
    crown = outcome.crown
    return [post, *([Crown(role=crown.role, gives=crown.now, takes=crown.before)] if crown else [])]


def uncrowned(crowns: Sequence[o.Crowned]) -> Sequence[Effect]:
    """Take the champion's role from who is not to be seen on boards any more."""
    return [Crown(role=one.role, gives=one.now, takes=one.before, must=False) for one in crowns]


def _champions(board: o.Board) -> tuple[Block, ...]:
    first = [line for line in board.lines if line.place == 1]
    if not first:
        return ()
    names = " and ".join(line.name for line in first)
    title = "Champion" if len(first) == 1 else "Champions"
    what = "the week" if board.period is Period.WEEK else time_of(board)
    return (Text(f"{title} of {what}: {names}, {plural(first[0].tally.points, 'point')}."),)


def _lines(board: o.Board) -> tuple[Block, ...]:
    if not board.lines:
        return (Text(yet(board)),)
    more = board.members - len(board.lines)
    ranking = Ranking(tuple(_place(line) for line in board.lines))
    return (ranking, Text(f"and {plural(more, 'member')} more")) if more > 0 else (ranking,)


def yet(board: o.Board) -> str:
    """Say that nobody is on a board."""
    when = f"the week of {time_of(board)}" if board.period is Period.WEEK else time_of(board)
    if board.running:
        return "Nobody has points here yet. They come when a question that was answered is revealed."
    return f"Nobody earned points here in {when}."


def squads(board: o.Board) -> tuple[Block, ...]:
    """Return the teams' scores, best first."""
    if not board.squads:
        return ()
    return (
        Text(f"Teams, by the mean of their best {board.best}:"),
        Items(tuple(_squad(one, board) for one in board.squads)),
    )


def _squad(line: o.SquadLine, board: o.Board) -> Item:
    mean = f"{line.points / board.best:,.1f}".removesuffix(".0")
    yours = ", yours" if line.yours else ""
    return Item(f"{line.place}. {line.name}: {mean} ({plural(line.scorers, 'member')} with points{yours})")


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
    if outcome.own:
        return (Text("Your place:"), Ranking((_place(outcome.own),)))
    if any(line.you for line in outcome.board.lines):
        return ()
    return (Text(f"Your place: none{' yet' if outcome.board.running else ''}, for you have no points here."),)


def _place(line: o.BoardLine) -> Place:
    return Place(
        place=line.place, name=line.name, points=line.tally.points, rounds=line.tally.rounds, streak=line.streak,
        moved=line.moved, you=line.you,
    )  # fmt: skip


def stats(outcome: o.StatsShown) -> Card:
    """Return a member's statistics."""
    whose = "Your statistics" if outcome.own else f"Statistics of {outcome.name}"
    if not outcome.total.rounds:
        nothing = Text("Nothing yet: an answer counts once its question is revealed.")
        return Card(title=whose, blocks=(nothing, *map(Text, (*_live(outcome), *_review(outcome)))))
    total = outcome.total
    figures = Items(
        (
            Item(
                f"{plural(total.points - outcome.live[1], 'point')} from {plural(outcome.earning, 'question')}, {total.correct:,} correct"
            ),
            *_without_points(outcome),
            Item(f"Mean score: {total.accuracy} of 100{_copies(outcome)}"),
            Item(f"Streak: {outcome.streak} now, {outcome.best_streak} at best"),
            *map(Item, (*_live(outcome), *_review(outcome))),
        )
    )
    by_topic = tuple(Item(f"{title}, {share.level}: {_share(share.tally)}") for title, share in outcome.shares)
    return Card(title=whose, blocks=(figures, Text("By topic and level:"), Items(by_topic), *_accuracy(outcome.shares)))


def _without_points(outcome: o.StatsShown) -> tuple[Item, ...]:
    """Say which of one's own questions could earn nothing, and why."""
    why = [
        f"{outcome.practice:,} for practice, their answers having been revealed before" if outcome.practice else "",
        f"{outcome.beyond:,} beyond the {ASKED_ROUNDS_A_DAY} of /quiz that count on a day" if outcome.beyond else "",
        f"{outcome.copies:,} in which you nearly repeated an earlier answer" if outcome.copies else "",
    ]
    return (Item(f"Without points: {'; '.join(filter(None, why))}"),) if outcome.own and any(why) else ()


def _live(outcome: o.StatsShown) -> Iterator[str]:
    every, counted = outcome.live
    if every:
        where = (
            "on the boards too"
            if counted == every
            else "not on the boards"
            if not counted
            else f"{counted:,} of them on the boards too"
        )
        yield f"Live rounds: {plural(every, 'point')}, {where}"


def _review(outcome: o.StatsShown) -> Iterator[str]:
    if outcome.review and outcome.review[1]:
        due, count = outcome.review
        yield f"Review: {due:,} due of {plural(count, 'question')}"


def _copies(outcome: o.StatsShown) -> str:
    if not outcome.copies or not outcome.own:
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
    if start == end:
        return f"{end:%-d %B %Y}"
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else f"{start:%-d %B}"
    return f"{first} to {end:%-d %B %Y}"
