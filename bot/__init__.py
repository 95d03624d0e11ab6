"""Studyhall's core: the question bank, rounds, grades, schedules and boards. It knows no chat library.

The path of one answer, in one direction::

    a click, a typed line, a slash command, a due occurrence
      adapters/<platform>/inbound.py   builds a command and its context
      bot/app.py                       App.handle: finds the handler, maps errors
      bot/handlers/                    read -> decide (pure) -> write in one transaction -> Outcome
      bot/presenter/                   Outcome -> effects that carry cards; every word a person reads
      bot/delivery.py                  effects -> the platform port; remembers tag -> message
      adapters/<platform>/render.py    card -> what the platform shows
      adapters/<platform>/platform.py  connection and calls

A scheduled question enters at the same point: `bot/jobs.py` sends `PostScheduled` to `App.handle`.
"""

from typing import Final

VERSION: Final = "0.1.0"
