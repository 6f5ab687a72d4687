"""Names and numbers as pages put them down become clean ones, or nothing."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.names import clean_name, clean_number, clean_person, judge_authors, judge_people
from crawler.records import Findings, Found, Judged


def say(*pairs: tuple[str, str]) -> Findings:
    return tuple(Found(value=value, witness=witness) for value, witness in pairs)


def values(judged: Iterable[Judged]) -> list[str]:
    return [one.value for one in judged if one.value]


def authors(findings: Findings, editors: Findings = ()) -> list[str]:
    return values(judge_authors(findings, editors, (), "通知"))


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("作者：张三", "张三"),
        ("责任编辑：王五_NN1234", "王五"),
        ("李四(EN042)", "李四"),
        ("图书馆 魏六", "图书馆 魏六"),
        ("本报记者 张三", "本报记者 张三"),
        ("张 三", "张三"),
        ("By Jane Doe", "Jane Doe"),
        ("Analysis by Jane Doe, News Editor", "Jane Doe"),
        ("Jane Doe, Associated Press National Writer", "Jane Doe"),
        ("Von Anna Müller", "Anna Müller"),
        ("Jane Doe and John Roe", "Jane Doe and John Roe"),
        ("Jane Doe, John Roe", "Jane Doe, John Roe"),
        ("홍길동 기자", "홍길동"),
        ("山田太郎 記者", "山田太郎"),
        ("某网友（非本站", "某网友"),
        ("某平台 最高奖励500元", ""),
        ("admin", ""),
        ("30482", ""),
        ("佚名", ""),
        ("相关文章", ""),
        ("https://www.example.com/author", ""),
    ],
)
def test_a_person_is_named_without_trade_number_and_title(shown: str, name: str) -> None:
    assert clean_person(shown) == name


@pytest.mark.parametrize(
    "name",
    [
        "系统管理员",
        "qinghe",
        "清河县市场监督管理局",
        "清河日报",
        "县退役军人事务局编辑员",
        "清河网提供股票基金期货的金融资讯",
        "Department of Works",
        "Ministère de l'Intérieur",
    ],
)
def test_roles_accounts_and_bodies_count_only_where_readers_see_them(name: str) -> None:
    assert values(judge_people(say((name, "label:作者")))) == [name]
    assert values(judge_people(say((name, "meta:author"), (name, "json-ld:author")))) == []


def test_a_role_is_no_origin() -> None:
    assert clean_name("系统管理员") == ""


def test_a_chinese_author_meta_gives_way_to_the_editor_that_readers_see() -> None:
    meta, label = say(("清河在线主笔", "meta:author")), say(("张三", "label:作者"))
    editor = say(("王五", "label:责任编辑"))
    assert authors(meta, editor) == []
    assert authors(meta, say(("王五", "meta:editor"))) == ["清河在线主笔"]
    assert authors(meta + label, editor) == ["张三"]
    english = say(("Jane Doe", "meta:author"))
    assert authors(english, say(("Ann Poe", "byline"))) == ["Jane Doe"]


def test_a_list_that_names_the_writer_of_the_byline_with_others_is_believed() -> None:
    byline = say(("JANE DOE", "byline"))
    whole = say(("Jane Doe, John Roe", "json-ld:author"))
    other = say(("Ann Poe, John Roe", "json-ld:author"))
    assert authors(byline + whole)[0] == "Jane Doe, John Roe"
    assert authors(byline + other)[0] == "JANE DOE"


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("清政办发〔2024〕7号 打印", "清政办发〔2024〕7号"),
        ("清政 办发〔 2024 〕 7 号", "清政办发〔2024〕7号"),
        ("清政办发[2024]7号", "清政办发[2024]7号"),
        ("清政办发（2024）7号", "清政办发（2024）7号"),
        ("清政办发【2024】第7号", "清政办发【2024】第7号"),
        ("（清政办发〔2024〕7号）", "清政办发〔2024〕7号"),
        ("清财发〔2024〕1号、清税发〔2024〕2号", "清财发〔2024〕1号、清税发〔2024〕2号"),
        ("清政发〔2024〕3号关于印发", "清政发〔2024〕3号"),
        ("清河县人民政府令第47号 公布", "清河县人民政府令第47号"),
        ("政府令187号", "政府令187号"),
        ("清政函〔二〇二四〕十七号", "清政函〔二〇二四〕十七号"),
        ("000014349/2024-00031 打印 关闭", "000014349/2024-00031"),
        ("A00-2024- 001", "A00-2024-001"),
        ("640300-102/2021-00029　有效", "640300-102/2021-00029"),
        ("—  —", ""),
        ("无", ""),
    ],
)
def test_a_number_ends_where_it_ends_and_keeps_its_brackets(shown: str, number: str) -> None:
    assert clean_number(shown) == number


@given(
    house=st.text("清河政办发函字财税教", min_size=1, max_size=8),
    brackets=st.sampled_from(["〔〕", "[]", "（）", "【】", "()", "［］"]),
    year=st.integers(1949, 2030),
    serial=st.integers(1, 9999),
    gap=st.sampled_from(["", " ", "\u3000", "\xa0", "  "]),
    behind=st.sampled_from(["", " 打印", " 字号：大 中 小", "　有效", "关于印发某某的通知", "\n"]),
)
def test_any_document_number_comes_out_whole_whatever_stands_around_it(
    house: str, brackets: str, year: int, serial: int, gap: str, behind: str
) -> None:
    parts = [house, f"{brackets[0]}{year}{brackets[1]}", f"{serial}", "号"]
    assert clean_number(gap.join(parts) + behind) == "".join(parts)
