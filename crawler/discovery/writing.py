"""A finding → the text of a source file: only what is needed, each line with what it rests on."""

from collections.abc import Sequence

from crawler.discovery.naming import plain
from crawler.discovery.records import Site, Tried
from crawler.records import ListingKind
from crawler.sources.words import spell

#: Columns of a comment.
_WIDTH = 96
#: A region as it is written, to be replaced.
_REGION = "甘肃省/平凉市"


def as_toml(
    site: Site, kept: Sequence[Tried], *, told: str, usual: ListingKind = ListingKind.HTML
) -> str:
    """Return the file that describes a source.

    ``told`` says where it comes from; ``usual`` is the kind a listing of its family has unsaid.
    """
    lines = [comment(told), comment(f"`gazette check {site.id}` shows what it gives.")]
    name = plain(site.name) or site.id
    lines += [f"name = {_text(name)}", f"address = {_text(site.address)}"]
    if site.family:
        found, of = site.marks
        lines.append(f"family = {_text(site.family)}  # {found} of its {of} marks were found")
    lines.append(f"zone = {_text(site.zone)}  # whose clock its pages show")
    if site.lang:
        lines.append(f"lang = {_text(site.lang)}")
    # No page says where its site lies in the words of the catalogue: a person fills it in.
    lines.append(f"# region = {_text(_REGION)}  # where it is, the larger area first")
    categories = [said for said in map(plain, site.categories or (name,)) if said]
    lines.append(f"categories = {spell(categories)}")
    if site.hosts:
        lines.append(f"hosts = {spell(list(site.hosts))}  # its articles lie there, too")
    for one in kept:
        about = _about(one)
        lines += ["", *([comment(about)] if about else []), "[[listings]]"]
        lines.append(f"url = {_text(one.listing.url)}")
        if one.listing.kind is not usual:
            lines.append(f"kind = {_text(one.listing.kind.value)}")
        if category := plain(one.listing.category):
            lines.append(f"category = {_text(category)}")
    return "\n".join(lines) + "\n"


def _about(one: Tried) -> str:
    """Return what a listing gave when it was looked at, for whoever reads the file."""
    if one.page is None:
        return ""
    parts = [f"{len(one.page.links)} articles a page"]
    if one.newest:
        parts.append(f"the newest of {one.newest}")
    title = one.sample.title if one.sample and one.sample.title else ""
    title = title or next((link.title for link in one.page.links if link.title), "")
    if title:
        parts.append(f"for example: {title}")
    return ", ".join(parts)


def comment(text: str) -> str:
    """Return a stranger's text as one line of comment."""
    return f"# {plain(text, _WIDTH)}"


def _text(value: str) -> str:
    return spell(plain(value, 8192))
