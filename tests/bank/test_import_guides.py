"""Guides, exams and collections as people publish them: each kind in a small file of our own, with what is right for it."""

from pathlib import Path
from typing import Final

import pytest

from bot.bank.exchange import reading, ways
from bot.bank.exchange.levels import Levels

Pairs = list[tuple[str, str]]

# fmt: off
KINDS: Final[list[tuple[str, str, str, Pairs]]] = [
    ("an answer hidden below a numbered item's options", "a.md",
     "".join(f'{n}. Which falls {n} times?\n    - A. sand\n    - B. rain\n    - C. wind\n\n    <details markdown=1><summary markdown="span">Answer</summary>\n\n    Correct Answer: {key}\n\n    Explanation:\n    - It is wet.\n\n    </details>\n\n' for n, key in ((9, "BC"), (10, "B"))),
     [("Which falls 9 times?\n\nA: sand\nB: rain\nC: wind", "rain; wind\n\n- It is wet."), ("Which falls 10 times?\n\nA: sand\nB: rain\nC: wind", "rain\n\n- It is wet.")]),
    ("the same parts below each question", "a.md",
     "".join(f"## {n}. What is {name}?\n\n### What is it?\n\nIt is {name}.\n\n### Why do we use it?\n\nFor the weather.\n\n### Example\n\nAs today.\n\n### Why is {name} here?\n\nSo.\n\n" for n, name in enumerate(("rain", "wind", "fog"), start=1)),
     [(f"What is {name}?", f"What is it?:\n\nIt is {name}.\n\nWhy do we use it?:\n\nFor the weather.\n\nExample:\n\nAs today.\n\nWhy is {name} here?:\n\nSo.") for name in ("rain", "wind", "fog")]),
    ("parts without a number below questions with one", "a.md",
     "".join(f"## {n}. What is {name}?\n\n### Why {name}?\n\nFor the weather.\n\n### When {name}?\n\nToday.\n\n" for n, name in enumerate(("rain", "wind"), start=1)),
     [(f"What is {name}?", f"Why {name}?:\n\nFor the weather.\n\nWhen {name}?:\n\nToday.") for name in ("rain", "wind")]),
    ("sections called questions", "a.md", "## Basic Interview Questions\n\nRead on.\n\n### 1. What is rain?\n\nWater.\n\n## Scenario-Based Questions (2-2)\n\nRead on.\n\n### 2. What is fog?\n\nA cloud.\n",
     [("What is rain?", "Water."), ("What is fog?", "A cloud.")]),
    ("headings that begin as questions beside some that ask", "a.md", "## What is rain?\n\nWater.\n\n## Explain the wind\n\nAir.\n\n## Why fog?\n\nA cloud.\n\n## Clouds\n\nMany.\n\n## Seas\n\nFew.\n\n## Hills\n\nHigh.\n\n## Stars\n\nFar.\n\n## Fog vs. rain\n\nIt stands.\n\n## How does it fall?\n\nDown.\n",
     [("What is rain?", "Water."), ("Explain the wind", "Air."), ("Why fog?", "A cloud."), ("Fog vs. rain", "It stands."), ("How does it fall?", "Down.")]),
    ("signs for an app around each card", "a.md", "".join(f"Q:: =====\n\n##### What is {name}?\n\n###### ID{n}\n\nA:: =====  \nIt is {name}.\n\n" for n, name in enumerate(("rain", "wind", "fog"))),
     [(f"What is {name}?", f"It is {name}.") for name in ("rain", "wind", "fog")]),
    ("lines between the parts of an answer", "a.md", "## Q. What is rain?\n\n**A.**\n\nWater.\n\n### Example\n\nToday.\n\n---\n\n### Another\n\nYesterday.\n\n---\n\n## Q. What is fog?\n\n**A.**\n\nA cloud.\n",
     [("What is rain?", "Water.\n\nExample:\n\nToday.\n\nAnother:\n\nYesterday."), ("What is fog?", "A cloud.")]),
    ("all of a section is its question's", "a.md", "".join(f"### Case {n}\n\n**Topic:** weather\n\n**Question:** Why is it so, {n}?\n\n**Answer:**\nIt rained.\n\n```sql\nselect {n};\n```\n\n---\n\n" for n in (1, 2)),
     [(f"Why is it so, {n}?", f"It rained.\n\n```sql\nselect {n};\n```") for n in (1, 2)]),
    ("a number on a line of its own", "a.txt", "Contents\nBasic (3)\nBasic\n1.\nWhat is rain?\n\nHide Answer\nIt is water.\n\n2.\nExplain the wind.\n\nView Answer\nAir that moves.\n3.\nWhat is fog?\n\nView Answer\nA cloud.\n\n4.\nWhat is hail?\n\nView Answer\nIce.\n",
     [("What is rain?", "It is water."), ("Explain the wind.", "Air that moves."), ("What is fog?", "A cloud."), ("What is hail?", "Ice.")]),
    ("trivia with the answer before the options", "animals", "#Q About how many legs\nhave spiders?\n^ 8\nA 6\nB 8\n\n#Q A whale is a fish.\n^ False\nA True\nB False\n\n#Q No answer\n",
     [("About how many legs have spiders?\n\nA: 6\nB: 8", "8"), ("A whale is a fish.\n\nA: True\nB: False", "False"), ("No answer", "")]),
    ("tasks with a hint and a hidden solution", "a.md",
     "".join(f"## 🟡 Mid-Level: Rain gauge {n}\n\n**Scenario:** Rain fell.\n\n<details>\n<summary>💡 Hint</summary>\nLook up.\n</details>\n\n<details>\n<summary>✅ Solution</summary>\n\nUse a gauge.\n\n</details>\n\n" for n in (1, 2, 3)) + "## Quick questions\n\n**Q: What is fog?**\n**A:** A cloud.\n\n**Q: Why rain?**\n**A:** It is heavy.\n\n## Tips\n\n- Read.\n",
     [*((f"Rain gauge {n}\n\nScenario: Rain fell.", "Use a gauge.") for n in (1, 2, 3)), ("What is fog?", "A cloud."), ("Why rain?", "It is heavy.")]),
    ("numbered questions of which one has a hidden answer", "a.md", "# Weather\n\n[Back to the list](#list)\n\nRead on.\n\n1. What falls?\n\n- A: sand\n- B: rain\n\n<details><summary>Answer</summary>\n\nB. Drops.\n\n</details>\n\n2. Why does wind blow?\n\nAir flows.\n",
     [("What falls?\n\nA: sand\nB: rain", "rain\n\nDrops."), ("Why does wind blow?", "Air flows.")]),
    ("numbered paragraphs of which one has a hidden answer", "a.md", "# Weather\n\nRead on.\n\n**1. What falls?**\n\n<details><summary>Answer</summary>\n\nDrops.\n\n</details>\n\n**2. Why does wind blow?**\n\nAir flows.\n", [("What falls?", "Drops."), ("Why does wind blow?", "Air flows.")]),
    ("one bold question with a hidden answer", "a.md", "# Weather\n\n**What falls?**\n\n<details><summary>Answer</summary>\n\nDrops.\n\n</details>\n", [("What falls?", "Drops.")]),
    ("a task that is too long for a question", "a.md", f"## Rain gauge\n\nRain fell{' and fell' * 80}.\n\n<details>\n<summary>Solution</summary>\n\nUse a gauge.\n\n</details>\n",
     [("Rain gauge", f"Rain fell{' and fell' * 80}.\n\nUse a gauge.")]),
    ("answers without words", "a.json", '[{"question": "What is rain?", "answer": ["", ""]}, {"question": "What is fog?", "answer": ["", "cloud"]}]',
     [("What is rain?", ""), ("What is fog?", "cloud")]),
    ("ways that lead to an answer", "a.md", "- **What is rain?** - [Learn from here](https://a.example/b)\n- **What is fog?** - [Video](https://a.example/c) and [Blog](https://a.example/d)\n- **What is hail?** - Learn from here: [All about hail](https://a.example/e)\n- **What is snow?** - [What is snow](https://a.example/f)\n- **What is dew?** - Water. See [the post](https://a.example/g)\n- **What is ice?** - [Water](https://a.example/h) that is cold\n",
     [("What is rain?", ""), ("What is fog?", ""), ("What is hail?", ""), ("What is snow?", ""), ("What is dew?", "Water"), ("What is ice?", "Water that is cold")]),
    ("a way below each question", "a.md", "- **Question**: What is rain made of?\n    - **Answer**: [Rain made of what](https://a.example/b)\n- **Question**: What is fog?\n    - **Answer**: https://a.example/c\n- **Question**: What is hail?\n    - **Answer**: Ice.\n",
     [("What is rain made of?", ""), ("What is fog?", ""), ("What is hail?", "Ice.")]),
    ("cells written for a page", "a.csv", "Title,HTML of the question,Answer,\"Options, separated by |\",HTML of the explanation to the answer\nSky,<p style='a'>What <b>falls</b>?</p>,A|C,rain|sun|hail,<p>It is wet.</p>\nSky,<p>What blows?</p>,B,sea|wind,<p>It is air.</p>\n",
     [("What falls?\n\nA: rain\nB: sun\nC: hail", "rain; hail\n\nIt is wet."), ("What blows?\n\nA: sea\nB: wind", "wind\n\nIt is air.")]),
    ("pictures that ask", "a.txt", '#separator:tab\n#html:true\n<img src="a.jpg">\tA cloud\nWhat is this? <img src="b.jpg">\tRain\n', [("What is this? [image b.jpg]", "Rain")]),
    ("an answer that shows when one points at a sign", "a.md", '- What is rain?\n<a href="#" title="\nWater &amp; more\n">⌘</a>\n\n- What is fog?\n<a href="#" title="\n">⌘</a>\n\n- What is hail?\n<a href="#" title="Ice">⌘</a>\n',
     [("What is rain?", "Water & more"), ("What is fog?", ""), ("What is hail?", "Ice")]),
    ("a table that says where questions are", "a.md", "## What is rain?\n\nWater.\n\n## Why fog?\n\nA cloud.\n\n## Overview\n\n| Concept | Questions |\n|---|---|\n| Water | Q1–Q2, Q9 |\n| Air | Q3 |\n",
     [("What is rain?", "Water."), ("Why fog?", "A cloud.")]),
    ("a source below each answer", "a.md", "### What is rain?\n\nWater.\n\n###### Source\n\n* https://a.example/b\n\n### What is fog?\n\nA cloud.\n\n###### Source\n\n* https://a.example/b\n",
     [("What is rain?", "Water."), ("What is fog?", "A cloud.")]),
    ("a number with a letter", "a.md", "## Question 1. What is rain?\n\nWater.\n\n## Question 2a. What is fog?\n\nA cloud.\n\n## Question 2b. What is hail?\n\nIce.\n", [("What is rain?", "Water."), ("What is fog?", "A cloud."), ("What is hail?", "Ice.")]),
    ("deeper headings that ask below an answer", "a.md", "## Q. What is rain?\n\nWater.\n\n#### Q. What is fog?\n#### Q. What is hail?\n", [("What is rain?", "Water."), ("What is fog?", ""), ("What is hail?", "")]),
    ("letters in code", "a.md", "### What has names?\n\nThis:\n\n```js\nconst it = {\n  a: 1,\n  b: 2,\n};\n```\n\n### Which is right?\n\n- [ ] :\n\n```py\none\n```\n\n- [x] :\n\n```py\ntwo\n```\n\n### What is printed?\n\n- [ ] B\n- [x] A\n",
     [("What has names?", "This:\n\n```js\nconst it = {\n  a: 1,\n  b: 2,\n};\n```"), ("Which is right?\n\nA: ```py\none\n```\nB: ```py\ntwo\n```", "```py\ntwo\n```"), ("What is printed?\n\nA: B\nB: A", "A")]),
    ("the same bold parts below each heading", "a.md",
     "".join(f"## {n}. What is {name}?\n\n**Why do we use it?**\n\nFor the weather.\n\n**How is it used?**\n\nOutside.\n\n" for n, name in enumerate(("rain", "wind", "fog"), start=1)),
     [(f"What is {name}?", "Why do we use it?\n\nFor the weather.\n\nHow is it used?\n\nOutside.") for name in ("rain", "wind", "fog")]),
    ("a page whose front matter asks", "a.md", '---\nid: 3a2\nquestion: "Cannot convert rain - error"\nsort_order: 5\n---\n\nRain is no number.\n\n**Full text:**\n\nUse snow.\n', [("Cannot convert rain - error", "Rain is no number.\n\nFull text:\n\nUse snow.")]),
    ("a letter before each answer", "a.md", "### Q. What is rain?\n\n**A.** Water.\n\n### Q. Which blows?\n\nA. Wind\nB. Fog\n\nAnswer: A\n", [("What is rain?", "Water."), ("Which blows?\n\nA: Wind\nB: Fog", "Wind")]),
    ("a section's name below an answer", "a.md", "**Question:** What is rain?\n\n**Answer:** Water.\n\n2. **Clouds:**\n\n**Question:** What is fog?\n\n**Answer:** A cloud.\n", [("What is rain?", "Water."), ("What is fog?", "A cloud.")]),
    ("answers that go on below their first lines", "a.md", "**Q1: What helps?**\n\n**A:** These:\n\n- rain\n- wind\n\n---\n\n**Q2: Why?**\n\n**A:** It is so.\n\n**First**\n\n- It is wet\n\n---\n\n**Q3: How?**\n\n**A:** Like this.\n\n**First**\n\n- It falls\n\n---\n\n## Summary\n\nAll is wet.\n",
     [("What helps?", "These:\n\n- rain\n- wind"), ("Why?", "It is so.\n\nFirst\n\n- It is wet"), ("How?", "Like this.\n\nFirst\n\n- It falls")]),
    ("a list that is no key to another question", "a.md", "### What do you like?\n\n### What is wrong here?\n\nRain falls up.\n\n#### Answer:\n\n1. It falls down.\n\n### What is to come?\n\nAnswer here\n",
     [("What do you like?", ""), ("What is wrong here?", "Rain falls up.\n\n1. It falls down."), ("What is to come?", "")]),
    ("code below a box with a letter", "a.md", "### Which is right?\n\n- [ ] A\n\n```py\none\n```\n\n- [x] B\n\n```py\ntwo\n```\n", [("Which is right?\n\nA: A\n```py\none\n```\nB: B\n```py\ntwo\n```", "B\n```py\ntwo\n```")]),
    ("a notebook with odd cells", "a.ipynb", '{"nbformat": 4, "cells": [{"cell_type": ["markdown"], "source": "x"}, {"cell_type": "markdown", "source": ["### What is rain?\\n", "Water."]}]}', [("What is rain?", "Water.")]),
    ("numbered lines with answers of several paragraphs", "a.md",
     "Weather\n" + "".join(f"{n}. What is {name}?\nWhat:\nIt is {name}.\n\nWhy:\n1. It cools.\n\n" for n, name in enumerate(("rain", "wind", "fog"), start=1)) + "4. The sky at night\nIt is dark.\n\nAnd wide.\n\n5. Describe the stars now\nFar.\n\nAnd many.\n1. What is ice?\nWater.\n\nIt is cold.\n2. What is snow?\nIce.\n\nIt is white.\n",
     [*((f"What is {name}?", f"What: It is {name}.\n\nWhy:\n\n1. It cools.") for name in ("rain", "wind", "fog")), ("The sky at night", "It is dark.\n\nAnd wide."), ("Describe the stars now", "Far.\n\nAnd many."), ("What is ice?", "Water.\n\nIt is cold."), ("What is snow?", "Ice.\n\nIt is white.")]),
    ("a list whose last word is a star", "a.md", "## What helps?\n\nDo this:\n\n1. Read the plan\n2. Never select *\n\nThat is all.\n\n## Why?\n\nIt is fast.\n", [("What helps?", "Do this:\n\n1. Read the plan\n2. Never select *\n\nThat is all."), ("Why?", "It is fast.")]),
]
# fmt: on


@pytest.mark.parametrize(("name", "text", "pairs"), [one[1:] for one in KINDS], ids=[one[0] for one in KINDS])
def test_a_kind_of_guide_is_taken(name: str, text: str, pairs: Pairs, tmp_path: Path) -> None:
    """Each question once, with its own answer, and nothing else."""
    (tmp_path / name).write_text(text)
    document = reading.read(tmp_path / name, Levels())
    assert [(one.question, one.answer) for one in document.found] == pairs


def test_lines_of_another_encoding_are_read_each_in_its_own(tmp_path: Path) -> None:
    """A collection that many wrote has a few lines in Windows' letters among others in UTF-8."""
    path = tmp_path / "cafés.csv"
    path.write_bytes(
        "question,answer\nWhat is a café?,Ein Haus für Tee\nWhat is “tea”?,A drink\n".encode()
        + "What is naïve?,Ungeübt\n".encode("cp1252")
    )
    document = reading.read(path, Levels())
    assert [(one.question, one.answer) for one in document.found][0::2] == [
        ("What is a café?", "Ein Haus für Tee"),
        ("What is naïve?", "Ungeübt"),
    ]
    assert document.encoding == "UTF-8 with lines in Windows-1252"


def test_marks_of_a_page_are_nothing_that_is_left_out(tmp_path: Path) -> None:
    """What only lays a page out has no remark."""
    (tmp_path / "a.md").write_text(
        '<article class="x">\n\n## What is rain?\n\nWater.\n\n</article>\n\n---\n\n<section>\n\n## What is fog?\n\nA cloud.\n'
    )
    document = reading.read(tmp_path / "a.md", Levels())
    assert [one.words for one in document.remarks if not one.understood] == []


def test_ways_at_an_end_are_looked_at_ten_at_a_time() -> None:
    """However many links there are, a text is looked at in a time that grows with it no more than itself."""
    assert ways.without("Water. See [here](a)") == "Water"
    assert ways.without("Water. " + "[here](a) " * 12).count("here") == 2
    assert ways.without(text := "[a](#b)" * 100_000).startswith(text[:600_000])


def test_a_vocabulary_is_taken_and_settings_are_not(tmp_path: Path) -> None:
    """Twenty words of one language with those of another are cards; names of settings, and texts that repeat them, are none."""
    words, path = {f"{'a' * n}o": f"to {'b' * n}" for n in range(1, 26)}, tmp_path / "words.yaml"
    for known, texts in (
        (25, words),
        (0, {f"{key}_x": to for key, to in words.items()}),
        (0, {key: key for key in words}),
    ):
        path.write_text("".join(f"{key}: {to}\n" for key, to in texts.items()))
        assert len(reading.read(path, Levels()).found) == known
