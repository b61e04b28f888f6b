"""Lists of digests and of picture fingerprints: import once, look up without loading.

`importer` brings a list in: `sources` reads what it comes in, `intake` takes the rows, `sorting` and `tables` write them, `record` says
what the list is. `lists` opens lists and answers for each item by `search`. `storage` and `vault` seal, `schemes` says what
category codes mean, `export` writes lists for others. `pdq` makes fingerprints, `variants` those of a
picture as it may have been before it was edited, `nearest` finds all references within a distance.
"""

import os

# The arrays here are small: a second thread for them costs more than it brings, and every worker would start its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
