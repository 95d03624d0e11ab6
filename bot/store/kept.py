"""An attempt with its grade, as it is written down: three rows, which a server is sent together.

Whoever writes holds everybody's turn until the end (bot/store/turn.py), and each statement is a way there and back.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Table, bindparam, cast, insert, select

from bot.store.ready import Ready
from bot.store.schema import attempt, doubt, grade

_ATTEMPT: Final = Ready(insert(attempt).returning(attempt.c.id))
_GRADE: Final = Ready(insert(grade).inline())
_DOUBT: Final = Ready(insert(doubt).inline())
_TOGETHER: Final[dict[tuple[str, ...], Ready]] = {}  # by what is given


def keep(connection: Connection, given: Mapping[str, Any], graded: Mapping[str, Any], *, doubted: bool) -> int:
    """Write an attempt down with its grade, and that a person is to look at it; return its number."""
    if connection.dialect.name == "postgresql":
        return _kept_together(connection, given, graded, doubted=doubted)
    ((number,),) = _ATTEMPT.rows(connection, **given)
    _GRADE.rows(connection, attempt_id=number, **graded)
    if doubted:
        _DOUBT.rows(connection, attempt_id=number, team_id=given["team_id"])
    return int(number)


def _kept_together(
    connection: Connection, given: Mapping[str, Any], graded: Mapping[str, Any], *, doubted: bool
) -> int:
    key = (*given, *graded)
    together = _TOGETHER.get(key) or _TOGETHER.setdefault(key, Ready(_together(given, graded)))
    named = {f"attempt_{name}": value for name, value in given.items()}
    named |= {f"grade_{name}": value for name, value in graded.items()}
    return int(together.rows(connection, **named, doubted=doubted)[0][0])


def _together(given: Mapping[str, Any], graded: Mapping[str, Any]) -> Any:
    """Return the statement that writes all three, whose parameters are named after the tables and their columns."""
    made = insert(attempt).values(_values(attempt, given)).returning(attempt.c.id).cte("made")
    of_grade = select(made.c.id, *_values(grade, graded).values())
    with_grade = insert(grade).inline().from_select(["attempt_id", *graded], of_grade).cte("graded")
    of_doubt = select(made.c.id, _values(attempt, ["team_id"])["team_id"]).where(bindparam("doubted", type_=Boolean))
    with_doubt = insert(doubt).inline().from_select(["attempt_id", "team_id"], of_doubt).cte("doubted")
    return select(made.c.id).add_cte(with_grade, with_doubt)


def _values(table: Table, names: Any) -> dict[str, Any]:
    return {
        name: cast(bindparam(f"{table.name}_{name}", type_=table.c[name].type), table.c[name].type) for name in names
    }
