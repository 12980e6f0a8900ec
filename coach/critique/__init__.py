"""The language model's second opinion: off unless switched on, typed, grounded in the draft, and never an exception."""
