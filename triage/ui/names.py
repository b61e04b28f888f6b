"""The panes of a case in their order, by name: what the menus need before a case is open."""

PANES = (
    "board", "search", "files", "hits", "conversations", "people", "traces", "timeline", "places", "media", "problems", "custody", "report",
)  # fmt: skip
