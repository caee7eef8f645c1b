//! What is read off a run: its points and outcome, what leaks to a listener, and two runs beside each other.

#[path = "../common/capture.rs"]
mod capture;
#[path = "../common/scenarios.rs"]
mod scenarios;

mod account;
mod advice;
mod compare;
mod decided;
mod edges;
mod flip;
mod flights;
mod mark;
mod ntlm;
mod parts;
mod records;
mod revocation;
mod points;
mod rail;
mod say;
mod sentences;
mod so_far;
mod stolen;
mod wiretap;

use starttls_lab::dissect::dissect;
use starttls_lab::scenario::Scenario;
use starttls_lab::share;
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::trace::Trace;

/// The scenario of a link that is taken as it is.
fn linked(link: &str) -> Scenario {
    let shared = share::read(link);
    assert!(shared.notices.is_empty(), "{link}: {:?}", shared.notices);
    shared.scenario
}

/// Reads a trace, and looks at what there is to claim of it.
fn with<T>(trace: &Trace, look: impl FnOnce(Facts<'_>) -> T) -> T {
    let reading = dissect(trace);
    let story = Story::of(trace, &reading);
    look(Facts { trace, reading: &reading, story: &story })
}
