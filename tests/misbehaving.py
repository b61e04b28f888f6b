"""Work for worker processes that goes wrong on purpose; a module of its own because spawned processes import it."""

import os
import signal
import time
from functools import partial

from triage.workers import Workers, examine_batch


def crashing(batch):
    """Dies on every entry named crash*."""
    if any(entry.name.startswith("crash") for entry in batch):
        os.kill(os.getpid(), signal.SIGSEGV)
    return examine_batch(batch)


def hanging(batch):
    """Never comes back from an entry named hang*."""
    if any(entry.name.startswith("hang") for entry in batch):
        time.sleep(600)
    return examine_batch(batch)


def greedy(batch):
    """Asks for more memory than any worker may have on an entry named greedy*."""
    if any(entry.name.startswith("greedy") for entry in batch):
        bytearray(1 << 44)
    return examine_batch(batch)


crashing_pool = partial(Workers, work=crashing)
hanging_pool = partial(Workers, work=hanging)
greedy_pool = partial(Workers, work=greedy)
