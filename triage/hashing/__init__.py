"""Lists of digests and of picture fingerprints: import once, look up without loading.

`importer` turns a text list into sorted tables, `lists` opens them and answers for each item. Between the two:
`lines` (bounded text), `rows` (what a line says), `tables` (what lies on disk). `pdq` makes fingerprints, `variants` those of a
picture as it may have been before it was edited, `nearest` finds all references within a distance.
"""

import os

# The arrays here are small: a second thread for them costs more than it brings, and every worker would start its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
