"""Words for made pages: sentences of our own in Chinese and English, drawn from a seed."""

import random
from dataclasses import dataclass, field

_PLACES = "青石县 白沙镇 柳林市 云溪区 东湾乡 南坪街道 红旗渠村 清河县 大桥镇 石门市".split()
_OFFICES = (
    "应急管理局 水利局 教育体育局 人力资源和社会保障局 市场监督管理局 农业农村局 "
    "自然资源局 卫生健康委员会 住房和城乡建设局 交通运输局 司法局 政务服务中心"
).split()
_THINGS = (
    "在建工程 中小学校 农贸市场 养老机构 水库大坝 城区道路 老旧小区 供水管网 林区防火 粮食仓储 "
    "公共停车场 乡村卫生室 污水处理设施 冬季供暖 秋收秋种"
).split()
_ZH = (
    "{office}组织{n}名工作人员对{thing}开展了全面检查，发现问题{m}处，均已登记在册。",
    "截至{month}月底，{place}累计完成{thing}投资{n}万元，占年度计划的{m}%。",
    "会议指出，{thing}关系群众切身利益，各单位要提高认识、压实责任，确保{month}月{day}日前见到成效。",
    "据{office}有关负责人介绍，今年将在{place}新增{n}个便民服务点，覆盖{m}个村（社区）。",
    "下一步，{office}将会同{place}继续推进{thing}整治，健全长效机制，防止问题反弹。",
    "“过去要跑{m}趟，现在一次就办好了。”家住{place}的居民{person}说。",
    "申请人应当在{month}月{day}日前向{office}提出书面申请，逾期不予受理；材料不全的，一次性告知。",
    "对{thing}中表现突出的{n}个集体和{m}名个人，由{place}给予通报表扬。",
    "{place}位于山区，{thing}基础薄弱，近年来先后投入{n}万元加以改善。",
    "各有关部门要密切配合，{office}负责日常调度，每{m}天汇总一次{thing}进展情况并予以公布。",
    "活动现场发放宣传资料{n}余份，解答群众关于{thing}的咨询{m}人次。",
    "凡在{place}从事{thing}的单位，应当依照本办法第{m}条的规定建立台账，保存期限不少于{n}日。",
)
_ZH_TITLES = (
    "{place}开展{thing}专项检查", "关于做好{place}{thing}工作的通知", "{office}召开{thing}推进会",
    "{place}{thing}工作取得阶段性成效", "关于{place}{thing}情况的公告",
    "{person}到{place}调研{thing}", "{place}人民政府关于印发{thing}实施方案的通知",
    "一图读懂{place}{thing}政策", "{place}：{thing}惠及{n}户居民", "{place}拟对{thing}项目予以公示",
)  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "建国 秀英 伟民 小芳 志强 丽华 文博 晓燕 海涛 春梅 国栋 雅琴 明 军 静 浩".split()
_EN = (
    "The {office} inspected {n} sites across {place} and recorded {m} problems with {thing}.",
    "By the end of the month, {place} had spent ${n} million on {thing}, {m} percent of the plan.",
    '"It used to take {m} visits, and now it takes one," said {person}, who lives in {place}.',
    "Officials said that {thing} would be extended to {n} more households; applications close on "
    "March {day}.",
    "{person}, who leads the {office}, thanked the {n} volunteers who had helped with {thing}.",
    "The {office} will review {thing} every {m} weeks and publish what it finds.",
    "Residents of {place} may send comments on {thing} in writing, and all {n} received so far are "
    "being read.",
    "Work on {thing} in {place} began {m} years ago, when a flood damaged {n} homes.",
)
_EN_TITLES = (
    "{place} expands {thing} to {n} households", "{office} reports on {thing}",
    "{person} visits {place} to review {thing}", "Notice of public comment on {thing} in {place}",
)  # fmt: skip
_EN_PLACES = "Millbrook,Ash County,Port Ellery,Stonefield,North Vale,Harlan Bay".split(",")
_EN_OFFICES = (
    "Department of Water,Office of Public Works,Health Agency,Transport Board,School Council"
).split(",")
_EN_THINGS = (
    "road repair,rural clinics,flood control,clean water,school meals,winter heating,bus service"
).split(",")
_EN_PEOPLE = "Ann Lee,Robert Mayer,Dana Ortiz,Peter Novak,Grace Adeyemi,Tom Whitfield".split(",")


@dataclass(slots=True)
class Words:
    """A source of sentences, none of which comes twice."""

    chance: random.Random
    #: Chinese; else English
    chinese: bool
    said: set[str] = field(default_factory=set)

    def filled(self, forms: tuple[str, ...]) -> str:
        """Return one of the forms with its blanks filled, as it was not said before."""
        while True:
            text = self.chance.choice(forms).format(
                place=self.place(),
                office=self.office(),
                thing=self.chance.choice(_THINGS if self.chinese else _EN_THINGS),
                person=self.person(),
                n=self.chance.randint(11, 999),
                m=self.chance.randint(2, 60),
                month=self.chance.randint(1, 12),
                day=self.chance.randint(1, 28),
            )
            if text not in self.said:
                self.said.add(text)
                return text

    def place(self) -> str:
        return self.chance.choice(_PLACES if self.chinese else _EN_PLACES)

    def office(self) -> str:
        if not self.chinese:
            return self.chance.choice(_EN_OFFICES)
        return self.place()[:2] + self.chance.choice(_OFFICES)

    def person(self) -> str:
        if not self.chinese:
            return self.chance.choice(_EN_PEOPLE)
        return self.chance.choice(_SURNAMES) + self.chance.choice(_GIVEN)

    def sentence(self) -> str:
        return self.filled(_ZH if self.chinese else _EN)

    def paragraph(self, most: int = 4) -> str:
        gap = "" if self.chinese else " "
        return gap.join(self.sentence() for _ in range(self.chance.randint(1, most)))

    def title(self) -> str:
        return self.filled(_ZH_TITLES if self.chinese else _EN_TITLES)

    def day(self) -> str:
        """Return a day as pages show it."""
        year, month, day = (self.chance.randint(*span) for span in ((2015, 2025), (1, 12), (1, 28)))
        form = self.chance.choice(("{}-{:02}-{:02}", "{}年{}月{}日", "{}/{:02}/{:02}"))
        return form.format(year, month, day)
