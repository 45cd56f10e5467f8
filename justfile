# `just` lists these. Everything runs in the virtual environment that is active.

default:
    @just --list

# Everything that CI checks.
test:
    python -m pytest

# What takes minutes: kills, the simulated day, fuzzing.
test-long:
    python -m pytest -m long

# Put the sources into the house's form.
format:
    ruff format . && ruff check --fix .

# Write the generated parts of docs/ anew.
docs:
    python docs/reference.py

# Score the extractor on a gold file.
evaluate gold="tests/gold/dev-en.jsonl":
    crypto-nlp evaluate {{gold}} --misses 20

# Run a benchmark: just bench startup
bench name:
    python bench/{{name}}.py
