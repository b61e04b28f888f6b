"""What was fetched from elsewhere: downloads that browsers recorded, and the marks that systems leave on files."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader
from triage.schema import iso


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """One record. `file` is the file that was fetched, as the record names it; `path` and `where` say where the record is."""

    entry_id: int
    exhibit: str
    app: str
    started_at: str | None
    url: str | None
    referrer: str | None
    note: str | None
    zone: str | None
    file: str | None
    deleted: str | None
    path: str
    where: str


class Fetched(Reader):
    """Queries about downloads."""

    def downloads(self, *, limit: int = -1) -> list[DownloadRow]:
        """By exhibit and time; those without a time last."""
        return self.rows(
            DownloadRow,
            f"""SELECT d.entry_id, x.label, d.app, {iso("d.started_at", "d.started_at_local")}, d.url, d.referrer, d.note, d.zone,
            d.path, d.deleted, e.path, d.where_ FROM download d JOIN entry e ON e.id = d.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            ORDER BY x.label, d.started_at IS NULL, d.started_at, d.path, d.url, d.where_ LIMIT ?""",
            (limit,),
        )

    def download_count(self) -> int:
        """How many there are."""
        return self.value("SELECT count(*) FROM download")
