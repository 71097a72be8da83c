//! Dimensions and their elements: which element a subscript means.

use crate::expression::key;
use crate::fault::{Faults, shortened};
use crate::source::Dimension;
use std::collections::HashMap;

/// Elements of all dimensions, at most.
const MOST: usize = 50_000;

/// A dimension whose elements are known.
#[derive(Clone, Debug, Default)]
struct Axis {
    /// As names are compared, and as they are written.
    elements: Vec<(String, String)>,
    /// Dimensions it stands for, and of each of its elements the one there.
    maps: Vec<(String, Vec<String>)>,
}

/// All dimensions.
#[derive(Debug, Default)]
pub(crate) struct Dimensions {
    axes: HashMap<String, Axis>,
    /// Of each element the dimensions that hold it, the largest first.
    holders: HashMap<String, Vec<String>>,
    /// Elements as they are written.
    spellings: HashMap<String, String>,
}

/// Which element each dimension stands at. Dimensions that are gone through have a `!` behind their name.
pub(crate) type Setting = Vec<(String, String)>;

impl Dimensions {
    pub(crate) fn new(dimensions: &[Dimension], faults: &mut Faults) -> Self {
        let mut known: HashMap<String, &Dimension> = HashMap::new();
        for one in dimensions {
            if known.insert(key(&one.name), one).is_some() {
                faults.refuse(one.at, format!("the dimension `{}` is defined twice", one.name));
            }
        }
        let mut found = Self::default();
        let mut total = 0;
        for one in dimensions {
            let elements = elements_of(one, &known, faults);
            total += elements.len();
            if total > MOST {
                faults.refuse(one.at, format!("more than {MOST} elements of dimensions"));
                return Self::default();
            }
            found.axes.insert(key(&one.name), Axis { elements, maps: Vec::new() });
        }
        for one in dimensions {
            let maps = found.maps_of(one, faults);
            if let Some(axis) = found.axes.get_mut(&key(&one.name)) {
                axis.maps = maps;
            }
        }
        let mut by_size: Vec<(&String, &Axis)> = found.axes.iter().collect();
        by_size.sort_by_key(|(name, axis)| (std::cmp::Reverse(axis.elements.len()), (*name).clone()));
        for (name, axis) in by_size {
            for (element, spelled) in &axis.elements {
                found.spellings.entry(element.clone()).or_insert_with(|| spelled.clone());
                found.holders.entry(element.clone()).or_default().push(name.clone());
            }
        }
        found
    }

    fn maps_of(&self, one: &Dimension, faults: &mut Faults) -> Vec<(String, Vec<String>)> {
        let own = self.elements(&key(&one.name));
        let mut found = Vec::new();
        for (target, listed) in &one.maps {
            let listed: Vec<String> = if listed.is_empty() { vec![target.clone()] } else { listed.clone() };
            let there = listed.iter().flat_map(|name| match self.axes.get(name) {
                Some(axis) => axis.elements.iter().map(|(element, _)| element.clone()).collect(),
                None => vec![name.clone()],
            });
            let there: Vec<String> = there.collect();
            if there.len() == own.len() {
                found.push((target.clone(), there));
            } else {
                let message = format!(
                    "`{}` has {} elements and is mapped to {} of `{target}`: as many are wanted",
                    one.name,
                    own.len(),
                    there.len()
                );
                faults.refuse(one.at, message);
            }
        }
        found
    }

    pub(crate) fn is_dimension(&self, name: &str) -> bool {
        self.axes.contains_key(name)
    }

    pub(crate) fn is_element(&self, name: &str) -> bool {
        self.holders.contains_key(name)
    }

    /// The elements of a dimension, as names are compared.
    pub(crate) fn elements(&self, dimension: &str) -> Vec<String> {
        self.axes
            .get(dimension)
            .map_or_else(Vec::new, |axis| axis.elements.iter().map(|(one, _)| one.clone()).collect())
    }

    /// How many elements a dimension has.
    pub(crate) fn size(&self, dimension: &str) -> usize {
        self.axes.get(dimension).map_or(0, |axis| axis.elements.len())
    }

    /// An element as it is written.
    pub(crate) fn spelled(&self, element: &str) -> String {
        self.spellings.get(element).cloned().unwrap_or_else(|| element.to_owned())
    }

    /// The place of an element, from 1, in the largest dimension that has all elements of this one; without one, in the largest
    /// that has the element.
    pub(crate) fn place(&self, element: &str, dimension: Option<&str>) -> Option<usize> {
        let holders = self.holders.get(element)?;
        let own = dimension.map_or_else(Vec::new, |dimension| self.elements(dimension));
        let has_all = |holder: &&String| {
            let there = self.axes.get(*holder);
            own.iter()
                .all(|one| there.is_some_and(|axis| axis.elements.iter().any(|(known, _)| known == one)))
        };
        let axis = self.axes.get(holders.iter().find(has_all)?)?;
        axis.elements.iter().position(|(one, _)| one == element).map(|at| at + 1)
    }

    /// Every way to set the dimensions on a left side, with the elements in their order, the last first to change.
    pub(crate) fn settings(&self, left: &[String]) -> Option<Vec<(Vec<String>, Setting)>> {
        let mut found: Vec<(Vec<String>, Setting)> = vec![(Vec::new(), Setting::new())];
        for name in left {
            let elements = match self.axes.get(name) {
                Some(axis) => axis.elements.iter().map(|(one, _)| one.clone()).collect(),
                None if self.is_element(name) => vec![name.clone()],
                None => return None,
            };
            if found.len().saturating_mul(elements.len()) > MOST {
                return None;
            }
            let is_dimension = self.is_dimension(name);
            let mut next = Vec::with_capacity(found.len() * elements.len());
            for (chosen, setting) in &found {
                for element in &elements {
                    let (mut chosen, mut setting) = (chosen.clone(), setting.clone());
                    chosen.push(element.clone());
                    if is_dimension {
                        setting.push((name.clone(), element.clone()));
                    }
                    next.push((chosen, setting));
                }
            }
            found = next;
        }
        Some(found)
    }

    /// The element that a subscript means in a setting.
    pub(crate) fn resolve(&self, subscript: &str, setting: &Setting) -> Result<String, String> {
        // The innermost first.
        if let Some((_, element)) = setting.iter().rev().find(|(name, _)| name == subscript) {
            return Ok(element.clone());
        }
        if !self.is_dimension(subscript) {
            return if self.is_element(subscript) {
                Ok(subscript.to_owned())
            } else {
                Err(format!("`{}` is neither an element nor a dimension", shortened(subscript)))
            };
        }
        let axis = self.axes.get(subscript);
        for (dimension, element) in setting.iter().rev() {
            if dimension.ends_with('!') {
                continue;
            }
            let there = self.axes.get(dimension);
            // The dimension of the left side stands for this one, or this one for it.
            if let Some((_, listed)) =
                there.and_then(|there| there.maps.iter().find(|(to, _)| to == subscript))
            {
                let at = there.and_then(|there| there.elements.iter().position(|(one, _)| one == element));
                if let Some(found) = at.and_then(|at| listed.get(at)) {
                    return Ok(found.clone());
                }
            }
            if let Some((_, listed)) = axis.and_then(|axis| axis.maps.iter().find(|(to, _)| to == dimension))
            {
                let mut at = listed.iter().enumerate().filter(|(_, one)| *one == element).map(|(at, _)| at);
                let (first, second) = (at.next(), at.next());
                if let (Some(at), None) = (first, second)
                    && let Some((found, _)) = axis.and_then(|axis| axis.elements.get(at))
                {
                    return Ok(found.clone());
                }
            }
        }
        for (dimension, element) in setting.iter().rev() {
            if !dimension.ends_with('!')
                && axis.is_some_and(|axis| axis.elements.iter().any(|(one, _)| one == element))
            {
                return Ok(element.clone());
            }
        }
        Err(format!("the dimension `{}` stands at no element here", shortened(subscript)))
    }
}

/// The elements of a dimension: its own, and those of the dimensions that it is made of.
fn elements_of(
    one: &Dimension,
    known: &HashMap<String, &Dimension>,
    faults: &mut Faults,
) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let listed =
        |one: &Dimension| -> Vec<String> { one.alias.iter().chain(&one.elements).rev().cloned().collect() };
    let mut open: Vec<(usize, String)> = listed(one).into_iter().map(|name| (0, name)).collect();
    while let Some((depth, name)) = open.pop() {
        match known.get(&key(&name)) {
            Some(inner) if depth < 20 && found.len() < MOST && key(&one.name) != key(&name) => {
                open.extend(listed(inner).into_iter().map(|name| (depth + 1, name)));
            }
            Some(_) if depth > 0 || one.alias.is_some() || key(&one.name) == key(&name) => {
                faults.refuse(one.at, format!("the dimension `{}` is made of itself", one.name));
                return found;
            }
            _ => found.push((key(&name), name.trim().to_owned())),
        }
    }
    found
}
