"""A real PostgreSQL on a free loopback port, from the installed binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, the newest installed ones, or None."""
    found = shutil.which("pg_ctl")
    if found and (Path(found).parent / "initdb").exists():
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3]))
    return versions[-1].parent if versions else None


class Postgres:
    """A server that lives as long as the test run. It refuses to run as root, so it runs as somebody else there."""

    def __init__(self, bin_dir: Path) -> None:
        self._bin = bin_dir
        self.folder = Path(tempfile.mkdtemp(prefix="coach-pg-"))
        self._data = self.folder / "data"
        self._prefix = self._as_somebody_else() if os.geteuid() == 0 else []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._run(
            "initdb", "-D", str(self._data), "-U", "coach", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        self.start()
        self._number = 0

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=60"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://coach@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """Make a database; return its name."""
        self._number += 1
        name = f"coach_{self._number}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
        return name

    def _as_somebody_else(self) -> list[str]:
        user = next(u for u in ("postgres", "nobody") if any(entry.pw_name == u for entry in pwd.getpwall()))
        entry = pwd.getpwnam(user)
        os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._prefix, str(self._bin / program), *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
