"""What the grader takes for one thing and for opposites: `content/glossary.yaml`, read once, by the first grade.

The file belongs to the grader and its version, so that `grade` stays a function of question and answer alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.grading.words import FUNCTION_WORDS, plain_stem, split

FILE: Final = "glossary.yaml"
SHIPPED: Final = Path(__file__).parents[2] / "content" / FILE

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Pair = Annotated[tuple[Term, ...], Field(min_length=2, max_length=2)]
Sequence = tuple[str, ...]  # stems in order


class Glossary(BaseModel):
    """The file's shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    abbreviations: dict[Term, tuple[Term, ...]] = {}
    synonyms: tuple[Annotated[tuple[Term, ...], Field(min_length=2)], ...] = ()
    related: tuple[Annotated[tuple[Term, ...], Field(min_length=2)], ...] = ()  # may overlap
    opposites: tuple[Pair, ...] = ()
    units: dict[Term, tuple[Term, ...]] = {}
    common: str = ""
    field: str = ""

    @model_validator(mode="after")
    def _each_form_means_one_thing(self) -> Self:
        for groups in (self.groups(), [(unit, *forms) for unit, forms in self.units.items()]):
            places: dict[Sequence, str] = {}
            for group in groups:
                for form in {stems_of(term): term for term in group}.items():
                    if not form[0] or places.setdefault(form[0], group[0]) != group[0]:
                        raise ValueError(f"{form[1]!r} stands in two groups, or has no word")
        return self

    @model_validator(mode="after")
    def _opposites_are_words(self) -> Self:
        for pair in self.opposites:
            if any(len(stems_of(term)) != 1 for term in pair):
                raise ValueError(f"opposites are one word each: {' and '.join(pair)!r}")
        return self

    def groups(self) -> list[tuple[str, ...]]:
        """Return all groups of one meaning, abbreviations with their long forms among them."""
        return [*((short, *forms) for short, forms in self.abbreviations.items()), *self.synonyms]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A glossary made ready: stems to the stem that stands for their group, and terms of several words by their first."""

    one: Mapping[str, str]
    alike: frozenset[str]  # those among them that mean nearly, not exactly, the same
    several: Mapping[str, tuple[tuple[Sequence, str], ...]]
    long: Mapping[str, tuple[str, ...]]  # an abbreviation's own words
    opposites: Mapping[str, frozenset[str]]
    units: Mapping[str, str]
    common: frozenset[str]
    field: frozenset[str]  # terms that everyday answers do not have
    near: Mapping[str, tuple[str, ...]]  # a stem's kin, that mean nearly the same in some sentence
    begins: frozenset[str]  # stems with which terms of several words begin, and those of abbreviations


def stems_of(term: str) -> Sequence:
    """Return a term's stems in order."""
    return tuple(plain_stem(match.group()) for match in split(term))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the shipped glossary, ready to use."""
    return compiled(Glossary.model_validate(yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))


def compiled(glossary: Glossary) -> Lexicon:
    """Make a glossary ready."""
    one = {form[0]: _name(group) for group in glossary.groups() for form in map(stems_of, group) if len(form) == 1}

    def canonical(term: str) -> Sequence:
        return tuple(one.get(stem, stem) for stem in stems_of(term))

    several: dict[str, dict[Sequence, str]] = {}
    for group in glossary.groups():
        for form in map(stems_of, group):
            if len(form) > 1:
                read = tuple(one.get(stem, stem) for stem in form)
                several.setdefault(read[0], {})[read] = _name(group)
    long = {
        _name((short,)): tuple(_content(map(canonical, forms[:1]))) for short, forms in glossary.abbreviations.items()
    }
    opposites: dict[str, set[str]] = {}
    for pair in glossary.opposites:
        for here, there in (pair, pair[::-1]):
            opposites.setdefault(canonical(here)[0], set()).add(canonical(there)[0])
    near: dict[str, dict[str, None]] = {}
    for group in glossary.related:
        kin = [canonical(term)[0] for term in group]
        for stem in kin:
            near.setdefault(stem, {}).update(dict.fromkeys(other for other in kin if other != stem))
    return Lexicon(
        one,
        frozenset(form[0] for group in glossary.synonyms for form in map(stems_of, group) if len(form) == 1),
        {first: tuple(sorted(forms.items(), key=lambda f: -len(f[0]))) for first, forms in several.items()},
        long,
        {stem: frozenset(others - {stem}) for stem, others in opposites.items()},
        {stems_of(form)[0]: unit for unit, forms in glossary.units.items() for form in (unit, *forms)},
        frozenset(stem for word in glossary.common.split() for stem in (*stems_of(word), *canonical(word))),
        frozenset(canonical(word)[0] for word in glossary.field.split()),
        {stem: tuple(kin) for stem, kin in near.items()},
        frozenset((*several, *(stem for stem, words in long.items() if words))),
    )


def _name(group: Iterable[str]) -> str:
    return "-".join(stems_of(next(iter(group))))


def _content(forms: Iterable[Sequence]) -> Iterator[str]:
    yield from dict.fromkeys(stem for form in forms if len(form) > 1 for stem in form if stem not in FUNCTION_WORDS)
