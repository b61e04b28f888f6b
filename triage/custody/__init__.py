"""The custody log: `custody.jsonl`, one signed JSON line per event, each bound to the one before. Lines are only added.

A line is the JSON of a `CustodyEvent` with sorted keys, no spaces, in UTF-8, and a line feed. `digest` is SHA-256 over the
same JSON without `digest` and `signature`; `signature` is Ed25519 over the 32 bytes of the digest; `previous` is the
digest of the line before, zeros in the first. The first event states the public key in its data. An event `key`, signed by
another key and stating it, goes before the first event of that key: the case went on elsewhere, or someone else wrote. An
event `clock` goes before the first event of a clock that went back or was set to another time zone; `zone` of every event is
the setting of the computer.

A line without its end is what a crash leaves. It stays; the next event is then `custody.torn` and states offset, length
and SHA-256 of those bytes. A chain alone does not show what was cut off at its end: the report prints the head for that.
"""

from triage.custody.chain import LogCheck
from triage.custody.log import LOG_FILE, Custody, log_until, read_events, verify_log

__all__ = ["LOG_FILE", "Custody", "LogCheck", "log_until", "read_events", "verify_log"]
