"""How fast the server is, beside a bare Tornado fan-out in the same run: ``python -m benchmarks``."""
