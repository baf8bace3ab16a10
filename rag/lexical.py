"""Keyword search: four BM25 indexes over character grams and words. The only user of jieba and bm25s.

| field           | rows     | tokens                                                        |
|-----------------|----------|---------------------------------------------------------------|
| `passage_grams` | passages | character 1- to 3-grams, Latin words and numbers whole         |
| `passage_words` | passages | jieba words in search mode, Latin words and numbers whole      |
| `clause_grams`  | clauses  | as `passage_grams`, over part, heading, item and text          |
| `question_grams`| passages | as `passage_grams`, with the questions written for the passage (when there are any) |

An index is built once, saved, and read memory-mapped: opening never tokenises the corpus.
"""

import json
import logging
import marshal
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal

import bm25s
import numpy as np
from numpy.typing import NDArray

from rag.indexed import indexed_clause_text, indexed_text, passage_id_of
from rag.lexicon import lexicon
from rag.pinyin import sounds
from rag.types import Clause, Passage

Field = Literal["passage_grams", "passage_words", "clause_grams", "question_grams"]
FIELDS: Final[tuple[Field, ...]] = ("passage_grams", "passage_words", "clause_grams", "question_grams")
LONGEST_GRAM: Final = 3
DICTIONARY: Final = "dictionary.marshal"
SOUNDS: Final = "sounds.json"

_LATIN = re.compile(r"[a-z]+(?:[-+#.&]?[a-z0-9]+)*|\d+(?:[.,]\d+)*(?:[a-z]+|[%‰])?")
_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff]+")
_RUN = re.compile(rf"(?P<latin>{_LATIN.pattern})|(?P<chinese>{_CHINESE.pattern})")
_FUNCTION_WORDS: Final = (
    "什么 哪些 哪个 哪里 哪儿 多少 怎么 怎样 如何 为何 为什么 是否 有没有 没有 我们 你们 他们 咱们 自己 这个 那个 这些 那些 "
    "这里 那里 可以 能够 能不能 可不可以 一个 一些 一下 以及 或者 还是 因为 所以 如果 但是 并且 而且 关于 对于 有关 请问 就是 "
    "不是 还有 已经 进行 其中 的话 现在 到底 究竟 大概 一般"
)

_dictionaries: Final[list[Path]] = []
"""Where the parsed dictionary of the build opened last lies; empty before."""


def grams(text: str) -> list[str]:
    """Character 1- to 3-grams of every Chinese run, and Latin words and numbers whole (6g, 45%, 2027).

    Width and case are folded; white space is ignored, because line breaks stand inside
    sentences; punctuation ends a run.
    """
    tokens: list[str] = []
    for run in _runs(text):
        if not _CHINESE.match(run):
            tokens.append(run)
            continue
        for size in range(1, LONGEST_GRAM + 1):
            tokens.extend(run[start : start + size] for start in range(len(run) - size + 1))
    return tokens


def words(text: str) -> list[str]:
    """Words of `text` as a search engine cuts them: long words are followed by the words inside them."""
    tokens: list[str] = []
    for run in _runs(text):
        tokens.extend(_tokenizer().cut_for_search(run) if _CHINESE.match(run) else [run])
    return tokens


def content_words(text: str) -> list[str]:
    """The distinct words of `text` that name something: no single characters, no function words."""
    found = (word for word in words(text) if len(word) > 1 and word not in _FUNCTION_WORDS.split())
    return list(dict.fromkeys(found))


class LexicalIndex:
    """The four fields of one build, opened read-only; safe for many threads."""

    def __init__(self, fields: dict[Field, Any], folder: Path) -> None:
        self._fields = fields
        self._folder = folder

    @classmethod
    def build(
        cls,
        passages: Sequence[Passage],
        clauses: Sequence[Clause],
        questions: Sequence[Passage],
        folder: Path,
    ) -> None:
        """Write the index of `passages` and `clauses` (in row order) into the new folder `folder`.

        A question belongs to the passage whose id stands before the `?` of its own.

        Raises:
            ValueError: there is nothing to index.
        """
        folder.mkdir(parents=True)
        asked: dict[str, list[str]] = {}
        for question in questions:
            asked.setdefault(passage_id_of(question), []).append(question.text)
        # One field after the other, each row cut when its turn comes: grams as text would not fit into memory.
        fields: dict[Field, Iterator[list[str]]] = {
            "passage_grams": (grams(indexed_text(passage)) for passage in passages),
            "passage_words": (words(indexed_text(passage)) for passage in passages),
            "clause_grams": (grams(indexed_clause_text(clause)) for clause in clauses),
        }
        if asked:
            fields["question_grams"] = (
                grams("。".join((indexed_text(passage), *asked.get(passage.id, ())))) for passage in passages
            )
        for field, rows in fields.items():
            index = _indexed(rows)
            if len(index.vocab_dict) == 1:  # bm25s adds the empty token
                raise ValueError(f"no row of {field!r} holds a word to index")
            index.save(folder / field, show_progress=False)
            if field == "passage_words":
                told = json.dumps(sounds(word for word in index.vocab_dict if word), ensure_ascii=False)
                (folder / SOUNDS).write_text(told, encoding="utf8")
        tokenizer = _tokenizer()
        (folder / DICTIONARY).write_bytes(marshal.dumps((tokenizer.FREQ, tokenizer.total)))

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Read an index written by `build`; the arrays stay on disk until they are needed.

        Raises:
            OSError: a file is missing.
            ValueError: a file is not what `build` wrote.
        """
        _dictionaries[:] = [folder / DICTIONARY]
        there = [field for field in FIELDS if field != "question_grams" or (folder / field).is_dir()]
        return cls({field: _opened(folder / field) for field in there}, folder)

    def rows(self, field: Field) -> int:
        """How many passages or clauses `field` ranks."""
        return int(self._fields[field].scores["num_docs"])

    def scores(self, field: Field, text: str) -> NDArray[np.float32]:
        """BM25 of every row for `text`: (rows,) float32, zeros when no word of `text` occurs."""
        index = self._fields[field]
        known = index.get_tokens_ids(words(text) if field == "passage_words" else grams(text))
        if not known:
            return np.zeros(self.rows(field), dtype=np.float32)
        scores: NDArray[np.float32] = index.get_scores_from_ids(known)
        return scores

    def knows(self, field: Field, word: str) -> bool:
        """Whether `word` (in any width or case) is a token of `field` that occurs in the build."""
        return _folded(word) in self._fields[field].vocab_dict

    def words_sounding(self, pinyin: str) -> list[str]:
        """The words of the build with this toneless pinyin (rag.pinyin)."""
        return self._sounds.get(pinyin, [])

    @cached_property
    def _sounds(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads((self._folder / SOUNDS).read_text(encoding="utf8"))
        return found


def word_probability(word: str) -> float:
    """How likely jieba's dictionary has `word` in running text; 0 when it does not know it."""
    tokenizer = _tokenizer()
    return float(tokenizer.FREQ.get(word, 0) / tokenizer.total)


def _indexed(rows: Iterable[list[str]]) -> Any:  # noqa: ANN401 (bm25s has no types)
    """BM25 of the tokens of `rows`, each token held as a number of four bytes."""
    vocabulary: dict[str, int] = {}
    numbered = [
        array("i", [vocabulary.setdefault(token, len(vocabulary)) for token in tokens]) for tokens in rows
    ]
    index = bm25s.BM25(backend="numpy")
    index.index((numbered, vocabulary or {"": 0}), show_progress=False)
    return index


def _opened(folder: Path) -> Any:  # noqa: ANN401 (bm25s has no types)
    index = bm25s.BM25.load(folder, mmap=True, show_progress=False)
    # Plain views of the mapped files: slicing a memmap object costs more than the scoring.
    index.scores = {
        name: np.asarray(value) if isinstance(value, np.memmap) else value
        for name, value in index.scores.items()
    }
    return index


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _runs(text: str) -> list[str]:
    """Runs of Chinese characters, Latin words and numbers, in reading order, without white space.

    White space separates Latin words and numbers, and joins everything else.
    """
    folded = re.sub(r"(?<![a-z0-9%])\s+|\s+(?![a-z0-9])", "", _folded(text))
    return [match[0] for match in _RUN.finditer(folded)]


@cache
def _tokenizer() -> Any:  # noqa: ANN401 (an untyped library's class, imported late)
    """Jieba with its dictionary of 350,000 words: half a second, so not before a word is needed.

    Left to itself jieba talks to standard error and keeps its parsed dictionary in a file
    of the shared temporary folder, which anyone may have written.
    """
    import jieba

    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = _saved_dictionary() or tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for name in lexicon().names():
        if name not in tokenizer.FREQ:
            tokenizer.add_word(name)
    return tokenizer


def _saved_dictionary() -> tuple[dict[str, int], int] | None:
    """The parsed dictionary of the build opened last: read twice as fast as parsed anew."""
    for path in _dictionaries:
        try:
            words_and_total: tuple[dict[str, int], int] = marshal.loads(path.read_bytes())
        except (OSError, ValueError, EOFError, TypeError):
            return None
        return words_and_total
    return None
