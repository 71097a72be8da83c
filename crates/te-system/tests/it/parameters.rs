//! Which parameters events can change: of every built-in kind.

#[test]
fn every_parameter_that_an_event_may_change_is_read_while_a_run_goes_on() {
    te_testkit::changes::every_parameter(&te_system::built_in(), &[]);
}
