"""The local platform's chat, kept in a file: what a server is to the other platforms. And the numbers of its buttons."""

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from adapters.local.commands import NAME
from bot.commands import OpenAnswerForm
from bot.errors import Unreachable
from bot.ports import Ref


class Journal:
    """The chat's messages and threads, in a file of one JSON object a line; a line cut short by a crash never was."""

    def __init__(self, path: Path) -> None:
        self.entries: list[dict[str, Any]] = []
        self.buttons = Buttons()
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._take_over(path)

    def _take_over(self, path: Path) -> None:
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn:
            os.truncate(path, len(whole) + bool(whole))
        for line in whole.splitlines():
            self._remember(json.loads(line))

    def add(self, kind: str, **values: Any) -> Ref:
        """Keep an entry on the disk and return its reference; raises Unreachable where the disk does not take it."""
        entry = {"kind": kind, "ref": f"{NAME}:{kind}:{len(self.entries) + 1}", **values}
        try:
            self._write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise Unreachable(f"The chat cannot be kept: {error.strerror}.") from error
        self._remember(entry)
        return str(entry["ref"])

    def _write(self, line: bytes) -> None:
        """Append a whole line for good, or nothing."""
        with self._path.open("ab", buffering=0) as file:
            whole = file.tell()
            try:
                while line:  # a disk that fills up takes a part first
                    line = line[file.write(line) :]
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    os.truncate(self._path, whole)
                raise

    def _remember(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        if actions := entry.get("actions"):
            channel = self.channel_of(entry.get("place") or self.place_of(entry["message"]))
            self.buttons.put(channel, actions, anew=entry.get("place") == channel and _asks(entry))

    def last(self, kind: str, **values: Any) -> dict[str, Any] | None:
        """Return the newest entry of a kind with these values."""
        matching = (e for e in reversed(self.entries) if e["kind"] == kind)
        return next((e for e in matching if all(e.get(k) == v for k, v in values.items())), None)

    def place_of(self, message: Ref) -> Ref:
        """Return where a message stands."""
        found = self.last("message", ref=message)
        return str(found["place"]) if found else ""

    def channel_of(self, place: Ref) -> Ref:
        """Return the channel that a place is or, when it is a thread, is in."""
        thread = self.last("thread", ref=place)
        return self.place_of(thread["message"]) if thread else place


class Buttons:
    """The numbers by which buttons are pressed, in each channel.

    They begin anew with each question, so that its buttons are the first ones and older cards have none any more; what is
    shown after it goes on counting.
    """

    def __init__(self) -> None:
        self._ids: dict[Ref, list[str]] = {}

    def put(self, channel: Ref, actions: Iterable[str], *, anew: bool = False) -> None:
        """Give buttons that were shown in a channel their numbers, unless they have them."""
        known = [] if anew else self._ids.get(channel, [])
        self._ids[channel] = [*dict.fromkeys((*known, *actions))]

    def numbers(self, channel: Ref) -> Mapping[str, int]:
        """Return the numbers of a channel's buttons."""
        return {spelled: number for number, spelled in enumerate(self._ids.get(channel, ()), start=1)}

    def at(self, channel: Ref, number: int) -> str | None:
        """Return the button with a number."""
        ids = self._ids.get(channel, [])
        return ids[number - 1] if 0 < number <= len(ids) else None


def _asks(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is a question's card, whose first button opens the answer form."""
    return entry["kind"] == "message" and str(entry["actions"][0]).partition(":")[0] == OpenAnswerForm.spec.name
