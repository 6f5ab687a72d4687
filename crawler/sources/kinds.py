"""The kinds of value that a key may hold, each with its name, an example and its reader."""

from datetime import timedelta

from crawler.records import Files, ListingKind
from crawler.sources.answers import (
    read_body,
    read_charset,
    read_files,
    read_form,
    read_language,
    read_listing_kind,
)
from crawler.sources.places import (
    MECHANISMS,
    read_address,
    read_host,
    read_listen,
    read_network,
    read_next,
    read_path,
    read_pattern,
    read_port,
    read_region,
    read_selector,
)
from crawler.sources.times import DAYS_EXAMPLE, duration, read_days, read_rhythm, read_zone
from crawler.sources.values import (
    Kind,
    each,
    number,
    one_of,
    or_nothing,
    read_flag,
    read_share,
    read_text,
    read_word,
)

TEXT = Kind(name="text", example='"…"', read=read_text)
TEXTS = Kind(name="list of text", example='["…"]', read=each(read_text))
TEXT_OR_NOTHING = Kind(name="text", example='"…"', read=or_nothing(read_text))
WORDS = Kind(name="list of words", example='["central"]', read=each(read_word))
FLAG = Kind(name="true/false", example="true", read=read_flag)
SIZE = Kind(name="bytes", example="10_485_760", read=number(1, "10_485_760"))
COUNT = Kind(name="number", example="3", read=number(1, "3"))
COUNT_OR_NONE = Kind(name="number", example="0", read=number(0, "0"))
SHARE = Kind(name="share", example="0.75", read=read_share)
DURATION = Kind(name="duration", example='"30m"', read=duration(timedelta(milliseconds=1)))
PAUSE = Kind(name="duration", example='"2s"', read=duration(timedelta()))
RHYTHM = Kind(name="list of durations", example='["1h", "1d"]', read=read_rhythm)
REGION = Kind(name="path of places", example='"甘肃省/平凉市"', read=read_region)
DAYS = Kind(name="list of days", example=f"[{DAYS_EXAMPLE}]", read=read_days)
ZONE = Kind(name="IANA zone", example='"Asia/Shanghai"', read=read_zone)
LANGUAGE = Kind(name="language tag", example='"zh-CN"', read=read_language)
ADDRESS = Kind(name="address", example='"https://…"', read=read_address)
HOSTS = Kind(name="list of hosts", example='["www.example.org"]', read=each(read_host))
PATTERNS = Kind(name="list of patterns", example=r"['/t\d+_\d+\.html$']", read=each(read_pattern))
NEXT = Kind(
    name=f"{', '.join(MECHANISMS)} or a selector", example='"a.next"', read=or_nothing(read_next)
)
SELECTORS = Kind(name="selectors", example='"li a@href"', read=each(read_selector, single=True))
PATHS = Kind(name="paths", example='"data.list[*]"', read=each(read_path, single=True))
FORM = Kind(name="table of text", example='{ page = "1" }', read=read_form)
BODY = Kind(name="JSON", example="""'{"page": 1}'""", read=read_body)
NETWORKS = Kind(name="list of networks", example='["127.0.0.0/8"]', read=each(read_network))
PORTS = Kind(name="list of ports", example="[80, 443]", read=each(read_port))
CHARSET = Kind(name="charset", example='"gb18030"', read=or_nothing(read_charset))
FILES = Kind(name=", ".join(Files), example=f'"{Files.SITE}"', read=read_files)
LISTING_KIND = Kind(
    name=", ".join(ListingKind), example=f'"{ListingKind.HTML}"', read=read_listing_kind
)
POSTS = Kind(name="hexo, hugo", example='"hexo"', read=one_of("hexo", "hugo"))
GONE = Kind(name="mark, remove", example='"mark"', read=one_of("mark", "remove"))
SHAPES = ("json", "ntfy", "slack", "dingtalk", "wecom", "feishu")
SHAPE = Kind(name=", ".join(SHAPES), example='"ntfy"', read=one_of(*SHAPES))
LISTEN = Kind(name="host:port", example='"127.0.0.1:9464"', read=or_nothing(read_listen))
