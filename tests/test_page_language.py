"""Pages in the reader's language: what chooses it, what remembers it, and where a switch leads."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from archive.browse import application
from tests.test_datasette import data as data  # noqa: PLC0414 - the fixture
