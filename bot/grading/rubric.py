"""Key points held against an answer, clause by clause: is the clause nearer to what earns the point, or to a near miss?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.grading.guards import Expected
from bot.grading.likeness import Example, Match, Span, example_of, matched, span_of
from bot.grading.polarity import denied
from bot.grading.reading import Known, Reading, read
from bot.grading.reference import QUESTION_WORD
from bot.grading.words import FUNCTION_WORDS, Word, denies
from bot.question import Question
from bot.text import clauses

_COMPARED: Final = frozenset(("and", "or", "versus", "vs", "than", "from", "with", "against"))


@dataclass(frozen=True, slots=True)
class Rubric:
    """A question's key points and misconceptions, prepared once a version of it."""

    asked: frozenset[str]
    points: tuple[tuple[str, int, bool], ...]
    statements: tuple[str, ...]
    examples: tuple[Example, ...]
    index: Mapping[str, tuple[tuple[int, float], ...]]
    lean: tuple[Mapping[str, float], ...]
    rivals: Mapping[str, frozenset[str]]
    known: Known
    expected: Expected


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found of an example in a clause."""

    example: int
    span: int
    match: Match

    def against(self, rubric: Rubric) -> bool:
        return rubric.examples[self.example].says is self.match.turned


@lru_cache(maxsize=2_000)
def prepared(question: Question) -> Rubric:
    """Make a question's rubric ready."""
    posed, reference = read(question.question), read(question.reference)
    asked = frozenset(t.stem for t in posed.content() if not denies(t))
    said = asked.union(t.stem for t in posed.terms)
    texts = list(_texts(question))
    worded = {text: read(text) for _, _, text, _ in texts}
    worth = [_worth(number, texts, worded) for number in range(len(question.key_points))]
    examples = []
    for point, says, text, mistake in texts:
        for reading in _variants(worded[text]):
            made = example_of(
                reading, text, point=point, says=says, worth=worth[point][says] if point >= 0 else None, asked=asked,
                question_word=QUESTION_WORD, mistake=mistake,
            )  # fmt: skip
            if made and any(stem not in said for stem in made.stems):
                examples.append(made)
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, example in enumerate(examples):
        for stem, weight in zip(example.stems, example.weights, strict=True):
            index[stem].append((number, weight / example.total))
    known = Known.of(t for reading in (*worded.values(), posed, reference) for t in reading.content())
    return Rubric(
        asked=asked,
        points=tuple((p.id, p.weight, p.extra) for p in question.key_points),
        statements=tuple(m.statement for m in question.misconceptions),
        examples=tuple(examples),
        index={stem: tuple(rows) for stem, rows in index.items()},
        lean=tuple(_lean(number, texts, worded, asked) for number in range(len(question.key_points))),
        rivals=_rivals(posed),
        known=known,
        expected=Expected.of(reference, known.stems),
    )


def _texts(question: Question) -> Iterator[tuple[int, bool, str, int]]:
    """Yield what words each point, on either side, and each misconception."""
    ids = {point.id: number for number, point in enumerate(question.key_points)}
    for number, point in enumerate(question.key_points):
        for text in dict.fromkeys((*point.phrasings, *point.says, point.statement)):
            yield number, True, text, -1
        for text in point.not_:
            yield number, False, text, -1
    for number, mistake in enumerate(question.misconceptions):
        for text in mistake.phrasings:
            yield ids.get(mistake.point or "", -1), False, text, number


def _variants(reading: Reading) -> Iterator[Reading]:
    """Yield a text's reading, and another with its terms of several words as such."""
    yield reading
    several = [t for t in reading.terms if not any(t.start == w.start and t.end == w.end for w in reading.words)]
    if several:
        words = [w for w in reading.words if not any(t.start <= w.start < t.end for t in several)]
        yield Reading(tuple(sorted((*words, *several), key=lambda w: w.start)))


def _stems(reading: Reading) -> frozenset[str]:
    return frozenset(t.stem for t in reading.content() if not denies(t))


def _worth(number: int, texts, worded) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return what a stem is worth on either side: the more, the more it stands on this side alone."""
    here = [Counter(), Counter()]
    counts = [0, 0]
    for point, says, text, _ in texts:
        if point == number:
            counts[says] += 1
            here[says].update(_stems(worded[text]))
    both = []
    for side in (0, 1):
        mine, other = max(1, counts[side]), max(1, counts[1 - side])
        both.append({
            stem: 0.6 + 0.8 * (n / mine) / (n / mine + here[1 - side][stem] / other) for stem, n in here[side].items()
        })
    return both[0], both[1]


def _lean(number: int, texts, worded, asked) -> Mapping[str, float]:
    """Return how much each stem speaks for a point, from all examples of the question."""
    import math
    pos, neg, rest = Counter(), Counter(), Counter()
    npos = nneg = nrest = 0
    for point, says, text, _ in texts:
        stems = _stems(worded[text])
        if point == number and says:
            pos.update(stems); npos += 1
        elif point == number:
            neg.update(stems); nneg += 1
        else:
            rest.update(stems); nrest += 1
    out = {}
    for stem in pos | neg:
        if stem in asked:
            continue
        p = (pos[stem] + 0.25) / (npos + 1)
        q = (neg[stem] + 0.25) / (nneg + 1)
        r = (rest[stem] + 0.25) / (nrest + 1)
        out[stem] = (math.log(p / q), math.log(p / r), pos[stem] / max(1, npos))
    return out


def _rivals(posed: Reading) -> Mapping[str, frozenset[str]]:
    """Return the things that a question compares, each with the others."""
    words = posed.words
    pairs: dict[str, set[str]] = defaultdict(set)
    for at, word in enumerate(words):
        if word.word in _COMPARED and 0 < at < len(words) - 1:
            one, two = words[at - 1], words[at + 1]
            if two.word in {"a", "an", "the"} and at + 2 < len(words):
                two = words[at + 2]
            if one.word in FUNCTION_WORDS or two.word in FUNCTION_WORDS or one.stem == two.stem:
                continue
            pairs[one.stem].add(two.stem)
            pairs[two.stem].add(one.stem)
    return {stem: frozenset(others) for stem, others in pairs.items()}


def spans_of(text: str, reading: Reading, rivals: Mapping[str, frozenset[str]]) -> tuple[Span, ...]:
    """Part an answer into clauses, and each two neighbours together, for a point made across a comma or full stop."""
    terms: dict[int, list[Word]] = defaultdict(list)
    for term in reading.terms:
        terms[term.end].append(term)
    flags = dict(zip((w.start for w in reading.words), denied(reading.words), strict=True))
    parts = clauses(text, reading.words)
    subjects: list[frozenset[str]] = []
    last: frozenset[str] = frozenset()
    for words in parts:
        own = frozenset(w.stem for w in words if w.stem in rivals)
        last = own or last
        subjects.append(last)
    spans = [
        span_of(words, [flags[w.start] for w in words], terms, about) for words, about in zip(parts, subjects, strict=True)
    ]
    for (one, a), (two, b) in pairwise(zip(parts, subjects, strict=True)):
        words = (*one, *two)
        spans.append(span_of(words, [flags[w.start] for w in words], terms, a | b))
    return tuple(spans)


def heard(rubric: Rubric, spans: Sequence[Span]) -> Iterator[Heard]:
    """Yield what is found of each example in each clause, and in two together where these have more of it than either."""
    shares = [_shares(rubric, span) for span in spans]
    alone = (len(spans) + 1) // 2  # the clauses come first, then each two neighbours
    for number, (span, found) in enumerate(zip(spans, shares, strict=True)):
        one, two = (shares[number - alone], shares[number - alone + 1]) if number >= alone else ({}, {})
        for example, share in found.items():
            if share < rubric.examples[example].least or share <= max(one.get(example, 0.0), two.get(example, 0.0)):
                continue
            if match := matched(rubric.examples[example], span, rubric.rivals):
                yield Heard(example, number, match)


def _shares(rubric: Rubric, span: Span) -> dict[int, float]:
    """Return how much of each example's words a clause has."""
    found: dict[int, float] = defaultdict(float)
    for stem in span.places:
        for example, share in rubric.index.get(stem, ()):
            found[example] += share
    return found


def adds_something(reading: Reading, asked: frozenset[str]) -> bool:
    """Whether an answer says anything beyond the question."""
    return any(t.stem not in asked and not denies(t) for t in reading.content())
