"""Git repositories: what is staged, what a range or the whole history holds, and that nothing in them is run."""

from __future__ import annotations

import os
import random
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from privacyscan import read, rulebook
from privacyscan.detect import Detector
from privacyscan.detect.shown import shown_name
from privacyscan.errors import UsageError
from privacyscan.model import Limits, Reason, Skipped, Unit
from privacyscan.scan import scan
from privacyscan.settings import Scope, load
from privacyscan.sources import git as source
from privacyscan.sources.git import plugin

NIK = "NIK 3171014107900001\n"
QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    **{f"GIT_{who}_{what}": "budi@contoh.go.id" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "utama")

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env={**os.environ, **QUIET},
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, message: str, **files: str) -> str:
        self.write(**files)
        self("add", "-A")
        self("commit", "-q", "-m", message)
        return self("rev-parse", "HEAD")[: source.SHOWN]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


def found(url: str, scope: Scope | None = None) -> dict[str, str]:
    """Path -> the text of it, or why it is not read."""
    told: dict[str, str] = {}
    for unit in plugin.units(read.target(url), scope or Scope(), Limits()):
        path = "/".join(unit.place.path)
        if isinstance(unit, Skipped):
            told[path] = unit.reason
            continue
        for part in read.parts(unit, Limits()):
            told[path] = part.reason if isinstance(part, Skipped) else told.get(path, "") + part.data.decode()  # type: ignore[union-attr]
    return told


def test_staged_files_are_read_as_they_are_staged(repository: Repository) -> None:
    repository.write(a_txt="pertama\n", dalam__b_txt="b\n")
    repository("add", "-A")
    assert found(f"git:{repository.folder}") == {"a.txt": "pertama\n", "dalam/b.txt": "b\n"}
    repository.commit("awal")
    assert found(f"git:{repository.folder}") == {"": "excluded"}  # nothing is staged, and nothing is wrong
    repository.write(a_txt="kedua\n", c_txt="c\n", tak_txt="tidak\n")
    repository("add", "a.txt", "c.txt")
    repository.write(a_txt="ketiga\n")  # in the folder alone
    repository("rm", "-q", "--cached", "dalam/b.txt")
    assert found(f"git:{repository.folder}") == {"a.txt": "kedua\n", "c.txt": "c\n"}
    assert found(f"git:{repository.folder}/dalam") == {"a.txt": "kedua\n", "c.txt": "c\n"}


def test_the_history_holds_each_content_once(repository: Repository) -> None:
    first = repository.commit("awal", a_txt=NIK, salinan_txt=NIK, b_txt="b\n")
    second = repository.commit("hapus", a_txt="bersih\n")
    (repository.folder / "salinan.txt").unlink()
    repository("mv", "b.txt", "c.txt")
    third = repository.commit("ganti nama")
    last = repository.commit("kembali", a_txt=NIK)
    assert found(f"git:{repository.folder}?history") == {
        f"{first}/a.txt": NIK,
        f"{first}/b.txt": "b\n",
        f"{second}/a.txt": "bersih\n",
        "commit messages": repository("rev-list", "--all", "--format=%B") + "\n\n",
    }
    units = plugin.units(read.target(f"git:{repository.folder}?history"), Scope(), Limits())
    flags = {"/".join(u.place.path): u.access.flags for u in units if isinstance(u, Unit) and u.access is not None}
    (flag,) = flags[f"{first}/a.txt"]
    assert (flag.code, flag.params["first"], flag.params["last"]) == ("git_history", first, last)
    assert (flag.params["commits"], flag.params["paths"]) == (2, "a.txt, salinan.txt")
    assert flags[f"{first}/b.txt"][0].params["last"] == third


def test_a_range_holds_what_its_commits_brought_in(repository: Repository) -> None:
    repository.commit("awal", a_txt="a\n")
    repository("branch", "pangkal")
    second = repository.commit("dua", b_txt="b\n")
    third = repository.commit("tiga", a_txt="lain\n")
    url = f"git:{repository.folder}?range="
    assert set(found(f"{url}pangkal..")) == {f"{second}/b.txt", f"{third}/a.txt", "commit messages"}
    assert set(found(f"{url}HEAD~1..HEAD")) == {f"{third}/a.txt", "commit messages"}
    assert set(found(f"{url}HEAD..HEAD")) == {"commit messages"}


def test_what_only_a_merge_a_stash_or_a_tag_holds_is_read(repository: Repository) -> None:
    repository.commit("awal", a_txt="a\n")
    repository("checkout", "-q", "-b", "cabang")
    repository.commit("cabang", a_txt="cabang\n")
    repository("checkout", "-q", "utama")
    repository.commit("utama", a_txt="utama\n")
    repository("merge", "-q", "-s", "ours", "--no-commit", "cabang")
    merge = repository.commit("gabung", a_txt="gabung\n", jahat_txt="jahat\n")
    repository.write(a_txt="simpan\n")
    repository("stash")
    repository.write(tanda_txt="tanda\n")
    blob = repository("hash-object", "-w", "tanda.txt")
    repository("tag", "-a", "-m", "pesan tanda", "isi", blob)
    (repository.folder / "tanda.txt").unlink()
    told = found(f"git:{repository.folder}?history")
    assert told[f"{merge}/a.txt"] == "gabung\n"
    assert told[f"{merge}/jahat.txt"] == "jahat\n"
    assert told[f"objects/{blob[: source.SHOWN]}"] == "tanda\n"
    assert {"a\n", "cabang\n", "utama\n", "simpan\n"} <= set(told.values())
    assert "pesan tanda" in told["commit messages"]


def test_nothing_of_the_repository_is_run(repository: Repository, tmp_path: Path) -> None:
    trap = tmp_path / "jebakan"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/dijalankan\ncat\n")
    trap.chmod(0o755)
    repository.commit("awal", a_txt="a\n", b_txt="b\n")
    names = ("fsmonitor", "pager", "sshCommand", "editor", "askPass", "gitProxy", "alternateRefsCommand")
    settings = {f"core.{name}": str(trap) for name in names} | {
        **dict.fromkeys(("diff.external", "gpg.program", "credential.helper", "diff.x.textconv"), str(trap)),
        **dict.fromkeys(("filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.x.command"), str(trap)),
        **dict.fromkeys(("log.showSignature", "diff.relative", "diff.noprefix", "filter.x.required"), "true"),
        "core.hooksPath": str(tmp_path / "hooks"),
        "log.showRoot": "false",
        "diff.renames": "copies",
    }
    (tmp_path / "hooks").mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-commit", "post-checkout"):
        (tmp_path / "hooks" / hook).symlink_to(trap)
    repository.write(a_txt="dua\n", c_txt="tiga\n")
    repository("add", "-A")
    (repository.folder / ".gitattributes").write_text("* filter=x diff=x\n")
    (repository.folder / ".git" / "info" / "attributes").write_text("* filter=x diff=x\n")
    for name, value in settings.items():
        repository("config", name, value)
    (tmp_path / "dijalankan").unlink(missing_ok=True)
    for owner in (os.getuid(), 4_000_000):  # a repository of somebody else is read too
        for path in (repository.folder, repository.folder / ".git") if os.getuid() == 0 else ():
            os.chown(path, owner, -1)
        assert found(f"git:{repository.folder}") == {"a.txt": "dua\n", "c.txt": "tiga\n"}
        assert len(found(f"git:{repository.folder}?history")) == 3
    assert not (tmp_path / "dijalankan").exists()
    os.chown(repository.folder, os.getuid(), -1)
    os.chown(repository.folder / ".git", os.getuid(), -1)
    with suppress(subprocess.CalledProcessError):
        repository("status")  # the trap works: git itself falls into it
    assert (tmp_path / "dijalankan").exists()


def test_what_lies_elsewhere_is_listed(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "lain")
    other.commit("awal", a_txt="a\n")
    repository("submodule", "--quiet", "add", str(other.folder), "sub")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 5\n"
    (repository.folder / "tautan").symlink_to("/etc/hostname")
    repository.write(besar_bin=pointer, ada_txt="ada\n", hilang_txt="hilang\n")
    repository("add", "-A")
    lost = repository("rev-parse", ":hilang.txt")
    (repository.folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    told = found(f"git:{repository.folder}")
    assert told.pop(".gitmodules")
    assert told.pop("besar.bin").startswith("elsewhere")
    assert told == {"sub": "link", "tautan": "link", "ada.txt": "ada\n", "hilang.txt": "elsewhere"}


def test_bare_repositories_worktrees_and_shallow_clones(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit("awal", a_txt="a\n")
    last = repository.commit("dua", b_txt="b\n")
    repository("clone", "-q", "--bare", str(repository.folder), str(tmp_path / "telanjang"))
    repository("worktree", "add", "-q", str(tmp_path / "pohon"))
    repository("clone", "-q", "--depth=1", f"file://{repository.folder}", str(tmp_path / "dangkal"))
    everything = {f"{first}/a.txt", f"{last}/b.txt", "commit messages"}
    assert set(found(f"git:{tmp_path}/telanjang?history")) == everything
    assert set(found(f"git:{tmp_path}/pohon?history")) == everything
    shallow = found(f"git:{tmp_path}/dangkal?history")
    assert shallow[""] == "elsewhere"
    assert set(shallow) == {f"{last}/a.txt", f"{last}/b.txt", "commit messages", ""}


def test_a_conflict_is_listed(repository: Repository) -> None:
    repository.commit("awal", a_txt="a\n")
    repository("checkout", "-q", "-b", "cabang")
    repository.commit("cabang", a_txt="cabang\n")
    repository("checkout", "-q", "utama")
    repository.commit("utama", a_txt="utama\n")
    with pytest.raises(subprocess.CalledProcessError):
        repository("merge", "cabang")
    assert found(f"git:{repository.folder}") == {"a.txt": "error"}


def test_ignore_files_of_the_repository_count(repository: Repository) -> None:
    repository.write(_privacyscanignore="*.log\ntes/\n", a_log="a\n", a_txt="a\n", tes__b_txt="b\n", tes__c_txt="c\n")
    repository("add", "-A")
    url = f"git:{repository.folder}"
    told = found(url)
    assert (told["a.log"], told["tes"], told["a.txt"]) == ("excluded", "excluded", "a\n")
    assert [u.reason for u in plugin.units(read.target(url), Scope(), Limits()) if isinstance(u, Skipped)] == [
        *(Reason.IGNORE_FILE, Reason.EXCLUDED, Reason.EXCLUDED)
    ]
    assert set(found(url, Scope(ignore_file=False))) == {
        ".privacyscanignore",
        "a.log",
        "a.txt",
        "tes/b.txt",
        "tes/c.txt",
    }
    first = repository.commit("awal")
    told = found(f"{url}?history")
    assert (told[f"{first}/a.log"], told["tes"]) == ("excluded", "excluded")


def test_a_large_content_is_streamed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "IN_MEMORY", 1000)
    monkeypatch.setattr(source, "STEP", 700)
    text = "".join(f"baris {i}\n" for i in range(1000))
    repository.write(a_txt=text, b_txt="b\n")
    repository("add", "-A")
    assert found(f"git:{repository.folder}") == {"a.txt": text, "b.txt": "b\n"}


def test_names_of_any_bytes(repository: Repository) -> None:
    names = [b"\xff\xfe.txt", b"a\nb.txt", b'"\x1b.txt', "é.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(repository.folder), name))).write_text("isi\n")
    repository("add", "-A")
    assert found(f"git:{repository.folder}") == {os.fsdecode(name): "isi\n" for name in names}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?semua", "write git:FOLDER\\?range=A..B"),
        ("?range=HEAD", "write git:FOLDER\\?range=A..B"),
        ("?range=tiada..HEAD", "no git repository with such commits"),
        ("?range=--output=x..HEAD", "no git repository with such commits"),
        ("/tiada", "there is no such folder"),
    ],
)
def test_a_target_that_cannot_be_read_is_refused(repository: Repository, query: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read.target(f"git:{repository.folder}{query}")
    assert not list(repository.folder.glob("x*"))


def test_a_server_and_a_folder_without_a_repository_are_refused(tmp_path: Path) -> None:
    for url, says in {"git://contoh.go.id/a": "clone it", f"git:{tmp_path}": "is no git repository"}.items():
        with pytest.raises(UsageError, match=says):
            read.target(url)


def test_a_damaged_repository_is_no_clean_one(repository: Repository) -> None:
    repository.commit("awal", a_txt="a\n", dalam__b_txt="b\n")
    repository.commit("dua", a_txt="b\n")
    tree = repository("rev-parse", "HEAD~1^{tree}")
    (repository.folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    settings = load({"workers": 1}, environ={"XDG_STATE_HOME": str(repository.folder.parent)})
    result = scan([f"git:{repository.folder}?history"], settings)
    assert (result.status, [s.reason for s in result.skipped]) == ("incomplete", [Reason.DAMAGED])


def test_ids_are_shown_whole() -> None:
    """A masked id could not be looked up; a longer one of digits alone may be a number of a person."""
    detector = Detector(rulebook.load().identifiers.values(), b"")
    digits = random.Random(1)
    ids = ["081234567890", *("".join(digits.choices("0123456789", k=40)) for _ in range(1000))]
    assert [shown_name(i[: source.SHOWN], detector) for i in ids] == [i[: source.SHOWN] for i in ids]


def test_presence_in_the_history_is_kept_with_the_asset(repository: Repository) -> None:
    number = "3171014107900001"
    first = repository.commit("awal", **{f"ktp{number}_txt": NIK})
    settings = load({"workers": 1}, environ={"XDG_STATE_HOME": str(repository.folder.parent)})
    result = scan([f"git:{repository.folder}?history"], settings)
    assert result.status == "complete"
    asset = next(a for a in result.assets if a.place.path[0] == first)
    assert asset.access is not None
    assert asset.access.flags[0].code == "git_history"
    assert [e.code for e in asset.exposure if e.code == "git_history"] == ["git_history"]
    assert number not in repr(result)
    assert "ID_NIK" in {f.entity for f in result.findings if f.place == asset.place}
    assert ("commit messages",) in {a.place.path for a in result.assets}


def since(url: str, revision: str) -> dict[str, str]:
    """Path -> "read", or why not, of a folder or file of a work tree."""
    units = read.units(read.target(url), Scope(exclude=(".git",), changed_since=revision), Limits())
    left = (u for u in units if u.place.path[:1] != (".git",))
    return {"/".join(u.place.path): u.message if isinstance(u, Skipped) else "read" for u in left}


def test_files_of_a_folder_in_a_work_tree_that_changed(repository: Repository) -> None:
    repository.commit("1", a_txt="satu", dalam__b_txt="dua", dalam__c_txt="tiga")
    folder = repository.folder / "dalam"
    repository.write(dalam__c_txt="lain", dalam__d_txt="baru", a_txt="di luar folder")
    assert since(str(folder), "HEAD") == {"c.txt": "read", "d.txt": "read", "": "1 files are as they were at HEAD"}
    assert since(str(folder / "b.txt"), "HEAD") == {"": "1 files are as they were at HEAD"}
    assert since(str(folder / "c.txt"), "utama") == {"": "read"}


def test_what_git_keeps_otherwise_than_it_lies_there_is_read(repository: Repository) -> None:
    """Line ends and large files that a filter changes: nothing of the repository is run to compare them."""
    ran = repository.folder.parent / "ran"
    repository("config", "filter.x.clean", f"touch {ran}; tr a b")
    repository.commit("1", _gitattributes="*.dat filter=x", a_dat="aaa", b_txt="sama")
    assert ran.exists()
    ran.unlink()
    told = since(str(repository.folder), "HEAD")
    assert told["a.dat"] == "read"
    assert told[""] == "2 files are as they were at HEAD"
    assert not ran.exists()


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--object-format=sha256", tmp_path / "repo"], check=True)
    repository = Repository(tmp_path / "repo")
    repository.commit("1", a_txt="satu", b_txt="dua")
    repository.write(b_txt="lain")
    assert since(str(repository.folder), "HEAD") == {"b.txt": "read", "": "1 files are as they were at HEAD"}


@pytest.mark.parametrize("revision", ["tiada", "--output=x", ""])
def test_a_commit_that_is_not_there_is_told(repository: Repository, revision: str) -> None:
    repository.commit("1", a_txt="satu")
    with pytest.raises(UsageError, match="no git work tree with the commit"):
        read.unchanged_files(read.target(str(repository.folder)), revision)
