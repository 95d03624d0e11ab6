"""Calls that are made again while Discord does not answer: the library does so after some of its errors only.

Never a post, which the core looks for by its tag instead; what one member is told may come twice, which is better than never.
"""

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from adapters.discord.connection import Access
from adapters.services.again import again

FORMS_PATIENCE: Final = 3  # seconds for which Discord waits for a form: it is tried again that many times sooner
P = ParamSpec("P")
T = TypeVar("T")


class Calls(Protocol):
    """What makes calls, with their waits."""

    access: Access


S = TypeVar("S", bound=Calls)
Call = Callable[Concatenate[S, P], Coroutine[Any, Any, T]]


def repeated(*, sooner: float = 1) -> Callable[[Call[S, P, T]], Call[S, P, T]]:
    """Have a method tried again after each of the waits, or so many times sooner."""

    def decorated(call: Call[S, P, T]) -> Call[S, P, T]:
        @wraps(call)
        async def made(self: S, /, *args: P.args, **named: P.kwargs) -> T:
            waits = [seconds / sooner for seconds in self.access.again]
            return await again(partial(call, self, *args, **named), waits)

        return made

    return decorated
