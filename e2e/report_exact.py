"""`streamgauge report` against DuckDB on the same file: counts, and the percentiles of TTFT, TPOT, ITL and duration by model.

    pip install duckdb
    python3 e2e/report_exact.py [--lines 200000 | --log FILE] [--gzip] [--memory-mib-max 200]

DuckDB reads the file itself and computes from all values: `quantile_disc`, which is the rank's own value, and
`quantile_cont`, which lies between two. It shares no code with the report, and takes only the rules of docs/report.md from
it. Told are also the time and the memory that the report took; a log of 5,000,000 lines has 4.2 GB.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import harness

GENERATOR = harness.ROOT / "report" / "src" / "check" / "GenerateLog.java"
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
# the report's own promise, docs/report.md
RELATIVE_ERROR_MAX = 0.002
# `quantile_cont` is told for all, and judged where so many values lie above it: in a thinner tail two neighbours lie apart
ABOVE_MIN = 1000
CONTINUOUS_ERROR_MAX = 0.005

# Each figure, and of which requests it is told.
FIGURES = {
    "ttft": ("ttft_ms", "true"),
    "tpot": ("tpot_ms", "true"),
    "itl": ("gap_p50_ms", "abs(chunks - output_tokens) <= 1"),
    "duration": ("duration_ms", "outcome = 'ok'"),
}
COLUMNS = {"operation": "VARCHAR", "model": "VARCHAR", "outcome": "VARCHAR", "chunks": "BIGINT", "output_tokens": "BIGINT",
           "ttft_ms": "DOUBLE", "tpot_ms": "DOUBLE", "gap_p50_ms": "DOUBLE", "duration_ms": "DOUBLE"}


def generate(lines, seed, target):
    java = shutil.which("java", path=os.path.join(os.environ.get("JAVA_HOME", "/nonexistent"), "bin")) or "java"
    with open(target, "wb") as log:
        subprocess.run([java, str(GENERATOR), str(lines), str(seed)], stdout=log, check=True)


def compressed(log, folder):
    target = pathlib.Path(folder) / "access.log.gz"
    with open(log, "rb") as plain, gzip.open(target, "wb", 1) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    return target


def report(log, folder):
    """Its JSON; seconds by the clock and of processors, and MiB, that it took."""
    target = pathlib.Path(folder) / "report.json"
    begun = time.monotonic()
    process = subprocess.Popen(
        [harness.PROGRAM, "report", str(log), "--json", str(target), "--html", str(target.with_suffix(".html"))],
        env=harness.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the report ended with {process.returncode}")
    taken = time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return json.loads(target.read_text()), taken


class Exact:
    """The log as DuckDB sees it, read once."""

    def __init__(self, duckdb, log, folder):
        self.database = duckdb.connect(str(pathlib.Path(folder) / "log.duckdb"), config={
            "memory_limit": "4GB", "threads": 1, "temp_directory": str(folder)})
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
        self.database.execute(f"CREATE TABLE log AS SELECT * FROM read_json('{log}', format = 'newline_delimited', "
                              f"columns = {{{columns}}})")

    def outcomes(self):
        return dict(self.database.execute("SELECT outcome, count(*) FROM log GROUP BY outcome").fetchall())

    def lines(self):
        return self.database.execute("SELECT count(*) FROM log").fetchone()[0]

    def figure(self, column, condition):
        """By model, and of all under the key `all`: count, then two values of each quantile."""
        values = [f"{function}({column}, {quantile})" for quantile in QUANTILES.values()
                  for function in ("quantile_disc", "quantile_cont")]
        of = f"FROM log WHERE {column} IS NOT NULL AND operation <> 'other' AND ({condition})"
        rows = self.database.execute(f"SELECT model, count(*), {', '.join(values)} {of} GROUP BY model").fetchall()
        whole = self.database.execute(f"SELECT count(*), {', '.join(values)} {of}").fetchone()
        return {**{("model", row[0]): row[1:] for row in rows}, ("all", None): whole}


def off(ours, exact):
    # the log has whole microseconds
    return max(0.0, abs(ours - exact) - 0.001) / exact if exact else float(ours > 0.001)


def compare(run, exact, checks):
    checks.that(run["lines"]["requests"] == exact.lines(), "as many lines", f"{exact.lines():,}")
    checks.that(run["all"]["outcomes"] == exact.outcomes(), "as many of each outcome", str(exact.outcomes()))
    groups = {("all", None): run["all"], **{("model", model.get("model")): model for model in run["models"]}}
    worst = {}
    for name, (column, condition) in FIGURES.items():
        for group, (count, *values) in exact.figure(column, condition).items():
            told = groups[group].get(f"{name}_ms")
            label = group[1] or ("all" if group[0] == "all" else "(no model)")
            where = f"{name} of {label}"
            if not checks.that(told is not None and told["count"] == count, f"{where}: as many", f"{count:,}"):
                continue
            for at, (quantile, share) in enumerate(QUANTILES.items()):
                for kind, value, most in (("disc", values[2 * at], RELATIVE_ERROR_MAX),
                                          ("cont", values[2 * at + 1], CONTINUOUS_ERROR_MAX)):
                    if kind == "cont" and count * (1 - share) < ABOVE_MIN:
                        continue
                    error = off(told[quantile], value)
                    worst[kind] = max(worst.get(kind, (0, "")), (error, f"{where}, {quantile}"))
                    if error > most:
                        checks.that(False, f"{where}, {quantile}", f"{told[quantile]} against {value} of quantile_{kind}")
            print(f"| {name} | {label} | {count:,} | " + " | ".join(
                f"{told[q]:.3f} / {values[2 * at]:.3f}" for at, q in enumerate(QUANTILES)) + " |")
    for kind, (error, where) in worst.items():
        checks.that(True, f"furthest from quantile_{kind}", f"{error * 100:.3f} %, {where}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lines", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=9)
    arguments.add_argument("--log", type=pathlib.Path, help="one that is there, in place of a generated one")
    arguments.add_argument("--gzip", action="store_true", help="the report reads it compressed")
    arguments.add_argument("--memory-mib-max", type=int, default=200)
    args = arguments.parse_args()
    try:
        import duckdb
    except ImportError:
        harness.say("skipped: report_exact.py (no duckdb: pip install duckdb)")
        return 0

    checks = harness.Checks("report_exact")
    with tempfile.TemporaryDirectory() as folder:
        log = args.log
        if log is None:
            log = pathlib.Path(folder) / "access.log"
            generate(args.lines, args.seed, log)
        page, (seconds, cpu_seconds, mib) = report(compressed(log, folder) if args.gzip else log, folder)
        exact = Exact(duckdb, log, folder)
        print("| figure | model | requests | p50: report / exact, ms | p90 | p99 |\n|-|-|-|-|-|-|")
        compare(page["run"], exact, checks)
        checks.that(mib <= args.memory_mib_max, f"at most {args.memory_mib_max} MiB", f"{mib:.0f} MiB")
        harness.say(f"{page['run']['lines']['read']:,} lines, {log.stat().st_size / 1e9:.2f} GB: {seconds:.1f} s, "
                    f"{cpu_seconds:.1f} s of processors, {mib:.0f} MiB at most; DuckDB {duckdb.__version__}")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
