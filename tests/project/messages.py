"""Every message that a member can get, gathered from where it is written: `python -m tests.project.messages` writes docs/messages.md.

Cards' words stand in the presenter, the words of a refusal where it is raised, and a platform's own in its adapter.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "messages.md"
RAISED: Final = (
    "UserError", "UnknownWord", "BadValue", "NotAllowed", "NotFound", "Refused", "UsedUp", "Waits", "Unreachable", "ChannelGone",
    "TooLate", "Fault", "Talk", "TurnedAway",
)  # fmt: skip
ROOMS: Final = (
    *sorted(
        path for path in (ROOT / "bot").rglob("*.py") if "migrations" not in path.parts and path.stem != "__main__"
    ),
    *sorted(
        path
        for path in (ROOT / "adapters").rglob("*.py")
        if path.stem
        in {"attached", "commands", "errors", "greetings", "inbound", "pages", "places", "platform", "requests", "web"}
    ),
)
# What a platform says by itself, which nobody raises: functions, and words in a dictionary.
SAID: Final = {
    "adapters.discord.greetings": ("JOINED", "BACK", "MENTIONED", "DIRECT", "turn_away"),
    "adapters.discord.places": ("WHY", "hindrance", "why", "why_no_thread"),
    "adapters.slack.errors": ("WHY",),
    "adapters.slack.requests": ("unfinished",),
}
HEAD: Final = """\
# Every message that a member can get

Gathered from the code by `python -m tests.project.messages`, and held to it by a test, so that a person can read all of it at
once: each is short, kind and true, says what happened and what to do. {This} stands for what is filled in, [this] for what is
said in some cases, | between two ways to say it. Commands are written as the terminal types them; each platform spells them
as its people do.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, "## Cards", "", *_cards(), "## Refusals and failures", "", *_refusals()]).rstrip() + "\n"


def _cards() -> Iterator[str]:
    """Yield what each function of the presenter says, under the presenter's subjects."""
    for path in sorted((ROOT / "bot" / "presenter").glob("[a-z]*.py")):
        module, tree = _read(path)
        if found := [line for node in tree.body for line in _card(node, module)]:
            yield from (f"### {path.stem.capitalize()}", "", *found)


def _card(node: ast.stmt, module: ModuleType) -> Iterator[str]:
    words = [] if _is_docstring(node) else list(dict.fromkeys(filter(_is_said, _words(node, module))))
    if words:
        about = (ast.get_docstring(node) or "").partition("\n")[0] if isinstance(node, ast.FunctionDef) else ""
        yield from ([f"*{about}*", ""] if about else [])
        yield from (*(f"- {_quoted(one)}" for one in words), "")


def _refusals() -> Iterator[str]:
    """Yield what is refused, under where it is written."""
    for path in ROOMS:
        module, tree = _read(path)
        if lines := list(dict.fromkeys(line for node in tree.body for line in _refused(node, module))):
            yield from (f"### {path.relative_to(ROOT).with_suffix('')}", "", *lines, "")


def _refused(node: ast.stmt, module: ModuleType) -> Iterator[str]:
    """Yield what a function or a method refuses, with the parts of it that it puts together before."""
    if isinstance(node, ast.ClassDef):
        for one in node.body:
            yield from _refused(one, module)
        return
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and _name(one.func) in RAISED and one.args]
    yield from filter(None, (_refusal(one, module) for one in calls))
    parts: list[ast.AST] = [one for one in ast.walk(node) if isinstance(one, ast.Assign)] if calls else []
    parts += [node] if _named(node) in SAID.get(module.__name__, ()) else []
    yield from (f"- {_quoted(text)}" for one in parts for text in _words(one, module) if _is_said(text))


def _refusal(call: ast.Call, module: ModuleType) -> str:
    words = _say(call.args[0], module)
    heading = next((_say(one.value, module) for one in call.keywords if one.arg == "heading"), "")
    return f"- {f'**{heading}** ' if heading else ''}{_quoted(words)}" if _is_said(words) else ""


def _named(node: ast.stmt) -> str:
    """Return the name that a statement gives to something."""
    if isinstance(node, ast.AnnAssign):
        return _name(node.target)
    return str(getattr(node, "name", ""))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _read(path: Path) -> tuple[ModuleType, ast.Module]:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return import_module(dotted), ast.parse(path.read_text(encoding="utf-8"))


def _words(node: ast.AST, module: ModuleType) -> Iterator[str]:
    """Yield the texts in a statement, each whole; no docstring, no key of a subscript, and nothing that is compared."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield _say(node, module)
        return
    for child in ast.iter_child_nodes(node):
        if not _is_docstring(child) and not isinstance(child, ast.Compare | ast.arguments):
            yield from _words(child, module)


def _say(node: ast.AST, module: ModuleType) -> str:  # noqa: PLR0911  one case a kind of text
    """Return a text as it is written, with marks for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_say(value, module) for value in values)
        case ast.FormattedValue(value=value):
            return _say(value, module)
        case ast.IfExp(body=body, orelse=orelse):
            return f"[{'|'.join(filter(None, (_say(body, module), _say(orelse, module))))}]"
        case ast.BinOp(left=left, right=right) if isinstance(node.op, ast.Add):
            return _say(left, module) + _say(right, module)
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str | int):
            return str(getattr(module, name))
        case ast.Constant(value=value):
            return str(value)
        case ast.Call(func=func, args=[first, *rest]) if _name(func) == "plural":
            return f"{{{_filled(first)}}} {_say(rest[0], module)}s"
        case _:
            return f"{{{_filled(node)}}}"


def _filled(node: ast.AST) -> str:
    """Return what is filled in by the last of its names."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.strip("_").replace("_", " ")
        case ast.Call(args=[first, *_]):
            return _filled(first)
        case ast.Call(func=func) | ast.Subscript(value=func):
            return _filled(func)
        case _:
            return "…"


def _name(func: ast.AST) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _is_said(text: str) -> bool:
    """Whether a text is for people: words, or a button's label; no id, tag or name of an option."""
    return " " in text.strip() or (text[:1].isupper() and text.isalpha())


def _quoted(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
