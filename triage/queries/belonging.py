"""Everything like this one: what belongs with a picture or clip, and why."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader


@dataclass(frozen=True, slots=True)
class BelongingRow:
    """A file that belongs with another one by a rule: those of `media_links`, or content, likeness, cache."""

    entry_id: int
    exhibit: str
    path: str
    deleted: bool
    rule: str
    value: str


LINKED = """
    SELECT o.entry_id, o.rule, o.value FROM media_link k JOIN media_link o ON o.rule = k.rule AND o.value = k.value
        WHERE k.entry_id = ?1
    UNION SELECT o.entry_id, 'likeness', 'group ' || o.group_number FROM near_duplicate k
        JOIN near_duplicate o ON o.group_number = k.group_number WHERE k.entry_id = ?1
    UNION SELECT o.entry_id, 'content', lower(hex(o.sha256)) FROM content k JOIN content o ON o.sha256 = k.sha256
        WHERE k.entry_id = ?1 AND k.length > 0
    UNION SELECT c.entry_id, 'cache', c.cache FROM cached c WHERE c.original_entry_id = ?1
    UNION SELECT c.original_entry_id, 'cache', c.cache FROM cached c WHERE c.entry_id = ?1 AND c.original_entry_id IS NOT NULL"""


class Belonging(Reader):
    """Queries over what belongs together."""

    def belonging(self, entry_id: int, *, limit: int = -1) -> list[BelongingRow]:
        """What belongs with a file, by rule, exhibit and path. Raises CaseError."""
        return self.rows(
            lambda entry, label, path, deleted, rule, value: BelongingRow(
                entry, label, path, bool(deleted), rule, value
            ),
            f"""SELECT e.id, x.label, e.path, e.deleted, l.rule, l.value FROM ({LINKED}) l JOIN entry e ON e.id = l.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id WHERE e.id != ?1
            ORDER BY l.rule, x.label, e.path, e.locator LIMIT ?2""",
            (entry_id, limit),
        )

    def entries_of_path(self, path: str, *, limit: int = 20) -> list[tuple[int, str, str]]:
        """Entry, exhibit and path of files whose path is, or ends with, this one; live before deleted."""
        return self.rows(
            lambda *columns: columns,
            """SELECT e.id, x.label, e.path FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE e.kind = 'file' AND (e.path = ?1 OR e.path LIKE '%/' || replace(replace(replace(?1, '\\', '\\\\'), '%', '\\%'), '_', '\\_') ESCAPE '\\')
            ORDER BY e.deleted, x.label, e.path, e.locator LIMIT ?2""",
            (path, limit),
        )
