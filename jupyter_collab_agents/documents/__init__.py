"""The only code that knows shared documents."""
