"""Tornado: routes, sockets, REST, health. Translates, decides nothing."""
