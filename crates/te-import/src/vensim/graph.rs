//! Graphs that a model defines, behind its equations and sketches.

use crate::expression::key;
use crate::source::Graph;

/// The graphs, in the order of the file. Variables with scales of their own do not share an axis here: each is a graph of its own.
pub(super) fn graphs(text: &str) -> Vec<Graph> {
    let mut found: Vec<Graph> = Vec::new();
    let (mut title, mut scales, mut inside) = (String::new(), Vec::<Vec<String>>::new(), false);
    // Settings follow what the model draws and prints.
    let drawn = text.lines().map(str::trim).skip_while(|line| !line.starts_with(":GRAPH "));
    for line in drawn.take_while(|line| !line.starts_with(":L")).chain([":GRAPH"]) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            ":GRAPH" | ":TABLE" | ":REPORT" => {
                let alone = scales.len() == 1;
                for names in scales.drain(..).filter(|names| !names.is_empty()) {
                    let title = if alone { title.clone() } else { format!("{title}: {}", names.join(", ")) };
                    let keys = |names: &[String]| names.iter().map(|name| key(name)).collect::<Vec<_>>();
                    if !found.iter().any(|known| keys(&known.names) == keys(&names)) {
                        found.push(Graph { title, names });
                    }
                }
                inside = word == ":GRAPH";
                title = rest.replace('_', " ");
            }
            ":TITLE" if inside && !rest.is_empty() => rest.clone_into(&mut title),
            ":SCALE" if inside => scales.push(Vec::new()),
            ":VAR" if inside && !rest.is_empty() => match scales.last_mut() {
                Some(names) => names.push(rest.to_owned()),
                None => scales.push(vec![rest.to_owned()]),
            },
            _ => {}
        }
    }
    found
}
