"""The families of error (docs/architecture.md). Each says what happens next.

`EvidenceError`: the evidence is at fault; it becomes a `Problem` and the run goes on.
`CaseError`: the case or the disk it lies on is at fault; the run stops, nothing is lost.
`UserError`: the request is at fault; one line, no traceback.
"""


class SigapError(Exception):
    """Base of everything Sigap raises on purpose."""


class EvidenceError(SigapError):
    """Evidence that cannot be read as it stands. `kind` is the kind of the `Problem` it becomes."""

    kind = "unreadable"


class Unreadable(EvidenceError):
    """The bytes cannot be had: an input/output error, a missing part."""


class Malformed(EvidenceError):
    """The bytes are there and break the rules of their format."""

    kind = "malformed"


class Encrypted(EvidenceError):
    """The bytes are protected and no key was given, or not the right one."""

    kind = "encrypted"


class MaybeEncrypted(EvidenceError):
    """No format that is known, and noise from start to end: it may be encrypted. Nothing more is asserted."""

    kind = "maybe-encrypted"


class Unsupported(EvidenceError):
    """A format that is recognised and that Sigap does not read."""

    kind = "unsupported"


class NoPicture(Unsupported):
    """A clip without a stream of pictures: sound alone, or neither."""


class Truncated(EvidenceError):
    """The bytes end before the format says they do."""

    kind = "truncated"


class LimitReached(EvidenceError):
    """A limit of the settings (size, depth, count, ratio) stopped the reading here."""

    kind = "limit"


class CaseError(SigapError):
    """The case cannot be opened or written: disk full, read-only, newer program, broken log."""


class UserError(SigapError):
    """A request that cannot be met as it was made; the message says what to do."""


class CannotOpen(UserError):
    """The source or the case that was named cannot be opened."""


class KeyLocked(UserError):
    """The signing key needs its passphrase; who can ask a person for it does, and tries again."""


class SourceGone(UserError):
    """The evidence cannot be reached any more; what was not examined stays pending."""
