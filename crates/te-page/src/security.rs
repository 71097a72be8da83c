//! Who is answered: only a page that this server has served.
//!
//! A secret of 128 random bits is the first part of every path. Beside it the request must be addressed to this machine by the name
//! that the page has (so that a name of the internet that is made to point here gets nothing), and where a browser tells from which page it
//! comes, that must be this one.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// What a request must show.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    token: Arc<str>,
    port: u16,
}

impl Gate {
    /// A gate with a secret of its own, for a server at this port.
    ///
    /// # Errors
    /// Where the operating system gives no random bytes.
    pub(crate) fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self { token: hexadecimal(&bytes).into(), port })
    }

    /// The secret.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The address of the page.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// Why a request is refused, where it is.
    fn refusal(&self, path: &str, headers: &HeaderMap) -> Option<StatusCode> {
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let mut host = headers.get_all(header::HOST).iter();
        let named = match (host.next(), host.next()) {
            (Some(host), None) => hosts.iter().find(|one| host.as_bytes() == one.as_bytes()),
            _ => None,
        };
        let Some(host) = named else { return Some(StatusCode::FORBIDDEN) };
        let own = format!("http://{host}");
        if headers.get_all(header::ORIGIN).iter().any(|origin| origin.as_bytes() != own.as_bytes()) {
            return Some(StatusCode::FORBIDDEN);
        }
        let given = path.strip_prefix('/').unwrap_or(path).split('/').next().unwrap_or_default();
        let same = bool::from(given.as_bytes().ct_eq(self.token.as_bytes()));
        (!same).then_some(StatusCode::NOT_FOUND)
    }
}

/// Bytes as two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Answers what passes the gate, and refuses the rest without a word.
pub(crate) async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let refused = gate.refusal(request.uri().path(), request.headers());
    let mut answer = match refused {
        None => next.run(request).await,
        Some(status) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = status;
            answer
        }
    };
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(rows: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        rows.iter().map(pair).collect()
    }

    #[test]
    fn only_its_own_page_passes() {
        let gate = Gate::new(8080).unwrap();
        assert_eq!(gate.token().len(), 32);
        assert_ne!(gate.token(), Gate::new(8080).unwrap().token());
        let path = format!("/{}/api/system", gate.token());
        let refusal = |rows: &[(&'static str, &str)]| gate.refusal(&path, &headers(rows));
        assert_eq!(refusal(&[("host", "127.0.0.1:8080")]), None);
        assert_eq!(refusal(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")]), None);
        let forbidden = Some(StatusCode::FORBIDDEN);
        assert_eq!(refusal(&[]), forbidden);
        assert_eq!(refusal(&[("host", "127.0.0.1")]), forbidden);
        assert_eq!(refusal(&[("host", "evil.example:8080")]), forbidden);
        assert_eq!(refusal(&[("host", "127.0.0.1:8080"), ("origin", "null")]), forbidden);
        assert_eq!(refusal(&[("host", "127.0.0.1:8080"), ("origin", "http://localhost:8080")]), forbidden);
        let host = headers(&[("host", "127.0.0.1:8080")]);
        let missing = Some(StatusCode::NOT_FOUND);
        for path in ["/", "", "/api/system", "//", &format!("/x/{}", gate.token()), &path[..20]] {
            assert_eq!(gate.refusal(path, &host), missing, "{path}");
        }
    }
}
