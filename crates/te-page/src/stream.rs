//! Answers that go on while somebody reads them: messages of `text/event-stream`.

use crate::app::{App, Place};
use crate::trouble::{Told, Trouble};
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_core::Stream;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use te_core::Cancel;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Whether the reader has left; then what is computed for it is cancelled.
#[derive(Debug, Default)]
struct Attention {
    left: AtomicBool,
    work: Mutex<Vec<Cancel>>,
}

impl Attention {
    /// Cancels this work when the reader leaves.
    fn cover(&self, work: &Cancel) {
        let mut all = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(work.clone());
        drop(all);
        if self.left.load(Ordering::SeqCst) {
            work.cancel();
        }
    }

    fn leave(&self) {
        self.left.store(true, Ordering::SeqCst);
        self.work.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(Cancel::cancel);
    }
}

/// Work that is cancelled when this is dropped: with the request that asked for it.
#[derive(Debug)]
pub(crate) struct WhileAsked(Arc<Attention>);

impl WhileAsked {
    /// The guard, and what names the work.
    pub(crate) fn new() -> (Self, impl Fn(Cancel) + Send + use<>) {
        let attention = Arc::new(Attention::default());
        let covered = Arc::clone(&attention);
        (Self(attention), move |work| covered.cover(&work))
    }
}

impl Drop for WhileAsked {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Where messages are sent while they are computed.
pub(crate) struct Talk {
    sender: Sender<Bytes>,
    attention: Arc<Attention>,
    _place: Place,
}

impl Talk {
    /// Cancels this work when the reader leaves.
    pub(crate) fn covers(&self, work: &Cancel) {
        self.attention.cover(work);
    }

    /// Whether the reader has left.
    pub(crate) fn has_left(&self) -> bool {
        self.attention.left.load(Ordering::SeqCst)
    }

    /// Sends a message; `false` where nobody reads any more.
    pub(crate) fn say(&self, event: &str, message: &impl Serialize) -> bool {
        let mut bytes = format!("event: {event}\ndata: ").into_bytes();
        if serde_json::to_writer(&mut bytes, message).is_err() {
            return false;
        }
        bytes.extend_from_slice(b"\n\n");
        self.sender.blocking_send(bytes.into()).is_ok()
    }

    /// Sends what is wrong.
    pub(crate) fn refuse(&self, trouble: &Trouble) {
        self.say("errors", &Told { errors: &trouble.errors });
    }
}

/// What the reader reads. Dropped when it leaves.
struct Messages {
    receiver: Receiver<Bytes>,
    attention: Arc<Attention>,
}

impl Stream for Messages {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(cx).map(|message| message.map(Ok))
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        self.attention.leave();
    }
}

/// Answers with what `work` says, computed on a thread of its own.
pub(crate) fn answer(
    app: &Arc<App>,
    work: impl FnOnce(&Talk) -> Result<(), Trouble> + Send + 'static,
) -> Result<Response, Trouble> {
    // One message waits while the next is computed.
    let (sender, receiver) = channel(1);
    let attention = Arc::new(Attention::default());
    let talk = Talk { sender, attention: Arc::clone(&attention), _place: app.place()? };
    let host = Arc::clone(&app.host);
    tokio::task::spawn_blocking(move || {
        let mut work = Some(work);
        host.within(&mut || {
            if let Some(work) = work.take() {
                match work(&talk) {
                    Ok(()) => drop(talk.say("done", &serde_json::json!({}))),
                    Err(trouble) => talk.refuse(&trouble),
                }
            }
        });
    });
    let body = Body::from_stream(Messages { receiver, attention });
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}
