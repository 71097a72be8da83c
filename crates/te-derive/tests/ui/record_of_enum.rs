#[derive(Clone, Copy, te_core::Record)]
enum M {
    A,
}
fn main() {}
