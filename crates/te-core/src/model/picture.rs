//! Pictures of what is inside a component and in no column, as plain data that needs no renderer.
//!
//! A component that offers pictures implements [`Pictured`]; its crate says so where it registers the kind
//! ([`Registry::offer_pictures`](crate::Registry::offer_pictures)). Whoever has a run of it asks the
//! [`Stepper`](crate::Stepper::view) for a view of an instance and draws from that, without knowing its type. A [`Picture`] is a [`Canvas`] of shapes, or a [`ChartSpec`] with the rows it is of; te-output draws both.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use te_core::picture::{Canvas, NoPicture, Offer, Offered, Picture, Pictured, Theme};
//! use te_core::{Clock, Component, Experiment, Frame, ParamError, Record, Registry, RunId, StepError, Stream, System};
//!
//! /// A glass that is filled by a tenth in every step.
//! #[derive(Clone, Debug, Serialize, Deserialize)]
//! pub struct Glass(f64);
//!
//! /// What it shows.
//! #[derive(Clone, Copy, Debug, PartialEq, Record)]
//! pub struct GlassMetrics {
//!     /// How full it is [1] -- metric.
//!     #[record(unit = "1")]
//!     pub full: f64,
//! }
//!
//! impl Component for Glass {
//!     const KIND: &'static str = "example/glass";
//!     type Params = ();
//!     type Inputs = ();
//!     type Metrics = GlassMetrics;
//!
//!     fn new((): ()) -> Result<Self, ParamError> {
//!         Ok(Self(0.0))
//!     }
//!     fn step(&mut self, _: &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
//!         self.0 += 0.1;
//!         Ok(())
//!     }
//!     fn metrics(&self) -> GlassMetrics {
//!         GlassMetrics { full: self.0 }
//!     }
//! }
//!
//! static OFFERED: Offered = Offered {
//!     pictures: &[Offer { name: "glass", caption: "How full the glass is.", needs_past: false }],
//!     tables: &[],
//!     timestep: "step",
//! };
//!
//! impl Pictured for Glass {
//!     fn draw(&self, _: &str, occasion: &str, _: &[Frame], theme: Theme) -> Result<Picture, NoPicture> {
//!         let mut canvas = Canvas::new(&format!("The glass, {occasion}"), 100.0, 100.0, theme);
//!         canvas.vessel((50.0, 60.0), 20.0, self.0, "#0072b2");
//!         Ok(Picture::Canvas(canvas))
//!     }
//! }
//!
//! let mut registry = Registry::new();
//! registry.add::<Glass>("example", "A glass.");
//! registry.offer_pictures::<Glass>(&OFFERED);
//!
//! let plan = Experiment::new(System::of::<Glass>("glass", ())?).plan()?;
//! let mut run = plan.start(RunId { simulation: 0, subset: 0, run: 1 })?;
//! run.step()?;
//! let pictures = registry.kind("example/glass")?.pictures().ok_or("there are pictures")?;
//! let view = run.view(pictures, "glass").ok_or("there is a glass")?;
//! let picture = view.draw("glass", "step 1", &[], Theme::Dark)?;
//! assert!(matches!(picture, Picture::Canvas(canvas) if canvas.title() == "The glass, step 1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canvas;
mod chart;

pub use canvas::{Anchor, Canvas, Place, Rectangle, Shape, mix};
pub use chart::{ChartKind, ChartSpec, Guide, Series};

use crate::declaration::frame::{Frame, FrameError};
use crate::model::component::Component;
use crate::model::kind::ComponentColumn;
use crate::model::typed_column::TypedColumn;
use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Colour of the ground.
    pub fn ground(self) -> &'static str {
        match self {
            Self::Light => "#ffffff",
            Self::Dark => "#1e1e1e",
        }
    }

    /// Colour of letters.
    pub fn ink(self) -> &'static str {
        match self {
            Self::Light => "#000000",
            Self::Dark => "#e0e0e0",
        }
    }
}

/// A picture before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Shapes where they are put.
    Canvas(Canvas),
    /// A chart of these rows.
    Chart(ChartSpec, Frame),
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("chart `{title}`: {cause}")]
pub struct NoPicture {
    /// Title of the picture.
    pub title: String,
    /// What is missing, or too much.
    pub cause: String,
}

/// One picture that a kind offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name in files and on the command line.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub caption: &'static str,
    /// Whether it shows the timesteps before as well.
    pub needs_past: bool,
}

/// What a kind offers to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The pictures, in the order in which they are drawn.
    pub pictures: &'static [Offer],
    /// Names of the tables beside them.
    pub tables: &'static [&'static str],
    /// What a timestep is called in titles, such as `day`.
    pub timestep: &'static str,
}

impl Offered {
    /// The picture of this name.
    pub fn named(&self, name: &str) -> Option<&'static Offer> {
        self.pictures.iter().find(|offer| offer.name == name)
    }
}

/// A component of which there are pictures, as it stands after a timestep.
pub trait Pictured: Send {
    /// Draws the picture of this name; `occasion` stands in the title, as "day 50". `past` holds what [`Pictured::moment`] gave
    /// at every timestep up to and with this one, for pictures that need it.
    ///
    /// # Errors
    /// [`NoPicture`] where there is nothing to draw, or too much to be told apart.
    fn draw(&self, picture: &str, occasion: &str, past: &[Frame], theme: Theme)
    -> Result<Picture, NoPicture>;

    /// What a picture shows of the component as it stands, in a sentence or two.
    fn caption(&self, picture: &Offer) -> String {
        picture.caption.to_owned()
    }

    /// What pictures that show the past need of this timestep.
    ///
    /// # Errors
    /// [`FrameError`] where the columns make no table.
    fn moment(&self, timestep: u64) -> Result<Frame, FrameError> {
        let _ = timestep;
        Ok(Frame::default())
    }

    /// The table of this name; without rows where there is none.
    ///
    /// # Errors
    /// [`FrameError`] where the columns make no table.
    fn table(&self, name: &str) -> Result<Frame, FrameError> {
        let _ = name;
        Ok(Frame::default())
    }
}

/// What a registered kind offers to look at, and how an instance of it is looked at ([`Stepper::view`](crate::Stepper::view)).
#[derive(Clone, Copy)]
pub struct Pictures {
    /// Pictures and tables.
    pub offered: &'static Offered,
    pub(crate) view: fn(&dyn ComponentColumn, usize) -> Option<Box<dyn Pictured>>,
}

impl Pictures {
    /// Those of a component type.
    pub(crate) fn of<C: Component + Pictured>(offered: &'static Offered) -> Self {
        let view = |column: &dyn ComponentColumn, lane: usize| {
            let component = column.as_any().downcast_ref::<TypedColumn<C>>()?.value(lane)?.into_owned();
            Some(Box::new(component) as Box<dyn Pictured>)
        };
        Self { offered, view }
    }
}
