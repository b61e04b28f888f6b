"""The one page of the report to browse, and the folder of data beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import __version__
from triage.assets import report_asset
from triage.report.browse.chunks import Chunks, script_json
from triage.report.browse.findings import write_findings
from triage.report.browse.listings import LISTINGS, write_listings
from triage.report.browse.scenes import write_events, write_media, write_positions
from triage.report.browse.talks import write_talks
from triage.report.masking import masking
from triage.report.model import Report
from triage.report.moments import ZONES
from triage.report.page import PAGES, environment
from triage.report.verify_page import own, sealed
from triage.text import Say, table

if TYPE_CHECKING:
    from pathlib import Path

    from triage.report.browse.chunks import DataSet
    from triage.report.sections import Frame

INDEX, DATA = "index.html", "data"
SCRIPTS = (
    "data.js",
    "words.js",
    "list.js",
    "listing.js",
    "findings.js",
    "gallery.js",
    "talks.js",
    "timeline.js",
    "map.js",
    "page.js",
)
TEXTS = ("browse", "report", "paper", "problem")


def write_browser(frame: Frame, folder: Path) -> None:
    """Write the page and its data into the folder. Raises OSError, CaseError."""
    report, say = Report(frame), Say(frame.language)
    sets = _write_data(report, Chunks(folder / DATA, masking(frame.queries, say, shown=frame.wish.identities)), say)
    style, script = _asset("page.css"), "".join(_asset(name) for name in SCRIPTS)
    page = environment(frame).get_template("browse/index.html.j2").render(
        frame=frame,
        version=__version__,
        over=report.over,
        listings=[name for name in LISTINGS if name not in {"files", "hits", "problems"}],
        sets=sets,
        printed=PAGES[frame.language],
        style=own(style),
        script=own(script),
        facts=own(script_json(_facts(frame, sets))),
        policy=_policy(style, script),
    )  # fmt: skip
    (folder / INDEX).write_text(page, encoding="utf-8", newline="\n")


def _write_data(report: Report, chunks: Chunks, say: Say) -> dict[str, DataSet]:
    return {
        "findings": write_findings(report, chunks, say),
        "media": write_media(report, chunks),
        "positions": write_positions(report, chunks),
        "events": write_events(report, chunks),
        **write_talks(report, chunks),
        **write_listings(report.frame.queries, chunks),
    }


def _facts(frame: Frame, sets: dict[str, DataSet]) -> dict[str, object]:
    """What the script starts from: the sets, the texts of the language, the zone."""
    texts = {f"{name}.{key}": text for name in TEXTS for key, text in table(name, frame.language).items()}
    return {
        "sets": {name: each.told() for name, each in sets.items()},
        "shown": {name: len(listing.shown) for name, listing in LISTINGS.items()},
        "texts": texts,
        "language": frame.language,
        "zone": frame.wish.zone,
        "hours": ZONES[frame.wish.zone],
    }


def _policy(style: str, script: str) -> str:
    """This style, this script and what it loads; pictures inside the data; nothing else (CSP Level 3, `strict-dynamic`)."""
    return (
        f"default-src 'none'; script-src {sealed(script)} 'strict-dynamic'; style-src {sealed(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _asset(name: str) -> str:
    return report_asset("browse", name).read_text(encoding="utf-8")
