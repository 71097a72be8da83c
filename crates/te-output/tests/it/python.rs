//! Files read by the libraries that analysts use. Needs a Python with pandas and pyarrow (polars and `DuckDB`
//! are asked where they are): the one that `TE_OUTPUT_PYTHON` names, else `python3`. Without it the test says
//! so and passes, unless `CI` is set.

use std::path::PathBuf;
use std::process::Command;

use te_output::{Format, PARAMETERS_KEY, write_frame};

use crate::mixed;

const SCRIPT: &str = r#"
import sys, json, decimal
import pandas as pd, pyarrow.parquet as pq
folder = sys.argv[1]
path = folder + "/t.parquet"
df = pd.read_parquet(path)
kinds = {c: str(t) for c, t in df.dtypes.items()}
want = {"simulation": "int64", "subset": "int64", "run": "int64", "timestep": "int64", "substep": "int64",
        "pool.price": "float64", "pool.rare": "float64", "pool.count": "uint64", "pool.delta": "int64",
        "pool.open": "bool"}
for column, kind in want.items():
    assert kinds[column] == kind, (column, kinds[column])
assert df["pool.count"][0] == 2**64 - 1 and df["pool.delta"][0] == -2**63 + 1
assert isinstance(df["pool.reserve"][0], decimal.Decimal)
assert df["pool.reserve"][0] == decimal.Decimal("-0.003999997"), df["pool.reserve"][0]
assert df["pool.rare"].isna().sum() == sum(1 for r, t in zip(df["run"], df["timestep"]) if (r + t) % 3 == 0)
assert (df["run"] - df["timestep"]).min() < 0, "a difference may be negative"
assert df["variant"][0] == 'run, "1" é\n'
schema = pq.read_schema(path)
assert str(schema.field("pool.reserve").type) == "decimal128(38, 18)", schema.field("pool.reserve").type
meta = {k.decode(): v.decode() for k, v in pq.read_metadata(path).metadata.items()}
field = schema.field("pool.price")
if field.metadata:
    assert field.metadata[b"unit"] == b"quote/base" and b"Spot price" in field.metadata[b"doc"]
    assert schema.field("run").metadata[b"kind"] == b"u64"
columns = {c["name"]: c for c in json.loads(meta["tecmns.columns"])}
assert columns["pool.price"]["unit"] == "quote/base" and columns["pool.price"]["kind"] == "f64"
assert json.loads(meta["tecmns.parameters"]) == ["pool.fee"]
csv = pd.read_csv(folder + "/t.csv")
assert (csv["pool.price"] == df["pool.price"]).all(), "17 digits"
assert len(csv) == len(df) and csv["pool.open"].dtype == bool
said = ["pandas", "pyarrow"]
try:
    import pyarrow.feather as feather, os
    if os.path.exists(folder + "/t.arrow"):
        table = feather.read_table(folder + "/t.arrow")
        assert table.schema.field("pool.price").metadata[b"unit"] == b"quote/base"
        assert str(table.schema.field("run").type) == "int64"
        assert table.to_pandas()["pool.count"].equals(df["pool.count"])
        said.append("arrow")
except ImportError:
    pass
try:
    import polars as pl
    p = pl.read_parquet(path)
    assert p["pool.count"].dtype == pl.UInt64 and p["pool.open"].dtype == pl.Boolean
    assert p["pool.reserve"].dtype == pl.Decimal(38, 18), p["pool.reserve"].dtype
    assert p["pool.rare"].null_count() == df["pool.rare"].isna().sum()
    said.append("polars")
except ImportError:
    pass
try:
    import duckdb
    types = dict((r[0], r[1]) for r in duckdb.sql(f"describe select * from '{path}'").fetchall())
    assert types["pool.count"] == "UBIGINT" and types["pool.reserve"] == "DECIMAL(38,18)", types
    assert duckdb.sql(f"select min(run - timestep) from '{path}'").fetchall()[0][0] < 0
    assert duckdb.sql(f"select max(timestep) from '{path}'").fetchall() == [(30,)]
    said.append("duckdb")
except ImportError:
    pass
print(" ".join(said))
"#;

#[test]
fn pandas_and_others_read_the_right_types() {
    let python = std::env::var_os("TE_OUTPUT_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let able = Command::new(&python)
        .args(["-c", "import pandas, pyarrow"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !able {
        assert!(std::env::var_os("CI").is_none(), "{} lacks pandas and pyarrow", python.display());
        eprintln!("SKIPPED: no Python with pandas and pyarrow on this machine, so no file was read by them");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let metadata = [(PARAMETERS_KEY.to_owned(), r#"["pool.fee"]"#.to_owned())];
    for &format in Format::all() {
        let path = dir.path().join(format!("t.{}", format.extension()));
        write_frame(path, &mixed(1, 20, 30), &metadata).unwrap();
    }
    let output = Command::new(&python).arg("-c").arg(SCRIPT).arg(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("read by {}", String::from_utf8_lossy(&output.stdout).trim());
}
