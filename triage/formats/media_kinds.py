"""What kind of message an attachment makes: from its MIME type, else from the end of its name."""

from __future__ import annotations

_ENDINGS = {
    "image": "jpg jpeg png gif webp bmp heic heif avif tif tiff",
    "video": "mp4 mov m4v 3gp 3gpp mkv avi webm mpg mpeg",
    "audio": "mp3 m4a aac amr ogg opus wav caf flac silk aud",
    "contact": "vcf",
}
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_DOCUMENTS = ("application/", "text/")


def kind_of(mime: str | None, name: str | None = None) -> str | None:
    """`image`, `video`, `audio`, `contact` or `document`; None where neither says anything."""
    kind = (mime or "").lower()
    top = kind.partition("/")[0]
    if top in {"image", "video", "audio"}:
        return top
    if "vcard" in kind:
        return "contact"
    ending = (name or "").rpartition(".")[2].lower()
    return _KINDS.get(ending) or ("document" if kind.startswith(_DOCUMENTS) else None)
