"""One way of asking what the reach report asks of visits; started by `reach.py`.

    python benchmarks/reach_ways.py WAY FOLDER

Prints the answers, the CPU seconds of all threads and started processes from the files to the
last answer (imports apart), the seconds by the clock and the largest peak of memory of a process,
as one line of JSON. Every way works with one thread, as a report
does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = 0.01
Answers = dict[str, Any]


def _top(made: dict[int, int]) -> float:
    """Return the share of the visits of the hundredth of the people with the most.

    A person on the border counts in part, as in the Lorenz curve.
    """
    left = TOP * sum(made.values())
    whole, taken = sum(v * p for v, p in made.items()), 0.0
    for visits in sorted(made, reverse=True):
        some = min(left, made[visits])
        left, taken = left - some, taken + some * visits
    return taken / whole


def ask_evalkit(folder: Path, engine: str = "duckdb") -> Callable[[], Answers]:
    """Ask by the functions and expressions of the notebook."""
    from types import SimpleNamespace

    import ibis  # noqa: F401 - so that its import is not measured

    from evalkit.estimators.concentration import top_share
    from evalkit.intake.cells import TYPES
    from evalkit.outcomes.reach.visits import draw_visits
    from evalkit.schema import load_schema
    from evalkit.table import FolderRows, SparkRows, Table, ask
    from evalkit.words import Term

    def table(shape: str) -> Table:
        types = {name: TYPES[column.kind] for name, column in load_schema(shape).columns.items()}
        kind = {"duckdb": FolderRows, "spark": SparkRows}[engine]
        rows = kind(folder / f"{shape}.parquet", types)
        return Table(shape, shape, rows, "", "made_up", Term("x", {}), "none", "")

    def asked() -> Answers:
        held = {name: table(name) for name in ("attendance", "sessions", "people", "funnel")}
        drawn = draw_visits(SimpleNamespace(office=held.get, from_offices=True, spec=None))
        made, spare = drawn.cohort.frame, drawn.unnamed
        visits, people = held["attendance"].expression(), held["people"].expression()
        came = visits.select("person_id").distinct().mutate(came=True)
        both = people.select("person_id", "township").left_join(came, "person_id")
        towns = ask(
            both.group_by("township").aggregate(came=both.count(where=both.came), n=both.count())
        )
        dated = visits.mutate(month=visits.date.truncate("M"))
        months = ask(dated.group_by("month").aggregate(n=dated.person_id.nunique()))
        steps = held["funnel"].expression()
        stages = ask(steps.group_by("stage").aggregate(n=steps.person_id.nunique()))
        return {
            "people": drawn.persons,
            "visits": drawn.named,
            "sessions": dict(drawn.sessions),
            "unnamed": int((spare["unnamed"] * spare["sessions"]).sum()),
            "top": float(top_share(made["visits"], made["persons"], top=TOP, level=0.95).value),
            "towns": {t: [int(c), int(n)] for t, c, n in towns.itertuples(index=False)},
            "months": {f"{m:%Y-%m}": int(n) for m, n in months.itertuples(index=False)},
            "stages": {s: int(n) for s, n in stages.itertuples(index=False)},
        }

    return asked


def ask_spark(folder: Path) -> Callable[[], Answers]:
    """Ask by the same expressions and a local Spark, with its start."""
    from evalkit.table.spark_session import close_session

    inner = ask_evalkit(folder, "spark")

    def asked() -> Answers:
        try:
            return inner()
        finally:
            # Only of what has ended is told what it took.
            close_session()

    return asked


def ask_sql(folder: Path) -> Callable[[], Answers]:
    """Ask by SQL, written by hand for DuckDB."""
    import duckdb

    def asked() -> Answers:
        base = duckdb.connect()
        base.execute("SET threads = 1; SET temp_directory = ''")
        for name in ("attendance", "sessions", "people", "funnel"):
            files = folder / f"{name}.parquet" / "**" / "*.parquet"
            base.execute(f"CREATE VIEW {name} AS FROM read_parquet('{files}')")

        def rows(query: str) -> list[tuple[Any, ...]]:
            return base.execute(query).fetchall()

        made = dict(
            rows(
                "SELECT v, count(*) FROM (SELECT count(*) AS v FROM attendance GROUP BY person_id) "
                "GROUP BY v"
            )
        )
        beside = rows(
            "SELECT count(s.session_id), sum(a.n) FILTER (s.session_id IS NOT NULL), "
            "sum(a.n) FILTER (s.session_id IS NULL), "
            "count(s.session_id) FILTER (s.headcount IS NULL), "
            "count(*) FILTER (s.headcount < coalesce(a.n, 0)), "
            "sum(greatest(s.headcount - coalesce(a.n, 0), 0)) "
            "FROM (SELECT session_id, count(*) AS n FROM attendance GROUP BY session_id) AS a "
            "FULL JOIN sessions AS s USING (session_id)"
        )[0]
        words = ("activities", "held", "strangers", "untold", "below")
        counts = dict(zip(words, (int(n or 0) for n in beside), strict=False))
        return {
            "people": sum(made.values()),
            "visits": sum(v * p for v, p in made.items()),
            "sessions": counts,
            "unnamed": int(beside[5]),
            "top": _top(made),
            "towns": {
                town: [came, n]
                for town, came, n in rows(
                    "SELECT township, count(c.person_id), count(*) FROM people AS p LEFT JOIN "
                    "(SELECT DISTINCT person_id FROM attendance) AS c USING (person_id) "
                    "GROUP BY township"
                )
            },
            "months": dict(
                rows(
                    "SELECT strftime(date_trunc('month', date), '%Y-%m'), "
                    "count(DISTINCT person_id) FROM attendance GROUP BY ALL"
                )
            ),
            "stages": dict(
                rows("SELECT stage, count(DISTINCT person_id) FROM funnel GROUP BY stage")
            ),
        }

    return asked


def ask_pandas(folder: Path) -> Callable[[], Answers]:
    """Ask by frames, each read with the columns that are needed."""
    import pandas as pd

    def read(name: str, *columns: str) -> pd.DataFrame:
        place = folder / f"{name}.parquet"
        try:
            files = place.rglob("*.parquet")
            parts = [pd.read_parquet(f, columns=list(columns), use_threads=False) for f in files]
        except ImportError:
            import duckdb

            chosen = ", ".join(columns)
            return duckdb.execute(f"SELECT {chosen} FROM '{place}/**/*.parquet'").df()
        return pd.concat(parts, ignore_index=True)

    def asked() -> Answers:
        visits = read("attendance", "session_id", "person_id", "date")
        each = visits["person_id"].value_counts()
        made = each.value_counts().to_dict()
        signed = visits["session_id"].value_counts().rename("signed")
        sessions = read("sessions", "session_id", "headcount").set_index("session_id")
        both = sessions.assign(here=True).join(signed, how="outer")
        here, n = both["here"].notna(), both["signed"].fillna(0)
        over = both["headcount"].astype(float) - n
        people = read("people", "person_id", "township")
        came = people["person_id"].isin(each.index)
        towns = came.groupby(people["township"]).agg(["sum", "count"])
        month = pd.to_datetime(visits["date"]).dt.strftime("%Y-%m")
        funnel = read("funnel", "person_id", "stage")
        return {
            "people": len(each),
            "visits": len(visits),
            "sessions": {
                "activities": int(here.sum()),
                "held": int(n[here].sum()),
                "strangers": int(n[~here].sum()),
                "untold": int((here & both["headcount"].isna()).sum()),
                "below": int((over < 0).sum()),
            },
            "unnamed": int(over.clip(lower=0).sum()),
            "top": _top({int(v): int(p) for v, p in made.items()}),
            "towns": {t: [int(c), int(n)] for t, c, n in towns.itertuples()},
            "months": {m: int(n) for m, n in visits["person_id"].groupby(month).nunique().items()},
            "stages": {
                s: int(n) for s, n in funnel.groupby("stage")["person_id"].nunique().items()
            },
        }

    return asked


def ask_polars(folder: Path) -> Callable[[], Answers]:
    """Ask by lazy frames, streamed."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    def read(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(folder / f"{name}.parquet" / "**" / "*.parquet")

    def rows(frame: pl.LazyFrame) -> list[tuple[Any, ...]]:
        return frame.collect(engine="streaming").rows()

    def asked() -> Answers:
        visits, sessions = read("attendance"), read("sessions")
        each = visits.group_by("person_id").agg(v=pl.len())
        made = dict(rows(each.group_by("v").agg(pl.len())))
        signed = visits.group_by("session_id").agg(signed=pl.len())
        held = sessions.select("session_id", "headcount", here=pl.lit(True))
        both = held.join(signed, on="session_id", how="full", coalesce=True).with_columns(
            here=pl.col("here").fill_null(False), n=pl.col("signed").fill_null(0).cast(pl.Int64)
        )
        here, n, head = pl.col("here"), pl.col("n"), pl.col("headcount")
        over = head - n
        counts = rows(
            both.select(
                activities=here.sum(),
                held=n.filter(here).sum(),
                strangers=n.filter(~here).sum(),
                untold=(here & head.is_null()).sum(),
                below=(over < 0).sum(),
                unnamed=over.clip(lower_bound=0).sum(),
            )
        )[0]
        words = ("activities", "held", "strangers", "untold", "below")
        came = visits.select("person_id").unique().with_columns(came=pl.lit(1))
        towns = read("people").join(came, on="person_id", how="left").group_by("township")
        month = pl.col("date").dt.strftime("%Y-%m").alias("month")
        months = visits.group_by(month).agg(pl.col("person_id").n_unique())
        stages = read("funnel").group_by("stage").agg(pl.col("person_id").n_unique())
        return {
            "people": sum(made.values()),
            "visits": sum(v * p for v, p in made.items()),
            "sessions": {w: int(c) for w, c in zip(words, counts, strict=False)},
            "unnamed": int(counts[5]),
            "top": _top(made),
            "towns": {t: [c, n] for t, c, n in rows(towns.agg(pl.col("came").sum(), pl.len()))},
            "months": dict(rows(months)),
            "stages": dict(rows(stages)),
        }

    return asked


WAYS = {
    **{"evalkit": ask_evalkit, "spark": ask_spark, "sql": ask_sql},
    **{"pandas": ask_pandas, "polars": ask_polars},
}


def main(way: str, folder: str) -> None:
    """Ask once, and print what came of it."""
    asked = WAYS[way](Path(folder))
    began, clock = time.process_time(), time.monotonic()
    answers = asked()
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() - began + started.ru_utime + started.ru_stime
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = max(own, started.ru_maxrss) / 1024
    waited = time.monotonic() - clock
    told = {"answers": answers, "seconds": seconds, "waited": waited, "peak": peak}
    print(json.dumps(told, sort_keys=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
