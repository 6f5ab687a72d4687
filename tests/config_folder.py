"""A config folder for tests: one good source, and what ``load`` says of it."""

from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.sources import load

GOOD = """\
name = "A"
address = "https://a.example/"

[[listings]]
url = "https://a.example/news/"
"""


def make(tmp_path: Path) -> Path:
    """Return a config folder with one source, ``a``, and nothing else."""
    folder = tmp_path / "config"
    for name in ("families", "sources"):
        (folder / name).mkdir(parents=True)
    write(folder, "sources/a.toml", GOOD)
    return folder


def write(folder: Path, name: str, text: str | bytes) -> None:
    """Write a file of the folder."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def complaints(folder: Path, only: tuple[str, ...] = ()) -> list[str]:
    """Return what ``load`` says, a line a fault, the folder's own name left out."""
    with pytest.raises(ConfigError) as caught:
        load(folder, only=only)
    return str(caught.value).replace(f"{folder}/", "").replace(str(folder), "config").split("\n")
