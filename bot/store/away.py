"""Members' days off, which a streak passes over."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.answers import plain
from bot.store.schema import away


async def export(connection: AsyncConnection, member_id: int) -> list[dict[str, Any]]:
    """Return a member's days off, those that were taken back too, as plain data."""
    columns = (away.c.first, away.c.last, away.c.at, away.c.cancelled_at)
    rows = await connection.execute(select(*columns).where(away.c.member_id == member_id).order_by(away.c.id))
    return [plain(row) for row in rows.mappings()]
