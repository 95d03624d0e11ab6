"""Statements that each answer asks: spelled once for a database, and carried out by its driver.

How a statement is spelled for a database, and how its values are kept there, never changes. What SQLAlchemy makes anew for each that it
carries out (a context, a cursor, a result) takes five times as long as SQLite takes for the statement, and twice as long as a
server's driver: so the few that everybody waits for go past it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine

Directly = Callable[[Connection, str, Sequence[Any]], Sequence[Sequence[Any]]]
DIRECTLY: Final = (
    "directly"  # the option of an engine that holds how its driver carries out a statement, and returns the rows
)
_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement as a database takes it: its parameters in their order (a name, or nothing for one that is always the same) and what its rows have to be read with."""

    text: str
    parameters: tuple[tuple[str, _Process | None, Any], ...]
    columns: tuple[_Process | None, ...]


class Ready:
    """A statement that is spelled once for each database."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._made: dict[tuple[str, ...], _Made] = {}

    def rows(self, connection: Connection, **given: Any) -> list[tuple[Any, ...]]:
        """Carry it out with its parameters, or the columns of an insert, and return its rows."""
        directly: Directly | None = connection.get_execution_options().get(DIRECTLY)
        if directly is None:  # a pooler stands between
            return [tuple(row) for row in _rows(connection, self.statement, given)]
        key = (connection.dialect.name, *given)
        made = self._made.get(key) or self._make(key, connection.dialect)
        values = [
            (process(given[name]) if process else given[name]) if name else always
            for name, process, always in made.parameters
        ]
        found = directly(connection, made.text, values)
        if not any(made.columns):
            return [tuple(row) for row in found]
        return [
            tuple([process(value) if process else value for process, value in zip(made.columns, row, strict=True)])
            for row in found
        ]

    def _make(self, key: tuple[str, ...], dialect: Dialect) -> _Made:
        _, *names = key
        spelled = _spelled(self.statement, names, dialect)
        parameters = tuple(
            [_parameter(name, spelled, dialect, given=name in names) for name in spelled.positiontup or ()]
        )
        columns = tuple([_reader(column.type, dialect) for column in self.statement.exported_columns])
        made = self._made[key] = _Made(str(spelled), parameters, columns)
        return made


def _spelled(statement: Any, names: Sequence[str], dialect: Dialect) -> Any:
    if statement.is_select:  # it may have what is spelled by its value, and is spelled only where all have one
        valued = statement.params(dict.fromkeys(names))
        return valued.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return statement.compile(dialect=dialect, column_keys=names)


def _rows(connection: Connection, statement: Any, given: dict[str, Any]) -> Sequence[Any]:
    done = connection.execute(statement, given)
    return done.all() if done.returns_rows else ()


def _parameter(name: str, spelled: Any, dialect: Dialect, *, given: bool) -> tuple[str, _Process | None, Any]:
    writer = _writer(spelled.binds[name].type, dialect)
    if given:
        return name, writer, None
    always = spelled.binds[name].value
    return "", None, writer(always) if writer else always


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
