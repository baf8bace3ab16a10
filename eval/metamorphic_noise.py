"""Clauses that have nothing to do with the corpus: real laws where they are at hand, else senseless sentences."""

import json
import random
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rag.errors import InputError
from rag.settings import BUILTIN_MODEL

VOCABULARY: Final = BUILTIN_MODEL / "tokenizer.json"
"""23,000 Chinese words of laws, papers and encyclopaedias."""
LAWS: Final = Path("laws", "markdown.tar.xz")
_ARTICLE = re.compile(r"^\s*第[零〇一二三四五六七八九十百千\d]+条", re.MULTILINE)
_VERSION = re.compile(r"\(.*")
_LONGEST: Final = 100
"""Articles of the longest law taken: one code must not be all the noise."""
_ARTICLES_A_DOCUMENT: Final = 20
_WORDS_A_SENTENCE: Final = range(6, 15)
_WORD = re.compile("[\u4e00-\u9fff]{2,}")


def laws(data: Path, clauses: int, seed: int) -> dict[str, str]:
    """Name -> Markdown of laws, one version each, with at least `clauses` articles together, chosen by `seed`.

    Raises:
        InputError: the folder has no laws.
    """
    try:
        with tarfile.open(data / LAWS) as archive:
            files = {
                Path(member.name).stem: file.read().decode()
                for member in archive
                if member.name.endswith(".md") and (file := archive.extractfile(member)) is not None
            }
    except (OSError, tarfile.TarError) as problem:
        raise InputError(f"读不了数据文件夹 {data}（{problem}）。请检查 --data。") from problem
    names = sorted(files)
    random.Random(seed).shuffle(names)
    chosen: dict[str, str] = {}
    titles: set[str] = set()
    for name in names:
        articles = len(_ARTICLE.findall(files[name]))
        if not 0 < articles <= _LONGEST or _VERSION.sub("", name) in titles:
            continue
        if clauses <= 0:
            break
        titles.add(_VERSION.sub("", name))
        chosen[name] = files[name]
        clauses -= articles
    return chosen


def senseless(said: str, clauses: int, seed: int) -> dict[str, str]:
    """Name -> text of made-up documents called 示例: `clauses` articles of words that do not stand in `said`, in random order."""
    vocabulary = json.loads(VOCABULARY.read_text(encoding="utf8"))["model"]["vocab"]
    strange = [word for word, *_ in vocabulary if _WORD.fullmatch(word) and word not in said]
    rng = random.Random(seed)
    found: dict[str, str] = {}
    for number in range(0, clauses, _ARTICLES_A_DOCUMENT):
        articles = [
            f"第{place}条　{''.join(rng.choices(strange, k=rng.choice(_WORDS_A_SENTENCE)))}。"
            for place in range(1, min(_ARTICLES_A_DOCUMENT, clauses - number) + 1)
        ]
        name = f"示例杂项{number // _ARTICLES_A_DOCUMENT + 1}"
        found[name] = "\n\n".join([name, *articles, ""])
    return found


def write_noise(texts: Mapping[str, str], folder: Path) -> None:
    """One Markdown file a text in the new `folder`."""
    folder.mkdir(parents=True)
    for number, text in enumerate(texts.values()):
        (folder / f"noise-{number:04}.md").write_text(text, encoding="utf8")
