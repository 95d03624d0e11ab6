"""Questions that an organiser wants asked by a channel's schedule: on a date, or next."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.answers import plain
from bot.store.schema import channel, queued


async def export(connection: AsyncConnection, member_id: int) -> list[dict[str, Any]]:
    """Return what a member queued, as plain data."""
    rows = await connection.execute(
        select(channel.c.name.label("channel"), queued.c.question_id, queued.c.day, queued.c.at)
        .join(channel, channel.c.id == queued.c.channel_id)
        .where(queued.c.member_id == member_id)
        .order_by(queued.c.id)
    )
    return [plain(row) for row in rows.mappings()]
