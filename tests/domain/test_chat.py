import hashlib

import pytest

from jupyter_collab_agents.domain.chat import MAX_REACTIONS, finish_stream
from jupyter_collab_agents.protocol.base import Position, Range
from jupyter_collab_agents.protocol.chat import (
    Anchor,
    Attachment,
    AttachmentKind,
    DeleteMessage,
    EditMessage,
    MessagePosted,
    PostMessage,
    ReactToMessage,
)
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import (
    MuteParticipant,
    RemoveParticipant,
    Role,
    SetRole,
)
from jupyter_collab_agents.protocol.sessions import ArchiveSession, HistoryAccess, MuteSession

from .scene import ANN, BEN, CLEO, DAN, ECHO, Scene, refused

CELL = Anchor(path="a.ipynb", cell_id="c1")


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.COMMENTER)
    return scene


def edit(message, body):
    return EditMessage(ref="r", message_id=message.message_id, body=body)


def delete(message):
    return DeleteMessage(ref="r", message_id=message.message_id)


def react(message, emoji="👍", on=True):
    return ReactToMessage(ref="r", message_id=message.message_id, emoji=emoji, on=on)


def test_a_post_says_everything_about_the_message(scene):
    decision = scene.ask(
        PostMessage(
            ref="r",
            body="look @ann \u202e and é",
            anchor=Anchor(path="./a.ipynb", cell_id="c1"),
            attachments=[Attachment(kind=AttachmentKind.FILE, path="b//c.csv")],
        ),
        BEN,
    )
    (event,) = decision.events
    assert event == MessagePosted(
        seq=0,
        at=scene.now,
        actor="user:ben",
        message_id=event.message_id,
        length=len("look @ann  and é"),
        sha256=None,
        thread_id=None,
        anchor=CELL,
        attachments=[Attachment(kind=AttachmentKind.FILE, path="b/c.csv")],
        mentions=["user:ann"],
        run_id=None,
        body="look @ann  and é",
    )
    assert event.message_id.startswith("m")
    assert not decision.exclusive


def test_posting_needs_a_role_a_voice_and_an_open_session(scene):
    scene.add(DAN, Role.VIEWER)
    with refused(ErrorCode.FORBIDDEN, "Viewers cannot post"):
        scene.say("x", DAN)
    with refused(ErrorCode.NOT_FOUND, "You are not in this session"):
        scene.say("x", CLEO)
    scene.do(MuteParticipant(ref="r", participant_id="user:ben", muted=True))
    with refused(ErrorCode.MUTED, "You are muted"):
        scene.say("x", BEN)
    scene.do(MuteParticipant(ref="r", participant_id="user:ben", muted=False))
    scene.do(MuteSession(ref="r", muted=True))
    with refused(ErrorCode.MUTED, "only owners"):
        scene.say("x", BEN)
    scene.say("owners may")
    scene.do(ArchiveSession(ref="r"))
    with refused(ErrorCode.ARCHIVED):
        scene.say("x")


def test_bad_texts_are_refused(scene):
    for body, code in [
        (" ", ErrorCode.INVALID),
        ("\0", ErrorCode.INVALID),
        ("x" * 65537, ErrorCode.TOO_LARGE),
    ]:
        with refused(code):
            scene.say(body)


def test_a_reply_joins_the_thread_of_what_it_replies_to(scene):
    root = scene.say("why?")
    first = scene.say("because", BEN, reply_to=root.message_id)
    second = scene.say("really?", reply_to=first.message_id)
    assert (root.thread_id, first.thread_id, second.thread_id) == (
        None,
        root.message_id,
        root.message_id,
    )
    assert scene.state.threads[root.message_id].replies == 2
    with refused(ErrorCode.NOT_FOUND, "no such message"):
        scene.say("x", reply_to="m999")


def test_a_thread_stays_at_its_place(scene):
    opener = scene.say("this cell", anchor=CELL)
    reply = scene.say("yes", BEN, reply_to=opener.message_id, anchor=CELL)
    assert reply.anchor is None
    with refused(ErrorCode.INVALID, "Start a new thread"):
        scene.say("x", reply_to=reply.message_id, anchor=Anchor(path="b.py", cell_id=None))
    plain = scene.say("plain")
    with refused(ErrorCode.INVALID, "Start a new thread"):
        scene.say("x", reply_to=plain.message_id, anchor=CELL)


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/.ssh/id", "a\\b", "a\0"])
def test_anchors_and_attachments_stay_inside(scene, path):
    with refused(scene_code(path)):
        scene.say("x", anchor=Anchor(path=path, cell_id=None))
    with refused(scene_code(path)):
        scene.say("x", attachments=[Attachment(kind=AttachmentKind.FILE, path=path)])


def scene_code(path):
    return ErrorCode.INVALID if "\\" in path or "\0" in path else ErrorCode.FORBIDDEN


def test_attachments_are_what_they_say(scene):
    selection = Range(anchor=Position(line=1, column=0), head=Position(line=0, column=2))
    good = [
        Attachment(kind=AttachmentKind.CELL, path="a.ipynb", cell_id="c1"),
        Attachment(kind=AttachmentKind.SELECTION, path="a.py", selection=selection),
    ]
    assert scene.say("x", attachments=good).attachments == good
    for kind, words in [(AttachmentKind.CELL, "cell_id"), (AttachmentKind.SELECTION, "range")]:
        with refused(ErrorCode.INVALID, words):
            scene.say("x", attachments=[Attachment(kind=kind, path="a")])
    with refused(ErrorCode.INVALID, "id of a notebook cell"):
        scene.say("x", anchor=Anchor(path="a", cell_id="<b>"))
    with refused(ErrorCode.INVALID, "at most 20"):
        scene.say("x", attachments=good * 11)


def test_one_edits_ones_own_messages(scene):
    message = scene.say("hello", BEN)
    decision = scene.do(edit(message, "hello @ann"), BEN)
    assert decision.exclusive
    now = scene.messages[message.message_id]
    assert (now.body, now.mentions, now.edits) == ("hello @ann", ["user:ann"], 1)
    assert scene.do(edit(message, "hello @ann"), BEN).events == []
    with refused(ErrorCode.FORBIDDEN, "your own"):
        scene.do(edit(message, "no"), ANN)
    with refused(ErrorCode.INVALID, "empty"):
        scene.do(edit(message, " "), BEN)
    with refused(ErrorCode.NOT_FOUND):
        scene.do(EditMessage(ref="r", message_id="m999", body="x"))


def test_who_is_muted_does_not_speak_by_editing(scene):
    message = scene.say("hello", BEN)
    scene.do(MuteParticipant(ref="r", participant_id="user:ben", muted=True))
    with refused(ErrorCode.MUTED, "edit"):
        scene.do(edit(message, "shout"), BEN)
    assert scene.do(delete(message), BEN).events


def test_one_deletes_ones_own_and_owners_any(scene):
    bens, anns, other = scene.say("a", BEN), scene.say("b"), scene.say("c", BEN)
    assert scene.do(delete(bens), BEN).erase == [bens.message_id]
    assert scene.messages[bens.message_id].deleted_by == "user:ben"
    with refused(ErrorCode.FORBIDDEN, "Only an owner"):
        scene.do(delete(anns), BEN)
    scene.do(delete(other))
    assert scene.messages[other.message_id].deleted_by == "user:ann"
    again = scene.do(delete(bens), BEN)
    assert (again.events, again.erase) == ([], [])
    with refused(ErrorCode.NOT_FOUND):
        scene.do(DeleteMessage(ref="r", message_id="m999"))


def test_a_deleted_message_changes_no_more_but_its_thread_goes_on(scene):
    root = scene.say("a", BEN)
    scene.do(delete(root), BEN)
    with refused(ErrorCode.CONFLICT, "deleted"):
        scene.do(edit(root, "b"), BEN)
    with refused(ErrorCode.CONFLICT, "deleted"):
        scene.do(react(root), BEN)
    assert scene.say("still", reply_to=root.message_id).thread_id == root.message_id


def test_reactions_are_each_participants_own(scene):
    message = scene.say("a")
    assert scene.do(react(message), BEN).exclusive
    assert scene.do(react(message), BEN).events == []
    scene.do(react(message))
    scene.do(react(message, on=False), BEN)
    assert scene.do(react(message, on=False), BEN).events == []
    assert scene.messages[message.message_id].reactions == {"👍": ["user:ann"]}
    with refused(ErrorCode.INVALID, "emoji"):
        scene.do(react(message, "<script>"))
    with refused(ErrorCode.NOT_FOUND):
        scene.do(ReactToMessage(ref="r", message_id="m999", emoji="👍", on=True))


def test_a_message_has_a_bounded_number_of_reactions(scene):
    message = scene.say("a")
    for offset in range(MAX_REACTIONS):
        scene.do(react(message, chr(0x1F600 + offset)))
    with refused(ErrorCode.CONFLICT, "Join one"):
        scene.do(react(message, "👍"))
    scene.do(react(message, "😀"), BEN)


def test_what_one_cannot_see_does_not_exist():
    scene = Scene(history=HistoryAccess.SINCE_JOINED)
    early = scene.say("before")
    scene.add(BEN, Role.COMMENTER)
    for command in (
        react(early),
        delete(early),
        PostMessage(ref="r", body="x", reply_to=early.message_id),
    ):
        with refused(ErrorCode.NOT_FOUND, "no such message"):
            scene.do(command, BEN)
    scene.do(SetRole(ref="r", participant_id="user:ben", role=Role.OWNER))
    assert scene.do(react(early), BEN).events


def finish(scene, body="the *answer* for @ben", agent=ECHO, **more):
    facts = {"message_id": "m77", "thread_id": None, "run_id": "r1", "now": scene.now, **more}
    return finish_stream(scene.state, agent, body=body, **facts)


def test_a_streamed_answer_ends_as_one_message_with_its_hash(scene):
    decision = finish(scene, body="é @ben", thread_id="m1")
    (event,) = decision.events
    assert not decision.exclusive
    assert (event.actor, event.message_id, event.thread_id, event.run_id) == (
        "agent:echo",
        "m77",
        "m1",
        "r1",
    )
    assert event.length == 6
    assert event.sha256 == hashlib.sha256("é @ben".encode()).hexdigest()
    assert event.mentions == ["user:ben"]


def test_an_answer_ends_nowhere_when_its_agent_may_not_speak(scene):
    with refused(ErrorCode.INVALID, "nothing to say"):
        finish(scene, body=" \n")
    with refused(ErrorCode.INVALID, "NUL"):
        finish(scene, body="\0")
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=True))
    with refused(ErrorCode.MUTED):
        finish(scene)
    scene.do(RemoveParticipant(ref="r", participant_id="agent:echo"))
    with refused(ErrorCode.NOT_FOUND):
        finish(scene)
    scene.do(ArchiveSession(ref="r"))
    with refused(ErrorCode.NOT_FOUND):
        finish(scene)
