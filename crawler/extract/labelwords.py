"""The words that pages put in front of a field: data only, one table for all languages.

A paragraph is a rank, the most trusted first; blanks part the labels, ``_`` is a blank in one. On
the page blanks may stand between the ideographs of a label, and capitals count like small letters.
"""

_LABELS = {
    "title": """
        信息名称 文件名称 文件标题 信息标题 公文名称 政策名称 标题 名称 標題""",
    "published": """
        发布日期 发布时间 发表时间 发表日期 公开日期 公布日期 公开时间 公布时间 发布于 发表于
        发稿时间 发稿日期 刊发时间 刊登时间 刊登日期 首次发布
        發布日期 發佈日期 發布時間 發佈時間 發表時間 發表日期 公開日期 刊登日期 刊登時間 發稿時間
        新聞發布日期 新聞日期 出刊日期 發布於 發佈於 張貼日期 上版日期 上架日期
        公開日 掲載日 公表日 発表日 公開日時 掲載日時 報道発表日 投稿日 登録日 発行日 配信日時
        등록일 등록일자 등록일시 작성일 작성일자 작성일시 게시일 게시일자 배포일 배포일시 보도일시
        입력 입력일 기사입력 발행일
        published_on published_at published_date published first_published first_published_on
        date_published date_of_publication publication_date posted_on posted date_posted
        release_date date_of_release released_on released issued_on date_issued issue_date
        publié_le publie_le publié date_de_publication mis_en_ligne_le mise_en_ligne paru_le
        date_de_parution diffusé_le
        veröffentlicht_am veröffentlicht erschienen_am erscheinungsdatum veröffentlichungsdatum
        publicado_el publicado_em publicado fecha_de_publicación fecha_publicación
        data_de_publicação data_da_publicação divulgado_em publicada_em publicada_el
        pubblicato_il pubblicato data_di_pubblicazione data_pubblicazione
        gepubliceerd_op gepubliceerd geplaatst_op publicatiedatum datum_publicatie
        opublikowano data_publikacji data_opublikowania opublikowane dodano data_dodania
        опубликовано дата_публикации размещено дата_размещения
        опубліковано дата_публікації оприлюднено дата_оприлюднення
        تاريخ_النشر نشر_في نُشر_في نشر_بتاريخ تاريخ_الإصدار تاريخ_الاصدار

        公告日期 公示时间 公示日期 信息时间 信息日期 录入时间 录入日期 上传时间 上传日期 添加时间
        添加日期 上网时间 上网日期 登记日期 登记时间 入库时间 稿件时间

        date datum fecha data дата التاريخ 日付 날짜""",
    # labels that may mean another day; asked where nothing on the page says more
    "dated": """
        时间 日期 時間

        更新时间 更新日期 最后更新 最后更新时间 最近更新 更新時間 最後更新 更新日 最終更新日
        更新日時

        生成日期 生成时间 产生日期

        发文日期 发文时间 發文日期""",
    "written": """
        成文日期 成文时间 签发日期 签发时间 印发日期 印发时间 制发日期 制定日期 形成日期 形成时间
        data_wytworzenia дата_подписания дата_принятия дата_прийняття date_de_signature
        ausfertigungsdatum

        发文日期 发文时间 發文日期""",
    "origin": """
        来源 信息来源 文章来源 稿件来源 稿源 来源于 新闻来源 内容来源 信息来源单位 发布来源 消息来源
        原文来源 转载来源 来源单位 来源网站 来源媒体 资讯来源
        來源 文章來源 新聞來源 消息來源 訊息來源 稿件來源 資訊來源 來源網站
        source from quelle fuente fonte bron źródło источник джерело 出典 出所 情報元 配信元
        출처 المصدر

        文章出处 出处 转自 转载自 摘自 出處 轉載自 轉自

        发布单位 信息提供 信息提供单位 供稿 供稿单位 责任部门 发布部门 提供单位 来稿单位 报送单位
        稿件提供 發布單位 發佈單位 發布機關 資料提供 提供單位 供稿單位 新聞提供
        published_by issued_by released_by issuing_authority
        담당부서 작성부서 제공부서 담당기관 担当課 担当部署 発信元 発表元""",
    "author": """
        作者 文章作者 本文作者 撰稿 撰稿人 撰文 执笔 采写 记者 文字记者
        記者 文字記者 採訪記者 撰文者 採訪撰文 執筆 執筆者 著者 筆者 文責
        author authors author(s) by written_by words_by story_by reporting_by reporter
        auteur auteure auteurs par écrit_par rédigé_par
        autor autorin autoren von verfasser verfasserin verfasst_von
        autora autores por escrito_por autore autrice autori di scritto_da a_cura_di
        door geschreven_door autorka autorzy wytworzył wytworzył(a) автор авторы автори
        기자 글쓴이 저자 작성자 الكاتب بقلم كتب المؤلف

        通讯员 通訊員 文 供稿人 投稿人 文字""",
    "editor": """
        编辑 责任编辑 责编 网络编辑 本文编辑 值班编辑 执行编辑 栏目编辑 实习编辑 见习编辑
        新媒体编辑 本期编辑 责任编缉 責任編輯 編輯 責編 執行編輯 網路編輯 網絡編輯 值班編輯
        editor editors edited_by editing_by édité_par redakteur redakteurin editora editado_por
        redaktor redaktorka редактор 編集 編集者 편집 편집자 편집기자 المحرر تحرير

        编辑人 编校 编发""",
    "issuer": """
        发文机关 发文机构 制发机关 成文机关 发文单位 公开主体 信息公开主体 制定机关 印发机关
        颁布机关 颁布单位 公布机关 制定单位 制定部门 印发单位 印发部门 发文部门 制文机关 签发机关
        發文機關 發文單位 公告機關 issuing_body issuing_agency принявший_орган

        发布机构 发布机关 发布单位 公开机构 公开单位 公开责任部门 公开部门 发布主体 信息发布机构
        信息发布单位 信息公开单位 信息所属单位 责任单位 發布機關 發布單位""",
    "doc_number": """
        发文字号 文号 发文文号 文件编号 公文编号 文件字号 文件号 公文字号 公文文号 文件文号 发布文号
        发布字号 发文号 发文编号 文书号 公告文号 公告编号 通知文号 批准文号
        發文字號 文號 公文字號 公告字號 發布文號 文書番号 문서번호 공고번호 고시번호
        document_number reference_number document_no reference_no order_number circular_number
        aktenzeichen numer_dokumentu номер_документа""",
    "index_number": """
        索引号 信息索引 信息索引号 公开索引号 索引编号 政府信息索引号 文件索引号 索引号码 索引码
        索取号 索引號

        信息编号 公开编号 索引""",
}

#: Other labels of the same headers: a value ends where one of them begins.
_OTHERS = """
    " 主题分类 体裁分类 信息分类 信息类别 服务对象 有效性 效力状态 效力状况 时效性 时效状态 效力
    状态 主题词 关键词 关键字 分类 概述 内容概述 内容摘要 摘要 浏览次数 浏览量 阅读次数 阅读量
    阅读数 点击量 点击数 点击率 点击次数 访问次数 访问量 浏览 阅读 点击 人气 字号 字体 分享 分享到
    打印 审核 审校 校对 编审 初审 复审 终审 审稿 监制 摄影 摄像 图片 图 视频 制图 统筹 值班总监
    公开方式 公开形式 公开范围 公开时限 公开程序 公开类别 公开属性 组配分类 废止日期 生效日期
    失效日期 实施日期 施行日期 截止日期 统一编号 统一登记号 有效期 信息有效性 语种 体裁 备注
    所属主题 所属栏目 关联文件 相关文件 上传人 录入人 录入 发布人 签发人 责任人 附件 附件下载
    文件下载 载体类型 记录形式 信息格式 发布形式 主題分類 瀏覽次數 點閱次數 點閱數 點閱率 點閱
    瀏覽數 點擊數 字級 校對 審核 攝影 圖 圖片 影片 分類 聯絡人 聯絡電話 联系人 联系电话 联系方式
    電話 电话 contact contacts email e-mail phone telephone tel tags topics topic categories
    category views share photo photos photograph photographer photo_by image media_contact
    read_time foto bild foto_de opublikował opublikował(a) просмотров фото переглядів 조회수 조회
    첨부파일 전화번호 담당자 연락처 사진 写真 撮影 問い合わせ先 電話番号 ページ番号
"""

#: … and those of a later change, which is no field either.
_CHANGES = """
    修改时间 修改日期 修改時間 異動日期 維護日期 updated updated_on last_updated last_update
    modified last_modified date_modified reviewed last_reviewed mis_à_jour mis_à_jour_le
    mise_à_jour dernière_mise_à_jour modifié_le date_de_mise_à_jour aktualisiert aktualisiert_am
    zuletzt_aktualisiert geändert_am letzte_änderung stand actualizado actualizado_el
    última_actualización modificado_el modificado atualizado atualizado_em última_atualização
    última_modificação modificado_em aggiornato aggiornato_il ultimo_aggiornamento ultima_modifica
    laatst_bijgewerkt bijgewerkt_op gewijzigd_op laatst_gewijzigd zaktualizowano
    ostatnia_aktualizacja data_aktualizacji data_modyfikacji zmodyfikowano
    data_ostatniej_modyfikacji обновлено дата_обновления изменено дата_изменения
    последнее_обновление оновлено змінено дата_оновлення 수정 수정일 최종수정 최종수정일 업데이트
    تاريخ_التحديث آخر_تحديث اخر_تحديث 更新履歴 更新 最近修改 update revised revised_on
    last_revised date_reviewed date_revised date_updated changed last_changed corrected
    mise_a_jour derniere_mise_a_jour modifié modifiée mise_à_jour_le geändert zuletzt_geändert
    letzte_aktualisierung actualizada actualizada_el modificada actualización
    fecha_de_actualización atualizada atualizada_em atualização data_de_atualização aggiornata
    aggiornamento data_di_aggiornamento bijgewerkt gewijzigd laatste_wijziging aktualizacja
    актуализировано отредактировано оновлено_о останнє_оновлення 수정일시 수정일자 최종업데이트
    最終改訂 改訂日 修正日
"""

#: What may stand before a label as part of it: 信息发布时间, 新闻来源.
PREFIXES = frozenset(
    "信息 文章 文件 新闻 新聞 稿件 公告 本文 内容 网站 政策 原文 资讯 公文 政府 网页 首次".split()
)

#: … and what makes another word of it, in prose and under charts.
COMPOUNDS = frozenset("数据 资料 图片 资金 经费 信息 素材 主要 收入 數據 資料 圖片 資金".split())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


#: Field → its labels, most trusted first.
LABELS: dict[str, tuple[tuple[str, ...], ...]] = {
    field: tuple(map(_words, text.strip().split("\n\n"))) for field, text in _LABELS.items()
}
#: Labels of a later change.
CHANGES = frozenset(_words(_CHANGES))
#: Labels of what is no field of an article.
OTHERS = frozenset(_words(_OTHERS)) | CHANGES
#: Label → the fields it may speak for, with its rank there; none for those of ``OTHERS``.
SPEAKS: dict[str, tuple[tuple[str, int], ...]] = {
    word: tuple(
        (field, rank)
        for field, ranks in LABELS.items()
        for rank, words in enumerate(ranks)
        if word in words
    )
    for word in {*OTHERS, *(w for ranks in LABELS.values() for words in ranks for w in words)}
}
