"""Loads and validates the files under ``data/`` into one frozen value; the only reader of rule files."""
