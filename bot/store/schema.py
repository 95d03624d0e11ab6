"""The tables. Facts (attempt, grade, hint, award) are only ever added; what else changes says so in its comment.

Everything that belongs to a team carries `team_id`, and every query on a member's behalf names it. What a row refers to can
be looked up by an index, so that deleting that looks through nothing.
"""

from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    case,
    false,
    func,
    literal_column,
)

from bot.store.columns import NAMES
from bot.store.columns import at as _at
from bot.store.columns import claimed as _claimed
from bot.store.columns import count as _int
from bot.store.columns import flag as _flag
from bot.store.columns import key as _key
from bot.store.columns import later_flag as _later_flag
from bot.store.columns import some as _some
from bot.store.columns import to as _to
from bot.store.columns import words as _text
from bot.store.types import Day, Flag, Id, Json

metadata: Final = MetaData(naming_convention=NAMES)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


# People and places. A member's name and switches change; deletion empties the name and drops the identities. Members of several
# teams who are one `person` have the same word there, and teams with one board the same in `joined`: nothing else changes by it.
team = _table(
    "team", _key(), Column("ref", Text, nullable=False, unique=True), _text("zone"), _at("left_at", null=True),
    Column("desk_at", Text, nullable=False, server_default="09:00"), Column("best", Integer, nullable=False, server_default="3"),
    _text("joined", null=True), _later_flag("live_counts", "0"),
    _some("team_left", "left_at", where="left_at IS NOT NULL"), _some("team_joined", "joined", where="joined IS NOT NULL"),
)  # fmt: skip
channel = _table(
    "channel", _key(), _to("team"), Column("ref", Text, nullable=False, unique=True), _text("name"), Index(None, "team_id"),
)  # fmt: skip
member = _table(
    "member", _key(), _to("team"), _text("name"), _flag("organiser"), _flag("hidden"), _flag("shares"),
    _at("deleted_at", null=True), _later_flag("reminds", "0"), _later_flag("reviews", "0"), _text("person", null=True),
    _later_flag("mentions", "0"), Column("quiet", Text, nullable=False, server_default=""), _text("zone", null=True),
    Index(None, "team_id"), _some("member_reviews", "team_id", where="reviews IS true", sqlite="reviews IS 1"),
    _some("member_linked", "team_id", where="person IS NOT NULL"), _some("member_person", "person", where="person IS NOT NULL"),
)  # fmt: skip
identity = _table(
    "identity", Column("ref", Text, primary_key=True), _to("team"), _to("member"), Index(None, "member_id"), Index(None, "team_id"),
)  # fmt: skip

# Links while they are made: a hash of the code, by whom, when they agreed. A guess is a code that there is none of. A visit to the hall is a hash
# of its link, then of a cookie, for whom a platform knows as `ref`.
link = _table(
    "link", _key(), _to("team"), _to("member"), _flag("teams"), Column("code", Text, nullable=True, unique=True), _at("at"),
    Column("other_id", Id, ForeignKey("member.id"), nullable=True), _at("agreed_at", null=True),
    Index(None, "team_id"), Index(None, "member_id"), _some("link_other", "other_id", where="other_id IS NOT NULL"), Index(None, "at"),
)  # fmt: skip
visit = _table(
    "visit", _key(), _to("team"), _to("member"), _to("channel"), _text("ref"), _flag("organiser"), Column("link", Text, nullable=True, unique=True),
    Column("cookie", Text, nullable=True, unique=True), _at("until"), *(Index(None, name) for name in ("team_id", "member_id", "channel_id", "until")),
)  # fmt: skip
guess = _table(
    "guess", _key(), _to("team"), _to("member"), _at("at"), Index(None, "member_id"), Index(None, "team_id"), Index(None, "at"),
)  # fmt: skip

# Deliveries already acted on, and notices already given; events are forgotten after two days.
event = _table("event", Column("id", Text, primary_key=True), _at("at"), Index(None, "at"))
notice = _table("notice", _to("team"), _text("key"), _at("at"), PrimaryKeyConstraint("team_id", "key"))

# Deliveries that were acknowledged: kept with what is in them until they are handled, and then as names alone; `claimed_by` handles it.
inbox = _table(
    "inbox", Column("id", Text, primary_key=True), Column("body", Json, nullable=True), _at("at"), _flag("done"), _claimed(),
    Index(None, "at"), _some("inbox_waiting", "at", where="done IS false", sqlite="done IS 0"),
)  # fmt: skip

kept = _table("kept", Column("key", Text, primary_key=True), _text("value"))  # what adapters remember over restarts
# Who may write on PostgreSQL, until when, and who does what one does for all (bot/store/turn.py); an SQLite file is locked instead.
lease = _table("lease", Column("name", Text, primary_key=True), _text("holder"), _at("ends_at"))

# The questions as they were when asked, so that editing the bank changes no open or past round.
question_version = _table(
    "question_version", _text("question_id"), _text("version"), Column("body", Json, nullable=False),
    PrimaryKeyConstraint("question_id", "version"),
)  # fmt: skip

# A channel has one schedule for ever; removing it is a state, so that setting it again repeats no date. `planned_at` says
# when its coming days were written down last; without it, that is to be done afresh.
schedule = _table(
    "schedule", _key(), _to("team"), Column("channel_id", Id, ForeignKey("channel.id"), nullable=False, unique=True),
    _to("member"), Column("plan", Json, nullable=False), _text("state"), _at("effective_at"),
    _at("planned_at", null=True),
    Index(None, "planned_at"), Index(None, "team_id"), Index(None, "member_id"),
)  # fmt: skip

# The truth of the schedule: one row a schedule, kind, slot (the number of a question in its day) and local date. `state` moves on; the rest stays.
occurrence = _table(
    "occurrence", _key(), _to("team"), _to("channel"), _to("schedule", null=True),
    Column("round_id", Id, ForeignKey("round.id"), nullable=True),
    _text("kind"), Column("local_date", Day, nullable=False), _at("due_at"), _text("state"),
    _int("tries"), _at("retry_at", null=True), _at("settled_at", null=True), _text("note"),
    Column("slot", Integer, nullable=False, server_default="0"),
    UniqueConstraint("schedule_id", "kind", "local_date", "slot"), UniqueConstraint("round_id", "kind"),
    _some("occurrence_due", "due_at", where="state = 'due'"), _some("occurrence_ahead", "schedule_id", where="state = 'due'"),
    _some("occurrence_over", "settled_at", where="state IN ('posted', 'skipped')"),
    _some("occurrence_lost", "kind", "state", where="state IN ('missed', 'failed')"),
    Index(None, "team_id"), Index(None, "channel_id"),
)  # fmt: skip
# Told so that the index of the rounds is not taken for it, in which half of all rows are alike.
NOT_BEGUN: Final = func.coalesce(occurrence.c.round_id, 0) == literal_column("0")
IS_DUE: Final = occurrence.c.state == literal_column("'due'")  # in the words of the indexes of what is due
IS_OVER: Final = occurrence.c.state.in_([literal_column("'posted'"), literal_column("'skipped'")])
IS_LOST: Final = occurrence.c.state.in_([literal_column("'missed'"), literal_column("'failed'")])

# A question asked in a channel. `closed_at` and `sequence` are set once, at the reveal; `sequence` numbers the
# channel's scheduled rounds in the order they were closed. A void round was never posted: it ends without awards.
# A repeat was asked after its answer had been revealed in the team: with /quiz it earns no points, from the schedule none for
# whoever was there then (their attempts are `practice`). From `half_at` on attempts count half (`half`).
round_ = _table(
    "round", _key(), _to("team"), _to("channel"), Column("asked_by", Id, ForeignKey("member.id"), nullable=True),
    _text("question_id"), _text("version"), _text("level"), _text("topic"), _flag("scheduled"),
    Column("local_date", Day, nullable=False), _at("opened_at"), _at("reveal_at"), _at("due_at", null=True),
    _at("half_at", null=True), _at("closed_at", null=True), _flag("void"), _flag("repeat"), Column("sequence", Integer, nullable=True),
    Index(None, "channel_id", "question_id"), Index(None, "channel_id", "closed_at"), Index(None, "channel_id", "sequence"),
    Index(None, "team_id", "question_id"), Index(None, "team_id", "local_date"), Index(None, "question_id", "version"),
    _some("round_open", "team_id", where="closed_at IS NULL"), _some("round_asked", "asked_by", where="asked_by IS NOT NULL"),
)  # fmt: skip

# What was posted: written before the call (`sending_at`), completed after it (`ref`); `rank` is that of the state drawn last.
message = _table(
    "message", Column("tag", Text, primary_key=True), _to("round", null=True), _text("place"), _text("ref", null=True),
    _at("sending_at"), _claimed(), Column("rank", Integer, nullable=False, server_default="0"), *(Index(None, name) for name in ("ref", "round_id", "sending_at")),
)  # fmt: skip

# Facts. A deletion by the member empties the text and the evidence; the numbers stay, without a name.
# `copied_from` is the public answer that an attempt nearly repeats, and `recited` one that repeats a reference which had been
# revealed; one that `says` nothing keeps no streak.
# A grade that is `unsure` waits for an organiser, and so does one that is appealed against, until there is a newer one. Their
# decision is a fact of its own, and the cause (`decision_id`) of a newer grade with their `member_id`: of the attempt that they
# looked at, and of those that say the same. `own` says of such a grade that they found a copy to be none.
attempt = _table(
    "attempt", _key(), _to("team"), _to("round"), _to("member"), _int("number"), _text("text", null=True),
    _flag("public"), _flag("late"), _int("hints"),
    Column("copied_from", Id, ForeignKey("attempt.id"), nullable=True), _at("at"),
    _later_flag("practice", "0"), _later_flag("recited", "0"), _later_flag("says", "1"), _later_flag("half", "0"),
    UniqueConstraint("round_id", "member_id", "number"), Index(None, "member_id", "at"), Index(None, "team_id", "at"),
    _some("attempt_practice", "at", where="late IS true", sqlite="late IS 1"),
    _some("attempt_kept", "at", where="text IS NOT NULL"), _some("attempt_copied", "copied_from", where="copied_from IS NOT NULL"),
)  # fmt: skip
grade = _table(
    "grade", _key(), _to("attempt"), _int("score"), _text("band"), _text("version"),
    Column("points", Json, nullable=False), Column("notes", Json, nullable=False), Column("mistakes", Json, nullable=True),
    _text("unsure", null=True), Column("opinion", Integer, nullable=True), _to("member", null=True),
    _text("reason"), _at("at"), _to("decision", null=True), Column("own", Flag, nullable=True),
    Index(None, "attempt_id"), _some("grade_decided", "member_id", where="member_id IS NOT NULL"),
    _some("grade_caused", "decision_id", where="decision_id IS NOT NULL"),
)  # fmt: skip
appeal = _table(
    "appeal", Column("attempt_id", Id, ForeignKey("attempt.id"), primary_key=True), _to("grade"), _to("team"), _to("member"),
    _text("reason"), _at("at"), Index(None, "grade_id"), Index(None, "team_id"), Index(None, "member_id"),
)  # fmt: skip
decision = _table(
    "decision", _key(), _to("team"), _to("attempt"), _to("member"), _text("verdict"), _text("reason"), _int("before"), _int("after"),
    _at("at"), Index(None, "team_id", "at"), Index(None, "attempt_id"), Index(None, "member_id"),
)  # fmt: skip
# What was said of a team's questions: reports, and what organisers decided. Where a question is, is the fold of these.
remark = _table(
    "remark", _key(), _to("team"), _text("question_id"), _to("member"), _text("said"), _flag("organiser"), _text("version"),
    _text("reason"), _at("at"), Index(None, "team_id", "question_id"), Index(None, "member_id"),
)  # fmt: skip
# What a team taught the grader: words that earn a key point, or are a near miss of it; `taken_at` is set once, when it is taken back.
phrasing = _table(
    "phrasing", _key(), _to("team"), _text("question_id"), _text("point"), _text("side"), _text("words"), _to("member"), _at("at"),
    _at("taken_at", null=True), Column("taken_by", Id, ForeignKey("member.id"), nullable=True),
    Index(None, "team_id", "question_id"), Index(None, "member_id"), _some("phrasing_taken", "taken_by", where="taken_by IS NOT NULL"),
)  # fmt: skip
# How good organisers found an answer, to test the grader by; one a person changes or takes back. And the lines of a lesson that waits to
# be learned, until it is, or its author writes others.
mark = _table(
    "mark", Column("attempt_id", Id, ForeignKey("attempt.id"), primary_key=True), _to("team"), _to("member"), _text("band"), _at("at"),
    Index(None, "team_id"), Index(None, "member_id"),
)  # fmt: skip
lesson = _table(
    "lesson", _to("attempt"), _to("member"), _to("team"), _text("lines"), _at("at"), PrimaryKeyConstraint("attempt_id", "member_id"),
    Index(None, "member_id"), Index(None, "team_id"),
)  # fmt: skip
# What organisers edit in chat: until it is saved the form's texts, then the question, or nothing where the file's counts again. `over`
# is the version that it was made over; the newest that is saved counts.
edit = _table(
    "edit", _key(), _to("team"), _text("question_id"), _to("member"), _text("over"), Column("body", Json, nullable=True),
    _at("at"), _at("saved_at", null=True), Column("before", Json, nullable=True), Index(None, "team_id", "question_id"), Index(None, "member_id"),
)  # fmt: skip
# What members say of a question after its reveal: clear or unclear, too easy or too hard.
feeling = _table(
    "feeling", _to("round"), _to("member"), _to("team"), _text("said"), _at("at"),
    PrimaryKeyConstraint("round_id", "member_id", "said"), Index(None, "team_id"), Index(None, "member_id"),
)  # fmt: skip
# Questions that members suggest: written, sent (`sent_at`), and decided (`settled_at`); what is taken is `question_id` by then.
suggestion = _table(
    "suggestion", _key(), _to("team"), _to("member"), _text("text"), _text("answer"), _text("level"), _text("topic"), _flag("named"),
    _at("at"), _at("sent_at", null=True), _at("settled_at", null=True), Column("settled_by", Id, ForeignKey("member.id"), nullable=True),
    _text("question_id", null=True), _text("reason"), Index(None, "team_id", "question_id"), Index(None, "member_id"),
    Index(None, "settled_by"), _some("suggestion_waits", "team_id", where="sent_at IS NOT NULL AND settled_at IS NULL"),
)  # fmt: skip
# For whom an open round has ended with the deletion of their answers: a seal that fits one identity and one round, and is
# forgotten at the reveal.
ended = _table("ended", _to("round"), _text("seal"), PrimaryKeyConstraint("round_id", "seal"))
hint = _table(
    "hint", _to("round"), _to("member"), _int("number"), _at("at"), PrimaryKeyConstraint("round_id", "member_id", "number"), Index(None, "member_id"),
)  # fmt: skip

# What waits for an organiser, so that it is found among all: the attempts whose grade does, written with the grade that is
# unsure or with the appeal, and deleted with the decision or with the words; and the questions with reports, until one decides.
doubt = _table("doubt", Column("attempt_id", Id, ForeignKey("attempt.id"), primary_key=True), _to("team"), Index(None, "team_id"))  # fmt: skip
reported = _table("reported", _to("team"), _text("question_id"), PrimaryKeyConstraint("team_id", "question_id"))

# Days off, first and last day included: facts too, for streaks are folded over them. Taking one back ends it.
away = _table(
    "away", _key(), _to("team"), _to("member"), Column("first", Day, nullable=False), Column("last", Day, nullable=False),
    _at("at"), _at("cancelled_at", null=True), Index(None, "member_id"), Index(None, "team_id", "last"),
)  # fmt: skip

# Live rounds: an occurrence opens each question, and the last one ends it. Nobody's words are kept, only what they had.
live = _table(
    "live", _key(), _to("team"), _to("channel"), _to("member"), _at("at"), Column("local_date", Day, nullable=False), _int("count"),
    _flag("counts"), _flag("stopped"), Column("occurrence_id", Id, nullable=True), _at("over_at", null=True),
    Index(None, "team_id", "local_date"), Index(None, "channel_id", "at"), Index(None, "member_id", "at"), Index(None, "occurrence_id"),
)  # fmt: skip
live_step = _table(
    "live_step", _to("live"), _to("team"), _int("number"), _text("question_id"), Column("body", Json, nullable=False), Column("occurrence_id", Id, nullable=True),
    _at("opened_at", null=True), _at("closes_at", null=True), _at("closed_at", null=True), PrimaryKeyConstraint("live_id", "number"), Index(None, "team_id", "question_id"), Index(None, "occurrence_id"),
)  # fmt: skip
live_answer = _table(
    "live_answer", _to("live"), _int("number"), _to("member"), _to("team"), _int("points"), _at("at"),
    PrimaryKeyConstraint("live_id", "number", "member_id"), Index(None, "member_id", "at"), Index(None, "team_id"),
)  # fmt: skip

# What members review: what they missed at a reveal, or chose. `due_at` is derived, the fold over the recalls; of a recall its member
# may change the rating.
review = _table(
    "review", _key(), _to("team"), _to("member"), _text("question_id"), _flag("missed"), _at("at"), _at("due_at"),
    _at("dropped_at", null=True), UniqueConstraint("member_id", "question_id"), Index(None, "team_id"),
)  # fmt: skip
recall = _table(
    "recall", _key(), _to("review"), _int("score"), _text("band"), _text("rating"), _at("at"), Index(None, "review_id"),
)  # fmt: skip

# Who wants to hear in private of a channel's questions, and what waits to be told to them; it is forgotten once it is.
listener = _table(
    "listener", _to("channel"), _to("member"), _to("team"),
    PrimaryKeyConstraint("channel_id", "member_id"), Index(None, "member_id"), Index(None, "team_id"),
)  # fmt: skip
nudge = _table(
    "nudge", _key(), _to("team"), _to("member"), _to("round"), _text("kind"), _at("due_at"),
    UniqueConstraint("member_id", "round_id", "kind"), Index(None, "due_at"), Index(None, "team_id"), Index(None, "round_id"),
)  # fmt: skip

# Squads, which members know as teams. Moves are facts: from the Monday `since` on a member is in a squad, or in none; of those with
# one date the last counts. What a squad scores is folded over them and the awards each time.
squad = _table(
    "squad", _key(), _to("team"), _to("member"), _text("name"), _at("at"), _at("removed_at", null=True),
    Index(None, "team_id"), Index(None, "member_id"),
)  # fmt: skip
squad_move = _table(
    "squad_move", _key(), _to("team"), _to("member"), _to("squad", null=True), Column("since", Day, nullable=False), _at("at"),
    Index(None, "team_id"), Index(None, "member_id"), Index(None, "squad_id"),
)  # fmt: skip

# Questions that an organiser wants asked by a channel's schedule, on a date or next; `round_id` once one was.
queued = _table(
    "queued", _key(), _to("team"), _to("channel"), _to("member"), _text("question_id"), Column("day", Day, nullable=True),
    _at("at"), _to("round", null=True), Index(None, "channel_id"), Index(None, "team_id"), Index(None, "member_id"),
    _some("queued_asked", "round_id", where="round_id IS NOT NULL"),
)  # fmt: skip

# What else organisers changed: schedules (`channel_id`), and what is the team's; `whose` is the member whom it was about. `detail` is what was given.
deed = _table(
    "deed", _key(), _to("team"), _to("member"), _to("channel", null=True), Column("whose_id", Id, ForeignKey("member.id"), nullable=True), _text("what"), _text("detail"), _at("at"),
    Index(None, "team_id"), Index(None, "member_id"), _some("deed_channel", "channel_id", where="channel_id IS NOT NULL"), _some("deed_whose", "whose_id", where="whose_id IS NOT NULL"),
)  # fmt: skip

# Derived once a round closes; `python -m bot recompute` proves these three equal the fold over the facts above, each award
# by the version of the rules that it was made by.
award = _table(
    "award", _to("round"), _to("member"), _to("team"), _to("channel"), Column("local_date", Day, nullable=False),
    _text("topic"), _text("level"), _int("points"), _int("score"), _text("band"),
    Column("sequence", Integer, nullable=True), Column("rules", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("round_id", "member_id"),
    Index(None, "team_id", "local_date"), Index(None, "member_id", "local_date"), Index(None, "channel_id"),
)  # fmt: skip
total = _table(
    "total", _to("team"), _to("member"), _text("topic"), _text("level"),
    _int("points"), _int("rounds"), _int("correct"), _int("score"),
    PrimaryKeyConstraint("team_id", "member_id", "topic", "level"), Index(None, "member_id"),
)  # fmt: skip
streak = _table(
    "streak", _to("channel"), _to("member"), _to("team"), _int("length"), _int("best"), _int("last"),
    PrimaryKeyConstraint("channel_id", "member_id"), Index(None, "member_id"), Index(None, "team_id", "member_id"),
)  # fmt: skip


def shown_name(whose: FromClause) -> ColumnElement[str]:
    """Return the name by which a member may be shown: none for who is hidden."""
    return func.coalesce(case((whose.c.hidden.is_(false()), whose.c.name)), "")
