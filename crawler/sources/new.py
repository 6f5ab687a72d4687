"""Puts a new source file into the config folder: whole or not at all, and never over another."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.errors import ConfigError, Fault
from crawler.records import Source
from crawler.settings import Settings
from crawler.sources import load_source


def write_new(config: Path, name: str, text: str, settings: Settings) -> Path:
    """Write ``sources/<name>.toml`` and return its path; the text is first loaded like any source.

    Raises ConfigError where the text has faults, where such a file exists, or where it cannot be
    written.
    """
    check_text(config, name, text, settings)
    target = config / "sources" / f"{name}.toml"
    part = target.with_name(f".{name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.link(part, target)  # unlike a rename it fails where there is a file
    except FileExistsError:
        raise _fault(target, "exists already", "give another name with --id") from None
    except OSError as error:
        raise _fault(target, f"cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def check_text(config: Path, name: str, text: str, settings: Settings) -> Source:
    """Return the source that the text of a file describes. Raises ConfigError."""
    with TemporaryDirectory(prefix="gazette-") as folder:
        path = Path(folder) / f"{name}.toml"
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise _fault(path, f"cannot be written: {error.strerror}") from error
        return load_source(path, config / "families", settings)


def _fault(path: Path, what: str, hint: str = "") -> ConfigError:
    return ConfigError((Fault(file=str(path), what=what, hint=hint),))
