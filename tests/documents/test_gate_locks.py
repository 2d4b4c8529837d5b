"""What is locked by others stays as it is, and everything else goes on."""

from collections.abc import Callable

import pytest
from pycrdt import Array, Map, Text

from jupyter_collab_agents.documents.protection import PutBack

from .gated_room import GatedRoom, Replica, content_of

Change = Callable[[Replica], None]


def scene(*sources: str) -> tuple[GatedRoom, Replica, Replica]:
    """A room, Ann and Ben."""
    room = GatedRoom(content_of(*(sources or ("one é😀", "two", "three"))))
    return room, Replica(room, "user:ann"), Replica(room, "user:ben")


def plain(replica: Replica) -> object:
    # not get(): it gives a second cell of an id another one
    return replica.notebook.ycells.to_py(), replica.notebook._ymeta.to_py()


def type_into(r: Replica) -> None:
    r.notebook.ycells[0]["source"].insert(4, "SECRET")


def type_at_the_end(r: Replica) -> None:
    source = r.notebook.ycells[0]["source"]
    source.insert(len(source), "SECRET")


def delete_all(r: Replica) -> None:
    r.notebook.ycells[0]["source"].clear()


def replace_source(r: Replica) -> None:
    r.notebook.ycells[0]["source"] = Text("SECRET")


def add_and_assign(r: Replica) -> None:
    r.notebook.ycells[0]["source"] += "SECRET"


def change_type(r: Replica) -> None:
    r.notebook.ycells[0]["cell_type"] = "raw"


def retype_by_new_cell(r: Replica) -> None:
    cell = r.notebook.get_cell(0)
    del r.notebook.ycells[0]
    r.notebook.ycells.insert(0, r.notebook.create_ycell({**cell, "cell_type": "markdown"}))


def set_metadata(r: Replica) -> None:
    r.notebook.ycells[0]["metadata"]["n"] = "SECRET"


def add_metadata(r: Replica) -> None:
    r.notebook.ycells[0]["metadata"]["tags"] = ["SECRET"]


def clear_metadata(r: Replica) -> None:
    r.notebook.ycells[0]["metadata"].clear()


def attach(r: Replica) -> None:
    r.notebook.ycells[0]["attachments"] = {"a.png": {"image/png": "SECRET"}}


def delete_cell(r: Replica) -> None:
    del r.notebook.ycells[0]


def move_down(r: Replica) -> None:
    cell = r.notebook.get_cell(0)
    del r.notebook.ycells[0]
    r.notebook.ycells.insert(2, r.notebook.create_ycell(cell))


def double(r: Replica) -> None:
    r.notebook.ycells.append(r.notebook.create_ycell(r.notebook.get_cell(0)))


def take_its_id(r: Replica) -> None:
    r.notebook.ycells[1]["id"] = "c0"


def give_it_another_id(r: Replica) -> None:
    r.notebook.ycells[0]["id"] = "mine"


CHANGES: list[tuple[Change, set[str]]] = [
    (type_into, {"source"}),
    (type_at_the_end, {"source"}),
    (delete_all, {"source"}),
    (replace_source, {"document"}),
    (add_and_assign, {"document"}),
    (change_type, {"cell_type"}),
    (retype_by_new_cell, {"moved"}),
    (set_metadata, {"metadata"}),
    (add_metadata, {"metadata"}),
    (clear_metadata, {"metadata"}),
    (attach, {"attachments"}),
    (delete_cell, {"deleted"}),
    (move_down, {"moved"}),
    (double, {"inserted"}),
    (take_its_id, {"document"}),
    (give_it_another_id, {"document"}),
]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("change", "what"), CHANGES)
def test_a_change_to_what_somebody_else_holds_is_put_back(
    change: Change, what: set[str], whole: bool
) -> None:
    """GA17, GA9: in one transaction, which says nothing of it to anybody."""
    room, ann, ben = scene()
    if whole:
        room.locks.document = "user:ann"
    else:
        room.locks.cells["c0"] = "user:ann"
    before = plain(ann)
    with ben.doc.transaction():
        change(ben)
    assert plain(ben) != before
    put_back = ben.send()
    assert {one.what for one in put_back} >= what
    assert [who for who, _ in room.locks.told] == ["user:ben"] * len(put_back)
    assert len(room.wire) <= 1
    assert b"SECRET" not in b"".join(room.wire)
    for replica in (ann, ben):
        replica.fetch()
        assert plain(replica) == before
    ann.notebook.ycells[0]["source"].insert(0, "0")
    assert ann.send() == []
    ben.fetch()
    assert ben.sources[0] == "0one é😀"
    ben.notebook.ycells[1]["source"].insert(0, "still ")
    assert (ben.send() == []) is not whole
    ann.fetch()
    assert ann.sources[1] == ("two" if whole else "still two")


def test_what_is_free_of_the_same_change_stays() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.cells["c1"] = "user:ann"
    with ben.doc.transaction():
        ben.notebook.ycells[1]["source"].insert(0, "NO")
        ben.notebook.ycells[0]["source"].insert(0, "yes ")
        del ben.notebook.ycells[2]
        del ben.notebook.ycells[1]
        ben.notebook.ycells.insert(0, ben.notebook.create_ycell({"id": "new", "cell_type": "raw",
                                                                 "source": "new"}))  # fmt: skip
    assert ben.send() == [PutBack("c1", "deleted")]
    ann.fetch()
    ben.fetch()
    assert ann.sources == ben.sources == ["new", "yes one é😀", "two"]


def test_running_a_cell_that_somebody_else_holds_goes_on() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.document = "user:ann"
    room.locks.cells["c0"] = "user:ann"
    cell = ben.notebook.ycells[0]
    with ben.doc.transaction():
        cell["execution_count"] = 7
        cell["execution_state"] = "running"
        cell["outputs"].clear()
        cell["outputs"].append(
            Map({"output_type": "stream", "name": "stdout", "text": Text("new")})
        )
        cell["metadata"]["trusted"] = True
    assert ben.send() == []
    ann.fetch()
    content = ann.notebook.get_cell(0)
    assert content["execution_count"] == 7
    assert content["outputs"][0]["text"] == "new"


def test_what_pages_write_by_themselves_is_put_back_without_a_word() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.document = "user:ann"
    ben.notebook.ycells[0]["metadata"]["collapsed"] = True
    ben.notebook._ymeta["metadata"]["kernelspec"] = {"name": "python3"}
    assert ben.send() == []
    ben.fetch()
    ann.fetch()
    assert ben.notebook.get() == ann.notebook.get()
    assert "collapsed" not in ben.notebook.get_cell(0)["metadata"]


def test_a_cell_that_its_holder_deleted_is_not_brought_back_by_others() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.cells["c0"] = "user:ann"
    del ann.notebook.ycells[0]
    ann.send()
    assert Replica(room, "x").sources == ["two", "three"]
    ben.notebook.ycells[0]["source"].insert(0, "late ")
    ben.send()
    double_of_old = ben.notebook.get_cell(0)
    ben.fetch()
    ben.notebook.ycells.append(ben.notebook.create_ycell(double_of_old))
    assert ben.send() == [PutBack("c0", "inserted")]
    ben.fetch()
    assert ben.sources == ["two", "three"]


def test_a_move_by_the_holder_and_a_deletion_by_another_leave_one_cell() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.cells["c0"] = "user:ann"
    delete_cell(ben)
    with ann.doc.transaction():
        move_down(ann)
    ben.send()
    ann.send()
    for replica in (ann, ben):
        replica.fetch()
        assert replica.sources == ["two", "three", "one é😀"]


@pytest.mark.parametrize("whole", [False, True])
def test_what_the_holder_types_while_a_deletion_is_put_back_is_not_lost(whole: bool) -> None:
    """GA17: it was typed into the cell that is written anew."""
    room, ann, ben = scene()
    if whole:
        room.locks.document = "user:ann"
    else:
        room.locks.cells["c0"] = "user:ann"
    ann.notebook.ycells[0]["source"].insert(0, "1 é ")
    ann.send()
    ben.fetch()
    delete_cell(ben)
    ben.send()
    for letter in "abc😀":
        ann.notebook.ycells[0]["source"].insert(0, letter)
    ann.send()
    ann.fetch()
    ben.fetch()
    assert ann.sources[0] == ben.sources[0] == "😀cba1 é one é😀"
    ann.notebook.ycells[0]["source"].insert(0, "and on ")
    ann.send()
    ben.fetch()
    assert ben.sources[0] == "and on 😀cba1 é one é😀"


def test_others_cannot_write_into_it_by_that_way() -> None:
    """GA17."""
    room, ann, ben = scene()
    room.locks.cells["c0"] = "user:ann"
    cara = Replica(room, "user:cara")
    delete_cell(ben)
    ben.send()
    type_into(cara)
    cara.send()
    for replica in (ann, ben, cara):
        replica.fetch()
        assert replica.sources[0] == "one é😀"


def test_every_transaction_says_who_it_is_of() -> None:
    """GA18."""
    room, ann, ben = scene()
    room.locks.cells["c0"] = "user:ann"
    type_into(ann)
    ann.send()
    ben.notebook.ycells[1]["source"].insert(0, "x")
    ben.send()
    type_into(ben)
    ben.send()
    assert room.origins[:2] == ["user:ann", "user:ben"]
    assert set(room.origins[2:]) <= {"user:ben"}


def test_what_others_in_this_process_write_is_known_to_the_gate() -> None:
    """They do not pass the gate, but what they wrote is the state that is kept."""
    room, ann, ben = scene()
    room.locks.cells["c0"] = "user:ann"
    ben.notebook.ycells[1]["source"].insert(0, "x")
    ben.send()
    room.ydoc.get("cells", type=Array)[0]["source"].insert(0, "inside ")
    type_into(ben)
    ben.send()
    for replica in (ann, ben):
        replica.fetch()
        assert replica.sources[0] == "inside one é😀"


def test_offline_edits_are_put_back_when_they_arrive() -> None:
    """GA17, GA9."""
    room, ann, ben = scene()
    for _ in range(3):
        type_into(ben)
    delete_cell(ben)
    ben.notebook.ycells[0]["source"].insert(0, "free ")
    ben.outbox.clear()
    room.locks.cells["c0"] = "user:ann"
    ann.notebook.ycells[0]["source"].insert(0, "0")
    ann.send()
    room.take("user:ben", ben.doc.get_update(room.ydoc.get_state()))
    for replica in (ann, ben):
        replica.fetch()
        assert replica.sources == ["0one é😀", "free two", "three"]


def test_a_locked_file_of_text_stays_as_it_is() -> None:
    """GA17."""
    from pycrdt import Doc

    first: Doc = Doc()
    first.get("source", type=Text).insert(0, "a é\nb\n")
    room = GatedRoom(first.get_update(), "file")
    room.locks.document = "user:ann"
    client: Doc = Doc()
    client.apply_update(first.get_update())
    sent: list[bytes] = []
    subscription = client.observe(lambda event: sent.append(event.update))
    client.get("source", type=Text).insert(1, "SECRET")
    assert room.take("user:ben", sent[0]) == [PutBack(None, "source")]
    assert str(room.ydoc.get("source", type=Text)) == "a é\nb\n"
    assert b"SECRET" not in b"".join(room.wire)
    client.unobserve(subscription)


def test_a_document_of_another_kind_is_not_changed_at_all_while_it_is_locked() -> None:
    """GA17."""
    room = GatedRoom(content_of("a"), "chat")
    room.locks.document = "user:ann"
    ben = Replica(room, "user:ben")
    type_into(ben)
    assert ben.send() == [PutBack(None, "document")]
    assert room.wire == []
