"""The moving half: from a site to an article. Writes only through the archive's face."""
