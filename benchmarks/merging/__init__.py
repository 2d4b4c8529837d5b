"""A corpus of concurrent edits, an oracle that knows their right merge, and a judge."""
