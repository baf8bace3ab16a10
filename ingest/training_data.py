"""What the built-in encoder is trained on: texts to read, and question-passage pairs.

Only sources that may be used and whose derived model may be shipped with attribution
(see rag/encoder/README.md): laws, State Council documents and government reports
(not protected, Copyright Law art. 5), lawyer-llama (Apache-2.0), ChinaXiv (CC BY 4.0),
CMRC 2018 train (CC BY-SA 4.0) and hand-written questions of our own. Benchmarks
(STARD, LawBench, XQuAD, DRCD, ncp_policy_qa) are never trained on, nor is anything of
the documents in `HELD_OUT`: neither their questions nor their text.
"""

import json
import lzma
import re
import tarfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final, NamedTuple

DEVELOPMENT: Final = frozenset(
    {
        "039_国务院关于做好当前和今后一个时期促进就业工作的若干意见",
        "017_国务院办公厅关于推进政务新媒体健康有序发展的意见",
        "057_国务院关于支持自由贸易试验区深化改革创新若干措施的通知",
        "北京市促进中小企业发展条例(2020-09-25)",
        "循环经济促进法(2018-10-26)",
        "网络数据安全管理条例(2024-09-24)",
    }
)
"""Documents with written questions, kept out of training to choose settings on."""
UNSEEN: Final = frozenset(
    {
        "004_国务院办公厅关于加强三级公立医院绩效考核工作的意见",
        "006_国务院办公厅关于开展城镇小区配套幼儿园治理工作的通知",
        "041_国务院办公厅关于印发国家粮食应急预案的函",
        "促进个体工商户发展条例(2022-10-01)",
        "深圳经济特区细胞和基因产业促进条例(2023-01-06)",
        "浙江省可再生能源开发利用促进条例(2021-03-26)",
        "山东省新旧动能转换促进条例(2019-07-26)",
        "浙江省快递业促进条例(2021-09-30)",
        "北京市促进科技成果转化条例(2019-11-27)",
        "湖州市绿色金融促进条例(2021-10-14)",
    }
)
"""Documents of eval/gold/unseen_documents.jsonl, kept out of training to report on."""
HELD_OUT: Final = DEVELOPMENT | UNSEEN
PASSAGE_CHARACTERS: Final = 200
"""Longer passages are cut: a mean over more pieces says little about any one of them."""

_TAG = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]+>", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_PART_NUMBER = re.compile(r"^第.{1,5}?[编章节]")
_HEADING_NUMBER = re.compile(r"^[\d.、\s一二三四五六七八九十（）()]+")


class Pair(NamedTuple):
    """A question (or title, or heading), the passage that belongs to it, and where it stands."""

    question: str
    passage: str
    document: str = ""
    clause: str = ""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file, xz-compressed or plain."""
    with (
        lzma.open(path, "rt", encoding="utf8")
        if path.suffix == ".xz"
        else path.open(encoding="utf8") as lines
    ):
        for line in lines:
            yield json.loads(line)


def sentences(text: str) -> list[str]:
    """Sentences and semicolon clauses of `text`, stripped, in reading order."""
    return [stripped for found in _SENTENCE.findall(text) if (stripped := found.strip())]


def texts(data: Path) -> Iterator[str]:
    """Running text for the vocabulary and the word vectors, some 50 million characters."""
    for article in _articles(data):
        yield article["text"]
    for report in read_lines(data / "gov_reports" / "work_reports.jsonl.xz"):
        yield report["content"]
    for name, text in government_pages(data):
        if name not in HELD_OUT:
            yield text
    yield from (text for record in _advice(data) for text in _strings(record))
    seen: set[str] = set()
    for record in read_lines(data / "readers" / "cmrc2018_train.jsonl.xz"):
        yield (
            record["question"] if record["context"] in seen else f"{record['context']}\n{record['question']}"
        )
        seen.add(record["context"])
    for paper in read_lines(data / "chinaxiv" / "abstracts.jsonl.xz"):
        yield f"{paper['title']}\n{paper['abstract']}"
    for paragraph in read_lines(data / "chinaxiv" / "paragraphs.jsonl.xz"):
        yield paragraph["text"]
    for pair in policy_pairs(data):
        yield pair.question


def policy_pairs(data: Path, *, held_out: bool = False) -> list[Pair]:
    """Hand-written questions with the sentence that answers them, of the held-out documents or the others."""
    return [
        Pair(record["question"], record["sentence"], record["doc"], record["clause"])
        for path in sorted((data / "policy_questions").glob("t?.jsonl"))
        for record in read_lines(path)
        if (record["doc"] in HELD_OUT) == held_out
    ]


def generic_pairs(data: Path) -> list[Pair]:
    """Pairs from other fields: quantity beside the policy pairs."""
    pairs = [*_reader_pairs(data), *_advice_pairs(data), *_paper_pairs(data), *_article_pairs(data)]
    return [pair for pair in pairs if len(pair.question) > 3 and len(pair.passage) > 8]


def held_out_sentences(data: Path) -> dict[str, list[tuple[str, str]]]:
    """All sentences of every document of `DEVELOPMENT` as (clause, sentence), the sentences of its questions first.

    A further sentence carries its article as clause where the source says so, else
    an empty clause, which is never the right answer: a distractor.
    """
    asked = policy_pairs(data, held_out=True)
    whole = [
        (_bare(f"{row['title']}({row['date']})"), row["article"], row["text"])
        for row in _articles(data, held_out=True)
    ]
    whole += [(name, "", text) for name, text in government_pages(data) if name in HELD_OUT]
    found: dict[str, list[tuple[str, str]]] = {}
    for document in sorted(DEVELOPMENT):
        known = dict.fromkeys((pair.clause, pair.passage) for pair in asked if pair.document == document)
        parts = [_squeeze(passage) for _, passage in known]
        others = [
            (clause, sentence)
            for name, clause, text in whole
            if name in (document, _bare(document))
            for sentence in sentences(text)
            if len(sentence) > 8
            and not any(part in _squeeze(sentence) or _squeeze(sentence) in part for part in parts)
        ]
        found[document] = [*known, *dict.fromkeys(others)]
    return found


def government_pages(data: Path) -> Iterator[tuple[str, str]]:
    """Name and plain text of every State Council page."""
    with tarfile.open(data / "gov_html" / "state_council_html.tar.xz") as archive:
        for member in archive:
            if (page := archive.extractfile(member)) is not None:
                text = unescape(_TAG.sub("\n", page.read().decode("utf8", "replace")))
                yield Path(member.name).stem, text


def _articles(data: Path, *, held_out: bool = False) -> Iterator[dict[str, Any]]:
    """Articles of laws; every version of a held-out law counts as held out."""
    titles = {_bare(re.sub(r"\(.*\)$", "", name)) for name in HELD_OUT}
    for article in read_lines(data / "laws" / "articles.jsonl.xz"):
        if (_bare(article["title"]) in titles) == held_out:
            yield article


def _advice(data: Path) -> Iterator[dict[str, Any]]:
    """lawyer-llama records, without questions that a benchmark tests with."""
    tested = {
        _squeeze(record["question"])
        for record in read_lines(data / "lay_query_to_article" / "pairs.jsonl.xz")
        if not _trainable(record)
    }
    for path in sorted((data / "lawyer_llama").glob("*.jsonl.xz")):
        for record in read_lines(path):
            if _squeeze(_question(record)) not in tested:
                yield record


def _advice_pairs(data: Path) -> Iterator[Pair]:
    for record in read_lines(data / "lay_query_to_article" / "pairs.jsonl.xz"):
        if _trainable(record) and not any(record["law"] in name for name in HELD_OUT):
            yield Pair(record["question"], record["text"][:PASSAGE_CHARACTERS])
    for record in _advice(data):
        if "answer" in record or "response" in record:
            answer = record.get("answer") or record["response"]
            yield Pair(_question(record)[:PASSAGE_CHARACTERS], answer[:PASSAGE_CHARACTERS])


def _reader_pairs(data: Path) -> Iterator[Pair]:
    """CMRC questions with the sentence that holds the first answer."""
    for record in read_lines(data / "readers" / "cmrc2018_train.jsonl.xz"):
        answer = record["answers"][0] if record["answers"] else ""
        holder = next(
            (sentence for sentence in sentences(record["context"]) if answer and answer in sentence), ""
        )
        yield Pair(record["question"], holder)


def _paper_pairs(data: Path) -> Iterator[Pair]:
    """Title -> abstract, and title with heading -> paragraph for every second paragraph."""
    for paper in read_lines(data / "chinaxiv" / "abstracts.jsonl.xz"):
        yield Pair(paper["title"], paper["abstract"][:PASSAGE_CHARACTERS])
    for number, paragraph in enumerate(read_lines(data / "chinaxiv" / "paragraphs.jsonl.xz")):
        heading = _HEADING_NUMBER.sub("", paragraph["heading"] or "")
        if number % 2 == 0 and len(heading) > 4:
            yield Pair(f"{paragraph['title']} {heading}", paragraph["text"][:PASSAGE_CHARACTERS])


def _article_pairs(data: Path) -> Iterator[Pair]:
    """Law and section heading -> article, and first sentence of an article -> the rest of it."""
    for number, article in enumerate(_articles(data)):
        if number % 3 == 0 and article["section"]:
            heading = _PART_NUMBER.sub("", _squeeze(article["section"][-1]))
            yield Pair(f"{article['title']} {heading}", article["text"][:PASSAGE_CHARACTERS])
        elif number % 3 == 1:
            first, _, rest = article["text"].partition("\n")
            yield Pair(first[:PASSAGE_CHARACTERS], rest[:PASSAGE_CHARACTERS])


def _trainable(record: dict[str, Any]) -> bool:
    return record["split"] == "train" and str(record["src"]).startswith("lawyerllama")


def _question(record: dict[str, Any]) -> str:
    return str(record.get("question") or record.get("query") or record.get("input") or "")


def _strings(record: dict[str, Any]) -> Iterator[str]:
    """The texts of a record, however nested."""
    for value in record.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (str(part) for part in value)


def _bare(title: str) -> str:
    return re.sub(r"^(?:\d+_|中华人民共和国)", "", title)


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
