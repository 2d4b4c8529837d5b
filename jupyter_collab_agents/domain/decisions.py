"""From a command to events: finds the rule of each command."""

from collections.abc import Callable, Mapping
from typing import Any

from ..protocol.base import Command
from ..protocol.chat import DeleteMessage, EditMessage, Message, PostMessage, ReactToMessage
from ..protocol.context import DeleteContext, SetContext
from ..protocol.frames import AnyDurableCommand
from ..protocol.invites import CreateInvite, RevokeInvite
from ..protocol.participants import (
    AddParticipant,
    LeaveSession,
    MuteParticipant,
    Profile,
    RemoveParticipant,
    SetRole,
    UnbanParticipant,
)
from ..protocol.runs import CancelRun, StartRun
from ..protocol.sessions import (
    ArchiveSession,
    DeleteSession,
    MuteSession,
    RenameSession,
    ReopenSession,
    SessionState,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)
from . import chat, context, invites, membership, moderation, runs, sessions
from .decision import Caller, Decision, Setting, Situation

_RULES: dict[type[Command], Callable[[Situation, Any], Decision]] = {
    PostMessage: chat.post,
    EditMessage: chat.edit,
    DeleteMessage: chat.delete,
    ReactToMessage: chat.react,
    SetContext: context.set_value,
    DeleteContext: context.delete,
    CreateInvite: invites.create,
    RevokeInvite: invites.revoke,
    AddParticipant: membership.add_agent,
    SetRole: moderation.set_role,
    RemoveParticipant: moderation.remove,
    UnbanParticipant: moderation.unban,
    MuteParticipant: moderation.mute,
    LeaveSession: membership.leave,
    RenameSession: sessions.rename,
    ArchiveSession: sessions.archive,
    ReopenSession: sessions.reopen,
    DeleteSession: sessions.delete,
    MuteSession: sessions.mute,
    SetHistoryAccess: sessions.set_history,
    SetFiles: sessions.set_files,
    SetActiveFile: sessions.set_active_file,
    StartRun: runs.start,
    CancelRun: runs.cancel,
}


def needed_messages(command: Command) -> list[str]:
    """Ids of the messages that ``decide`` must be given (those that exist)."""
    if isinstance(command, PostMessage):
        return [] if command.reply_to is None else [command.reply_to]
    if isinstance(command, EditMessage | DeleteMessage | ReactToMessage):
        return [command.message_id]
    return []


def decide(
    state: SessionState,
    command: AnyDurableCommand,
    caller: Caller,
    *,
    now: int,
    mint: Callable[[str], str],
    messages: Mapping[str, Message],
    setting: Setting,
    agents: Mapping[str, Profile],
) -> Decision:
    """What a command makes happen. Raises ``Refusal``; a command without a rule is a TypeError.

    ``mint("m")`` gives a fresh id with that prefix: m messages, i invites, r runs.
    ``agents`` are the registered ones by participant id.
    """
    rule = _RULES.get(type(command))
    if rule is None:
        raise TypeError(f"{type(command).__name__} makes nothing durable happen")
    return rule(Situation(state, caller, now, mint, messages, setting, agents), command)


__all__ = ["Caller", "Decision", "Setting", "decide", "needed_messages"]
