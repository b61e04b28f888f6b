"""What is true about the exhibits, told from what was planted, never from what a program found there."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING

import making_pictures
import making_story as story

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from making_databases import Rang, Said, Sms
    from making_plants import Exhibit, Plant

Facts = dict[str, object]
LISTED = {
    hashlib.sha256(making_pictures.jpeg(number)).hexdigest(): category for number, category in story.NOTABLE.items()
}
SMS_STORE = "data/user_de/0/com.android.providers.telephony/databases/mmssms.db"
MESSAGE_STORE = "data/data/com.whatsapp/databases/msgstore.db"


def truth(exhibits: tuple[Exhibit, ...], folder: Path) -> Facts:
    """The truth file: the images by digest, and everything planted in them. `folder` holds the images."""
    return {
        "case": story.CASE,
        "notice": story.NOTICE,
        "fictional": True,
        "exhibits": [_exhibit(each, folder / each.source) for each in exhibits],
        "files": [_file(each, path, plant) for each in exhibits for path, plant in each.every()],
        "media": [_media(each, path, plant) for each in exhibits for path, plant in each.every() if plant.photo],
        "messages": [_message(each, said) for each in exhibits for said in each.said]
        + [_sms(each, sms) for each in exhibits for sms in each.sms],
        "calls": [_call(each, path, rang) for each in exhibits for path, calls in each.rang.items() for rang in calls],
    }


def notable_rows() -> list[str]:
    """The list of notable pictures, as comma-separated lines."""
    rows = ["md5,sha1,sha256,category,name"]
    for number, category in story.NOTABLE.items():
        content = making_pictures.jpeg(number)
        digests = ",".join(
            hashlib.new(name, content, usedforsecurity=False).hexdigest() for name in ("md5", "sha1", "sha256")
        )
        rows.append(f"{digests},{category},contoh-fiktif-{number}.jpg")
    return rows


def known_rows(contents: list[bytes]) -> list[str]:
    """The list of known files: one SHA-1 a line, sorted."""
    return sorted(hashlib.sha1(content, usedforsecurity=False).hexdigest() for content in contents)


def _exhibit(exhibit: Exhibit, image: Path) -> Facts:
    content = image.read_bytes()
    digests = {name: hashlib.new(name, content, usedforsecurity=False).hexdigest() for name in ("md5", "sha256")}
    return {
        "label": exhibit.label,
        "source": exhibit.source,
        "packed": f"{exhibit.source}.xz",
        "size": len(content),
        **digests,
    }


def _file(exhibit: Exhibit, path: str, plant: Plant) -> Facts:
    digests = {name: plant.digest(name) for name in ("md5", "sha1", "sha256")}
    return {
        "exhibit": exhibit.label,
        "path": path,
        "what": plant.what,
        "size": len(plant.content),
        **digests,
        "deleted": plant.deleted,
        "plain_name": plant.plain,
        "notable": LISTED.get(digests["sha256"]),
        "known": plant.what == "known file",
        "problem": plant.problem,
    }


def _media(exhibit: Exhibit, path: str, plant: Plant) -> Facts:
    photo = plant.photo
    assert photo is not None
    spot = photo.spot
    return {
        "exhibit": exhibit.label,
        "path": path,
        "sha256": plant.digest("sha256"),
        "taken_at": photo.taken.strftime("%Y-%m-%dT%H:%M:%S"),
        "make": photo.camera.make,
        "model": photo.camera.model,
        "serial": photo.camera.serial,
        "place": None if spot is None else spot.name,
        "latitude": None if spot is None else making_pictures.written(spot.latitude),
        "longitude": None if spot is None else making_pictures.written(spot.longitude),
    }


def _message(exhibit: Exhibit, said: Said) -> Facts:
    path, content = said.file or (None, None)
    return {
        "exhibit": exhibit.label,
        "path": MESSAGE_STORE,
        "app": "whatsapp",
        "thread": said.chat.jid,
        "sender": said.sender.jid if said.sender else None,
        "direction": "in" if said.sender else "out",
        "sent_at": _utc(said.at),
        "body": said.body,
        "kind": said.kind,
        "attachment": None if path is None else story.WHATSAPP + path,
        "attachment_sha256": None if content is None else hashlib.sha256(content).hexdigest(),
        "place": None if said.position is None else said.position[2],
        "latitude": None if said.position is None else said.position[0],
        "longitude": None if said.position is None else said.position[1],
        "only_in_log": said.late,
    }


def _sms(exhibit: Exhibit, sms: Sms) -> Facts:
    number = sms.party.phone.replace(" ", "")
    return {
        "exhibit": exhibit.label,
        "path": SMS_STORE,
        "app": "sms",
        "thread": number,
        "sender": number if sms.direction == "in" else None,
        "direction": sms.direction,
        "sent_at": _utc(sms.at),
        "body": sms.body,
        "kind": "text",
        "attachment": None,
        "attachment_sha256": None,
        "place": None,
        "latitude": None,
        "longitude": None,
        "only_in_log": False,
    }


def _call(exhibit: Exhibit, path: str, rang: Rang) -> Facts:
    return {
        "exhibit": exhibit.label,
        "path": path,
        "party": rang.party.phone.replace(" ", ""),
        "direction": "out" if rang.how == "out" else "in",
        "outcome": rang.outcome,
        "started_at": _utc(rang.at),
        "duration_s": rang.seconds,
        "kind": "video" if rang.video else "voice",
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
