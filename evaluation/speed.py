"""How fast is tipscan, beside what people would use instead and above the floors no such tool can go below?

    python -m evaluation.speed --shared ../shared/data        # a quarter of an hour on two quiet cores
    python -m evaluation.speed --quick --output /tmp/speed    # a minute, to see that it runs

The curve over rows has two parts: up to ``--rows`` distinct texts through one scanner; and up to ``--reposts`` rows, of
which only some thousand are distinct, through ``tipscan scan`` from CSV to Parquet, which is what bookkeeping costs.

Every measurement is a process of its own. The systems take turns, three rounds of them over the same texts, and what
is compared is their ratio to ``tipscan auto`` in the same round. Writes ``speed.json``, ``speed.md`` and ``speed.svg``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import count, islice, takewhile
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from evaluation import speed_report
from evaluation.mixes import LURE_EVERY, MIXES, adverts, messages
from evaluation.peers import SYSTEMS

ROOT = Path(__file__).parent.parent
REFERENCE = "auto"
#: Those that are one network.
TIERS = ("fast", "accurate")
FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "neon", "asimddp", "i8mm")
PACKAGES = tuple("onnxruntime tokenizers numpy torch transformers scikit-learn spacy presidio-analyzer".split())
#: The tier of the curve over distinct texts: the others take the same room, and ten times as long to show it.
ROWS_TIER = "fast"
#: The tier of the tables of reposted adverts, and how many of their rows are distinct.
TABLE_TIER, DISTINCT = "auto", 3000
#: What of a plan the command line sets.
ASKED = ("texts", "rows", "reposts")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        texts: Texts of each mix, of which a system scores those it begins within ``seconds``.
        seconds: For each measurement.
        rounds: Turns of every system.
        rows: The longest stream of distinct texts.
        reposts: Rows of the longest table of adverts posted again.
        lengths: Characters of the texts that rules and extractors read.
        sizes: Characters of the texts made to be slow.
    """

    texts: int = 2000
    seconds: float = 2.0
    rounds: int = 3
    rows: int = 10_000
    reposts: int = 1_000_000
    lengths: Sequence[int] = (100, 1000, 10_000, 100_000, 1_000_000)
    sizes: Sequence[int] = (10_000, 100_000)

    @classmethod
    def quick(cls) -> Plan:
        few = {"rows": 200, "reposts": 400, "lengths": [100, 1000, 10_000], "sizes": [1000, 10_000]}
        return cls(texts=60, seconds=0.3, rounds=1, **few)

    @property
    def row_counts(self) -> list[int]:
        """Powers of ten from a thousand, up to ``rows``."""
        return _powers(1000, self.rows)

    @property
    def table_rows(self) -> list[int]:
        """Powers of ten from a hundred thousand, up to ``reposts``."""
        return _powers(100_000, self.reposts)


def _powers(first: int, last: int) -> list[int]:
    """``first`` times one, ten, a hundred … below ``last``, and ``last``."""
    return [*takewhile(lambda count: count < last, (first * 10**power for power in count())), last]


def run_job(job: str, **arguments: Any) -> dict[str, Any]:
    """The result of a job of ``evaluation.stopwatch`` in a fresh process.

    Raises:
        RuntimeError: The process failed; with the last line of what it said.
    """
    order = json.dumps({"job": job, **arguments})
    command = [sys.executable, "-m", "evaluation.stopwatch", order]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"HF_HUB_OFFLINE": "1"}, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{job} {arguments.get('system', '')}: {done.stderr.strip().splitlines()[-1:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def run_rounds(systems: Sequence[str], folder: str, plan: Plan) -> list[dict[str, Any]]:
    """What each round found, by system."""
    for name in systems:
        tell(f"prepare {name}")
        run_job("prepare", system=name, folder=folder)
    rounds: list[dict[str, Any]] = []
    for number in range(plan.rounds):
        rounds.append({})
        for name in systems:
            tell(f"round {number + 1}: {name}")
            rounds[-1][name] = run_job("rate", system=name, folder=folder, seconds=plan.seconds, started=time.time())
    return rounds


def summarize(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds by system; ratios are taken inside a round."""
    return {
        name: {
            "title": SYSTEMS[name].title,
            "cold_start": median(one[name]["cold_start"] for one in rounds),
            "peak_mb": max(one[name]["peak_mb"] for one in rounds),
            **{mix: _figures(rounds, name, mix) for mix in MIXES},
        }
        for name in rounds[0]
    }


def _figures(rounds: Sequence[dict[str, Any]], name: str, mix: str) -> dict[str, Any]:
    ours = [one[name][mix] for one in rounds]
    rates = [one["texts_per_second"] for one in ours]
    figures: dict[str, Any] = {
        "texts_per_round": [one["texts"] for one in ours],
        "decided_by": dict(sum((Counter(one["decided_by"]) for one in ours), Counter())),
        "texts_per_second": round(median(rates), 2),
        "mb_per_second": round(median(one["mb_per_second"] for one in ours), 4),
        "latency_ms": percentiles([value for one in ours for value in one["latencies"]]),
    }
    if REFERENCE in rounds[0]:
        others = [one[REFERENCE][mix]["texts_per_second"] for one in rounds]
        ratios = [mine / other for mine, other in zip(rates, others, strict=True)]
        figures |= {"ratio": round(median(ratios), 3), "ratios": [round(one, 3) for one in ratios]}
    return figures


def percentiles(values: Iterable[float]) -> dict[str, float]:
    """The median, the 95th and the 99th percentile, and of how many values."""
    known = sorted(values)
    cuts = quantiles(known, n=100, method="inclusive") if len(known) > 1 else known * 99
    return {"texts": len(known)} | {f"p{place}": round(cuts[place - 1], 2) for place in (50, 95, 99)}


def growth(times: dict[str, float]) -> float:
    """Time for each character in the longest text, as a multiple of that in the one before: 1 where time is linear."""
    (short, first), (long, last) = ((int(size), seconds) for size, seconds in list(times.items())[-2:])
    return round((last / long) / (first / short), 2)


def curves(folder: str, plan: Plan) -> dict[str, Any]:
    """Shares of the stages, and how time grows with rows, lengths, threads and bad will."""
    tell("stages")
    result: dict[str, Any] = {
        "stages": {tier: run_job("stages", tier=tier, folder=folder, seconds=plan.seconds) for tier in TIERS}
    }
    result["packs"] = run_job("packs")
    cores = os.cpu_count() or 1
    numbers = [number for number in (1, 2, 4, 8, 16, 32, 64) if number <= cores]
    tell("threads")
    result["threads"] = {
        tier: {
            str(number): run_job("threads", count=number, tier=tier, folder=folder, seconds=plan.seconds)
            for number in numbers
        }
        for tier in TIERS
    }
    tell("lengths")
    times = run_job("lengths", lengths=plan.lengths)
    result["lengths"] = {name: {"seconds": one, "growth": growth(one)} for name, one in times.items()}
    tell("texts made to be slow")
    times = run_job("slow_texts", sizes=plan.sizes)
    result["slow_texts"] = {name: {"seconds": one, "growth": growth(one)} for name, one in times.items()}
    return result | row_curves(plan)


def row_curves(plan: Plan) -> dict[str, Any]:
    """Time and memory over rows: distinct texts through a scanner, and adverts posted again through the batch job."""
    streams, tables = [], []
    for rows in plan.row_counts:
        tell(f"{rows} distinct texts")
        streams.append(run_job("rows", count=rows, tier=ROWS_TIER))
    for rows in plan.table_rows:
        tell(f"{rows} rows of reposts")
        tables.append(run_job("table", count=rows, texts=min(DISTINCT, rows // 2), tier=TABLE_TIER))
    return {
        "rows": {"tier": ROWS_TIER, "streams": streams},
        "reposts": {"tier": TABLE_TIER, "distinct": DISTINCT, "tables": tables},
    }


def machine() -> dict[str, Any]:
    """What the figures depend on, without a name that tells whose machine it is."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = set((known.get("flags") or known.get("Features") or "").split())
    return {
        "processor": known.get("model name") or platform.machine(),
        "cores": os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in flags],
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "load_before": round(os.getloadavg()[0], 2),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def measure(systems: Sequence[str], plan: Plan, shared: Path | None) -> dict[str, Any]:
    from tipscan import Scanner

    left_out = {name: SYSTEMS[name].missing for name in systems if SYSTEMS[name].missing}
    mixes = {"messages": list(islice(messages(), plan.texts)), "adverts": list(islice(adverts(shared), plan.texts))}
    header = {
        "command": _command(plan, shared),
        "plan": asdict(plan),
        "machine": machine(),
        "models": Scanner().identities,
        "texts": {name: _described(texts) for name, texts in mixes.items()}
        | {"lures": f"one in {LURE_EVERY}", "emscad": shared is not None},
        "left_out": left_out,
    }
    with TemporaryDirectory(prefix="tipscan-speed-") as folder:
        (Path(folder) / "texts.json").write_text(json.dumps(mixes), encoding="utf-8")
        found = run_rounds([name for name in systems if name not in left_out], folder, plan)
        return header | {"systems": summarize(found)} | curves(folder, plan)


def _command(plan: Plan, shared: Path | None) -> str:
    """What makes this result again, but for ``--quick``."""
    asked = {name: value for name in ASKED if (value := getattr(plan, name)) != getattr(Plan(), name)}
    options = ({"shared": shared} if shared else {}) | asked
    return " ".join(["python -m evaluation.speed", *(f"--{name} {value}" for name, value in options.items())])


def _described(texts: Sequence[str]) -> dict[str, float]:
    return {"texts": len(texts), "mean_characters": round(sum(map(len, texts)) / len(texts), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="the shared data, for EMSCAD's adverts")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--texts", type=int, help=f"of each mix, at most; {Plan().texts} unless told")
    parser.add_argument("--rows", type=int, help=f"of the longest stream of distinct texts; {Plan().rows} unless told")
    parser.add_argument("--reposts", type=int, help=f"rows of the longest table; {Plan().reposts} unless told")
    parser.add_argument("--quick", action="store_true", help="small numbers, one round: to see that it runs")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results")
    args = parser.parse_args()
    given = {name: value for name in ASKED if (value := getattr(args, name)) is not None}
    plan = Plan(**{**asdict(Plan.quick() if args.quick else Plan()), **given})
    result = measure(args.systems, plan, args.shared)
    args.output.mkdir(parents=True, exist_ok=True)
    speed_report.write(result, args.output)
    print(speed_report.table(result))


if __name__ == "__main__":
    main()
