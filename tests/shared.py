"""Where the real pages and texts lie, for the tests that read them."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("GAZETTE_SHARED", Path(__file__).parents[2] / "shared"))


def shared(name: str) -> Path:
    """Return the path of ``name`` below the shared folder, or skip the test where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name} from the shared folder beside the checkout (GAZETTE_SHARED)")
    return path
