"""What can go wrong in the archive and is expected to: one small tree, ids as attributes."""


class ArchiveError(Exception):
    """Something expected went wrong in the archive."""


class PostError(ArchiveError):
    """A file is no post of the front-matter format."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


#: What to do about a file that cannot be an archive.
RESTORE = "`gazette restore FILE` puts a backup in its place, --data names another folder"


class NotAnArchive(ArchiveError):  # noqa: N818 - reads as the sentence a user sees
    """The file is not an archive of ours, or of a version we cannot read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class ArchiveBusy(ArchiveError):  # noqa: N818
    """Another process is writing and did not finish in time."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: another process is writing; try again when it has finished")
        self.path = path


class ArchiveFull(ArchiveError):  # noqa: N818
    """The disk has no room; nothing of the article was written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}; free some space and start again, nothing is lost")
        self.path, self.reason = path, reason


class UnknownArticle(ArchiveError):  # noqa: N818
    """No article has this id."""

    def __init__(self, article_id: int) -> None:
        super().__init__(f"no article {article_id}; `gazette search` shows ids")
        self.article_id = article_id


class Deleted(UnknownArticle):
    """The article was deleted for good."""

    def __init__(self, article_id: int, day: str, reason: str) -> None:
        super().__init__(article_id)
        self.args = (f"article {article_id} was deleted on {day}: {reason}",)
        self.day, self.reason = day, reason


class StatementError(ArchiveError):
    """A file is no statement of ours."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}; `gazette attest` writes statements")
        self.path, self.reason = path, reason


class UnknownRevision(UnknownArticle):
    """The article has no revision of this number."""

    def __init__(self, article_id: int, revision: int, newest: int) -> None:
        super().__init__(article_id)
        self.args = (f"article {article_id} has no revision {revision}, but 1 to {newest}",)
        self.revision, self.newest = revision, newest


class NoSpan(ArchiveError):  # noqa: N818
    """The words name no two revisions."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"{asked!r} names no two revisions; write 2 for what revision 2 changed, 1..3 for all"
            " from 1 to 3, 2.. for all since 2, ..3 for all up to 3"
        )
        self.asked = asked


class Corrupt(ArchiveError):  # noqa: N818
    """Something the archive holds is not what was stored."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what
