"""Feeds: which ones to read, how to ask for them, and what they said."""
