"""A real PostgreSQL server on loopback, for the tests that need one."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from evalkit.intake.cells import TYPES
from evalkit.intake.marks import MARK
from evalkit.landing import sql_name
from evalkit.protocol import Server
from evalkit.schema import load_schema

# Where Debian keeps what only a server needs.
PLACES = "/usr/lib/postgresql/*/bin"
ASKED = {
    **{"VARCHAR": "text", "BOOLEAN": "boolean", "BIGINT": "bigint", "DOUBLE": "double precision"},
    **{"DATE": "date", "TIMESTAMP": "timestamp"},
}
DATABASE = "services"


@dataclass(frozen=True)
class Running:
    """A server that runs.

    Parameters
    ----------
    port : int
        On 127.0.0.1.
    folder : Path
        Of its data.
    password : str
        Of the user ``evalkit``, who may only read.
    """

    port: int
    folder: Path
    password: str

    def server(self, *tables, **changes):
        """The database as a study names it."""
        words = {"host": "127.0.0.1", "database": DATABASE, "user": "evalkit", "port": self.port}
        return Server(**{**words, "ssl": "", "tables": tables, "areas": (), **changes})

    @property
    def address(self):
        return f"postgresql://evalkit@127.0.0.1:{self.port}/{DATABASE}"

    def do(self, *statements):
        """Have the owner do something; return what the last statement found."""
        words = {"host": "127.0.0.1", "port": self.port, "dbname": DATABASE, "autocommit": True}
        with psycopg.connect(**words, user="postgres", password=self.password) as owner:
            # A session that is left open must not stop the tests for ever.
            owner.execute("SET lock_timeout = '10s'")
            for statement in statements:
                cursor = owner.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def load(self, area, path, mark=MARK):
        """Put a table of an office, as `evalkit read` wrote it, into the database."""
        shape = load_schema(path.stem)
        types = {name: ASKED[TYPES[column.kind]] for name, column in shape.columns.items()}
        name = f"{sql_name(area)}.{sql_name(shape.name)}"
        columns = ", ".join(f"{sql_name(n)} {t}" for n, t in types.items())
        with tempfile.NamedTemporaryFile(suffix=".csv") as file, duckdb.connect() as database:
            database.execute(
                f"COPY (SELECT * FROM read_parquet('{path}')) TO '{file.name}' "
                "(FORMAT csv, HEADER false, FORCE_QUOTE *)"
            )
            words = {"host": "127.0.0.1", "port": self.port, "dbname": DATABASE}
            with psycopg.connect(**words, user="postgres", password=self.password) as owner:
                owner.execute(f"CREATE SCHEMA IF NOT EXISTS {sql_name(area)}")
                owner.execute(f"CREATE TABLE {name} ({columns})")
                with owner.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                    copy.write(Path(file.name).read_bytes())
                owner.execute(f"COMMENT ON TABLE {name} IS '{mark}'")
                owner.execute(f"GRANT USAGE ON SCHEMA {sql_name(area)} TO evalkit")
                owner.execute(f"GRANT SELECT ON {name} TO evalkit")


@contextmanager
def running():
    """Start a server and stop it; no server on the machine is a failure, and no skip."""
    programs = programs_of()
    # A socket's path is short, and the server's user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="ek-pg-", dir="/tmp"))
    made = Running(_free_port(), folder, secrets.token_hex(8))
    try:
        _own(folder)
        secret = folder / "password"
        secret.write_text(made.password, encoding="utf-8")
        _own(secret)
        words = ("-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync")
        _run(programs / "initdb", "-D", folder / "data", "-E", "UTF8", "--locale=C", *words)
        settings = f"-p {made.port} -h 127.0.0.1 -k {folder} -c fsync=off"
        start = ("-D", folder / "data", "-o", settings, "-l", folder / "log", "-w")
        _run(programs / "pg_ctl", *start, "start")
        try:
            _create(made)
            yield made
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs_of():
    """Return the folder of a server's programs."""
    found = sorted(Path("/").glob(f"{PLACES[1:]}/initdb")) or [shutil.which("initdb")]
    assert found[-1], "no PostgreSQL server on this machine: install the package postgresql"
    return Path(os.path.realpath(found[-1])).parent


def _create(made):
    words = {"host": "127.0.0.1", "port": made.port, "dbname": "postgres", "autocommit": True}
    with psycopg.connect(**words, user="postgres", password=made.password) as owner:
        owner.execute(f"CREATE ROLE evalkit LOGIN PASSWORD '{made.password}'")
        owner.execute(f"CREATE DATABASE {DATABASE}")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_owner():
    """Return whom the server runs as: it refuses to be root."""
    return {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}


def _own(path):
    if _as_owner():
        shutil.chown(path, "postgres", "postgres")


def _run(program, *words):
    ran = subprocess.run(
        [str(program), *map(str, words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, cwd="/", **_as_owner(),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
