"""New rules for a site that was rebuilt, derived from articles that were archived before.

Their addresses, titles and days must reappear on today's page: whatever is proposed was read by
the reader itself and held against them. What cannot be shown so is not proposed. What to make of
pages is pure and runs in the sandbox; ``asking`` asks for them, ``rewriting`` edits the file.
"""
