"""A PostgreSQL server from outside: connecting, what may stand before it, what can be seen of a database there, and what its errors mean."""

import os
import ssl
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.errors import StoreError, Unfit
from bot.store.survey import Coming, Survey

OLDEST: Final = 15
ENCODING: Final = "UTF8"
_NO_TLS: Final = "rejected SSL upgrade"  # asyncpg, of a server without
IN_BETWEEN: Final = "cannot switch to state"  # asyncpg, of a connection that the server is just ending
_CONNECT: Final = 10.0  # seconds until a server that does not answer is unreachable
_GONE: Final = "The database server cannot be reached."
_REFUSED: Final = "The database server refuses the name or the password (or asks for TLS). Look at STUDYHALL_DATABASE_URL, and at the server's pg_hba.conf."
_DAMAGED: Final = "The database is damaged. Stop the bot, and restore the newest copy that pg_dump made."
_ONLY_READ: Final = "25006"
_MEANING: Final = {  # by the beginning of SQLSTATE; the longest that fits counts
    "08": _GONE,
    "57P": _GONE,
    "28": _REFUSED,
    "3D000": "The server has no such database. Make it (createdb), or mend its name in STUDYHALL_DATABASE_URL.",
    "42501": "The database's user may not do this. Make it the owner of the database that STUDYHALL_DATABASE_URL names.",
    _ONLY_READ: "The database can only be read: it is a standby, or set so. Name the primary in STUDYHALL_DATABASE_URL.",
    "53100": "The database server's disk is full. Free some space.",
    "53300": "The database server has no connection free. Raise its max_connections, or close other programs.",
    "58": "The database server's disk failed. Look at the server's log.",
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_PASSING: Final = ("08", "57P", "53100", "53300")
_UNREAD: Final = "STUDYHALL_DATABASE_URL cannot be read; write postgresql://user:password@host:5432/studyhall"
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")  # that an address can name
_UNREADABLE: Final = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError)
_NO_CA: Final = (
    "STUDYHALL_DATABASE_URL asks for a certificate that is checked, and there is no file of whom to believe. Name the CA's file "
    "there: sslrootcert=/etc/ssl/certs/ca-certificates.crt, or that of the server's own CA."
)
_READS_ONLY: Final = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
_SEEN: Final = """
    SELECT version_num AS revision, current_setting('server_version') AS version,
    pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT max(newest.at) FROM (
        SELECT max(at) AS at FROM event UNION ALL SELECT max(effective_at) FROM schedule
        UNION ALL (SELECT at FROM attempt ORDER BY id DESC LIMIT 1)
    ) AS newest) AS newest FROM alembic_version
"""
_COMING: Final = """
    SELECT occurrence.kind, channel.name AS channel_name, occurrence.due_at, coalesce(schedule.plan->>'zone', team.zone) AS zone
    FROM occurrence JOIN channel ON channel.id = occurrence.channel_id JOIN team ON team.id = occurrence.team_id
    LEFT JOIN schedule ON schedule.id = occurrence.schedule_id
    WHERE occurrence.state = 'due' ORDER BY occurrence.due_at LIMIT 3
"""
_ROLES: Final = (
    "SELECT DISTINCT plan->>'role' AS role FROM schedule WHERE state = 'active' AND plan->>'role' <> '' ORDER BY role"
)
_TEAMS: Final = "SELECT ref FROM team ORDER BY id"


def explain(error: DBAPIError | OSError | NoneFree) -> StoreError:
    """Say what an error of PostgreSQL, or on the way to it, means and what to do about it."""
    if isinstance(error, IntegrityError):
        return Unfit(f"The database refused it beside what is there: {error.orig}")
    return _explain(error.orig if isinstance(error, DBAPIError) else error)


def _explain(error: BaseException | None) -> StoreError:
    code = getattr(error, "sqlstate", None) or ""
    if meaning := next((words for start, words in _MEANING.items() if code.startswith(start)), ""):
        return StoreError(f"{meaning} ({code})", passing=code.startswith(_PASSING))
    if isinstance(error, ssl.SSLError) or _NO_TLS in str(error):
        return StoreError(
            f"The database server and this machine agree on no TLS ({error}). Look at sslmode and sslrootcert in STUDYHALL_DATABASE_URL."
        )
    if isinstance(error, OSError) or any(words in str(error) for words in ("connection", IN_BETWEEN)):
        return StoreError(f"{_GONE} ({getattr(error, 'strerror', None) or type(error).__name__})", passing=True)
    return StoreError(f"The database refused: {error} ({code or type(error).__name__})")


async def connect(address: str, **options: Any) -> Any:
    """Connect, or raise StoreError with what to do; the address may hold whatever libpq takes (sslmode, a socket's folder)."""
    settings = {"application_name": "studyhall"}
    try:
        return await asyncpg.connect(address, timeout=_CONNECT, server_settings=settings, **options)
    except _UNREADABLE as error:  # a file of certificates, or a server's socket
        raise _without(address) or _explain(error) from error
    except (OSError, asyncpg.PostgresError) as error:
        raise _explain(error) from error
    except (asyncpg.InterfaceError, ValueError) as error:
        raise _unread(error) from None  # asyncpg's words may have the address in them, with its password


def _without(address: str) -> StoreError | None:
    """Say which file of certificates the address, or else the environment, names that is none; libpq's `system` is no file either."""
    asked = dict(parse_qsl(urlsplit(address).query))
    named = {name: asked.get(name) or os.environ.get(f"PG{name.upper()}") for name in _FILES}
    for name, file in named.items():
        if file and not (Path(file).is_file() and os.access(file, os.R_OK)):
            what = f"STUDYHALL_DATABASE_URL: {name}={file} is no file that the bot can read."
            return StoreError(
                f"{what} Name one that is, such as sslrootcert=/etc/ssl/certs/ca-certificates.crt for the CA."
            )
    return None


def _unread(error: Exception) -> StoreError:
    """Say what is wrong with an address, or that there is no file of the certificates that it wants checked."""
    if "root certificate" in str(error):
        return StoreError(_NO_CA)
    if "sslmode" in str(error):
        return StoreError(
            "STUDYHALL_DATABASE_URL: sslmode is disable, allow, prefer, require, verify-ca or verify-full."
        )
    return StoreError(f"{_UNREAD} ({type(error).__name__})")


async def survey(address: str) -> Survey:
    """Look at a database, also one in use, without changing anything."""
    try:
        pooled = await examined(address)
        connection = await connect(address, statement_cache_size=0)
    except StoreError as error:
        return Survey(fault=error.words)
    try:
        async with connection.transaction(readonly=True):  # behind a pooler too, all is asked of one process
            return await _seen(connection, pooled=pooled)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Survey(fault=_explain(error).words)
    finally:
        await connection.close(timeout=_CONNECT)


async def _seen(connection: Any, *, pooled: bool) -> Survey:
    unwritable = _MEANING[_ONLY_READ] if await connection.fetchval(_READS_ONLY) else ""
    if not await connection.fetchval("SELECT to_regclass('alembic_version')"):
        return Survey(unwritable=unwritable)
    row = await connection.fetchrow(_SEEN)
    kept = await connection.fetch("SELECT key, value FROM kept WHERE key LIKE '%:%until'")
    return Survey(
        unwritable=unwritable,
        revision=row["revision"],
        newest=row["newest"],
        coming=tuple(Coming(**one) for one in await connection.fetch(_COMING)),
        is_a=f"PostgreSQL {row['version']}{' behind a pooler' if pooled else ''}, {row['size']}",
        kept=dict(map(tuple, kept)),
        roles=tuple(one["role"] for one in await connection.fetch(_ROLES)),
        teams=tuple(one["ref"] for one in await connection.fetch(_TEAMS)),
    )


async def examined(address: str) -> bool:
    """Return whether a pooler stands before the server; raises StoreError for a server or database that does not do.

    A pooler gives a process number of its own, and the server tells its true one.
    """
    connection = await connect(address, statement_cache_size=0)
    try:
        row = await connection.fetchrow(
            "SELECT pg_backend_pid() AS pid, current_setting('server_encoding') AS encoding"
        )
        refuse_older(connection.get_server_version().major)
        if row["encoding"] != ENCODING:
            how = f"CREATE DATABASE studyhall ENCODING '{ENCODING}' TEMPLATE template0"
            raise StoreError(
                f"The database keeps its text as {row['encoding']}, and answers need {ENCODING}. Make one with: {how}"
            )
        return bool(row["pid"] != connection.get_server_pid())
    finally:
        await connection.close(timeout=_CONNECT)


def refuse_older(version: int) -> None:
    """Raise StoreError for a server that is too old."""
    if version < OLDEST:
        raise StoreError(f"The database server is PostgreSQL {version}, and Studyhall needs {OLDEST} or newer.")
