"""How a report was asked for: one value, checked before anything is written, told to the custody log as it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from triage.errors import UserError
from triage.queries.chosen import SELECTIONS
from triage.report.moments import ZONES
from triage.text import LANGUAGES

FORMATS = ("pdf", "html", "case", "vics", "csv", "xlsx", "forms")
IMAGES = ("none", "blurred", "full")
EXPORTS = ("none", "plain", "all")  # of the findings as files
SIGNATURES = ("visible", "invisible", "none")  # of the PDF; the manifest is signed in any case


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWish:
    """`images`: none, blurred or full (small pictures, never of what matched a list). `select`: which files are findings; all is
    what matched or was tagged. `exhibit`: this one alone.

    `zone` is the local time shown beside UTC; empty: the one stated for the case, else WIB. `bundle`: with all that others need to check it, in the layout of `bag`.
    `identities`: names and numbers of protected persons stand in it. `export`: the findings go along as files, `plain` without those that
    matched a notable list, were graded or show a protected person, `all` with them.
    """

    language: str = "id"
    formats: tuple[str, ...] = ("html",)
    images: str = "blurred"
    select: str = "all"
    exhibit: str | None = None
    zone: str = ""
    bundle: bool = False
    signature: str = "visible"
    identities: bool = False
    export: str = "none"

    def check(self) -> None:
        """Raises UserError where a choice is none, and says what there is."""
        if self.language not in LANGUAGES:
            raise UserError(f"no report language {self.language!r}; there are {', '.join(LANGUAGES)}")
        if unknown := [each for each in self.formats if each not in FORMATS]:
            words = f"this version writes no report as {unknown[0]!r}; the formats there are: {', '.join(FORMATS)}"
            raise UserError(words)
        if not self.formats:
            raise UserError(f"name at least one report format: {', '.join(FORMATS)}")
        _one_of(self.images, IMAGES, "choice of images")
        _one_of(self.select, SELECTIONS, "selection of findings")
        _one_of(self.export, EXPORTS, "choice of files to export")
        _one_of(self.signature, SIGNATURES, "signature")
        _one_of(self.zone, ("", *ZONES), "time zone")

    def told(self) -> dict[str, object]:
        """As data of a custody event."""
        return {**asdict(self), "formats": list(self.formats)}


def _one_of(value: str, choices: tuple[str, ...], what: str) -> None:
    if value not in choices:
        raise UserError(f"no such {what}: {value!r}; there are {', '.join(choices)}")
