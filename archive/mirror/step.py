"""One step of a mirror: what has changed since the last is written, moved or taken out."""

import hashlib
import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from archive.export.posts import FORMS, Form, make_below, post_path, put
from archive.mirror.changes import changes
from archive.mirror.ledger import Ledger, Post, opened
from archive.mirror.rule import Mirrored, MirrorRule
from archive.reader import Reader
from archive.records import Stored

#: Posts that are entered, written and confirmed together.
_BATCH = 100
#: Another number writes every post again: the way they are written has changed.
_VERSION = 3
#: Notes that are told one by one.
_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to become of one post."""

    before: Post | None
    after: Post
    #: None: there is to be no post
    content: bytes | None


def keep_in_step(
    archive: Reader,
    rule: MirrorRule,
    *,
    rebuild: bool = False,
    stop: threading.Event | None = None,
) -> Mirrored:
    """Bring the folder of a rule to what the archive says now; return what was done.

    With ``rebuild`` every post is compared with its file, and what was changed or lost is written
    again. Ended at any moment, by ``stop`` or otherwise, the next step goes on. Raises ArchiveBusy
    while another process mirrors to the folder, ArchiveError and OSError where it cannot be
    written to.
    """
    rule.folder.mkdir(parents=True, exist_ok=True)
    root = rule.folder.resolve()
    done = Mirrored()
    with opened(root) as ledger:
        told = json.dumps([_VERSION, rule.format, rule.query, rule.gone])
        ledger.adopt(told, doubt=rebuild)
        todo = changes(archive.seals(rule.query), ledger.seals())
        while batch := dict(islice(todo, _BATCH)):
            if stop is not None and stop.is_set():
                break
            done = _sum(done, _together(archive, ledger, root, rule, batch))
    return done


def _together(
    archive: Reader, ledger: Ledger, root: Path, rule: MirrorRule, batch: dict[int, str]
) -> Mirrored:
    known = ledger.posts(batch)
    standing = {one.id: one for one in archive.several(id_ for id_, seal in batch.items() if seal)}
    plans, notes = [], []
    for id_, seal in batch.items():
        plan = _plan(known.get(id_), id_, seal, standing.get(id_), rule)
        if note := _in_the_way(root, plan):
            notes.append(note)
        else:
            plans.append(plan)
    ledger.enter(replace(plan.after, seal="") for plan in plans)
    written = [_write(root, plan) for plan in plans]
    removed = [_remove(root, plan.after.old) for plan in plans]
    ledger.enter(
        (replace(plan.after, old=()) for plan in plans if plan.after.seal),
        without=[plan.after.id for plan in plans if not plan.after.seal],
    )
    moved = sum(plan.content is None and gone for plan, gone in zip(plans, removed, strict=True))
    return Mirrored(written=sum(written), removed=moved, notes=tuple(notes))


def _plan(
    before: Post | None, id_: int, seal: str, stored: Stored | None, rule: MirrorRule
) -> _Plan:
    form: Form = FORMS[rule.format]
    stands = stored is not None and not (stored.gone and rule.gone == "remove")
    path, content, sha256 = "", None, ""
    if stands and stored is not None:
        path = post_path(stored, form.suffix).as_posix()
        content = form.render(stored).encode()
        sha256 = hashlib.sha256(content).hexdigest()
    old = () if before is None else (*before.old, before.path)
    after = Post(
        id=id_,
        path=path,
        # An article that was deleted while we looked is forgotten, too.
        seal=seal if stored is not None else "",
        old=tuple(sorted({name for name in old if name and name != path})),
        sha256=sha256,
    )
    return _Plan(before=before, after=after, content=content)


def _in_the_way(root: Path, plan: _Plan) -> str:
    """Return why a post is not written: what stands in its place is not ours."""
    if plan.content is None:
        return ""
    place = root / plan.after.path
    ours = plan.before is not None and plan.after.path in (plan.before.path, *plan.before.old)
    if ours or not (place.exists() or place.is_symlink()):
        return ""
    if place.is_file() and not place.is_symlink() and place.read_bytes() == plan.content:
        return ""
    return f"{plan.after.path}: there is another file in its place; it was left alone"


def _write(root: Path, plan: _Plan) -> bool:
    if plan.content is None:
        return False
    before = plan.before
    if before and before.seal and (before.path, before.sha256) == (
        plan.after.path, plan.after.sha256
    ):  # fmt: skip
        return False
    place = root / plan.after.path
    make_below(root, place.parent)
    return put(place, plan.content, lasting=True)


def _remove(root: Path, names: Iterable[str]) -> bool:
    """Remove files of ours, and the folders that are empty then."""
    any_stood = False
    for name in names:
        place = root / name
        if not place.parent.resolve().is_relative_to(root):
            continue
        if place.is_file() or place.is_symlink():
            place.unlink()
            any_stood = True
        for folder in place.relative_to(root).parents[:-1]:
            with suppress(OSError):
                (root / folder).rmdir()
    return any_stood


def _sum(one: Mirrored, other: Mirrored) -> Mirrored:
    return Mirrored(
        written=one.written + other.written,
        removed=one.removed + other.removed,
        notes=(*one.notes, *other.notes)[:_TOLD],
    )
