"""What each event changes in a session's state, a module for each noun.

``state.apply`` puts the changes into the state.
"""

from . import context, documents, invites, participants, runs, session, threads
from .change import Changes

CHANGES: Changes = {
    **session.CHANGES,
    **participants.CHANGES,
    **threads.CHANGES,
    **context.CHANGES,
    **invites.CHANGES,
    **runs.CHANGES,
    **documents.CHANGES,
}
