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
