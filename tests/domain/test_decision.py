from jupyter_collab_agents.domain.decision import exclusively, nothing
from jupyter_collab_agents.protocol.sessions import SessionReopened


def test_nothing_happens_without_events():
    assert (nothing().events, nothing().erase) == ([], [])


def test_a_decision_keeps_its_own_list():
    events = [SessionReopened(seq=0, at=1, actor="user:ann")]
    decision = exclusively(events, erase=("m1",))
    events.clear()
    assert len(decision.events) == 1
    assert decision.exclusive
    assert decision.erase == ["m1"]
