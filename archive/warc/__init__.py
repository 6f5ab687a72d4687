"""The WARC files: written, read back, checked, and those of others."""
