"""ZIP archives: each file in it is copied as the file that it is; what cannot be copied is left out and listed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from privacyscan.formats._archive import Bomb, Labels
from privacyscan.formats._container import Container
from privacyscan.model import File, Reason, Skipped
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter


class Zip:
    name = "zip"
    formats = ("zip",)
    part = ""
    as_text = False
    holds_files = True

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with file.open() as stream, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as archive:
            try:
                container = Container(file, stream, work.limits)
                labels = Labels(file.place)
                for member in container.members[: work.limits.max_members]:
                    if member.is_dir():
                        continue
                    for part in container.part(member, labels.place(member.filename)):
                        self._add(archive, member, part, work)
            except Bomb as error:
                work.leave_out(file.place, f"{error}; the rest was not copied", Reason.BOMB)
            if len(container.members) > work.limits.max_members:
                message = f"only the first {work.limits.max_members} members were copied"
                work.leave_out(file.place, message, Reason.BOMB)

    def _add(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, part: object, work: Work) -> None:
        if isinstance(part, Skipped):
            work.skipped.append(part)
        elif isinstance(part, File) and (copied := work.member(part)) is not None:
            info = zipfile.ZipInfo(member.filename, member.date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = member.external_attr
            with copied.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
            copied.unlink()


plugin: Rewriter = Zip()
