"""Readers of figures, times, names and cues: text and rules in, mentions with offsets out. None imports another."""
