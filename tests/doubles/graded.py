"""What a process that grades can be asked for in place of a grade; it stands here so that such a process finds it."""

import os
import time

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


def takes(_: Question, seconds: float) -> int:
    """Return after a while in which process this runs."""
    time.sleep(seconds)
    return os.getpid()


class Unreadable:
    """What can be written, and not read."""

    def __reduce__(self) -> tuple[object, ...]:
        """Divide by nothing where it is read."""
        return divmod, (1, 0)


def garbles(_: Question) -> Unreadable:
    """Return what nobody can read."""
    return Unreadable()
