"""Names that are no text stay exact in locators and harmless on screen."""

from hypothesis import given
from hypothesis import strategies as st

from triage.evidence.names import display, exact, raw_of, shown_path, volume_of
from triage.model import Locator, Step

raw_names = st.binary(min_size=1, max_size=40)
steps = st.builds(
    Step,
    st.sampled_from(["volume", "fs", "zip", "tar", "folder"]),
    raw_names.map(exact),
    st.none() | st.integers(0, 1 << 64),
    st.none() | st.text(max_size=10, alphabet=st.characters(exclude_categories=["Cs"])),
)


@given(raw_names)
def test_every_byte_comes_back(raw):
    assert exact(raw).encode("utf-8", "surrogateescape") == raw
    display(exact(raw)).encode("utf-8")
    assert raw_of(exact(raw)) in {raw, None}


def test_bytes_that_are_no_text_are_written_out():
    assert display(exact(b"caf\xe9.jpg")) == "caf\\xe9.jpg"
    assert raw_of(exact(b"caf\xe9.jpg")) == b"caf\xe9.jpg"
    assert raw_of("café.jpg") is None


@given(st.lists(steps, max_size=4))
def test_locators_round_trip_through_their_text(parts):
    locator = Locator(tuple(parts))
    text = locator.text()
    assert Locator.parse(text) == locator
    assert not any(character < " " for character in text)


def test_the_shown_path_leaves_the_volume_out():
    locator = Locator((Step("volume", "p2", 32256), Step("fs", "/DCIM/x.zip", 5), Step("zip", "in/y.jpg", 0)))
    assert shown_path(locator) == "/DCIM/x.zip/in/y.jpg"
    assert volume_of(locator) == "p2"
    assert volume_of(Locator((Step("folder", "a"),))) is None
