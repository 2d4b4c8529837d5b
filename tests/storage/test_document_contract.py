"""The contract about documents, run on every store."""

from document_contract import *  # noqa: F403
