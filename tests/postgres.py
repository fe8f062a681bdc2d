"""A throw-away PostgreSQL server for the tests, from Debian's packages, in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def is_installed() -> bool:
    """Whether a PostgreSQL server can be started here."""
    return bool(BINARIES)


class PostgresServer:
    """One server on a free port of the loopback address, without fsync, thrown away at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as a user that it accepts."""
        as_user = {"user": "postgres"} if os.geteuid() == 0 else {}
        subprocess.run(
            [str(BINARIES[0] / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **as_user
        )

    def start(self) -> str:
        """Start the server; give its address without a database name."""
        data = str(self.folder / "data")
        self.run("initdb", "-D", data, "-U", "forum", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self.run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return f"postgresql://forum@127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
