"""Migrations: which schema a database has, and bringing it up to the code's. Alembic is only loaded when it is behind."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreError

HEAD: Final = "0025"  # the newest revision in migrations/versions; a test holds the two together
_FOLDER: Final = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str:
    """Return the database's schema revision; an empty database has none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")


def refuse_newer(found: str, name: str, *, before: str = "the copy in backups/") -> None:
    """Raise StoreError for a database that a later version of the code has changed."""
    if found and found not in known():
        raise StoreError(
            f"The database {name} is newer than this Studyhall: its schema is {found}, and this code knows up to {HEAD}. "
            f"Start the newer version again, or put back {before} that was made before the upgrade."
        )


def known() -> set[str]:
    """Return every revision that this code can start from."""
    return {path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py")}


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction: all of them, or none."""
    from alembic import command  # noqa: PLC0415  a quarter of the start-up time, needed once a version
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER))
    command.upgrade(config, "head")
