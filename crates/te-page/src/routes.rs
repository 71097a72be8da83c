//! Which address leads where.

use crate::app::App;
use crate::trouble::Trouble;
use crate::{assets, describe, run};
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use std::sync::Arc;

/// The system that a request is about, and for its description the variant.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    pub(crate) system: Option<String>,
    pub(crate) variant: Option<String>,
}

impl Which {
    pub(crate) fn id(&self) -> Option<&str> {
        self.system.as_deref().filter(|id| !id.is_empty())
    }
}

/// A body of JSON, whatever its headers say.
pub(crate) fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(body).map_err(Trouble::malformed)
}

/// Work that may take a while, on a thread of its own.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let failed = |_| Trouble::plain(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "the work was not done");
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

pub(crate) fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(assets::index))
        .route("/{name}", get(assets::asset))
        .route("/api/system", get(system))
        .route("/api/run", post(run_stream))
        .with_state(app)
}

async fn system(
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
) -> Result<Json<serde_json::Value>, Trouble> {
    aside(move || {
        let opened = app.fresh(which.id())?;
        describe::system(&opened, &app.registry, which.variant.as_deref()).map(Json)
    })
    .await
}

async fn run_stream(
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
    body: axum::body::Bytes,
) -> Result<Response, Trouble> {
    let asked: run::Asked = read(&body)?;
    let opened = app.find(which.id())?;
    run::stream(&app, opened, asked)
}
