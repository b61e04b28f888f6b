"""Which of several spaces of a phone a path belongs to: a second user, a work profile, a doubled app, a locked folder.

Android keeps each space under its number: `/data/user/<n>/`, `/data/user_de/<n>/`, `/data/media/<n>/`, `/storage/emulated/<n>/`;
`/data/data/` is space 0. Numbers from 10 on are further users and work profiles (AOSP, mark A); 150 is Samsung's Secure Folder,
95 to 99 Samsung's Dual Messenger, 999 the doubled app of Xiaomi, Huawei, OPPO, vivo and others (mark B).
"""

from __future__ import annotations

import re

_SPACE = re.compile(
    r"(?:^|/)(?:user|user_de|media|emulated|storage_ce|misc_ce|system_ce|system_de|system/users)/(\d{1,5})(?=/|\Z)"
)
_SECURE_FOLDER = 150
_DOUBLED = frozenset({*range(95, 100), 999})


def space_of(path: str) -> str | None:
    """The space in words, as `account` has it while the owner's own identifier is unknown; None: the main one, or no phone.

    The same app in two spaces is two accounts, whatever its files say.
    """
    found = _SPACE.search(path)
    number = int(found[1]) if found else 0
    if number == 0:
        return None
    if number == _SECURE_FOLDER:
        return f"user {number} (Secure Folder)"
    return f"user {number} (dual app)" if number in _DOUBLED else f"user {number}"
