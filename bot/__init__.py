"""Studyhall's core: the question bank, rounds, grades, schedules and boards. It knows no chat library.

The path of one answer, in one direction::

    a click, a typed line, a slash command, a due occurrence
      adapters/<platform>/inbound.py   builds a command and its context
      bot/app.py                       App.handle: finds the handler, maps errors
      bot/handlers/                    read -> decide (pure) -> write in one transaction -> Outcome
      bot/presenter/                   Outcome -> effects that carry cards
      bot/delivery.py                  effects -> the platform port; remembers tag -> message
      adapters/<platform>/render.py    card -> what the platform shows
      adapters/<platform>/platform.py  connection and calls

A scheduled question enters at the same point: `bot/jobs.py` sends `PostScheduled` to `App.handle`.

The rooms; whatever stands higher may use what stands lower, never the reverse::

    __main__                           the composition root
    cli/                               what stands behind the subcommands
    jobs vitals app delivery           the hall: who comes in, who goes out
    handlers/ presenter/               decide; say
    outcomes/ store/                   what was decided; what is kept
    ports                              what the core and the platforms know of each other
    commands/                          what can be asked for
    bank/ rules/ grading/              what the product knows: questions; times and points; grades
    cards clock log question settings errors text    the ground

A subject (rounds, answers, boards, schedules, members, days off, squads, review, doubts, what is due, a member's home) has the same file name in
commands, handlers, outcomes, presenter and store.
"""

from typing import Final

VERSION: Final = "0.1.0"
