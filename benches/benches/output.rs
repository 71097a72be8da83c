//! Writing 1,000 runs of 120 steps of 9 metrics: te-output against the Parquet library alone, which is
//! handed the same arrays in one piece with the same compression and encodings.
//!
//! te-output gets a frame a unit of 40 runs, as the engine gives them, cuts them into row groups, gathers
//! the summary in a second measurement, brings the file to the disk and renames it. Every file is removed
//! after its sample; values change between samples.

#![allow(clippy::disallowed_methods, reason = "a bench makes its data as it likes")]
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::fs::File;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use parquet::basic::{Compression as Codec, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use te_core::{Cells, Column, Frame, INDEX_COLUMNS};
use te_output::{Compression, Format, Storage, SummaryBuilder, TrajectoryWriter};

const RUNS: u64 = 1000;
const STEPS: u64 = 120;
const METRICS: usize = 9;
const UNIT: u64 = 40;

/// Trajectories that look like a simulation's: smooth, all digits in use.
fn frame(runs: std::ops::Range<u64>, sample: u64) -> Frame {
    let rows: Vec<(u64, u64)> = runs.flat_map(|run| (0..=STEPS).map(move |t| (run + 1, t))).collect();
    let whole = |f: fn(&(u64, u64)) -> u64| Cells::U64(rows.iter().map(f).collect());
    let index = [whole(|_| 0), whole(|_| 0), whole(|r| r.0), whole(|r| r.1), whole(|r| u64::from(r.1 > 0))];
    let mut columns: Vec<Column> =
        INDEX_COLUMNS.iter().zip(index).map(|(name, cells)| Column::new(*name, cells)).collect();
    for metric in 0..METRICS {
        let rate = 0.001 * (metric as f64 + 1.0) + 1e-9 * sample as f64;
        let value = |&(run, t): &(u64, u64)| (run as f64).sqrt() * (1.0 + rate * t as f64).powi(3);
        columns.push(Column::new(format!("economy.m{metric}"), Cells::F64(rows.iter().map(value).collect())));
    }
    Frame::new(columns).unwrap()
}

fn units(sample: u64) -> Vec<Frame> {
    (0..RUNS / UNIT).map(|u| frame(u * UNIT..(u + 1) * UNIT, sample)).collect()
}

fn te_output(path: &Path, units: &[Frame], storage: impl Into<Storage>) -> u64 {
    let mut writer = TrajectoryWriter::create(path, storage, &units[0], &[]).unwrap();
    for unit in units {
        writer.write(unit).unwrap();
    }
    writer.finish().unwrap().bytes
}

fn straight(path: &Path, frame: &Frame) -> u64 {
    let field = |c: &Column| {
        let (physical, logical) = match c.cells {
            Cells::U64(_) => (Physical::INT64, Some(LogicalType::integer(64, false))),
            _ => (Physical::DOUBLE, None),
        };
        let builder = Type::primitive_type_builder(&c.name, physical).with_repetition(Repetition::REQUIRED);
        Arc::new(builder.with_logical_type(logical).build().unwrap())
    };
    let fields = frame.columns().iter().map(field).collect();
    let schema = Type::group_type_builder("t").with_fields(fields).build().unwrap();
    let mut properties = WriterProperties::builder()
        .set_compression(Codec::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in frame.columns().iter().filter(|c| matches!(c.cells, Cells::F64(_))) {
        properties =
            properties.set_column_dictionary_enabled(ColumnPath::new(vec![column.name.clone()]), false);
    }
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in frame.columns() {
        let mut to = group.next_column().unwrap().unwrap();
        match &column.cells {
            Cells::F64(v) => to.typed::<DoubleType>().write_batch(v, None, None).unwrap(),
            Cells::U64(v) => {
                let v: Vec<i64> = v.iter().map(|x| x.cast_signed()).collect();
                to.typed::<Int64Type>().write_batch(&v, None, None).unwrap()
            }
            _ => unreachable!(),
        };
        to.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    std::fs::metadata(path).unwrap().len()
}

fn writers(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let mut group = c.benchmark_group("write 1000 runs x 120 steps x 9 metrics");
    group.throughput(Throughput::Elements(RUNS * (STEPS + 1)));
    group.sample_size(20);
    let mut sample = 0;
    let mut next = || {
        sample += 1;
        sample
    };
    let path = dir.path().join("t.parquet");
    group.bench_function("parquet library alone", |b| {
        b.iter_batched(
            || frame(0..RUNS, next()),
            |frame| black_box(straight(&path, &frame)),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("memcpy of the same bytes", |b| {
        b.iter_batched(|| frame(0..RUNS, next()), |frame| black_box(frame.clone()), BatchSize::PerIteration);
    });
    for compression in Compression::ALL {
        let storage = Storage { format: Format::Parquet, compression };
        group.bench_function(format!("te-output, parquet, {}", compression.name()), |b| {
            b.iter_batched(
                || units(next()),
                |units| black_box(te_output(&path, &units, storage)),
                BatchSize::PerIteration,
            );
        });
    }
    let csv = dir.path().join("t.csv");
    group.bench_function("te-output, csv", |b| {
        b.iter_batched(
            || units(next()),
            |units| black_box(te_output(&csv, &units, Format::Csv)),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("summary", |b| {
        b.iter_batched(
            || units(next()),
            |units| {
                let mut builder = SummaryBuilder::new(&units[0], &[]);
                for unit in &units {
                    builder.push(unit).unwrap();
                }
                black_box(builder.finish())
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    let sizes = (straight(&path, &frame(0..RUNS, 1)), te_output(&path, &units(1), Format::Parquet));
    println!("bytes: {} from the library alone, {} from te-output", sizes.0, sizes.1);
    // The same figures as `peers/parquet.py` prints of pyarrow.
    let values = (RUNS * (STEPS + 1)) as f64 * (INDEX_COLUMNS.len() + METRICS) as f64;
    for compression in Compression::ALL {
        let storage = Storage { format: Format::Parquet, compression };
        let mut spent: Vec<f64> = (0..11)
            .map(|sample| {
                let units = units(sample);
                let begun = Instant::now();
                black_box(te_output(&path, &units, storage));
                begun.elapsed().as_secs_f64()
            })
            .collect();
        spent.sort_by(f64::total_cmp);
        println!("te-output, {}: {:.1} ns a value", compression.name(), spent[5] / values * 1e9);
    }
}

criterion_group!(benches, writers);
criterion_main!(benches);
