"""ED1: a version is known for a while after it was last given out."""

import pytest

from jupyter_collab_agents.documents import versions as module
from jupyter_collab_agents.documents.versions import AGE, Versions
from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.testing import FakeClock

HOUR = 3600
BOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def versions(store, clock):
    return Versions(store, clock)


async def test_a_version_says_what_was_read(versions):
    for content in ("text é\r\n", BOOK):
        version = await versions.hand_out("d", "a", content)
        assert await versions.content("d", version) == content


async def test_the_same_content_is_the_same_version_and_not_another_documents(versions):
    one = await versions.hand_out("d", "a", "text")
    assert await versions.hand_out("d", "a", "text") == one
    assert await versions.content("other", one) is None
    assert await versions.content("d", "0" * 64) is None


async def test_another_process_knows_it_too(versions, store, clock):
    version = await versions.hand_out("d", "a", "text")
    assert await Versions(store, clock).content("d", version) == "text"


async def test_old_ones_are_forgotten_and_what_is_given_out_again_is_not_old(versions, clock):
    old = await versions.hand_out("d", "a", "old")
    read = await versions.hand_out("d", "a", "read again")
    clock.advance(AGE / 1000 - HOUR)
    await versions.hand_out("d", "a", "read again")
    clock.advance(2 * HOUR)
    await versions.forget()
    assert await versions.content("d", old) is None
    assert await versions.content("d", read) == "read again"


async def test_of_one_document_the_newest_are_kept(versions, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    names = []
    for number in range(5):
        names.append(await versions.hand_out("d", "a", f"text {number}"))
        clock.advance(1)
    other = await versions.hand_out("e", "b", "other")
    await versions.forget()
    known = [await versions.content("d", name) is not None for name in names]
    assert known == [False, False, True, True, True]
    assert await versions.content("e", other) == "other"


async def test_what_is_given_out_again_after_forgetting_is_known(versions, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    first = await versions.hand_out("d", "a", "first")
    for number in range(3):
        clock.advance(1)
        await versions.hand_out("d", "a", f"later {number}")
    await versions.forget()
    assert await versions.content("d", first) is None
    clock.advance(1)
    assert await versions.hand_out("d", "a", "first") == first
    assert await versions.content("d", first) == "first"


async def test_when_there_are_many_new_ones_is_told(versions, monkeypatch):
    """Each edit makes one: a fast writer must not fill the disk until the next hour."""
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(3):
        assert not versions.are_many
        await versions.hand_out("d", "a", f"text {number}")
    assert versions.are_many
    await versions.forget()
    assert not versions.are_many
