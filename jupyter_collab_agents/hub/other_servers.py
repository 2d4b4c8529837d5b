"""What other servers on the same store did: sessions made, written to, deleted."""

from ..domain.decision import SYSTEM
from ..storage.store import Store
from .committer import Committer
from .directory import Directory
from .live_sessions import LiveSessions


class OtherServers:
    """Brings the directory and the live sessions to where the store is."""

    def __init__(
        self, store: Store, directory: Directory, live: LiveSessions, committer: Committer
    ) -> None:
        self._store = store
        self._directory = directory
        self._live = live
        self._committer = committer

    async def look(self) -> None:
        """Compare with the store, once, unless nobody else can have written to it."""
        if not self._store.shared:
            return
        known = set(self._directory.session_ids())
        records = {record.session_id: record for record in await self._store.sessions()}
        for session_id in known - records.keys():
            self._directory.remove(session_id)
            live = self._live.by_id.get(session_id)
            if live is not None:
                self._live.deleted(live, SYSTEM)
        for session_id, listed in records.items():
            live, mine = self._live.by_id.get(session_id), self._directory.last_seq(session_id)
            if live is not None:
                if listed.last_seq > live.state.last_seq:
                    live.behind = True
                    self._committer.wake(live)
            elif mine is None or mine < listed.last_seq:
                # read again: it may have been deleted here since the list was made
                record = await self._store.session(session_id)
                if record is not None and session_id not in self._live.by_id:
                    self._directory.put(record)
