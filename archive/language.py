"""The language people are spoken to in: English, or Chinese where they read it.

English is the language of the code, of rows, of log lines and of everything machines read. It is
also the key of the catalogue, so that what has no translation is told in English and nothing ever
fails for want of one. What is made inside and told at the rim, an error or a note, is made in
English and put into the language of the reader there, by ``retold``.
"""

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

#: Language → what its readers call it.
LANGUAGES = {"en": "English", "zh": "中文"}
#: Language → its tag in HTML and HTTP.
TAGS = {"en": "en", "zh": "zh-CN"}

DOMAIN = "gazette"
LOCALE = Path(__file__).with_name("locale")
#: The context of the catalogue's entries that ``retold`` looks for.
TOLD = "told"

_FOLDERS = {"zh": "zh_CN"}
_ENGLISH = "en"

_spoken: ContextVar[str] = ContextVar("spoken", default=_ENGLISH)


def language() -> str:
    """Return the language spoken now: ``en`` unless ``speaking`` said otherwise."""
    return _spoken.get()


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak a language of LANGUAGES for a while; English for any other."""
    token = _spoken.set(chosen if chosen in LANGUAGES else _ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def _(text: str) -> str:
    """Return ``text`` in the language spoken, or as it is where there is no translation."""
    return _catalogue(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a text for ``count`` things, in the language spoken."""
    return _catalogue(language()).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext has for it
    """Return ``text``, marked for the catalogue; it is put into a language where it is shown."""
    return text


def in_language(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` speaking the language of now, wherever it runs.

    Threads that a pool lends know nothing of the request they work for.
    """
    chosen = language()

    def spoken(*args: P.args, **rest: P.kwargs) -> R:
        with speaking(chosen):
            return function(*args, **rest)

    return spoken


@cache
def _catalogue(chosen: str) -> gettext.NullTranslations:
    folder = _FOLDERS.get(chosen)
    return gettext.translation(DOMAIN, LOCALE, [folder] if folder else [], fallback=True)


# --- which language -----------------------------------------------------------------------------


def known(asked: str) -> str | None:
    """Return the language that ``zh-CN``, ``zh_Hans`` or ``zh`` names, or None."""
    name = re.split(r"[-_.@]", asked.strip().lower(), maxsplit=1)[0]
    return name if name in LANGUAGES else None


def wanted(accepted: str, *chosen: str) -> str:
    """Return the language of a page: the first of ``chosen`` that there is, else as accepted.

    ``accepted`` is the Accept-Language of the request (RFC 9110 §12.5.4); what is odd in it counts
    as not said.
    """
    for asked in chosen:
        if found := known(asked):
            return found
    weighed = []
    for position, item in enumerate(accepted[:1000].split(",")):
        name, *rest = item.split(";")
        found = known(name)
        weight = _weight(rest)
        if found and weight > 0:
            weighed.append((-weight, position, found))
    return min(weighed)[2] if weighed else _ENGLISH


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if found := re.fullmatch(r"\s*[qQ]\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter):
            return float(found[1])
    return 0.0 if parameters else 1.0


def of_locale(environ: Mapping[str, str]) -> str:
    """Return the language of a process by its environment, as gettext reads it.

    The locale is LC_ALL, else LC_MESSAGES, else LANG; where it is C or POSIX, English. In any other
    the list LANGUAGE goes first, if there is one.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), "C")
    if re.split(r"[.@]", locale)[0] in ("C", "POSIX"):
        return _ENGLISH
    for asked in (environ.get("LANGUAGE") or locale).split(":"):
        if found := known(asked):
            return found
    return _ENGLISH


# --- days ---------------------------------------------------------------------------------------


def shown_day(day: date) -> str:
    """Return a day as prose writes it: 15 March 2024, 2024年3月15日."""
    return _("{day} {month} {year}").format(
        day=day.day, month=_(_MONTHS[day.month - 1]), year=day.year
    )


def shown_month(year: int, month: int) -> str:
    """Return a month as prose writes it: March 2024, 2024年3月."""
    return _("{month} {year}").format(month=_(_MONTHS[month - 1]), year=year)


_MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


# --- what was made in English -------------------------------------------------------------------

#: A sentence with values in it has so many letters of its own; "{row} at {place}" would fit all.
LETTERS = 4
#: Longer texts are no errors of ours, and would take long to compare.
_LONGEST = 2000
#: How deep a reason may lie in a reason.
_DEPTH = 4
#: What stands between the parts of a text made of several, and how many are looked at.
_SIGNS, _PARTS = (N_("; "), N_(": ")), 8
_SIGN = re.compile(f"({'|'.join(_SIGNS)})")
#: A sentence that says less than this fits too much: its values reach up to a sign and no further.
_TELLING = 16


def retold(english: str, depth: int = _DEPTH) -> str:
    """Return an error or note, made in English, in the language spoken.

    The catalogue knows the sentences such texts are made from; the values are put into the
    translation, retold in their turn. What no sentence fits is taken apart at its signs; what is
    none then stays as it is.
    """
    if language() == _ENGLISH or depth == 0 or len(english) > _LONGEST:
        return english
    whole = _sentence(english, depth)
    if whole is not None:
        return whole
    parts = _SIGN.split(english, maxsplit=_PARTS)
    # From the left: what stands before a sentence is a place, mostly, and has signs of its own.
    for at in range(2, len(parts), 2):
        after = _sentence("".join(parts[at:]), depth)
        if after is not None:
            return _piecemeal(parts[:at], depth) + after
    for at in range(len(parts) - 2, 0, -2):
        before = _sentence("".join(parts[:at]), depth)
        if before is not None:
            return before + _piecemeal(parts[at:], depth)
    return english


def _piecemeal(parts: list[str], depth: int) -> str:
    """Return parts and the signs between them, each in the language spoken where that is known."""
    return "".join(_(part) if part in _SIGNS else _sentence(part, depth) or part for part in parts)


def _sentence(english: str, depth: int) -> str | None:
    """Return the translation of a sentence that the catalogue knows."""
    texts, sentences = _told(language())
    if english in texts:
        return texts[english]
    for pattern, translation in sentences:
        if found := pattern.fullmatch(english):
            values = {name: retold(value, depth - 1) for name, value in found.groupdict("").items()}
            return translation.format(**values)
    return None


def _unbraced(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


@cache
def _told(chosen: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Return whole texts, and the patterns of sentences, those that say most first."""
    texts: dict[str, str] = {}
    sentences: list[tuple[int, re.Pattern[str], str]] = []
    messages: dict[object, str] = getattr(_catalogue(chosen), "_catalog", {})
    for key, translation in messages.items():
        context, _sign, text = str(key).partition("\x04")
        if context != TOLD or not text:
            continue
        if "{" not in text:
            texts[text] = translation
            continue
        parts = re.split(r"(?<!\{)\{(\w+)\}(?!\})", text)
        said = sum(len(part) for part in parts[::2])
        value = ".*?" if said >= _TELLING else "(?:(?!: |; ).)*?"
        pattern = "".join(
            f"(?P<{part}>{value})" if place % 2 else re.escape(_unbraced(part))
            for place, part in enumerate(parts)
        )
        sentences.append((-said, re.compile(pattern, re.DOTALL), translation))
    sentences.sort(key=lambda item: item[0])
    return texts, [(pattern, translation) for _said, pattern, translation in sentences]
