"""Looking into one entry: its bytes, its text, the tables and trees inside it.

A look is asked of a `Viewer`, which has a process of its own for each evidence: what a hostile file does to the libraries that read it,
it does there. `looks` has what can be asked and what comes back; `inside` reads, in that process.
"""

from triage.viewing.looks import (
    Bytes,
    CopyTo,
    Find,
    GetBytes,
    GetPicture,
    GetRows,
    GetTables,
    GetText,
    GetTree,
    Look,
    Node,
    Picture,
    Rows,
    Seen,
    TableHead,
    Text,
    Tree,
)
from triage.viewing.texts import ENCODINGS
from triage.viewing.viewer import Viewer

__all__ = [
    "ENCODINGS",
    "Bytes",
    "CopyTo",
    "Find",
    "GetBytes",
    "GetPicture",
    "GetRows",
    "GetTables",
    "GetText",
    "GetTree",
    "Look",
    "Node",
    "Picture",
    "Rows",
    "Seen",
    "TableHead",
    "Text",
    "Tree",
    "Viewer",
]
