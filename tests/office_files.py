"""Word packages written part by part, for what the libraries cannot write."""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def relationships(*links: tuple[str, str], outside: tuple[tuple[str, str], ...] = ()) -> str:
    """A part of links: (kind, target) within the package, and those to the outside."""
    inner = [f'<Relationship Id="i{i}" Type="{_OFFICE}/{k}" Target="{t}"/>' for i, (k, t) in enumerate(links)]
    outer = [
        f'<Relationship Id="o{i}" Type="{_OFFICE}/{k}" Target="{t}" TargetMode="External"/>'
        for i, (k, t) in enumerate(outside)
    ]
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(inner + outer)
        + "</Relationships>"
    )


def word_parts(body: str, **parts: str) -> dict[str, str | bytes]:
    """The parts of a document with this inner XML; `parts`: styles, numbering, footnotes, endnotes."""
    files: dict[str, str | bytes] = {
        "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relationships(*((name, f"{name}.xml") for name in parts)),
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = f"<w:{name} {_NAMESPACES}>{content}</w:{name}>"
    return files


def word(body: str, **parts: str) -> bytes:
    return zipped(word_parts(body, **parts))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    inner = "".join(piece if piece.startswith("<") else run(piece) for piece in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def field(step: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{step}"/></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def numbered(text: str, number_id: int, level: int = 0) -> str:
    return paragraph(
        text,
        properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>',
    )


def level(index: int, number_format: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list; `more` is XML of further properties."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def lists(*definitions: str, overrides: str = "") -> str:
    """numbering.xml: list N (from 1) for each definition; `overrides` are further w:num elements."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{index}">{levels}</w:abstractNum>'
        for index, levels in enumerate(definitions, start=1)
    )
    numbers = "".join(
        f'<w:num w:numId="{index}"><w:abstractNumId w:val="{index}"/></w:num>'
        for index in range(1, len(definitions) + 1)
    )
    return abstract + numbers + overrides
