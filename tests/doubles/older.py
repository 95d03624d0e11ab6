"""A database as an older version left it: its schema, and of each row what that schema has room for."""

from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, column, create_engine, insert, inspect, select, table, text

from bot.store import migrate, postgresql
from bot.store.schema import metadata

KEPT: Final = "kept_aside"  # how the schema is called in which the newer rows are meanwhile
VERSION: Final = "alembic_version"


def file(path: Path, revision: str) -> None:
    """Take a file that nobody has open back to an older schema."""
    older = path.with_suffix(".older")
    engine = create_engine(f"sqlite:///{older}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ATTACH DATABASE '{path}' AS {KEPT}"))
        _copied(connection, revision)
    engine.dispose()
    older.replace(path)


async def on_server(address: str, revision: str) -> None:
    """Take a database that nobody uses back to an older schema."""
    engine = postgresql.engine(address, size=1, pooled=False, timeout=None)
    async with engine.begin() as connection:
        await connection.execute(text(f"ALTER SCHEMA public RENAME TO {KEPT}"))
        await connection.execute(text("CREATE SCHEMA public"))
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # in whatever order
        await connection.run_sync(_copied, revision)
        await connection.run_sync(_numbered)
        await connection.execute(text(f"DROP SCHEMA {KEPT} CASCADE"))
    await engine.dispose()


def _copied(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    command.upgrade(config, revision)
    for name in _tables(connection):
        names = sorted(_columns(connection, name) & _columns(connection, name, schema=KEPT))
        here, there = (table(name, *map(column, names), schema=schema) for schema in (None, KEPT))
        connection.execute(insert(here).from_select(names, select(there)))


def _tables(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name != VERSION]


def _columns(connection: Connection, name: str, **where: Any) -> set[str]:
    return {str(one["name"]) for one in inspect(connection).get_columns(name, **where)}


def _numbered(connection: Connection) -> None:
    """Let new rows go on behind the old ones."""
    for name in _tables(connection):
        if metadata.tables[name].autoincrement_column is not None:
            newest = f'(SELECT max(id) FROM "{name}")'  # noqa: S608  our own names
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), {newest})"))
