"""Order, store, tell: live sessions, their connections, the group commit."""
