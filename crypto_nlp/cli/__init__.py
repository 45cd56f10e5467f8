"""The command line: arguments, one call, print. Errors are translated in one place, `program`."""

from crypto_nlp.cli.program import cli, main

__all__ = ["cli", "main"]
