"""The values that flow through Sigap: what goes in, what comes out. Standard library only.

All values are immutable. `None` means "the evidence does not say". A time without a zone is not UTC.
Everything here may cross the pipe to a worker process; nothing else does.
"""

from triage.model.brightness import Brightness
from triage.model.entries import Digests, Entry, FileType, Kind, Outcome, Stamp, Status, Times, Zone
from triage.model.locators import Locator, Step
from triage.model.outcomes import CustodyEvent, Examined, Hit, Opened, Problem, Ran
from triage.model.records import (
    FACTS,
    Account,
    Appended,
    AppRecord,
    Call,
    Contact,
    Device,
    Frame,
    Media,
    Message,
    Metadata,
    Place,
    Preview,
    Record,
    Table,
    Visit,
)
from triage.model.rows import Child, Listed, Rows, Taken
from triage.model.traces import (
    TRACES,
    Bookmark,
    Download,
    GalleryItem,
    Network,
    Notification,
    Program,
    Search,
    Shared,
    Use,
)

RECORDS: tuple[type[Record], ...] = (*FACTS, *TRACES)

__all__ = [
    "RECORDS",
    "Account",
    "AppRecord",
    "Appended",
    "Bookmark",
    "Brightness",
    "Call",
    "Child",
    "Contact",
    "CustodyEvent",
    "Device",
    "Digests",
    "Download",
    "Entry",
    "Examined",
    "FileType",
    "Frame",
    "GalleryItem",
    "Hit",
    "Kind",
    "Listed",
    "Locator",
    "Media",
    "Message",
    "Metadata",
    "Network",
    "Notification",
    "Opened",
    "Outcome",
    "Place",
    "Preview",
    "Problem",
    "Program",
    "Ran",
    "Record",
    "Rows",
    "Search",
    "Shared",
    "Stamp",
    "Status",
    "Step",
    "Table",
    "Taken",
    "Times",
    "Use",
    "Visit",
    "Zone",
]
