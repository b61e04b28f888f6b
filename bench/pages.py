"""Tables that programs put into the pages of docs/, between two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put_table(page: Path, begin: str, end: str, table: str) -> None:
    """Replace what stands between the marks. Raises ValueError where the page does not have them."""
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"{page}: the marks {begin} and {end} are not there")
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n\n{table}\n\n{end}{after}", encoding="utf-8")
