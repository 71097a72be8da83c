#[derive(Clone, te_core::Choice)]
enum C {
    Fixed(f64),
}
fn main() {}
