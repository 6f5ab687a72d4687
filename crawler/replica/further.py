"""Sites that are on the air only when asked for: one for each further system. All are invented."""

from datetime import timedelta, timezone

from crawler.replica.records import Column, Profile

CHINA = timezone(timedelta(hours=8))
KINDS = ("news",) * 11 + ("meeting",) * 2 + ("long",) * 3 + ("notice",) * 2 + ("table",) * 2


def _site(
    site: str, name: str, *columns: tuple[str, str, str], precision: str = "minute"
) -> Profile:
    """A site that is called after its family; its columns are name, path and number."""
    return Profile(
        id=site,
        name=f"{name}人民政府",
        domain=f"www.{site}.example",
        family=site,
        zone="Asia/Shanghai",
        clock=CHINA,
        lang="zh",
        columns=tuple(Column(name=name, path=path, key=key) for name, path, key in columns),
        precision=precision,
        kinds=KINDS,
        rows=10,
    )


FURTHER = {
    profile.id: profile
    for profile in (
        _site(
            "nfcms", "海门湾市",
            ("政务动态", "/zwgk/hmzs/zwyw/", "54902"), ("通知公告", "/zwgk/tzgg/", "54910"),
        ),
        _site(
            "people-cn", "文江省",
            ("要闻", "/GB/405419/", "405419"), ("公告", "/GB/405423/", "405423"),
        ),
        _site(
            "ivs", "申浦市",
            ("申浦要闻", "/nw4411/", "4411"), ("公示公告", "/nw12344/", "12344"),
        ),
        _site(
            "webplus", "清溪市",
            ("新闻动态", "/57162/", "57162"), ("通知公告", "/57163/", "57163"),
            precision="day",
        ),
        _site(
            "trs-hycloud", "汉阳湾市",
            ("工作动态", "/xwdt/gzdt/", "150366"), ("通知公告", "/xwdt/tzgg/", "150367"),
        ),
        _site(
            "lonsun", "皖南市",
            ("科技要闻", "/kjzx/kjyw/", "26701341"), ("通知公告", "/kjzx/tzgg/", "26701351"),
        ),
        _site(
            "jeecms", "邯陵市",
            ("工作动态", "/gzdt/", "101"), ("通知公告", "/tzgg/", "102"),
            precision="day",
        ),
        _site(
            "easysite", "顺河区",
            ("工作动态", "/web/zwgk/gzdt/", "302266"), ("通知公告", "/web/zwgk/tzgg/", "302267"),
        ),
        _site(
            "n-node", "北原省",
            ("新闻发布", "/n2588030/n2588924/", "2588924"),
            ("公告", "/n2588030/n2588939/", "2588939"),
        ),
        _site(
            "gkmlpt", "岭南市",
            ("工作动态", "/gkmlpt/index", "21"), ("通知公告", "/gkmlpt/index", "368"),
        ),
        _site(
            "jpaas", "钱江市",
            ("工作动态", "/col/col1229187636/index.html", "1229187636"),
            ("通知公告", "/col/col1229144443/index.html", "1229144443"),
        ),
    )
}  # fmt: skip
