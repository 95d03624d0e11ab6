"""What is known of how a question goes in a team, added up from its rounds, attempts, grades, appeals and feelings."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, false, func, select

from bot.grading import PointResult
from bot.ports import Ref
from bot.rules.difficulty import OPPOSITE, Facts, Feeling
from bot.store.answers import DECIDED, newest_grade, plain
from bot.store.schema import appeal, attempt, award, decision, feeling, grade, round_, team, total
from bot.store.upsert import insert_new


def of(connection: Connection, question_id: str, *, team_id: int) -> Facts:
    """Return what is known of a question in a team."""
    here = (round_.c.team_id == team_id, round_.c.question_id == question_id, round_.c.void.is_(false()))
    times = connection.execute(select(func.count()).select_from(round_).where(*here)).scalar_one()
    scores, had = _answers(connection, *here)
    appeals, accepted = _appeals(connection, *here)
    felt = select(feeling.c.said, func.count()).join(round_, round_.c.id == feeling.c.round_id).where(*here)
    said = connection.execute(felt.group_by(feeling.c.said)).all()
    return Facts(
        rounds=times, scores=scores, had=had, appeals=appeals, accepted=accepted, felt={Feeling(one): n for one, n in said},
        elsewhere=_elsewhere(connection, list(scores), *here, team_id=team_id),
    )  # fmt: skip


def of_team(connection: Connection, team_id: int) -> dict[str, Facts]:
    """Return of each question of a team how often it was asked, and what its members had of it and of others."""
    here = (round_.c.team_id == team_id, round_.c.void.is_(false()))
    times = select(round_.c.question_id, func.count()).where(*here).group_by(round_.c.question_id)
    best = (
        select(round_.c.question_id, attempt.c.member_id, func.max(grade.c.score).label("score"))
        .join(attempt, attempt.c.round_id == round_.c.id)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .where(*here, attempt.c.late.is_(false()), newest_grade())
        .group_by(round_.c.question_id, attempt.c.member_id)
    )
    scores: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in connection.execute(best):
        scores[row.question_id][row.member_id] = row.score
    elsewhere = _others(connection, scores, *here, team_id=team_id)
    asked_here = connection.execute(times.order_by(round_.c.question_id)).all()
    return {name: Facts(rounds=n, scores=scores[name], elsewhere=elsewhere.get(name, {})) for name, n in asked_here}


def _others(
    connection: Connection, scores: Mapping[str, Mapping[int, int]], *here: Any, team_id: int
) -> dict[str, dict[int, float]]:
    """Return by question what its members had on average in a team's others."""
    mine = (
        select(round_.c.question_id, award.c.member_id, func.sum(award.c.score), func.count())
        .join(award, award.c.round_id == round_.c.id)
        .where(*here)
        .group_by(round_.c.question_id, award.c.member_id)
    )
    this = {(name, who): (score, n) for name, who, score, n in connection.execute(mine)}
    sums = select(total.c.member_id, func.sum(total.c.score), func.sum(total.c.rounds))
    whole = connection.execute(sums.where(total.c.team_id == team_id).group_by(total.c.member_id)).all()
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for name, members in scores.items():
        for who, score, rounds in whole:
            less, times = this.get((name, who), (0, 0))
            if who in members and rounds > times:
                found[name][who] = (score - less) / (rounds - times)
    return found


def _answers(connection: Connection, *here: Any) -> tuple[dict[int, int], dict[str, int]]:
    """Return each member's best score, and how many members had each key point."""
    rows = connection.execute(
        select(attempt.c.member_id, grade.c.score, grade.c.points)
        .join(grade, grade.c.attempt_id == attempt.c.id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .where(*here, attempt.c.late.is_(false()), newest_grade())
    )
    scores: dict[int, int] = {}
    had: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        scores[row.member_id] = max(row.score, scores.get(row.member_id, 0))
        for point in (PointResult(**point) for point in row.points):
            if point.earned:
                had[point.key_point].add(row.member_id)
    return scores, {point: len(members) for point, members in had.items()}


def _appeals(connection: Connection, *here: Any) -> tuple[int, int]:
    """Return how many appeals there were, and how many raised the grade."""
    decided = and_(grade.c.attempt_id == appeal.c.attempt_id, grade.c.id > appeal.c.grade_id, grade.c.reason == DECIDED)
    raised = and_(decision.c.id == grade.c.decision_id, decision.c.after > decision.c.before)
    query = (
        select(func.count(appeal.c.attempt_id.distinct()), func.count(decision.c.attempt_id.distinct()))
        .select_from(appeal)
        .join(attempt, attempt.c.id == appeal.c.attempt_id)
        .join(round_, round_.c.id == attempt.c.round_id)
        .outerjoin(grade, decided)
        .outerjoin(decision, raised)
        .where(*here)
    )
    made, accepted = connection.execute(query).one()
    return made, accepted


def _elsewhere(connection: Connection, members: list[int], *here: Any, team_id: int) -> Mapping[int, float]:
    """Return members' mean scores in a team's other questions."""
    mine = (
        select(award.c.member_id, func.sum(award.c.score).label("score"), func.count().label("rounds"))
        .join(round_, round_.c.id == award.c.round_id)
        .where(*here)
        .group_by(award.c.member_id)
    )
    this = {row.member_id: (row.score, row.rounds) for row in connection.execute(mine)}
    sums = select(total.c.member_id, func.sum(total.c.score).label("score"), func.sum(total.c.rounds).label("rounds"))
    whole = sums.where(total.c.team_id == team_id, total.c.member_id.in_(members)).group_by(total.c.member_id)
    found: dict[int, float] = {}
    for row in connection.execute(whole):
        score, rounds = this.get(row.member_id, (0, 0))
        if row.rounds > rounds:
            found[row.member_id] = (row.score - score) / (row.rounds - rounds)
    return found


def refs(connection: Connection) -> dict[int, Ref]:
    """Return every team's reference, by its number."""
    rows = connection.execute(select(team.c.id, team.c.ref).order_by(team.c.id)).all()
    return {row.id: row.ref for row in rows}


def asked(connection: Connection, team_id: int) -> list[str]:
    """Return the questions that were asked in a team."""
    query = select(round_.c.question_id).distinct().where(round_.c.team_id == team_id, round_.c.void.is_(false()))
    return list(connection.execute(query.order_by(round_.c.question_id)).scalars())


def feel(connection: Connection, round_id: int, said: Feeling, *, now: datetime, **whose: int) -> None:
    """Write down what a member (team_id, member_id) says of a round's question; the opposite is taken back by it."""
    mine = (feeling.c.round_id == round_id, feeling.c.member_id == whose["member_id"])
    connection.execute(delete(feeling).where(*mine, feeling.c.said == OPPOSITE[said]))
    insert_new(connection, feeling, round_id=round_id, said=said, at=now, **whose)


def export(connection: Connection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member said of questions after their reveal, as plain data."""
    query = select(round_.c.question_id, feeling.c.said, feeling.c.at).join(round_, round_.c.id == feeling.c.round_id)
    rows = connection.execute(query.where(feeling.c.member_id == member_id).order_by(feeling.c.at))
    return [plain(row) for row in rows.mappings()]
