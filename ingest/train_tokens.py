"""Build the shipped tiktoken table: `python -m ingest.train_tokens --data FOLDER`.

Reads the product's policies and, from FOLDER, articles of laws and government
reports (legal texts, free of copyright). The merges come from the tokenizers
library; tiktoken reads the same ranks: bytes first, then merges in order.
"""

import base64
import json
import lzma
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from rag.settings import PROJECT_FOLDER
from rag.tokens import PATTERN, TABLE

VOCABULARY = 16_000
ARTICLES = 60_000
"""Articles read, some 7 million characters: enough for 16,000 merges (measured: 20 s on 2 cores)."""


def texts(data: Path) -> Iterator[str]:
    """The training texts: policies, every second article, reports."""
    for policy in sorted((PROJECT_FOLDER / "corpus" / "policies").glob("*.md")):
        yield policy.read_text(encoding="utf8")
    with lzma.open(data / "laws" / "articles.jsonl.xz", "rt", encoding="utf8") as articles:
        for line in islice(articles, 0, 2 * ARTICLES, 2):
            yield json.loads(line)["text"]
    with lzma.open(data / "gov_reports" / "work_reports.jsonl.xz", "rt", encoding="utf8") as reports:
        for line in reports:
            yield json.loads(line)["content"]


def train(lines: Iterator[str], vocabulary: int = VOCABULARY) -> dict[bytes, int]:
    """Byte-level BPE ranks for `lines`: 256 bytes, then merges in the order they were learnt."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    characters = _byte_of_character()
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    ranks = {bytes([value]): value for value in range(256)}
    for left, right in merges:
        token = bytes(characters[character] for character in left + right)
        ranks.setdefault(token, len(ranks))
    return ranks


def _byte_of_character() -> dict[str, int]:
    """GPT-2's printable stand-in of every byte (openai/gpt-2 encoder.py, bytes_to_unicode)."""
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {
        chr(256 + index): value for index, value in enumerate(others)
    }


def main(
    data: Annotated[Path, typer.Option(help="Folder with laws/ and gov_reports/.")],
    out: Annotated[Path, typer.Option(help="Where the table is written.")] = TABLE,
) -> None:
    """Train and write the table."""
    ranks = train(texts(data))
    lines = (f"{base64.b64encode(token).decode()} {rank}" for token, rank in ranks.items())
    out.write_text("\n".join(lines) + "\n", encoding="ascii")
    typer.echo(f"{out.name}: {len(ranks)} tokens, {out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    typer.run(main)
