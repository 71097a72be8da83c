//! Records: the named numbers that components read and show.
//!
//! `#[derive(Record)]` gives a struct its table of [`FieldSpec`]s. Inputs are records of `f64` ports; metrics may be
//! `f64`, `i64`, `u64`, `bool` or `Decimal` and are recorded in that kind, while a wire reads any of them as
//! `f64`.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::borrow::Cow;

/// One recorded value, in the kind in which it was declared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A float.
    F64(f64),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A boolean.
    Bool(bool),
    /// An exact decimal.
    Decimal(Decimal),
}

impl Cell {
    /// The value as a float.
    pub fn number(self) -> f64 {
        match self {
            Self::F64(x) => x,
            Self::I64(x) => x as f64,
            Self::U64(x) => x as f64,
            Self::Bool(x) => f64::from(u8::from(x)),
            Self::Decimal(x) => x.to_f64().unwrap_or(f64::NAN),
        }
    }
}

/// The kind of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// A float.
    F64,
    /// A signed integer.
    I64,
    /// An unsigned integer.
    U64,
    /// A boolean.
    Bool,
    /// An exact decimal.
    Decimal,
}

impl CellKind {
    /// The kind's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::Bool => "bool",
            Self::Decimal => "decimal",
        }
    }
}

/// What is declared of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSpec {
    /// Name; a nested one is dotted.
    pub name: Cow<'static, str>,
    /// Kind of value.
    pub kind: CellKind,
    /// Unit; `1` for a pure number, empty where none was declared.
    pub unit: Cow<'static, str>,
    /// Doc comment.
    pub doc: Cow<'static, str>,
    /// Of an input: its value where no wire is connected. Without one it must be wired.
    pub default: Option<f64>,
}

impl FieldSpec {
    /// The same field as part of a larger record.
    #[must_use]
    pub fn nested(&self, parent: &str) -> Self {
        Self { name: Cow::Owned(format!("{parent}.{}", self.name)), ..self.clone() }
    }
}

/// Named, united, documented numbers, known at compile time. Derive it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record of inputs or metrics",
    label = "needs `#[derive(Record)]`",
    note = "use `()` for a component without inputs or metrics"
)]
pub trait Record: Clone + Send + Sync + 'static {
    /// How many fields it has, those of nested records counted. Lanes ask for it ([`Laned`](crate::lanes::Laned)).
    const COUNT: usize;

    /// The equations that its fields follow, a line each: the section `# Equations` of the struct's doc comment. Listings of kinds,
    /// the command and other languages show them ([`Component::EQUATIONS`](crate::Component::EQUATIONS)).
    const EQUATIONS: &'static str = "";

    /// The declarations in order.
    fn fields() -> &'static [FieldSpec];

    /// Hands every field as a float to `put`, in order.
    fn store(&self, put: &mut impl FnMut(f64));

    /// A record from floats taken in order.
    fn load(next: &mut impl FnMut() -> f64) -> Self;

    /// The field at this index of [`Record::fields`], without loss.
    fn cell(&self, index: usize) -> Option<Cell>;
}

/// No fields.
impl Record for () {
    const COUNT: usize = 0;

    fn fields() -> &'static [FieldSpec] {
        &[]
    }
    #[inline]
    fn store(&self, _: &mut impl FnMut(f64)) {}
    #[inline]
    fn load(_: &mut impl FnMut() -> f64) -> Self {}
    fn cell(&self, _: usize) -> Option<Cell> {
        None
    }
}

/// A type that a record's field can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a record",
    label = "not a record field",
    note = "fields are f64, i64, u64, bool or Decimal; a struct with `#[derive(Record)]` needs `#[record(nested)]`"
)]
pub trait RecordField: Copy {
    /// The kind that declarations show.
    const KIND: CellKind;
    /// The field without loss.
    fn cell(self) -> Cell;
    /// The field as a float.
    fn number(self) -> f64;
    /// The field from a float: the nearest value of its kind, zero where there is none.
    fn from_number(x: f64) -> Self;
}

impl RecordField for f64 {
    const KIND: CellKind = CellKind::F64;
    fn cell(self) -> Cell {
        Cell::F64(self)
    }
    #[inline(always)]
    fn number(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_number(x: f64) -> Self {
        x
    }
}

impl RecordField for i64 {
    const KIND: CellKind = CellKind::I64;
    fn cell(self) -> Cell {
        Cell::I64(self)
    }
    #[inline(always)]
    fn number(self) -> f64 {
        self as f64
    }
    #[expect(clippy::cast_possible_truncation, reason = "a saturating conversion is the documented meaning")]
    fn from_number(x: f64) -> Self {
        x.round() as Self
    }
}

impl RecordField for u64 {
    const KIND: CellKind = CellKind::U64;
    fn cell(self) -> Cell {
        Cell::U64(self)
    }
    #[inline(always)]
    fn number(self) -> f64 {
        self as f64
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a saturating conversion is the documented meaning"
    )]
    fn from_number(x: f64) -> Self {
        x.round() as Self
    }
}

impl RecordField for bool {
    const KIND: CellKind = CellKind::Bool;
    fn cell(self) -> Cell {
        Cell::Bool(self)
    }
    #[inline(always)]
    fn number(self) -> f64 {
        f64::from(u8::from(self))
    }
    fn from_number(x: f64) -> Self {
        x != 0.0
    }
}

impl RecordField for Decimal {
    const KIND: CellKind = CellKind::Decimal;
    fn cell(self) -> Cell {
        Cell::Decimal(self)
    }
    fn number(self) -> f64 {
        // Every decimal has a nearest float; NaN would be reported by the engine as any other.
        self.to_f64().unwrap_or(f64::NAN)
    }
    fn from_number(x: f64) -> Self {
        Self::from_f64_retain(x).unwrap_or_default()
    }
}
