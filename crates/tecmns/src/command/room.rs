//! Whether the disk has room for what a plan writes.

use super::CommandError;
use std::path::Path;
use te_core::Plan;

/// Bytes in a gigabyte, as they are told.
const GIGABYTE: f64 = 1e9;

/// Refuses a plan whose table would not fit on the disk that `out` lies on. The forecast counts cells without compression:
/// the refusal is early rather than late.
///
/// # Errors
/// TE0310, which says how much is needed, how much is free and how to need less. Where the disk does not tell, nothing is
/// refused.
pub(super) fn check(plan: &Plan, out: &Path) -> Result<(), CommandError> {
    let there = out.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let Ok(free) = fs4::available_space(there) else { return Ok(()) };
    refuse(plan.forecast().table_bytes, free).map_or(Ok(()), |text| Err(CommandError::bad_input(text)))
}

/// What to say where `needed` bytes are more than are free.
fn refuse(needed: u64, free: u64) -> Option<String> {
    (needed > free).then(|| {
        format!(
            "TE0310: the table takes up to {:.1} GB before it is packed, and {:.1} GB are free; record fewer columns \
             or rows (--record COLUMNS,every=K), keep less (--record keep=finals), sweep fewer points, or begin all the same with \
             --force",
            needed as f64 / GIGABYTE,
            free as f64 / GIGABYTE
        )
    })
}

#[cfg(test)]
mod tests {
    use super::refuse;

    #[test]
    fn what_does_not_fit_is_refused_with_a_way_out() {
        assert_eq!(refuse(5, 5), None);
        let text = refuse(u64::MAX, 2_500_000_000).unwrap();
        assert!(
            text.starts_with("TE0310") && text.contains("2.5 GB are free") && text.contains("--force"),
            "{text}"
        );
    }
}
