"""The holding half: what is kept and how it is found. Knows no network and no schedule.

The package is the code that holds the archive; the data it holds lie in ``data/``.
"""
