//! Components of equations: in files of their own, and in the tables `[equations.NAME]` of the system's file.

use super::{Errors, Reading};
use crate::data_column::DataColumns;
use crate::system_file::document::{Document, NestError};
use crate::system_file::section::Section;
use te_core::{Kind, Value};
use te_equations::{Equations, Fault};

/// The components that a document holds: by name, where they could be read.
pub(super) type Held = Vec<(String, Option<Equations>)>;

impl Reading<'_> {
    /// Reads `[equations.NAME]`, every one, whether it is used or not.
    pub(super) fn held(&self, document: &Document, errors: &Errors) -> Held {
        let entries = document.root.get("equations").map_or(&[][..], |entry| entry.value.entries());
        let mut held = Held::new();
        for entry in entries {
            let data = DataColumns::new(document.path(), self.step, self.registry);
            let columns = &|wanted: &Value| data.numbers(wanted);
            let read = Equations::from_tree(&entry.value, document.text(), Some(&entry.key), columns);
            held.push((entry.key.clone(), self.read(document, read, errors)));
        }
        held
    }

    fn read(
        &self,
        document: &Document,
        read: Result<Equations, Vec<Fault>>,
        errors: &Errors,
    ) -> Option<Equations> {
        let tell = |fault: &Fault| document.error(&fault.span, fault.code, fault.message.clone());
        match read {
            Ok(equations) => {
                self.note(document, equations.warnings());
                Some(equations)
            }
            Err(faults) => {
                self.incomplete.set(true);
                let mut errors = errors.borrow_mut();
                for error in faults.iter().map(tell) {
                    if !errors.contains(&error) {
                        errors.push(error);
                    }
                }
                None
            }
        }
    }

    /// Says where equations ask for dates, where rows have none.
    fn want_start(&self, document: &Document, equations: &Equations, errors: &Errors) {
        let Some(fault) = equations.undated().filter(|_| !self.dated) else { return };
        let error = document.error(&fault.span, fault.code, fault.message);
        if !errors.borrow().contains(&error) {
            errors.borrow_mut().push(error);
        }
    }

    fn note(&self, document: &Document, faults: &[Fault]) {
        let mut notes = self.notes.borrow_mut();
        for fault in faults {
            let note = document.error(&fault.span, fault.code, fault.message.clone()).to_string();
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// The kind of a component with `kind = "equations"`, and the name under which it is known.
    pub(super) fn equations(
        &self,
        document: &Document,
        section: &mut Section<'_>,
        held: &Held,
        given: &Value,
        errors: &Errors,
    ) -> Option<Kind> {
        let span = section.tree().span.clone();
        let refuse = |section: &Section<'_>, span: &std::ops::Range<usize>, message: String| {
            self.incomplete.set(true);
            section.refuse_as("TE0306", span, message);
        };
        let (file, of) = (section.text("file"), section.text("of"));
        let place =
            |key: &str| section.tree().get(key).map_or(span.clone(), |entry| entry.value.span.clone());
        let (equations, package) = match (file, of) {
            (Some(file), None) => match document.nested(&file) {
                Ok(inner) => {
                    self.bytes.set(self.bytes.get() + inner.text().len());
                    let data = DataColumns::new(inner.path(), self.step, self.registry);
                    let columns = &|wanted: &Value| data.numbers(wanted);
                    let read = Equations::from_tree(&inner.root, inner.text(), None, columns);
                    let equations = self.read(&inner, read, errors)?;
                    self.note(&inner, &equations.rounded(self.step, given));
                    self.want_start(&inner, &equations, errors);
                    (equations, file)
                }
                Err(NestError::Here(message)) => {
                    refuse(section, &place("file"), message);
                    return None;
                }
                Err(NestError::There(found)) => {
                    self.incomplete.set(true);
                    let mut errors = errors.borrow_mut();
                    for error in found.errors {
                        if !errors.contains(&error) {
                            errors.push(error);
                        }
                    }
                    return None;
                }
            },
            (None, Some(of)) => {
                if let Some((_, equations)) = held.iter().find(|(name, _)| *name == of) {
                    let equations = equations.clone()?;
                    self.note(document, &equations.rounded(self.step, given));
                    self.want_start(document, &equations, errors);
                    (equations, document.path().display().to_string())
                } else {
                    let near = te_core::nearest(&of, held.iter().map(|(name, _)| name));
                    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                    refuse(section, &place("of"), format!("the file has no [equations.{of}]{hint}"));
                    return None;
                }
            }
            _ => {
                let message =
                    "a component of equations needs a `file`, or `of`: the name of a table [equations.NAME]";
                refuse(section, &place("kind"), message.to_owned());
                return None;
            }
        };
        Some(kind_of(equations, package))
    }
}

/// Equations as a kind, as a registry holds it.
fn kind_of(equations: Equations, package: String) -> Kind {
    let doc = equations.doc().to_owned();
    Kind::made(equations, package, doc)
}
