"""One reader with every query."""

from triage.queries.belonging import Belonging
from triage.queries.board import Board
from triage.queries.chosen import Chosen
from triage.queries.closed import Closed
from triage.queries.compare import Compare
from triage.queries.contents import Contents
from triage.queries.disguised import Disguised
from triage.queries.entry import Entries
from triage.queries.facts import Facts
from triage.queries.fetched import Fetched
from triage.queries.files import Files
from triage.queries.findings import Findings
from triage.queries.gallery import Gallery
from triage.queries.keywords import Keywords
from triage.queries.marks import Marks
from triage.queries.neighbours import Neighbours
from triage.queries.people import People
from triage.queries.positions import Positions
from triage.queries.protected import Protected
from triage.queries.records import Records
from triage.queries.rows import Views
from triage.queries.stated import Stated
from triage.queries.timeline import Timeline
from triage.queries.traces import Traces
from triage.queries.whence import Whence
from triage.queries.whereabouts import Whereabouts


class Queries(
    Belonging,
    Board,
    Chosen,
    Closed,
    Disguised,
    Compare,
    Contents,
    Entries,
    Facts,
    Fetched,
    Files,
    Positions,
    Findings,
    Gallery,
    Keywords,
    Marks,
    Neighbours,
    People,
    Protected,
    Records,
    Views,
    Stated,
    Timeline,
    Traces,
    Whereabouts,
    Whence,
):
    """Everything that can be asked of a case."""
