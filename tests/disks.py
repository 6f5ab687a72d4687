"""Small disks to be filled."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[], object]]:
    """Mount a small file system at ``folder``; what is yielded makes room on it."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    enlarge = ["mount", "-o", "remount,size=64m", folder]
    try:
        yield partial(subprocess.run, enlarge, check=True)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
