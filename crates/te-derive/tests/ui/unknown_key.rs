#[derive(Clone, Debug, te_core::Params)]
struct P {
    /// A rate.
    #[param(default = 0.0, minimum = 0.0)]
    rate: f64,
}
fn main() {}
