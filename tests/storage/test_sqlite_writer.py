"""Group commit: who shares a transaction, and who must not suffer from whom."""

import asyncio
import sqlite3
import threading

import pytest
from entry_builders import create, entry, event, message, post

from jupyter_collab_agents.storage import sqlite_append
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import Outcome, Result, StoreUnavailable


class Pause:
    """Keeps the writer thread busy, so that what comes now shares the next transaction."""

    def __init__(self, store):
        self._store = store
        self._go_on = threading.Event()

    async def __aenter__(self):
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait(_connection, _places):
            loop.call_soon_threadsafe(begun.set)
            self._go_on.wait()

        self._busy = asyncio.ensure_future(self._store._writer.change(wait))
        await begun.wait()

    async def __aexit__(self, *_):
        self._go_on.set()
        await self._busy


async def at_once(store, *requests):
    """Their outcomes, in one transaction (unless it fails)."""
    async with Pause(store):
        waiting = [asyncio.ensure_future(request) for request in requests]
        await asyncio.sleep(0)
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_requests_that_wait_share_a_transaction(sqlite_store):
    await create(sqlite_store)
    commits = []
    await sqlite_store._writer.change(
        lambda connection, _: connection.set_trace_callback(commits.append)
    )
    commits.clear()
    await at_once(
        sqlite_store,
        *(sqlite_store.append([entry(str(n), event())]) for n in range(40)),
        sqlite_store.set_read("s", "user:ann", 3),
        *(sqlite_store.append([entry(str(n), event())]) for n in range(40, 80)),
    )
    # the commit of the pause, and one for all others
    assert [text for text in commits if text == "COMMIT"] == ["COMMIT"] * 2
    assert (await sqlite_store.session("s")).last_seq == 81


async def test_what_cannot_be_stored_refuses_itself_only(sqlite_store):
    await create(sqlite_store)
    lone_surrogate = entry("b", event(body="\ud800"))
    no_such_event = entry("c", event(), messages=[message("m", "", event_index=5)])
    too_large = entry("d", event(at=2**64))
    outcomes = await at_once(
        sqlite_store,
        sqlite_store.append([entry("a", event())]),
        sqlite_store.append([entry("a2", event()), lone_surrogate]),
        sqlite_store.append([no_such_event]),
        sqlite_store.append([too_large]),
        sqlite_store.set_read("s", "user:ann", 2),
        sqlite_store.append([entry("e", event())]),
    )
    assert outcomes[0] == [Outcome(Result.STORED, 2, 2)]
    assert isinstance(outcomes[1], UnicodeEncodeError)
    assert isinstance(outcomes[2], ValueError)
    assert isinstance(outcomes[3], OverflowError)
    assert outcomes[4] == 2
    assert outcomes[5] == [Outcome(Result.STORED, 3, 3)]
    assert [e.seq for e in await sqlite_store.events("s", 0, 10)] == [1, 2, 3]
    assert await sqlite_store.find_command("s", "user:ann", "a2") is None


async def test_a_session_made_and_used_in_one_transaction(sqlite_store):
    outcomes = await at_once(
        sqlite_store,
        sqlite_store.append([entry("too early", event())]),
        create(sqlite_store),
        sqlite_store.append([post("m", "text")]),
        sqlite_store.delete_session("s"),
        sqlite_store.append([entry("too late", event())]),
        create(sqlite_store),
        sqlite_store.append([post("n", "text")]),
    )
    assert [getattr(o[0] if isinstance(o, list) else o, "result", None) for o in outcomes] == [
        Result.NO_SESSION,
        Result.STORED,
        Result.STORED,
        None,
        Result.NO_SESSION,
        Result.STORED,
        Result.STORED,
    ]
    assert [m.message_id for m in await sqlite_store.messages("s", None, 10)] == ["n"]


async def test_a_broken_connection_is_replaced(sqlite_store):
    await create(sqlite_store)

    def break_it(connection, _places):
        connection.close()

    with pytest.raises(sqlite3.ProgrammingError):
        await sqlite_store._writer.change(break_it)
    assert await sqlite_store.append([entry("a", event())]) == [Outcome(Result.STORED, 2, 2)]


async def test_whoever_stops_waiting_is_not_missed(sqlite_store):
    await create(sqlite_store)
    async with Pause(sqlite_store):
        gone = asyncio.ensure_future(sqlite_store.append([entry("a", event())]))
        stays = asyncio.ensure_future(sqlite_store.append([entry("b", event())]))
        await asyncio.sleep(0)
        gone.cancel()
    assert await stays == [Outcome(Result.STORED, 3, 3)]
    assert await sqlite_store.find_command("s", "user:ann", "a") is not None


async def test_answers_for_a_loop_that_has_ended_are_dropped(sqlite_store):
    await create(sqlite_store)

    def leave():
        loop = asyncio.new_event_loop()

        async def ask():
            sqlite_store._writer.append([entry("a", event())])

        loop.run_until_complete(ask())
        loop.close()

    async with Pause(sqlite_store):
        await asyncio.to_thread(leave)
    assert await sqlite_store.append([entry("b", event())]) == [Outcome(Result.STORED, 3, 3)]


async def test_closing_finishes_what_was_accepted(sqlite_path):
    store = await open_sqlite(sqlite_path)
    await create(store)
    waiting = [asyncio.ensure_future(store.append([entry(str(n), event())])) for n in range(100)]
    await asyncio.sleep(0)
    await store.close()
    assert [(await one)[0].first_seq for one in waiting] == list(range(2, 102))
    with pytest.raises(StoreUnavailable):
        await store.append([entry("late", event())])
    store = await open_sqlite(sqlite_path)
    assert (await store.session("s")).last_seq == 101
    await store.close()


@pytest.mark.parametrize(
    ("statement", "step"),
    [
        (sqlite_append._FIND_COMMAND, "SEARCH commands USING PRIMARY KEY (session=? AND author"),
        (sqlite_append._CHANGE_MESSAGE, "SEARCH messages USING INTEGER PRIMARY KEY"),
        (sqlite_append._ERASE_EVENTS, "SEARCH events USING INDEX events_of_message"),
    ],
)
async def test_the_hot_path_looks_rows_up_and_does_not_search_for_them(
    sqlite_store, statement, step
):
    """Else each batch would cost more with every day."""

    def plan(connection, _places):
        values = [None] * statement.count("?")
        return [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]

    steps = await sqlite_store._writer.change(plan)
    assert any(found.startswith(step) for found in steps), steps
