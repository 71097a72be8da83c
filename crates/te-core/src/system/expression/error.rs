//! Why an expression is refused, and where.

/// Where and why an expression cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in expression `{}` at character {column}: {message}", self.excerpt())]
#[non_exhaustive]
pub struct ExpressionError {
    /// The expression.
    pub text: String,
    /// Character, from 1.
    pub column: usize,
    /// Byte, from 0: where in `text` the mistake stands.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

/// Characters of a long expression that an error shows before and after the place.
const SHOWN: usize = 40;

impl ExpressionError {
    pub(super) fn new(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let column = text.get(..offset).map_or(0, |before| before.chars().count()) + 1;
        Self { text: text.to_owned(), column, offset, message: message.into() }
    }

    /// The expression, or what stands about the mistake where it is long.
    fn excerpt(&self) -> String {
        let letters = self.text.chars().count();
        if letters <= 4 * SHOWN {
            return self.text.clone();
        }
        let first = (self.column - 1).saturating_sub(SHOWN);
        let shown: String = self.text.chars().skip(first).take(2 * SHOWN).collect();
        let (before, after) =
            (if first > 0 { "…" } else { "" }, if first + 2 * SHOWN < letters { "…" } else { "" });
        format!("{before}{shown}{after}")
    }
}
