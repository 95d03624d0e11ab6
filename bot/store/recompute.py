"""The proof that what is added up equals its facts: awards, totals and streaks folded again from the attempts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, delete, false, insert, select

from bot.grading import Band
from bot.question import Level
from bot.rules import scoring
from bot.rules.scoring import Attempt, Award, Tally
from bot.store import away
from bot.store.answers import is_copy, newest_grade
from bot.store.boards import first_attempts
from bot.store.schema import attempt, award, grade, member, round_, streak, total

CHUNK: Final = 100  # rounds folded at a time, which bounds the memory
Key = tuple[Any, ...]
Table_ = dict[Key, dict[str, Any]]


@dataclass(slots=True)
class Difference:
    """Rows of one table that are not what the facts say: `stored` or `folded` is None where a row is missing."""

    table: str
    key: Key
    stored: dict[str, Any] | None
    folded: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.table} {self.key}: stored {self.stored}, from the facts {self.folded}"


@dataclass(slots=True)
class Report:
    """What a recompute saw."""

    rounds: int = 0
    awards: int = 0
    differences: list[Difference] = field(default_factory=list)


def compare(connection: Connection, *, repair: bool = False) -> Report:
    """Fold all facts again and compare; with `repair`, put the folded rows in the place of those that differ."""
    report = Report()
    asked = _asked_order(connection)
    totals: dict[Key, Tally] = {}
    attended: dict[Key, list[int]] = defaultdict(list)
    for rounds in _closed_rounds(connection):
        stored = _stored_awards(connection, list(rounds))
        versions = {key[0]: row["rules"] for key, row in stored.items() if row["rules"] in scoring.RULES}
        folded = _fold_rounds(connection, rounds, asked, versions)
        report.rounds += len(rounds)
        report.awards += len(folded)
        _settle(connection, report, "award", stored, folded, repair=repair)
        _add(folded, rounds, totals, attended)
    _settle(connection, report, "total", _stored_totals(connection), _columns(totals), repair=repair)
    folded_streaks = _fold_streaks(connection, attended)
    _settle(connection, report, "streak", _stored_streaks(connection), folded_streaks, repair=repair)
    return report


def _asked_order(connection: Connection) -> dict[Key, int]:
    """Return how many asked rounds of the same date each member had tried before each, by (round, member)."""
    rows = connection.execute(first_attempts().add_columns(round_.c.team_id).group_by(round_.c.team_id)).all()
    days: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for r in rows:
        days[(r.team_id, r.member_id, r.local_date)].append((r.first, r.round_id))
    return {(rnd, key[1]): place for key, firsts in days.items() for place, (_, rnd) in enumerate(sorted(firsts))}


def _closed_rounds(connection: Connection) -> Iterator[dict[int, Any]]:
    last = 0
    while True:
        query = select(round_).where(round_.c.closed_at.is_not(None), round_.c.void.is_(false()), round_.c.id > last)
        rows = connection.execute(query.order_by(round_.c.id).limit(CHUNK)).all()
        if not rows:
            return
        yield {row.id: row for row in rows}
        last = rows[-1].id


def _fold_rounds(
    connection: Connection, rounds: dict[int, Any], asked: dict[Key, int], versions: dict[int, int]
) -> Table_:
    """Return the awards that the facts make, each by the rules of its round's stored ones."""
    rows = connection.execute(
        select(
            attempt.c.round_id, attempt.c.member_id, attempt.c.hints, is_copy(), attempt.c.practice,
            attempt.c.says, attempt.c.half, grade.c.score, grade.c.band,
        )
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(attempt.c.round_id.in_(list(rounds)), attempt.c.late.is_(false()), newest_grade())
        .order_by(attempt.c.id)
    )  # fmt: skip
    tries: dict[Key, list[Attempt]] = defaultdict(list)
    for r in rows:
        tries[(r.round_id, r.member_id)].append(
            Attempt(
                member=r.member_id,
                score=r.score,
                band=Band(r.band),
                hints=r.hints,
                copied=bool(r.copied),
                practice=r.practice,
                says=r.says,
                half=r.half,
            )
        )
    return {
        key: _award_row(rounds[key[0]], some, asked.get(key, 0), versions.get(key[0], scoring.VERSION))
        for key, some in tries.items()
    }


def _award_row(closed: Any, tries: list[Attempt], before: int, version: int) -> dict[str, Any]:
    counts = closed.scheduled or (scoring.counts(before, version=version) and not closed.repeat)
    award_: Award = scoring.award(Level(closed.level), tries, counts=counts, version=version)
    return {
        "team_id": closed.team_id, "channel_id": closed.channel_id, "local_date": closed.local_date, "topic": closed.topic,
        "level": closed.level, "points": award_.points, "score": award_.score, "band": award_.band,
        "sequence": closed.sequence if award_.attended else None, "rules": version,
    }  # fmt: skip


def _stored_awards(connection: Connection, rounds: list[int]) -> Table_:
    rows = connection.execute(select(award).where(award.c.round_id.in_(rounds)))
    return dict(_keyed(rows.mappings(), "round_id", "member_id"))


def _stored_totals(connection: Connection) -> Table_:
    rows = connection.execute(select(total))
    return dict(_keyed(rows.mappings(), "team_id", "member_id", "topic", "level"))


def _stored_streaks(connection: Connection) -> Table_:
    rows = connection.execute(select(streak))
    return dict(_keyed(rows.mappings(), "channel_id", "member_id"))


def _keyed(rows: Any, *key: str) -> Iterator[tuple[Key, dict[str, Any]]]:
    for row in rows:
        yield tuple(row[name] for name in key), {k: v for k, v in row.items() if k not in key}


def _add(folded: Table_, rounds: dict[int, Any], totals: dict[Key, Tally], attended: dict[Key, list[int]]) -> None:
    for (round_id, who), row in folded.items():
        one = Award(member=who, points=row["points"], score=row["score"], band=row["band"])
        key = (row["team_id"], who, row["topic"], row["level"])
        totals[key] = totals.get(key, Tally(member=who)).plus(one)
        if row["sequence"] is not None:
            attended[(rounds[round_id].channel_id, who, row["team_id"])].append(row["sequence"])


def _columns(totals: dict[Key, Tally]) -> Table_:
    return {key: {k: v for k, v in asdict(tally).items() if k != "member"} for key, tally in totals.items()}


def _fold_streaks(connection: Connection, attended: dict[Key, list[int]]) -> Table_:
    """Return each member's streak in each channel; those who deleted themselves keep none."""
    gone = set(connection.execute(select(member.c.id).where(member.c.deleted_at.is_not(None))).scalars())
    off = away.passed_over(connection)
    folded = {key: scoring.streak(numbers, off=off.get(key, ())) for key, numbers in attended.items()}
    return {
        (channel_id, who): {"team_id": team_id, **asdict(run)}
        for (channel_id, who, team_id), run in folded.items()
        if who not in gone and run.best
    }


def _settle(
    connection: Connection, report: Report, table: str, stored: Table_, folded: Table_, *, repair: bool
) -> None:
    """Note what differs between the stored and the folded rows of a table, and mend it if asked."""
    wrong = [key for key in stored.keys() | folded.keys() if stored.get(key) != folded.get(key)]
    report.differences += [Difference(table, key, stored.get(key), folded.get(key)) for key in sorted(wrong)]
    if not repair:
        return
    into = {"award": award, "total": total, "streak": streak}[table]
    names = list(into.primary_key.columns.keys())
    for key in wrong:
        named = dict(zip(names, key, strict=True))
        connection.execute(delete(into).where(*(into.c[name] == value for name, value in named.items())))
        if key in folded:
            connection.execute(insert(into).values(**named, **folded[key]))
