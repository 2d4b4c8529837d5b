"""The vocabulary: every command, event and answer, as msgspec Structs. Imports msgspec only."""
