//! Names of subsets, from what is swept; of series, from their columns.

use crate::Series;

/// Names of a chart's series for its legend: those that were given, and for the others the shortest ends of their columns'
/// names that tell them apart.
pub(crate) fn legend(series: &[Series]) -> Vec<String> {
    let words = |column: &str, parts: usize| {
        let all: Vec<&str> = column.split('.').collect();
        all.get(all.len().saturating_sub(parts)..).unwrap_or_default().join(" ").replace('_', " ")
    };
    let most = series.iter().map(|s| s.column.split('.').count()).max().unwrap_or(1);
    let given = |s: &Series| s.label != words(&s.column, 1);
    let mut names: Vec<String> = series.iter().map(|s| s.label.clone()).collect();
    for parts in 2..=most {
        let twice: Vec<bool> = (names.iter().enumerate())
            .map(|(i, name)| {
                names.iter().zip(series).enumerate().any(|(j, (other, s))| {
                    i != j && name == other && series.get(i).is_some_and(|own| own.column != s.column)
                })
            })
            .collect();
        for ((name, one), _) in
            names.iter_mut().zip(series).zip(twice).filter(|((_, s), twice)| *twice && !given(s))
        {
            *name = words(&one.column, parts);
        }
    }
    names
}

/// A parameter or label column: its name, and whether it holds text.
pub(crate) type Swept = (String, bool);

/// A name for each subset from the values of its swept parameters, `throttle = 0.004`, leaving out those
/// that are the same everywhere; `subset 2` where none remains.
pub(crate) fn subset_labels(swept: &[Swept], values: &[Vec<String>], keys: &[(u64, u64)]) -> Vec<String> {
    let several = keys.iter().any(|(simulation, _)| *simulation > 0);
    let tells = |i: usize| {
        let mut texts = values.iter().map(|v| v.get(i));
        let first = texts.next();
        texts.any(|t| Some(t) != first)
    };
    let telling: Vec<usize> = (0..swept.len()).filter(|&i| tells(i)).collect();
    keys.iter()
        .zip(values)
        .map(|((simulation, subset), values)| {
            let parts: Vec<String> = telling
                .iter()
                .filter_map(|&i| Some((swept.get(i)?, values.get(i)?)))
                .filter(|(_, value)| !value.is_empty())
                .map(|((name, text), value)| {
                    if *text {
                        return value.clone();
                    }
                    let name = name.rsplit('.').next().unwrap_or(name);
                    format!("{} = {value}", name.replace('_', " "))
                })
                .collect();
            match (parts.is_empty(), several) {
                (true, true) => format!("simulation {simulation}, subset {subset}"),
                (true, false) => format!("subset {subset}"),
                (false, _) => parts.join(", "),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(columns: &[&str]) -> Vec<String> {
        legend(&columns.iter().map(|c| Series::of(*c)).collect::<Vec<_>>())
    }

    #[test]
    fn series_are_told_apart_by_the_shortest_names() {
        assert_eq!(named(&["a.value", "b.value", "pool.price"]), ["a value", "b value", "price"]);
        assert_eq!(named(&["x.a.value", "y.a.value", "y.b.value"]), ["x a value", "y a value", "b value"]);
        assert_eq!(named(&["pool.total_supply"]), ["total supply"]);
        let given = [Series { column: "a.value".into(), label: "mine".into() }, Series::of("b.value")];
        assert_eq!(legend(&given), ["mine", "value"]);
    }
}
