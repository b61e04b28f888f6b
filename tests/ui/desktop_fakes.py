"""Stand-ins for what the desktop stands on: scans that do as the test says, cases that are made up."""

import threading
from array import array

from triage.queries import FileRow
from triage.run import Progress
from triage.ui.core import CoreActions


class Steered(CoreActions):
    """The program's own actions, but a scan goes on until the test lets it end or the desktop stops it."""

    def __init__(self):
        self.scanned = []
        self.let_end = threading.Event()
        self.fails = None
        self.moment = Progress("examine", done=3, pending=7, problems=1, elapsed_s=2.0, current="/a/b")

    def scan(self, case, source, *, exhibit, settings, password, stop, progress):
        self.scanned.append((source, exhibit, settings))
        self.password = password
        while not self.let_end.is_set() and not stop():
            progress(self.moment)
            self.let_end.wait(0.01)
        if self.fails:
            raise self.fails
        return "stopped" if stop() else "done"


class Million:
    """A reader of a case with a million files that are made up when they are asked for."""

    def __init__(self, count=1_000_000):
        self.ids = array("q", range(count))
        self.asked = []
        self.fetched = 0

    def file_ids(self, chosen, *, sort, descending, limit=-1, stop=None):
        self.asked.append((chosen, sort, descending))
        kept = self.ids if not chosen.text else array("q", range(int(chosen.text)))
        kept = array("q", reversed(kept)) if descending else kept
        return kept if limit < 0 else kept[:limit]

    def exhibits(self):
        return ["A1"]

    def file_rows(self, ids):
        self.fetched += len(ids)
        return {number: file_row(number) for number in ids}

    def close(self):
        pass


def file_row(number, **more):
    """One made-up file."""
    values = dict.fromkeys(FileRow.__dataclass_fields__) | {
        "id": number, "exhibit": "A1", "path": f"/folder/{number}.txt", "name": f"{number}.txt", "kind": "file",
        "size": number, "deleted": False, "mismatch": False, "status": "examined", "locator": f"fs:/folder/{number}.txt",
        "reason": "", "notable": False,
    }  # fmt: skip
    return FileRow(**values | more)


HOSTILE = "<b>foto</b>\u202egpj.exe"
BODY = "<img src=x onerror=1> & <b>tebal</b>\n\u202eterbalik " + "x" * 300
