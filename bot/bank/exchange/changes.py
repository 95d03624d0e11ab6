"""Notes imported again: what is there already stays, what changed in the notes is offered, and nothing stands twice.

A question is known by its words, or by its answer where its words were changed. What a person has confirmed is never
changed by an import; of a draft the new text is written with `--update`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.bank.alike import alike
from bot.bank.exchange.drafts import key_points, same
from bot.question import KeyPoint, Question, Topic
from bot.text import clip

_TELLING: Final = 30  # characters of an answer, from which it says which question it belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an import adds, which drafts it would change, and in words what became of the others."""

    topics: Sequence[Topic]
    drafts: Mapping[str, Question]
    said: Sequence[str]
    met: Collection[str] = ()  # the ids of what is there already


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a change of the notes comes into a draft, and into what a person has confirmed; `{id}` stands for the question."""

    draft: str = "--update takes it over"
    confirmed: str = "change it in its file"


TAKEN_OVER: Final = Ways(draft="it is taken over")
IN_CHAT: Final = Ways(draft="/question edit {id} changes it", confirmed="/question edit {id} changes it")


def against(topics: Iterable[Topic], there: Sequence[Question], *, update: bool, ways: Ways | None = None) -> Changes:
    """Hold what was read against what a bank has."""
    ways = ways or (TAKEN_OVER if update else Ways())
    known = {question.id: question for question in there}
    words = {same(question.question): question for question in there}
    answers = {same(question.reference): question for question in there if len(question.reference) >= _TELLING}
    added: list[Topic] = []
    drafts: dict[str, Question] = {}
    said: list[str] = []
    met: set[str] = set()
    for topic in topics:
        kept: list[Question] = []
        for question in topic.questions:
            old = words.get(same(question.question)) or known.get(question.id) or answers.get(same(question.reference))
            met.update({old.id} if old else ())
            if old is None or not question.draft:
                kept.append(question)
            elif (change := _change(old, question)) and old.draft:
                drafts[old.id] = _anew(old, question)
                stays = "; its key points, which were mended here, stay" if update and _mended(old) else ""
                said.append(f"{old.id}: {change} changed in the notes; {ways.draft.format(id=old.id)}{stays}")
            elif change and question.reference:
                said.append(
                    f"{old.id}: {change} changed in the notes, and a person has confirmed it: it stays; {ways.confirmed.format(id=old.id)}"
                )
            else:
                kept.append(old)
        added += [topic.model_copy(update={"questions": tuple(kept)})] if kept else []
    return Changes(topics=added, drafts=drafts if update else {}, said=said, met=met)


def twins(topics: Iterable[Topic], others: Sequence[Question]) -> Iterator[str]:
    """Yield a line for each new question that asks nearly the same as one that is there."""
    known = {question.id for question in others}
    new = [question for topic in topics for question in topic.questions if question.id not in known]
    every = [*others, *new]
    for one, two, percent in alike([question.asks for question in every]):
        if one < len(others) <= two:
            yield f"note: {every[two].id} asks nearly the same ({percent} %) as {every[one].id}, which is there already"


def _change(old: Question, new: Question) -> str:
    """Return in words what is new; an answer that notes do not have takes none away."""
    question = "" if same(old.question) == same(new.question) else f"its question (now “{clip(new.question, 60)}”)"
    answer = "" if not new.reference or old.reference.split() == new.reference.split() else "its answer"
    return " and ".join(filter(None, (question, answer)))


def _anew(old: Question, new: Question) -> Question:
    """Return a draft as the notes have it now; its id, when it came in, and what a person has added to it stay."""
    added = ("hints", "reading", "tags", "misconceptions", "formulas")
    kept = {
        "id": old.id,
        "topic": old.topic,
        "since": old.since,
        "live": old.live or new.live,
        **{name: getattr(new, name) or getattr(old, name) for name in added},
        **({"key_points": old.key_points} if _mended(old) else {}),
    }
    return new.model_copy(update=kept)


def _mended(draft: Question) -> bool:
    """Whether a draft's key points are no longer those that an import proposed."""
    proposed = [KeyPoint.model_validate(point) for point in key_points(draft.question, draft.reference)]
    return bool(draft.key_points) and [*draft.key_points] != proposed
