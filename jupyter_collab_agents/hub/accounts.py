"""What Jupyter's Authorizer said of people's accounts."""

from msgspec import Struct

from .recent import Recent

MAX_ACCOUNTS = 10_000


class Account(Struct, frozen=True):
    """``runs``: may start agents; ``documents``: may read the files of this server; ``edits``:
    may change them."""

    runs: bool
    documents: bool
    edits: bool = False


NOBODY = Account(runs=False, documents=False)


class Accounts:
    """By participant, as the Authorizer was last asked; whoever was not asked about may nothing.

    It is asked with each request and, while somebody is connected, every minute; so what is
    forgotten here for want of room is soon known again.
    """

    def __init__(self) -> None:
        self._known: Recent[str, Account] = Recent(MAX_ACCOUNTS)

    def note(self, participant_id: str, account: Account) -> None:
        """This is what the account may do now."""
        self._known.put(participant_id, account)

    def of(self, participant_id: str) -> Account:
        """What the account may do."""
        return self.known(participant_id) or NOBODY

    def known(self, participant_id: str) -> Account | None:
        """What the account may do; null when nobody was asked (lately)."""
        return self._known.get(participant_id)
