"""What stands around the article of a made page: heads, header lines, tails, sides and footers."""

from collections.abc import Callable

from tests.page_sheet import Sheet

Writer = Callable[[Sheet], str]
_COLUMNS = (
    "首页 政务公开 新闻中心 办事服务 互动交流 通知公告 政策文件 走进我们 领导信箱 "
    "数据开放 机构设置 财政预决算 人事任免 应急管理 乡镇动态 部门动态 "
    "公示公告 图片新闻 视频新闻 专题专栏"
).split()
_EN_COLUMNS = (
    "Home,About,News,Services,Departments,Contact,Careers,Events,Permits,Data,Maps,Forms".split(",")
)


def columns(sheet: Sheet, count: int) -> list[str]:
    names = _COLUMNS if sheet.words.chinese else _EN_COLUMNS
    return sheet.chance.sample(names, min(count, len(names)))


def _links(sheet: Sheet, part: str, texts: list[str]) -> list[str]:
    return [
        f'<a href="/{sheet.chance.randrange(10**6)}/">{sheet.never(part, text)}</a>'
        for text in texts
    ]


def _titles(sheet: Sheet, count: int) -> list[str]:
    return [sheet.words.title() for _ in range(count)]


# --- above the article ---


def menu(sheet: Sheet) -> str:
    links = _links(sheet, "menu", columns(sheet, sheet.chance.randint(6, 14)))
    named = sheet.named("nav", "menu", "header-nav", "navbar")
    kind = sheet.chance.randrange(3)
    if kind == 0:
        return f"<div{named}><ul>{''.join(f'<li>{a}</li>' for a in links)}</ul></div>"
    if kind == 1:
        return f"<table{named}><tr>{''.join(f'<td>{a}</td>' for a in links)}</tr></table>"
    return f"<div{named}>{' | '.join(links)}</div>"


def breadcrumb(sheet: Sheet) -> str:
    path = " &gt; ".join(_links(sheet, "breadcrumb", columns(sheet, 3)))
    last = sheet.pick("", " &gt; 正文", f" &gt; {sheet.title}" if sheet.title else "")
    word = sheet.pick(
        "您当前的位置：", "当前位置：", "您的位置：", "您现在的位置是：", "你的位置：", ""
    )
    if not sheet.words.chinese:
        word, last = "", ""
    return f"<div{sheet.named('crumb', 'position', 'location', 'mianbao')}>{word}{path}{last}</div>"


def search_form(sheet: Sheet) -> str:
    hot = "".join(_links(sheet, "search", _titles(sheet, 3)))
    word = sheet.never("search", "热门搜索：") if sheet.words.chinese else ""
    return (
        f'<div{sheet.named("search", "search-box")}><form action="/s"><input name="q" type="text">'
        f'<button type="submit">搜索</button></form><p>{word}{hot}</p></div>'
    )


def login_box(sheet: Sheet) -> str:
    never = sheet.never
    if not sheet.words.chinese:
        return f"<div{sheet.named('login')}><span>{never('login', 'Sign in')}</span></div>"
    return (
        f"<div{sheet.named('login', 'user-box')}><span>{never('login', '用户名：')}</span>"
        f"<input><span>{never('login', '密码：')}</span><input type='password'>"
        f"<a href='/reg'>{never('login', '注册')}</a> "
        f"<a href='/f'>{never('login', '忘记密码？')}</a></div>"
    )


def weather(sheet: Sheet) -> str:
    if not sheet.words.chinese:
        return f"<div>{sheet.never('weather', 'Today is Thursday, March 5, 2026')}</div>"
    text = sheet.pick(
        "今天是2026年3月5日 星期四 晴 5℃～12℃ 东北风3级", "2026年3月5日 星期四　欢迎访问本网站！"
    )
    return f"<div{sheet.called()}>{sheet.never('weather', text)}</div>"


ABOVE: dict[str, Writer] = {
    writer.__name__: writer for writer in (menu, breadcrumb, search_form, login_box, weather)
}

# --- between title and text ---


def header_line(sheet: Sheet, kind: str) -> str:
    """Return the line that tells when and by whom; whether it is kept is up to normalise."""
    if kind == "none":
        return ""
    if not sheet.words.chinese:
        parts = [f"Published: {sheet.words.day()}", f"By {sheet.words.person()}"]
    else:
        parts = [
            sheet.pick("发布时间：", "日期：", "时间：", "") + sheet.words.day(),
            f"{sheet.pick('来源：', '信息来源：', '文章来源：')}{sheet.words.office()}",
            *sheet.chance.sample(
                [
                    f"作者：{sheet.words.person()}", f"浏览次数：{sheet.chance.randrange(9999)}",
                    "字号：大 中 小", "【打印】 【关闭】", "分享到：",
                ],
                sheet.chance.randint(0, 4),
            ),
        ]  # fmt: skip
    for part in parts:
        sheet.may(part)
    sheet.may("".join(parts))
    named = sheet.named("info", "source", "article-info", "time", "ly")
    if kind == "spans":
        return f"<div{named}>{' '.join(f'<span>{part}</span>' for part in parts)}</div>"
    if kind == "row":
        return f"<table><tr>{''.join(f'<td>{part}</td>' for part in parts)}</tr></table>"
    if kind == "list":
        return f"<ul{named}>{''.join(f'<li>{part}</li>' for part in parts)}</ul>"
    return f"<div{named}>{sheet.pick('　', '&nbsp;&nbsp;', ' ').join(parts)}</div>"


HEADERS = ("line", "spans", "row", "list", "none")


def label_table(sheet: Sheet) -> str:
    """Return the table that a document of a government stands under."""
    pairs = [
        ("索 引 号：", f"0143{sheet.chance.randrange(10**5)}/2024-00031"),
        ("主题分类：", "综合政务"),
        ("发文机关：", sheet.words.office()), ("成文日期：", "2024年03月12日"),
        ("标　　题：", sheet.title),
        ("发文字号：", f"青政办发〔2024〕{sheet.chance.randrange(99)}号"),
        ("发布日期：", "2024年03月15日"), ("有 效 性：", "有效"),
        ("内容概述：", sheet.words.sentence()),
    ]  # fmt: skip
    chosen = pairs[: sheet.chance.randint(5, 9)]
    for label, value in chosen:
        sheet.never("label table", f"{label}{value}")
        sheet.never("label table", label)
        if value != sheet.title:
            sheet.never("label table", value)
    across = sheet.chance.choice((1, 2))
    rows = [chosen[i : i + across] for i in range(0, len(chosen), across)]
    for row in rows:
        sheet.never("label table", "".join(label + value for label, value in row))
    kind = sheet.chance.randrange(3)
    if kind == 0:
        lines = "".join(f"<li><b>{label}</b><span>{value}</span></li>" for label, value in chosen)
        return f"<ul{sheet.called()}>{lines}</ul>"
    if kind == 1:
        lines = "".join(f"<div><b>{label}</b>{value}</div>" for label, value in chosen)
        return f"<div{sheet.called()}>{lines}</div>"
    drawn = ("".join(f"<td>{a}</td><td>{b}</td>" for a, b in row) for row in rows)
    return f"<table{sheet.called()}>{''.join(f'<tr>{row}</tr>' for row in drawn)}</table>"


# --- behind the text ---


def editor(sheet: Sheet) -> str:
    """Return the line that closes an article and stays in it."""
    person = sheet.words.person()
    text = sheet.pick(f"（责任编辑：{person}）", f"责任编辑：{person}", f"【责任编辑：{person}】")
    style = sheet.pick("", ' align="right"')
    return f"<p{style}>{sheet.must(text)}</p>"


def origin(sheet: Sheet) -> str:
    return f"<p>{sheet.must(f'【来源：{sheet.words.office()}】')}</p>"


CLOSING: dict[str, Writer] = {"editor": editor, "origin": origin}


def qr_code(sheet: Sheet) -> str:
    text = sheet.never(
        "qr", sheet.pick("扫一扫在手机打开当前页", "手机扫一扫打开当前页面", "扫码查看手机版")
    )
    named = sheet.named("qrcode", "ewm", "code")
    return f'<div{named}><img src="{sheet.picture(own=False)}"><p>{text}</p></div>'


def print_close(sheet: Sheet) -> str:
    both = (sheet.never("print", "打印本页"), sheet.never("print", "关闭窗口"))
    links = [f'<a href="javascript:void(0)">{text}</a>' for text in both]
    joined = sheet.pick(" ", "", " | ").join(links)
    sheet.never("print", "打印本页关闭窗口")
    shown = sheet.pick(joined, f"【{links[0]}】【{links[1]}】")
    return f"<div{sheet.named('print', 'tools')}>{shown}</div>"


def share(sheet: Sheet) -> str:
    if not sheet.words.chinese:
        return f"<div{sheet.named('share', 'social')}>{sheet.never('share', 'Share this:')}</div>"
    icons = "".join(
        f"<a href='#'>{sheet.never('share', t)}</a>" for t in ("微信", "微博", "QQ空间")
    )
    named = sheet.named("share", "bdsharebuttonbox")
    return f"<div{named}>{sheet.never('share', '分享到：')}{icons}</div>"


def neighbours(sheet: Sheet) -> str:
    words = ("上一篇：", "下一篇：") if sheet.words.chinese else ("Previous: ", "Next: ")
    texts = [sheet.words.title() for _ in words]
    lines = "".join(
        f'<{tag}>{word}<a href="/t{sheet.chance.randrange(10**6)}.html">{text}</a></{tag}>'
        for tag in [sheet.pick("p", "div", "li")]
        for word, text in zip(words, texts, strict=True)
    )
    for word, text in zip(words, texts, strict=True):
        sheet.never("neighbours", word + text)
    return f"<div{sheet.named('prevnext', 'page', 'pagination')}>{lines}</div>"


def related(sheet: Sheet) -> str:
    word = sheet.pick("相关阅读", "相关链接", "相关新闻：", "延伸阅读", "热点新闻", "推荐阅读")
    if not sheet.words.chinese:
        word = sheet.pick("Related articles", "More news", "You may also like")
    sheet.never("related", word)
    rows = []
    for text in _titles(sheet, sheet.chance.randint(3, 8)):
        day = sheet.words.day()
        date = sheet.pick("", f"<span>{day}</span>", f"<em>[{day}]</em>")
        sheet.never("related", text + day)
        sheet.never("related", f"{text}[{day}]")
        rows.append(f"<li>{_links(sheet, 'related', [text])[0]}{date}</li>")
    head = sheet.pick(f"<h3>{word}</h3>", f"<div>{word}</div>", f"<p><strong>{word}</strong></p>")
    return f"<div{sheet.named('related', 'recommend', 'more')}>{head}<ul>{''.join(rows)}</ul></div>"


def teasers(sheet: Sheet) -> str:
    word = (
        sheet.pick("推荐阅读", "相关新闻", "更多新闻") if sheet.words.chinese else "Related stories"
    )
    items = []
    style = sheet.pick("", ' class="item"')
    for text in _titles(sheet, sheet.chance.randint(3, 5)):
        link = _links(sheet, "teasers", [text])[0]
        said = sheet.never("teasers", sheet.words.sentence())
        picture = f'<img src="{sheet.picture(own=False)}">'
        items.append(f"<div{style}>{picture}<h4>{link}</h4><p>{said}</p></div>")
    head = f"<h3>{sheet.never('teasers', word)}</h3>"
    return f"<div{sheet.named('related', 'news-list')}>{head}{''.join(items)}</div>"


def comments(sheet: Sheet) -> str:
    word = (
        sheet.pick("网友评论", "最新评论", "全部评论（3）") if sheet.words.chinese else "3 comments"
    )
    items = []
    for _ in range(sheet.chance.randint(2, 4)):
        who = sheet.never("comments", f"{sheet.words.person()}{sheet.chance.randrange(999)}")
        said = sheet.never("comments", sheet.words.paragraph(2))
        items.append(
            f"<div><b>{who}</b><p>{said}</p><div>{sheet.never('comments', '回复')}</div></div>"
        )
    head = f"<h3>{sheet.never('comments', word)}</h3>"
    return f"<div{sheet.named('comments', 'pinglun', 'comment-list')}>{head}{''.join(items)}</div>"


def disclaimer(sheet: Sheet) -> str:
    site = f"{sheet.words.place()}网"
    text = sheet.pick(
        f"凡本网注明“来源：{site}”的所有作品，版权均属于{site}，未经本网授权不得转载、摘编。",
        "免责声明：本网转载的稿件，目的在于传递更多信息，并不代表本网赞同其观点和对其真实性负责。",
        f"特别声明：以上内容转载自其他媒体，如涉及作品版权问题，请与{site}联系。",
    )  # fmt: skip
    sheet.never("disclaimer", text)
    return f"<div{sheet.named('statement', 'copyright')}><p>{text}</p></div>"


TAILS: dict[str, Writer] = {
    writer.__name__: writer
    for writer in (
        qr_code, print_close, share, neighbours, related, teasers, comments, disclaimer,
    )
}  # fmt: skip
#: Of these there is no English form here.
CHINESE_ONLY = frozenset(["qr_code", "print_close", "disclaimer", "editor", "origin"])

# --- elsewhere on the page ---


def hot_news(sheet: Sheet) -> str:
    word = (
        sheet.pick("热点新闻", "点击排行", "最新动态", "图片新闻")
        if sheet.words.chinese
        else "Latest"
    )
    rows = []
    for text in _titles(sheet, sheet.chance.randint(5, 12)):
        day = sheet.words.day()
        rows.append(
            f"<li>{_links(sheet, 'side', [text])[0]} <span>{sheet.never('side', day)}</span></li>"
        )
        sheet.never("side", text + day)
    head = f"<h3>{sheet.never('side', word)}</h3>"
    return f"<div{sheet.named('sidebar', 'hot', 'rank')}>{head}<ul>{''.join(rows)}</ul></div>"


def friends(sheet: Sheet) -> str:
    """Return hundreds of links or bare addresses."""
    count = sheet.chance.randint(40, 200)
    if sheet.chance.random() < 0.3:
        bare = " ".join(
            f"http://www.site{sheet.chance.randrange(10**6)}.example/" for _ in range(count)
        )
        return f"<div{sheet.called()}>{sheet.never('friends', bare)}</div>"
    links = [
        f'<a href="http://s{i}.example/">{sheet.words.place()}{sheet.words.office()}{i}</a>'
        for i in range(count)
    ]
    return f"<div{sheet.named('links', 'friend-link')}>友情链接：{' '.join(links)}</div>"


def footer(sheet: Sheet) -> str:
    office, never = sheet.words.office(), sheet.never
    numbers = [sheet.chance.randrange(10**5, 10**6) for _ in range(6)]
    if not sheet.words.chinese:
        lines = [
            f"© 2026 {office}. All rights reserved.",
            "Privacy policy | Accessibility | Contact us",
            f"{sheet.chance.randrange(999)} Main Street, Millbrook. Telephone: 555-0100.",
        ]
    else:
        lines = [
            f"主办单位：{office}　承办单位：{sheet.words.office()}",
            f"地址：{sheet.words.place()}人民路{numbers[0]}号　邮编：{numbers[1]}",
            f"电话：0000-{numbers[2]}　传真：0000-{numbers[3]}",
            f"版权所有：{office}　未经许可，不得转载，违者必究。",
            f"某ICP备{numbers[4]}号-1　某公网安备{numbers[5]}号",
            "网站标识码：0000000001　建议使用1024*768以上分辨率，IE9.0以上浏览器浏览本网站。",
            "本网站支持IPv6访问，由县政务服务中心负责日常维护，如有问题请拨打热线，我们将尽快处理。",
        ]  # fmt: skip
        lines = [*sheet.chance.sample(lines[:4], 2), lines[4], *sheet.chance.sample(lines[5:], 1)]
        sheet.chance.shuffle(lines)
    for line in lines:
        never("footer", line)
    never("footer", "".join(lines))
    drawn = sheet.pick("<br>", "</p><p>").join(lines)
    return f"<div{sheet.named('footer', 'foot', 'copyright', 'bottom')}><p>{drawn}</p></div>"


ELSEWHERE: dict[str, Writer] = {"hot_news": hot_news, "friends": friends}
