//! Why a request is refused, as the page is told.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use te_core::ExperimentError;
use te_system::changes::ChangeKind;
use te_system::{ChangeError, FileErrors};

/// One thing that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Problem {
    /// Stable number where it has one.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    /// The parameter, variant or event that it is about.
    pub(crate) at: Option<String>,
    /// Place in the file, from 1.
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
}

/// Everything that is wrong, and the status of the answer.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) status: StatusCode,
    pub(crate) errors: Vec<Problem>,
}

/// What the page is told of it.
#[derive(Serialize)]
pub(crate) struct Told<'a> {
    pub(crate) errors: &'a [Problem],
}

impl Trouble {
    pub(crate) fn plain(status: StatusCode, message: impl std::fmt::Display) -> Self {
        let mut message = message.to_string();
        let code = code_of(&mut message);
        Self { status, errors: vec![Problem { code, message, ..Problem::default() }] }
    }

    /// A setting or file that is refused.
    pub(crate) fn refused(message: impl std::fmt::Display) -> Self {
        Self::plain(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// A request that says nothing.
    pub(crate) fn malformed(message: impl std::fmt::Display) -> Self {
        Self::plain(StatusCode::BAD_REQUEST, message)
    }

    /// What is not there.
    pub(crate) fn missing(message: impl std::fmt::Display) -> Self {
        Self::plain(StatusCode::NOT_FOUND, message)
    }

    /// What is there already, or has changed meanwhile.
    pub(crate) fn conflict(message: impl std::fmt::Display) -> Self {
        Self::plain(StatusCode::CONFLICT, message)
    }

    /// More than is done at once.
    pub(crate) fn busy() -> Self {
        Self::plain(StatusCode::TOO_MANY_REQUESTS, "as many runs are going as are allowed at once")
    }

    pub(crate) fn at(mut self, at: &str) -> Self {
        self.errors.iter_mut().for_each(|problem| problem.at = Some(at.to_owned()));
        self
    }
}

/// Takes a code from the front of a message.
fn code_of(message: &mut String) -> Option<String> {
    let (code, rest) = message.split_once(": ")?;
    let is_code = code.len() == 6 && code.starts_with("TE") && code[2..].bytes().all(|b| b.is_ascii_digit());
    let found = is_code.then(|| (code.to_owned(), rest.to_owned()))?;
    *message = found.1;
    Some(found.0)
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.status, Json(Told { errors: &self.errors })).into_response()
    }
}

impl From<FileErrors> for Trouble {
    fn from(refused: FileErrors) -> Self {
        let problem = |error: te_system::FileError| Problem {
            code: Some(error.code.to_owned()),
            message: error.message,
            at: None,
            line: error.at.map(|(line, _)| line),
            column: error.at.map(|(_, column)| column),
        };
        let errors = refused.errors.into_iter().map(problem).collect();
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors }
    }
}

impl From<ChangeError> for Trouble {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::File(errors) => errors.into(),
            ChangeError::Experiment(error) => error.into(),
            ChangeError::Problems(problems) => {
                let errors = problems.into_iter().flat_map(|one| Self::from(one).errors).collect();
                Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors }
            }
            ChangeError::Value { name, refused } => Self::refused(format!("TE0104: {refused}")).at(&name),
            ChangeError::Unknown { by, ref name, .. } => {
                let at =
                    if by == ChangeKind::Without { format!("event:{name}") } else { "variant".to_owned() };
                Self::refused(&error).at(&at)
            }
            other => {
                let at = other.at().map(str::to_owned);
                let refused = Self::refused(other);
                at.iter().fold(refused, |refused, at| refused.at(at))
            }
        }
    }
}

impl From<ExperimentError> for Trouble {
    fn from(error: ExperimentError) -> Self {
        let at = match &error {
            ExperimentError::Kpi { name, .. } => Some(format!("figure:{name}")),
            ExperimentError::Timesteps { .. } | ExperimentError::Dates { .. } => Some("timesteps".to_owned()),
            ExperimentError::NoRuns => Some("runs".to_owned()),
            ExperimentError::Param(issue) => Some(issue.path.clone()),
            _ => None,
        };
        let refused = Self::refused(format!("{}: {error}", error.code()));
        at.iter().fold(refused, |refused, at| refused.at(at))
    }
}

impl From<JsonRejection> for Trouble {
    fn from(refused: JsonRejection) -> Self {
        Self::plain(read_status(refused.status()), refused.body_text())
    }
}

impl From<QueryRejection> for Trouble {
    fn from(refused: QueryRejection) -> Self {
        Self::malformed(refused.body_text())
    }
}

impl From<BytesRejection> for Trouble {
    fn from(refused: BytesRejection) -> Self {
        Self::plain(read_status(refused.status()), refused.body_text())
    }
}

/// A body is too large, or it is malformed.
fn read_status(status: StatusCode) -> StatusCode {
    if status == StatusCode::PAYLOAD_TOO_LARGE { status } else { StatusCode::BAD_REQUEST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_apart_from_messages() {
        let refused = Trouble::refused("TE0309: twice");
        assert_eq!(refused.errors[0].code.as_deref(), Some("TE0309"));
        assert_eq!(refused.errors[0].message, "twice");
        for message in ["no code", "TE09: x", "TEabcd: x", "é: x", "TE0é12: x"] {
            assert_eq!(Trouble::refused(message).errors[0].code, None, "{message}");
        }
    }
}
