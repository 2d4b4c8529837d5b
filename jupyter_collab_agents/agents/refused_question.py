"""A question that is not answered shows as a failed run, with the reason."""

import logging

from ..domain.errors import Refusal
from ..protocol.chat import Message
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.runs import RunStatus
from .ports import RunPort

log = logging.getLogger(__name__)


def may_not_start_agents(person: Profile) -> Refusal:
    """The account lacks the right to execute."""
    words = f"{person.name} may not start agents on this server; ask an admin."
    return Refusal(ErrorCode.FORBIDDEN, words)


async def tell_refusal(
    port: RunPort, session_id: str, agent_id: str, message: Message, refusal: Refusal
) -> None:
    """Let the people in the session see why ``agent_id`` does not answer ``message``."""
    try:
        run_id = await port.queue_run(session_id, agent_id, message.author, message.message_id)
        await port.finish_run(session_id, run_id, RunStatus.FAILED, refusal.message, 0)
    except Refusal as again:
        log.info("Nor can that be told in %s: %s", session_id, again.message)
