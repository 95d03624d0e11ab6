"""What befalls a week of the chaos suite, in which setting, and how often; and what was seen, as tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Final

from tests.chaos.blows import BESIDE, BLOWS, FILLED, RUNNING, STEPPED
from tests.chaos.points import POINTS, UPGRADE, UPGRADES, Point

TERM: Final = 12  # weeks in one world
ANY_TIME: Final = "at any time"
PROCESSES: Final = {"SQLite": (1,), "PostgreSQL": (2, 3)}
# Each with the platforms that are there; Discord always has a socket.
PLATFORMS: Final = {
    "Slack": ("Slack",),
    "Slack over HTTP": ("Slack",),
    "Discord": ("Discord",),
    "Slack and Discord": ("Slack", "Discord"),
    "Slack over HTTP and Discord": ("Slack", "Discord"),
}
WRONG: Final = (
    "posts lost", "posts doubled", "answers lost", "answers doubled", "grades not told", "rounds left open",
    "totals differ", "ended otherwise", "broke off",
)  # fmt: skip
TOLD: Final = (
    "not reached", "brought later", "pressed again", "tried again", "told again", "begun again", "said full", "tracebacks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What befalls a week: a blow at a point of one platform, and among three processes perhaps another one beside it."""

    store: str
    way: str  # of PLATFORMS
    point: Point | None
    blow: str
    processes: int = 1
    platform: str = ""  # whose point it is; by default the first one's
    beside: str = ""

    @property
    def where(self) -> str:
        """The point's name."""
        return self.point.name if self.point else ANY_TIME

    @property
    def upgrades(self) -> bool:
        """Whether the week begins with a database of an older version."""
        return self.where.startswith(UPGRADE)

    @property
    def world(self) -> str:
        """The setting, which is played in one world."""
        return f"{self.way}, {self.store}, {self.processes} process{'es' if self.processes > 1 else ''}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """All that are there."""
        return PLATFORMS[self.way]

    def has(self, words: list[str]) -> bool:
        """Whether all words are about it."""
        return all(any(word in said for said in (self.world, self.where, self.blow, self.beside)) for word in words)


def plan(rng: Random, *, runs: int, only: str, stores: list[str], steps: bool = True, fills: bool = True) -> list[Run]:
    """Return so many runs, each setting and then each kind as often as any other; those of one world stand together."""
    words = [word.strip() for word in only.split(",") if word.strip()]
    worlds = [
        [run for run in _kinds(rng, store, way, processes) if run.has(words) and _can_be(run, steps=steps, fills=fills)]
        for store in stores
        for way, processes in product(PLATFORMS, PROCESSES[store])
    ]
    found = [kinds for kinds in worlds if kinds]
    chosen: list[Run] = []
    while found and len(chosen) < runs:
        chosen += [rng.choice(kinds) for kinds in rng.sample(found, len(found))]
    return sorted(chosen[:runs], key=lambda run: run.world)


def _can_be(run: Run, *, steps: bool, fills: bool) -> bool:
    """Whether this machine has what it takes: what steps clocks, and a small disk for a server."""
    stepped, filled = run.blow in STEPPED, run.store == "PostgreSQL" and run.blow in FILLED
    return (steps or not stepped) and (fills or not filled)


def _kinds(rng: Random, store: str, way: str, processes: int) -> Iterator[Run]:
    """Return all that may befall a setting; of three processes half of the time something befalls another too."""
    for point, blow in product((*POINTS, *UPGRADES, None), BLOWS[store]):
        platform = rng.choice(PLATFORMS[way])
        run = Run(store, way, point, blow, processes, platform)
        if run.upgrades and blow in RUNNING:
            continue
        yield run
        if processes > 2 and not run.upgrades:
            yield replace(run, beside=rng.choice([*BESIDE]))


def terms(runs: list[Run]) -> Iterator[list[Run]]:
    """Divide runs into those of one world each."""
    while runs:
        same = [run for run in runs[:TERM] if run.world == runs[0].world]
        yield same
        runs = runs[len(same) :]


class Tables:
    """What was seen, by what befell, by where, and by setting."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Counter[str]] = {}

    def note(self, run: Run, seen: Counter[str]) -> None:
        """Count a run."""
        beside = [("beside", f"{run.beside}, while another was {run.blow}")] if run.beside else []
        named = [("where", run.where), ("what", f"{run.blow}, {run.store}"), *beside, ("setting", run.world)]
        for row in named:
            self.rows.setdefault(row, Counter()).update(seen + Counter(runs=1))

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(row["runs"] for (kind, _), row in self.rows.items() if kind == "setting")

    @property
    def wrong(self) -> int:
        """How much was not as it must be."""
        return sum(row[name] for (kind, _), row in self.rows.items() if kind == "setting" for name in WRONG)

    def text(self) -> str:
        """Return them as Markdown."""
        head = ("runs", *WRONG, *TOLD)
        lines = []
        for kind, name in (("where", "Where"), ("what", "What"), ("beside", "And another"), ("setting", "On")):
            lines += [f"| {name} | {' | '.join(head)} |", "|---|" + "--:|" * len(head)]
            found = sorted(row for row in self.rows if row[0] == kind)
            lines += [f"| {row[1]} | {' | '.join(str(self.rows[row][one]) for one in head)} |" for row in found]
            lines.append("")
        return "\n".join(lines)
