"""What a picture in the window shows."""

from itertools import pairwise


def pixels(label):
    image = label.pixmap().toImage()
    return [image.pixelColor(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)]


def steepest(label):
    """The greatest step of lightness between neighbouring pixels."""
    image = label.pixmap().toImage()
    row = [image.pixelColor(x, image.height() // 2).lightness() for x in range(image.width())]
    return max(abs(one - other) for one, other in pairwise(row))


def grey(label):
    """Whether no pixel has a colour."""
    return all(colour.red() == colour.green() == colour.blue() for colour in pixels(label))
