"""The question bank: what a good one answers, and how each problem of a bad one is named."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.bank.loading import Bank, Checked, Problem, check, load
from bot.bank.safe_yaml import MAX_FILE_BYTES
from bot.errors import ContentError
from bot.question import Level

TODAY = date(2026, 11, 22)
CONTENT = Path(__file__).parents[2] / "content"
GOOD = """\
# A topic
topic: gans
title: Adversarial Networks
aliases: [gan, minimax]
questions:
  - id: gans-collapse
    level: mid
    question: What is mode collapse in a generator?
    reference: >-
      The generator makes only a few kinds of samples. It misses most modes of the data, because that is enough to
      fool the discriminator. Each time the discriminator learns to tell these samples apart, the other network moves
      on to another few, and so the two chase each other round in circles. People watch how unlike the samples of
      one batch are, and change the loss or show the discriminator whole batches at once.
    key_points:
      - id: few-kinds
        statement: It makes few kinds of samples.
        phrasings: [few kinds of samples]
      - id: misses
        statement: It misses most of the data.
        phrasings: [misses most modes of the data]
      - id: circles
        statement: The two networks chase each other.
        phrasings: [chase each other]
    misconceptions:
      - statement: It is not overfitting.
        phrasings: [learns the training set by heart]
    hints: [Look at one batch.]
    reading: ['Goodfellow et al., Generative Adversarial Networks, arXiv:1406.2661']
    since: 2026-01-01
    review_by: 2027-01-01
"""
VAES = (
    GOOD.replace("gan", "vae")
    .replace("minimax", "elbo")
    .replace("Adversarial", "Variational")
    .replace("mid", "senior")
    .replace("What is mode collapse in a generator?", "Why does a decoder ignore its latent code?")
)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write topic files into a folder of their own, and return the last one."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path / f"{[*files][-1]}.yaml"

    return write


def problems(folder: Path) -> list[Problem]:
    """Return what `check` finds, once it is known that `load` refuses the folder with the same words."""
    found = check(folder, today=TODAY).problems
    with pytest.raises(ContentError) as raised:
        load(folder)
    assert sorted(raised.value.problems) == sorted(str(problem) for problem in found)
    return found


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


# A good bank


@pytest.fixture
def bank(write: Write) -> Bank:
    return load(write(gans=GOOD, vaes=VAES).parent)


def test_load(bank: Bank):
    """A bank holds every file's topic, and every question with the topic of its file."""
    assert list(bank.topics) == ["gans", "vaes"]
    assert {q.id: q.topic for q in bank.questions.values()} == {"gans-collapse": "gans", "vaes-collapse": "vaes"}


def test_yml(tmp_path: Path):
    """A topic file may end in .yml too; other files are left alone."""
    (tmp_path / "gans.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no topic", encoding="utf-8")
    assert list(load(tmp_path).topics) == ["gans"]


@pytest.mark.parametrize(
    ("levels", "topics", "ids"),
    [
        ([], [], ["gans-collapse", "vaes-collapse"]),
        ([Level.SENIOR], [], ["vaes-collapse"]),
        ([], ["gans"], ["gans-collapse"]),
        ([Level.MID, Level.SENIOR], ["gans", "vaes"], ["gans-collapse", "vaes-collapse"]),
        ([Level.SENIOR], ["gans"], []),
        ([Level.PRINCIPAL], [], []),
    ],
)
def test_pool(bank: Bank, levels: list[Level], topics: list[str], ids: list[str]):
    """A pool holds the questions at the levels and of the topics; an empty choice means all."""
    assert [q.id for q in bank.pool(levels, topics)] == ids


@pytest.mark.parametrize("word", ["gans", "GANs", "gan", "Minimax", "adversarial networks"])
def test_topic_named(bank: Bank, word: str):
    """A topic is meant by its name, an alias or its title, in any case."""
    assert bank.topic_named(word) == "gans"


def test_no_topic_named(bank: Bank):
    """A word that is near a topic does not mean it, but may suggest it; a word like none suggests nothing."""
    assert bank.topic_named("vaess") is None
    assert bank.nearest_topic("vaess") == "vaes"
    assert bank.nearest_topic("minimaks") == "gans"
    assert bank.nearest_topic("€€€") is None


def test_title(bank: Bank):
    """A topic has its title on a card; one that left the bank keeps its name."""
    assert bank.title("gans") == "Adversarial Networks"
    assert bank.title("flows") == "flows"


# Problems

NESTED = "[" * 12 + "gan" + "]" * 12


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    level: mid\n", "", "id: gans-collapse", "level: Field required"),
        ("title: Adversarial Networks\n", "", "topic: gans", "title: Field required"),
        ("level: mid", "level: expert", "level: expert", "'mid', 'senior' or 'principal'"),
        ("level: mid", "level: mid\n    leval: mid", "leval: mid", "leval: Extra inputs are not permitted"),
        ("title: Adversarial Networks", "title: 3", "title: 3", "title: Input should be a valid string"),
        ("[few kinds of samples]", "[x]", "[x]", "phrasings.0: String should have at least 2 characters"),
        ("id: misses", "id: few-kinds", "id: gans-collapse", "key point ids must differ within a question: few-kinds"),
        ("since: 2026-01-01", "since: soon", "since: soon", "since: Input should be a valid date"),
        ("  - id: gans-collapse", "  - no question\n  - id: gans-collapse", "no question", "questions.0: Input should"),
    ],
)
def test_wrong_fields(write: Write, old: str, new: str, line: str, words: str):
    """What the model refuses is named at its own line, what is missing where its parent starts."""
    text = GOOD.replace(old, new)
    file = write(gans=text)
    assert (str(file), line_of(text, line)) in [(p.file, p.line) for p in problems(file.parent) if words in p.message]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("question: What", "question: So: what", "question:", "mapping values are not allowed"),
        ("[gan, minimax]", "[gan, minimax", "questions:", "did not find expected ',' or ']'"),
        ("    level", "\tlevel", "level", "tab"),
        ("level: mid", "level: mid\n    # twice\n    level: senior", "level: senior", "'level' stands twice here"),
        ("[gan, minimax]", "\n  - &it gan\n  - *it", "*it", "alias"),
        ("[gan, minimax]", NESTED, "aliases", "nested too deeply"),
        ("level: mid", "level: !!python/name:os.system mid", "level", "'mid' is not what it looks like"),
        ("    review_by: 2027-01-01\n", f"---\n{VAES}", "---", "another document"),
    ],
)
def test_bad_yaml(write: Write, old: str, new: str, line: str, words: str):
    """A file that is no plain YAML mapping is refused at the line of its fault; so are doubled keys, aliases, depth."""
    text = GOOD.replace(old, new)
    file = write(vaes=VAES, gans=text)
    (problem,) = problems(file.parent)
    assert (problem.file, problem.line) == (str(file), line_of(text, line))
    assert words in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "file: Input should be a valid dictionary"),
        ("# Nothing yet\n", "file: Input should be a valid dictionary"),
        ("- topic: gans\n", "file: Input should be a valid dictionary"),
        (GOOD.replace("mid", "m\0id"), "control characters are not allowed"),
    ],
)
def test_no_topic(write: Write, text: str, words: str):
    """A file that holds no mapping, or no text, is one problem."""
    file = write(vaes=VAES, gans=text)
    (problem,) = problems(file.parent)
    assert problem.file == str(file)
    assert words in problem.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("since: 2026-01-01", "since: 2026-13-01"),
        ("since: 2026-01-01", "since: 2026-01-01T25:00:00"),
        ("statement: It misses", "weight: !!int abc\n        statement: It misses"),
        ("statement: It misses", "weight: !!bool abc\n        statement: It misses"),
        ("statement: It misses", "weight: !!float abc\n        statement: It misses"),
        ("statement: It misses", f"weight: {'9' * 5000}\n        statement: It misses"),
        ("statement: It misses", "weight: !!int ''\n        statement: It misses"),
        ("statement: It misses", f"weight: 1{':59' * 600}.5\n        statement: It misses"),
        ("since: 2026-01-01", "since: !!timestamp abc"),
    ],
    ids=["month", "hour", "int", "bool", "float", "digits", "empty", "sexagesimal", "timestamp"],
)
def test_bad_scalars(write: Write, old: str, new: str):
    """A value that is not what its shape or tag promises is a problem at its line, and its text is cut short."""
    text = GOOD.replace(old, new)
    file = write(gans=text)
    (problem,) = problems(file.parent)
    assert problem.line == line_of(text, new.partition("\n")[0])
    assert problem.message.endswith("is not what it looks like; put it in quotes")
    assert len(problem.message) < 120


@pytest.mark.parametrize("mark", ["[", "{", "- ", "? "])
@pytest.mark.parametrize("times", [100_000, 1_000_000])
def test_abyss(write: Write, mark: str, times: int):
    """Nesting without an end is refused like any other that is too deep, and ends nothing but the reading."""
    file = write(gans=f"title: Adversarial Networks\ntopic:\n  {mark * times}")
    assert [(p.line, "nested too deeply" in p.message) for p in problems(file.parent)] == [(3, True)]


def test_alias_bomb(write: Write):
    """Aliases that would stand for ten thousand million words are refused at the first one, before any is followed."""
    levels = [f"level{n}: &level{n} [{', '.join([f'*level{n - 1}'] * 10)}]\n" for n in range(1, 11)]
    file = write(gans="level0: &level0 word\n" + "".join(levels))
    (problem,) = problems(file.parent)
    assert (problem.line, "alias" in problem.message) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("level: mid", "level: expert", "level: expert"),
        ("[few kinds of samples]", "[x]", "[x]"),
        ("since: 2026-01-01", "since: soon", "since: soon"),
    ],
)
def test_one_fault_is_one_problem(write: Write, old: str, new: str, line: str):
    """A bad question is not said to be missing as well."""
    text = GOOD.replace(old, new)
    (problem,) = problems(write(gans=text).parent)
    assert problem.line == line_of(text, line)
    assert "at least 1 item" not in problem.message


def test_too_few(write: Write):
    """A list that is too short is a problem at its line, when nothing in it is wrong."""
    text = GOOD.partition("questions:")[0] + "questions: []\n"
    file = write(gans=text)
    (problem,) = problems(file.parent)
    assert problem.line == line_of(text, "questions: []")
    assert problem.message.startswith("questions: ")
    assert "at least 1 item" in problem.message


def test_not_utf8(tmp_path: Path):
    """A file in another encoding is named with the byte that is wrong."""
    (tmp_path / "gans.yaml").write_bytes(b"topic: \xe9t\xe9\n")
    assert problems(tmp_path) == [Problem(str(tmp_path / "gans.yaml"), 1, "not UTF-8 at byte 7; save it as UTF-8")]


def test_too_large(tmp_path: Path):
    """A file over the limit is not even read."""
    with (tmp_path / "gans.yaml").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    (problem,) = problems(tmp_path)
    assert problem.file == str(tmp_path / "gans.yaml")
    assert "5,000,001 bytes" in problem.message


def test_unreadable(tmp_path: Path):
    """What cannot be opened as a file is a problem, and no crash."""
    (tmp_path / "gans.yaml").mkdir()
    (problem,) = problems(tmp_path)
    assert problem == Problem(str(tmp_path / "gans.yaml"), 1, "cannot be read: Is a directory")


@pytest.mark.parametrize("folder", ["", "missing"])
def test_no_files(tmp_path: Path, folder: str):
    """A folder without topic files, or none at all, says which setting to look at."""
    (problem,) = problems(tmp_path / folder)
    assert problem.file == str(tmp_path / folder)
    assert "STUDYHALL_CONTENT_DIR" in problem.message


def test_doubled_id(write: Write):
    """A question's id may stand in one place of the whole bank; the second one names the first."""
    text = VAES.replace("vaes-collapse", "gans-collapse")
    file = write(gans=GOOD, vaes=text)
    first = f"{file.with_name('gans.yaml')}:{line_of(GOOD, 'id: gans-collapse')}"
    expected = Problem(
        str(file), line_of(text, "id: gans-collapse"), f"question id 'gans-collapse' stands at {first} already"
    )
    assert problems(file.parent) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "word"), [("topic: vaes", "topic: gans", "gans"), ("elbo", "gans", "gans"), ("elbo", "gan", "gan")]
)
def test_doubled_topic(write: Write, old: str, new: str, word: str):
    """A topic's name or alias means one topic."""
    file = write(gans=GOOD, vaes=VAES.replace(old, new))
    expected = f"topic or alias {word!r} stands in {file.with_name('gans.yaml')} already"
    assert problems(file.parent) == [Problem(str(file), 1, expected)]


def test_all_at_once(write: Write):
    """Every problem of every file is reported in one go, each with its place."""
    gans = GOOD.replace("level: mid", "level: expert").replace("title: Adversarial Networks\n", "")
    file = write(gans=gans, rag="topic: [rag\n", vaes=VAES.replace("since", "sinse"))
    folder = file.parent
    with pytest.raises(ContentError) as raised:
        load(folder)
    assert {line.partition(": ")[0] for line in raised.value.problems} >= {
        f"{folder / 'gans.yaml'}:{line_of(gans, 'topic: gans')}",
        f"{folder / 'gans.yaml'}:{line_of(gans, 'level: expert')}",
        f"{file}:{line_of(VAES, 'since')}",
        f"{file}:{line_of(VAES, 'id: vaes-collapse')}",
    }
    assert any(line.startswith(f"{folder / 'rag.yaml'}:") for line in raised.value.problems)
    assert str(raised.value) == "\n".join(raised.value.problems)


# What stops no bot, and `check` names all the same

CAUSE = GOOD[GOOD.index("because that is enough") : GOOD.index("the other network")]
KINDS = "few kinds of samples.\n        phrasings: [few kinds of samples]"
HEART = "[learns the training set by heart]"
POINTS = GOOD[GOOD.index("      - id: misses") : GOOD.index("    misconceptions")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (KINDS, "no gradients.\n        phrasings: [vanishing gradients]", "the reference answer grades as partly (67); key points it misses: few-kinds"),
        (HEART, "[fool the discriminator]", "the reference answer is taken for a misconception: It is not overfitting."),
        (CAUSE, "", "reference has 56 words; 60 to 200 make"),
        (POINTS, POINTS[:POINTS.index("      - id: circles")], "key_points has 2 key points; 3 to 7 make"),
        ("    hints: [Look at one batch.]\n", "", "hints has 0 hints; 1 to 3 make a question complete"),
        ("    reading: ['Goodfellow et al., Generative Adversarial Networks, arXiv:1406.2661']\n", "", "reading has 0 sources;"),
        (HEART, HEART + "\n      - {statement: No.., phrasings: [aa]}" * 3, "misconceptions has 4 misconceptions; 1 to 3"),
        ("    since", "    formulas: [{text: few  kinds, latex: '$k$'}]\n    since", "formula 'few  kinds': its LaTeX has a dollar"),
        ("    since", "    formulas: [{text: D(x), latex: D(x)}]\n    since", "formula 'D(x)' stands in no text of the question"),
        ("review_by: 2027-01-01", "review_by: 2026-11-21", "due for review since 2026-11-21"),
        ("statement: It makes few kinds of samples.", "statement: >-\n          'It makes few kinds: one.'", "key point few-kinds carries the file's own"),
        ("[few kinds of samples]", "[few kinds of samples, '\"few kinds\"']", "a phrasing of few-kinds carries the file's own quotes: take"),
        ("[Look at one batch.]", '["One network\'\'s batch."]', "a hint carries the file's own quotes: take them off"),
        (HEART, "[\"'by heart'\"]", "a misconception's phrasing carries the file's own quotes"),
    ],
)  # fmt: skip
def test_check(write: Write, old: str, new: str, words: str):
    """A reference answer that is not correct by its own key points, and facts past their date, are named and no more."""
    text = GOOD.replace(old, new)
    file = write(gans=text)
    assert list(load(file.parent).questions) == ["gans-collapse"]
    checked = check(file.parent, today=TODAY)
    (problem,) = checked.problems
    assert (checked.count, checked.notes) == (1, [])
    assert (problem.file, problem.line) == (str(file), line_of(text, "id: gans-collapse"))
    assert problem.message.startswith(f"gans-collapse: {words}")


@pytest.mark.parametrize(("phrasing", "found"), [("the mode of a generator", 1), ("one mode alone", 0)])
def test_a_phrasing_of_the_question(write: Write, phrasing: str, found: int):
    """A phrasing that says no more than the question is named: else the question, copied back, would earn points."""
    text = GOOD.replace("[few kinds of samples]", f"[few kinds of samples, {phrasing}]")
    named = check(write(gans=text).parent, today=TODAY).problems
    words = f"gans-collapse: a phrasing has no word beyond the question's, and earns nothing: '{phrasing}'"
    assert [p.message for p in named] == [words] * found


@pytest.mark.parametrize("latex", [r"\frac{1}{2}", r"\{x\}", r"\mathbb{E}_{q}[\log p(x)]"])
def test_formulas(write: Write, latex: str):
    """A formula whose text stands in the question's own, across its line ends too, and whose LaTeX is whole is fine."""
    formulas = f"    formulas: [{{text: is enough to fool, latex: '{latex}'}}]\n    since"
    assert check(write(gans=GOOD.replace("    since", formulas)).parent, today=TODAY) == Checked(1, [], [])


@pytest.mark.parametrize("latex", [r"\frac{1}{2", "x}{", r"\{x}"])
def test_broken_latex(write: Write, latex: str):
    """LaTeX whose braces do not match is named."""
    formulas = f"    formulas: [{{text: few kinds, latex: '{latex}'}}]\n    since"
    (problem,) = check(write(gans=GOOD.replace("    since", formulas)).parent, today=TODAY).problems
    assert problem.message.endswith("its LaTeX has a dollar sign, or braces that do not match")


DRAFT = (
    GOOD[: GOOD.index("    key_points")].replace("level: mid", "level: mid\n    draft: true")
    + "    since: 2026-01-01\n"
)
BARE = DRAFT[: DRAFT.index("    reference")] + "    since: 2026-01-01\n"
CONFIRM = "a draft: confirm its key points, complete it, and remove `draft`"


@pytest.mark.parametrize(
    ("text", "note", "asked"),
    [
        (GOOD.replace("level: mid", "level: mid\n    draft: true").replace(POINTS, ""), CONFIRM, False),
        (GOOD.replace("level: mid", "level: mid\n    draft: true\n    live: true").replace(POINTS, ""), CONFIRM, True),
        (DRAFT, "a draft, not asked yet: it needs key points", False),
        (BARE, "a draft, not asked yet: it needs an answer and key points", False),
        (GOOD.replace("level: mid", "level: mid\n    draft: true").replace("fool", "fool " * 500),
         "a draft, not asked yet: it needs a shorter answer", False),
    ],
)  # fmt: skip
def test_drafts(write: Write, text: str, note: str, asked: bool):
    """A draft is a note and no problem, whatever it lacks, and is asked only when it is live and has a fitting answer and key points."""
    file = write(gans=text)
    checked = check(file.parent, today=TODAY)
    assert checked.problems == []
    assert checked.notes == [Problem(str(file), line_of(GOOD, "id: gans-collapse"), f"gans-collapse: {note}")]
    assert list(load(file.parent).questions) == ["gans-collapse"] * asked


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("What is mode collapse in a generator?", 100),
        ("Explain the mode collapse of a generator.", 96),
        ("What is meant by mode colapse in a generator?", 84),
    ],
)
def test_asked_twice(write: Write, text: str, percent: int):
    """A question that asks the same as another in other words is named with both places."""
    vaes = VAES.replace("Why does a decoder ignore its latent code?", text)
    file = write(gans=GOOD, vaes=vaes)
    (problem,) = check(file.parent, today=TODAY).problems
    first = f"gans-collapse in {file.with_name('gans.yaml')}:{line_of(GOOD, 'id: gans-collapse')}"
    said = f"vaes-collapse: asks nearly the same ({percent} %) as {first}; merge them, or tell them apart"
    assert problem == Problem(str(file), line_of(vaes, "id: vaes-collapse"), said)


def test_a_draft_asked_twice(write: Write):
    """A draft that asks the same as another question is a note, as all that concerns drafts."""
    vaes = VAES.replace("Why does a decoder ignore its latent code?", "What is mode collapse in generators?")
    file = write(gans=GOOD, vaes=vaes.replace("level: senior", "level: senior\n    draft: true"))
    checked = check(file.parent, today=TODAY)
    assert checked.problems == []
    assert [note.message.split(":")[1][:18] for note in checked.notes] == [" a draft", " asks nearly the s"]


def test_a_teams_bank(write: Write, tmp_path: Path):
    """A team's bank shares no id with the bank that it is asked beside; questions that are alike are worth a note."""
    beside = load(write(gans=GOOD).parent)
    own = tmp_path / "own"
    own.mkdir()
    (own / "gans.yaml").write_text(GOOD.replace("id: gans-collapse", "id: our-collapse"), encoding="utf-8")
    checked = check(own, today=TODAY, beside=beside)
    assert checked.problems == []
    (note,) = checked.notes
    assert note.message.startswith("our-collapse: asks nearly the same (100 %) as gans-collapse in the bank that comes")
    (own / "gans.yaml").write_text(GOOD, encoding="utf-8")
    (problem,) = check(own, today=TODAY, beside=beside).problems
    assert problem.message == "question id 'gans-collapse' stands in the bank that comes with the bot"


def test_clean(write: Write):
    """A good bank has no problems, on the last day before its review too."""
    folder = write(gans=GOOD, vaes=VAES).parent
    assert check(folder, today=date(2027, 1, 1)) == Checked(2, [], [])


def test_the_glossary_is_no_topic(write: Write):
    """The grader's glossary may stand in the folder: it is read as no topic, and `check` names what is wrong in it."""
    folder = write(gans=GOOD, glossary="synonyms:\n  - [big, large]\n").parent
    assert list(load(folder).topics) == ["gans"]
    assert check(folder, today=TODAY) == Checked(1, [], [])
    write(glossary="synonyms:\n  - [big]\n")
    (problem,) = check(folder, today=TODAY).problems
    assert (problem.file, problem.line) == (str(folder / "glossary.yaml"), 2)
    assert "synonyms" in problem.message


@pytest.mark.no_cover  # thousands of clauses; small banks cover the check
def test_shipped_content():
    """The bank that comes with the bot is without a problem and has at least 30 questions, some at every level."""
    checked = check(CONTENT, today=TODAY)
    assert (checked.problems, checked.notes) == ([], [])
    assert checked.count >= 30
    assert {q.level for q in load(CONTENT).questions.values()} == set(Level)


def test_a_file_is_no_folder(tmp_path: Path):
    """Checking one file says to give the folder that it is in."""
    file = tmp_path / "gans.yaml"
    file.write_text("topic: gans")
    (problem,) = check(file, today=TODAY).problems
    assert "give the folder" in problem.message


def test_two_points_in_one(write: Write):
    """A key point whose wordings each say one half of its statement is hinted at where hints are asked for; it is no problem."""
    two = "It misses most modes of the data; watch batches for unlike samples."
    worded = "[misses most modes, whole modes missed, modes of data gone, watch whole batches, compare samples of batches, unlike samples]"
    text = GOOD.replace("It misses most of the data.", two).replace("[misses most modes of the data]", worded)
    folder = write(gans=text).parent
    checked = check(folder, today=TODAY, hinted=True)
    assert not checked.problems
    assert [(hint.line, hint.message.partition(":")[2][:38]) for hint in checked.hints] == [
        (6, " key point misses says two things, and")
    ]
    assert not check(folder, today=TODAY).hints
    assert not check(write(gans=GOOD).parent, today=TODAY, hinted=True).hints
