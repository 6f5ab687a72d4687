"""The sites of the portal: their faces and habits. All of them are invented."""

from datetime import timedelta, timezone

from crawler.replica.further import CHINA, FURTHER
from crawler.replica.records import Column, Profile

NORLAND = timezone(timedelta(hours=-7))

NEWS = ("news",) * 11 + ("meeting",) * 2 + ("long",) * 3 + ("notice",) * 2 + ("table",) * 2

_FIVE = {
    profile.id: profile
    for profile in (
        Profile(
            id="trs",
            name="云岭省人民政府",
            domain="www.yunling.example",
            family="trs",
            zone="Asia/Shanghai",
            clock=CHINA,
            lang="zh",
            columns=(
                Column(name="政务要闻", path="/zwxx/zwyw/"),
                Column(name="通知公告", path="/zwxx/tzgg/"),
            ),
            precision="minute",
            kinds=(*NEWS, "report"),
        ),
        Profile(
            id="hanweb",
            name="临湖市人民政府",
            domain="www.linhu.example",
            family="hanweb",
            zone="Asia/Shanghai",
            clock=CHINA,
            lang="zh",
            columns=(
                Column(name="工作动态", path="/col/col1201/index.html", key="1201"),
                Column(name="公示公告", path="/col/col1202/index.html", key="1202"),
            ),
            precision="second",
            kinds=NEWS,
            rows=10,
        ),
        Profile(
            id="policy",
            name="云岭省政策文件库",
            domain="zwgk.yunling.example",
            family="ucap",
            zone="Asia/Shanghai",
            clock=CHINA,
            lang="zh",
            columns=(
                Column(name="政策文件", path="/zhengce/wenjian/"),
                Column(name="部门文件", path="/zhengce/bumen/"),
            ),
            precision="minute",
            kinds=("policy",) * 7 + ("notice",) * 2 + ("table",),
        ),
        Profile(
            id="county",
            name="镕溪县人民政府",
            domain="www.rongxi.example",
            family="gbk-table",
            zone="Asia/Shanghai",
            clock=CHINA,
            lang="zh",
            columns=(
                Column(name="镕溪要闻", path="/list.asp?classid=3", key="3"),
                Column(name="公告栏", path="/list.asp?classid=7", key="7"),
            ),
            precision="day",
            kinds=(*NEWS, "report"),
        ),
        Profile(
            id="english",
            name="Norland Department of Public Affairs",
            domain="dpa.norland.example",
            family="feed-site",
            zone="America/Phoenix",
            clock=NORLAND,
            lang="en",
            columns=(Column(name="News Releases", path="/news/"),),
            precision="minute",
            kinds=("news",) * 12 + ("long",) * 4 + ("notice",) * 3 + ("table",),
        ),
    )
}

#: The sites that are on the air unless others are asked for.
ORDER = tuple(_FIVE)
PROFILES = _FIVE | FURTHER
