"""Questions from and to other forms: a team's notes, tables, JSON and Anki in, the bank out again.

::

    commands.py  `python -m bot import` and `export`; report.py  what they say; changes.py  what was imported before
    a file       encoding.py   bytes -> text;  reading.py  which shape is it?
      a document   embedded.py, inline.py, markup.py, pages.py, converting.py   any form -> one tree of blocks
                   habits.py   plain text in which signs, letters or blank lines say what is what -> Markdown
                   alphabets.py, lettered.py   options with letters of any script, each on a line of its own
                   shapes.py, ways.py   what a line looks like; links that only lead on
                   candidates.py, pattern.py   which elements ask, over the whole of it
                   notes.py, sections.py, asked.py, front.py, answers.py, cards.py, grids.py, keys.py   each question with what answers it
      a table      rows.py, tables.py, nested.py, values.py, anki.py, gift.py   rows and records of any form
                   names.py, columns.py   one matcher: which column asks, and which answers
      choices.py, sound.py   multiple choice; what is refused, and what stands twice
    drafts.py    what was found -> drafts of questions, their key points proposed
    writing.py, emitting.py   topics -> topic files
    records.py, anki.py    topics -> CSV, JSON, Anki
"""
