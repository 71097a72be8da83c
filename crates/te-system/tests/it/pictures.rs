//! Pictures that a file asks for, of a kind that offers some.

use serde::{Deserialize, Serialize};
use std::path::Path;
use te_core::picture::{Canvas, NoPicture, Offer, Offered, Picture, Pictured, Theme};
use te_core::{Clock, Component, Frame, ParamError, Record, Registry, StepError, Stream};
use te_system::SystemFile;

/// A component of which there are two pictures.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Glass(f64);

#[derive(Clone, Copy, Debug, PartialEq, Record)]
struct GlassMetrics {
    /// How full it is `[1]` -- metric.
    #[record(unit = "1")]
    full: f64,
}

impl Component for Glass {
    const KIND: &'static str = "test/glass";
    type Params = ();
    type Inputs = ();
    type Metrics = GlassMetrics;

    fn new((): ()) -> Result<Self, ParamError> {
        Ok(Self(0.0))
    }

    fn step(&mut self, (): &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.0 += 0.1;
        Ok(())
    }

    fn metrics(&self) -> GlassMetrics {
        GlassMetrics { full: self.0 }
    }
}

static OFFERED: Offered = Offered {
    pictures: &[
        Offer { name: "glass", caption: "How full it is.", needs_past: false },
        Offer { name: "level", caption: "How full it was.", needs_past: true },
    ],
    tables: &[],
    timestep: "step",
};

impl Pictured for Glass {
    fn draw(&self, _: &str, occasion: &str, _: &[Frame], theme: Theme) -> Result<Picture, NoPicture> {
        Ok(Picture::Canvas(Canvas::new(occasion, 10.0, 10.0, theme)))
    }
}

fn registry() -> Registry {
    let mut registry = te_system::built_in();
    registry.add::<Glass>("test", "A glass.");
    registry.offer_pictures::<Glass>(&OFFERED);
    registry
}

fn read(what: &str) -> Result<SystemFile, String> {
    let text = format!(
        "[controllables.glass]\nkind = \"test/glass\"\n\n[controllables.town]\nkind = \"conviction/voting\"\n\n{what}"
    );
    SystemFile::parse(&text, Path::new("s.toml"), &registry()).map_err(|errors| errors.to_string())
}

#[test]
fn a_picture_without_names_is_of_all_that_its_kind_offers() {
    let file =
        read("[[picture]]\nof = \"glass\"\n\n[[picture]]\nof = \"town\"\nwhat = \"snapshot\"\n").unwrap();
    assert_eq!(file.pictures[0].what, ["glass", "level"]);
    assert_eq!(file.pictures[1].what, ["snapshot"]);
}

#[test]
fn a_picture_of_another_kind_is_refused() {
    let refused = read("[[picture]]\nof = \"glass\"\nwhat = [\"glass\", \"snapshot\"]\n").unwrap_err();
    let expected = "s.toml:7:1: TE0307: there is no picture `snapshot` of `glass`; there are glass, level";
    assert_eq!(refused, expected);
    let refused = read("[[picture]]\nof = \"glass\"\nwhat = \"glas\"\n").unwrap_err();
    assert!(refused.contains("TE0303: unknown picture `glas`; did you mean `glass`?"), "{refused}");
}
