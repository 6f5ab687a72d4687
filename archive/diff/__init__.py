"""What changed between two texts or two states of an article, and how it is told."""
