"""All errors of the project, in one tree.

StudyhallError
├── UserError                 safe to show: the sentence says what to do next
│   ├── UnknownWord           a command, topic or option nobody knows, with the nearest one
│   ├── BadValue              an option's value that cannot be read
│   ├── NotAllowed            the command is for organisers
│   ├── NotFound              no such round, schedule or member here
│   ├── Refused               understood, but not now: closed round, empty answer, too many
│   │   ├── UsedUp            the attempts are: told to one member, never before everybody
│   │   └── Talk              no answer, and so no attempt
│   └── Waits                 done and saved: it is shown as soon as the platform answers
└── InfrastructureError       not the member's fault: logged with an id that the member sees too
    ├── SettingsError         the environment is wrong; all problems at once
    ├── ContentError          the bank is wrong; all problems at once
    ├── StoreError            the database: full, read-only, corrupt, locked, newer than the code
    │   ├── AlreadyRunning    another process holds the database
    │   └── Unfit             a change that other rows forbid: its own trouble, and not the database's
    ├── Fault                 a bug of ours while carrying out what was due
    └── PlatformError         the chat platform
        ├── Unreachable       try again later; nothing is known to have been posted
        ├── TooLate           it could not be posted in time, and now it is not wanted any more
        └── ChannelGone       deleted, archived or forbidden: trying again does not help
            ├── MessageGone   the message is deleted; the place that it stood in is there
            └── NoThread      the message stands, but no thread may be opened on it
"""

from collections.abc import Sequence
from typing import Final

GOES_ON: Final = "The bot goes on by itself when that is over; what was being saved must be sent again."


class StudyhallError(Exception):
    """The root: everything the project raises on purpose."""


class UserError(StudyhallError):
    """Somebody asked for something that cannot be; the message is shown to them as it is.

    Where it is plain what they meant, `instead` stands for the `word` that they typed; who knows the whole line
    puts it right under `meant`, which can be done at the press of a button. A `heading` says better than its kind what
    the message is about.
    """

    def __init__(self, message: str, *, heading: str = "", word: str = "", instead: str | None = None) -> None:
        self.heading = heading
        self.word = word
        self.instead = instead
        self.meant = ""
        super().__init__(message)


class UnknownWord(UserError):
    """A word nobody knows; the message suggests the nearest."""


class BadValue(UserError):
    """An option's value that cannot be read; the message shows one that can."""


class NotAllowed(UserError):
    """The member may not do this."""


class NotFound(UserError):
    """There is no such thing here."""


class Refused(UserError):
    """Understood, but not possible now."""


class UsedUp(Refused):
    """A member's attempts are used up; what they say in the thread is talk, which nobody else need hear of."""


class Talk(Refused):
    """What somebody said is no answer to the question; no attempt is used."""


class Waits(UserError):
    """Done and saved, and not to be asked for again: it is shown as soon as the platform answers."""


class InfrastructureError(StudyhallError):
    """The world failed, not the member."""


class SettingsError(InfrastructureError):
    """The environment is wrong; `problems` holds every fault found, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ContentError(InfrastructureError):
    """The question bank is wrong; `problems` holds every fault with its file and line."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = tuple(str(problem) for problem in problems)
        super().__init__("\n".join(self.problems))


class StoreError(InfrastructureError):
    """The database could not do what was asked; nothing of the change was kept.

    Of what is `passing` a running bot says besides that it goes on; `words` are without that, for what ends with it.
    """

    def __init__(self, words: str, *, passing: bool = False) -> None:
        self.words = words
        super().__init__(f"{words} {GOES_ON}" if passing else words)


class AlreadyRunning(StoreError):
    """Another process has this database open."""


class Unfit(StoreError):
    """A change does not fit the rows that are there; the database is well, and what others do is not touched by it."""


class Fault(InfrastructureError):
    """A bug of ours; the log has it under the id in the message."""


class PlatformError(InfrastructureError):
    """The chat platform refused or did not answer."""


class Unreachable(PlatformError):
    """The platform did not answer in time or asked to wait; the message may or may not have been posted."""


class TooLate(PlatformError):
    """What was to be posted by a certain time is not there, and the time is over."""


class ChannelGone(PlatformError):
    """The place cannot be posted to any more: deleted, archived, or the bot may not write there."""


class MessageGone(ChannelGone):
    """A message is deleted; who deleted it had a reason, and the place that it stood in can be posted to."""


class NoThread(ChannelGone):
    """No thread may be opened on a message; `thread` is what one would be known by that a member opens."""

    def __init__(self, reason: str, *, thread: str) -> None:
        self.thread = thread
        super().__init__(reason)
