"""What somebody sees of an interaction on Discord, written down for a golden file."""

import re
from typing import Any, Final

from tests.doubles.discord.hall import words
from tests.doubles.transcript import Transcript

COMMAND: Final = re.compile(r"<(/[a-z ]+):\d+>")


def shown(script: Transcript, what: str, done: Any) -> Any:
    """Write down what an interaction's asker was shown, and return it."""
    (message,) = [one for one in (done.response, *done.followups) if one is not None and one.ephemeral][-1:]
    script.note(what)
    buttons = " ".join(f"[{one['label']}]" for row in message.components for one in row["components"])
    script.show("shown to them alone", [*lines_of(message), *([buttons] if buttons else [])])
    return message


def lines_of(message: Any) -> list[str]:
    """Return what a message says, its title first, without what only Discord's library reads."""
    *said, title = [line for line in words(message).splitlines() if line.strip() and line != "rich"]
    return [title, *(COMMAND.sub(r"\1", line) for line in said)]
