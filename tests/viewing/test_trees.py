"""Values inside values become nodes, in bounds, whatever evidence brings."""

from __future__ import annotations

import contextlib
import json
import plistlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.errors import EvidenceError, LimitReached, Malformed, Unsupported
from triage.viewing.looks import Node
from triage.viewing.trees import MOST_NODES, tree_of

VALUE = {"name": "Budi", "list": [1, {"deep": True}], "none": None}


def test_json_is_walked_in_its_order():
    tree = tree_of(json.dumps(VALUE).encode())
    assert tree.kind == "json"
    assert tree.nodes == (
        Node(0, "", None),
        Node(1, "name", "Budi"),
        Node(1, "list", None),
        Node(2, "[0]", "1"),
        Node(2, "[1]", None),
        Node(3, "deep", "True"),
        Node(1, "none", "None"),
    )
    assert not tree.cut


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_property_lists_of_both_kinds(form):
    tree = tree_of(plistlib.dumps({"key": b"\x01\x02", "nested": {"n": 5}}, fmt=form))
    assert tree.kind == "plist"
    assert Node(1, "key", "x'0102'") in tree.nodes
    assert Node(2, "n", "5") in tree.nodes


def test_xml_shows_tags_attributes_and_text():
    tree = tree_of(b"<?xml version='1.0'?><map><string name='a'>nilai</string></map>")
    assert tree.nodes == (
        Node(0, "map", None),
        Node(1, "string", None),
        Node(2, "@name", "a"),
        Node(2, "text", "nilai"),
    )


def test_much_is_cut_and_said():
    tree = tree_of(json.dumps(list(range(MOST_NODES + 5))).encode())
    assert tree.cut
    assert len(tree.nodes) == MOST_NODES


def test_depth_is_bounded():
    with pytest.raises((LimitReached, Malformed)):
        tree_of(b"[" * 100_000)
    assert tree_of(b"[" * 500 + b"1" + b"]" * 500).cut


@pytest.mark.parametrize("data", [b"", b"plain text", b"\x89PNG", b"\x00" * 40])
def test_what_has_no_structure_says_so(data):
    with pytest.raises(Unsupported):
        tree_of(data)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"{", b"[", b"<a ", b"bplist00", b"ABX\0", b"<?xml version='1.0'?><plist>", b""]),
    st.binary(max_size=300),
)
def test_nothing_but_a_tree_or_an_evidence_error(start, rest):
    with contextlib.suppress(EvidenceError):
        tree_of(start + rest)
