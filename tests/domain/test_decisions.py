import pytest

from jupyter_collab_agents.domain.decisions import needed_messages
from jupyter_collab_agents.protocol.chat import (
    DeleteMessage,
    EditMessage,
    PostMessage,
    ReactToMessage,
    SetTyping,
)
from jupyter_collab_agents.protocol.sessions import RenameSession

from .scene import Scene


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (PostMessage(ref="r", body="x"), []),
        (PostMessage(ref="r", body="x", reply_to="m1"), ["m1"]),
        (EditMessage(ref="r", message_id="m1", body="x"), ["m1"]),
        (DeleteMessage(ref="r", message_id="m1"), ["m1"]),
        (ReactToMessage(ref="r", message_id="m1", emoji="👍", on=True), ["m1"]),
        (RenameSession(ref="r", name="x"), []),
    ],
)
def test_a_command_names_the_messages_it_is_about(command, needed):
    assert needed_messages(command) == needed


def test_ephemeral_commands_decide_nothing():
    with pytest.raises(TypeError, match="SetTyping"):
        Scene().ask(SetTyping(ref="r", typing=True))


def test_only_posting_goes_without_looking():
    scene = Scene()
    assert not scene.ask(PostMessage(ref="r", body="x")).exclusive
    assert scene.ask(RenameSession(ref="r", name="x")).exclusive
    assert scene.ask(RenameSession(ref="r", name=scene.state.name)).exclusive
