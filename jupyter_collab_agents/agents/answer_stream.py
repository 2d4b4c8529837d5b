"""An agent's answer on its way through the hub: pieces now, one message at the end."""

from ..hub.doors import mint
from ..hub.hub import Hub
from ..hub.live_session import LiveSession
from ..hub.streams import Stream as HubStream
from ..hub.tickets import ask
from ..protocol.chat import StreamStart
from ..protocol.participants import Profile
from .retry import Retry
from .storable_text import storable


class AnswerStream:
    """Implements ``ports.Stream``."""

    def __init__(
        self,
        hub: Hub,
        session: LiveSession,
        agent: Profile,
        start: StreamStart,
        retry: Retry,
    ) -> None:
        self._hub = hub
        self._session = session
        self._agent = agent
        self._retry = retry
        self._ended = False
        self._stream = HubStream(session, mint("m"), start, self._closed)
        session.streams[self._stream.message_id] = self._stream

    def write(self, text: str) -> None:
        """Add a piece, cleaned: what is shown now is what is stored later."""
        self._stream.write(storable(text))

    async def finish(self) -> str:
        """Post it for good; its message id (also the ref, so that it is posted once)."""
        stream = self._stream
        body = stream.close()
        await self._retry.until_stored(
            f"the answer of run {stream.start.run_id}",
            lambda: ask(
                self._session,
                lambda t: self._hub.doors.finish_stream(
                    self._agent,
                    t,
                    message_id=stream.message_id,
                    body=body,
                    thread_id=stream.start.thread_id,
                    run_id=stream.start.run_id,
                    stream_start=stream.start_index,
                ),
            ),
        )
        self._ended = True
        return stream.message_id

    def abort(self) -> None:
        """Take back what was shown, once; nothing if it was posted."""
        if not self._ended:
            self._ended = True
            self._stream.abort()

    def _closed(self, stream: HubStream) -> None:
        self._session.streams.pop(stream.message_id, None)
