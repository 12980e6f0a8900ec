"""Putting the layers together: one review of one set."""
