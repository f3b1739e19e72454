"""Signals: the codebook, its matcher, roles, status and the classifier."""
