"""Government pages in fourteen languages become articles by labels, metas, JSON-LD and ``time``.

The pages are ours; each is built as sites of that country build theirs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from archive import Article
from crawler.extract import extract
from crawler.normalise import normalise
from crawler.records import Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://www.example.gov/news/1200"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A press release: its parts as the page holds them, and what is to be read of it."""

    lang: str
    zone: str
    title: str
    body: tuple[str, str]
    #: what stands in the head, between title and text, and under the text
    head: str = ""
    info: str = ""
    end: str = ""
    #: the moment of publication in UTC
    published: str
    origin: str = ""
    author: str = ""
    editor: str = ""
    #: the day as its label shows it
    label: tuple[str, str] = ("", "")

    @property
    def html(self) -> str:
        """The page."""
        text = "".join(f"<p>{part}</p>" for part in self.body)
        return f"""<!doctype html><html lang="{self.lang}"><head><meta charset="utf-8">
        <title>{self.title} | example.gov</title>{self.head}</head><body>
        <nav><ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li></ul></nav>
        <main><h1>{self.title}</h1>{self.info}<div class="field-body">{text}</div>{self.end}</main>
        <footer><p><a href="/imprint">Imprint</a></p></footer></body></html>"""


def json_ld(moment: str, author: str = "") -> str:
    person = f', "author": [{{"@type": "Person", "name": "{author}"}}]' if author else ""
    return f"""<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
      {{"@type": "BreadcrumbList"}}, {{"@type": "NewsArticle", "datePublished": "{moment}",
      "dateModified": "2025-12-01T00:00:00Z"{person},
      "publisher": {{"@type": "GovernmentOrganization", "name": "example.gov"}}}}]}}</script>"""


RELEASES = (
    Release(
        lang="en", zone="Europe/London", title="New flood defences open in three river towns",
        body=("The minister has opened new flood defences in three towns along the river today.",
              "The walls and gates, which cost £12 million, will protect 4,000 homes, she said."),
        info="""<dl><dt>From:</dt><dd><a href="/d">Department for Rivers</a></dd><dt>Published</dt>
        <dd><time datetime="2024-03-15T09:30:00+00:00">15 March 2024</time></dd>
        <dt>Last updated</dt><dd>20 March 2024</dd></dl><p>By Jane Doe and John Roe</p>""",
        published="2024-03-15T09:30", origin="Department for Rivers",
        author="Jane Doe and John Roe", label=("published", "15 March 2024"),
    ),
    Release(
        lang="fr", zone="Europe/Paris", title="Trois villes protégées contre les crues du fleuve",
        body=("La ministre a inauguré aujourd'hui de nouvelles digues dans trois villes du fleuve.",
              "Les ouvrages, d'un coût de 12 millions d'euros, protégeront 4 000 logements."),
        head=json_ld("2024-03-15T10:30:00+01:00"),
        info="<p>Publié le 15 mars 2024</p><p>Par Jeanne Dupont</p>"
        "<p>Source : Ministère du Fleuve</p>",
        published="2024-03-15T09:30", origin="Ministère du Fleuve", author="Jeanne Dupont",
        label=("publié le", "15 mars 2024"),
    ),
    Release(
        lang="de", zone="Europe/Berlin", title="Neuer Hochwasserschutz für drei Städte am Fluss",
        body=("Die Ministerin hat heute in drei Städten am Fluss neue Deiche eingeweiht.",
              "Die Anlagen kosteten 12 Millionen Euro und schützen 4000 Wohnungen, sagte sie."),
        head='<meta name="dcterms.issued" content="2024-03-15T10:30:00+01:00">',
        info="<p><span>Veröffentlicht am</span> <span>15. März 2024</span></p>"
        "<p>Quelle: Flussministerium</p><p>Autorin: Anna Müller</p>",
        published="2024-03-15T09:30", origin="Flussministerium", author="Anna Müller",
        label=("veröffentlicht am", "15. März 2024"),
    ),
    Release(
        lang="es", zone="Europe/Madrid", title="Nuevas defensas contra las crecidas en tres villas",
        body=("La ministra ha inaugurado hoy nuevas defensas en tres villas a orillas del río.",
              "Las obras, que han costado 12 millones de euros, protegerán 4.000 viviendas."),
        head=json_ld("2024-03-15T10:30:00+01:00", "Ana García"),
        info="<p>Publicado el: 15 de marzo de 2024</p><p>Fuente: Ministerio del Río</p>",
        published="2024-03-15T09:30", origin="Ministerio del Río", author="Ana García",
        label=("publicado el", "15 de marzo de 2024"),
    ),
    Release(
        lang="pt", zone="America/Sao_Paulo", title="Novas defesas contra cheias em três vilas",
        body=("A ministra inaugurou hoje novas defesas contra cheias em três vilas do rio.",
              "As obras, que custaram 12 milhões, vão proteger 4.000 casas, disse ela."),
        head='<meta property="article:published_time" content="2024-03-15T06:30:00-03:00">',
        info="<p>Publicado em 15/03/2024 06h30</p><p>Por Maria da Silva</p>"
        "<p>Atualizado em 20/03/2024 10h00</p>",
        end="<p>Fonte: Ministério do Rio</p>",
        published="2024-03-15T09:30", origin="Ministério do Rio", author="Maria da Silva",
        label=("publicado em", "15/03/2024"),
    ),
    Release(
        lang="it", zone="Europe/Rome", title="Nuove difese contro le piene in tre città",
        body=("La ministra ha inaugurato oggi nuove difese contro le piene in tre città.",
              "Le opere, costate 12 milioni di euro, proteggeranno 4.000 abitazioni, ha detto."),
        head=json_ld("2024-03-15T10:30:00+01:00"),
        info="<p>Pubblicato il: 15 marzo 2024 - Ultimo aggiornamento: 20 marzo 2024</p>"
        "<p>A cura di: Maria Rossi</p><p>Fonte: Ministero del Fiume</p>",
        published="2024-03-15T09:30", origin="Ministero del Fiume", author="Maria Rossi",
        label=("pubblicato il", "15 marzo 2024"),
    ),
    Release(
        lang="nl", zone="Europe/Amsterdam", title="Nieuwe dijken in drie steden aan de rivier",
        body=("De minister heeft vandaag nieuwe dijken in drie steden aan de rivier geopend.",
              "De werken, die 12 miljoen euro kostten, beschermen 4000 woningen, zei zij."),
        info='<p>Gepubliceerd op: <time datetime="2024-03-15T10:30:00+01:00">15 maart</time></p>'
        "<p>Auteur: Jan de Vries</p><p>Bron: Ministerie van Rivieren</p>",
        published="2024-03-15T09:30", origin="Ministerie van Rivieren", author="Jan de Vries",
    ),
    Release(
        lang="pl", zone="Europe/Warsaw", title="Nowe wały przeciwpowodziowe w trzech miastach",
        body=("Minister otworzyła dziś nowe wały przeciwpowodziowe w trzech miastach nad rzeką.",
              "Budowa kosztowała 12 milionów złotych i ochroni 4000 mieszkań, powiedziała."),
        info="""<table><tr><th>Data publikacji</th><td>2024-03-15 10:30</td></tr>
        <tr><th>Data modyfikacji</th><td>2024-03-20 10:00</td></tr>
        <tr><th>Źródło</th><td>Ministerstwo Rzek</td></tr>
        <tr><th>Wytworzył(a)</th><td>Anna Kowalska</td></tr>
        <tr><th>Data wytworzenia</th><td>2024-03-14</td></tr></table>""",
        published="2024-03-15T09:30", origin="Ministerstwo Rzek", author="Anna Kowalska",
        label=("data publikacji", "2024-03-15 10:30"),
    ),
    Release(
        lang="ru", zone="Asia/Almaty", title="В трёх городах открыты новые дамбы",
        body=("Министр открыла сегодня новые дамбы в трёх городах на берегу реки.",
              "Строительство обошлось в 12 миллионов, дамбы защитят 4000 домов, сказала она."),
        head='<meta itemprop="datePublished" content="2024-03-15T14:30:00+05:00">',
        info="<p>Дата публикации: 15 марта 2024 года | Просмотров: 31</p><p>Автор: Анна Иванова</p>"
        "<p>Источник: Министерство рек</p>",
        published="2024-03-15T09:30", origin="Министерство рек", author="Анна Иванова",
        label=("дата публикации", "15 марта 2024"),
    ),
    Release(
        lang="uk", zone="Europe/Kyiv", title="У трьох містах відкрито нові дамби",
        body=("Міністерка відкрила сьогодні нові дамби у трьох містах на березі річки.",
              "Будівництво коштувало 12 мільйонів, дамби захистять 4000 осель, сказала вона."),
        head=json_ld("2024-03-15T11:30:00+02:00"),
        info="<p>Опубліковано 15 березня 2024 року о 11:30</p><p>Джерело: Міністерство річок</p>",
        published="2024-03-15T09:30", origin="Міністерство річок",
        label=("опубліковано", "15 березня 2024"),
    ),
    Release(
        lang="ja", zone="Asia/Tokyo", title="三つの町で新しい堤防が完成しました",
        body=("大臣は本日、川沿いの三つの町で完成した新しい堤防の開通式に出席しました。",
              "工事費は十二億円で、四千戸の住宅が守られることになると、大臣は述べました。"),
        info="<p>公開日：2024年3月15日 18:30</p><p>更新日：2024年3月20日</p>"
        "<p>担当課：河川整備課</p>",
        published="2024-03-15T09:30", origin="河川整備課", label=("公開日", "2024年3月15日"),
    ),
    Release(
        lang="ko", zone="Asia/Seoul", title="강변 세 도시에 새 제방이 완공되었습니다",
        body=("장관은 오늘 강변의 세 도시에서 열린 새 제방 준공식에 참석하여 축사를 하였습니다.",
              "공사비는 120억 원이며, 4천 가구가 홍수로부터 보호를 받게 된다고 밝혔습니다."),
        info="<ul><li><strong>등록일</strong> <span>2024-03-15 18:30</span></li>"
        "<li><strong>조회수</strong> <span>31</span></li><li>출처 : 하천관리과</li></ul>"
        "<p>수정 2024-03-20 10:00</p>",
        published="2024-03-15T09:30", origin="하천관리과", label=("등록일", "2024-03-15 18:30"),
    ),
    Release(
        lang="ar", zone="Asia/Amman", title="افتتاح سدود جديدة في ثلاث مدن على النهر",
        body=("افتتحت الوزيرة اليوم سدودا جديدة في ثلاث مدن على ضفاف النهر، بحضور المحافظ.",
              "وبلغت كلفة الأعمال 12 مليونا، وستحمي السدود أربعة آلاف منزل، كما قالت الوزيرة."),
        info='<p>تاريخ النشر: <time datetime="2024-03-15T12:30:00+03:00">15 مارس 2024</time></p>'
        "<p>المصدر: وزارة الأنهار</p><p>الكاتب: سليم حداد</p>",
        published="2024-03-15T09:30", origin="وزارة الأنهار", author="سليم حداد",
        label=("تاريخ النشر", "15 مارس 2024"),
    ),
    Release(
        lang="zh-Hant", zone="Asia/Taipei", title="三座城鎮新堤防今日啟用",
        body=("部長今天出席沿岸三座城鎮新堤防啟用典禮，並感謝各地居民與工程人員的配合。",
              "全案經費新臺幣十二億元，完工後可保護四千戶住家，部長表示將持續辦理其他河段。"),
        info="<p>發布日期：2024-03-15 17:30　　更新日期：2024-03-20　　點閱數：31</p>"
        "<p>資料提供：河川署</p><p>〔記者林某某／台北報導〕</p>",
        end="<p>責任編輯：陳某某</p>",
        published="2024-03-15T09:30", origin="河川署", author="林某某", editor="陳某某",
        label=("發布日期", "2024-03-15 17:30"),
    ),
)  # fmt: skip
IDS = [release.lang for release in RELEASES]


def read(release: Release) -> Article:
    source = Source(id="example", name="", address="https://www.example.gov/", zone=release.zone)
    return normalise(extract(release.html, URL), source, now=NOW)


@pytest.mark.parametrize("release", RELEASES, ids=IDS)
def test_a_government_page_in_any_of_these_languages_gives_its_fields(release: Release) -> None:
    article = read(release)
    assert article.title == release.title
    assert article.published is not None
    assert article.published.isoformat()[:16] == release.published
    assert (article.origin, article.author) == (release.origin, release.author)
    assert article.editor == release.editor
    assert all(part in article.text for part in release.body)


@pytest.mark.parametrize("release", RELEASES, ids=IDS)
def test_the_day_is_found_behind_its_label_whatever_its_form(release: Release) -> None:
    word, shown = release.label
    told = {
        found.witness.partition(":")[2]: found.value
        for found in extract(release.html, URL).published
    }
    assert not word or told[word].startswith(shown)
    assert not any("modifi" in name or "updat" in name for name in told)


def test_a_day_of_change_is_never_the_day_of_publication() -> None:
    for word in (
        "Last updated",
        "Mis à jour le",
        "Aktualisiert am",
        "Última actualización",
        "Atualizado em",
        "Ultimo aggiornamento",
        "Laatst bijgewerkt",
        "Обновлено",
        "수정일",
    ):
        release = RELEASES[0]
        page = release.html.replace(release.info, f"<dl><dt>{word}:</dt><dd>X</dd></dl>")
        labels = [found.witness for found in extract(page, URL).published]
        assert labels == [], word
