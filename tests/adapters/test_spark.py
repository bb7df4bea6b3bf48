"""Spark scores as the scanner does. Real PySpark, two local workers; left out without PySpark or Java."""

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
LOCAL = {"spark.master": "local[2]", "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1"}

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the sockets py4j leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = SparkSession.builder.config(map=LOCAL).getOrCreate()
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
    """``examples/spark_job.py`` reads Parquet and writes it."""
    pq.write_table(TABLE, tmp_path / "in.parquet")
    command = [sys.executable, str(EXAMPLE), str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]
    conf = " ".join(f"--conf {name}={value}" for name, value in LOCAL.items() if name != "spark.master")
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] {conf} pyspark-shell",
    }
    arguments = ["--text-column", "text", "--id-column", "ad.id", "--tier", "fast"]
    subprocess.run([*command, *arguments], check=True, env=environment, capture_output=True)
    local = pa.Table.from_batches(scan_batches(TABLE.to_batches(), "text", "ad.id", **FAST))
    assert rows_of(pq.read_table(tmp_path / "out.parquet")) == rows_of(local)
