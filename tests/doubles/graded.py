"""What a process that grades can be asked for in place of a grade; it stands here so that such a process finds it."""

import os

from bot.grading import Grade
from bot.question import Question


def fails(_: Question, __: str) -> Grade:
    """Grade nothing."""
    raise ZeroDivisionError


def dies(_: Question, bot: int) -> int:
    """End the process that this runs in, unless it is the bot's own."""
    if os.getpid() != bot:
        os._exit(3)
    return bot


def where(_: Question) -> int:
    """Return in which process this runs."""
    return os.getpid()


def says(_: Question) -> int:
    """Print something."""
    print("by mistake", flush=True)  # noqa: T201  as a library may
    return 1
