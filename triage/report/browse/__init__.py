"""The report to browse: one folder that opens by double click, without a server, a program or a network.

`index.html` carries style and script and allows nothing else but these two by their digests, and what that script itself loads: data, in
chunks of JavaScript, because a page opened from a disk may not read files (`data/<name>/<number>.js`). Data is arrays of text and numbers;
the script puts text from evidence into text nodes and nowhere else.
"""

from triage.report.browse.page import write_browser

__all__ = ["write_browser"]
