"""What the ratios are against: Tornado alone, which tells a session what one of its sockets said.

It knows nobody, checks nothing, stores nothing. Start: ``python -m benchmarks.bare_fanout PORT``.
"""

import asyncio
import sys
from collections import defaultdict

from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler

sessions: defaultdict[str, set["BareHandler"]] = defaultdict(set)


class BareHandler(WebSocketHandler):
    """``/<session>``."""

    session_id = ""

    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, session_id: str) -> None:
        self.set_nodelay(True)
        self.session_id = session_id
        sessions[session_id].add(self)

    def on_message(self, message: str | bytes) -> None:
        for socket in sessions[self.session_id]:
            try:
                socket.write_message(message)
            except WebSocketClosedError:
                continue

    def on_close(self) -> None:
        sessions[self.session_id].discard(self)


async def serve(port: int) -> None:
    Application([(r"/(\w+)", BareHandler)]).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
