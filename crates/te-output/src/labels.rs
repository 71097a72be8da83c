//! Names of subsets, from what is swept.

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
