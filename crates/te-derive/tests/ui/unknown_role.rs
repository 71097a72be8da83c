#[derive(Clone, Debug, te_core::Params)]
struct P {
    /// A rate.
    #[param(default = 0.0, role = "world")]
    rate: f64,
}
fn main() {}
