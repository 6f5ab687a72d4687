"""The WARC records behind articles, copied byte for byte into one file.

Every answer that an article was read from or sighted by, of all its revisions, with what was asked;
and its attachments and pictures. A record that repeats another comes with that one, before it.
"""

import base64
import uuid
import zlib
from collections.abc import Iterator
from itertools import repeat

from archive.errors import ArchiveError
from archive.export.growing import growing
from archive.export.job import Job, Walk
from archive.warc.record import opening

#: A moment for the file's first record that depends on nothing but what is asked.
_THEN = "1970-01-01T00:00:00Z"


class _Known:
    """Numbers that were seen, a bit each; numbers of files run from 1 without large gaps."""

    def __init__(self, told: str) -> None:
        self.bits = bytearray(zlib.decompress(base64.b64decode(told))) if told else bytearray()

    def told(self) -> str:
        return base64.b64encode(zlib.compress(bytes(self.bits), 1)).decode()

    def __call__(self, number: int) -> bool:
        """Tell whether a number was seen before; from now on it was."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self.bits):
            self.bits.extend(bytes(place + 1 - len(self.bits)))
        before = bool(self.bits[place] & bit)
        self.bits[place] |= bit
        return before


def warc(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a WARC file; of an article that was imported as a post there is nothing to copy."""
    if job.archive is None:
        raise ArchiveError("WARC records come out of an archive")
    with growing(job.out, job.asked) as file:
        if file.fresh:
            name = job.out.name if job.out else "gazette.warc.gz"
            record_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, job.asked + name)}>"
            file.write(opening(name, _THEN, record_id))
        known = _Known(file.memory.get("files", ""))
        yield from repeat(False, file.count)
        for stored in walk(file.below):
            for record in job.archive.records(stored.id, known):
                file.write(record)
            if file.done(stored.id):
                file.memory["files"] = known.told()
                file.remember()
            yield True
