"""The moving half: from a site to an article. Writes only through the archive's face."""

__version__ = "0.1.0"
