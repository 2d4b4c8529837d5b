"""What storage/documents.py promises, asked of every implementation (fixture ``store``)."""

import asyncio
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_collab_agents.storage.documents import (
    DocumentEntry,
    DocumentRecord,
    Item,
    NewDocumentEvent,
    StoredDocumentEvent,
    digest_of,
)
from jupyter_collab_agents.storage.store import Outcome, Result, StoreUnavailable

ANN = "user:ann"
STORED, DUPLICATE, CONFLICT = Result.STORED, Result.DUPLICATE, Result.CONFLICT
REFUSED = Outcome(CONFLICT, 0, 0)


def event(kind="thing.happened", *, at=1):
    return NewDocumentEvent(type=kind, at=at, payload=kind.encode())


def entry(ref, *events, document="d", path="a.ipynb", author=ANN, at=1, **fields):
    return DocumentEntry(
        document_id=document, path=path, author=author, ref=ref, at=at, events=events, **fields
    )


def item(item_id, *, kind="proposal", document="d", at=1, status="open", about=None, blobs=()):
    return Item(
        document_id=document,
        kind=kind,
        item_id=item_id,
        at=at,
        status=status,
        data=f"data of {item_id}".encode(),
        about=about,
        blobs=tuple(blobs),
    )


async def put(store, *items, blobs=(), ref=None, document="d", **fields):
    wanted = entry(
        f"put {items[0].item_id} {items[0].at} {items[0].status}" if ref is None else ref,
        document=document,
        items=items,
        blobs=tuple(blobs),
        **fields,
    )
    return await store.append_document(wanted)


async def seqs(store, document="d"):
    return [one.seq for one in await store.document_events(document, 0, 1000)]


async def ids(store, kind="proposal", **query):
    return [one.item_id for one in await store.items(kind, **query)]


# the log and the state


async def test_the_first_entry_makes_the_document(store):
    assert await store.document("d") is None
    outcome = await store.append_document(entry("one", event("a"), event("b"), at=7, state=b"s"))
    assert outcome == Outcome(STORED, 1, 2)
    row = DocumentRecord(document_id="d", path="a.ipynb", last_seq=2, at=7, state=b"s")
    assert await store.document("d") == row
    assert await store.documents() == [row]


async def test_an_entry_without_a_ref_happens_each_time_and_is_no_command(store):
    assert await store.append_document(entry("", event("a"))) == Outcome(STORED, 1, 1)
    assert await store.append_document(entry("", event("a"))) == Outcome(STORED, 2, 2)
    await put(store, item("one", at=1), ref="")
    await put(store, item("one", at=2), ref="")
    assert [one.at for one in await store.items("proposal")] == [2]
    assert await store.find_document_command("d", ANN, "") is None


async def test_events_come_back_as_they_were_in_order_and_by_page(store):
    await store.append_document(entry("one", event("a", at=3), event("b", at=4), event("c", at=5)))
    assert await store.document_events("d", 1, 1) == [
        StoredDocumentEvent(seq=2, type="b", at=4, payload=b"b")
    ]
    assert await seqs(store) == [1, 2, 3]
    assert await store.document_events("d", 3, 10) == []
    assert await store.document_events("d", 0, 0) == []
    assert await store.document_events("other", 0, 10) == []


async def test_a_later_entry_changes_path_and_state_and_null_keeps_the_state(store):
    await store.append_document(entry("one", event(), state=b"first"))
    await store.append_document(entry("two", event(), path="b.ipynb", at=9))
    assert await store.document("d") == DocumentRecord(
        document_id="d", path="b.ipynb", last_seq=2, at=9, state=b"first"
    )
    await store.append_document(entry("three", state=b"second"))
    assert (await store.document("d")).state == b"second"


async def test_documents_have_logs_of_their_own_and_are_listed_by_id(store):
    await store.append_document(entry("one", event(), event(), document="e"))
    await store.append_document(entry("one", event(), document="d"))
    assert await seqs(store, "d") == [1]
    assert await seqs(store, "e") == [1, 2]
    assert [row.document_id for row in await store.documents()] == ["d", "e"]


async def test_a_command_happens_once(store):
    await store.append_document(entry("zero", event()))
    first = await store.append_document(entry("one", event(), event(), state=b"x"))
    again = await store.append_document(entry("one", event(), state=b"y"))
    assert (first, again) == (Outcome(STORED, 2, 3), Outcome(DUPLICATE, 2, 3))
    assert (await store.document("d")).state == b"x"
    assert await seqs(store) == [1, 2, 3]
    assert (await store.append_document(entry("one", event(), author="user:ben"))).result is STORED
    assert await store.find_document_command("d", ANN, "one") == again
    assert await store.find_document_command("d", ANN, "two") is None
    assert await store.find_document_command("e", ANN, "one") is None


async def test_an_entry_without_events_is_remembered_too(store):
    assert await store.append_document(entry("one", state=b"x")) == Outcome(STORED, 0, 0)
    assert await store.append_document(entry("one", state=b"y")) == Outcome(DUPLICATE, 0, 0)
    assert (await store.document("d")).state == b"x"


async def test_an_expected_seq_holds_or_nothing_is_stored(store):
    assert (await store.append_document(entry("one", event(), expected_seq=0))).result is STORED
    stale = entry("two", event(), state=b"x", items=[item("i")], expected_seq=0)
    assert await store.append_document(stale) == REFUSED
    assert await seqs(store) == [1]
    assert await store.item("proposal", "i") is None
    assert (await store.append_document(entry("two", event(), expected_seq=1))).result is STORED
    assert await store.append_document(entry("one", event(), expected_seq=0)) == Outcome(
        DUPLICATE, 1, 1
    )
    new = entry("one", event(), document="e", expected_seq=3)
    assert await store.append_document(new) == REFUSED
    assert await store.document("e") is None


async def test_of_two_hubs_that_decide_at_one_seq_exactly_one_wins(store):
    rounds = 40
    barrier = threading.Barrier(2)

    def hub(name):
        async def race():
            results = []
            for number in range(rounds):
                barrier.wait()
                claim = entry(f"{name} {number}", event(name), expected_seq=number)
                results.append((await store.append_document(claim)).result)
                barrier.wait()
            return results

        return asyncio.run(race())

    with ThreadPoolExecutor(2) as threads:
        loop = asyncio.get_running_loop()
        one, other = await asyncio.gather(
            *(loop.run_in_executor(threads, hub, name) for name in "ab")
        )
    for pair in zip(one, other, strict=True):
        assert Counter(pair) == {STORED: 1, CONFLICT: 1}
    assert await seqs(store) == list(range(1, rounds + 1))


async def test_many_at_once_leave_no_hole(store):
    outcomes = await asyncio.gather(
        *(store.append_document(entry(f"r{n}", event(), event())) for n in range(50))
    )
    assert sorted(outcome.first_seq for outcome in outcomes) == list(range(1, 101, 2))
    assert await seqs(store) == list(range(1, 101))


# items


async def test_an_item_comes_back_as_it_was(store):
    kept = item("i", at=5, status="open", about="run-1")
    await put(store, kept)
    assert await store.item("proposal", "i") == kept
    assert await store.item("conflict", "i") is None
    assert await store.items("proposal") == [kept]


async def test_an_item_is_replaced_by_kind_and_id(store):
    await put(store, item("i", at=5))
    await put(store, item("i", kind="conflict", at=6))
    await put(store, item("i", at=5, status="done"))
    assert (await store.item("proposal", "i")).status == "done"
    assert (await store.item("conflict", "i")).status == "open"
    assert len(await store.items("proposal")) == 1


async def test_items_are_newest_first_and_filtered(store):
    await put(store, item("a", at=1), item("c", at=2, about="r"), item("b", at=2, status="done"))
    await put(store, item("d", at=3, document="e", about="r"), document="e")
    assert await ids(store) == ["d", "c", "b", "a"]
    assert await ids(store, document_id="d") == ["c", "b", "a"]
    assert await ids(store, document_id="nobody's") == []
    assert await ids(store, about="r") == ["d", "c"]
    assert await ids(store, statuses=["open"]) == ["d", "c", "a"]
    assert await ids(store, statuses=["done", "open"], document_id="d") == ["c", "b", "a"]
    assert await ids(store, statuses=[]) == []
    assert await ids(store, limit=2) == ["d", "c"]
    assert await ids(store, limit=0) == []


async def test_a_page_ends_at_a_place_also_among_items_of_one_time(store):
    await put(store, *(item(f"i{n}", at=n // 3) for n in range(9)))
    seen, before = [], None
    while page := await store.items("proposal", before=before, limit=2):
        seen += [one.item_id for one in page]
        before = (page[-1].at, page[-1].item_id)
    assert seen == [f"i{n}" for n in range(8, -1, -1)]


async def test_an_item_of_another_document_is_an_error_and_nothing_is_stored(store):
    with pytest.raises(ValueError, match="another document"):
        await put(store, item("i", document="e"))
    assert await store.documents() == []


# blobs


async def test_a_blob_comes_back_by_its_digest(store):
    text = os.urandom(70_000)
    empty = b""
    digests = [digest_of(text), digest_of(empty)]
    await put(store, item("i", blobs=digests), blobs=[text, empty])
    assert [await store.blob(digest) for digest in digests] == [text, empty]
    assert await store.blob(digest_of(b"other")) is None
    assert sorted((await store.item("proposal", "i")).blobs) == sorted(digests)


async def test_a_blob_may_be_put_again_or_named_when_it_is_there(store):
    digest = digest_of(b"text")
    await put(store, item("i", blobs=[digest]), blobs=[b"text", b"text"])
    await put(store, item("j", blobs=[digest]), blobs=[b"text"])
    await put(store, item("k", blobs=[digest, digest]))
    assert await store.blob(digest) == b"text"


async def test_a_missing_or_a_nameless_blob_is_an_error_and_nothing_is_stored(store):
    with pytest.raises(ValueError, match="no blob"):
        await put(store, item("i", blobs=[digest_of(b"nowhere")]))
    with pytest.raises(ValueError, match="no item"):
        await put(store, item("i"), blobs=[b"text"])
    assert await store.documents() == []
    assert await store.items("proposal") == []
    good, bad = await asyncio.gather(
        put(store, item("g"), ref="good"),
        put(store, item("b", blobs=[digest_of(b"nowhere")]), ref="bad"),
        return_exceptions=True,
    )
    assert good.result is STORED
    assert isinstance(bad, ValueError)
    assert await ids(store) == ["g"]


# forgetting


async def test_pruning_forgets_old_items_and_the_blobs_that_nobody_names(store):
    old, both, new = (digest_of(text) for text in (b"old", b"both", b"new"))
    await put(store, item("old", at=1, blobs=[old, both]), blobs=[b"old", b"both"])
    await put(store, item("new", at=9, blobs=[both, new]), blobs=[b"both", b"new"])
    await put(store, item("other", kind="conflict", at=1))
    assert await store.prune_items("proposal", before_at=9) == 1
    assert await ids(store) == ["new"]
    assert await ids(store, "conflict") == ["other"]
    assert [await store.blob(digest) for digest in (old, both, new)] == [None, b"both", b"new"]


async def test_pruning_keeps_the_newest_of_each_document(store):
    await put(store, *(item(f"d{n}", at=n) for n in range(4)))
    await put(store, *(item(f"e{n}", at=n, document="e") for n in range(2)), document="e")
    assert await store.prune_items("proposal", keep=2) == 2
    assert sorted(await ids(store)) == ["d2", "d3", "e0", "e1"]
    assert await store.prune_items("proposal") == 0


async def test_pruning_may_be_held_to_some_statuses(store):
    await put(store, item("a", at=1), item("b", at=1, status="done"), item("c", at=9))
    assert await store.prune_items("proposal", before_at=5, keep=1, statuses=["done"]) == 1
    assert sorted(await ids(store)) == ["a", "c"]


async def test_a_blob_that_its_item_gave_up_goes_with_the_next_pruning(store):
    digest = digest_of(b"text")
    await put(store, item("i", blobs=[digest]), blobs=[b"text"])
    await put(store, item("i", status="done"))
    await store.prune_items("proposal")
    assert await store.blob(digest) is None


async def test_pruning_documents_forgets_events_and_commands_but_no_state(store):
    await store.append_document(entry("old", event(at=1), at=1, state=b"x", items=[item("i")]))
    await store.append_document(entry("new", event(at=9), at=9))
    assert await store.prune_documents(5) == 1
    assert await seqs(store) == [2]
    assert (await store.document("d")).state == b"x"
    assert await ids(store) == ["i"]
    assert await store.find_document_command("d", ANN, "old") is None
    assert await store.find_document_command("d", ANN, "new") is not None
    assert (await store.append_document(entry("next", event()))).first_seq == 3


async def test_a_closed_store_says_so(store):
    await store.close()
    for question in (
        store.append_document(entry("one", event())),
        store.document("d"),
        store.items("proposal"),
        store.blob("0"),
    ):
        with pytest.raises(StoreUnavailable):
            await question
