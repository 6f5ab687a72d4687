"""New rules for a site that was rebuilt, derived from articles that were archived before. Pure.

Their addresses, titles and days must reappear on today's page: whatever is proposed was read by
the reader itself and held against them. What cannot be shown so is not proposed.
"""
