"""What documents said when somebody read them, so that edits can say what they were made for."""

from ..domain.contents import Content, decoded, encoded
from ..hub.clock import Clock
from ..storage.documents import DocumentEntry, DocumentStore, Item, digest_of

KIND = "version"
AGE = 7 * 24 * 3600 * 1000
"""Milliseconds that a version is kept after it was last handed out."""
MOST = 200
"""Versions of one document."""
FRESH = 3600 * 1000
"""Milliseconds in which a version that is given out again need not be stored again."""


class Versions:
    """A version is named by the SHA-256 of the content. Kept for a while: a base must be known."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._handed_out: dict[str, int] = {}
        self._made = 0

    def item(self, document_id: str, content: Content) -> tuple[Item, bytes]:
        """A version to be stored, its text as a blob; its id ends in its name."""
        data = encoded(content)
        digest = digest_of(data)
        item = Item(
            document_id=document_id,
            kind=KIND,
            item_id=f"{document_id}/{digest}",
            at=self._clock.now(),
            status="read",
            data=b"",
            blobs=(digest,),
        )
        self._made += 1
        return item, data

    async def hand_out(self, document_id: str, path: str, content: Content) -> str:
        """The name of a version that is about to be given to somebody; durable on return.

        Raises ``StoreUnavailable``.
        """
        item, data = self.item(document_id, content)
        if self._clock.now() - self._handed_out.get(item.item_id, 0) <= FRESH:
            self._made -= 1
        else:
            await self._store.append_document(
                DocumentEntry(
                    document_id=document_id,
                    path=path,
                    author="",
                    ref="",
                    at=item.at,
                    items=[item],
                    blobs=[data],
                )
            )
            self._handed_out[item.item_id] = item.at
        return item.blobs[0]

    async def content(self, document_id: str, version: str) -> Content | None:
        """What a version says; null if it was never handed out, or long ago."""
        if await self._store.item(KIND, f"{document_id}/{version}") is None:
            return None
        data = await self._store.blob(version)
        return None if data is None else decoded(data)

    @property
    def are_many(self) -> bool:
        """Whether there may be more of a document than are kept."""
        return self._made >= MOST

    async def forget(self) -> None:
        """Let go of old ones."""
        self._made = 0
        self._handed_out.clear()  # what goes now has to be stored again
        await self._store.prune_items(KIND, before_at=self._clock.now() - AGE, keep=MOST)
