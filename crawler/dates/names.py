"""What months, days of the week, halves of the day and zones are called: tables, no rules."""

#: language → its twelve months as they stand in a date; ``/`` parts spellings, ``_`` is a blank
MONTHS = {
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février/fevrier mars avril mai juin"
    " juillet août/aout septembre octobre novembre décembre/decembre",
    "de": "januar/jänner februar märz/maerz april mai juni"
    " juli august september oktober november dezember",
    "es": "enero febrero marzo abril mayo junio"
    " julio agosto septiembre/setiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março/marco abril maio junho"
    " julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno"
    " luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca"
    " lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ar": "يناير فبراير مارس أبريل/ابريل/إبريل مايو يونيو"
    " يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر",
    "ar-SY": "كانون_الثاني شباط آذار/اذار نيسان أيار/ايار حزيران"
    " تموز آب أيلول/ايلول تشرين_الأول/تشرين_الاول تشرين_الثاني كانون_الأول/كانون_الاول",
}

#: language → how it shortens them; ``-`` where it does not
SHORT = {
    "en": "jan feb mar apr - jun jul aug sept/sep oct nov dec",
    "fr": "janv/jan févr/fevr/fév/fev - avr - - juil - sept oct nov déc/dec",
    "de": "jan/jän feb mär/mrz apr - jun jul aug sept/sep okt nov dez",
    "es": "ene feb mar abr may jun jul ago sept/sep/set oct nov dic",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "it": "gen feb mar apr mag giu lug ago sett/set ott nov dic",
    "nl": "jan feb mrt apr - jun jul aug sept/sep okt nov dec",
    "pl": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "ru": "янв февр/фев мар апр май июн июл авг сент/сен окт нояб/ноя дек",
}

#: Languages that may write the month before the day, the full name where it is not English.
MONTH_LEADS = ("en", "fr", "de", "es", "pt", "it")

#: Short names that are words as well: a point, a slash or "de" must show that a month is meant.
WORDS = frozenset(["ago", "gen", "lip", "lis", "lut", "mag", "out", "set", "sie"])

#: Names that another language has for another month: Croatian writes 5. listopada in October.
UNPOINTED = frozenset(["listopada"])

#: Between a day and its clock.
AT = (
    "at", "à", "a las", "a la", "às", "um", "alle ore", "alle", "ore", "om", "o godz.", "godz.",
    "o", "v", "в", "о", "об", "kl.", "kl", "klo", "saat", "pukul", "الساعة",
)  # fmt: skip
#: … and those behind which a point parts hour and minute.
AT_DOTTED = ("alle ore", "alle", "ore", "o godz.", "godz.", "kl.", "kl", "klo", "pukul")

#: Halves of the day; ``a`` and ``p`` are a.m. and p.m.
MORNING = frozenset(["上午", "早上", "早晨", "清晨", "早间", "凌晨", "午前", "오전", "a"])
AFTERNOON = frozenset(["下午", "午后", "午後", "오후", "p"])
EVENING = frozenset(["晚上", "晚间", "傍晚", "夜间", "深夜"])
NOON = "中午"
#: Halves of which 12:30 means half an hour after midnight; 上午12:30 is noon to some.
FROM_MIDNIGHT = frozenset(["凌晨", "오전", "a"])

#: name of a zone → its hours from UTC
OFFSETS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "HKT": 8,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
#: … or the place whose clocks it follows, in summer and winter
PLACES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}  # fmt: skip
#: Names that mean another zone elsewhere: China's and Cuba's CST, Australia's EST, Bangladesh's BST.
AMERICAN = frozenset(["CST", "CDT", "EST", "EDT", "MST", "MDT", "PST", "PDT"])

#: era → the year before its first
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民国": 1911}

#: unit of "N … ago" → what ``timedelta`` calls it
WORDS_AGO = {
    **dict.fromkeys(["秒", "秒钟", "초", "second", "seconds", "secs"], "seconds"),
    **dict.fromkeys(["分", "分钟", "分鐘", "분", "minute", "minutes", "min", "mins"], "minutes"),
    **dict.fromkeys(
        ["小时", "个小时", "时間", "时间", "시간", "hour", "hours", "hr", "hrs"], "hours"
    ),
    **dict.fromkeys(["天", "日", "일", "day", "days"], "days"),
}
#: words for today, yesterday and the day before
YESTERDAYS = (
    r"今天|今日|刚刚|剛剛|오늘|방금|\btoday\b|\bjust now\b",
    r"昨天|昨日|어제|\byesterday\b",
    r"前天|그제",
)


def months(names: dict[str, str]) -> dict[str, int]:
    """Return name → number of the month for all languages of a table."""
    return {
        name.replace("_", " "): number
        for line in names.values()
        for number, spellings in enumerate(line.split(), start=1)
        for name in spellings.split("/")
        if name != "-"
    }
