//! Which address leads where.

use crate::app::App;
use crate::stream::WhileAsked;
use crate::trouble::Trouble;
use crate::{assets, compose, describe, export, gallery, run, save, steps, sweep};
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
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
        .route("/api/sweep", post(sweep_stream))
        .route("/api/steps", post(steps_of))
        .route("/api/export", post(export_of))
        .route("/api/save", post(save_of))
        .route("/api/gallery", get(gallery_of))
        .route("/api/open", post(open))
        .route("/api/kinds", get(kinds))
        .route("/api/check", post(check))
        .route("/api/compose", post(compose_of))
        .route("/api/write", post(write))
        .with_state(app)
}

type App_ = State<Arc<App>>;
type Answer = Result<Json<serde_json::Value>, Trouble>;

/// Anything as JSON.
fn json<T: serde::Serialize>(answer: T) -> Answer {
    serde_json::to_value(answer).map(Json).map_err(Trouble::refused)
}

async fn system(State(app): App_, Query(which): Query<Which>) -> Answer {
    aside(move || {
        let opened = app.fresh(which.id())?;
        describe::system(&opened, &app.registry, which.variant.as_deref()).map(Json)
    })
    .await
}

async fn run_stream(State(app): App_, Query(which): Query<Which>, body: Bytes) -> Result<Response, Trouble> {
    let asked = read(&body)?;
    run::stream(&app, app.find(which.id())?, asked)
}

async fn sweep_stream(
    State(app): App_,
    Query(which): Query<Which>,
    body: Bytes,
) -> Result<Response, Trouble> {
    let asked = read(&body)?;
    sweep::stream(&app, app.find(which.id())?, asked)
}

async fn steps_of(State(app): App_, Query(which): Query<Which>, body: Bytes) -> Result<Response, Trouble> {
    let (asked, opened, place) = (read(&body)?, app.find(which.id())?, app.place()?);
    let (_while, covers) = WhileAsked::new();
    let steps = aside(move || {
        let _place = place;
        app.clone().within(|| steps::steps(&app, &opened, &asked, &covers))
    })
    .await?;
    Ok(Json(steps).into_response())
}

async fn export_of(State(app): App_, Query(which): Query<Which>, body: Bytes) -> Answer {
    let (asked, opened) = (read(&body)?, app.find(which.id())?);
    aside(move || json(export::export(&app, &opened, &asked)?)).await
}

async fn save_of(State(app): App_, Query(which): Query<Which>, body: Bytes) -> Answer {
    let (asked, opened, place) = (read(&body)?, app.find(which.id())?, app.place()?);
    let (_while, covers) = WhileAsked::new();
    aside(move || {
        let _place = place;
        app.clone().within(|| json(save::save(&app, &opened, &asked, &covers)?))
    })
    .await
}

async fn gallery_of(State(app): App_) -> Answer {
    let place = app.place()?;
    aside(move || {
        let _place = place;
        app.clone().within(|| json(gallery::gallery(&app)))
    })
    .await
}

async fn open(State(app): App_, body: Bytes) -> Answer {
    let asked = read(&body)?;
    aside(move || Ok(Json(serde_json::json!({ "id": gallery::open(&app, asked)? })))).await
}

async fn kinds(State(app): App_) -> Answer {
    aside(move || json(compose::kinds(&app))).await
}

async fn check(State(app): App_, body: Bytes) -> Answer {
    let asked = read(&body)?;
    aside(move || Ok(Json(compose::check(&app, asked)))).await
}

async fn compose_of(State(app): App_, body: Bytes) -> Answer {
    let asked = read(&body)?;
    aside(move || json(compose::compose(&app, &asked)?)).await
}

async fn write(State(app): App_, body: Bytes) -> Answer {
    let asked = read(&body)?;
    aside(move || compose::write(&app, &asked).map(Json)).await
}
