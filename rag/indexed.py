"""What the indexes see of a passage, a clause and a written question."""

from typing import Final

from rag.types import Clause, Passage


def indexed_text(passage: Passage) -> str:
    """What keyword search sees of a passage: its surroundings, then its own words."""
    return f"{passage.context}：{passage.text.strip()}" if passage.context else passage.text.strip()


LONGEST_EMBEDDED: Final = 1500
"""Characters of a clause that its vector is made from."""


def embedded_text(unit: Passage | Clause) -> str:
    """What vector search sees: a sentence or question alone, a clause with its part, heading and item.

    A sentence's surroundings reach the ranking through the vector of its clause;
    mixed into its own vector they blurred it (docs/experiments.md).
    """
    return indexed_clause_text(unit)[:LONGEST_EMBEDDED] if isinstance(unit, Clause) else unit.text.strip()


def passage_id_of(question: Passage) -> str:
    """The passage that a written question belongs to: the words before the `?` of its id."""
    return question.id.rsplit("?", 1)[0]


def indexed_clause_text(clause: Clause) -> str:
    """What `clause_grams` sees of a clause; a full stop keeps grams from crossing the fields."""
    return "。".join(filter(None, (clause.part, clause.heading, clause.item, clause.text.strip())))
