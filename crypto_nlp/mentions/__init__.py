"""Readers of figures, times, names and cues: text and rules in, mentions with exact offsets out. None imports another."""
