"""Records: a small ``Store`` protocol and its implementations. Knows no rules."""
