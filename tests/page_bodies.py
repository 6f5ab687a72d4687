"""Bodies of made pages: every way in which sites set the text of an article."""

from collections.abc import Callable

from tests.page_sheet import Sheet

Writer = Callable[[Sheet], str]
_COUNT = "一二三四五六七八九"


def _paragraphs(sheet: Sheet, least: int = 2, most: int = 7) -> list[str]:
    count = sheet.chance.randint(least, most)
    return [sheet.must(sheet.words.paragraph()) for _ in range(count)]


def _gap(sheet: Sheet) -> str:
    """Return how a paragraph is set in: white space of layout."""
    return sheet.pick("", "", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;", "\n\t\t", "&emsp;&emsp;")


def _p(sheet: Sheet, text: str) -> str:
    style = sheet.pick("", ' style="text-indent:2em"', ' align="left"', ' class="p1"')
    return f"<p{style}>{_gap(sheet)}{text}</p>\n"


def p(sheet: Sheet) -> str:
    return "".join(_p(sheet, text) for text in _paragraphs(sheet))


def div(sheet: Sheet) -> str:
    return "".join(f"<div>{_gap(sheet)}{text}</div>\n" for text in _paragraphs(sheet))


def br(sheet: Sheet) -> str:
    joint = sheet.pick("<br>", "<br/>\n<br/>", "<br />\n")
    return joint.join(_gap(sheet) + text for text in _paragraphs(sheet))


def br_in_one_p(sheet: Sheet) -> str:
    return f"<p>{br(sheet)}</p>"


def cell(sheet: Sheet) -> str:
    return f'<table width="100%"><tr><td{sheet.called()}>{br(sheet)}</td></tr></table>'


def cells(sheet: Sheet) -> str:
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in _paragraphs(sheet))
    return f'<table border="0" cellpadding="0">{rows}</table>'


def spans(sheet: Sheet) -> str:
    out = []
    for text in _paragraphs(sheet):
        cut = sheet.chance.randrange(1, len(text))
        font = '<span style="font-family:仿宋_GB2312;font-size:21px">'
        out.append(
            f"<p><span>{font}{text[:cut]}</span></span><span><b></b>{font}{text[cut:]}</span></span></p>"
        )
    return "".join(out)


def word(sheet: Sheet) -> str:
    out = []
    for number, text in enumerate(_paragraphs(sheet)):
        cut = sheet.chance.randrange(1, len(text))
        out.append(
            f'<p class="MsoNormal" style="mso-char-indent-count:2"><a name="OLE_LINK{number}"></a>'
            f'<span lang="EN-US" style="font-size:16.0pt">{text[:cut]}<o:p></o:p></span>'
            f"<span>{text[cut:]}</span><o:p>&nbsp;</o:p></p>"
            '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        )
    return f'<div class="Section1">{"".join(out)}</div>'


def siblings(sheet: Sheet) -> str:
    boxes = []
    for _ in range(sheet.chance.randint(2, 4)):
        inner = "".join(_p(sheet, text) for text in _paragraphs(sheet, 1, 4))
        boxes.append(f"<div{sheet.called()}>{inner}</div>")
    return "\n".join(boxes)


def sections(sheet: Sheet) -> str:
    boxes = []
    for count in range(sheet.chance.randint(2, 4)):
        title = f"{_COUNT[count]}、{sheet.words.title()}"
        sheet.headings.append(title)
        tag = sheet.pick("h2", "h3", "h4")
        head = f"<{tag}>{sheet.must(title)}</{tag}>"
        inner = "".join(_p(sheet, text) for text in _paragraphs(sheet, 1, 3))
        boxes.append(f"<section{sheet.called()}>{head}{inner}</section>")
    return "\n".join(boxes)


def ordered(sheet: Sheet) -> str:
    out = [_p(sheet, sheet.must(sheet.words.paragraph(2)))]
    for count in range(sheet.chance.randint(2, 6)):
        out.append(_p(sheet, sheet.must(f"{_COUNT[count]}、{sheet.words.title()}")))
        for number in range(sheet.chance.randint(0, 2)):
            out.append(_p(sheet, sheet.must(f"（{_COUNT[number]}）{sheet.words.sentence()}")))
    return "".join(out)


def listed(sheet: Sheet) -> str:
    head = _p(sheet, sheet.must(sheet.words.paragraph(2)))
    items = "".join(
        f"<li>{sheet.must(sheet.words.sentence())}</li>" for _ in range(sheet.chance.randint(3, 8))
    )
    sheet.lists += 1
    tag = sheet.pick("ul", "ol")
    return f"{head}<{tag}>{items}</{tag}>{_p(sheet, sheet.must(sheet.words.sentence()))}"


def _table(sheet: Sheet, rows: int) -> str:
    sheet.tables += 1
    heads = sheet.pick("序号 单位 内容 得分", "序号 姓名 单位 备注").split()
    width = sheet.chance.randint(3, 4)
    out = [[*heads[:width]]]
    for number in range(1, rows + 1):
        out.append([str(number), sheet.words.office(), sheet.words.place(), "合格"][:width])
    for row in out:
        sheet.must("".join(row))
    drawn = (f"<td>{'</td><td>'.join(row)}</td>" for row in out)
    inner = sheet.pick("{}", "<tbody>{}</tbody>")
    return f'<table border="1">{inner.format("".join(f"<tr>{row}</tr>" for row in drawn))}</table>'


def table(sheet: Sheet) -> str:
    return _table(sheet, sheet.chance.randint(8, 40))


def tables_between(sheet: Sheet) -> str:
    out = []
    for _ in range(sheet.chance.randint(1, 3)):
        out.append("".join(_p(sheet, text) for text in _paragraphs(sheet, 1, 3)))
        out.append(_table(sheet, sheet.chance.randint(2, 8)))
    return "".join(out) + _p(sheet, sheet.must(sheet.words.sentence()))


def _image(sheet: Sheet) -> str:
    address = sheet.picture()
    return sheet.pick(
        f'<img src="{address}">', f'<img alt="" src="{address}" width="600">',
        f'<img src="/images/loading.gif" data-src="{address}">',
        f'<img src="data:image/gif;base64,R0lGOD" data-original="{address}">',
    )  # fmt: skip


def only_pictures(sheet: Sheet) -> str:
    count = sheet.chance.randint(1, 4)
    return "".join(f'<p align="center">{_image(sheet)}</p>' for _ in range(count))


def picture_and_sentence(sheet: Sheet) -> str:
    return f'<p align="center">{_image(sheet)}</p>{_p(sheet, sheet.must(sheet.words.sentence()))}'


def pictures_between(sheet: Sheet) -> str:
    out = []
    for text in _paragraphs(sheet, 2, 5):
        out += [_p(sheet, text), f'<p style="text-align:center">{_image(sheet)}</p>']
    return "".join(out)


def captions(sheet: Sheet) -> str:
    out = [_p(sheet, sheet.must(sheet.words.paragraph()))]
    for _ in range(sheet.chance.randint(1, 3)):
        out.append(f'<p align="center">{_image(sheet)}</p>')
        said = sheet.pick("图为", "图：", "▲ ") + sheet.words.title() + sheet.pick("。", "", "现场")
        style = sheet.pick(' align="center"', ' style="color:#666"', "")
        out.append(f"<p{style}>{sheet.must(said)}</p>")
        out.append(_p(sheet, sheet.must(sheet.words.paragraph())))
    return "".join(out)


def figures(sheet: Sheet) -> str:
    out = [_p(sheet, sheet.must(sheet.words.paragraph()))]
    for _ in range(sheet.chance.randint(1, 3)):
        caption = f"{sheet.words.title()}（摄影：{sheet.words.person()}）"
        # editors count a caption as text or not: the picture must stay, the words may
        out.append(f"<figure>{_image(sheet)}<figcaption>{sheet.may(caption)}</figcaption></figure>")
        out.append(_p(sheet, sheet.must(sheet.words.paragraph())))
    return "".join(out)


def gallery(sheet: Sheet) -> str:
    name = sheet.pick("gallery", "swiper-wrapper", "slides", "pics", "slideshow", "photo-list")
    items = "".join(f"<li>{_image(sheet)}</li>" for _ in range(sheet.chance.randint(2, 5)))
    head = _p(sheet, sheet.must(sheet.words.paragraph()))
    tail = _p(sheet, sheet.must(sheet.words.paragraph()))
    return f'{head}<div class="{name}"><ul>{items}</ul></div>{tail}'


def short_notice(sheet: Sheet) -> str:
    place, office = sheet.words.place(), sheet.words.office()
    text = sheet.pick(
        f"因设备检修，{place}办事大厅明日起暂停办公一天。", f"经研究，同意{place}的方案。",
        f"现将{place}{office}补正材料予以公布，欢迎监督。", f"{office}咨询电话已开通。",
        f"{place}今日起恢复供水，感谢广大居民的理解和支持。",
    )  # fmt: skip
    tag = sheet.pick("p", "div", "")
    return f"<{tag}>{sheet.must(text)}</{tag}>" if tag else sheet.must(text)


def one_sentence(sheet: Sheet) -> str:
    return _p(sheet, sheet.must(sheet.words.sentence()))


def names(sheet: Sheet) -> str:
    head = _p(sheet, sheet.must(f"现将{sheet.words.place()}拟录用人员名单公示如下："))
    people = list(dict.fromkeys(sheet.words.person() for _ in range(sheet.chance.randint(8, 40))))
    if sheet.chance.random() < 0.5:
        return head + "".join(f"<p>{sheet.must(name)}</p>" for name in people)
    rows = [people[i : i + 4] for i in range(0, len(people), 4)]
    return f"{head}<div>{'<br>'.join(sheet.must('　'.join(row)) for row in rows)}</div>"


def poem(sheet: Sheet) -> str:
    verses = (
        "我在河边等一封信", "纸上只有风声", "山还是那座山", "把灯熄了", "春天从屋檐滴下来",
        "没有人说话", "一条路通向田野，", "另一条通向夜。",
    )  # fmt: skip
    odd = ("打印", "编辑：一个旧时的词", "来源：山中的水", "下载一场雪", "关闭", "分享一碗热汤")
    # a word of furniture between two verses is a verse; at either end nobody can tell
    chosen = sheet.chance.sample(verses, 6)
    chosen[2:2] = sheet.chance.sample(odd, 1)
    chosen[4:4] = sheet.chance.sample(odd, 1)
    joint = sheet.pick("<br>", "</p><p>")
    return f"<p>{joint.join(sheet.must(verse) for verse in chosen)}</p>"


def letter(sheet: Sheet) -> str:
    lines = [sheet.must("尊敬的各位家长、各位朋友："), *_paragraphs(sheet, 2, 4)]
    lines += [sheet.must("此致"), sheet.must("敬礼！")]
    out = "".join(_p(sheet, line) for line in lines)
    signed = (sheet.words.office(), sheet.pick("2024年3月12日", "二〇二三年五月八日"))
    style = sheet.pick(' align="right"', ' style="text-align:right"')
    return out + "".join(f"<p{style}>{sheet.must(line)}</p>" for line in signed)


def questions(sheet: Sheet) -> str:
    out = []
    for _ in range(sheet.chance.randint(2, 5)):
        asked = f"问：{sheet.words.title()}有哪些考虑？"
        out.append(f"<p><strong>{sheet.must(asked)}</strong></p>")
        out.append(_p(sheet, sheet.must(f"答：{sheet.words.paragraph()}")))
    return "".join(out)


def opens_like_a_byline(sheet: Sheet) -> str:
    """Return prose whose lines begin with words of bylines and furniture."""
    words = sheet.words
    lines = [
        sheet.must(words.paragraph()),
        sheet.must(f"编辑：这个岗位今年招录{sheet.chance.randint(11, 99)}人，{words.sentence()}"),
        sheet.must(
            f"来源不明的{sheet.chance.choice(('食品', '药品'))}一律下架。{words.sentence()}"
        ),
        sheet.must(f"责任编辑制度实行以来，{words.sentence()}"),
        sheet.must(words.paragraph()),
        sheet.must(f"相关链接单位应当在七日内整改，{words.sentence()}"),
        sheet.must(f"打印店、复印店由{words.office()}登记。"),
        sheet.must(words.paragraph()),
    ]
    return "".join(_p(sheet, line) for line in lines)


def release(sheet: Sheet) -> str:
    first = f"{sheet.words.place().upper()} — {sheet.words.paragraph()}"
    lines = [sheet.must(first), *_paragraphs(sheet, 2, 5)]
    out = "".join(_p(sheet, line) for line in lines)
    office = sheet.words.office()
    about = sheet.must(f"About the {office}: the {office} serves {sheet.words.place()}.")
    return (
        f"<p>{sheet.may('FOR IMMEDIATE RELEASE')}</p>{out}<p>{sheet.may('###')}</p><p>{about}</p>"
    )


#: What any page may have, whatever its language.
EITHER: dict[str, Writer] = {
    writer.__name__: writer
    for writer in (
        p, div, br, br_in_one_p, cell, cells, spans, word, siblings, sections, listed,
        only_pictures, picture_and_sentence, pictures_between, figures, gallery, one_sentence,
    )
}  # fmt: skip
CHINESE: dict[str, Writer] = EITHER | {
    writer.__name__: writer
    for writer in (
        ordered, table, tables_between, captions, short_notice, names, poem, letter, questions,
        opens_like_a_byline,
    )
}  # fmt: skip
ENGLISH: dict[str, Writer] = EITHER | {"release": release}
