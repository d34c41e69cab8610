"""Databases that hold tables of offices: how a study file names one, and never a password.

Imports strict, mistakes and errors. A study file is copied beside each page: what would open a
database stays with the driver, in its environment or its file of passwords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evalkit.errors import StudyError
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.strict import Section

PORT = 5432
# As the driver knows them: how far the connection is encrypted and the server known.
SSL = ("disable", "prefer", "require", "verify-ca", "verify-full")
_ADDRESS = re.compile(
    r"postgresql://(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?/(?P<database>[\w.-]+)(?:\?sslmode=(?P<ssl>[a-z-]+))?"
)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL database with tables of offices: ``<area>.<table>``, a schema an area.

    Parameters
    ----------
    host, database, user : str
        Where it is, and as whom it is asked; the user is empty where the driver knows it.
    port : int
        From 1 to 65535.
    ssl : str
        One of `SSL`; empty for what the driver does by itself.
    tables : tuple of str
        The shapes that lie there; at least one.
    areas : tuple of str
        Codes of the areas whose tables lie there; empty for every area.
    """

    host: str
    database: str
    user: str
    port: int
    ssl: str
    tables: tuple[str, ...]
    areas: tuple[str, ...]

    @property
    def address(self) -> str:
        """Its address, which holds no password, as messages name it."""
        user = f"{self.user}@" if self.user else ""
        return f"postgresql://{user}{self.host}:{self.port}/{self.database}"

    def holds(self, area: str, shape: str) -> bool:
        """Return whether the study says that a table of an area lies there."""
        return shape in self.tables and (not self.areas or area in self.areas)


def read_servers(section: Section) -> tuple[Server, ...]:
    """Return the databases that a study file names under ``[[clean.servers]]``.

    Raises
    ------
    StudyError
        If an address is none, or a table of an area would lie in two of them.
    """
    if "servers" not in section.values:
        return ()
    mistakes = Mistakes()
    found = [mistakes.of(_server, part) for part in section.sections("servers")]
    mistakes.end()
    servers = tuple(server for server in found if server is not None)
    for number, server in enumerate(servers):
        for other in servers[number + 1 :]:
            _check_apart(section, server, other)
    return servers


def _server(section: Section) -> Server:
    section.check(("address", "tables"), optional=("areas",))
    # What is no address may hold a password in any place: it is never shown.
    text = section.values["address"]
    parts = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    port = int((parts and parts["port"]) or PORT)
    if parts is None or not 0 < port < 2**16 or (parts["ssl"] or SSL[0]) not in SSL:
        raise StudyError("place.address", path=section.path, where=section.label, known=SSL)
    return Server(
        host=parts["host"],
        database=parts["database"],
        user=parts["user"] or "",
        port=port,
        ssl=parts["ssl"] or "",
        tables=_names(section, "tables"),
        areas=_names(section, "areas") if "areas" in section.values else (),
    )


def _names(section: Section, key: str) -> tuple[str, ...]:
    values = section.strings(key)
    if not values:
        raise StudyError("value_empty", path=section.path, where=section.label, key=key)
    return tuple(section.code(value) for value in values)


def _check_apart(section: Section, one: Server, other: Server) -> None:
    areas = not one.areas or not other.areas or set(one.areas) & set(other.areas)
    both = sorted(set(one.tables) & set(other.tables))
    if areas and both:
        raise StudyError("place.table_in_two_servers", path=section.path, tables=both)
