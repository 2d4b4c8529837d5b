import asyncio
import logging

import pytest

from jupyter_collab_agents.agents.agent import Done, Failed, Note, Step, Text
from jupyter_collab_agents.agents.answer import CUT, MAX_ANSWER
from jupyter_collab_agents.agents.builtin.echo import EchoAgent, ScriptedAgent
from jupyter_collab_agents.agents.registry import Registry
from jupyter_collab_agents.agents.runner import AgentRunner
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.chat import Anchor
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.testing import FakeClock

from .fake_port import FakePort
from .scene import info, message, replaced, session

ROBOT, OTHER = "agent:robot", "agent:other"


def script(*steps, name="robot"):
    return ScriptedAgent(info(name), steps)


class Desk:
    """A runner, its fake port, and a clock that stands still."""

    def __init__(self, *agents, people=("ann", "ben"), private=False, **options):
        self.agents = agents
        names = [agent.info.agent_id for agent in agents]
        self.port = FakePort(session(*people, *names, private=private))
        self.clock = FakeClock()
        self.runner = AgentRunner(Registry(agents), self.port, clock=self.clock, **options)
        self._number = 0

    async def say(self, body="@robot go", *, mentions=(ROBOT,), reply_to=None, **more):
        self._number += 1
        said = message(body, mentions=mentions, message_id=f"m{self._number}", **more)
        return await self.runner.message_posted("s1", self.port.state, said, reply_to)

    async def ask(self, text="go", agent=ROBOT, **more):
        return await self.runner.start("s1", agent, text, "user:ann", **more)

    async def done(self):
        async with asyncio.timeout(5):
            await self.runner.idle()


async def test_a_mention_is_answered_by_a_stream_that_becomes_a_message():
    desk = Desk(script(Note("reads"), Step("read x"), Text("Hello "), Text("Ann."), Done()))
    assert await desk.say() == ["r1"]
    await desk.done()
    assert desk.port.events == [
        ("queued", "r1", ROBOT, "user:ann", "m1"),
        ("started", "r1"),
        ("progress", "r1", "reads"),
        ("progress", "r1", "read x"),
        ("delta", "a1", "Hello "),
        ("delta", "a1", "Ann."),
        ("posted", "r1", "Hello Ann."),
        ("finished", "r1", "done", None, 1),
    ]


async def test_the_task_says_who_asked_what_and_where():
    robot = script(Text("yes"))
    desk = Desk(robot)
    await desk.say("@robot, explain cell 4", thread_id="m0")
    await desk.done()
    [asked] = robot.tasks
    assert asked.text == "explain cell 4"
    assert asked.asked_by.participant_id == "user:ann"
    assert asked.thread_id == "m0"
    assert asked.trigger.message_id == "m1"
    assert asked.hops == 0
    assert desk.port.streams[0].thread_id == "m0"


async def test_an_anchored_message_is_answered_in_its_thread():
    desk = Desk(script(Text("yes")))
    await desk.say(anchor=Anchor(path="a.ipynb", cell_id="c1"))
    await desk.done()
    assert desk.port.streams[0].thread_id == "m1"


async def test_an_agent_that_just_ends_is_done():
    desk = Desk(script(Text("yes")))
    await desk.say()
    await desk.done()
    assert desk.port.finished == [("r1", "done", None, 0)]


async def test_an_agent_that_says_nothing_posts_nothing():
    desk = Desk(script(Done()))
    await desk.say()
    await desk.done()
    assert desk.port.streams == []
    assert desk.port.finished == [("r1", "done", None, 0)]


async def test_nothing_is_taken_after_the_end():
    desk = Desk(script(Text("yes"), Done(), Text("more")))
    await desk.say()
    await desk.done()
    assert desk.port.posted == ["yes"]


async def test_a_failure_is_told_in_the_run_and_in_a_message():
    desk = Desk(script(Failed("The model is asleep. Wake it.")))
    await desk.say()
    await desk.done()
    assert desk.port.posted == ["I could not answer: The model is asleep. Wake it."]
    assert desk.port.finished == [("r1", "failed", "The model is asleep. Wake it.", 0)]


async def test_a_failure_after_some_text_keeps_the_text():
    desk = Desk(script(Text("So far"), Failed("No more.")))
    await desk.say()
    await desk.done()
    assert desk.port.posted == ["So far\n\n(failed: No more.)"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("bad \ud800", "bad \ufffd"),
        ("bad \0", "bad \ufffd"),
        ("\u202egood", "good"),
        ("\u202e", "robot could not answer."),
        ("", "robot could not answer."),
        (None, "robot could not answer."),
        (404, "404"),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
async def test_every_failure_has_words_that_can_be_stored(said, shown):
    for script_of in (Failed(said), Refusal(ErrorCode.INVALID, str(said or ""))):
        desk = Desk(script(script_of))
        await desk.say()
        await desk.done()
        assert desk.port.finished == [("r1", "failed", shown, 0)]
        assert desk.port.posted == [f"I could not answer: {shown}"]


async def test_a_note_that_cannot_travel_is_cleaned():
    desk = Desk(script(Note("reads \ud800\0"), Step("\u202edone"), Text("yes")))
    await desk.say()
    await desk.done()
    assert [event[2] for event in desk.port.of("progress")] == ["reads \ufffd\ufffd", "done"]


async def test_an_answer_without_a_place_is_a_failure_with_an_end():
    desk = Desk(script(Failed("no")))

    def gone(*_):
        raise Refusal(ErrorCode.NOT_FOUND, "This session is closed.")

    desk.port.open_stream = gone
    context = {"session_id": "s1", "user_id": "ann"}
    result = await desk.runner.execute_task(ROBOT, "say", context)
    assert (result.success, result.error) == (False, "no")
    await desk.done()
    assert desk.port.finished == [("r1", "failed", "no", 0)]


async def test_an_exception_is_logged_and_not_shown(caplog):
    desk = Desk(script(Text("So far"), ValueError("token=secret")))
    await desk.say()
    await desk.done()
    [(_, status, error, _)] = desk.port.finished
    assert status == "failed"
    assert "ValueError" in error
    assert "secret" not in error + desk.port.posted[0]
    assert "Traceback" in caplog.text


async def test_a_refusal_is_told_in_its_own_words():
    desk = Desk(script(Refusal(ErrorCode.NOT_FOUND, "There is no such notebook.")))
    await desk.say()
    await desk.done()
    assert desk.port.finished == [("r1", "failed", "There is no such notebook.", 0)]


async def test_something_that_is_no_event_is_a_failure(caplog):
    class Wrong:
        info = info("robot")

        async def run(self, task, ctx):
            yield "text"

    desk = Desk(Wrong())
    await desk.say()
    await desk.done()
    assert desk.port.finished[0][1] == "failed"
    assert "TypeError" in caplog.text


async def test_a_stopped_answer_keeps_what_was_said():
    gate = asyncio.Event()
    desk = Desk(script(Step("one"), Text("So far"), gate, Text("never")))
    await desk.say()
    await desk.port.until("delta", "a1", "So far")
    assert await desk.runner.cancel("r1", "user:ben")
    await desk.done()
    assert desk.port.posted == ["So far\n\n(stopped)"]
    assert desk.port.finished == [("r1", "cancelled", None, 1)]
    assert not await desk.runner.cancel("r1", "user:ben")


async def test_stopped_before_it_said_anything_nothing_is_posted():
    desk = Desk(script(Note("thinks"), asyncio.Event()))
    await desk.say()
    await desk.port.until("progress", "r1", "thinks")
    await desk.runner.cancel("r1", "user:ann")
    await desk.done()
    assert desk.port.of("posted", "aborted") == []
    assert desk.port.finished == [("r1", "cancelled", None, 0)]


async def test_a_run_that_is_stopped_while_it_starts_never_asks_the_agent():
    robot = script(Text("never"))
    desk = Desk(robot)
    await desk.say()
    await desk.runner.cancel("r1", "user:ann")
    await desk.done()
    assert robot.tasks == []
    assert desk.port.finished == [("r1", "cancelled", None, 0)]


async def test_a_waiting_run_can_be_stopped():
    gate = asyncio.Event()
    robot = script(gate, Text("yes"))
    desk = Desk(robot)
    await desk.say()
    await desk.say()
    await desk.runner.cancel("r2", "user:ann")
    assert desk.port.finished == [("r2", "cancelled", None, 0)]
    gate.set()
    await desk.done()
    assert len(robot.tasks) == 1


async def test_what_the_log_has_is_not_recorded_again():
    desk = Desk(script(Text("So far"), asyncio.Event()))
    await desk.say()
    await desk.say()
    await desk.port.until("delta", "a1", "So far")
    await desk.runner.cancel("r1", "user:ann", recorded=True)
    await desk.runner.cancel("r2", "user:ann", recorded=True)
    await desk.done()
    assert desk.port.finished == []
    assert desk.port.posted == ["So far\n\n(stopped)"]


async def test_a_run_that_ended_while_it_waited_does_not_start():
    gate = asyncio.Event()
    robot = script(gate, Text("yes"))
    desk = Desk(robot)
    await desk.say()
    await desk.say()
    desk.port.status["r2"] = "cancelled"
    gate.set()
    await desk.done()
    assert len(robot.tasks) == 1
    assert desk.port.finished == [("r1", "done", None, 0)]


async def test_an_agent_that_does_not_let_itself_be_stopped_is_left_behind(caplog):
    stuck, inside = asyncio.Event(), asyncio.Event()

    class Stubborn:
        info = info("robot")

        async def run(self, task, ctx):
            yield Text("So far")
            while not stuck.is_set():
                try:
                    inside.set()
                    await stuck.wait()
                except asyncio.CancelledError:
                    continue
            yield Text("too late")

    desk = Desk(Stubborn(), cancel_grace=2.0)
    await desk.say()
    await inside.wait()
    await desk.runner.cancel("r1", "user:ann")
    desk.clock.advance(1.9)
    assert desk.port.finished == []
    desk.clock.advance(0.1)
    await desk.done()
    assert desk.port.finished == [("r1", "cancelled", None, 0)]
    assert "does not stop" in caplog.text
    stuck.set()
    await asyncio.sleep(0)
    assert desk.port.posted == ["So far\n\n(stopped)"]


async def test_a_run_has_its_time():
    desk = Desk(script(Text("So far"), asyncio.Event()), run_timeout=600)
    await desk.say()
    await desk.port.until("delta", "a1", "So far")
    desk.clock.advance(599.9)
    assert desk.runner.busy("s1")
    desk.clock.advance(0.1)
    await desk.done()
    [(_, status, error, _)] = desk.port.finished
    assert status == "failed"
    assert error.startswith("No complete answer within 600 s.")
    assert desk.port.posted == [f"So far\n\n(failed: {error})"]


async def test_an_endless_answer_is_cut():
    desk = Desk(script(*[Text("x" * 1000)] * 100))
    await desk.say()
    await desk.done()
    [body] = desk.port.posted
    assert body.endswith(CUT)
    assert len(body) < MAX_ANSWER + 200
    assert desk.port.finished == [("r1", "done", None, 0)]


async def test_an_answer_that_may_not_be_posted_is_a_failure():
    desk = Desk(script(Text("yes")))
    desk.port.posting_refused = Refusal(ErrorCode.MUTED, "You are muted here.")
    await desk.say()
    await desk.done()
    assert desk.port.finished == [("r1", "failed", "You are muted here.", 0)]
    assert desk.port.of("aborted") == [("aborted", "r1")]


async def test_an_agent_that_never_waits_leaves_room_for_others():
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    desk = Desk(script(*[Text("x")] * 200))
    work = asyncio.create_task(others())
    await desk.say()
    await desk.done()
    work.cancel()
    assert turns >= 200


async def test_one_run_at_a_time_in_a_session_in_order():
    gates = [asyncio.Event() for _ in range(3)]
    order = []

    class Slow:
        info = info("robot")

        async def run(self, task, ctx):
            order.append(task.text)
            await gates[int(task.text)].wait()
            yield Text(task.text)

    desk = Desk(Slow())
    for number in range(3):
        await desk.say(f"@robot {number}")
    await desk.port.until("started", "r1")
    for gate in reversed(gates):
        gate.set()
    await desk.done()
    assert order == ["0", "1", "2"]
    assert desk.port.posted == ["0", "1", "2"]


async def test_no_more_runs_at_once_than_allowed():
    gate = asyncio.Event()
    agents = [script(gate, Text("yes"), name=f"a{number}") for number in range(6)]
    desk = Desk(*agents, max_concurrent=4)
    for agent in agents:
        await desk.ask(agent=agent.info.agent_id)
    await desk.port.until("started", "r4")
    assert [e[1] for e in desk.port.of("started")] == ["r1", "r2", "r3", "r4"]
    gate.set()
    await desk.done()
    assert len(desk.port.posted) == 6


async def test_a_full_queue_is_told_as_a_failed_run():
    gate = asyncio.Event()
    desk = Desk(script(gate, Text("yes")), max_queue_per_agent=2)
    for _ in range(4):
        await desk.say()
    [(run_id, status, error, _)] = desk.port.finished
    assert (run_id, status) == ("r4", "failed")
    assert error == "2 questions wait for robot. Ask again later."
    gate.set()
    await desk.done()
    assert len(desk.port.posted) == 3


async def test_too_many_questions_a_minute_are_told_once_each():
    desk = Desk(script(Text("yes")))
    for _ in range(11):
        await desk.say()
    await desk.done()
    assert len(desk.port.posted) == 10
    [(run_id, status, error, _)] = [end for end in desk.port.finished if end[1] != "done"]
    assert (run_id, status) == ("r11", "failed")
    assert error == "Ann asked robot too often. Wait a minute, then ask again."
    desk.clock.advance(60)
    assert await desk.say() == ["r12"]
    await desk.done()


async def test_agents_ask_agents_by_mention_until_the_chain_is_three_long():
    first, second = script(Text("@other go")), script(Text("@robot go"), name="other")
    desk = Desk(first, second)
    await desk.say()
    author, target = ROBOT, OTHER
    for hops in range(1, 6):
        await desk.done()
        run_ids = await desk.say(author=author, mentions=[target], run_id=f"r{hops}")
        assert len(run_ids) == (1 if hops <= 3 else 0)
        author, target = target, author
    assert [t.hops for t in first.tasks + second.tasks] == [0, 2, 1, 3]


async def test_agents_that_ask_each_other_work_on_behalf_of_the_person_who_began():
    first, second = script(Text("@other go")), script(Text("@robot go"), name="other")
    desk = Desk(first, second)
    await desk.say()
    await desk.done()
    for run_id, author, target in (("r1", ROBOT, OTHER), ("r2", OTHER, ROBOT)):
        await desk.say(author=author, mentions=[target], run_id=run_id)
        await desk.done()
    asked = first.tasks + second.tasks
    assert {task.on_behalf_of.participant_id for task in asked} == {"user:ann"}
    assert [task.asked_by.participant_id for task in asked] == ["user:ann", OTHER, ROBOT]


async def test_a_chain_ends_when_the_person_who_began_may_start_no_agents():
    desk = Desk(script(Text("@other go")), script(Text("yes"), name="other"))
    await desk.say()
    await desk.done()
    desk.port.may_not_start.add("user:ann")
    assert await desk.say(author=ROBOT, mentions=[OTHER], run_id="r1") == []
    assert len(desk.port.finished) == 1


@pytest.mark.parametrize("asked", [{}, {"mentions": (), "reply_to": ROBOT}])
async def test_who_may_not_start_agents_is_told_so(asked):
    robot = script(Text("yes"))
    desk = Desk(robot)
    desk.port.may_not_start.add("user:ann")
    assert await desk.say(**asked) == []
    words = "Ann may not start agents on this server; ask an admin."
    assert desk.port.finished == [("r1", "failed", words, 0)]
    assert desk.port.events[0] == ("queued", "r1", ROBOT, "user:ann", "m1")
    assert robot.tasks == []


async def test_plain_words_of_someone_who_may_not_start_agents_stay_plain_words():
    desk = Desk(script(Text("yes")), people=("ann",), auto_responder=ROBOT)
    desk.port.may_not_start.add("user:ann")
    assert await desk.say("lunch?", mentions=()) == []
    assert desk.port.events == []


async def test_a_message_of_an_agent_without_a_known_run_asks_nobody():
    desk = Desk(script(Text("yes")), script(Text("yes"), name="other"))
    assert await desk.say(author=OTHER) == []
    assert await desk.say(author=OTHER, run_id="r99") == []


async def test_a_reply_in_a_thread_of_an_agent_goes_to_that_agent():
    desk = Desk(script(Text("yes")))
    desk.port.authors["m0"] = ROBOT
    assert await desk.say("go on", mentions=(), thread_id="m0") == ["r1"]
    desk.port.authors["m0"] = "user:ben"
    assert await desk.say("go on", mentions=(), thread_id="m0") == []
    assert await desk.say("go on", mentions=(), thread_id="m0", reply_to=ROBOT) == ["r2"]
    await desk.done()


class Picky(ScriptedAgent):
    def volunteers(self, text):
        return "help" in text


async def test_among_several_people_the_auto_responder_answers_what_it_knows():
    desk = Desk(Picky(info("robot"), [Text("yes")]), auto_responder=ROBOT)
    assert await desk.say("lunch?", mentions=()) == []
    assert await desk.say("help me", mentions=()) == ["r1"]
    assert await desk.say("lunch?", mentions=[ROBOT]) == ["r2"]
    await desk.done()


async def test_alone_with_a_person_the_auto_responder_always_answers():
    desk = Desk(Picky(info("robot"), [Text("yes")]), people=("ann",), auto_responder=ROBOT)
    assert await desk.say("lunch?", mentions=()) == ["r1"]
    await desk.done()


async def test_an_auto_responder_that_does_not_choose_answers_everything():
    desk = Desk(script(Text("yes")), auto_responder=ROBOT)
    assert await desk.say("lunch?", mentions=()) == ["r1"]
    await desk.done()


async def test_a_run_can_be_started_without_a_message():
    robot = script(Text("yes"))
    desk = Desk(robot)
    assert await desk.ask("do it", context={"path": "a.ipynb"}) == "r1"
    await desk.done()
    assert robot.tasks[0].context == {"path": "a.ipynb"}
    assert robot.tasks[0].trigger is None
    assert desk.port.events[0] == ("queued", "r1", ROBOT, "user:ann", None)


async def test_a_run_that_is_queued_already_is_not_queued_again():
    desk = Desk(script(Text("yes")))
    run_id = await desk.port.queue_run("s1", ROBOT, "user:ann", None)
    assert await desk.ask(run_id=run_id) == run_id
    await desk.done()
    assert len(desk.port.of("queued")) == 1
    assert desk.port.finished == [("r1", "done", None, 0)]


async def test_a_queued_run_that_is_refused_ends():
    desk = Desk(script(Text("yes")))
    run_id = await desk.port.queue_run("s1", "agent:gone", "user:ann", None)
    with pytest.raises(Refusal):
        await desk.ask(agent="agent:gone", run_id=run_id)
    assert desk.port.finished[0][:2] == ("r1", "failed")


@pytest.mark.parametrize(
    ("change", "asker", "code"),
    [
        ({}, "user:eve", ErrorCode.NOT_FOUND),
        ({"muted": True}, "user:ann", ErrorCode.MUTED),
    ],
)
async def test_who_may_not_ask_is_refused(change, asker, code):
    desk = Desk(script(Text("yes")))
    desk.port.state = replaced(desk.port.state, **change)
    with pytest.raises(Refusal) as refused:
        await desk.runner.start("s1", ROBOT, "go", asker)
    assert refused.value.code is code
    assert desk.port.events == []


async def test_execute_task_gives_the_whole_answer():
    robot = script(Text("The answer "), Text("is 42."), Done())
    desk = Desk(robot)
    context = {"session_id": "s1", "user_id": "ann", "shared_context": {"goal": "tax"}}
    result = await desk.runner.execute_task("robot", "say", context)
    assert result.success
    assert result.final_result.result == "The answer is 42."
    assert (result.reason, result.error) == ("done", None)
    assert robot.tasks[0].context["shared_context"] == {"goal": "tax"}
    await desk.done()
    assert desk.port.posted == ["The answer is 42."]


@pytest.mark.parametrize(
    ("agent_id", "context", "reason"),
    [
        (ROBOT, {"session_id": "s2", "user_id": "ann"}, "not_found"),
        (ROBOT, {"session_id": "s1", "user_id": "eve"}, "not_found"),
        ("agent:gone", {"session_id": "s1", "user_id": "ann"}, "not_found"),
        (ROBOT, {}, "not_found"),
    ],
)
async def test_execute_task_says_why_it_did_not(agent_id, context, reason):
    desk = Desk(script(Text("yes")))
    result = await desk.runner.execute_task(agent_id, "say", context)
    assert not result.success
    assert result.final_result is None
    assert result.reason == reason
    assert result.error


async def test_execute_task_tells_failure_and_what_there_was():
    desk = Desk(script(Text("half"), Failed("broken")))
    context = {"session_id": "s1", "user_id": "user:ann"}
    result = await desk.runner.execute_task(ROBOT, "say", context)
    assert (result.success, result.reason, result.error) == (False, "failed", "broken")
    assert result.final_result.result == "half\n\n(failed: broken)"
    await desk.done()


async def test_execute_task_takes_the_time_it_takes():
    gate = asyncio.Event()
    desk = Desk(script(Text("a"), gate))
    context = {"session_id": "s1", "user_id": "ann"}
    work = asyncio.create_task(desk.runner.execute_task(ROBOT, "say", context))
    await desk.port.until("delta", "a1", "a")
    desk.clock.advance(2.5)
    gate.set()
    assert (await work).seconds == pytest.approx(2.5)
    await desk.done()


async def test_a_task_nobody_waits_for_is_stopped():
    desk = Desk(script(Text("a"), asyncio.Event()))
    context = {"session_id": "s1", "user_id": "ann"}
    work = asyncio.create_task(desk.runner.execute_task(ROBOT, "say", context))
    await desk.port.until("delta", "a1", "a")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await desk.done()
    assert desk.port.finished == [("r1", "cancelled", None, 0)]


async def test_stopping_ends_everything_and_takes_nothing_more():
    desk = Desk(script(Text("So far"), asyncio.Event()))
    await desk.say()
    await desk.say()
    await desk.port.until("delta", "a1", "So far")
    await desk.runner.stop()
    words = "The server is shutting down."
    assert sorted(desk.port.finished) == [
        ("r1", "cancelled", words, 0),
        ("r2", "cancelled", words, 0),
    ]
    assert await desk.say() == []
    assert not desk.runner.busy("s1")


async def test_a_question_that_arrives_while_it_stops_is_recorded_as_stopped():
    desk = Desk(script(Text("yes")))
    asking = asyncio.create_task(desk.say())
    await asyncio.sleep(0)
    await desk.runner.stop()
    await asking
    assert desk.port.finished == [("r1", "cancelled", "The server is shutting down.", 0)]


async def test_all_runs_of_a_session_or_of_one_agent_can_be_stopped():
    waits = asyncio.Event()
    desk = Desk(script(waits), script(waits, name="other"))
    await desk.say()
    await desk.say(mentions=[OTHER])
    await desk.port.until("started", "r2")
    await desk.runner.cancel_all("s1", "user:ann", agent_id=OTHER)
    await desk.port.until("finished", "r2", "cancelled", None, 0)
    assert desk.runner.busy("s1")
    await desk.runner.cancel_all("s1", "user:ann")
    await desk.done()
    assert len(desk.port.finished) == 2
    assert not desk.runner.busy("s1")


async def test_a_store_that_fails_does_not_stop_the_others(caplog):
    desk = Desk(script(Text("yes")), script(Text("yes"), name="other"))
    starts = desk.port.start_run

    async def fails_once(session_id, run_id):
        if run_id == "r1":
            raise OSError("disk full")
        await starts(session_id, run_id)

    desk.port.start_run = fails_once
    await desk.say()
    await desk.say(mentions=[OTHER])
    await desk.done()
    assert desk.port.posted == ["yes"]
    assert "could not be started" in caplog.text
    words = "The run could not be started. Ask again."
    assert sorted(desk.port.finished) == [("r1", "failed", words, 0), ("r2", "done", None, 0)]


async def test_the_log_has_no_message_bodies(caplog):
    caplog.set_level(logging.DEBUG)
    desk = Desk(EchoAgent())
    await desk.say("@echo say the password is 1234", mentions=["agent:echo"])
    await desk.done()
    assert desk.port.posted == ["the password is 1234"]
    assert "password" not in caplog.text
