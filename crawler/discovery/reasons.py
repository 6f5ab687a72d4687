"""Why nothing was found at a site, and what to do next; pure."""

from collections.abc import Collection

from crawler.discovery.records import Look
from crawler.errors import CrawlError, FetchError


def reason_of(
    error: CrawlError | None,
    looks: Collection[Look],
    endpoints: Collection[str],
    watching: Collection[str] = (),
    *,
    spent: bool = False,
) -> tuple[str, str]:
    """Return why nothing worth keeping was found, and the next step.

    ``watching`` are the sources that watch what was found; ``spent`` says that more would have been
    asked for.
    """
    if watching:
        why = f"what was found is watched already, by {', '.join(watching)}"
        hint = f"`gazette check {next(iter(watching))}` shows what it gives"
        return why, hint
    if isinstance(error, FetchError) and error.kind != "spent":
        why = f"{error.url}: {error.reason}"
        return why, next_step(error.kind)
    if error is not None and not isinstance(error, FetchError):
        why = f"{error.url}: {error.reason}"
        hint = "give the address of a column, a page that lists articles"
        return why, hint
    if endpoints:
        why = "its pages are filled in by scripts, from data that they name"
        hint = 'write a source by hand that reads the data: kind = "json", see docs/adding.md'
        return why, hint
    if any(look.scripted for look in looks):
        why = "its pages are filled in by scripts, which Gazette does not run"
        hint = "look for a feed or for the data in the browser's network log, see docs/adding.md"
        return why, hint
    if spent:
        why = "no listing of articles was found before all requests were spent"
        hint = "give the address of a column, a page that lists articles, or more --requests"
        return why, hint
    why = "no page was found that lists articles with their dates"
    hint = "give the address of a column, a page that lists articles"
    return why, hint


def next_step(kind: str) -> str:
    """Return what to do where a site could not be had, by the kind of FetchError."""
    match kind:
        case "blocked":
            return (
                "Gazette does not get round a block: ask whoever runs the site, or look for a feed"
            )
        case "robots":
            return "the site asks crawlers to stay out, and Gazette does: ask whoever runs it"
        case "dns":
            return "check how the address is spelled"
        case "guard":
            return (
                "only public addresses on usual ports are asked; [fetch] in gazette.toml says which"
            )
        case "redirect":
            return "open it in a browser and give the address that it ends at"
        case "too_large":
            return "give the address of a column, a page that lists articles"
        case "status":
            return "open it in a browser; if it is there, give the address of a column instead"
    return "try again later"
