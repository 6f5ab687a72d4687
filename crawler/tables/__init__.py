"""The tables of ``crawl.db`` and how they came to be: one migration for each change, ever.

Only ever added to; a migration holds its own SQL and calls no code that may change.
"""

from sqlite_utils import Migrations

from crawler.tables.m001_first_tables import m001_first_tables
from crawler.tables.m002_absences import m002_absences
from crawler.tables.m003_files import m003_files
from crawler.tables.m004_how_articles_behave import m004_how_articles_behave
from crawler.tables.m005_rhythm import m005_rhythm
from crawler.tables.m006_health import m006_health
from crawler.tables.m007_backfill import m007_backfill
from crawler.tables.m008_passes_of_a_day import m008_passes_of_a_day

_ALL = (
    m001_first_tables,
    m002_absences,
    m003_files,
    m004_how_articles_behave,
    m005_rhythm,
    m006_health,
    m007_backfill,
    m008_passes_of_a_day,
)
MIGRATIONS = Migrations("gazette.crawl")
for _step in _ALL:
    MIGRATIONS()(_step)

#: Names of all migrations, oldest first.
STEPS = tuple(step.__name__ for step in _ALL)
