"""Score a folder of Parquet files with Spark.

spark-submit examples/spark_job.py adverts.parquet scored.parquet --text-column text --id-column id
"""

from __future__ import annotations

import argparse

from pyspark.sql import SparkSession

from tipscan.adapters.spark import scan_dataframe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="Parquet file or folder, at any address that Spark reads")
    parser.add_argument("output", help="folder to write Parquet to; it must not exist")
    parser.add_argument("--text-column", required=True)
    parser.add_argument("--id-column")
    parser.add_argument("--tier", default="auto", choices=("fast", "accurate", "auto"))
    parser.add_argument("--policy", default="balanced")
    parser.add_argument("--packs", help="rule packs of your own, a file or a folder on the machine that starts the job")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("tipscan").getOrCreate()
    adverts = spark.read.parquet(args.input)
    options = {"tier": args.tier, "policy": args.policy, "packs": args.packs}
    scored = scan_dataframe(adverts, args.text_column, args.id_column, **options)
    scored.write.parquet(args.output)
    spark.stop()


if __name__ == "__main__":
    main()
