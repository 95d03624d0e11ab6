"""Column types that mean the same on SQLite (STRICT tables) and PostgreSQL."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_ENCODED: Final = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` would make an encoder each time
_HALF: Final = re.compile(r"[\ud800-\udfff]")  # a character, as JSON may spell it
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND

Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's rowid must be spelled INTEGER


def _is_sqlite(dialect: Dialect) -> bool:
    return dialect.name == "sqlite"


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime: microseconds since 1970 on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Integer() if _is_sqlite(dialect) else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes: they are somebody's local time, and nobody knows whose."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive datetime cannot be stored: {value}"
            raise ValueError(message)
        return (value - _EPOCH) // _MICROSECOND if _is_sqlite(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return it aware and in UTC."""
        if value is None:
            return None
        utc: datetime = _instant(value) if _is_sqlite(dialect) else value.astimezone(UTC)
        return utc


def _instant(stored: int) -> datetime:
    """Return a stored instant; one that is on no calendar is its nearest end, so that the rows beside it can be read."""
    return _EPOCH + min(max(stored, _FIRST), _LAST) * _MICROSECOND


class Day(TypeDecorator[date]):
    """A local date: ISO text on SQLite, which sorts as dates do."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Text() if _is_sqlite(dialect) else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Spell the date for the database."""
        return value.isoformat() if value and _is_sqlite(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Return a date."""
        return date.fromisoformat(value) if value and _is_sqlite(dialect) else value


class Flag(TypeDecorator[bool]):
    """A yes or no: 0 or 1 on SQLite, whose STRICT tables know no BOOLEAN."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Integer() if _is_sqlite(dialect) else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: FBT001  SQLAlchemy's signature
        """Spell it for the database."""
        return int(value) if value is not None and _is_sqlite(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return a bool."""
        return None if value is None else bool(value)


class _Document(UserDefinedType[str]):
    """PostgreSQL's JSON as it was written: JSONB sorts keys and refuses characters that JSON allows, and nothing searches in it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name."""
        return "JSON"


class Json(TypeDecorator[Any]):
    """A small document: text on SQLite, JSON on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(Text() if _is_sqlite(dialect) else _Document())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Spell it for the database; None stays NULL. Half characters, which no database takes, are escaped."""
        if value is None:
            return None
        plain = _ENCODED(value)
        return plain if _is_sqlite(dialect) and not _HALF.search(plain) else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy's signature
        """Return plain data; what is none is read as nothing, so that the rows beside it can be read."""
        return None if value is None else _loaded(value)


def _loaded(stored: str) -> Any:
    try:
        return json.loads(stored)
    except ValueError:
        return None
