"""One reader a format: bytes -> text. A reader is a plain function of the bytes; it runs in a process of its own."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extracted:
    """What a reader found.

    `text` has one paragraph a line; a table is a block of `| cell | cell |` lines, its
    header first. `metadata` holds what the file itself says for certain, by the names of
    the front matter. `warnings` are Chinese sentences for the person who ingests.
    """

    text: str
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
