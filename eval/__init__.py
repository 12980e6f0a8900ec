"""How often the coach is right: `python -m eval` in a checkout. Imports coach, never the reverse, and is not in the wheel."""
