#[derive(Clone, Copy, te_core::Record)]
struct M {
    /// A name.
    name: &'static str,
}
fn main() {}
