//! One typed component by itself, stepped by hand.

use super::Typed;
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::record::{Cell, CellKind, Record};
use crate::model::component::Component;
use crate::model::kind::{Instance, SaveError, Single, check_inputs};
use crate::model::step_error::{StepError, not_finite};
use crate::numerics::stream::{Stream, StreamKey};

pub(super) struct One<C: Component> {
    typed: Typed<C>,
    component: C,
    stream: Stream,
    /// What it shows, and where the next step's metrics are written to before they are looked at.
    shown: Vec<f64>,
    next: Vec<f64>,
    broken: Option<StepError>,
}

impl<C: Component> One<C> {
    pub(super) fn new(params: C::Params, name: &str, key: StreamKey) -> Result<Self, ParamError> {
        let (component, fields) = (C::new(params.clone())?, C::Metrics::fields().len());
        let (shown, next) = (vec![0.0; fields], vec![0.0; fields]);
        let stream = Stream::new(key, name);
        let mut one = Self { typed: Typed { params }, component, stream, shown, next, broken: None };
        one.component.start(&mut one.stream);
        one.broken = one.show().err();
        Ok(one)
    }

    /// Takes the metrics of the present state over, where all are finite.
    #[inline]
    fn show(&mut self) -> Result<(), StepError> {
        let metrics = self.component.metrics();
        let (mut places, mut sum) = (self.next.iter_mut(), 0.0);
        metrics.store(&mut |x| {
            if let Some(place) = places.next() {
                *place = x;
            }
            sum += x * 0.0;
        });
        // A sum of zeros is zero only where no term is NaN, as zero times infinity is.
        if sum == 0.0 {
            std::mem::swap(&mut self.shown, &mut self.next);
            return Ok(());
        }
        not_finite(&metrics).map_or(Ok(()), Err)
    }

    #[inline]
    fn advance(&mut self, inputs: &C::Inputs, clock: &Clock) -> Result<(), StepError> {
        let substeps = self.component.substeps();
        if substeps <= 1 {
            return self.component.step(inputs, &Clock { substep: 1, ..*clock }, &mut self.stream);
        }
        let before = (self.component.clone(), self.stream.clone());
        for substep in 1..=substeps {
            if let Err(error) = self.component.step(inputs, &Clock { substep, ..*clock }, &mut self.stream) {
                (self.component, self.stream) = before;
                return Err(error);
            }
        }
        Ok(())
    }
}

impl<C: Component> Single for One<C> {
    fn instance(&self) -> &dyn Instance {
        &self.typed
    }

    fn restart(&mut self, key: StreamKey) -> Result<(), ParamError> {
        self.component = C::new(self.typed.params.clone())?;
        self.stream.restart(key);
        self.component.start(&mut self.stream);
        self.broken = self.show().err();
        Ok(())
    }

    fn step(&mut self, inputs: &[f64], clock: &Clock) -> Result<(), StepError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        check_inputs(inputs, C::Inputs::fields())?;
        let mut values = inputs.iter();
        let inputs = C::Inputs::load(&mut || values.next().copied().unwrap_or(f64::NAN));
        self.advance(&inputs, clock)?;
        let shown = self.show();
        if let Err(error) = &shown {
            self.broken = Some(error.clone());
        }
        shown
    }

    fn numbers(&self) -> &[f64] {
        &self.shown
    }

    fn cell(&self, index: usize) -> Option<Cell> {
        match C::Metrics::fields().get(index)?.kind {
            CellKind::F64 => self.shown.get(index).copied().map(Cell::F64),
            _ => self.component.metrics().cell(index),
        }
    }

    fn save(&self) -> Result<Vec<u8>, SaveError> {
        Ok(postcard::to_stdvec(&(&self.component, &self.stream))?)
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError> {
        let (mut component, stream): (C, Stream) = postcard::from_bytes(bytes)?;
        component.share(&self.component);
        let before = std::mem::replace(&mut self.component, component);
        if let Err(error) = self.show() {
            self.component = before;
            return Err(error.into());
        }
        (self.stream, self.broken) = (stream, None);
        Ok(())
    }

    fn copy(&self) -> Result<Box<dyn Single>, SaveError> {
        Ok(Box::new(Self {
            typed: Typed { params: self.typed.params.clone() },
            component: self.component.clone(),
            stream: self.stream.clone(),
            shown: self.shown.clone(),
            next: self.next.clone(),
            broken: self.broken.clone(),
        }))
    }
}
