"""A small writer of documents for word processors (Office Open XML, ECMA-376, transitional): paragraphs, tables, header, footer.

Everything is text: what comes from evidence is escaped, and characters that XML cannot hold were made visible before. Equal blocks give
equal bytes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from itertools import zip_longest
from xml.sax.saxutils import escape

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WIDTH = 9_638  # twentieths of a point between the margins of A4
_DATE = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text of one or several lines. `style`: Normal, Title, Heading1 or Small."""

    text: str
    style: str = "Normal"
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `widths` in per cent. The first row is a head that is repeated on each page where `head` says so."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    head: bool = False
    lines: bool = True


Block = Paragraph | Table


def document(blocks: list[Block], *, title: str, above: str, below: str) -> bytes:
    """The file. `above` stands on top of every page, `below` at its foot, before the number of the page."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations((("officeDocument", "word/document.xml"),)),
        "word/document.xml": _body(blocks),
        "word/_rels/document.xml.rels": _relations(
            (("styles", "styles.xml"), ("header", "header1.xml"), ("footer", "footer1.xml"))
        ),
        "word/styles.xml": _styles(),
        "word/header1.xml": f"{_HEAD}<w:hdr {_SPACES}>{_paragraph(Paragraph(above, 'Small', centred=True))}</w:hdr>",
        "word/footer1.xml": f"{_HEAD}<w:ftr {_SPACES}>{_foot(below)}</w:ftr>",
        "docProps/core.xml": _core(title),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _body(blocks: list[Block]) -> str:
    inside = "".join(
        _table(each) if isinstance(each, Table) else _paragraph(each, keep=isinstance(below, Table) and not below.lines)
        for each, below in zip_longest(blocks, blocks[1:])
        if each is not None
    )
    page = (
        '<w:sectPr><w:headerReference w:type="default" r:id="r2"/><w:footerReference w:type="default" r:id="r3"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"'
        ' w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"{_HEAD}<w:document {_SPACES}><w:body>{inside}{page}</w:body></w:document>"


def _paragraph(block: Paragraph, *, keep: bool = False) -> str:
    """`keep`: on one page with what follows, so that no signatures stand on a page alone."""
    centred = '<w:jc w:val="center"/>' if block.centred else ""
    runs = "<w:r><w:br/></w:r>".join(_run(line) for line in block.text.split("\n"))
    kept = "<w:keepNext/>" if keep or block.style == "Heading1" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{block.style}"/>{kept}{centred}</w:pPr>{runs}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _table(block: Table) -> str:
    line = "single" if block.lines else "nil"
    sides = "".join(
        f'<w:{side} w:val="{line}" w:sz="4" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    widths = [WIDTH * each // 100 for each in block.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(
        _row(row, widths, head=block.head and place == 0, keep=not block.lines and place + 1 < len(block.rows))
        for place, row in enumerate(block.rows)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>'
    )


def _row(row: tuple[str, ...], widths: list[int], *, head: bool, keep: bool) -> str:
    kind = "<w:trPr><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(Paragraph(cell, "Heading2" if head else "Cell"), keep=keep or head)}</w:tc>'
        for cell, width in zip(row, widths, strict=True)
    )
    return f"<w:tr>{kind}{cells}</w:tr>"


def _foot(below: str) -> str:
    def field(name: str) -> str:
        return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    return f'<w:p><w:pPr><w:pStyle w:val="Small"/></w:pPr>{_run(below + " · ")}{field("PAGE")}{_run(" / ")}{field("NUMPAGES")}</w:p>'


def _styles() -> str:
    def style(name: str, size: int, *, bold: bool = False, after: int = 120) -> str:
        weight = "<w:b/>" if bold else ""
        default = ' w:default="1"' if name == "Normal" else ""
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{name}"/>'
            f'<w:pPr><w:spacing w:after="{after}"/></w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"'
            f' w:cs="Times New Roman"/>{weight}<w:sz w:val="{size}"/></w:rPr></w:style>'
        )

    styles = (
        style("Normal", 22)
        + style("Title", 28, bold=True, after=60)
        + style("Heading1", 24, bold=True)
        + style("Heading2", 20, bold=True, after=0)
        + style("Cell", 20, after=0)
        + style("Small", 16, after=0)
    )
    return f"{_HEAD}<w:styles {_SPACES}>{styles}</w:styles>"


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("header1", "header"),
            ("footer1", "footer"),
        )
    )
    core = '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}{core}</Types>'
    )


def _relations(targets: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
