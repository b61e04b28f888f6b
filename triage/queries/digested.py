"""The digests that a run states when it ends: of the documented views, and of every table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from triage.queries.reader import Queries
from triage.queries.rows import rows_digest

if TYPE_CHECKING:
    from pathlib import Path

    from triage.queries.contents import Digests


def result_digests(folder: Path) -> tuple[dict[str, dict[str, object]], Digests]:
    """What `rows_digest` and `table_digests` give, both at once: SQLite makes the texts without Python's lock. Raises CaseError."""
    with closing(Queries(folder)) as one, closing(Queries(folder)) as other, ThreadPoolExecutor(1) as beside:
        tables = beside.submit(other.table_digests)
        return rows_digest(one), tables.result()
