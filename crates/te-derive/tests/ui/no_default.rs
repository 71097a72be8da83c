#[derive(Clone, Debug, te_core::Params)]
struct P {
    /// A rate.
    #[param(min = 0.0)]
    rate: f64,
}
fn main() {}
