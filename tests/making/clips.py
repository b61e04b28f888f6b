"""Clips made by code: drawn scenes that move, with bars where asked for."""

import io
import random

import av
from PIL import Image, ImageDraw


def make_clip(
    *,
    seconds: int = 4,
    size: tuple[int, int] = (160, 120),
    bars: int = 0,
    form: str = "mp4",
    codec: str = "mpeg4",
    first: int = 0,
) -> bytes:
    """The bytes of a clip of 25 frames a second that shows another scene each second, scene `first` first."""
    target = io.BytesIO()
    with av.open(target, "w", format=form) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height = size[0], size[1] + 2 * bars
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(seconds * 25):
            image = Image.new("RGB", (stream.width, stream.height))
            image.paste(scene(first + number // 25, size), (0, bars))
            frame = av.VideoFrame.from_image(image)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def tagged_clip(tags: dict[str, str], *, sound: bool = False, pictures: bool = True, seconds: int = 2) -> bytes:
    """A clip with these texts in its header; QuickTime's and Android's keys as phones write them."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata.update(tags)
        picture = container.add_stream("mpeg4", rate=25) if pictures else None
        voice = container.add_stream("aac", rate=16000) if sound or not pictures else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
            for number in range(seconds * 25):
                container.mux(picture.encode(av.VideoFrame.from_image(scene(number // 25, (160, 120)))))
            container.mux(picture.encode(None))
        if voice is not None:
            _hum(container, voice, seconds)
    return target.getvalue()


def make_sound(
    *, seconds: int = 3, form: str = "wav", codec: str = "pcm_s16le", tags: dict[str, str] | None = None
) -> bytes:
    """The bytes of a hum of so many seconds."""
    target = io.BytesIO()
    with av.open(target, "w", format=form) as container:
        container.metadata.update(tags or {"comment": "contoh"})
        _hum(container, container.add_stream(codec, rate=48000 if codec == "libopus" else 16000), seconds)
    return target.getvalue()


def _hum(container, stream, seconds: int) -> None:
    size = stream.codec_context.frame_size or 1024
    rate, kind = stream.codec_context.rate, stream.codec_context.format.name
    width = {"fltp": 4, "flt": 4}.get(kind, 2)
    for start in range(0, seconds * rate, size):
        frame = av.AudioFrame(format=kind, layout="mono", samples=min(size, seconds * rate - start))
        frame.sample_rate, frame.pts = rate, start
        frame.planes[0].update(bytes(frame.planes[0].buffer_size) if width else b"")
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def scene(number: int, size: tuple[int, int]) -> Image.Image:
    """A drawn scene, different for each number."""
    chance = random.Random(number)
    width, height = size
    image = Image.new("RGB", size, (chance.randrange(256), 90, 120))
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        x, y = chance.randrange(width), chance.randrange(height)
        across, down = chance.randrange(width // 16, width // 4), chance.randrange(height // 16, height // 4)
        draw.rectangle((x, y, x + across, y + down), fill=tuple(chance.randrange(256) for _ in range(3)))
    return image
