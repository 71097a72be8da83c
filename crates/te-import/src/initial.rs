//! Variables that begin elsewhere than their equation says (`ACTIVE INITIAL`).
//!
//! What is read when a run starts is marked while it is translated. At the end the names in it that follow from such a variable are
//! replaced by copies which are computed from its initial value.

use crate::target::{Law, Quantity, Role, Target};
use std::collections::{HashMap, HashSet};

const BEGIN: char = '\u{1}';
const END: char = '\u{2}';

/// Marks what is read when a run starts.
pub(crate) fn marked(text: &str) -> String {
    format!("{BEGIN}{text}{END}")
}

/// The names in an expression, each with its bytes; not those of functions and tables.
fn names(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let (word, after) = rest.split_at(length);
        let is_name = !word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if is_name && !after.starts_with('(') {
            found.push((at, word));
        }
        at += length;
    }
    found
}

fn texts(role: &mut Role) -> Vec<&mut String> {
    match role {
        Role::Param { .. } | Role::Constant(_) => Vec::new(),
        Role::Let(of) | Role::Draw { of, .. } | Role::Flow { of, .. } => vec![of],
        Role::State { initial, law: Law::Rate(rate), .. } => vec![initial, rate],
        Role::State { initial, law: Law::Flows, .. } => vec![initial],
        Role::Pipeline { enter, time, leak, initial } => {
            [enter, time, initial].into_iter().chain(leak).collect()
        }
    }
}

/// Puts initial values in the place of marks. `initials` are the variables that have one, and what it is.
pub(crate) fn settle(target: &mut Target, initials: &HashMap<String, String>) {
    if initials.is_empty() {
        return;
    }
    let equations: HashMap<String, String> = target
        .quantities
        .iter()
        .filter_map(|one| match &one.role {
            Role::Let(of) | Role::Flow { of, .. } => Some((one.name.clone(), of.clone())),
            _ => None,
        })
        .collect();
    let mut readers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, of) in &equations {
        for (_, read) in names(of) {
            readers.entry(read).or_default().push(name);
        }
    }
    // What follows from such a variable.
    let mut apart: HashSet<String> = initials.keys().cloned().collect();
    let mut open: Vec<&str> = initials.keys().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        for reader in readers.get(name).into_iter().flatten() {
            if apart.insert((*reader).to_owned()) {
                open.push(reader);
            }
        }
    }
    let mut wanted: Vec<String> = Vec::new();
    for quantity in &mut target.quantities {
        for text in texts(&mut quantity.role) {
            *text = settled(text, &apart, false, &mut wanted);
        }
    }
    let mut done = HashSet::new();
    while let Some(name) = wanted.pop() {
        if !done.insert(name.clone()) {
            continue;
        }
        let Some(of) = initials.get(&name).or_else(|| equations.get(&name)) else { continue };
        let of = settled(of, &apart, true, &mut wanted);
        let doc = format!("`{}` when a run starts.", name.trim_start_matches('_'));
        target.quantities.push(Quantity {
            name: copy(&name),
            written: None,
            unit: String::new(),
            doc,
            at: 0,
            role: Role::Let(of),
        });
    }
}

fn copy(name: &str) -> String {
    format!("_{}__initially", name.trim_start_matches('_'))
}

/// The text without marks, with copies where it is marked, or everywhere.
fn settled(text: &str, apart: &HashSet<String>, all: bool, wanted: &mut Vec<String>) -> String {
    let mut depth = i32::from(all);
    let mut found = String::with_capacity(text.len());
    let places: HashMap<usize, &str> = names(text).into_iter().collect();
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        match c {
            BEGIN => depth += 1,
            END => depth -= 1,
            _ => match places.get(&at).filter(|name| depth > 0 && apart.contains(**name)) {
                Some(name) => {
                    found.push_str(&copy(name));
                    wanted.push((*name).to_owned());
                    skip = at + name.len();
                }
                None => found.push(c),
            },
        }
    }
    found
}
