"""Is what the archive holds what was stored? Every check that can answer."""

from archive.verify.checks import Finding, contradicted, verify

__all__ = ["Finding", "contradicted", "verify"]
