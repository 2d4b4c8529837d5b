"""The rules: pure functions over the protocol's values. No IO, no clock, no logging."""
