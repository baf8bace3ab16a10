"""First and last day, and what a text ends, read from its own words."""

import pytest

from ingest import fields


@pytest.mark.parametrize(
    ("text", "issued", "expected"),
    [
        ("第九条　本办法自2024年5月1日起施行。", None, "2024-05-01"),
        ("本通知自印发之日起施行。", "2024-03-02", "2024-03-02"),
        ("本办法自公布之日起30日后施行。", "2024-03-02", "2024-04-01"),
        ("本措施自发布之日起实施，有效期三年。", "2024-03-02", "2024-03-02"),
        ("本通知自印发之日起施行。", None, None),
        ("本通知自印发之日起施行。", "2024-03", None),
        ("《示例条例》自2019年1月1日起施行。本办法自2024年5月1日起施行。", None, "2024-05-01"),
        ("贷款自2024年5月1日起计息。", None, None),
    ],
)
def test_the_first_day(text: str, issued: str | None, expected: str | None) -> None:
    assert fields.effective(text, issued) == expected


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("本措施有效期3年。", "2024-05-01", "2027-04-30"),
        ("试行期两年。", "2024-01-01", "2025-12-31"),
        ("有效期5年。", "2024-02-29", "2029-02-28"),
        ("有效期至2025年12月31日。", None, "2025-12-31"),
        ("政策执行期限为2024年1月1日至2026年6月30日。", None, "2026-06-30"),
        ("有效期3年。", None, None),
        ("贷款期限不超过3年。", "2024-05-01", None),
        ("示例许可证有效期为5年。", "2024-05-01", None),
        ("企业的资质证书有效期至2020年12月31日的，应当换证。", "2024-05-01", None),
        ("本办法自2024年5月1日起施行，有效期5年。许可证有效期2年。", "2024-05-01", "2029-04-30"),
    ],
)
def test_the_last_day(text: str, start: str | None, expected: str | None) -> None:
    assert fields.expires(text, start) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《示例旧办法》（示府发〔2019〕1号）同时废止。", ("示府发〔2019〕1号",)),
        ("《示例甲办法》《示例乙办法》同时废止。", ("示例甲办法", "示例乙办法")),
        ("依据《示例法》制定本办法。", ()),
        ("《示例旧办法》同时废止，按《示例新办法》办理。", ("示例旧办法",)),
        ("《示例旧办法》自本办法施行之日起废止。", ("示例旧办法",)),
        ("在《示例协议》之下，对园区内的示例企业，不再执行《示例规定》中的限制性规定，另一项同时废止。", ()),
    ],
)
def test_what_the_text_ends(text: str, expected: tuple[str, ...]) -> None:
    assert fields.repeals(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("示例办法（征求意见稿）", "征求意见稿"),
        ("示例条例（草案）", "征求意见稿"),
        ("示例办法（已废止）", "已失效"),
        ("关于征求意见的通知", None),
    ],
)
def test_what_a_title_says_of_its_standing(title: str, expected: str | None) -> None:
    assert fields.status(title) == expected
