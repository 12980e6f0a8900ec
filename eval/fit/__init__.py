"""Fitting the weights of the signals, and the text model, on the `fit` split of this project's own corpus."""
