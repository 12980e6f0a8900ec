"""Training the house embedder: `python -m eval train-embedder`."""
