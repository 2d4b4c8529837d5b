"""A real Jupyter Server in a process of its own, with people, for tests.

``process.py`` starts and ends it, ``people.py`` runs inside it and knows who is who,
``http.py`` and ``tabs.py`` are its clients.
"""
