"""Readers of what is asked of a site and how its answers are taken."""

import codecs
import json
import re

from crawler.records import Files, ListingKind
from crawler.sources.values import bad, cut, read_text, wants
from crawler.sources.words import meant

#: What BCP 47 allows and sites say: a language, then script, region and variants.
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_form(value: object) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form: a table of texts, in its order."""
    example = '{ channel = "7", page = "1" }'
    if not isinstance(value, dict):
        raise wants("a table of text", value, example)
    if wrong := [name for name, told in value.items() if not isinstance(told, str)]:
        raise bad(f"wants text for {cut(wrong[0])}", f"write {example}")
    return tuple(value.items())


def read_body(value: object) -> str:
    """Return JSON to post, an object."""
    text = read_text(value)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad(
            f"is no JSON: {error}: {cut(text)}", """'{"page": 1}' in single quotes"""
        ) from None
    if not isinstance(told, dict):
        raise bad(f"is no JSON object: {cut(text)}", """for example '{"page": 1}'""")
    return text


def read_charset(value: object) -> str:
    """Return a charset that Python can decode."""
    name = read_text(value)
    known = ("utf-8", "gbk", "gb2312", "gb18030", "big5", "latin-1", "windows-1252")
    try:
        codecs.lookup(name)
    except LookupError:
        raise bad(f"is no charset: {cut(name)}", meant(name, known)) from None
    return name


def read_language(value: object) -> str:
    """Return a language tag (BCP 47)."""
    tag = read_text(value)
    if not LANGUAGE_TAG.fullmatch(tag):
        raise bad(f"is no language tag: {cut(tag)}", 'BCP 47, for example "zh-CN" or "en"')
    return tag


def read_listing_kind(value: object) -> ListingKind:
    """Return a kind of listing."""
    name = read_text(value)
    if name not in set(ListingKind):
        raise bad(f"is no kind of listing: {cut(name)}", meant(name, list(ListingKind)))
    return ListingKind(name)


def read_files(value: object) -> Files:
    """Return which files of articles are kept."""
    name = read_text(value)
    if name not in set(Files):
        raise bad(f"names no such choice: {cut(name)}", meant(name, list(Files)))
    return Files(name)
