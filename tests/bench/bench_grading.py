"""Grading: processor milliseconds an answer, answers a second on one core, and the memory of a process that only grades.

The floor is rapidfuzz's token_set_ratio of the reference and the same answer, in the same run. The answers are the
bank's samples, each graded by key points and by the reference alone; nothing is graded twice.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import quantiles
from typing import Final

import yaml
from rapidfuzz import fuzz

from bot.bank import loading
from bot.grading import grade, grade_reference
from bot.question import Question
from tests.bench.measure import ROOT, ratio, size, spread

REPETITIONS: Final = size(5, 1)
LONG: Final = size(20_000, 200)
SAMPLES: Final = size(100_000, 30)  # at most
PARTS: Final = ("kl. ", "samples of the ", "it is not true, ", "σ", "9", "the of ")
ONLY_GRADES: Final = """
import sys
from pathlib import Path
from bot.bank import loading
from bot.grading import grade
for question in loading.load(Path(sys.argv[1])).questions.values():
    grade(question, question.reference)
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) / 1024)
"""
Pairs = list[tuple[Question, str]]


def answers() -> Pairs:
    """Return every sample with its question."""
    questions = loading.load(ROOT / "content").questions
    files = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "tests/samples").glob("*.yaml"))]
    return [(questions[name], text) for file in files for name, kinds in file.items() for text in kinds.values()]


def timed(run: Callable[[Question, str], object], pairs: Pairs) -> list[float]:
    """Return the milliseconds of each answer."""
    taken = []
    for question, text in pairs:
        start = time.process_time()
        run(question, text)
        taken.append(1000 * (time.process_time() - start))
    return taken


def by_reference(question: Question, text: str) -> object:
    """Grade as a team's imported note is graded."""
    return grade_reference(question.question, (question.reference,), text)


def floor(question: Question, text: str) -> object:
    """Compare as plainly as one can."""
    return fuzz.token_set_ratio(question.reference, text)


def memory() -> float:
    """Return the peak memory in MiB of a process that reads the bank and grades every reference answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ONLY_GRADES, str(ROOT / "content"), str(SAMPLES)]
    return float(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)


def report(name: str, runs: list[list[float]], floors: list[list[float]]) -> None:
    """Print a grader's figures."""
    sums, under = ([sum(run) for run in some] for some in (runs, floors))
    cuts = [quantiles(run, n=100) for run in runs]
    middle, high = ([cut[place] for cut in cuts] for place in (49, 94))
    print(f"{name}: p50 {spread(middle, 'ms', 3)}, p95 {spread(high, 'ms', 3)}")
    print(f"  {spread([1000 * len(runs[0]) / taken for taken in sums], 'answers a second')}, {ratio(sums, under)}")


def main() -> None:
    """Time all in turn, again and again, and print."""
    pairs = answers()[:SAMPLES]
    print(f"bench_grading: {len(pairs)} answers, {REPETITIONS} times")
    for question, _ in pairs:  # a question is prepared once, when it is first answered
        grade(question, "warm")
        by_reference(question, "warm")
    graders = (floor, grade, by_reference)
    runs = [[timed(run, [(q, f"{text} {n}") for q, text in pairs]) for run in graders] for n in range(REPETITIONS)]
    floors, rubric, reference = (list(one) for one in zip(*runs, strict=True))
    report("Floor, token_set_ratio", floors, floors)
    report("By key points", rubric, floors)
    report("By the reference alone", reference, floors)
    long = {part: timed(grade, [(pairs[0][0], (part * LONG)[:LONG])])[0] for part in PARTS}
    worst = max(long, key=lambda part: long[part])
    print(f"A text of {LONG:,} characters: at most {long[worst]:.0f} ms ({worst!r} repeated)")
    print(f"A process that only grades: {spread([memory() for _ in range(size(3, 1))], 'MiB', 1)}")


if __name__ == "__main__":
    main()
