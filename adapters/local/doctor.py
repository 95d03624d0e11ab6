"""What `python -m bot doctor` says of the local platform."""

from bot.ports import Finding
from bot.settings import Settings


async def examine(loaded: Settings) -> list[Finding]:
    """Say whether the terminal is where the bot speaks."""
    if loaded.discord_token or loaded.slack:
        return []
    return [Finding(fine=True, what="platforms", words="no token is set: a chat in this terminal")]
