"""New, revised, unchanged or a reprint: the decision alone, without a database."""

from dataclasses import replace

from hypothesis import given

from archive import Article, Verdict
from archive.dedupe import Decision, Held, judge
from archive.fingerprint import fingerprint
from tests.holdings import ARTICLE, BODY, articles


def decide(now: Article, before: Article | None = None, *, elsewhere: bool = False) -> Decision:
    held = Held(article=before, fingerprint=fingerprint(before)) if before else None
    return judge(now, fingerprint(now), held, elsewhere=elsewhere)


def test_an_address_not_seen_before_is_new() -> None:
    assert decide(ARTICLE) == Decision(verdict=Verdict.NEW, article=ARTICLE)


def test_a_body_that_another_address_holds_is_a_reprint() -> None:
    assert decide(ARTICLE, elsewhere=True).verdict is Verdict.REPRINT


def test_a_known_address_is_never_a_reprint() -> None:
    assert decide(ARTICLE, ARTICLE, elsewhere=True).verdict is Verdict.UNCHANGED


def test_a_revision_names_every_field_that_says_something_else() -> None:
    now = replace(ARTICLE, title="更正", text=BODY[:-4], html="<p>新</p>", written=None)
    decision = decide(now, ARTICLE)
    assert decision.verdict is Verdict.REVISED
    assert set(decision.changed) == {"title", "text", "written"}


def test_other_html_around_the_same_text_is_unchanged_and_taken_over() -> None:
    now = replace(ARTICLE, html="<div>正文</div>", categories=("新栏目",))
    assert decide(now, ARTICLE) == Decision(verdict=Verdict.UNCHANGED, article=now)


def test_an_article_keeps_the_source_that_found_it_first() -> None:
    now = replace(ARTICLE, source="province", title="更正")
    assert decide(now, ARTICLE).article == replace(now, source="city")


@given(articles)
def test_nothing_differs_from_itself(article: Article) -> None:
    assert decide(article, article) == Decision(verdict=Verdict.UNCHANGED, article=article)


@given(articles, articles)
def test_a_revision_and_only_a_revision_names_changes(before: Article, now: Article) -> None:
    decision = decide(now, before)
    assert (decision.verdict is Verdict.REVISED) == bool(decision.changed)
