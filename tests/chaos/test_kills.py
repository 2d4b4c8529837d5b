"""The server dies in the middle of a burst, twenty times."""

import random

from .conftest import Scene

ROUNDS = 20


async def test_twenty_kills_lose_nothing_and_tell_nothing_twice(scene: Scene) -> None:
    """I1 to I5. LO1, LO2, LO3, LO4, JO2."""
    chance = random.Random(20)
    senders = [
        scene.browser("ann", "ann-1", twice=random.Random(1)),
        scene.browser("ben", "ben-1"),
        scene.browser("ben", "ben-2", twice=random.Random(2)),
    ]
    scene.browser("ann", "ann-reads")
    for _ in range(ROUNDS):
        hasty = chance.choice(senders)
        enough = hasty.acks + chance.randrange(5, 60)
        for sender in senders:
            await sender.type(120, frame=chance.randrange(1, 8))
        await hasty.until_acknowledged(enough)
        scene.network.up.clear()
        scene.server.kill()
        for sender in senders:
            await sender.type(3)  # typed while nothing is there
        scene.server.start()
        scene.network.up.set()
    stored = await scene.judge()
    assert len(stored) > ROUNDS * 3 * 120


async def test_an_orderly_stop_in_a_burst_loses_nothing_and_says_when_to_come_back(
    scene: Scene,
) -> None:
    """I1 to I5. LO1, FR7."""
    senders = [scene.browser("ann", "ann-1"), scene.browser("ben", "ben-1")]
    for sender in senders:
        await sender.type(400)
    await senders[0].until_acknowledged(20)
    scene.network.up.clear()
    scene.server.terminate()
    scene.server.start()
    scene.network.up.set()
    await scene.judge()
    for sender in senders:
        assert set(sender.closings) <= {4000, 1001, 1006, None}, sender.closings
