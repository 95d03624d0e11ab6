"""A process that only grades, beside the bot that began it (`bot/handlers/graders.py`): it is asked on its standard input, and answers on its output.

It ends with its input, and so also where the bot was killed.
"""

import os
import pickle
import signal
import sys
from typing import Any, BinaryIO, Final

from bot.grading.glossary import lexicon
from bot.rules import answers

IGNORED: Final = (signal.SIGINT, signal.SIGTERM)  # a whole group may be told to end: the bot needs its last grades then
READS: Final = (answers, lexicon)  # before the first answer comes


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Say when it is ready, then carry out what comes until nothing does.

    A question comes once, with the number under which it is meant from then on; number 0 means that all are to be forgotten.
    """
    lexicon()
    _tell(told, well=True)
    known: dict[int, Any] = {}
    while asked_for := _next(asked):
        number, question, function, given, named = asked_for
        if number == 0:
            known.clear()
            continue
        subject = known.setdefault(number, question)
        try:
            done = function(subject, *given, **named)
        except Exception:  # noqa: BLE001  the bot tries it itself, and says what is wrong
            _tell(told, well=False)
        else:
            _tell(told, done, well=True)


def _next(asked: BinaryIO) -> Any:
    try:
        return pickle.load(asked)  # noqa: S301  the bot's own words
    except EOFError:
        return None


def _tell(told: BinaryIO, done: Any = None, *, well: bool) -> None:
    words = pickle.dumps((well, done))
    told.write(len(words).to_bytes(4, "big") + words)
    told.flush()


def main() -> None:
    """Serve whoever began this process; what is printed by mistake goes to where errors go."""
    for one in IGNORED:
        signal.signal(one, signal.SIG_IGN)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(sys.stdin.buffer, told)
