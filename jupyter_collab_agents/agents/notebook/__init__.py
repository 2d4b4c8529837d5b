"""What can be said about a notebook by reading it: pure, no network, no model."""
