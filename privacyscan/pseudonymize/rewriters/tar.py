"""Tar archives: each file in it is copied as the file that it is; what cannot be copied is left out and listed.

Names of users and groups do not come along.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from privacyscan.formats._archive import Bomb, Budget, size_of
from privacyscan.formats.tar import members
from privacyscan.model import File, Reason, Skipped
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter


class Tar:
    name = "tar"
    formats = ("tar",)
    part = ""
    as_text = False
    holds_files = True

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        links = 0
        with file.open() as stream, tarfile.open(copy, "w") as archive:
            try:
                for member, part in members(file, stream, Budget(work.limits, size_of(file, stream))):
                    if isinstance(part, Skipped):
                        work.skipped.append(part)
                    elif member is not None and isinstance(part, File):
                        _add(archive, member, work.member(part))
                    else:
                        links += member is not None and not member.isdir()
            except Bomb as error:
                work.leave_out(file.place, f"{error}; the rest was not copied", Reason.BOMB)
            except tarfile.TarError:
                work.leave_out(file.place, "cut off or damaged; the members before were copied", Reason.DAMAGED)
        if links:
            work.leave_out(file.place, f"{links} links and devices do not come along")


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, copied: Path | None) -> None:
    if copied is None:
        return
    info = tarfile.TarInfo(member.name)
    info.size, info.mtime, info.mode = copied.stat().st_size, member.mtime, member.mode
    with copied.open("rb") as data:
        archive.addfile(info, data)
    copied.unlink()


plugin: Rewriter = Tar()
