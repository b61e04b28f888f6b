"""Where the corpus of real inputs lies; tests that need it skip visibly where it is not."""

from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus_file(*parts: str) -> Path:
    """A file of the corpus, or a visible skip."""
    path = CORPUS.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"corpus file {'/'.join(parts)} is not here")
    return path
