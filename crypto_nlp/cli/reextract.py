"""`reextract`: stored articles under the present rules."""

from __future__ import annotations

import click

from crypto_nlp.cli.extraction import extractor, rule_folders, with_names
from crypto_nlp.cli.options import Command, jobs_option, model_option, settings_of
from crypto_nlp.cli.output import write_object
from crypto_nlp.cli.parameters import now
from crypto_nlp.errors import StoreError

_EVERY = 100


@click.command(cls=Command, formats=("json",))
@jobs_option
@model_option
@click.pass_context
def command(context: click.Context, /, *, jobs: int) -> None:
    """Read stored articles again where the rules have changed since; stops and goes on where it was.

    Reviews are kept; texts that were pruned are passed over; what is no longer read is marked, not deleted.

    \b
    crypto-nlp reextract
    """
    from crypto_nlp.ingest import run_reextract  # noqa: PLC0415 - after `--help`
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    path = settings.database()
    if not path.exists():
        message = f"There is no database at {path}: run `crypto-nlp ingest` first, or name another with --db."
        raise StoreError(message)
    folders = rule_folders(settings)
    reader = extractor(folders, settings.model)

    def tell(done: int) -> None:
        if done % _EVERY == 0:
            settings.say(f"{done} articles read again.")

    with open_store(path) as store:
        report = run_reextract(
            with_names(store, folders),
            reader,
            rules_hash=rules_digest(folders),
            model=model_name(settings.model),
            now=now,
            progress=tell,
            in_story=reader.in_story,
            jobs=jobs,
        )
    for url in report.failed:
        click.echo(f"Error: no claims could be read from {url}; it stays as it was.", err=True)
    write_object(settings, report.as_record(), indent=None)
    if report.failed:
        context.exit(1)
