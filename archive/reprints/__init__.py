"""Which articles are one article: found, decided, clustered, told."""
