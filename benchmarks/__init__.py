"""How fast the server is, beside a bare Tornado fan-out: ``python -m benchmarks``."""
