"""What the benchmark measures, and that rules and extractors stay linear."""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from evaluation import mixes, peers, speed, speed_report, stopwatch
from evaluation.data import corpus_rows
from tipscan.text import identify, normalize

#: A text eight times as long may take this many times as long a character: caches are small and clocks rough.
ROUGHLY_LINEAR = 2.5
LONGER, LONG = 48_000, 6_000


def test_a_mix_is_distinct_and_goes_round_the_languages() -> None:
    """No text comes twice, not even when the corpus has been through, and any twenty hold four lures."""
    texts = list(islice(mixes.messages(), 9000))
    assert len(set(texts)) == 9000
    labels = {row["text"]: row["label"] for row in corpus_rows()}
    for start in (0, 20, 40, 60, 80):
        assert sum(labels[text] for text in texts[start : start + 20]) == 4


def test_reposts_have_a_long_tail() -> None:
    """As many rows as asked for, of which so many are distinct; the most common come far more often than the others."""
    texts = list(mixes.reposts(5000, 100))
    assert len(texts) == 5000
    assert texts[:100] == list(islice(mixes.messages(), 100))
    assert len(set(texts)) == 100
    counts = Counter(texts)
    assert counts[texts[0]] > 10 * counts[texts[50]] > 0
    assert list(mixes.reposts(3, 100)) == texts[:3]


def test_the_curve_over_rows_goes_by_powers_of_ten() -> None:
    """From a thousand distinct texts and a hundred thousand reposts up to what is asked for, which is always there."""
    assert speed.Plan().row_counts == [1000, 10_000]
    assert speed.Plan().table_rows == [100_000, 1_000_000]
    assert speed.Plan(rows=2500, reposts=70).row_counts == [1000, 2500]
    assert speed.Plan(rows=2500, reposts=70).table_rows == [70]


def test_rules_are_compiled_before_the_clock_of_a_stage_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text of the sample meets a language whose rules are still to be compiled."""
    from tipscan import Scanner
    from tipscan.indicators import matcher

    scanner = Scanner(tier="fast", threads=1)
    texts = list(islice(mixes.messages(), 40))
    stopwatch._compile_rules(scanner, texts)
    monkeypatch.delattr(matcher, "AhoCorasick")
    assert list(scanner.scan_many(texts))
    with pytest.raises(NameError):
        Scanner(tier="fast").reader.matcher.find(normalize(texts[0]), "en")


def test_adverts_are_as_long_as_those_of_emscad() -> None:
    """Nine in a row have the deciles of the lengths; over a round every language has every length."""
    texts = list(islice(mixes.adverts(), 180))
    assert sorted(map(len, texts[:9])) == list(mixes.LENGTHS)
    khmer = texts[mixes.LANGUAGES.index("km") :: len(mixes.LANGUAGES)]
    assert sorted(map(len, khmer)) == list(mixes.LENGTHS)
    assert {identify(text).code for text in khmer} == {"km"}


def test_english_adverts_come_from_the_shared_data(tmp_path: Path) -> None:
    """With the shared data the English adverts are EMSCAD's as they stand, even where a line separator is in them."""
    rows = [{"text": "Driver wanted\u2028Riyadh 🙂"}, {"text": "Cook wanted"}]
    (tmp_path / "emscad.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    texts = list(islice(mixes.adverts(tmp_path), 21))
    assert {texts[0], texts[20]} == {row["text"] for row in rows}


@pytest.mark.parametrize("name", sorted(mixes.attacks(100)))
def test_bad_will_takes_linear_time(name: str) -> None:
    """Whatever is repeated, language, rules and extractors take no longer a character in a long text."""
    read = stopwatch._reader()
    short, long = (mixes.attacks(size)[name] for size in (LONG, LONGER))
    assert (len(short), len(long)) == (LONG, LONGER)
    read(short)
    # Other work on the machine only slows down: a slow clock gets a second and a third look.
    for _ in range(3):
        times = {str(len(text)): stopwatch.best(partial(read, text), 0.02) for text in (short, long)}
        if (found := speed.growth(times)) <= ROUGHLY_LINEAR:
            break
    assert found <= ROUGHLY_LINEAR


def test_growth_is_time_for_each_character() -> None:
    """One where time is linear, ten where it is quadratic; the two longest texts are compared."""
    assert speed.growth({"10": 5.0, "100": 1.0, "1000": 10.0}) == 1
    assert speed.growth({"100": 1.0, "1000": 100.0}) == 10


def test_percentiles_are_those_of_the_values() -> None:
    """Of 1 to 101 they are 51, 96 and 100; one value is all of them."""
    assert speed.percentiles(map(float, range(1, 102))) == {"texts": 101, "p50": 51, "p95": 96, "p99": 100}
    assert speed.percentiles([7.0]) == {"texts": 1, "p50": 7, "p95": 7, "p99": 7}


def a_round(auto: float, tfidf: float) -> dict[str, Any]:
    def found(rate: float, tier: str) -> dict[str, Any]:
        mix = {"texts": 4, "decided_by": {tier: 3, "accurate": 1}, "texts_per_second": rate, "mb_per_second": 0.1}
        both = dict.fromkeys(mixes.MIXES, mix | {"latencies": [1.0, 3.0]})
        return both | {"cold_start": rate / 10, "peak_mb": rate}

    return {"auto": found(auto, "fast"), "tfidf": found(tfidf, "fast")}


def test_ratios_are_taken_inside_a_round() -> None:
    """A machine that is slow for a whole round changes no ratio."""
    summary = speed.summarize([a_round(100, 200), a_round(10, 20), a_round(50, 100)])
    tfidf = summary["tfidf"]["messages"]
    assert (tfidf["ratio"], tfidf["ratios"]) == (2, [2, 2, 2])
    assert tfidf["texts_per_second"] == 100
    assert summary["auto"]["messages"]["decided_by"] == {"fast": 9, "accurate": 3}
    assert summary["auto"]["messages"]["latency_ms"] == {"texts": 6, "p50": 2, "p95": 3, "p99": 3}
    assert (summary["tfidf"]["cold_start"], summary["tfidf"]["peak_mb"]) == (10, 200)


def test_a_slow_system_is_stopped_by_the_clock() -> None:
    """Only texts begun in time count, and the bytes are theirs."""
    texts = ["ភ្នំពេញ 🙂", "b", "c"]
    found = stopwatch.throughput(lambda stream: iter(list(stream)), texts, 0)
    assert found["texts"] == 1
    assert math.isclose(found["mb_per_second"] / found["texts_per_second"], len(texts[0].encode()) / 1e6)


def test_a_missing_package_leaves_its_system_out() -> None:
    """A system says what it lacks, by which the report names it."""
    assert peers.System("x", peers.extractors, None, ("json", "no_such_package_here")).missing == [
        "no_such_package_here"
    ]
    assert peers.SYSTEMS["fast"].missing == []


def test_tfidf_is_the_same_after_it_was_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loaded baseline gives a probability a text, not the same for all, in order."""
    monkeypatch.setattr(peers, "LEARNED", 60)
    peers.prepare_tfidf(tmp_path)
    run = peers.tfidf(tmp_path)
    texts = list(islice(mixes.messages(), 40))
    together = [float(value[1]) for value in run(texts)]
    assert together == [float(value[1]) for text in texts for value in run([text])]
    assert len(set(together)) > 20


def test_the_floor_holds_every_matrix_product_of_the_network(tmp_path: Path) -> None:
    """The graph runs the bundle's quantized products, all of them, and its numbers stay finite."""
    onnx = pytest.importorskip("onnx")
    import numpy as np
    import onnxruntime

    from tipscan.classify import Bundle

    model = onnx.load(Bundle.load().path / "model.onnx")
    chain = peers.products_graph(model)
    wanted = Counter(node.op_type for node in model.graph.node if node.op_type in peers.PRODUCTS)
    found = Counter(node.op_type for node in chain.graph.node)
    assert {name: found[name] for name in wanted} == dict(wanted)
    session = onnxruntime.InferenceSession(chain.SerializeToString(), providers=["CPUExecutionProvider"])
    width = session.get_inputs()[0].shape[2]
    [states] = session.run(None, {"states": np.random.default_rng(0).standard_normal((1, 7, width), dtype=np.float32)})
    assert states.shape == (1, 7, width)
    assert np.isfinite(states).all()
    assert states.std() > 0


def test_a_run_measures_compares_and_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two systems through the whole benchmark, in processes of their own: figures, tables and plot."""
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(speed, "TIERS", ("fast",))
    plan = speed.Plan(texts=24, seconds=0.05, rounds=1, rows=30, reposts=60, lengths=[100, 1000], sizes=[100, 1000])
    result = speed.measure(["extractors", "tokenization"], plan, None)
    for one in result["systems"].values():
        assert one["messages"]["texts_per_second"] > 0
        assert one["adverts"]["latency_ms"]["texts"] >= 1
        assert 10 < one["peak_mb"] < 4000
        assert one["cold_start"] > 0
    assert set(result["stages"]["fast"]["messages"]) == set(stopwatch.STAGES)
    assert set(result["packs"]) == set(mixes.LANGUAGES)
    assert result["command"] == "python -m evaluation.speed --texts 24 --rows 30 --reposts 60"
    assert [one["rows"] for one in result["rows"]["streams"]] == [30]
    assert [one["rows"] for one in result["reposts"]["tables"]] == [60]
    speed_report.write(result, tmp_path)
    assert json.loads((tmp_path / "speed.json").read_text(encoding="utf-8")) == result
    page = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| floor: tokenization |" in page
    assert (tmp_path / "speed.svg").read_text(encoding="utf-8").startswith("<svg")
