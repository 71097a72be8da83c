//! A component that draws its initial state: once for each run, before row 0, from the stream that its steps go on with.

use serde::{Deserialize, Serialize};
use te_core::{
    Clock, Component, Experiment, ParamError, Params, Record, StepError, Stream, StreamKey, System,
};

#[derive(Clone, Debug, PartialEq, Params)]
struct Nothing {
    /// Added in every step.
    #[param(default = 0.0)]
    drift: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
struct Walk {
    /// Where it stands.
    #[record(unit = "1")]
    place: f64,
    /// How often it was started.
    starts: u64,
}

/// A walk from a place that is drawn.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Walker {
    params: Nothing,
    walk: Walk,
}

impl Component for Walker {
    const KIND: &'static str = "test/walker";
    type Params = Nothing;
    type Inputs = ();
    type Metrics = Walk;

    fn new(params: Nothing) -> Result<Self, ParamError> {
        Ok(Self { params, walk: Walk { place: 0.0, starts: 0 } })
    }

    fn start(&mut self, rng: &mut Stream) {
        self.walk = Walk { place: rng.uniform(), starts: self.walk.starts + 1 };
    }

    fn step(&mut self, (): &(), _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        self.walk.place += self.params.drift + rng.uniform();
        Ok(())
    }

    fn metrics(&self) -> Walk {
        self.walk
    }
}

#[test]
fn every_run_starts_from_its_own_draw() {
    let experiment = || {
        let system = System::of::<Walker>("walker", Nothing::default()).unwrap();
        Experiment::new(system).timesteps(4).runs(70).seed(11)
    };
    let expected: Vec<f64> = (1..=70)
        .flat_map(|run| {
            let mut stream = Stream::new(StreamKey { seed: 11, run, subset: None }, "walker");
            let mut place = stream.uniform();
            let mut places = vec![place];
            for _ in 0..4 {
                place += stream.uniform();
                places.push(place);
            }
            places
        })
        .collect();
    for (threads, width) in [(1, 1), (1, 7), (2, 32), (2, 70)] {
        let results = experiment().threads(threads).tile_width(width).run().unwrap();
        let frame = results.frame();
        assert_eq!(frame.f64s("walker.place").unwrap(), expected, "{threads} threads, {width} lanes");
        let starts = frame.column("walker.starts").unwrap();
        assert!((0..frame.rows()).all(|row| starts.number(row) == Some(1.0)));
    }
}
