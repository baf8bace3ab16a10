"""How a text was cut, in a form that a test can write down."""

from ingest.clauses import split_clauses


def rows(text: str) -> list[str]:
    """Label of every clause below the preamble, with its item where it is one."""
    return [
        f"{clause.label}/{clause.item}" if clause.item else clause.label
        for clause in split_clauses("示例", text)
        if clause.label != "序言"
    ]
