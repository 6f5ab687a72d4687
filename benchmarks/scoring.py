"""Scores predictions with the corpus's own ``score.py``: what is right is defined there alone."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import mean
from types import ModuleType

from benchmarks.corpus import CORPUS, Truth, held_back
from benchmarks.ours import Row

#: The scorer's name of a field → ours, in the order in which they are shown.
FIELDS = {
    "body": "body",
    "body>.9": "≥ .9",
    "title": "title",
    "date": "day",
    "time": "minute",
    "no invented date": "undated",
    "source": "origin",
    "author": "author",
    "editor": "editor",
    "doc_number": "doc_no",
    "index_number": "index_no",
    "issuer": "issuer",
    "written": "written",
}
#: Our name of a field → the key of a prediction that it judges.
JUDGES = {
    **{name: name for name in FIELDS.values()},
    "body": "text",
    "≥ .9": "text",
    "day": "published",
    "minute": "published",
    "undated": "published",
    "doc_no": "doc_number",
    "index_no": "index_number",
}
#: Field → how well a page's was read, from 0 to 1.
Marks = dict[str, float]
#: Field → mean and number of pages.
Figures = dict[str, tuple[float, int]]


@cache
def scorer() -> ModuleType:
    """Return the corpus's scorer as a module, for ``body_score``, ``letters`` and ``moment``."""
    spec = spec_from_file_location("corpus_score", CORPUS / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(CORPUS / "score.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge(truths: Iterable[Truth], rows: Iterable[Row]) -> dict[str, Marks]:
    """Return the marks of every page, by id.

    The scorer only tells means by set: each page is made a set of its own, whose name begins like
    the one it came from.
    """
    with tempfile.TemporaryDirectory() as folder:
        truth, predictions = Path(folder, "truth.jsonl"), Path(folder, "predictions.jsonl")
        alone = ({**one, "set": f"{one['set']}/{one['id']}", "gov": False} for one in truths)
        truth.write_text("".join(map(_line, alone)), encoding="utf-8")
        predictions.write_text("".join(map(_line, rows)), encoding="utf-8")
        script = str(CORPUS / "score.py")
        command = [sys.executable, script, str(predictions), "--truth", str(truth), "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    told.pop("ALL", None)
    return {
        name.partition("/")[2]: {
            FIELDS.get(field, field): value for field, (value, _) in row.items()
        }
        for name, row in told.items()
    }


def _line(record: Row) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def groups_of(truth: Truth) -> tuple[str, ...]:
    """Return the tables a page counts in: its set's, that of government pages, that of all."""
    return (str(truth["set"]), *(["GOV"] if truth.get("gov") else []), "ALL")


#: Which pages a row speaks of.
THIRDS: dict[str, Callable[[Truth], bool]] = {
    "all": lambda truth: True,
    "tuned on": lambda truth: not held_back(truth),
    "held back": held_back,
}


def figures(marks: Iterable[Marks], offered: Collection[str] = ()) -> Figures:
    """Return mean and number of pages for every field that any of the pages shows.

    ``offered`` are the keys of predictions an extractor fills at all; none means all.
    """
    pages, found = list(marks), {}
    for name in FIELDS.values():
        values = [page[name] for page in pages if name in page]
        if values and (not offered or JUDGES[name] in offered):
            found[name] = (mean(values), len(values))
    return found
