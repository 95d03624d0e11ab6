"""What a member sees first: where they stand."""

from dataclasses import dataclass
from typing import ClassVar

from bot.commands.spec import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome:
    """Show a member where they stand: points, streak, what is open, what comes next."""

    spec: ClassVar = Spec(name="home", summary="See where you stand: open questions, grades, what comes next")
