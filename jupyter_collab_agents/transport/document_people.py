"""Who opens a document, and what their account may do with files: for the gate."""

from typing import Any

from ..documents.gate.admission import DocumentRights, Person
from .identity import account_of, is_still, profile_of, rights_of, seen_as
from .runtime import SETTINGS_KEY


def person_of(user: Any) -> Person:
    """One of Jupyter's users as the gate knows them."""
    return Person(profile_of(user).participant_id, seen_as(user))


async def document_rights(handler: Any) -> DocumentRights:
    """What the user of a request may do with files; whoever asks about locks knows it, too."""
    user = handler.current_user
    account = await account_of(handler, user, await rights_of(handler, user))
    hub = handler.settings[SETTINGS_KEY].hub
    if hub is not None:
        hub.accounts.note(profile_of(user).participant_id, account)
    return DocumentRights(account.documents, account.edits)


async def still_there(handler: Any) -> bool:
    """Whether the user of an open document socket is still logged in."""
    return await is_still(handler, anonymous=profile_of(handler.current_user).anonymous)
