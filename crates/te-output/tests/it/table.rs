//! Tables written and read back in every format.

use std::path::Path;

use proptest::prelude::*;
use rust_decimal::Decimal;
use te_core::{Cells, Column, DATE_COLUMN, Date, Frame};
use te_output::{
    Compression, Format, FrameReader, GROUP_ROWS, MANIFEST_KEY, OutputError, PARAMETERS_KEY, Storage,
    TrajectoryWriter, read_frame, write_frame,
};

use crate::{mixed, testdata};

fn path(dir: &Path, format: Format) -> std::path::PathBuf {
    dir.join(format!("t.{}", format.extension()))
}

fn bits(frame: &Frame) -> Vec<(String, String, String, Vec<Option<u64>>)> {
    let cell = |c: &Column, row: usize| c.number(row).map(f64::to_bits);
    frame
        .columns()
        .iter()
        .map(|c| {
            let cells = (0..frame.rows()).map(|row| cell(c, row)).collect();
            (c.name.clone(), c.unit.clone(), c.doc.clone(), cells)
        })
        .collect()
}

#[test]
fn every_kind_survives_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let frame = mixed(1, 20, 30);
    for &format in Format::all() {
        let path = path(dir.path(), format);
        let written = write_frame(&path, &frame, &[]).unwrap();
        assert_eq!(written.rows, frame.rows() as u64);
        assert_eq!(written.bytes, std::fs::metadata(&path).unwrap().len());
        assert_eq!(read_frame(&path).unwrap(), frame, "{format:?}");
    }
}

#[test]
fn dates_survive_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let day = |text: &str| i32::try_from(text.parse::<Date>().unwrap().days()).unwrap();
    let days = vec![day("2026-01-31"), day("2026-02-28"), day("1969-12-31"), 0];
    let mut date = Column::new(DATE_COLUMN, Cells::Date(days));
    date.doc = "Date of the row.".to_owned();
    let timestep = Column::new("timestep", Cells::U64(vec![0, 1, 2, 3]));
    let whole = Frame::new(vec![timestep.clone(), date.clone()]).unwrap();
    date.valid = Some(vec![true, true, true, false]);
    let absent = Frame::new(vec![timestep, date]).unwrap();
    for &format in Format::all() {
        for frame in [&whole, &absent] {
            let path = path(dir.path(), format);
            write_frame(&path, frame, &[]).unwrap();
            assert_eq!(read_frame(&path).unwrap(), *frame, "{format:?}");
        }
    }
    let text = std::fs::read_to_string(path(dir.path(), Format::Csv)).unwrap();
    assert_eq!(text, "timestep,date\n0,2026-01-31\n1,2026-02-28\n2,1969-12-31\n3,\n");
}

#[test]
fn metadata_and_parameters_come_back() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        if format == Format::Csv {
            continue;
        }
        let path = path(dir.path(), format);
        let metadata = [
            (MANIFEST_KEY.to_owned(), "[system]\nname = \"x\"\n".to_owned()),
            (PARAMETERS_KEY.to_owned(), r#"["pool.fee"]"#.to_owned()),
        ];
        write_frame(&path, &mixed(1, 1, 2), &metadata).unwrap();
        let reader = FrameReader::open(&path).unwrap();
        assert_eq!(reader.metadata_value(MANIFEST_KEY), Some("[system]\nname = \"x\"\n"));
        assert_eq!(reader.parameters(), ["pool.fee"]);
        assert_eq!(reader.columns()[5].unit, "quote/base");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes_however_they_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let mut files = Vec::new();
        for (name, cut) in [("a", 1), ("b", 7), ("c", 40)] {
            let path = dir.path().join(format!("{name}.{}", format.extension()));
            let mut writer = TrajectoryWriter::create(&path, format, &mixed(1, 0, 0), &[]).unwrap();
            let mut run = 1;
            while run <= 40 {
                let runs = cut.min(41 - run);
                writer.write(&mixed(run, runs, 10)).unwrap();
                run += runs;
            }
            writer.finish().unwrap();
            files.push(std::fs::read(&path).unwrap());
        }
        assert!(files.iter().all(|f| *f == files[0]), "{format:?}");
    }
}

/// One column that needs more with every group: first plain, then with absent cells, then with more places.
#[test]
fn a_file_widens_as_it_must() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.parquet");
    let rows = GROUP_ROWS + GROUP_ROWS / 3;
    let part = |value: Decimal, valid: Option<Vec<bool>>| {
        let mut column = Column::new("x", Cells::Decimal(vec![value; rows]));
        column.valid = valid;
        Frame::new(vec![column]).unwrap()
    };
    let first = part("1.5".parse().unwrap(), None);
    let second = part(Decimal::ZERO, Some(vec![false; rows]));
    let third = part("-12345678901234567890.12345678".parse().unwrap(), None);
    let fourth = part("0.0000000000000000000000000001".parse().unwrap(), None);
    let mut writer = TrajectoryWriter::create(&path, Format::Parquet, &first, &[]).unwrap();
    for frame in [&first, &second, &third, &fourth] {
        writer.write(frame).unwrap();
    }
    assert_eq!(writer.finish().unwrap().rows, 4 * rows as u64);
    let back = read_frame(&path).unwrap();
    for (i, frame) in [first, second, third, fourth].iter().enumerate() {
        for row in [0, rows - 1] {
            let Cells::Decimal(cells) = &back.columns()[0].cells else { panic!() };
            let Cells::Decimal(want) = &frame.columns()[0].cells else { panic!() };
            assert_eq!(cells[i * rows + row], want[row]);
            assert_eq!(back.columns()[0].is_valid(i * rows + row), frame.columns()[0].is_valid(row));
        }
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

/// A later group with a number beyond the signed ones makes the column unsigned; read back it is what it was.
#[test]
fn whole_numbers_are_signed_where_they_fit() {
    let dir = tempfile::tempdir().unwrap();
    let rows = GROUP_ROWS + 2;
    let counts: Vec<u64> = (0..rows as u64).collect();
    let small = Frame::new(vec![Column::new("pool.count", Cells::U64(counts.clone()))]).unwrap();
    let mut large = counts;
    large[rows - 1] = u64::MAX;
    let large = Frame::new(vec![Column::new("pool.count", Cells::U64(large))]).unwrap();
    for &format in Format::all() {
        for (name, frame) in [("small", &small), ("large", &large)] {
            let file = dir.path().join(format!("{name}.{}", format.extension()));
            write_frame(&file, frame, &[]).unwrap();
            assert_eq!(bits(&read_frame(&file).unwrap()), bits(frame), "{name} {format:?}");
        }
    }
}

#[test]
fn every_compression_holds_the_same_rows() {
    let dir = tempfile::tempdir().unwrap();
    let frame = mixed(1, 40, 30);
    let mut sizes = Vec::new();
    for compression in Compression::ALL {
        let file = dir.path().join(format!("{}.parquet", compression.name()));
        let storage = Storage { format: Format::Parquet, compression };
        let mut writer = TrajectoryWriter::create(&file, storage, &frame, &[]).unwrap();
        writer.write(&frame).unwrap();
        sizes.push(writer.finish().unwrap().bytes);
        assert_eq!(bits(&read_frame(&file).unwrap()), bits(&frame));
    }
    assert!(sizes[0] < sizes[1] && sizes[1] < sizes[2], "{sizes:?}");
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let frame = mixed(1, 3, 3);
        let mut writer = TrajectoryWriter::create(path(dir.path(), format), format, &frame, &[]).unwrap();
        writer.write(&frame).unwrap();
        drop(writer);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_frame_of_other_columns_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let mut writer =
            TrajectoryWriter::create(path(dir.path(), format), format, &mixed(1, 0, 0), &[]).unwrap();
        let mut columns = mixed(1, 1, 1).into_columns();
        columns[7].cells = Cells::F64(vec![0.0; 2]);
        let error = writer.write(&Frame::new(columns.clone()).unwrap()).unwrap_err();
        assert!(
            error.to_string().ends_with("column 7 should be `pool.count: u64` and is `pool.count: f64`"),
            "{error}"
        );
        columns.truncate(7);
        let error = writer.write(&Frame::new(columns).unwrap()).unwrap_err();
        assert!(matches!(error, OutputError::Columns { position: 7, .. }), "{error}");
        writer.write(&mixed(1, 1, 1)).unwrap();
        assert_eq!(writer.finish().unwrap().rows, 2);
    }
}

#[test]
fn a_table_without_rows_is_a_table() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let path = path(dir.path(), format);
        let mut columns = mixed(1, 0, 0).into_columns();
        for column in &mut columns {
            column.valid = None;
        }
        let frame = Frame::new(columns).unwrap();
        write_frame(&path, &frame, &[]).unwrap();
        assert_eq!(read_frame(&path).unwrap(), frame);
    }
}

#[test]
fn damaged_and_missing_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let path = path(dir.path(), format);
        let missing = read_frame(&path).unwrap_err();
        assert!(matches!(missing, OutputError::NotFound { .. }), "{missing}");
        if format != Format::Csv {
            write_frame(&path, &mixed(1, 5, 5), &[]).unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.truncate(bytes.len() - 20);
            std::fs::write(&path, bytes).unwrap();
            let damaged = read_frame(&path).unwrap_err();
            assert!(matches!(damaged, OutputError::Malformed { .. }), "{damaged}");
        }
    }
    let path = dir.path().join("bad.csv");
    std::fs::write(&path, "run,x\n1,2\nzwei,3\n").unwrap();
    let message = read_frame(&path).unwrap_err().to_string();
    assert!(message.ends_with("line 3, column `run`: `zwei` is not u64"), "{message}");
    let message = read_frame(dir.path().join("a.xlsx")).unwrap_err().to_string();
    assert!(message.contains("the extension must be one of parquet"), "{message}");
}

#[test]
fn a_foreign_csv_is_read_with_the_kinds_it_shows() {
    let frame = read_frame(testdata("default.csv")).unwrap();
    assert_eq!(frame.rows(), 121);
    assert_eq!(frame.u64s("timestep").unwrap()[120], 120);
    assert_eq!(frame.f64s("reserve").unwrap()[1], 6889.446);
    // Written again it has the same numbers to the bit.
    let dir = tempfile::tempdir().unwrap();
    for &format in Format::all() {
        let path = path(dir.path(), format);
        write_frame(&path, &frame, &[]).unwrap();
        assert_eq!(bits(&read_frame(&path).unwrap()), bits(&frame));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_finite_float_survives_to_the_bit(values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, 1..50)) {
        let dir = tempfile::tempdir().unwrap();
        let frame = Frame::new(vec![Column::new("x", Cells::F64(values))]).unwrap();
        for &format in Format::all() {
            let path = path(dir.path(), format);
            write_frame(&path, &frame, &[]).unwrap();
            prop_assert_eq!(bits(&read_frame(&path).unwrap()), bits(&frame));
        }
    }
}

#[cfg(feature = "arrow")]
#[test]
fn a_batch_of_arrow_holds_what_the_frame_held() {
    let absent =
        Column { valid: Some(vec![true, false, true]), ..Column::new("b", Cells::F64(vec![1.0, 2.0, 3.0])) };
    let large = Column::new("a", Cells::U64(vec![0, u64::MAX, 1 << 63]));
    let partly = Frame::new(vec![large, absent]).unwrap();
    for frame in [mixed(1, 10, 7), partly, Frame::default()] {
        let back = te_output::frame_of_batch(&te_output::record_batch(frame.clone()).unwrap()).unwrap();
        assert_eq!(bits(&back), bits(&frame));
        let kinds = |frame: &Frame| -> Vec<_> {
            frame.columns().iter().map(|c| (std::mem::discriminant(&c.cells), c.valid.clone())).collect()
        };
        assert_eq!(kinds(&back), kinds(&frame));
    }
}
