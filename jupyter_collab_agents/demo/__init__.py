"""JupyterLab with two demo people: ``python -m jupyter_collab_agents.demo``."""
