"""The tables of ``archive.db`` and how they came to be: one migration for each change, ever.

Only ever added to; a migration holds its own SQL and calls no code that may change. The file must
stay readable by plain Datasette: no extension, no function needed to read, columns in the order in
which a person looks at them.
"""

from sqlite_utils import Migrations

from archive.tables.m001_articles import m001_articles
from archive.tables.m002_pages_and_rereadings import m002_pages_and_rereadings
from archive.tables.m003_absences import m003_absences
from archive.tables.m004_reprints import m004_reprints
from archive.tables.m005_files import m005_files
from archive.tables.m006_recent_edits import m006_recent_edits
from archive.tables.m007_imported_captures import m007_imported_captures
from archive.tables.m008_evidence import m008_evidence
from archive.tables.m009_facts import m009_facts

_ALL = (
    m001_articles,
    m002_pages_and_rereadings,
    m003_absences,
    m004_reprints,
    m005_files,
    m006_recent_edits,
    m007_imported_captures,
    m008_evidence,
    m009_facts,
)
MIGRATIONS = Migrations("archive")
for _step in _ALL:
    MIGRATIONS()(_step)

#: Names of all migrations, oldest first.
STEPS = tuple(step.__name__ for step in _ALL)
