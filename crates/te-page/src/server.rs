//! The server: a thread of its own, with limits on everything that a client can take.

use crate::app::App;
use crate::connection::Patient;
use crate::security::{self, Gate};
use crate::trouble::Trouble;
use crate::{Options, PageError};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// Connections at once, at most: more wait to be accepted.
const CONNECTIONS: usize = 256;
/// Threads that compute, read and write, at most.
const WORKERS: usize = 16;
/// How long a client may take for the head of a request, for its body, and to take what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a request's head, at most.
const HEAD: usize = 32 << 10;
/// Bytes of a request's body, at most.
pub(crate) const BODY: usize = 1 << 20;

/// A page that is served until this is closed or dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    closer: Closer,
    app: Arc<App>,
    thread: Option<JoinHandle<()>>,
}

/// Ends a server from elsewhere; clones end the same one.
#[derive(Clone, Debug)]
pub struct Closer(watch::Sender<bool>);

impl Closer {
    /// Ends the server: runs that go on are cancelled.
    pub fn close(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Begins to serve.
    pub(crate) fn start(options: Options) -> Result<Self, PageError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(WORKERS)
            .thread_name("tecmns page")
            .build()
            .map_err(PageError::Runtime)?;
        let port = options.port;
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port)))
            .map_err(|cause| PageError::Port { port, cause })?;
        let port = listener.local_addr().map_err(PageError::Runtime)?.port();
        let gate = Gate::new(port).map_err(|error| PageError::Secret(error.to_string()))?;
        let url = gate.url();
        let app = App::new(options)?;
        let (sender, mut closed) = watch::channel(false);
        let router = router(&app, gate);
        let serve = move || {
            runtime.block_on(async move {
                tokio::select! {
                    () = accept(listener, router) => {}
                    // An error means that nobody is left who could close it.
                    _ = closed.wait_for(|closed| *closed) => {}
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(2));
        };
        let thread = std::thread::Builder::new().name("tecmns page".to_owned());
        let thread = thread.spawn(serve).map_err(PageError::Runtime)?;
        Ok(Self { url, closer: Closer(sender), app, thread: Some(thread) })
    }

    /// The address of the page, with its secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A handle that ends the server from elsewhere.
    pub fn closer(&self) -> Closer {
        self.closer.clone()
    }

    /// How many streams of runs go on now.
    pub fn running(&self) -> usize {
        self.app.running.load(Ordering::SeqCst)
    }

    /// Waits until the server is closed.
    pub fn wait(mut self) {
        self.join();
    }

    /// Ends the server, and waits until it has ended.
    pub fn close(mut self) {
        self.closer.close();
        self.join();
    }

    /// Ends the server without waiting until it has ended: for those who hold what its threads may need.
    pub fn let_go(mut self) {
        self.closer.close();
        self.thread = None;
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended as well.
            drop(thread.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closer.close();
        self.join();
    }
}

fn router(app: &Arc<App>, gate: Gate) -> Router {
    let inside = crate::routes::routes(Arc::clone(app)).layer(middleware::from_fn(whole_body));
    Router::new()
        .nest(&format!("/{}/", gate.token()), inside)
        .layer(middleware::from_fn_with_state(gate, security::guard))
}

/// Reads the body, so that what follows has all of it or nothing.
async fn whole_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match timeout(PATIENCE, to_bytes(body, BODY)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => {
            Trouble::plain(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {BODY} bytes"))
                .into_response()
        }
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Takes connections until the end.
async fn accept(listener: TcpListener, router: Router) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD);
    loop {
        let Ok(place) = Arc::clone(&free).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, or the client has gone: later it may work again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Small messages must not wait for one another.
        let _ = stream.set_nodelay(true);
        let stream = TokioIo::new(Patient::new(stream, PATIENCE));
        let connection = http.serve_connection(stream, TowerToHyperService::new(router.clone()));
        tokio::spawn(async move {
            // What goes wrong on a connection ends the connection.
            let _ = connection.await;
            drop(place);
        });
    }
}
