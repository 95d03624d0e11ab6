"""What can be seen of a database from outside, whichever it is: for the doctor and the health check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that is due, and the time zone in which its schedule or team lives."""

    kind: str
    channel_name: str
    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Its first fault, why it can be read and not written, its schema, its newest entry, what is due next; and of a server also what SQLite's file is asked apart.

    `is_a` is the server with its version, `kept` what adapters remember, `roles` those that schedules mention, `teams` are named by reference.
    """

    fault: str = ""
    unwritable: str = ""
    revision: str = ""
    newest: datetime | None = None
    coming: tuple[Coming, ...] = ()
    is_a: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def noted(kept: Mapping[str, str], mark: str, *, now: datetime) -> dict[str, datetime]:
    """Return until when platforms are in the state that a mark notes (held back, failing), by their names."""
    found = {key.removesuffix(mark): datetime.fromisoformat(kept[key]) for key in kept if key.endswith(mark)}
    return {name: until for name, until in found.items() if until > now}
