//! Amounts of memory in words.

/// So many bytes in a unit that keeps the number short.
pub(crate) fn bytes(n: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let mut size = n as f64;
    let mut at = 0;
    while size >= 1000.0 && at + 1 < units.len() {
        size /= 1000.0;
        at += 1;
    }
    if at == 0 { format!("{n} bytes") } else { format!("{size:.1} {}", units[at]) }
}
