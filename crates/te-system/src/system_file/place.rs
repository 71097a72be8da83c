//! Where an expression is wrong.

use te_core::Expression;

/// The character, from 0, at which an expression cannot be understood, or reads a name that is not known.
pub(super) fn fault(text: &str, known: &dyn Fn(&str) -> bool) -> Option<usize> {
    match Expression::parse_in_system(text) {
        Err(error) => Some(error.column.saturating_sub(1)),
        Ok(expression) => expression.names().into_iter().find(|name| !known(name)).and_then(|name| {
            let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
            let alone = |(at, _): &(usize, &str)| {
                let before = text.get(..*at).and_then(|text| text.chars().next_back());
                let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
                !before.is_some_and(inside) && !after.is_some_and(inside)
            };
            let (at, _) = text.match_indices(name).find(alone)?;
            text.get(..at).map(|before| before.chars().count())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_where_a_reader_would_point() {
        let known = |name: &str| name == "a.value";
        assert_eq!(fault("a.value + 1", &known), None);
        assert_eq!(fault("a.value + a.valu", &known), Some(10));
        assert_eq!(fault("1 + )", &known), Some(4));
        assert_eq!(fault("if(a.value > 1, x, a.valuex)", &known), Some(16));
    }
}
