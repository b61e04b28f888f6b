"""Clips and sounds: what they say of themselves, and the frames that are worth a look. The only home of PyAV, whose errors are translated here.

FFmpeg is given an open stream and nothing else: no protocol may be used and only container formats that hold their own data are
tried, so that a playlist or a reference inside a file opens nothing. Decoding takes one thread.

A clip that is small enough to decode whole is looked at once a second at least, at its key frames; a larger one at the key frames nearest to places
spread evenly. Which of the two depends on what the file says of itself, never on how fast the machine is: the same clip gives the same
frames.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

import av
from av.error import FFmpegError

from triage.errors import EvidenceError, LimitReached, Malformed, NoPicture, Truncated, Unsupported
from triage.formats import picture
from triage.formats.clip_facts import ClipValues, bounded, values
from triage.model import Brightness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg,mxf,rm,swf,ivf,m4v,h264,hevc,mpegvideo,gif,dv,nut,"
    "mp3,aac,amr,amrnb,amrwb,wav,w64,flac,caf,aiff,ape,wv,au,ac3,dts,tta"
)
MOST_PACKETS = 2_000_000  # counted for the length of a sound that does not say it
_COUNTED = frozenset(
    {"amr", "amrnb", "amrwb", "aac", "mp3", "flac", "ac3", "ogg"}
)  # their headers hold no length, or an estimate
WHOLE = 2_000_000_000  # pixels of all frames together up to which a clip is decoded whole
PLACES = 240  # places at which a larger clip is looked at
STEP = 1.0  # seconds
KEY_STEP = 0.25  # seconds; in some formats every frame is a key frame
MOST = 3000  # frames of a clip that are looked at
SEEN = 512

_BROKEN = (
    FFmpegError, ValueError, TypeError, OverflowError, AssertionError, ZeroDivisionError, AttributeError, KeyError, IndexError,
    NotImplementedError, RuntimeError, MemoryError, OSError, UnicodeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a clip or a sound says of itself. Pixels as stored; None where it does not say, or has no pictures. `tags` are all its texts."""

    width: int | None
    height: int | None
    duration_s: float | None
    codec: str | None = None
    sound_codec: str | None = None
    values: ClipValues = field(default_factory=ClipValues)
    tags: dict[str, str] = field(default_factory=dict)


class Clip:
    """An open clip with pictures in it. Everything it does may raise EvidenceError alone."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container, self._stream = container, stream
        self.facts = _facts(container, stream)

    def frames(self) -> Iterator[Frame]:
        """The frames worth a look, in order of time."""
        with _translated():
            last = -1.0
            for number, frame in enumerate(self._decoded()):
                second = frame.time if frame.time is not None else float(number)
                key = bool(frame.key_frame) and second - last >= KEY_STEP
                if last < 0 or key or second - last >= STEP:
                    last = max(second, 0.0)
                    yield Frame(last, frame)
                if number >= MOST * 100:
                    raise LimitReached("the clip has more frames than are looked at")

    def _decoded(self) -> Iterator[VideoFrame]:
        self._stream.codec_context.thread_count = 1
        if self._small():
            yield from self._container.decode(self._stream)
            return
        self._stream.codec_context.skip_frame = "NONKEY"
        seen: set[int | None] = set()
        for second in self._places():
            self._container.seek(round(second / float(self._stream.time_base or 1)), stream=self._stream)
            frame = next(iter(self._container.decode(self._stream)), None)
            if frame is not None and frame.pts not in seen:
                seen.add(frame.pts)
                yield frame

    def _places(self) -> Iterator[float]:
        whole = self.facts.duration_s or 0.0
        step = max(STEP, whole / PLACES)
        return (number * step for number in range(max(1, int(whole / step))))

    def _small(self) -> bool:
        frames = self._stream.frames or int((self.facts.duration_s or 0) * float(self._stream.average_rate or 30))
        if not frames:
            return True  # says nothing of its length: streams of a few frames, mostly
        return frames * self._stream.width * self._stream.height <= WHOLE


class Frame:
    """One decoded frame at a second of the clip."""

    def __init__(self, second: float, frame: VideoFrame) -> None:
        self.second = second
        self._frame = frame

    def brightness(self) -> Brightness:
        """Its brightness, reduced, turned as the clip says. Raises EvidenceError."""
        with _translated():
            width, height = self._size(SEEN)
            pixels = _pixels(self._frame, width, height, "gray")
            longest = max(self._frame.width, self._frame.height)
            flat = Brightness(width, height, pixels, longest, self.second)
            return picture.turned(flat, self._frame.rotation)

    def cell(self, side: int) -> picture.Cell:
        """Its pixels, at most `side` pixels a side, turned as the clip says. Raises EvidenceError."""
        with _translated():
            scale = side / max(self._frame.width, self._frame.height)
            width, height = (max(1, round(each * scale)) for each in (self._frame.width, self._frame.height))
            pixels = _pixels(self._frame, width, height, "rgb24")
            return picture.Cell(width, height, pixels, self._frame.rotation)

    def preview(self) -> picture.Pair:
        """Small JPEGs of it, in both sizes. Raises EvidenceError."""
        with _translated():
            width, height = self._size(SEEN)
            pixels = _pixels(self._frame, width, height, "rgb24")
            return picture.from_pixels(picture.Cell(width, height, pixels, self._frame.rotation))

    def _size(self, shorter: int) -> tuple[int, int]:
        scale = min(1.0, shorter / min(self._frame.width, self._frame.height))
        return max(1, round(self._frame.width * scale)), max(1, round(self._frame.height * scale))


@contextlib.contextmanager
def opened(stream: BinaryIO, *, most_pixels: int) -> Iterator[Clip]:
    """A clip, read from this stream alone. Raises EvidenceError; Unsupported where there are no pictures in it."""
    with _translated(), contextlib.ExitStack() as closing:
        container = closing.enter_context(_container(stream))
        if not container.streams.video:
            raise NoPicture("there is no picture in this clip")
        found = container.streams.video[0]
        width, height = found.width, found.height
        if not width or not height:
            raise Malformed("the clip does not say how large its pictures are")
        if width * height > most_pixels:
            raise LimitReached(f"the pictures of {width} x {height} pixels are larger than the limit")
        yield Clip(container, found)


@contextlib.contextmanager
def sound(stream: BinaryIO) -> Iterator[Facts]:
    """What a sound, or a clip without pictures, says of itself. Raises EvidenceError; Unsupported where there is nothing to hear."""
    with _translated(), _container(stream) as container:
        if not container.streams.audio:
            raise Unsupported("there is neither picture nor sound in it")
        found = container.streams.audio[0]
        stated = _duration(container, found)
        counted = container.format.name.split(",")[0] in _COUNTED or stated is None
        facts = _facts(container, None)
        yield replace(facts, duration_s=(_counted(container, found) if counted else None) or stated)


def _counted(container: InputContainer, stream: AudioStream) -> float | None:
    """Seconds of all packets: demuxed, not decoded. What breaks off is counted so far."""
    ticks = 0
    with contextlib.suppress(*_BROKEN):
        for number, packet in enumerate(container.demux(stream)):
            ticks += packet.duration or 0
            if number >= MOST_PACKETS:
                break
    return round(float(ticks * stream.time_base), 3) if ticks and stream.time_base else None


def _facts(container: InputContainer, stream: VideoStream | None) -> Facts:
    sound_stream = next(iter(container.streams.audio), None)
    tags = bounded(
        {**(dict(sound_stream.metadata) if sound_stream and not container.metadata else {}), **container.metadata}
    )
    told = stream or sound_stream
    return Facts(
        width=stream.width if stream else None,
        height=stream.height if stream else None,
        duration_s=_duration(container, told) if told else None,
        codec=stream.codec_context.name if stream else None,
        sound_codec=sound_stream.codec_context.name if sound_stream and sound_stream.codec_context else None,
        values=values(tags),
        tags=tags,
    )


def _container(stream: BinaryIO) -> InputContainer:
    options = {"protocol_whitelist": "none", "format_whitelist": FORMATS}
    return av.open(stream, mode="r", container_options=options, metadata_errors="replace")


def _duration(container: InputContainer, stream: VideoStream | AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / 1_000_000
    else:
        return None
    return seconds if 0 < seconds < 10_000_000 else None


def _pixels(frame: VideoFrame, width: int, height: int, form: str) -> bytes:
    """The bytes of a frame at this size, row by row, without what pads them."""
    plane = frame.reformat(width=width, height=height, format=form, interpolation="AREA").planes[0]
    row = width * (3 if form == "rgb24" else 1)
    data = bytes(plane)
    if plane.line_size == row:
        return data[: row * height]
    return b"".join(data[start : start + row] for start in range(0, plane.line_size * height, plane.line_size))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except EvidenceError:
        raise
    except EOFError as error:
        raise Truncated("the clip ends before its last picture") from error
    except _BROKEN as error:
        if isinstance(error, MemoryError):
            raise LimitReached("decoding the clip needs more memory than there is") from error
        raise Malformed(f"the clip cannot be decoded ({type(error).__name__}: {str(error)[:200]})") from error
