"""The local platform's chat, kept in a file: what a server is to the other platforms."""

import json
import os
from pathlib import Path
from typing import Any

from adapters.local.commands import NAME
from bot.ports import Ref


class Journal:
    """The chat's messages and threads, in a file of one JSON object a line; a line cut short by a crash never was."""

    def __init__(self, path: Path) -> None:
        self.entries: list[dict[str, Any]] = []
        self.buttons: dict[str, int] = {}
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
        """Keep an entry on the disk and return its reference."""
        entry = {"kind": kind, "ref": f"{NAME}:{kind}:{len(self.entries) + 1}", **values}
        with self._path.open("ab") as file:
            file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._remember(entry)
        return str(entry["ref"])

    def _remember(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        for action in entry.get("actions", ()):
            self.buttons.setdefault(action, len(self.buttons) + 1)

    def last(self, kind: str, **values: Any) -> dict[str, Any] | None:
        """Return the newest entry of a kind with these values."""
        matching = (e for e in reversed(self.entries) if e["kind"] == kind)
        return next((e for e in matching if all(e.get(k) == v for k, v in values.items())), None)
