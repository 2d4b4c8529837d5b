"""The one door to live documents: every message of every socket passes it."""
