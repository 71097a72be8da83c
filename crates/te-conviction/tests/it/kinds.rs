//! The registered kind with parameters drawn inside their bounds. Its rows are those of recorded runs, see `replay`.

use std::path::Path;
use std::time::Duration;
use te_core::Registry;
use te_testkit::bounds::{self, Expected};
use te_testkit::reference;

fn registry() -> Registry {
    let mut registry = Registry::new();
    te_conviction::register(&mut registry);
    registry
}

/// Its draws cannot be switched off: runs recorded in the published model are replayed draw by draw instead.
#[test]
fn every_kind_has_a_reference() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-conviction"));
    for trace in
        ["trace_default_seed1.json.gz", "trace_altparams_seed5.json.gz", "trace_small_n5_m2_seed11.json.gz"]
    {
        assert!(folder.join(trace).is_file(), "{trace}");
    }
    reference::every_kind(&registry(), folder, &[("conviction/voting", "trace_*.json.gz, in `replay`")]);
}

/// Under the published rules a run may end where the accepted proposals ask for more than the pool; the error names `beta` and
/// `rules`. Most pairs of counts drawn between their edges are beyond what may be founded. The largest communities gather three
/// million links of support in 200 days: some seconds of work, more on a busy machine.
#[test]
fn every_kind_keeps_its_bounds() {
    let published = Expected { domain: 0.3, refused: 0.9, time: Duration::from_secs(180) };
    bounds::every_kind(&registry(), &[("conviction/voting", published)]);
}
