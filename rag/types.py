"""The nouns every module shares. All frozen: a step returns new values, it never edits its input.

Offsets are half-open and count characters (code points) of `Document.text`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["full_text", "digest", "draft"]
Status = Literal["answered", "partial", "refused", "clarify", "error"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True)
class Document:
    """One policy as text with the fields that identify it.

    `text` is what all offsets count in; `sha256` is of the source file's bytes.
    Dates are ISO strings, as exact as the source is: YYYY-MM-DD, YYYY-MM or YYYY; None when it does not say.
    """

    id: str
    title: str
    text: str
    number: str | None = None
    """文号, as printed: 川办发〔2025〕49号."""
    issuer: str | None = None
    level: str | None = None
    region: str | None = None
    issued: str | None = None
    effective: str | None = None
    expires: str | None = None
    status: str = "未知"
    """Validity shown to readers: 现行, 已失效, 已被替代, 征求意见稿, 未知."""
    kind: Kind = "full_text"
    source_url: str | None = None
    sha256: str = ""
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Where the facts of a digest were read."""
    read_level: str | None = None
    """How much of the official text was read for a digest: text, text-partial, news, …"""
    note: str | None = None
    """What is uncertain or was not read, in Chinese."""
    repeals: tuple[str, ...] = ()
    """文号, or titles where none is given, of the documents that this one ends or replaces."""

    @property
    def is_retold(self) -> bool:
        """Whether this is a digest: told in our own words, of a policy or of a draft."""
        return self.kind != "full_text" and self.read_level is not None

    def __post_init__(self) -> None:
        for name in ("topics", "sources", "repeals"):  # lists when read back from JSON
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True)
class Clause:
    """A contiguous stretch of a document with its citable locator.

    The clauses of a document partition its text: joined in order they give it back.
    """

    id: str
    """`sc-2023-decision#（三）`, `sc-2023-decision#（四）/电子信息产业`."""
    document_id: str
    start: int
    end: int
    text: str
    label: str
    """The citable locator: （三）, 第十二条, 二、（三）, 附件1 二、（三）, or 序言 / 一、 for unnumbered intros."""
    heading: str = ""
    """The clause's own heading without its number: 发展目标. Empty when it has none."""
    item: str | None = None
    """The —— item or named paragraph inside the clause: 电子信息产业."""
    part: str = ""
    """Number and title of the part (or 章/节 joined by ' / ') the clause stands in."""
    scope: str = ""
    """Attachment or embedded rule the clause belongs to; empty for the main text."""
    level: int = 1
    """0 for structural text (title, part heading and its introduction), 1 for a clause, 2 for an item."""


@dataclass(frozen=True)
class Passage:
    """The unit that is embedded and ranked: one sentence (or piece) of a clause."""

    id: str
    """Clause id, then `@` and the start offset: `sc-2023-decision#（三）@1534`."""
    clause_id: str
    document_id: str
    start: int
    end: int
    text: str
    context: str
    """Title-free surroundings indexed with the text: part, heading and item of the clause."""


@dataclass(frozen=True)
class ClauseReference:
    """A clause or part named in a question: 第三条, （十六）, 第四部分, 最后一条."""

    kind: Literal["clause", "part", "last_clause", "last_part"]
    number: int | None
    surface: str
    """The words of the question that name it."""
    attachment: int | None = None


@dataclass(frozen=True)
class Query:
    """What was understood of one question."""

    text: str
    """Normalised: NFKC for letters and digits, simplified Chinese, no invisible characters."""
    core: str
    """`text` without politeness, question scaffold and clause references: what is looked up."""
    form: Literal["figure", "list", "content", "where", "exists", "outline"] = "content"
    references: tuple[ClauseReference, ...] = ()
    asks: tuple[str, ...] = ()
    """Attributes asked for, by name: amount, percentage, count, date, deadline, phone, address …"""
    years: tuple[int, ...] = ()
    figures: tuple[str, ...] = ()
    """Canonical figures that stand in the question (rag.figures), years left out."""
    places: tuple[str, ...] = ()
    """Province-level places named in the question."""
    policies: tuple[str, ...] = ()
    """Document ids the search is limited to; empty means all."""
    foreign: bool = False
    """Asked in Latin words without a Chinese character."""
    day: date | None = None
    """The day of which is asked: policies not in force then stay aside; None looks at all."""
    standing: Literal["", "official", "retold"] = ""
    """Limits the search to official texts, or to digests."""
    any_validity: bool = False
    """Drafts and policies not in force may answer as well."""


@dataclass(frozen=True)
class Span:
    """A half-open stretch of a clause, in document offsets."""

    clause_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Statement:
    """One sentence of a draft and the spans it was taken from; the first span is the main one."""

    text: str
    spans: tuple[Span, ...]
    with_locator: bool = False
    """Ask `cite` to put the locator and heading of the main span in front."""


@dataclass(frozen=True)
class Draft:
    """An unverified answer: statements with the spans that should support them."""

    statements: tuple[Statement, ...]
    lead: str = ""
    """Words before the statements that carry no fact (文件中有相关表述：)."""
    status: Status = "answered"
    reason: str | None = None
    nearest: tuple[Span, ...] = ()
    """For a refusal: the closest clauses, never presented as an answer."""
    confidence: float = 0.0
    log_odds: float = 0.0
    """How well the best passage was found (rag.retrieve)."""
    corrects: bool = False
    """What the question takes for granted is put right: a number (rag.premise), or that something holds now (rag.standing)."""
    evidence: tuple[Span, ...] = ()
    """What a language model may write from (rag.generate), best first: the spans of the statements and the passages found beside them."""


@dataclass(frozen=True)
class Citation:
    """A quote and where it stands; every field is copied from the index by code."""

    marker: int
    policy_id: str
    title: str
    doc_number: str | None
    clause: str
    item: str | None
    heading: str
    part: str
    quote: str
    start: int
    end: int
    kind: Kind
    validity: str


@dataclass(frozen=True)
class Answer:
    """A checked answer: every figure in `answer` stands in a quote of `citations`."""

    question: str
    status: Status
    answer: str
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    """相近条款 of a refusal; markers count on their own."""
    reason: str | None = None
    confidence: float = 0.0
    """Calibrated probability that the first clause answers the question (rag.decide)."""
    mode: Mode = "extractive"
    build_id: str | None = None
    elapsed_ms: float = 0.0
    withheld: int = 0
    """Statements dropped because the cited clauses did not bear them out."""
    note: str | None = None
    """Why this is not the answer in a language model's words, where one is configured."""
    unfinished: bool = False
    """A language model is still writing: more sentences may follow, or the extractive answer in their place."""
    prompt: str | None = None
    """Hash of the prompt (rag.prompts) of an answer whose mode is llm."""
    standalone: str | None = None
    """The question that was answered, where `question` was read in the light of earlier ones or put into policy words."""
    id: str | None = field(default=None)
