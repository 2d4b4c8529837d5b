"""Anybody does anything in any order: what always holds.

A Hypothesis state machine drives decide() and apply() with random commands from random
callers, keeps its own simple model of the messages, and checks the rules after every step.
"""

from collections import Counter

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from jupyter_collab_agents.domain import chat, invites, membership, runs, sessions
from jupyter_collab_agents.domain.changes.runs import MAX_FINISHED_RUNS, OPEN_RUNS
from jupyter_collab_agents.domain.decisions import Setting
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.membership import Entrance
from jupyter_collab_agents.domain.messages import project
from jupyter_collab_agents.domain.permissions import (
    ALL_RIGHTS,
    RANK,
    Action,
    Rights,
    may_own,
    permitted,
)
from jupyter_collab_agents.domain.runs import MAX_OPEN_RUNS
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol import chat as words
from jupyter_collab_agents.protocol.context import DeleteContext, SetContext
from jupyter_collab_agents.protocol.frames import AnyDurableCommand, decode_durable, encode
from jupyter_collab_agents.protocol.invites import (
    CreateInvite,
    InviteAccepted,
    InviteCreated,
    InviteRevoked,
    RevokeInvite,
)
from jupyter_collab_agents.protocol.participants import (
    AddParticipant,
    Kind,
    LeaveSession,
    Membership,
    MuteParticipant,
    ParticipantJoined,
    ParticipantUnbanned,
    RemoveParticipant,
    Role,
    SetRole,
    UnbanParticipant,
)
from jupyter_collab_agents.protocol.runs import CancelRun, RunFinished, RunStatus, StartRun
from jupyter_collab_agents.protocol.sessions import (
    ArchiveSession,
    DeleteSession,
    HistoryAccess,
    MuteSession,
    RenameSession,
    ReopenSession,
    SessionReopened,
    SessionState,
    SessionStatus,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)

from .scene import ANN, BEN, CLEO, DAN, ECHO, GUEST, NOTEBOOK, READ_ONLY, Scene, outcome

ACTIONS = {
    words.PostMessage: Action.POST,
    words.EditMessage: Action.EDIT_OWN,
    words.DeleteMessage: Action.DELETE_OWN,
    words.ReactToMessage: Action.REACT,
    SetContext: Action.SET_CONTEXT,
    DeleteContext: Action.SET_CONTEXT,
    CreateInvite: Action.INVITE,
    RevokeInvite: Action.INVITE,
    AddParticipant: Action.ADD_AGENT,
    SetRole: Action.SET_ROLE,
    RemoveParticipant: Action.REMOVE,
    UnbanParticipant: Action.REMOVE,
    MuteParticipant: Action.MUTE,
    RenameSession: Action.RENAME,
    ArchiveSession: Action.ARCHIVE,
    ReopenSession: Action.REOPEN,
    DeleteSession: Action.DELETE_SESSION,
    MuteSession: Action.MUTE,
    SetHistoryAccess: Action.SET_HISTORY,
    SetFiles: Action.SET_FILES,
    SetActiveFile: Action.SET_ACTIVE_FILE,
    StartRun: Action.START_RUN,
    CancelRun: Action.CANCEL_OWN_RUN,
}
EVERYBODY = [ANN, BEN, CLEO, DAN, GUEST, ECHO, NOTEBOOK]
WHO = st.sampled_from(EVERYBODY)
CALLER = st.integers(0, 59)  # an index into the machine's pool of callers
RIGHTS = st.integers(0, 19).map({18: READ_ONLY, 19: Rights(True, False, True)}.get)
WHOSE_ID = WHO.map(lambda profile: profile.participant_id)
ROLE = st.sampled_from(list(Role))
PATH = st.sampled_from(["a.ipynb", "./a.ipynb", "b/c.py", "../x", ".env", ""])
BODY = st.sampled_from(["hello", "@ann @echo look", "`@ann`", "x" * 30, "ok", "", "x" * 101])
EMOJI = st.sampled_from(["👍", "✓", "👀", "no"])
BY_ID = {profile.participant_id: profile for profile in EVERYBODY}


class AnybodyDoesAnything(RuleBasedStateMachine):
    creators = (ANN,)
    privacy = (False,)

    @initialize(
        data=st.data(),
        default=st.booleans(),
        history=st.sampled_from(HistoryAccess),
        guests=st.lists(st.tuples(WHO, ROLE), max_size=3),
    )
    def begin(self, data, default, history, guests):
        creator = data.draw(st.sampled_from(self.creators))
        self.scene = Scene(
            creator=creator,
            private=data.draw(st.sampled_from(self.privacy)),
            default=default,
            history=history,
            setting=Setting(100, 5, max_context_value=30, max_context_keys=2),
        )
        self.creator = creator
        self.texts: dict[str, dict] = {}
        self.invited: set[str] = set()
        for profile, role in [(BEN, Role.EDITOR), *guests]:
            self.enter(profile, role, Entrance.INVITED)

    def caller(self, by):
        """Mostly somebody who may do much, else too little happens; sometimes anybody."""
        here = people(self.scene.state)
        able = [p.profile for p in here if p.role is Role.OWNER] * 3
        able += [p.profile for p in here if p.role is Role.EDITOR]
        pool = [*able, *able, *(p.profile for p in here), EVERYBODY[by % len(EVERYBODY)]]
        return pool[by % len(pool)]

    # how decisions are checked and recorded

    def take(self, decision):
        """Apply event by event, and check what each may do to the session."""
        posts = [e for e in decision.events if isinstance(e, words.MessagePosted)]
        assert decision.exclusive or (len(posts) == 1 and len(decision.events) == 1)
        for event in decision.events:
            before = self.scene.state
            self.scene.now = event.at  # the events of one decision happen at one time
            self.scene.record(msgspec.structs.replace(decision, events=[event]))
            self.look_at(before, event)
        return decision

    def look_at(self, before, event):
        after = self.scene.state
        if before.status is SessionStatus.ARCHIVED:
            assert isinstance(event, SessionReopened | InviteRevoked | RunFinished)
        if isinstance(event, ParticipantJoined):
            known = before.participants.get(event.profile.participant_id)
            assert known is None or known.membership is not Membership.BANNED
        if isinstance(event, InviteCreated):
            giver = before.participants[event.actor]
            assert RANK[event.role] <= RANK[giver.role]
            assert RANK[giver.role] >= RANK[Role.EDITOR]
            self.invited.add(event.invite_id)
        if isinstance(event, InviteAccepted):
            assert event.invite_id in self.invited
        if owners(before) and not owners(after):
            assert not [p for p in people(after) if may_own(p.profile)]
        for participant_id, participant in before.participants.items():
            if participant.membership is Membership.BANNED and not isinstance(
                event, ParticipantUnbanned
            ):
                assert after.participants[participant_id].membership is Membership.BANNED

    def do(self, command, by, rights=None):
        profile = self.caller(by) if isinstance(by, int) else by
        rights = rights or ALL_RIGHTS
        self.who = profile
        scene, state = self.scene, self.scene.state
        may = permitted(state, profile.participant_id, rights)
        action = ACTIONS.get(type(command))
        if action is Action.ARCHIVE and state.status is SessionStatus.ARCHIVED:
            action = Action.REOPEN
        answer = outcome(scene.ask, command, profile, rights)
        if isinstance(answer, Refusal):
            assert scene.state is state
            assert answer.message
            return None
        if action is not None:
            assert action in may, f"{profile.name} may not {action.value}"
        elif answer.events:
            assert isinstance(command, LeaveSession)
            assert profile.participant_id in scene.members()
        assert all(event.actor == profile.participant_id for event in answer.events)
        if not rights.write:  # a role never widens what the account may do
            assert rights.execute or isinstance(command, LeaveSession)
            assert isinstance(command, LeaveSession | StartRun | CancelRun)
        self.also_needed(command, profile, may, answer)
        return self.take(answer)

    def also_needed(self, command, profile, may, answer):
        who, state = profile.participant_id, self.scene.state
        if isinstance(command, words.DeleteMessage) and answer.events:
            author = self.scene.messages[command.message_id].author
            assert author == who or Action.DELETE_ANY in may
            assert answer.erase == [command.message_id]
        if isinstance(command, words.EditMessage):
            assert self.scene.messages[command.message_id].author == who
        if isinstance(command, CancelRun):
            assert state.runs[command.run_id].asked_by == who or Action.CANCEL_ANY_RUN in may
        if isinstance(command, MuteSession):
            assert state.participants[who].role is Role.OWNER
        if isinstance(command, MuteParticipant):
            target = state.participants[command.participant_id]
            assert target.profile.kind is Kind.AGENT or state.participants[who].role is Role.OWNER
        if isinstance(command, SetRole) and command.role is Role.OWNER:
            assert may_own(state.participants[command.participant_id].profile)

    def some(self, data, ids):
        return data.draw(st.sampled_from([*ids][-4:] or ["none"]))

    # chat

    @rule(data=st.data(), by=CALLER, rights=RIGHTS, body=BODY, reply=st.booleans(), path=PATH)
    def post(self, data, by, rights, body, reply, path):
        reply_to = self.some(data, self.scene.messages) if reply else None
        anchor = data.draw(st.sampled_from([None, words.Anchor(path=path, cell_id=None)]))
        decision = self.do(
            words.PostMessage(ref="r", body=body, reply_to=reply_to, anchor=anchor), by, rights
        )
        if decision is not None:
            root = self.texts[reply_to]["thread"] or reply_to if reply else None
            self.texts[decision.events[0].message_id] = text_of(self.who, body, root)

    @rule(data=st.data(), body=BODY, agent=st.sampled_from([ECHO, NOTEBOOK]))
    def stream(self, data, body, agent):
        root = data.draw(
            st.sampled_from([None, *(k for k, text in self.texts.items() if not text["thread"])])
        )
        message_id = self.scene.mint("m")
        may = Action.POST in permitted(self.scene.state, agent.participant_id, ALL_RIGHTS)
        answer = outcome(
            chat.finish_stream,
            self.scene.state,
            agent,
            message_id=message_id,
            body=body,
            thread_id=root,
            run_id=None,
            now=self.scene.now,
        )
        if not isinstance(answer, Refusal):
            assert may
            self.take(answer)
            self.texts[message_id] = text_of(agent, body, root)

    @rule(data=st.data(), by=CALLER, rights=RIGHTS, body=BODY)
    def edit(self, data, by, rights, body):
        message_id = self.some(data, self.scene.messages)
        command = words.EditMessage(ref="r", message_id=message_id, body=body)
        if by % 3 and message_id in self.texts:
            by = BY_ID[self.texts[message_id]["author"]]
        decision = self.do(command, by, rights)
        if decision is not None:
            self.texts[message_id]["body"] = body
            self.texts[message_id]["edits"] += len(decision.events)

    @rule(data=st.data(), by=CALLER, rights=RIGHTS)
    def delete(self, data, by, rights):
        message_id = self.some(data, self.scene.messages)
        decision = self.do(words.DeleteMessage(ref="r", message_id=message_id), by, rights)
        if decision is not None and decision.events:
            self.texts[message_id].update(
                body="", reactions=set(), deleted_by=self.who.participant_id
            )

    @rule(data=st.data(), by=CALLER, rights=RIGHTS, emoji=EMOJI, on=st.booleans())
    def react(self, data, by, rights, emoji, on):
        message_id = self.some(data, self.scene.messages)
        command = words.ReactToMessage(ref="r", message_id=message_id, emoji=emoji, on=on)
        if self.do(command, by, rights) is not None:
            change = set.add if on else set.discard
            change(self.texts[message_id]["reactions"], (emoji, self.who.participant_id))

    # the session and its context

    @rule(
        by=CALLER,
        rights=RIGHTS,
        command=st.one_of(
            st.builds(RenameSession, ref=st.just("r"), name=st.sampled_from(["A", "B", " "])),
            st.builds(MuteSession, ref=st.just("r"), muted=st.booleans()),
            st.builds(SetHistoryAccess, ref=st.just("r"), history=st.sampled_from(HistoryAccess)),
            st.builds(SetFiles, ref=st.just("r"), files=st.lists(PATH, max_size=2)),
            st.builds(SetActiveFile, ref=st.just("r"), path=st.none() | PATH),
            st.builds(DeleteSession, ref=st.just("r")),
            st.builds(
                SetContext,
                ref=st.just("r"),
                key=st.sampled_from(["a", "b", "c", "-"]),
                value=st.sampled_from([1, True, "x", "x" * 40, {"k": [1]}]),
                base_version=st.integers(0, 3),
            ),
            st.builds(
                DeleteContext,
                ref=st.just("r"),
                key=st.sampled_from(["a", "b", "c"]),
                base_version=st.integers(0, 3),
            ),
        ),
    )
    def change(self, by, rights, command):
        self.do(command, by, rights)

    @rule(by=CALLER, rights=RIGHTS, silent=st.booleans(), stay=st.sampled_from([0, 0, 0, 1]))
    def archive(self, by, rights, silent, stay):
        if silent:
            self.take(sessions.time_out(self.scene.state, now=self.scene.now))
        else:
            self.do(ArchiveSession(ref="r"), by, rights)
        if not stay:  # else most of a session's life is spent in the archive
            self.reopen(by)

    @rule(by=CALLER)
    def reopen(self, by):
        for who in (by, *(p.profile for p in owners(self.scene.state))):
            self.do(ReopenSession(ref="r"), who)

    # people

    @rule(profile=WHO, role=ROLE, entrance=st.sampled_from(Entrance))
    def enter(self, profile, role, entrance):
        state = self.scene.state
        answer = outcome(
            membership.join,
            state,
            profile,
            role=role,
            now=self.scene.now,
            setting=self.scene.setting,
            entrance=entrance,
        )
        if not isinstance(answer, Refusal):
            self.take(answer)
            assert profile.participant_id in self.scene.members()

    @rule(by=CALLER, rights=RIGHTS, whom=WHOSE_ID, role=ROLE)
    def set_role(self, by, rights, whom, role):
        self.do(SetRole(ref="r", participant_id=whom, role=role), by, rights)

    @rule(by=CALLER, rights=RIGHTS, whom=WHOSE_ID, ban=st.booleans(), lift=st.booleans())
    def remove(self, by, rights, whom, ban, lift):
        self.do(RemoveParticipant(ref="r", participant_id=whom, ban=ban), by, rights)
        if lift:
            self.do(UnbanParticipant(ref="r", participant_id=whom), by, rights)

    @rule(by=CALLER, rights=RIGHTS, whom=WHOSE_ID, muted=st.booleans())
    def mute(self, by, rights, whom, muted):
        self.do(MuteParticipant(ref="r", participant_id=whom, muted=muted), by, rights)

    @rule(by=CALLER, rights=RIGHTS, whom=WHOSE_ID)
    def add_agent(self, by, rights, whom):
        self.do(AddParticipant(ref="r", participant_id=whom), by, rights)

    @rule(by=CALLER)
    def leave(self, by):
        self.do(LeaveSession(ref="r"), by)

    @rule(
        by=CALLER,
        rights=RIGHTS,
        role=ROLE,
        whom=st.none() | WHOSE_ID,
        expires_in=st.sampled_from([None, 60]),
        uses=st.sampled_from([None, 1, 2]),
    )
    def invite(self, by, rights, role, whom, expires_in, uses):
        command = CreateInvite(
            ref="r", role=role, participant_id=whom, expires_in=expires_in, uses=uses
        )
        self.do(command, by, rights)

    @rule(data=st.data(), by=CALLER)
    def revoke(self, data, by):
        invite_id = self.some(data, self.scene.state.invites)
        self.do(RevokeInvite(ref="r", invite_id=invite_id), by)

    @rule(data=st.data(), profile=WHO, mine=st.booleans(), decline=st.booleans())
    def answer_invite(self, data, profile, mine, decline):
        scene = self.scene
        invite_id = self.some(data, scene.state.invites)
        invite = scene.state.invites.get(invite_id)
        if invite is not None and invite.participant_id is not None and mine:
            profile = BY_ID[invite.participant_id]
        if decline:
            answer = outcome(invites.decline, scene.state, profile, invite_id, now=scene.now)
        else:
            answer = outcome(
                invites.accept,
                scene.state,
                profile,
                invite_id,
                now=scene.now,
                setting=scene.setting,
                by_link=mine == (invite is None or invite.participant_id is None),
            )
        if not isinstance(answer, Refusal):
            assert invite.participant_id in {None, profile.participant_id}
            assert decline or mine, "by the other sort of door"
            self.take(answer)

    # agents

    @rule(data=st.data(), by=CALLER, rights=RIGHTS)
    def ask_agent(self, data, by, rights):
        agent_id = data.draw(
            st.sampled_from(["agent:echo", "agent:echo", "agent:notebook", "user:ben"])
        )
        self.do(StartRun(ref="r", agent_id=agent_id, task="x"), by, rights)

    @rule(data=st.data(), by=CALLER, rights=RIGHTS)
    def cancel(self, data, by, rights):
        self.do(CancelRun(ref="r", run_id=self.some(data, self.scene.state.runs)), by, rights)

    @rule(data=st.data(), finish=st.booleans())
    def work(self, data, finish):
        state, now = self.scene.state, self.scene.now
        run_id = self.some(data, state.runs)
        answer = (
            outcome(runs.finish_run, state, run_id, RunStatus.DONE, None, 1, now)
            if finish
            else outcome(runs.start_run, state, run_id, now)
        )
        if not isinstance(answer, Refusal):
            assert state.runs[run_id].status in OPEN_RUNS
            self.take(answer)

    @rule()
    def restart(self):
        self.take(runs.interrupted(self.scene.state, now=self.scene.now))
        assert not [r for r in self.scene.state.runs.values() if r.status in OPEN_RUNS]

    @rule()
    def wait(self):
        self.scene.now += 30_000

    # what always holds

    @invariant()
    def the_log_has_no_hole(self):
        assert [event.seq for event in self.scene.log] == list(range(1, len(self.scene.log) + 1))
        assert self.scene.state.last_seq == len(self.scene.log)

    @invariant()
    def replaying_the_log_gives_the_same_state(self):
        state = None
        for event in self.scene.log:
            state = apply(state, decode_durable(encode(event)))
        assert state == self.scene.state
        stored = msgspec.json.encode(state)
        assert msgspec.json.decode(stored, type=SessionState) == state

    @invariant()
    def messages_are_what_was_done_to_them(self):
        replayed = {}
        for event in self.scene.log:
            message_id = getattr(event, "message_id", None)
            if (message := project(event, replayed.get(message_id))) is not None:
                replayed[message_id] = message
        assert replayed == self.scene.messages
        assert {
            message_id: {
                "author": message.author,
                "body": message.body,
                "thread": message.thread_id,
                "edits": message.edits,
                "deleted_by": message.deleted_by,
                "reactions": {(e, who) for e, whose in message.reactions.items() for who in whose},
            }
            for message_id, message in replayed.items()
        } == self.texts

    @invariant()
    def counts_are_right(self):
        state = self.scene.state
        assert state.message_count == len(self.texts)
        replies = Counter(text["thread"] for text in self.texts.values() if text["thread"])
        assert {k: t.replies for k, t in state.threads.items() if t.replies} == replies
        assert all(t.anchor is not None for t in state.threads.values() if not t.replies)

    @invariant()
    def everything_is_bounded(self):
        state = self.scene.state
        finished = [run for run in state.runs.values() if run.status not in OPEN_RUNS]
        assert len(finished) <= MAX_FINISHED_RUNS
        assert len(state.runs) - len(finished) <= MAX_OPEN_RUNS
        people = [
            one
            for one in state.participants.values()
            if one.membership is Membership.MEMBER and one.profile.kind is Kind.USER
        ]
        assert len(people) <= self.scene.setting.max_participants
        assert len(state.context) <= self.scene.setting.max_context_keys
        assert all(i.uses_left is None or i.uses_left > 0 for i in state.invites.values())
        invited = Counter(i.participant_id for i in state.invites.values() if i.participant_id)
        assert all(count == 1 for count in invited.values())

    @invariant()
    def owners_can_own_and_private_sessions_stay_private(self):
        state = self.scene.state
        assert all(may_own(p.profile) for p in state.participants.values() if p.role is Role.OWNER)
        if state.private:
            known = {p.profile.participant_id for p in state.participants.values()} - {
                "agent:echo",
                "agent:notebook",
            }
            assert known <= {self.creator and self.creator.participant_id}
            assert not state.invites

    @invariant()
    def strangers_may_nothing_and_agents_of_an_archive_rest(self):
        state = self.scene.state
        for profile in EVERYBODY:
            if profile.participant_id not in self.scene.members():
                assert not permitted(state, profile.participant_id, ALL_RIGHTS)
        if state.status is SessionStatus.ARCHIVED or state.muted:
            assert not [run for run in state.runs.values() if run.status in OPEN_RUNS]


def people(state):
    return [p for p in state.participants.values() if p.membership is Membership.MEMBER]


def owners(state):
    return [p for p in people(state) if p.role is Role.OWNER]


def text_of(author, body, thread):
    return {
        "author": author.participant_id,
        "body": body,
        "thread": thread,
        "edits": 0,
        "deleted_by": None,
        "reactions": set(),
    }


def test_every_command_has_its_action():
    assert set(AnyDurableCommand.__args__) - set(ACTIONS) == {LeaveSession}


class OddBeginnings(AnybodyDoesAnything):
    """Private sessions, and such as begin without somebody who could own them."""

    creators = (ANN, GUEST, None)
    privacy = (False, True)


TestAnybodyDoesAnything = AnybodyDoesAnything.TestCase
TestAnybodyDoesAnything.settings = settings(max_examples=200, stateful_step_count=50)
TestOddBeginnings = OddBeginnings.TestCase
TestOddBeginnings.settings = settings(max_examples=60, stateful_step_count=40)
