"""Writes the rows of `benches/benches/output.rs` by pyarrow and prints nanoseconds a value.

    python3 benches/peers/parquet.py [ROUNDS]

Needs pyarrow and numpy. The table: 1,000 runs of 121 rows, five index columns and nine metrics, in row groups of 131,072
rows. Compare with `cargo bench -p tecmns-benches --bench output`, which prints the same figures of te-output, on the same
machine and on one core (`taskset -c 0`).
"""

import os
import sys
import tempfile
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

RUNS, STEPS, METRICS = 1000, 120, 9


def table(sample: int) -> pa.Table:
    run = np.repeat(np.arange(1, RUNS + 1), STEPS + 1)
    time_ = np.tile(np.arange(STEPS + 1), RUNS)
    zeros = np.zeros(len(run), dtype=np.int64)
    columns = {"simulation": zeros, "subset": zeros, "run": run, "timestep": time_, "substep": (time_ > 0).astype(np.int64)}
    for metric in range(METRICS):
        rate = 0.001 * (metric + 1) + 1e-9 * sample
        columns[f"economy.m{metric}"] = np.sqrt(run) * (1 + rate * time_) ** 3
    return pa.table(columns)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    pa.set_cpu_count(1)
    floats = [f"economy.m{metric}" for metric in range(METRICS)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.parquet")
        for compression in ["zstd", "snappy", "none"]:
            spent = []
            for sample in range(rounds):
                rows = table(sample)
                begun = time.process_time()
                whole = [c for c in rows.column_names if c not in floats]
                pq.write_table(rows, path, compression=compression, use_dictionary=whole, row_group_size=1 << 17)
                spent.append(time.process_time() - begun)
                size = os.path.getsize(path)
            values = rows.num_rows * rows.num_columns
            print(f"pyarrow {pa.__version__}, {compression}: {sorted(spent)[rounds // 2] / values * 1e9:.1f} ns a value, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
