"""The jobs of ``evaluation.speed``, each run in a process of its own and printed as one line of JSON.

    python -m evaluation.stopwatch '{"job": "lengths", "lengths": [100, 1000]}'

Imports are counted where they belong: this module loads nothing that a system under measurement would have to.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evaluation.mixes import LANGUAGES, MIXES, attacks, messages, of_length, reposts
from evaluation.peers import SYSTEMS, Run

if TYPE_CHECKING:
    from tipscan import Scanner
    from tipscan.text import NormalizedText

#: Messages scored before the clock runs: one of each language, for rules are compiled language by language.
WARM = len(LANGUAGES)
#: A script with spaces and one without.
READ_IN = ("en", "km")
STAGES = ("normalize", "language", "rules", "entities", "tokenize", "network", "scoring")


def peak_memory() -> float:
    """The most memory this process had, in MB."""
    try:  # The kernel's counter behind getrusage begins with what the parent had before exec.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)
    except OSError:
        scale = 1024**2 if sys.platform == "darwin" else 1024
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1)


def until(texts: Iterable[str], seconds: float) -> Iterator[str]:
    """The texts, for as long as there is time."""
    end = time.perf_counter() + seconds
    for text in texts:
        yield text
        if time.perf_counter() > end:
            return


def throughput(run: Run, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """Texts and megabytes a second over the texts begun within ``seconds``, and which tiers decided them."""
    started = time.perf_counter()
    tiers = Counter(getattr(result, "tier", None) for result in run(until(texts, seconds)))
    taken = time.perf_counter() - started
    done, decided = tiers.total(), {name: count for name, count in tiers.items() if name}
    size = sum(len(text.encode("utf-8")) for text in texts[:done])
    rates = {"texts_per_second": done / taken, "mb_per_second": size / 1e6 / taken}
    return {"texts": done, "decided_by": decided, **rates}


def latencies(run: Run, texts: Iterable[str], seconds: float) -> list[float]:
    """Milliseconds of each text when it comes alone."""
    found = []
    for text in until(texts, seconds):
        started = time.perf_counter()
        for _ in run([text]):
            pass
        found.append(round(1000 * (time.perf_counter() - started), 3))
    return found


def best(work: Callable[[], object], seconds: float = 0.2) -> float:
    """Processor seconds of the fastest of at least three runs; other work on the machine hardly enters."""
    times: list[float] = []
    while len(times) < 3 or sum(times) < seconds:
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def prepare(*, system: str, folder: str) -> dict[str, Any]:
    if (write := SYSTEMS[system].prepare) is not None:
        write(Path(folder))
    return {}


def rate(*, system: str, folder: str, seconds: float, started: float) -> dict[str, Any]:
    """One round of one system: cold start, throughput and single texts of both mixes, peak memory.

    Args:
        system: Name in ``SYSTEMS``.
        folder: With ``texts.json`` and what the system has prepared.
        seconds: For each measurement.
        started: When the parent began this process, on the clock of ``time.time``.
    """
    mixes = json.loads((Path(folder) / "texts.json").read_text(encoding="utf-8"))
    run = SYSTEMS[system].load(Path(folder))
    next(iter(run(mixes["messages"][:1])))
    result: dict[str, Any] = {"cold_start": round(time.time() - started, 3)}
    for _ in run(mixes["messages"][:WARM]):
        pass
    for mix in MIXES:
        texts = mixes[mix][WARM:]
        result[mix] = throughput(run, texts, seconds) | {"latencies": latencies(run, texts, seconds)}
    return result | {"peak_mb": peak_memory()}


def stages(*, tier: str, folder: str, seconds: float) -> dict[str, dict[str, float]]:
    """Microseconds a text that each stage takes, on one thread; the network is what scoring costs beyond tokens."""
    from tipscan import Scanner

    scanner = Scanner(tier=tier, threads=1)
    mixes = json.loads((Path(folder) / "texts.json").read_text(encoding="utf-8"))
    for _ in scanner.scan_many(mixes["messages"][:WARM]):
        pass
    return {mix: _stages_of(scanner, mixes[mix][WARM:], seconds) for mix in MIXES}


def _stages_of(scanner: Scanner, texts: Sequence[str], seconds: float) -> dict[str, float]:
    from tipscan.entities import extract
    from tipscan.indicators import find_indicators
    from tipscan.text import identify, normalize

    reader, tier = scanner.reader, scanner.tiers[-1]
    _compile_rules(scanner, texts)
    spent, count = dict.fromkeys(STAGES, 0.0), 0

    def clocked(stage: str, work: Callable[..., Any], *arguments: Any) -> Any:
        begin = time.perf_counter()
        result = work(*arguments)
        spent[stage] += time.perf_counter() - begin
        return result

    for raw in until(texts, 2 * seconds):
        text, count = clocked("normalize", normalize, raw), count + 1
        clocked("normalize", _views, text)
        language = clocked("language", identify, text)
        clocked("rules", find_indicators, text, reader.matcher, language.code)
        clocked("entities", extract, text, language.code)
        clocked("tokenize", tier.classifier.tokenizer.encode, text.text)
        [scores] = clocked("network", tier.classifier.score, [text])
        if len(scores.shares):
            clocked("scoring", tier.judge, reader.read(text), scores, reader.rules)
    spent["network"] -= spent["tokenize"]
    return {stage: round(1e6 * value / count, 1) for stage, value in spent.items()}


def _compile_rules(scanner: Scanner, texts: Iterable[str]) -> None:
    """What the first text of each language would pay, and :func:`packs` measures."""
    from tipscan.text import identify, normalize

    nothing = normalize("")
    for code in {identify(normalize(text)).code for text in texts}:
        scanner.reader.matcher.find(nothing, code)


def packs() -> dict[str, float]:
    """Processor milliseconds to compile the rules for one language after another, by language."""
    from tipscan.reading import Reader
    from tipscan.text import normalize

    matcher, nothing, found = Reader().matcher, normalize(""), {}
    for language in LANGUAGES:
        started = time.process_time()
        matcher.find(nothing, language)
        found[language] = round(1000 * (time.process_time() - started), 1)
    return found


def _views(text: NormalizedText) -> object:
    """What more than one stage reads, or the first of them would pay for all."""
    return text.folded, text.edges, text.letters


def lengths(*, lengths: Sequence[int]) -> dict[str, dict[str, float]]:
    """Processor seconds that language, rules and extractors take for one text, by language and length."""
    read = _reader()
    texts = {name: {size: of_length(name, size) for size in lengths} for name in READ_IN}
    for one in texts.values():
        read(one[min(lengths)])
    return {name: {str(size): best(partial(read, t)) for size, t in one.items()} for name, one in texts.items()}


def slow_texts(*, sizes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Processor seconds for each text of ``mixes.attacks``, by what it repeats and size."""
    read = _reader()
    for text in attacks(100).values():
        read(text)
    found: dict[str, dict[str, float]] = {}
    for size in sizes:
        for name, text in attacks(size).items():
            found.setdefault(name, {})[str(size)] = best(partial(read, text), 0.05)
    return found


def _reader() -> Callable[[str], object]:
    from tipscan.reading import Reader
    from tipscan.text import normalize

    reader = Reader()
    return lambda text: reader.read(normalize(text))


def rows(*, count: int, tier: str) -> dict[str, float]:
    """Time and memory of a stream of ``count`` distinct messages through one scanner."""
    from tipscan import Scanner

    scanner = Scanner(tier=tier)
    for _ in scanner.scan_many(islice(messages(), WARM)):
        pass
    started = time.perf_counter()
    done = sum(1 for _ in scanner.scan_many(islice(messages(), count)))
    taken = time.perf_counter() - started
    return {"rows": done, "seconds": round(taken, 3), "rows_per_second": done / taken, "peak_mb": peak_memory()}


def table(*, count: int, texts: int, tier: str) -> dict[str, float]:
    """Time and memory of ``tipscan scan`` from CSV to Parquet: ``count`` rows, of which ``texts`` are distinct."""
    from tipscan import Scanner
    from tipscan.batch.run import Job, run

    with TemporaryDirectory(prefix="tipscan-table-") as folder:
        path = Path(folder, "adverts.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text"])
            writer.writerows(enumerate(reposts(count, texts), 1))
        summary = run(Job(inputs=(str(path),), output=Path(folder, "scored.parquet")), Scanner(tier=tier))
    speed = {"seconds": round(summary.seconds, 3), "rows_per_second": summary.rows_per_second}
    return {"rows": summary.tally.rows, **speed, "peak_mb": peak_memory()}


def threads(*, count: int, tier: str, folder: str, seconds: float) -> dict[str, Any]:
    """Throughput of messages on ``count`` threads."""
    from tipscan import Scanner

    texts = json.loads((Path(folder) / "texts.json").read_text(encoding="utf-8"))["messages"]
    scanner = Scanner(tier=tier, threads=count)
    for _ in scanner.scan_many(texts[:WARM]):
        pass
    return throughput(scanner.scan_many, texts[WARM:], seconds)


JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    job.__name__: job for job in (prepare, rate, stages, packs, lengths, slow_texts, rows, table, threads)
}


def main() -> None:
    arguments = json.loads(sys.argv[1])
    result = JOBS[arguments.pop("job")](**arguments)
    sys.stdout.flush()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
