"""What is known of who wrote what, kept with the document so that it outlives rooms and servers."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..domain.authorship import forgotten
from ..domain.run_changes import Authors, runs_of
from ..hub.clock import Clock
from ..storage.documents import DocumentEntry, DocumentStore, Item
from .origin import author_of

KIND = "provenance"
RUN_KIND = "run_edit"
MADE, TAKEN_BACK = "made", "taken_back"
SERVER = "server"
"""Who writes what nobody asked for."""
KEPT_RUNS = 50
"""Of one document; what older ones took out can no longer be put back."""


class RunEdit(Struct, frozen=True):
    """A run (its origin) has changed this document."""

    run: str
    path: str


class _Kept(Struct, frozen=True):
    authors: Authors
    runs: tuple[str, ...]
    """Oldest first."""


_encode = msgspec.json.Encoder().encode
_kept = msgspec.json.Decoder(_Kept)
_run_edit = msgspec.json.Decoder(RunEdit)


class AuthorsStore:
    """Reads and writes it."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._runs: dict[str, tuple[str, ...]] = {}

    async def load(self, document_id: str) -> Authors:
        """What was known when it was kept last. Raises ``StoreUnavailable``."""
        item = await self._store.item(KIND, document_id)
        if item is None:
            return Authors()
        try:
            kept = _kept.decode(item.data)
        except msgspec.DecodeError:  # of another version: who wrote what is not known
            return Authors()
        self._runs[document_id] = kept.runs
        return kept.authors

    async def save(self, document_id: str, path: str, authors: Authors) -> None:
        """Keep it, durably. Raises ``StoreUnavailable``."""
        before = self._runs.get(document_id, ())
        here = runs_of(authors)
        runs = [run for run in before if run in here] + [run for run in here if run not in before]
        old, runs = runs[:-KEPT_RUNS], runs[-KEPT_RUNS:]
        if old:
            authors = _without_memory(authors, old)
        at = self._clock.now()
        items = [
            Item(
                document_id=document_id,
                kind=KIND,
                item_id=document_id,
                at=at,
                status="kept",
                data=_encode(_Kept(authors, tuple(runs))),
            ),
            *(_run_item(document_id, path, run, at, MADE) for run in runs if run not in before),
            *(
                _run_item(document_id, path, run, at, TAKEN_BACK)
                for run in before
                if run not in here
            ),
        ]
        entry = DocumentEntry(
            document_id=document_id, path=path, author=SERVER, ref="", at=at, items=items
        )
        await self._store.append_document(entry)
        self._runs[document_id] = tuple(runs)

    async def documents_of(self, run_id: str) -> list[tuple[str, RunEdit]]:
        """Documents that a run has changed (id, and how), but for those where it was taken back."""
        items = await self._store.items(RUN_KIND, about=run_id, statuses=[MADE], limit=500)
        return [(item.document_id, _run_edit.decode(item.data)) for item in items]


def _run_item(document_id: str, path: str, run: str, at: int, status: str) -> Item:
    return Item(
        document_id=document_id,
        kind=RUN_KIND,
        item_id=f"{run}:{document_id}",
        at=at,
        status=status,
        data=_encode(RunEdit(run, path)),
        about=author_of(run)[1],
    )


def _without_memory(authors: Authors, runs: list[str]) -> Authors:
    texts = {
        name: replace(known, parts=forgotten(known.parts, runs))
        for name, known in authors.texts.items()
    }
    changes = tuple(change for change in authors.changes if change.run not in runs)
    return Authors(texts, changes)
