import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jupyter_collab_agents.agents.run_queue import QueueFull, RunQueue, Waiting


def put(queue, run_id, agent="a", session="s1"):
    queue.reserve(agent)
    queue.put(Waiting(run_id, agent, session))


def taken(queue):
    found = []
    while (run := queue.take()) is not None:
        found.append(run.run_id)
    return found


def test_runs_start_in_the_order_they_came():
    queue = RunQueue(2, 20)
    for number in range(3):
        put(queue, f"r{number}", session=f"s{number}")
    assert taken(queue) == ["r0", "r1"]
    queue.end("r0")
    assert taken(queue) == ["r2"]


def test_one_run_per_agent_and_session():
    queue = RunQueue(4, 20)
    put(queue, "r1")
    put(queue, "r2")
    put(queue, "r3", session="s2")
    put(queue, "r4", agent="b")
    assert taken(queue) == ["r1", "r4", "r3"]
    queue.end("r1")
    assert taken(queue) == ["r2"]


def test_a_busy_agent_does_not_keep_others_waiting():
    queue = RunQueue(2, 20)
    for number in range(10):
        put(queue, f"a{number}", agent="a", session=f"s{number}")
    put(queue, "b0", agent="b")
    assert taken(queue) == ["a0", "b0"]


def test_a_full_queue_refuses():
    queue = RunQueue(1, 2)
    put(queue, "r1")
    assert taken(queue) == ["r1"]
    put(queue, "r2")
    queue.reserve("a")
    with pytest.raises(QueueFull):
        queue.reserve("a")
    queue.reserve("b")
    queue.give_back("a")
    put(queue, "r3")


def test_a_waiting_run_can_be_withdrawn_a_running_one_cannot():
    queue = RunQueue(1, 2)
    put(queue, "r1")
    put(queue, "r2")
    assert taken(queue) == ["r1"]
    assert queue.withdraw("r2")
    assert not queue.withdraw("r1")
    assert not queue.withdraw("r2")
    queue.end("r1")
    assert taken(queue) == []


class Queue(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.queue = RunQueue(3, 4)
        self.waiting, self.running, self.count = [], [], 0

    @rule(agent=st.sampled_from("ab"), session=st.sampled_from(["s1", "s2"]))
    def ask(self, agent, session):
        run = Waiting(f"r{self.count}", agent, session)
        self.count += 1
        try:
            self.queue.reserve(agent)
        except QueueFull:
            assert sum(1 for r in self.waiting if r.agent_id == agent) == 4
        else:
            self.queue.put(run)
            self.waiting.append(run)

    @rule()
    def take(self):
        run = self.queue.take()
        if run is None:
            busy = {(r.agent_id, r.session_id) for r in self.running}
            free = [r for r in self.waiting if (r.agent_id, r.session_id) not in busy]
            assert len(self.running) == 3 or not free
        else:
            earlier = self.waiting[: self.waiting.index(run)]
            assert not any(
                (r.agent_id, r.session_id) == (run.agent_id, run.session_id) for r in earlier
            )
            self.waiting.remove(run)
            self.running.append(run)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def end(self, data):
        run = data.draw(st.sampled_from(self.running))
        self.queue.end(run.run_id)
        self.running.remove(run)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def withdraw(self, data):
        run = data.draw(st.sampled_from(self.waiting))
        assert self.queue.withdraw(run.run_id)
        self.waiting.remove(run)

    @invariant()
    def limits_hold(self):
        assert len(self.running) <= 3
        places = [(r.agent_id, r.session_id) for r in self.running]
        assert len(places) == len(set(places))


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=40, stateful_step_count=25)
