"""Spark scores as the scanner does. Real PySpark: a master and two workers in processes of their own.

Left out without PySpark or Java.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

from tipscan.adapters.arrow import scan_batches
from tipscan.adapters.options import Options, scanner_of
from tipscan.adapters.spark import scan_dataframe
from tipscan.errors import BundleError, InputError

EXAMPLE = Path(__file__).parents[2] / "examples" / "spark_job.py"
FAST = {"tier": "fast", "threads": 1}
TEXTS = ["😀 The office keeps your passport", None, "", "ការិយាល័យទុកលិខិតឆ្លងដែន", "Cook wanted, 18+"] * 3
TABLE = pa.table({"ad.id": [f"ad-{number}" for number in range(len(TEXTS))], "text": TEXTS})
#: Two workers of one core and 1,024 MB, each with an executor process, to which everything is sent pickled.
CLUSTER = "local-cluster[2,1,1024]"
QUICK_TO_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
CONF = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": QUICK_TO_START,
    "spark.executor.extraJavaOptions": QUICK_TO_START,
}

PACK = """
pack = "mine"
version = "2026.11.1"
languages = ["*"]

[[rule]]
id = "grown_up_cook"
code = "FEE.deposit"
phrases = ["cook wanted, 18"]
hits = ["Cook wanted, 18+", "A cook wanted, 18 or older"]
misses = ["Cook wanted", "We want a cook"]
"""

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the sockets py4j leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    import pyspark
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("spark")  # the workers write below SPARK_HOME, which is not to be site-packages
    for part in Path(pyspark.__file__).parent.iterdir():
        (home / part.name).symlink_to(part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", str(home))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = SparkSession.builder.master(CLUSTER).config(map=CONF).getOrCreate()
        yield session
        session.stop()


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: row["id"])


def test_spark_scores_as_the_scanner_does(spark: Any, tmp_path: Path) -> None:
    """Through Parquet, partitions and workers, every row with all its nested columns is the local one."""
    pq.write_table(TABLE, tmp_path / "in.parquet")
    frame = spark.read.parquet(str(tmp_path / "in.parquet")).repartition(3)
    scored = scan_dataframe(frame, "text", "ad.id", **FAST).toArrow()
    local = pa.Table.from_batches(scan_batches(TABLE.to_batches(), "text", "ad.id", **FAST))
    assert scored.column_names == local.column_names
    assert rows_of(scored) == rows_of(local)


def test_each_worker_makes_one_scanner(spark: Any) -> None:
    """Twelve tasks in two executors: each Python worker makes one scanner and uses it for all it is given."""

    def scanners(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import os
        import time

        from tipscan.adapters import options

        for batch in batches:
            time.sleep(0.1)  # so that neither executor does it all
            values = (os.getppid(), os.getpid(), options._make.cache_info().misses)
            columns = [[value] * batch.num_rows for value in values]
            yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), ["executor", "worker", "made"])

    frame = spark.createDataFrame([(text,) for text in TEXTS], "text string").repartition(12)
    scan_dataframe(frame, "text", **FAST).collect()
    made = spark.range(12).repartition(12).mapInArrow(scanners, "executor long, worker long, made long").collect()
    assert len({row["executor"] for row in made}) == 2
    assert {row["made"] for row in made} == {1}


def test_rule_packs_of_ones_own(spark: Any, tmp_path: Path) -> None:
    """Their texts travel with the job: the files may be gone when the workers begin."""
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK, encoding="utf-8")
    scored = scan_dataframe(spark.createDataFrame(TABLE.to_pandas()), "text", "ad.id", **FAST, packs=pack)
    local = pa.Table.from_batches(scan_batches(TABLE.to_batches(), "text", "ad.id", **FAST, packs=pack))
    pack.unlink()
    assert rows_of(scored.toArrow()) == rows_of(local)
    assert {one["rule"] for one in local["indicators"].to_pylist()[4]} >= {"mine.grown_up_cook@2026.11.1"}


def test_rows_without_an_id(spark: Any) -> None:
    """They get ids that are unique over all partitions."""
    frame = spark.createDataFrame([(text,) for text in TEXTS], "text string").repartition(3)
    ids = [row["id"] for row in scan_dataframe(frame, "text", **FAST).select("id").collect()]
    assert len(set(ids)) == len(TEXTS)


def test_a_column_that_is_not_there(spark: Any) -> None:
    """It is told on the driver, before a job is started."""
    frame = spark.createDataFrame([("a",)], "text string")
    with pytest.raises(InputError, match="no column 'advert'; found: 'text'"):
        scan_dataframe(frame, "advert")


def test_a_worker_with_another_model_stops() -> None:
    """Options of a process with other versions are refused: half a table by another model is worse than none."""
    pinned = Options.of(**FAST).pinned()
    assert scanner_of(pinned) is scanner_of(Options.of(**FAST))
    stale = Options.of(**FAST, versions=("000000000000", *pinned.versions[1:]))
    with pytest.raises(BundleError, match="its caller 000000000000"):
        scanner_of(stale)


def test_the_example_runs(tmp_path: Path) -> None:
    """``examples/spark_job.py`` reads Parquet and writes it, with rule packs of one's own."""
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK, encoding="utf-8")
    pq.write_table(TABLE, tmp_path / "in.parquet")
    command = [sys.executable, str(EXAMPLE), str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]
    conf = " ".join(f"--conf '{name}={value}'" for name, value in CONF.items())
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] {conf} pyspark-shell",
    }
    arguments = ["--text-column", "text", "--id-column", "ad.id", "--tier", "fast", "--packs", str(pack)]
    subprocess.run([*command, *arguments], check=True, env=environment, capture_output=True)
    local = pa.Table.from_batches(scan_batches(TABLE.to_batches(), "text", "ad.id", **FAST, packs=pack))
    assert rows_of(pq.read_table(tmp_path / "out.parquet")) == rows_of(local)
