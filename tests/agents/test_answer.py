import pytest

from jupyter_collab_agents.agents.answer import CUT, Answer

from .fake_port import FakePort
from .scene import session


class Opened:
    def __init__(self):
        self.port = FakePort(session("ann"))

    def __call__(self):
        return self.port.open_stream("s1", "agent:a", "r1", None)


@pytest.fixture
def opened():
    return Opened()


async def test_without_text_there_is_no_message(opened):
    answer = Answer(opened)
    answer.write("")
    assert await answer.post() is None
    assert opened.port.events == []


async def test_pieces_become_one_message(opened):
    answer = Answer(opened)
    answer.write("one ")
    answer.write("two")
    assert await answer.post() == "a1"
    assert opened.port.posted == ["one two"]
    assert answer.text == "one two"


async def test_a_closing_note_is_a_paragraph_of_its_own(opened):
    answer = Answer(opened)
    answer.write("half a sent")
    answer.close_with("(stopped)")
    await answer.post()
    assert opened.port.posted == ["half a sent\n\n(stopped)"]


async def test_a_closing_note_is_not_part_of_the_code(opened):
    answer = Answer(opened)
    answer.write("look:\n```python\nx = 1")
    answer.close_with("(stopped)")
    await answer.post()
    assert opened.port.posted == ["look:\n```python\nx = 1\n```\n(stopped)"]


async def test_too_much_text_is_cut_between_characters(opened):
    answer = Answer(opened, max_bytes=5)
    answer.write("aä")
    assert not answer.full
    answer.write("€€")
    answer.write("more")
    assert answer.full
    answer.close_with(CUT)
    await answer.post()
    assert opened.port.posted == [f"aä\n\n{CUT}"]


async def test_text_that_cannot_be_stored_is_replaced(opened):
    answer = Answer(opened)
    answer.write("a\ud800b\0c")
    await answer.post()
    assert opened.port.posted == ["a\ufffdb\ufffdc"]


async def test_what_cannot_be_posted_is_taken_back(opened):
    answer = Answer(opened)
    answer.write("text")
    opened.port.posting_refused = RuntimeError("no")
    with pytest.raises(RuntimeError):
        await answer.post()
    assert opened.port.of("aborted") == [("aborted", "r1")]
    assert await answer.post() is None
