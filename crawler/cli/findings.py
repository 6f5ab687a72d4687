"""What a dry run found, in words: what is wrong, and in the same breath the likely fix."""

from collections.abc import Sequence

from archive.language import N_, _, retold, speaking
from crawler.dryrun.records import Checked, Finding, Looked, State, Trouble

#: What people call a state.
STATES = {
    State.WORKS: N_("works"),
    State.NO_DATES: N_("works without dates"),
    State.DOUBTFUL: N_("doubtful"),
    State.MOVED: N_("moved"),
    State.UNREADABLE: N_("articles unreadable"),
    State.SCRIPT: N_("filled by a script"),
    State.EMPTY: N_("names nothing"),
    State.ROBOTS: N_("closed by robots.txt"),
    State.BLOCKED: N_("blocked"),
    State.UNREACHABLE: N_("unreachable"),
    State.DEAD: N_("dead"),
}

#: So many sources that cannot be reached, and no other one, mean that nothing can be.
MANY = 3

COLOURS = {State.WORKS: "green", State.NO_DATES: "green", State.DOUBTFUL: "yellow",
           State.MOVED: "yellow"}  # fmt: skip

#: Trouble → what is wrong, and what to do.
WORDS = {
    Trouble.NO_DATES: (
        N_("neither the listing nor its article shows a date"),
        N_("name the places: `date` of [listing], `published` of [article]"),
    ),
    Trouble.CHARSET: (
        N_("{count} characters cannot be read"),
        N_("name its charset: `charset` of the source"),
    ),
    Trouble.FEW: (
        N_("names {count} links, {before} at the last visit"),
        N_("look at the page; `gazette check --fix` may know other rules"),
    ),
    Trouble.REDIRECTED: (
        N_("leads to {url} for now"),
        N_("if it stays so, write that address as `url`"),
    ),
    Trouble.MOVED: (N_("has moved for good to {url}"), N_("write that address as `url`")),
    Trouble.OLD: (
        N_("its newest link is of {listed}, the newest article known of {known}"),
        N_("the column may have moved: `gazette check --fix`"),
    ),
    Trouble.STRANGERS: (
        N_("names none of the {count} articles that should stand there"),
        N_("other things are taken for its articles: `gazette check --fix`"),
    ),
    Trouble.BODY: (
        N_("none of {count} articles can be read: {reason} ({url})"),
        N_("name the place of the text: `body` of [article], or `gazette check --fix`"),
    ),
    Trouble.HOSTS: (
        N_("all {count} links lead to another host, {host}"),
        N_('if it is theirs: hosts = ["{host}"]'),
    ),
    Trouble.INCLUDE: (
        N_("`include` shuts all links out, for example {url}: {pattern}"),
        N_("widen the pattern, or `gazette check --fix`"),
    ),
    Trouble.EXCLUDE: (
        N_("`exclude` shuts all links out, for example {url}: {pattern}"),
        N_("narrow the pattern"),
    ),
    Trouble.SELECTORS: (
        N_("its rules select nothing: {selector}"),
        N_("`gazette check --fix` looks for new ones"),
    ),
    Trouble.SCRIPT: (
        N_("the list is empty until a script fills it"),
        N_("`gazette check --fix` tries the data that it asks for; else `gazette add` or `render`"),
    ),
    Trouble.NO_LISTING: (
        N_("is no list of articles but {nature}"),
        N_("the column may have moved: `gazette check --fix`, or `gazette add` {home}"),
    ),
    Trouble.EMPTY: (
        N_("names no article"),
        N_("`gazette check --fix` looks for new rules, `gazette add` for the column"),
    ),
    Trouble.UNREADABLE: (
        N_("cannot be read: {reason}"),
        N_("is its `kind` right? `gazette add` finds out"),
    ),
    Trouble.ROBOTS: (
        N_("robots.txt forbids it"),
        N_("ask the webmaster, or `enabled = false`"),
    ),
    Trouble.BLOCKED: (
        N_("the site turns programs away: {reason}"),
        N_("ask the webmaster to let Gazette in; it does not evade"),
    ),
    Trouble.BUSY: (N_("the site asks to be left alone: {reason}"), N_("try again later")),
    Trouble.TLS: (
        N_("no secure connection: {reason}"),
        N_("try the address with http://, or tell the webmaster"),
    ),
    Trouble.DNS: (
        N_("there is no such host: {reason}"),
        N_("look for its new address and `gazette add` it"),
    ),
    Trouble.UNREACHABLE: (
        N_("no answer: {reason}"),
        N_("try again later; some sites answer only in their own country"),
    ),
    Trouble.STATUS: (N_("answers {reason}"), N_("try again later")),
    Trouble.GONE: (
        N_("is not there ({status})"),
        N_("the column may have moved: `gazette check --fix`, or `gazette add` {home}"),
    ),
}


#: What a page may be instead of a listing.
NATURES = {"home": N_("a home page"), "article": N_("an article")}


def what(finding: Finding) -> str:
    """Return what is wrong; the text holds what strangers wrote."""
    return _filled(WORDS[finding.trouble][0], finding, "")


def fix(finding: Finding, home: str) -> str:
    """Return what is likely to mend it; ``home`` is the source's address."""
    return _filled(WORDS[finding.trouble][1], finding, home)


def _filled(text: str, finding: Finding, home: str) -> str:
    facts = {k: retold(v) if isinstance(v, str) else v for k, v in finding.facts}
    if nature := facts.get("nature"):
        facts["nature"] = _(NATURES.get(str(nature), str(nature)))
    return _(text).format(home=home, **facts)


def row(finding: Finding, home: str) -> dict[str, object]:
    """Return a finding as one JSON object, which speaks English to machines."""
    with speaking("en"):
        return {
            "trouble": finding.trouble,
            "broken": finding.broken,
            "what": what(finding),
            "fix": fix(finding, home),
        }


def offline(results: Sequence[Checked]) -> bool:
    """Tell whether not one of several sources could be reached: that is no fault of theirs."""
    looks = [look for one in results for look in one.looks]
    silent = {Trouble.DNS, Trouble.UNREACHABLE}
    hosts = {one.source.address for one in results}
    return len(hosts) >= MANY and all(
        any(finding.trouble in silent for finding in look.findings) for look in looks
    )


def gravest(checked: Checked) -> tuple[Looked, Finding] | None:
    """Return the finding to begin with, and the look that made it."""
    found = [(look, finding) for look in checked.looks for finding in look.findings]
    return min(found, key=lambda pair: not pair[1].broken, default=None)
