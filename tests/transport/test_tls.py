"""A server that speaks TLS itself. What carries frames there is another thing than without."""

import struct

from running_server.http import Person
from running_server.process import ServerFactory
from running_server.tabs import join


async def test_people_talk_over_tls_and_come_back_after_a_kill(
    running_server: ServerFactory,
) -> None:
    """LO1, LO2, JO2."""
    server = running_server(tls=True)
    ann, ben = Person(server, "ann"), Person(server, "ben")
    assert server.url.startswith("https://")
    assert (await ann.get("health")).status == 200
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    writing, reading = await join(ann, session_id), await join(ben, session_id)
    for number in range(20):
        # the longest fills more than one record of TLS, and more than one read
        answer = await writing.ask("chat.post", body=f"message {number} " + "x" * 3000 * number)
        assert answer["type"] == "ack"
    await reading.until(lambda tab: len(tab.of("chat.posted")) == 20)
    told = [event["seq"] for event in reading.of("chat.posted")]
    assert told == sorted(told)
    server.kill()
    for tab in (writing, reading):
        assert await tab.until_closed() in (None, 1006)
    server.start()
    again = await join(ben, session_id, after=told[9], epoch=reading.welcome["epoch"])
    assert again.welcome["recovered"] is True
    await again.until(lambda tab: len(tab.of("chat.posted")) == 10)
    assert [event["seq"] for event in again.of("chat.posted")] == told[10:]
    await again.close()


async def test_what_is_refused_without_tls_is_refused_with_it(
    running_server: ServerFactory,
) -> None:
    """FR6, ID2."""
    server = running_server(tls=True)
    ann = Person(server, "ann")
    session_id = await ann.create()
    assert (await Person(server, headers={}).get("health")).status == 403
    assert (await Person(server, "dan").get("sessions")).status == 403
    tab = await join(ann, session_id)
    assert await tab.refusal("no sense") == "invalid"
    # a text frame that announces a mebibyte: refused before it is sent
    await tab._socket.protocol.stream.write(struct.pack("!BBQ", 0x81, 0xFF, 2**20))
    assert await tab.until_closed() == 1009
