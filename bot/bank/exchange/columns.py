"""One matcher for all tables: which column asks and which answers, by their names in several languages or by content."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.bank.exchange import cards, choices, shapes
from bot.bank.exchange.found import Document, Found, Remark
from bot.bank.exchange.levels import Levels
from bot.bank.exchange.names import OPTION, PARTS, ROLES, WHOLE, WRONG, simple
from bot.bank.exchange.slugs import slug
from bot.bank.exchange.values import index_of, listed, names_one
from bot.text import clip

_SAMPLE: Final = 200  # rows, by which columns without names are told
_ASKING: Final = 0.4
_BESIDE: Final = 0.8  # of the answers are none of the options, so that those are the wrong ones
_TERM_WORDS: Final = 6
_HINT_CHARS: Final = 3
_NAME_WORDS: Final = 2
_LEAST_OPTIONS: Final = 2
_LETTERS, _DIGITS = "ABCDEFGH", "012345678"


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table is; `guessed` says in words what was not told by names."""

    names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    header: bool = True
    terms: bool = False
    guessed: str = ""
    zero: bool = False  # options are counted from 0

    @property
    def asks(self) -> bool:
        """Whether a column asks."""
        return "question" in self.roles

    @property
    def answers(self) -> bool:
        """Whether a column answers."""
        return "answer" in self.roles

    def fields(self, cells: Sequence[str]) -> dict[str, Any]:
        """Return a row's cells by what they are; those of unknown columns by their names."""
        found: dict[str, Any] = {}
        options: dict[str, str] = {}
        for number, cell in enumerate(cells):
            role = self.roles[number] if number < len(self.roles) else ""
            name = self.names[number] if number < len(self.names) else ""
            if role == "option":
                options[letter(name)] = cell
            elif role == "wrong":
                found.setdefault("wrong", []).append(cell)
            elif role and role not in found:
                found[role] = cell
            elif cell.strip():
                found[name if name and name not in found else f"column {number + 1}"] = cell
        if options or "options" in found:
            found["options"] = options or listed(found["options"])
            answer = found.get("answer", "")
            found["answer"] = index_of(answer, found["options"], zero=True) if self.zero else answer
        if self.terms and found.get("question"):
            found["question"] = cards.asked(found["question"])
        return found


def match(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, named: bool = False, more: Mapping[str, str] | None = None
) -> Columns:
    """Return what the columns of a table are; with `named` only names count, and not what stands in them."""
    if any(shapes.asks(cell) and len(cell.split()) > _NAME_WORDS for cell in header):
        return (
            Columns() if named else _by_content(header, rows)
        )  # a row like any, though one of its cells is “a” or “q”
    roles = role_of_all(header, more)
    names = tuple(name.strip() for name in header)
    if "question" not in roles and {"answer", "option"}.intersection(roles):
        roles = _asking(roles, rows)
    if "question" in roles:
        terms = any(
            simple(name) in {"term", "word", "concept", "begriff", "término", "термин"}
            for name, role in zip(names, roles, strict=True)
            if role == "question"
        )
        roles, zero = _counted(_answered(roles, rows), rows)
        return Columns(names, roles, terms=terms, zero=zero)
    return Columns() if named else _by_content(header, rows)


def role_of_all(names: Sequence[str], more: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return each name's role, each role once but for options; a whole name goes before a part of one."""
    own = {simple(name): role for name, role in (more or {}).items()}
    plain = [simple(name) for name in names]
    roles = [own.get(name) or WHOLE.get(name) or WHOLE.get(name.partition(",")[0], "") for name in plain]
    if len([name for name in plain if OPTION.fullmatch(name)]) > 1:
        roles = [
            "wrong" if WRONG.fullmatch(name) else "option" if OPTION.fullmatch(name) and name not in own else role
            for name, role in zip(plain, roles, strict=True)
        ]
    for place, name in enumerate(plain):
        if not roles[place]:
            role = next((PARTS[word] for word in name.split() if word in PARTS), "")
            roles[place] = role if role and role not in roles else ""
    seen: set[str] = set()
    for place, role in enumerate(roles):
        if role in seen and role not in {"option", "wrong"}:
            roles[place] = ""
        seen.add(role)
    return tuple(roles)


def _answered(roles: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return roles with an answer: what explains is one where nothing else answers, and so is the one other column."""
    if "answer" in roles or "option" in roles:
        return roles
    if "explanation" in roles:
        return tuple("answer" if role == "explanation" else role for role in roles)
    free = [n for n, role in enumerate(roles) if not role and any(len(_cell(row, n)) > 1 for row in rows[:_SAMPLE])]
    return (
        tuple("answer" if n in free else role for n, role in enumerate(roles))
        if len(free) == 1 and len(roles) == len(free) + 1
        else roles
    )


def _counted(roles: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], bool]:
    """Return roles in which options that are never the answer are wrong ones, and whether options are counted from 0."""
    own = [n for n, role in enumerate(roles) if role == "option"]
    if "answer" not in roles or not ({"option", "options"} & set(roles)):
        return roles, False
    place = roles.index("answer")
    said = [(_cell(row, place), [_cell(row, n) for n in own]) for row in rows]
    beside = sum(len(answer) > 1 and answer not in options and not names_one(answer) for answer, options in said)
    if own and beside > max(1, _BESIDE * len(said)):
        return tuple("wrong" if role == "option" else role for role in roles), False
    return roles, any(answer == "0" and "0" not in options for answer, options in said)


def _asking(roles: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return roles with the column that asks by what stands in it, where only its name does not say so."""
    free = [n for n, role in enumerate(roles) if not role]
    asking = {n: sum(shapes.asks(_cell(row, n)) for row in rows[:_SAMPLE]) for n in free}
    best = max(free, key=lambda n: asking[n], default=-1)
    enough = best >= 0 and asking[best] > _ASKING * len(rows[:_SAMPLE])
    return tuple("question" if enough and n == best else role for n, role in enumerate(roles))


def _by_content(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """Return the columns as their cells tell: one asks, the longest of the others answers; or a term and its meaning."""
    sample = [header, *rows[:_SAMPLE]]
    width = max(map(len, sample), default=0)
    cells = [[_cell(row, n) for row in sample] for n in range(width)]
    asking = [sum(map(shapes.asks, column)) / max(1, sum(map(bool, column))) for column in cells]
    best = max(range(width), key=lambda n: asking[n], default=0)
    if width > 1 and asking[best] >= _ASKING:
        if options := _options(cells, best):
            said = f"column {best + 1} asks, columns {options[0] + 1} to {options[-2] + 1} are its options, and column {options[-1] + 1} names the right one"
            names = tuple(chr(ord("A") + options.index(n)) if n in options[:-1] else "" for n in range(width))
            roles = tuple(
                "option"
                if names[n]
                else {best: "question", options[-1]: "skip" if "0" in cells[options[-1]] else "answer"}.get(n, "")
                for n in range(width)
            )
            return Columns(names, roles, header=False, guessed=said)
        answer = max((n for n in range(width) if n != best), key=lambda n: (_weight(cells[n]), n > best))
        roles = tuple("question" if n == best else "answer" if n == answer else "" for n in range(width))
        has_header = (
            not shapes.asks(_cell(header, best))
            and _looks_like_names(header)
            and asking[best] * len(sample) >= len(sample) - 1
        )
        said = f"column {best + 1} asks and column {answer + 1} answers, by what stands in them"
        return Columns(tuple(header) if has_header else (), roles, has_header, guessed=said)
    two = [n for n in range(width) if any(cells[n])]
    if len(two) == 2 and _are_terms(cells[two[0]], cells[two[1]]):  # noqa: PLR2004  a card has two sides
        roles = tuple({two[0]: "question", two[1]: "answer"}.get(n, "") for n in range(width))
        return Columns((), roles, header=False, terms=True, guessed="terms with their meaning: asked as “What is …?”")
    return Columns()


def _options(cells: Sequence[Sequence[str]], asks: int) -> list[int]:
    """Return the columns of options that stand between the one that asks and one that names a letter or number of theirs."""
    for end in range(min(len(cells) - 1, asks + 1 + len(_LETTERS)), asks + _LEAST_OPTIONS, -1):
        many = end - asks - 1
        if {*_LETTERS[:many], *_LETTERS[:many].lower(), *_DIGITS[: many + 1]}.issuperset(cells[end]):
            return list(range(asks + 1, end + 1))
    return []


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _weight(column: Sequence[str]) -> float:
    words = [cell for cell in column if any(map(str.isalpha, cell))]
    return sum(map(len, words)) * len(set(words)) / max(1, len(words)) ** 2


def _looks_like_names(header: Sequence[str]) -> bool:
    return all(len(cell.split()) <= 4 and not cell.rstrip().endswith((".", "?", "!")) for cell in header)  # noqa: PLR2004  words of a name


def _are_terms(first: Sequence[str], second: Sequence[str]) -> bool:
    fronts, backs = [cell for cell in first if cell], [cell for cell in second if cell]
    short = sum(len(cell.split()) <= _TERM_WORDS for cell in fronts) >= 0.8 * len(fronts)
    letters = sum(bool(re.search(r"\w{3}", cell)) and not cell.isdigit() for cell in backs) >= 0.8 * len(fronts)
    return bool(fronts) and short and letters and len(backs) >= 0.8 * len(fronts)


def proposal(header: Sequence[str]) -> str:
    """Return what a person may say of columns whose names are not known."""
    names = [clip(" ".join(name.split()), 40) for name in header if name.strip()][:2]
    said = " ".join(f"--map “{name}={role}”" for name, role in zip(names, ("question", "answer"), strict=False))
    return (
        f"no column asks, by its name or by what stands in it; say which, such as {said or '--map “column 1=question”'}"
    )


def take(fields: Mapping[str, Any], document: Document, levels: Levels, *, first: int, last: int) -> None:
    """Take one question from named fields; what is not known of it is a remark."""
    question, own = levels.split(text_of(fields.get("question")).lstrip("# "))
    question = shapes.numbered(question)[0] if shapes.numbered(question)[2] else question
    said = text_of(fields.get("level"))
    tags = _list(fields.get("tags"), r"[\s,;]+")
    level = levels.named(said) or own or next(filter(None, map(levels.named, tags)), None)
    if said and not levels.named(said):
        words = f"level “{clip(said, 60)}” is not known: say what it means with --map"
        document.remarks.append(Remark(first, last, words, understood=False))
    left_out({name: value for name, value in fields.items() if name not in ROLES}, document, first, last)
    question, answer = _chosen(question, fields)
    if not question:
        words = f"left out, no question: “{clip(answer, 60)}”"
        document.remarks.append(Remark(first, last, words, understood=False))
        return
    more: dict[str, Any] = {
        "hints": _list(fields.get("hints"), r"\n+"),
        "reading": _list(fields.get("reading"), r"\n+"),
    }
    more = {name: [line for line in lines if len(line) >= _HINT_CHARS] for name, lines in more.items()}
    more["tags"] = list(dict.fromkeys(slug(tag, fallback="tag") for tag in tags))[:10]
    more["key_points"] = fields.get("key_points")
    known = {name: some for name, some in more.items() if some}
    topic = text_of(fields.get("topic"))
    document.found.append(
        Found(question=question, answer=answer, level=level, topic=topic, more=known, first=first, last=last)
    )


def _chosen(question: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return a question and its answer, with the options where it has some."""
    answer, explanation = text_of(fields.get("answer")), text_of(fields.get("explanation"))
    options = {name: text_of(words) for name, words in (fields.get("options") or {}).items()}
    wrong = [text_of(words) for words in fields.get("wrong") or ()]
    if len([words for words in options.values() if words]) > 1:
        choice = choices.of_fields(options, answer, explanation)
        if not choice.right and len(answer) > 2 and not names_one(answer):  # noqa: PLR2004  no letter of an option
            return question, "\n\n".join(filter(None, (answer, explanation)))
        return choice.question(question), choice.answer
    if answer.casefold() in {"true", "false"} and not shapes.asks(question) and question:
        question = (
            f"True or false: {question}" if not question.casefold().startswith(("true or false", "t/f")) else question
        )
    elif wrong and answer:
        together = sorted((answer, *wrong), key=str.casefold)
        question = choices.of_fields(dict(zip("ABCDEFGH", together, strict=False)), answer).question(question)
    return question, "\n\n".join(filter(None, (answer, explanation if explanation != answer else "")))


def left_out(fields: Mapping[str, Any], document: Document, first: int, last: int) -> None:
    """Remark on fields that are not known."""
    for name, value in fields.items():
        if words := text_of(value):
            what = f"left out, not known: {clip(name, 60)} “{clip(words, 60)}”"
            document.remarks.append(Remark(first, last, what, understood=False))


def text_of(value: Any) -> str:
    """Return a value as text, a list with an entry a line."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case list():
            return "\n".join(filter(None, map(text_of, value)))
        case _:
            return str(value)


def _list(value: Any, between: str) -> list[str]:
    parts: Iterable[Any] = value if isinstance(value, list) else re.split(between, text_of(value))
    return [text for part in parts if (text := text_of(part))]


def letter(name: str) -> str:
    """Return the letter or number at the end of an option's name."""
    found = re.search(r"([a-hA-H]|\d+)\s*$", simple(name))
    return found[1].upper() if found else name
