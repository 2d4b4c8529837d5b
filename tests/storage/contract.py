"""What storage/store.py promises, asked of every implementation (fixture ``store``)."""

import asyncio

import pytest
from entry_builders import ANN, create, edit, entry, event, message, post, take_back
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_collab_agents.storage.store import (
    Outcome,
    Result,
    SessionRecord,
    Snapshot,
    StoredEvent,
    StoredMessage,
    StoreUnavailable,
)

STORED, DUPLICATE, CONFLICT = Result.STORED, Result.DUPLICATE, Result.CONFLICT
REFUSED = Outcome(CONFLICT, 0, 0)


async def seqs(store, session="s"):
    return [event.seq for event in await store.events(session, 0, 1000)]


async def ids(store, **query):
    asked = {"session_id": "s", "before": None, "limit": 100} | query
    return [message.message_id for message in await store.messages(**asked)]


async def found(store, query, *, sessions=("s",), limit=100, before=None):
    hits = await store.search(sessions, query, limit, before)
    return [message.message_id for message in hits]


# sessions


async def test_a_new_session_has_its_first_events_and_its_row(store):
    first = entry("create", event("one", at=5), event("two", at=6), index=b"line")
    outcome = await store.create_session("s", "e1", 5, first)
    assert outcome == Outcome(STORED, 1, 2)
    assert await store.session("s") == SessionRecord(
        session_id="s", epoch="e1", created_at=5, last_seq=2, min_seq=1, last_at=6, index=b"line"
    )
    assert await seqs(store) == [1, 2]


async def test_a_session_without_events_or_index_is_possible(store):
    outcome = await store.create_session("s", "e1", 5, entry("create"))
    assert outcome == Outcome(STORED, 0, 0)
    row = await store.session("s")
    assert (row.last_seq, row.min_seq, row.last_at, row.index) == (0, 1, 5, b"")


async def test_creating_again_is_a_duplicate_for_the_same_command_and_else_a_conflict(store):
    first = entry("create", event())
    await store.create_session("s", "e1", 5, first)
    assert await store.create_session("s", "e2", 6, first) == Outcome(DUPLICATE, 1, 1)
    assert await store.create_session("s", "e2", 6, entry("other", event())) == REFUSED
    other = entry("create", event(), author="user:bob")
    assert await store.create_session("s", "e2", 6, other) == REFUSED
    assert (await store.session("s")).epoch == "e1"
    assert await seqs(store) == [1]


async def test_a_session_created_at_another_seq_than_expected_is_not_there(store):
    first = entry("create", event(), expected_seq=3)
    assert await store.create_session("s", "e1", 5, first) == REFUSED
    assert await store.session("s") is None
    first = entry("create", event(), expected_seq=0)
    assert (await store.create_session("s", "e1", 5, first)).result is STORED


async def test_a_session_cannot_be_created_with_the_entry_of_another(store):
    with pytest.raises(ValueError, match="entry of its own"):
        await store.create_session("s", "e1", 5, entry("create", event(), session="other"))
    assert await store.sessions() == []


async def test_sessions_come_oldest_first(store):
    for session, at in (("b", 2), ("c", 3), ("a", 1), ("d", 2)):
        await create(store, session, at=at)
    assert [row.session_id for row in await store.sessions()] == ["a", "b", "d", "c"]


async def test_a_deleted_session_leaves_nothing_and_its_id_can_be_used_again(store):
    await create(store)
    await create(store, "kept")
    await store.append([post("m", "hello"), post("k", "hello", session="kept")])
    await store.save_snapshot("s", Snapshot(2, b"state"))
    await store.set_read("s", ANN, 2)
    await store.delete_session("s")
    await store.delete_session("s")
    await store.delete_session("never there")
    assert await store.session("s") is None
    assert await seqs(store) == []
    assert await ids(store) == []
    assert await store.messages_by_id("s", ["m"]) == {}
    assert await store.events_of_message("s", "m") == []
    assert await found(store, "hello", sessions=["s", "kept"]) == ["k"]
    assert await store.snapshot("s") is None
    assert await store.reads(ANN) == {}
    assert await store.find_command("s", ANN, "create") is None
    assert (await store.append([post("m", "hello")]))[0].result is Result.NO_SESSION
    assert (await create(store)) == Outcome(STORED, 1, 1)
    assert await store.append([post("m", "again")]) == [Outcome(STORED, 2, 2)]


# append


async def test_seqs_count_on_without_a_hole_over_batches(store):
    await create(store)
    outcomes = await store.append(
        [entry("a", event(), event()), entry("b", event()), entry("c", event(), event())]
    )
    assert outcomes == [Outcome(STORED, 2, 3), Outcome(STORED, 4, 4), Outcome(STORED, 5, 6)]
    assert await store.append([entry("d", event())]) == [Outcome(STORED, 7, 7)]
    assert await seqs(store) == [1, 2, 3, 4, 5, 6, 7]


async def test_sessions_of_one_batch_count_apart(store):
    await create(store, "a")
    await create(store, "b")
    outcomes = await store.append([entry(str(n), event(), session="ab"[n % 2]) for n in range(200)])
    assert outcomes == [Outcome(STORED, n // 2 + 2, n // 2 + 2) for n in range(200)]
    assert await seqs(store, "a") == await seqs(store, "b") == list(range(1, 102))


async def test_an_event_comes_back_as_it_went_in(store):
    await create(store)
    payload = b'\x00\xff{"text": "\xc3\xa9"}'
    await store.append(
        [
            entry(
                "a",
                event("x", at=7, body="a\0b é 🎉\n", message_id="m", payload=payload),
                event("y", at=8, body="", payload=b""),
                event("z", at=9),
            )
        ]
    )
    assert await store.events("s", 1, 10) == [
        StoredEvent(seq=2, type="x", at=7, payload=payload, body="a\0b é 🎉\n", message_id="m"),
        StoredEvent(seq=3, type="y", at=8, payload=b"", body="", message_id=None),
        StoredEvent(seq=4, type="z", at=9, payload=b"z", body=None, message_id=None),
    ]


async def test_an_unknown_session_refuses_its_entry_only(store):
    await create(store)
    outcomes = await store.append(
        [entry("a", event(), session="gone"), entry("b", event()), entry("c", session="gone")]
    )
    assert [outcome.result for outcome in outcomes] == [
        Result.NO_SESSION,
        STORED,
        Result.NO_SESSION,
    ]
    assert outcomes[0] == Outcome(Result.NO_SESSION, 0, 0)


async def test_an_empty_batch_has_no_outcomes(store):
    assert await store.append([]) == []


async def test_a_resend_answers_with_the_first_seqs(store):
    await create(store)
    await store.append([entry("a", event(), event())])
    await store.append([entry("b", event())])
    again = entry("a", event("other"), index=b"other", erase=["m"])
    assert await store.append([again]) == [Outcome(DUPLICATE, 2, 3)]
    assert await seqs(store) == [1, 2, 3, 4]
    assert (await store.session("s")).index == b"line"


async def test_a_resend_within_one_batch_is_a_duplicate(store):
    await create(store)
    batch = [entry("a", event(), event()), entry("b", event()), entry("a", event())]
    assert await store.append(batch) == [
        Outcome(STORED, 2, 3),
        Outcome(STORED, 4, 4),
        Outcome(DUPLICATE, 2, 3),
    ]


async def test_refs_belong_to_their_author_and_session(store):
    await create(store, "a")
    await create(store, "b")
    batch = [
        entry("r", event(), session="a"),
        entry("r", event(), session="b"),
        entry("r", event(), session="a", author="user:bob"),
    ]
    assert [outcome.result for outcome in await store.append(batch)] == [STORED] * 3


async def test_a_command_without_events_happens_once_too(store):
    await create(store)
    assert await store.append([entry("a", index=b"new")]) == [Outcome(STORED, 0, 0)]
    assert (await store.session("s")).index == b"new"
    assert await store.append([entry("a", event(), index=b"newer")]) == [Outcome(DUPLICATE, 0, 0)]
    row = await store.session("s")
    assert (row.index, row.last_seq, row.last_at) == (b"new", 1, 0)


async def test_a_stored_command_is_found(store):
    await create(store)
    await store.append([entry("a", event(), event()), entry("b")])
    assert await store.find_command("s", ANN, "a") == Outcome(DUPLICATE, 2, 3)
    assert await store.find_command("s", ANN, "b") == Outcome(DUPLICATE, 0, 0)
    assert await store.find_command("s", ANN, "c") is None
    assert await store.find_command("s", "user:bob", "a") is None
    assert await store.find_command("other", ANN, "a") is None


async def test_an_expected_seq_holds_or_the_entry_is_refused(store):
    await create(store)
    assert await store.append([entry("a", event(), expected_seq=1)]) == [Outcome(STORED, 2, 2)]
    assert await store.append([entry("b", event(), expected_seq=1)]) == [REFUSED]
    assert await store.append([entry("b", event(), expected_seq=3)]) == [REFUSED]
    assert await store.append([entry("b", event(), expected_seq=2)]) == [Outcome(STORED, 3, 3)]


async def test_expected_seqs_count_in_order_within_a_batch(store):
    await create(store)
    outcomes = await store.append(
        [
            entry("a", event(), event(), expected_seq=1),
            entry("b", event(), expected_seq=1),
            entry("c", expected_seq=3, index=b"c"),
            entry("d", event(), expected_seq=3),
            entry("e", event()),
            entry("f", event(), expected_seq=4),
        ]
    )
    assert outcomes == [
        Outcome(STORED, 2, 3),
        REFUSED,
        Outcome(STORED, 0, 0),
        Outcome(STORED, 4, 4),
        Outcome(STORED, 5, 5),
        REFUSED,
    ]
    assert await seqs(store) == [1, 2, 3, 4, 5]


async def test_a_refused_entry_leaves_no_trace_and_may_come_again(store):
    await create(store)
    refused = entry(
        "a",
        event(body="secret", message_id="m"),
        messages=[message("m", "secret")],
        index=b"refused",
        expected_seq=9,
    )
    await store.append([refused])
    assert await store.find_command("s", ANN, "a") is None
    assert await store.messages_by_id("s", ["m"]) == {}
    assert await found(store, "secret") == []
    assert (await store.session("s")).index == b"line"
    assert await store.append([entry("a", event(), expected_seq=1)]) == [Outcome(STORED, 2, 2)]


async def test_a_resend_of_a_checked_entry_is_a_duplicate_not_a_conflict(store):
    await create(store)
    checked = entry("a", event(), expected_seq=1)
    await store.append([checked])
    assert await store.append([checked]) == [Outcome(DUPLICATE, 2, 2)]


@pytest.mark.parametrize(
    "bad",
    [
        entry("b", event(), messages=[message("m", "text", event_index=1)]),
        entry("b", event(), messages=[message("m", "text", event_index=-1)]),
        entry("b", event(message_id="n"), messages=[message("m", "text")]),
        entry("b", event(message_id="m"), messages=[message("m", "\udc80")]),
        entry("b", event(body="\ud800")),
    ],
)
async def test_an_entry_that_cannot_be_stored_stores_nothing_of_its_batch(store, bad):
    await create(store)
    with pytest.raises(ValueError, match=r"is not there|does not post|surrogates not allowed"):
        await store.append([entry("a", event()), bad, entry("c", event())])
    assert await seqs(store) == [1]
    assert await store.append([entry("a", event())]) == [Outcome(STORED, 2, 2)]


async def test_appends_at_once_are_all_stored_and_in_order(store):
    await create(store)
    outcomes = await asyncio.gather(
        *(store.append([entry(f"{n} {k}", event()) for k in range(n % 4)]) for n in range(100))
    )
    assert [len(answer) for answer in outcomes] == [n % 4 for n in range(100)]
    flat = [outcome.first_seq for answer in outcomes for outcome in answer]
    assert flat == list(range(2, len(flat) + 2))
    assert await seqs(store) == list(range(1, len(flat) + 2))


async def test_the_row_follows_the_log(store):
    await create(store)
    await store.append([entry("a", event(at=5), event(at=6)), entry("b", event(at=7), index=b"i")])
    row = await store.session("s")
    assert (row.last_seq, row.last_at, row.index) == (4, 7, b"i")
    await store.append([entry("c", index=b"j"), entry("d", event(at=8))])
    row = await store.session("s")
    assert (row.last_seq, row.last_at, row.index) == (5, 8, b"j")


# events


async def test_events_are_paged(store):
    await create(store)
    await store.append([entry("a", *[event("x" if n % 2 else "y") for n in range(9)])])
    assert [e.seq for e in await store.events("s", 3, 4)] == [4, 5, 6, 7]
    assert [e.seq for e in await store.events("s", 3, 3, ["x"])] == [5, 7, 9]
    assert [e.seq for e in await store.events("s", 0, 99, ["y", "session.created"])] == [
        1,
        2,
        4,
        6,
        8,
        10,
    ]
    assert await store.events("s", 0, 99, []) == []
    assert await store.events("s", 10, 99) == []
    assert await store.events("s", 0, 0) == await store.events("s", 0, -1) == []
    assert await store.events("s", 2**70, 99) == []
    assert len(await store.events("s", -(2**70), 2**70)) == 10
    assert await store.events("unknown", 0, 99) == []


async def test_events_of_a_message_are_those_that_carry_its_id(store):
    await create(store)
    await create(store, "other")
    await store.append(
        [
            post("m", "one"),
            post("n", "two"),
            post("m", "three", session="other"),
            edit("m", "four"),
            entry("reacted", event("chat.reacted", message_id="m")),
        ]
    )
    events = await store.events_of_message("s", "m")
    assert [(e.seq, e.type, e.body) for e in events] == [
        (2, "chat.posted", "one"),
        (4, "chat.edited", "four"),
        (5, "chat.reacted", None),
    ]
    assert await store.events_of_message("s", "unknown") == []


# messages


async def test_a_message_has_the_seq_of_the_event_that_posted_it(store):
    await create(store)
    await store.append(
        [
            entry(
                "a",
                event(),
                event(body="text", message_id="m"),
                messages=[message("m", "text", event_index=1, data=b"\x00data")],
            )
        ]
    )
    expected = StoredMessage(session_id="s", message_id="m", seq=3, data=b"\x00data", body="text")
    assert await store.messages("s", None, 10) == [expected]
    assert await store.messages_by_id("s", ["m", "m", "unknown"]) == {"m": expected}
    assert await store.messages_by_id("s", []) == {}
    assert await store.messages_by_id("unknown", ["m"]) == {}


async def test_a_changed_message_keeps_its_place(store):
    await create(store)
    await store.append([post("m", "old"), post("n", "other")])
    changed = message("m", "new", event_index=None, data=b"changed")
    await store.append([entry("edit", event("chat.edited"), messages=[changed])])
    assert await store.messages("s", None, 10) == [
        StoredMessage(session_id="s", message_id="m", seq=2, data=b"changed", body="new"),
        StoredMessage(session_id="s", message_id="n", seq=3, data=b"data of n", body="other"),
    ]
    assert await found(store, "old") == []
    assert await found(store, "new") == ["m"]


async def test_a_batch_may_post_change_erase_and_change_again(store):
    await create(store)
    await store.append(
        [post("m", "one"), edit("m", "two"), take_back("m"), post("n", "one"), edit("n", "three")]
    )
    messages = await store.messages_by_id("s", ["m", "n"])
    assert (messages["m"].seq, messages["m"].body) == (2, "")
    assert (messages["n"].seq, messages["n"].body) == (5, "three")
    assert [e.body for e in await store.events("s", 1, 9)] == [None, None, None, "one", "three"]
    await store.append([take_back("n"), edit("n", "four", ref="again")])
    assert (await store.messages_by_id("s", ["n"]))["n"].body == "four"
    assert [e.body for e in await store.events_of_message("s", "n")] == [None, None, None, "four"]
    assert await found(store, "one") == await found(store, "two") == []
    assert await found(store, "four") == ["n"]


async def test_a_message_that_is_posted_again_moves(store):
    await create(store)
    await store.append([post("m", "one"), post("n", "two"), post("m", "three", ref="again")])
    assert await ids(store) == ["n", "m"]
    await store.append([edit("n", "changed"), post("n", "four", ref="once more")])
    assert await ids(store) == ["m", "n"]
    assert (await store.messages_by_id("s", ["n"]))["n"].body == "four"
    assert await found(store, "two") == await found(store, "one") == []


async def test_a_change_of_a_message_that_is_not_there_is_left_out(store):
    await create(store)
    changed = message("m", "text", event_index=None)
    outcome = await store.append([entry("a", event(), messages=[changed])])
    assert outcome == [Outcome(STORED, 2, 2)]
    assert await ids(store) == []


async def test_messages_are_paged_from_the_end(store):
    await create(store)
    await store.append([post(f"m{n}", "text") for n in range(2, 12)])
    assert await ids(store, limit=3) == ["m9", "m10", "m11"]
    assert await ids(store, limit=3, before=9) == ["m6", "m7", "m8"]
    assert await ids(store, before=5) == ["m2", "m3", "m4"]
    assert await ids(store, since=9) == ["m10", "m11"]
    assert await ids(store, since=9, limit=1) == ["m11"]
    assert await ids(store, since=3, before=6) == ["m4", "m5"]
    assert await ids(store, limit=0) == await ids(store, limit=-1) == []
    assert len(await ids(store, before=2**70, since=-(2**70))) == 10
    assert await ids(store, session_id="unknown") == []


async def test_a_thread_is_its_opening_message_and_the_replies(store):
    await create(store)
    await store.append(
        [
            post("a", "opening"),
            post("b", "elsewhere"),
            post("c", "reply", thread="a"),
            post("d", "other thread", thread="b"),
            post("e", "reply", thread="a"),
        ]
    )
    assert await ids(store, thread_id="a") == ["a", "c", "e"]
    assert await ids(store, thread_id="a", limit=2) == ["c", "e"]
    assert await ids(store, thread_id="a", before=6, since=2) == ["c"]
    assert await ids(store, thread_id="unknown") == []


# erase


async def test_erased_texts_are_gone_from_log_list_and_search(store):
    await create(store)
    await store.append([post("m", "first secret"), edit("m", "second secret"), post("n", "kept")])
    assert await found(store, "secret") == ["m"]
    await store.append([take_back("m")])
    events = await store.events_of_message("s", "m")
    assert [(e.type, e.body, e.payload) for e in events] == [
        ("chat.posted", None, b"chat.posted"),
        ("chat.edited", None, b"chat.edited"),
        ("chat.deleted", None, b"chat.deleted"),
    ]
    assert await seqs(store) == [1, 2, 3, 4, 5]
    assert await ids(store) == ["m", "n"]
    assert (await store.messages_by_id("s", ["m"]))["m"].body == ""
    assert await found(store, "secret") == []
    assert await found(store, "kept") == ["n"]


async def test_erasing_comes_last_in_its_entry_and_spares_other_sessions(store):
    await create(store)
    await create(store, "other")
    await store.append([post("m", "text"), post("m", "text", session="other")])
    await store.append(
        [
            entry(
                "a",
                event(body="new text", message_id="m"),
                messages=[message("m", "new text", event_index=None)],
                erase=["m", "unknown"],
            )
        ]
    )
    assert [e.body for e in await store.events_of_message("s", "m")] == [None, None]
    assert await found(store, "text", sessions=["s", "other"]) == ["m"]
    assert [e.body for e in await store.events_of_message("other", "m")] == ["text"]
    await store.append([entry("b", erase=["m"], session="other")])
    assert await found(store, "text", sessions=["s", "other"]) == []
    assert (await store.messages_by_id("other", ["m"]))["m"].body == ""


# search


async def test_a_search_wants_all_words_as_beginnings(store):
    await create(store)
    await store.append(
        [
            post("a", "The kernel died while plotting"),
            post("b", "kernels and plots"),
            post("c", "a colonel"),
        ]
    )
    assert await found(store, "kern") == ["b", "a"]
    assert await found(store, "plot kern") == ["b", "a"]
    assert await found(store, "kernel plotting") == ["a"]
    assert await found(store, "kernel colonel") == []
    assert await found(store, "nel") == []


async def test_a_search_folds_case_and_accents(store):
    await create(store)
    await store.append(
        [post("a", "École SUPÉRIEURE"), post("b", "Übergröße Ấm"), post("c", "Привет МИР")]
    )
    for query in ("ecole", "ÉCOLE", "école", "e\u0301cole", "superieure ecole"):
        assert await found(store, query) == ["a"], query
    for query in ("ubergroße", "am", "ÜBERG", "ấm"):
        assert await found(store, query) == ["b"], query
    assert await found(store, "мир привет") == ["c"]


async def test_punctuation_separates_words_and_means_nothing(store):
    await create(store)
    await store.append([post("a", "call df.groupby('snake_case') now; see #42 + c++/utf-8")])
    for query in ("df.group", "groupby snake", "case'", "#42", "utf-8", '"groupby"', "c++", "c*"):
        assert await found(store, query) == ["a"], query
    for query in ("", "   ", "*", '"', "'--", "()", "^", ":", "\0", "🎉", "_"):
        assert await found(store, query) == [], query
    for query in ("call AND now", "call OR now", "NOT call", "NEAR(call now)", "body:call"):
        assert await found(store, query) == [], query


async def test_a_search_is_newest_first_by_time_and_bounded(store):
    await create(store, "s")
    await create(store, "t")
    await store.append(
        [
            post("a", "word", at=30),
            post("b", "word", at=10, session="t"),
            post("c", "word", at=20),
            post("d", "word", at=20, session="t"),
        ]
    )
    both = ["s", "t", "s", "unknown"]
    assert await found(store, "word", sessions=both) == ["a", "d", "c", "b"]
    assert await found(store, "word", sessions=both, limit=2) == ["a", "d"]
    assert await found(store, "word", sessions=both, before=20) == ["b"]
    assert await found(store, "word", sessions=both, before=2**70) == ["a", "d", "c", "b"]
    assert await found(store, "word", sessions=["t"]) == ["d", "b"]
    assert await found(store, "word", sessions=[]) == []
    assert await found(store, "word", sessions=both, limit=0) == []
    hit = (await store.search(["t"], "word", 1))[0]
    assert hit == StoredMessage(
        session_id="t", message_id="d", seq=3, data=b"data of d", body="word"
    )


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.text(max_size=40) | st.text('"*()^:-+NEARANDOT a\0é', max_size=30))
async def test_any_text_can_be_searched_for(store, query):
    if await store.session("s") is None:
        await create(store)
        await store.append([post("m", "some text")])
    assert await found(store, query) in ([], ["m"])


async def test_a_search_of_very_many_words_is_answered(store):
    await create(store)
    await store.append([post("m", " ".join(f"w{n}" for n in range(500)))])
    assert await found(store, " ".join(f"w{n}" for n in range(500))) == ["m"]
    assert await found(store, "w" * 100_000) == []


# snapshots, read marks, profiles


async def test_only_the_newest_snapshot_is_kept(store):
    await create(store)
    assert await store.snapshot("s") is None
    await store.save_snapshot("s", Snapshot(3, b"three"))
    await store.save_snapshot("s", Snapshot(2, b"two"))
    assert await store.snapshot("s") == Snapshot(3, b"three")
    await store.save_snapshot("s", Snapshot(4, b"\x00four"))
    assert await store.snapshot("s") == Snapshot(4, b"\x00four")
    await store.save_snapshot("unknown", Snapshot(1, b""))
    assert await store.snapshot("unknown") is None


async def test_read_marks_only_move_forward(store):
    await create(store)
    await create(store, "t")
    assert await store.set_read("s", ANN, 5) == 5
    assert await store.set_read("s", ANN, 3) == 5
    assert await store.set_read("s", ANN, 7) == 7
    assert await store.set_read("t", ANN, 1) == 1
    assert await store.set_read("s", "user:bob", 2) == 2
    assert await store.reads(ANN) == {"s": 7, "t": 1}
    assert await store.reads("user:nobody") == {}
    assert await store.set_read("unknown", ANN, 2) == 0


async def test_profiles_are_remembered(store):
    assert await store.profiles() == {}
    await store.save_profile(ANN, b"1")
    await store.save_profile("user:bob", b"2")
    await store.save_profile(ANN, b"3")
    assert await store.profiles() == {ANN: b"3", "user:bob": b"2"}


# prune


async def aged(store):
    """Messages m2..m6 at 20, 30, 40, 30, 60, after the creation at 0."""
    await create(store)
    await store.append([post(f"m{n}", f"text{n}", at=at) for n, at in enumerate(AGES, 2)])


AGES = (20, 30, 40, 30, 60)


async def test_pruning_forgets_the_oldest_part_of_the_log(store):
    await aged(store)
    await store.save_snapshot("s", Snapshot(3, b"state"))
    assert await store.prune("s", 31) == 4
    assert await seqs(store) == [4, 5, 6]  # seq 5 is older, but comes after one that is not
    assert await ids(store) == ["m4", "m5", "m6"]
    assert await store.messages_by_id("s", ["m2", "m4"]) == await store.messages_by_id("s", ["m4"])
    assert await store.events_of_message("s", "m2") == []
    assert await found(store, "text") == ["m6", "m4", "m5"]
    row = await store.session("s")
    assert (row.min_seq, row.last_seq) == (4, 6)
    assert await store.append([post("m7", "more", at=70)]) == [Outcome(STORED, 7, 7)]
    assert [e.body for e in await store.events("s", 0, 2)] == ["text4", "text5"]


async def test_dedup_records_go_with_their_events(store):
    await aged(store)
    await store.append([entry("both", event(at=70), event(at=80)), entry("none")])
    await store.save_snapshot("s", Snapshot(8, b"state"))
    assert await store.prune("s", 80) == 8
    assert await store.find_command("s", ANN, "post m2") is None
    assert await store.find_command("s", ANN, "both") == Outcome(DUPLICATE, 7, 8)
    assert await store.find_command("s", ANN, "none") == Outcome(DUPLICATE, 0, 0)
    assert await store.prune("s", 81) == 9
    assert await store.find_command("s", ANN, "both") is None
    assert await store.find_command("s", ANN, "none") is None
    row = await store.session("s")
    assert (row.min_seq, row.last_seq) == (9, 8)
    assert await store.append([entry("later", event(at=90))]) == [Outcome(STORED, 9, 9)]


async def test_without_a_snapshot_that_covers_the_cut_nothing_is_pruned(store):
    await aged(store)
    assert await store.prune("s", 100) == 1
    await store.save_snapshot("s", Snapshot(5, b"state"))
    assert await store.prune("s", 100) == 1
    assert len(await seqs(store)) == 6
    await store.save_snapshot("s", Snapshot(6, b"state"))
    assert await store.prune("s", 100) == 7
    assert await seqs(store) == []
    assert await store.snapshot("s") == Snapshot(6, b"state")


async def test_pruning_is_repeatable_and_knows_when_there_is_nothing_to_do(store):
    await aged(store)
    await store.save_snapshot("s", Snapshot(6, b"state"))
    assert await store.prune("s", 0) == 1
    assert await store.prune("s", 25) == 3
    assert await store.prune("s", 25) == 3
    assert await store.prune("s", 10) == 3
    assert await store.prune("unknown", 10) == 0


async def test_a_pruned_message_stays_forgotten_when_it_is_changed(store):
    await aged(store)
    await store.save_snapshot("s", Snapshot(6, b"state"))
    await store.prune("s", 25)
    await store.append([edit("m2", "risen", at=70), take_back("m2", ref="erase")])
    assert await ids(store) == ["m3", "m4", "m5", "m6"]
    assert await found(store, "risen") == []


# the store itself


async def test_the_secret_is_32_bytes_and_stays(store):
    secret = await store.secret()
    assert isinstance(secret, bytes)
    assert len(secret) == 32
    assert await store.secret() == secret


async def test_a_healthy_store_passes_its_check(store):
    await asyncio.gather(*(store.check() for _ in range(5)))


async def test_a_closed_store_says_so_and_closing_again_is_fine(store):
    await create(store)
    await asyncio.gather(store.close(), store.close())
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.append([entry("a", event())])
    with pytest.raises(StoreUnavailable):
        await create(store, "t")
    with pytest.raises(StoreUnavailable):
        await store.sessions()
    with pytest.raises(StoreUnavailable):
        await store.check()
