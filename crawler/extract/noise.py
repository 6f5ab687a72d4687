"""What stands around articles and is not part of them: boxes by name, lines by their wording."""

import re
from functools import lru_cache

#: Parts of ids and classes (between blanks, ``-`` and ``_``) that name furniture.
_NAMES = """
    share sharing bdshare bshare jiathis social sns weixin wechat qrcode qrc ewm erweima
    related relate recommend recommended recommendation hot hotnews rank ranking
    comment comments pinglun reply disqus respond feedback survey
    breadcrumb breadcrumbs crumb crumbs mianbao curpos
    nav navi navbar navigation menu menus topbar toolbar tools toolbox sidebar sidenav aside
    footer foot copyright copyrights disclaimer statement
    print closewin fontsize zihao pager pagination paging page-nav prevnext
    ad ads adv advert advertisement advertising sponsor sponsored promo promotion banner gg
    caption captions figcaption credit photo-credit gallery slideshow
    newsletter subscribe subscription signup login register search popup modal overlay tooltip
    tags taglist tag-list hidden hide ng-hide sr-only
    widget trending popular more-stories readmore
"""
#: … and what asks for leave to set cookies; the last ones sell such boxes.
_CONSENT = "cookie cookies gdpr consent onetrust didomi usercentrics truste cmp qc-cmp2"


#: A page of ``no-sidebar`` has none, and a field of ``label-hidden`` is shown, without its label.
_DENIED = r"(?<!\bno[_-])(?<!label[_-])"


def _parts(words: str) -> re.Pattern[str]:
    parts = "|".join(map(re.escape, words.split()))
    return re.compile(rf"(?:^|[\s_-]){_DENIED}(?:{parts})(?=$|[\s_-])")


_NOISE, _CONSENTS = _parts(f"{_NAMES} {_CONSENT}"), _parts(_CONSENT)

#: Whole lines of furniture, white space and brackets dropped. Never words prose could be made of.
_FURNITURE = re.compile(
    r"""(?:
      (?:调整|調整)?(?:字[号號]|字[体體])(?:大小)?[:：︰]?.{0,12}
    | (?:文字大小[:：]?)?[大中小]{2,3}
      (?:(?:打印|列印)(?:本页|此页|文章|页面)?)?(?:(?:关闭|關閉)(?:窗口|本页|页面|此页)?)?
    | (?:我要)?(?:打印|列印)(?:本页|此页|文章|页面)?
    | (?:关闭|關閉)(?:窗口|本页|页面|此页)?|打印\W*关闭|收藏(?:本页)?|下载
    | [共第\d页頁]*(?:[首尾末上下]|[上下前后]一)[页頁][共第\d页頁首尾末上下前后一]*
    | \d+/\d+
    | 我要[评評][论論]|暂无(?:网友)?评论|\d*(?:条|個)?[评評][论論]
    | (?:返回)?(?:顶部|页首|首页|上一页|列表|上页)|纠错|我要纠错
    | 分享(?:到|至|给|本文)?[:：]?.{0,24}
    | (?:浏览|访问|阅读|点击|点阅)(?:次数|量|人数|数|率)?[:：]\W*\d*\W*(?:次|人次)?
    | 扫一扫.{0,24}|.{0,10}(?=[二扫])(?:二维码|扫码).{0,24}
    | (?:上|下)一?[篇条页则][:：]?.{0,60}
    | (?:您?(?:当前|现在|所在)的?(?:位置|栏目)|[你您]的?(?:当前|现在)?位置)[:：是].{0,60}
    | (?:相关|推荐|热门|延伸|精彩|更多|最新|热点|关联)
      (?:阅读|新闻|链接|文章|推荐|信息|稿件|报道|解读|政策|附件|内容|资讯|文件|专题|评论|搜索).{0,4}
    | (?:全部|查看更多|最新|网友|热门)评论.{0,8}
    | .{0,30}(?=[版网公I违技主])(?:版权所有|网站标识码|公网安备|ICP备|网站地图|违法和不良信息举报|
      技术支持[:：]|主办单位[:：].{0,20}承办).{0,60}
    | 您访问的链接即将离开.{0,40}
    | (?:copyright|©|\(c\)).{0,70}
    | (?:share|print|email|tweet|save|follow|comments?|advertisement|advert|
      related(?:stories|articles|posts|content|topics)?|readmore|seealso|loading)
      (?:this(?:page|article|story|post)?|onfacebook|ontwitter)?[.:…]{0,3}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
#: Counters of who looked at a page and what readers did with it, one or several in a line.
_COUNTED = "(?:views?|hits?|visits?|visitors?|reads?|clicks?|comments?|shares?|likes?|downloads?)"
_COUNTS = re.compile(
    r"(?=[^\d.,]*[\d.,])(?:"
    rf"(?:(?:numberof|total|page)*{_COUNTED}[:：]?[\d.,]+k?(?:times)?[/|·•,]?)+|"
    rf"(?:[\d.,]+k?(?:page)?{_COUNTED}[/|·•,]?)+|"
    r"(?:本[文页]|此文|该[文页]|已有|已被|累计|共有?|总)*"
    r"(?:浏览|瀏覽|访问|訪問|阅读|閱讀|点击|點擊|点阅|點閱|查看|观看|人气)(?:次数|次數|量|人数|数|數|率)?"
    r"(?:为|[:：])?\d+(?:人次|人|次)?|"
    r"(?:已有|共有?)?\d+(?:人次|人|次)(?:浏览|瀏覽|访问|訪問|阅读|閱讀|点击|點擊|点阅|點閱|查看|观看)(?:过)?)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\s\[\]【】|()（）<>›»«]+")

#: What sites say about themselves and their rights in whole sentences. Every alternative begins
#: with a character of its own, so that the search passes over all others at once.
_DISCLAIMER = re.compile(
    r"凡(?:本网|本站)?(?:注明|标注|转载|署名|来源)|"
    r"并不(?:代表|意味着)[^。]{0,12}(?:观点|立场|赞同)|不(?:代表|意味着)[^。]{0,12}(?:观点|立场|赞同)|"
    r"转载[^。]{0,12}(?:注明|授权|违者)|摘编[^。]{0,12}(?:注明|授权|违者)|"
    r"未经[^。]{0,16}(?:授权|许可|书面|授權|許可)[^。]{0,12}(?:转载|使用|复制|刊载|轉載)|"
    r"版权(?:均)?[属归]|侵权[^。]{0,12}(?:删除|联系)|违法和不良信息|"
    r"电话[:：].{0,60}(?:电话|传真|邮箱|处理时间)[:：]|传真[:：].{0,60}(?:电话|邮箱)[:：]|"
    r"邮箱[:：].{0,60}(?:电话|传真|处理时间)[:：]|热线[:：].{0,60}(?:电话|传真|邮箱)[:：]|"
    r"特别声明[:：]|免责声明|责任自负"
)
_RIGHTS = re.compile(
    r"all rights reserved|terms of (?:use|service)|privacy policy|"
    r"your email address will not be published|sign up (?:for|to) |subscribe to "
)
#: A line that tells who, when, whence: it is read into fields and weighs nothing.
_BYLINE = re.compile(
    r"""[\s【\[(（《〔•]*(?:(?:信息|文章|新闻|稿件|本文|公告|新聞|政策)?(?:
      来\s*源|來\s*源|稿源|作\s*者|编\s*辑|編\s*輯|责任?编[辑缉]?|責任?編輯?|编\s*审|审\s*核|審\s*核|校\s*[对對]|
      撰\s*[稿文]|[记記]\s*者|通讯员|通訊員|
      时\s*间|日\s*期|時\s*間|
      (?:发布|發布|發佈|发表|發表|更新|生成|成文|发文|發文|公开|公布|公開|印发|登记|录入|掲載|公表)
        (?:时间|時間|日期|机构|機構|单位|單位|机关|機關|日時?)|
      信息分类|主题分类|体裁分类|索\s*引\s*号|文\s*号|文件编号|发文字号|發文字號|发文机关|制发机关|有效性|发布人|
      录入|供稿|浏览次数|點閱(?:次數|數)?)|
      公開日|掲載日|更新日|등록일|작성일|게시일|입력|출처|담당부서|작성자|
      by\b|(?:first|last)?\s*(?:published|posted|updated|issued|released)(?:\s+(?:on|at))?|release\s+date|
      publi[ée]\s+le|mis\s+(?:en\s+ligne|à\s+jour)\s+le|auteurs?|
      veröffentlicht(?:\s+am)?|erschienen\s+am|quelle|autor(?:in|es|a)?|
      publicado(?:\s+e[lm])?|fecha(?:\s+de\s+publicación)?|fuente|fonte|
      data\s+d[ei]\s+(?:publicação|pubblicazione)|data\s+publikacji|pubblicato(?:\s+il)?|autore|
      gepubliceerd(?:\s+op)?|publicatiedatum|bron|auteur|
      opublikowano|źródło|опубликовано|дата\s+публикации|источник|автор|опубліковано|дата\s+публікації|
      джерело|تاريخ\s+النشر|المصدر|الكاتب
    )\s*[:：]""",
    re.IGNORECASE | re.VERBOSE,
)


@lru_cache(maxsize=8192)
def is_noise_name(name: str) -> bool:
    """Say whether a box of this id and class holds something other than articles."""
    return _NOISE.search(name) is not None


def is_consent(name: str) -> bool:
    """Say whether a box of this id and class asks for leave to set cookies."""
    return _CONSENTS.search(name) is not None


@lru_cache(maxsize=4096)
def is_furniture(text: str) -> bool:
    """Say whether a line consists of nothing but the furniture of a page."""
    bare = _BLANK.sub("", text)
    return (_FURNITURE.fullmatch(bare) or _COUNTS.fullmatch(bare)) is not None


def is_disclaimer(text: str) -> bool:
    """Say whether a line speaks of rights and liability, not of the matter."""
    if _DISCLAIMER.search(text):
        return True
    return text[:1] < "\u2e80" and _RIGHTS.search(text.lower()) is not None


def is_byline(text: str) -> bool:
    """Say whether a line begins with the label of a field."""
    return (":" in text or "：" in text) and _BYLINE.match(text) is not None
