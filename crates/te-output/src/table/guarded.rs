//! Damaged files end in errors, whatever a library does with them.
//!
//! The readers of Parquet and Arrow check much and not everything: on some damaged files they panic. A panic inside a reader
//! is caught and becomes [`OutputError::Malformed`]; the message that the program's panic hook would print is held back while
//! a reader runs on this thread.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;

use crate::OutputError;

thread_local! {
    /// Whether a reader runs on this thread.
    static READING: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// What `read` gives; an error where it panics.
pub(crate) fn guarded<T>(
    path: &Path,
    format: &'static str,
    read: impl FnOnce() -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |told| {
            if !READING.get() {
                before(told);
            }
        }));
    });
    let outer = READING.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    READING.set(outer);
    outcome.unwrap_or_else(|panic| {
        let told = panic.downcast_ref::<String>().map(String::as_str);
        let told =
            told.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for no reason that it told");
        let cause = format!("it is damaged, the reader gave up: {}", told.lines().next().unwrap_or_default());
        Err(OutputError::Malformed { path: path.to_path_buf(), format, cause })
    })
}
