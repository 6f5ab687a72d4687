"""What a fetched article is to the archive: new, revised, unchanged or a reprint. Pure.

The store asks and obeys; no database is known here.
"""

from dataclasses import dataclass, replace

from archive.fingerprint import meaning
from archive.records import Article, Fingerprint, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive already holds under an article's address."""

    article: Article
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with an article."""

    verdict: Verdict
    #: the article as it shall lie in the archive
    article: Article
    #: names of the fields that say something else, for a revision
    changed: tuple[str, ...] = ()


def judge(
    article: Article, digests: Fingerprint, held: Held | None, *, elsewhere: bool
) -> Decision:
    """Decide about an article beside what is held under its address.

    ``elsewhere``: another address holds the same body. An article keeps the source that found it
    first, for two sources that list one address would take it from each other at every visit.
    """
    if held is None:
        verdict = Verdict.REPRINT if elsewhere else Verdict.NEW
        return Decision(verdict=verdict, article=article)
    if article.source != held.article.source:
        article = replace(article, source=held.article.source)
    if digests.content == held.fingerprint.content:
        return Decision(verdict=Verdict.UNCHANGED, article=article)
    changed = changes(held.article, article)
    return Decision(verdict=Verdict.REVISED, article=article, changed=changed)


def changes(before: Article, after: Article) -> tuple[str, ...]:
    """Return the names of the fields that say something else."""
    was, said = meaning(before), meaning(after)
    return tuple(name for name in said if said[name] != was[name])
