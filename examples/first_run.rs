//! The first thing to read: a scenario from a link, a run of it, and what the run comes to.
//!
//! ```text
//! cargo run --example first_run -- '#preset=book&starttls=unavailable'
//! ```

use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::share;
use starttls_lab::story::say::{self, Facts};
use starttls_lab::story::{Part, Point, Status, Story};
use starttls_lab::text::EN;

/// The link is what follows the page's address. What it gets wrong is left out of the scenario and noted in `notices`.
pub fn told(link: &str) -> String {
    let scenario = share::read(link).scenario; // which mail systems meet, and how each is set
    let trace = run(&scenario); // every octet that was sent, and every fact that was established
    let reading = dissect(&trace); // what the octets mean, with the keys from the trace's own key log
    let story = Story::of(&trace, &reading); // the seven points of a session, and what became of the mail
    let facts = Facts { trace: &trace, reading: &reading, story: &story };

    // Words are made in `text/`, and nowhere else.
    let chapter = story.first(); // of the first connection: each has its own
    let point = |point: &Point| {
        let (sign, part) = (if point.status == Status::Reached { "+" } else { "-" }, Part::Point(point.checkpoint));
        format!("{sign} {} {}\n", point.checkpoint.number(), (EN.points.name)(&say::point(facts, chapter, part)))
    };
    let points: String = chapter.points.iter().map(point).collect();
    points + (EN.outcome.headline)(say::headline(facts))
}

fn main() {
    let link = std::env::args().nth(1).unwrap_or_else(|| "#preset=book".to_owned());
    println!("{}", told(&link));
}
