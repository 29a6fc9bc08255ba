"""The commands of `flask` that look at what members take away."""

import csv
import uuid
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import click

from portal.home import queries, tables
from portal.home.rules import faults_of

PDF = b"%PDF-"
A_PDF = "this is a PDF, and only tables are read: compare its hashes with those of the table of the same days"


@click.group()
def statement() -> None:
    """Look at the statements members take away."""


@statement.command("verify")
@click.argument("file", type=click.File("rb"))
def verify_statement(file: BinaryIO) -> None:
    """Compare a statement's table with its own hashes and with the ledger; exit status 1 when anything differs."""
    content = file.read()
    rows = _rows(content)
    none = A_PDF if content.startswith(PDF) else "the file has no lines of a statement"
    faults = faults_of(rows, queries.lines_by_id(_ids(rows))) if rows else [none]
    for fault in faults:
        click.echo(f"FAULT  {fault}")
    if faults:
        raise SystemExit(1)
    click.echo(f"{len(rows)} lines, as the ledger has them; the last hash is {rows[-1][-1]}")


def _rows(content: bytes) -> list[list[str]]:
    try:
        return [] if content.startswith(PDF) else tables.rows_in(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error):
        return []


def _ids(rows: Sequence[Sequence[str]]) -> Iterator[uuid.UUID]:
    for row in rows:
        try:
            yield uuid.UUID(row[0] if row else "")
        except ValueError:
            continue
