"""Files that are not what they seem: content of another type than the name says, data behind the end, two formats in one file."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader

# Of each such file one row: what its content is where the name says otherwise, and every stretch that is not its own.
_FOUND = """FROM entry e JOIN content c ON c.entry_id = e.id
    WHERE c.mismatch OR e.id IN (SELECT entry_id FROM appended WHERE declared IS NULL)"""


@dataclass(frozen=True, slots=True)
class DisguisedRow:
    """`mismatch`: the name claims another type than `mime`. `kinds` of what shares the file: behind the end, in front, shared; `inside` says more."""

    entry_id: int
    exhibit: str
    path: str
    size: int | None
    mime: str | None
    mismatch: bool
    kinds: str | None
    inside: str | None


class Disguised(Reader):
    """The query behind the section of type truth. What a camera declares (motion photos) is left out."""

    def disguised(self, *, limit: int = -1) -> list[DisguisedRow]:
        """Files with something of a known type inside first, then by exhibit and path."""
        return self.rows(
            DisguisedRow,
            f"""SELECT e.id, (SELECT x.label FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id WHERE v.id = e.evidence_id), e.path, e.size,
            c.mime, coalesce(c.mismatch, 0),
            (SELECT group_concat(kind, ', ') FROM (SELECT DISTINCT kind FROM appended WHERE entry_id = e.id AND declared IS NULL ORDER BY kind)),
            (SELECT group_concat(told, ', ') FROM (SELECT coalesce(mime, '?') || ' @ ' || offset || ' (' || size || ' B)' AS told FROM appended
            WHERE entry_id = e.id AND declared IS NULL ORDER BY offset, mime)) {_FOUND}
            ORDER BY EXISTS (SELECT 1 FROM appended a WHERE a.entry_id = e.id AND a.mime IS NOT NULL AND a.declared IS NULL) DESC, 2, e.path, e.locator
            LIMIT ?""",
            (limit,),
        )

    def disguised_count(self) -> int:
        """How many there are."""
        return self.value(f"SELECT count(*) {_FOUND}")
