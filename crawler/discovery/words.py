"""What the world calls the columns where a government tells its news, and those where it does not.

Read from the menus of government sites; a language is one row of words. Scripts without spaces are
looked for anywhere in a link's text, the others as whole words. Adding a language is adding a row.
"""

import re

#: News, press releases, what was done.
NEWS = {
    "zh": "新闻 要闻 动态 快讯 资讯 时政 头条 新聞 要聞 動態 快訊 資訊 聚焦 播报 信息快递 工作信息 政务信息",
    "ja": "ニュース お知らせ 新着 報道発表 プレスリリース 記者会見 トピックス",
    "ko": "뉴스 보도자료 소식 새소식 언론보도",
    "en": "news newsroom press media release releases statements stories updates latest headlines",
    "fr": "actualité actualités presse communiqué communiqués nouvelles",
    "de": "nachrichten aktuelles presse pressemitteilung pressemitteilungen neuigkeiten meldungen medieninformationen",
    "es": "noticias prensa novedades actualidad comunicados",
    "pt": "notícias noticias imprensa novidades",
    "it": "notizie novità stampa comunicati attualità",
    "nl": "nieuws nieuwsberichten pers persberichten actueel",
    "sv": "nyheter pressmeddelanden press aktuellt",
    "da": "nyheder pressemeddelelser presse",
    "no": "nyheter pressemeldinger aktuelt",
    "fi": "uutiset tiedotteet ajankohtaista",
    "pl": "aktualności wiadomości komunikaty prasowe",
    "cs": "aktuality zprávy tiskové novinky",
    "sk": "aktuality správy novinky",
    "hu": "hírek sajtóközlemények aktuális",
    "ro": "știri noutăți comunicate presă",
    "bg": "новини съобщения актуално",
    "el": "νέα ειδήσεις ανακοινώσεις δελτία τύπου",
    "ru": "новости пресс-релизы события пресс-служба",
    "uk": "новини пресрелізи події",
    "tr": "haberler haber basın",
    "ar": "أخبار الأخبار بيانات صحفية",
    "fa": "اخبار خبرها",
    "he": "חדשות הודעות",
    "hi": "समाचार",
    "th": "ข่าว",
    "vi": "tin tức bản tin tin",
    "id": "berita siaran pers kabar",
    "et": "uudised pressiteated",
    "lv": "jaunumi ziņas aktualitātes",
    "lt": "naujienos pranešimai",
    "hr": "vijesti novosti priopćenja",
    "sl": "novice sporočila",
    "sr": "вести vesti саопштења saopštenja",
}  # fmt: skip

#: Notices, announcements, calls for comment.
NOTICES = {
    "zh": "公告 通知 公示 通告 通报 公报 公开征求 征求意见 征集 招标 采购 公佈 公布 最新公开 信息公开 最新信息",
    "ja": "告示 公告 公示 入札",
    "ko": "공지 공고 고시 알림",
    "en": "notice notices announcement announcements bulletin bulletins alerts advisories consultations speeches",
    "fr": "avis annonces bulletin bulletins consultations",
    "de": "bekanntmachungen bekanntmachung mitteilungen ausschreibungen",
    "es": "avisos anuncios boletín boletines comunicaciones",
    "pt": "avisos anúncios editais comunicados",
    "it": "avvisi bandi annunci bollettino",
    "nl": "bekendmakingen mededelingen",
    "pl": "ogłoszenia obwieszczenia",
    "cs": "oznámení úřední",
    "ru": "объявления сообщения извещения",
    "uk": "оголошення повідомлення",
    "tr": "duyurular duyuru ilanlar",
    "ar": "إعلانات الإعلانات تعاميم",
    "fa": "اطلاعیه اطلاعیه‌ها",
    "hi": "सूचना अधिसूचना",
    "th": "ประกาศ",
    "vi": "thông báo",
    "id": "pengumuman",
}  # fmt: skip

#: Policy, documents, what they mean.
POLICY = {
    "zh": "政务公开 政府公开 政策 文件 解读 法规 规章 规范性 政府令 政令 条例 规划 人事 任免 报告 统计 数据 解讀 會議 会议",
    "ja": "法令 通達 政策 統計",
    "ko": "법령 훈령 정책",
    "en": "policy policies guidance regulations rules publications documents reports orders",
    "fr": "circulaires arrêtés décrets publications",
    "de": "verordnungen gesetze veröffentlichungen erlasse",
    "es": "normativa decretos resoluciones publicaciones",
    "pt": "legislação decretos portarias publicações",
    "it": "normativa decreti circolari pubblicazioni",
    "ru": "документы приказы постановления",
    "uk": "документи накази",
    "tr": "mevzuat genelgeler",
    "ar": "قرارات مراسيم",
    "vi": "văn bản",
    "id": "peraturan kebijakan",
}  # fmt: skip

#: What is no column of articles.
AWAY = {
    "zh": "登录 注册 邮箱 信箱 搜索 检索 办事 服务 投诉 举报 咨询 留言 问卷 调查 领导 机构 概况 地图 联系 关于 帮助 "
    "无障碍 繁体 微博 微信 客户端 下载 友情链接 视频 图片 直播 访谈 指南 互动 首页 简介 职能 在线 声明 我要 年报 申请",
    "ja": "検索 ログイン お問い合わせ サイトマップ アクセス 採用",
    "ko": "검색 로그인 사이트맵 조직",
    "en": "login sign register search contact about services careers jobs sitemap privacy cookies cookie accessibility "
    "photos videos gallery calendar events faq help subscribe donate terms twitter facebook youtube instagram "
    "linkedin feedback podcast podcasts home",
    "fr": "connexion recherche contact accessibilité mentions plan agenda accueil",
    "de": "suche kontakt impressum datenschutz anmelden karriere barrierefreiheit termine startseite",
    "es": "buscar contacto accesibilidad mapa agenda inicio",
    "pt": "buscar contato acessibilidade mapa agenda",
    "it": "cerca contatti accessibilità mappa",
    "ru": "поиск контакты вход карта",
}  # fmt: skip

#: What stands on a link that leads from a block to all of it.
MORE = frozenset(
    "更多 更多>> 更多>>> 查看更多 更多信息 more 更多内容 更多资讯 更多... 更多… 全部 もっと見る 一覧 一覧へ 더보기 all "
    "more» more... seeall viewall readmore allnews viewmore seemore morenews plus voirplus toutes voirtout mehr "
    "alle mehranzeigen más vermás todas mais vermais altro tutte meer alles ещё все більше daha devamı tümü المزيد "
    "xemthêm selengkapnya".split()
)  # fmt: skip

#: The home page, as the first step of a breadcrumb calls it.
HOME = frozenset(
    "首页 首頁 网站首页 主页 home start homepage accueil startseite inicio início ホーム トップ 홈 главная головна "
    "anasayfa الرئيسية trangchủ beranda".split()
)  # fmt: skip

#: Words of addresses: pinyin initials and English words that columns of news lie under.
ADDRESS = re.compile(
    r"(?:^|[/_.=-])(?:(?:latest|all|our)?news(?:room|-?and-\w+|-?list|center)?|press(?:-?releases?|room|-?center)?"
    r"|media(?:-?cent(?:er|re)|-?room|-?releases?)?|releases?|announcements?|notices?|bulletins?|statements?"
    r"|xw\w{0,4}|yw\w{0,3}|zwyw|szyw|yaowen|xinwen|dongtai|zwdt|gzdt|bmdt|zxdt|tz(?:gg)?|gg(?:gs|l)?|gsgg|gonggao"
    r"|tongzhi|zc(?:wj|fg|jd|fb|k)?|zhengce|jiedu|wenjian|zfwj|gfxwj|fdzdgknr"
    r"|actualites?|communiques?|presse|nachrichten|aktuell?es?|pressemitteilungen|noticias|prensa|notizie|comunicati"
    r"|nieuws|nyheter|nyheder|aktualnosci|novosti|haberler|duyurular|berita|uutiset)(?=$|[/_.?&-])",
    re.IGNORECASE,
)

#: Letters of scripts that put no space between words.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _pattern(table: dict[str, str]) -> re.Pattern[str]:
    """Return what finds any word of a table, longer words first."""
    words = sorted({w for row in table.values() for w in row.split()}, key=len, reverse=True)
    anywhere = "|".join(re.escape(word) for word in words if _UNSPACED.search(word))
    whole = "|".join(re.escape(word) for word in words if not _UNSPACED.search(word))
    return re.compile(rf"{anywhere}|(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE)


#: What a name's words are worth, by table.
WORTH = ((_pattern(NEWS), 5), (_pattern(NOTICES), 5), (_pattern(POLICY), 3), (_pattern(AWAY), -6))


def worth_of(name: str) -> int:
    """Return what the words of a column's name say for it: positive for news, negative for none."""
    points = [points for pattern, points in WORTH if pattern.search(name)]
    # 政策咨询 is none of both, 要闻动态 no more than 要闻.
    return max((p for p in points if p > 0), default=0) + min(
        (p for p in points if p < 0), default=0
    )


def is_more(text: str) -> bool:
    """Tell whether a link's text only says that there is more of what stands here."""
    return "".join(text.split()).strip("[]【】()（）<>«»›+·.…-").casefold() in MORE


def is_home(text: str) -> bool:
    """Tell whether a link's text means the home page."""
    return "".join(text.split()).strip("[]【】<>«»›·").casefold() in HOME
