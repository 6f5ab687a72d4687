"""A folder of posts that is kept in step with the archive: new, revised, gone, deleted.

What was written is remembered in a small file within the folder, so that a step writes only what
has changed since the last, and never touches a file that it did not write.
"""

from archive.mirror.rule import Mirrored, MirrorRule
from archive.mirror.step import keep_in_step

__all__ = ["MirrorRule", "Mirrored", "keep_in_step"]
