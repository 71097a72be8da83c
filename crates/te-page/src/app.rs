//! What all requests share: kinds, the program around, systems that are open, runs that go on.

use crate::gallery::Card;
use crate::host::{Host, Options, PageError, Start};
use crate::opened::Opened;
use crate::place;
use crate::trouble::Trouble;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use te_core::Registry;

/// Streams of runs at once, at most.
const STREAMS: usize = 8;
/// Systems that are open beside the first, at most: the oldest is closed.
const OPEN: usize = 32;

pub(crate) struct App {
    pub(crate) registry: Arc<Registry>,
    pub(crate) host: Arc<dyn Host>,
    /// The system of the start, where there is one.
    first: Mutex<Option<Arc<Opened>>>,
    others: Mutex<Vec<Arc<Opened>>>,
    /// How many systems were opened, to number them.
    opened: AtomicUsize,
    /// The folder in which systems are.
    root: PathBuf,
    /// Cards of the gallery, by the text of their systems.
    cards: Mutex<Vec<(String, Card)>>,
    /// Held while a file is written.
    writing: Mutex<()>,
    /// Streams that go on.
    pub(crate) running: AtomicUsize,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("running", &self.running).finish_non_exhaustive()
    }
}

/// A stream that is counted while it goes on.
pub(crate) struct Place(Arc<App>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl App {
    pub(crate) fn new(options: Options) -> Result<Arc<Self>, PageError> {
        let Options { registry, start, host, port: _ } = options;
        let read = |start| Opened::read(String::new(), start, &registry).map(Arc::new);
        let first = start.map(read).transpose()?;
        let root = first
            .as_ref()
            .map_or_else(|| PathBuf::from("."), |first: &Arc<Opened>| place::folder_of(first.file.path()));
        Ok(Arc::new(Self {
            root,
            cards: Mutex::default(),
            writing: Mutex::default(),
            registry,
            host,
            first: Mutex::new(first),
            others: Mutex::default(),
            opened: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
        }))
    }

    /// The system of this number; without one that of the start.
    pub(crate) fn find(&self, id: Option<&str>) -> Result<Arc<Opened>, Trouble> {
        let found = match id {
            None => self.first.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Some(id) => {
                let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
                others.iter().find(|one| one.id == id).cloned()
            }
        };
        found.ok_or_else(|| Trouble::missing("no such system is open"))
    }

    /// The system of this number, read again where its file has changed.
    pub(crate) fn fresh(&self, id: Option<&str>) -> Result<Arc<Opened>, Trouble> {
        let known = self.find(id)?;
        if known.start.text.is_some() {
            return Ok(known);
        }
        let again = Arc::new(Opened::read(known.id.clone(), known.start.clone(), &self.registry)?);
        // A nested file may have changed while the text is the same.
        let unchanged = again.file.text() == known.file.text()
            && again.file.nested().ok().is_some_and(|now| known.file.nested().is_ok_and(|then| now == then));
        if unchanged && again.file.nested().is_ok_and(|nested| nested.is_empty()) {
            return Ok(known);
        }
        self.replace(&again);
        Ok(again)
    }

    fn replace(&self, again: &Arc<Opened>) {
        if again.id.is_empty() {
            *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(again));
            return;
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.iter_mut().filter(|one| one.id == again.id).for_each(|one| *one = Arc::clone(again));
    }

    /// Opens another system: its number.
    pub(crate) fn open(&self, start: Start) -> Result<String, Trouble> {
        let id = (self.opened.fetch_add(1, Ordering::Relaxed) + 1).to_string();
        let opened = Opened::read(id.clone(), start, &self.registry)?;
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.len() >= OPEN {
            others.remove(0);
        }
        others.push(Arc::new(opened));
        Ok(id)
    }

    /// The folder in which systems are: that of the first, or the current one.
    pub(crate) fn root(&self) -> PathBuf {
        self.root.clone()
    }

    /// What work gives that is done on a thread that runs experiments.
    ///
    /// # Errors
    /// Those of the work.
    pub(crate) fn within<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T, Trouble> + Send,
    ) -> Result<T, Trouble> {
        let (mut work, mut done) = (Some(work), None);
        self.host.within(&mut || done = work.take().map(|work| work()));
        done.unwrap_or_else(|| Err(Trouble::refused("the work was not done")))
    }

    /// Held while a file is written.
    pub(crate) fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The card of a system whose text has not changed.
    pub(crate) fn card(&self, path: &str, text: &str) -> Option<Card> {
        let cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        cards.iter().find(|(own, card)| card.path == path && own == text).map(|(_, card)| card.clone())
    }

    /// Keeps a card.
    pub(crate) fn keep_card(&self, text: &str, card: &Card) {
        let mut cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        cards.retain(|(_, known)| known.path != card.path);
        cards.push((text.to_owned(), card.clone()));
    }

    /// A place for a stream of runs.
    pub(crate) fn place(self: &Arc<Self>) -> Result<Place, Trouble> {
        if self.running.fetch_add(1, Ordering::SeqCst) >= STREAMS {
            self.running.fetch_sub(1, Ordering::SeqCst);
            return Err(Trouble::busy());
        }
        Ok(Place(Arc::clone(self)))
    }
}
