"""Who stands by an article on each family's pages: origin, author, editor."""

from collections.abc import Callable
from dataclasses import replace

from crawler.replica.records import Document, Profile
from crawler.replica.voice import Voice


def _trs(voice: Voice, profile: Profile, document: Document) -> Document:
    origin = voice.pick((profile.name, "云岭日报", voice.say("省{office}厅"), "云岭发布"))
    return replace(
        document,
        origin=origin,
        author=voice.person() if voice.random() < 0.3 else None,
        editor=voice.person() if voice.random() < 0.8 else None,
    )


def _hanweb(voice: Voice, profile: Profile, document: Document) -> Document:
    origin = voice.pick((profile.name, voice.say("市{office}局"), "临湖日报社", voice.town()))
    signed = voice.random() < 0.5
    return replace(
        document,
        origin=origin if voice.random() < 0.8 else None,
        author=voice.person() if signed else None,
        editor=voice.person() if signed else None,
    )


def _county(voice: Voice, profile: Profile, document: Document) -> Document:
    names = ("周喆", "朱镕之", "赵喆", voice.person())
    return replace(
        document,
        origin=voice.pick(("县政府办", "县融媒体中心", voice.say("县{office}局"))),
        author=voice.pick(names),
        editor=voice.pick(names) if voice.random() < 0.5 else None,
    )


def _english(voice: Voice, profile: Profile, document: Document) -> Document:
    return replace(document, author=voice.person() if voice.random() < 0.4 else None)


def city(voice: Voice, profile: Profile, document: Document) -> Document:
    """What a city's site credits: itself, its paper, one of its offices."""
    home = profile.name.removesuffix("人民政府")
    return replace(
        document,
        origin=voice.pick((profile.name, f"{home}日报", voice.say(f"{home}{{office}}局"))),
        editor=voice.person() if voice.random() < 0.6 else None,
    )


def _ucap(voice: Voice, profile: Profile, document: Document) -> Document:
    return document


CREDITS: dict[str, Callable[[Voice, Profile, Document], Document]] = {
    "trs": _trs,
    "hanweb": _hanweb,
    "ucap": _ucap,
    "gbk-table": _county,
    "feed-site": _english,
}
