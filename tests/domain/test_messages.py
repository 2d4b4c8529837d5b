import pytest

from jupyter_collab_agents.domain.messages import project
from jupyter_collab_agents.protocol.chat import (
    Anchor,
    Attachment,
    AttachmentKind,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageReacted,
)
from jupyter_collab_agents.protocol.sessions import SessionRenamed

ANCHOR = Anchor(path="a.ipynb", cell_id="c1")
FILE = Attachment(kind=AttachmentKind.FILE, path="b.csv")


def posted(**changes):
    facts = {
        "seq": 7,
        "at": 100,
        "actor": "user:ann",
        "message_id": "m1",
        "length": 2,
        "sha256": None,
        "thread_id": None,
        "anchor": ANCHOR,
        "attachments": [FILE],
        "mentions": ["user:ben"],
        "run_id": None,
        "body": "hi",
    }
    return MessagePosted(**{**facts, **changes})


def reacted(actor, emoji, on):
    return MessageReacted(seq=8, at=200, actor=actor, message_id="m1", emoji=emoji, on=on)


EDITED = MessageEdited(seq=9, at=300, actor="user:ann", message_id="m1", body="ho", mentions=[])
DELETED = MessageDeleted(seq=10, at=400, actor="user:own", message_id="m1")


def through(*events):
    message = None
    for event in events:
        message = project(event, message)
    return message


def test_a_post_is_the_whole_message():
    assert through(posted()) == Message(
        message_id="m1",
        seq=7,
        at=100,
        author="user:ann",
        body="hi",
        thread_id=None,
        anchor=ANCHOR,
        attachments=[FILE],
        mentions=["user:ben"],
        reactions={},
        edited_at=None,
        edits=0,
        deleted_by=None,
        run_id=None,
    )


def test_an_erased_text_is_empty():
    event = MessagePosted(
        **{name: getattr(posted(), name) for name in posted().__struct_fields__ if name != "body"}
    )
    assert through(event).body == ""


def test_edits_are_counted():
    message = through(posted(), EDITED, EDITED)
    assert (message.body, message.mentions, message.edited_at, message.edits) == ("ho", [], 300, 2)
    assert (message.seq, message.at) == (7, 100)


def test_reactions_come_and_go():
    message = through(
        posted(),
        reacted("user:ann", "👍", True),
        reacted("user:ben", "👍", True),
        reacted("user:ben", "👍", True),
        reacted("user:ben", "✓", True),
        reacted("user:ann", "👍", False),
        reacted("user:ben", "✓", False),
        reacted("user:cleo", "✗", False),
    )
    assert message.reactions == {"👍": ["user:ben"]}


def test_a_deleted_message_keeps_its_place_only():
    message = through(posted(), reacted("user:ann", "👍", True), DELETED)
    assert (message.body, message.attachments, message.mentions, message.reactions) == (
        "",
        [],
        [],
        {},
    )
    assert (message.deleted_by, message.anchor, message.seq) == ("user:own", ANCHOR, 7)


@pytest.mark.parametrize("late", [EDITED, DELETED, reacted("user:ann", "👍", True)])
def test_a_deleted_message_stays_deleted(late):
    assert through(posted(), DELETED, late) == through(posted(), DELETED)


def test_other_events_concern_no_message():
    renamed = SessionRenamed(seq=8, at=1, actor="user:ann", name="x")
    assert project(renamed, None) is None
    assert project(renamed, through(posted())) is None
    assert project(EDITED, None) is None


def test_an_event_of_another_message_is_a_mistake():
    with pytest.raises(ValueError, match="m2"):
        project(EDITED, through(posted(message_id="m2")))
