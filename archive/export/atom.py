"""Articles as an Atom feed (RFC 4287)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from xml.etree.ElementTree import tostring

from archive.atom import atom_entry
from archive.export.growing import Growing, growing
from archive.export.job import Job, Walk
from archive.rows import stamp

_BEFORE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    "<title>Gazette</title>\n<id>urn:gazette:archive</id>\n<updated>"
)
_AFTER = "</updated>\n<author><name>Gazette</name></author>\n"
_NEVER = stamp(datetime.min.replace(tzinfo=UTC))


def atom(walk: Walk, job: Job) -> Iterator[bool]:
    """Write a feed; its head says when the newest entry changed, which is known at the end."""
    with growing(job.out, job.asked, patched=True) as file:
        if file.fresh:
            file.write((_BEFORE + _NEVER + _AFTER).encode())
            file.memory = {"newest": _NEVER}
        yield from repeat(False, file.count)
        for stored in walk(file.below):
            moment = stored.article.published or stored.first_seen
            entry = tostring(atom_entry(stored, moment), encoding="unicode")
            file.write(f"{entry}\n".encode())
            file.memory["newest"] = max(file.memory["newest"], stamp(moment))
            if file.done(stored.id):
                file.remember()
            yield True
        file.write(b"</feed>\n")
        _date(file)


def _date(file: Growing) -> None:
    """Put the newest moment into the head; all moments are of one length."""
    file.file.seek(len(_BEFORE.encode()))
    file.write(file.memory["newest"].encode())
