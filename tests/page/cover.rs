//! The cover: it is in index.html before the page is there, as the page draws it, and what it says of its mail is true of the run.

use starttls_lab::scenario::{Certificate, ClientPolicy, Path};
use starttls_lab::share;
use starttls_lab::text::EN;
use starttls_lab::ui::state::cover::{HERE, SEND};
use starttls_lab::ui::state::{State, Theme};
use starttls_lab::ui::study::Study;
use starttls_lab::ui::view::{Page, PageProps};
use std::rc::Rc;
use yew::{Callback, LocalServerRenderer};

async fn drawn(link: &str) -> String {
    let state = State::new(share::read(link), Theme::Light);
    let study = Rc::new(Study::of(&state.run.scenario));
    let (on, perform) = (Callback::noop(), Callback::noop());
    let props = PageProps {
        text: &EN,
        state,
        seen: study.clone(),
        study,
        halts: Rc::default(),
        was: None,
        other: Rc::default(),
        endings: Rc::default(),
        on,
        perform,
    };
    LocalServerRenderer::<Page>::with_props(props).hydratable(false).render().await
}

/// `BLESS=1 cargo test --test page cover` writes the file anew.
#[tokio::test(flavor = "current_thread")]
async fn the_cover_drawn_in_advance_is_the_one_that_the_page_draws() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/cover.html");
    let drawn = drawn(HERE).await;
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &drawn).expect("it can be written");
    }
    let kept = std::fs::read_to_string(path).expect("static/cover.html");
    assert!(kept == drawn, "the cover is another: BLESS=1 cargo test --test page cover");
    assert!(!drawn.contains("style=") && !drawn.contains(" onclick"), "the page's policy refuses what is inline");
}

#[tokio::test(flavor = "current_thread")]
async fn the_cover_is_the_same_whatever_runs_behind_it() {
    assert_eq!(drawn("#v=2&preset=stripped&end=on&view=cover").await, drawn(HERE).await);
}

#[test]
fn what_the_cover_says_of_its_mail_is_so() {
    let text = &EN.cover;
    let scenario = share::read(SEND).scenario;
    let study = Study::of(&scenario);
    assert_eq!(study.hosts(0), (text.sender[1].to_owned(), text.receiver[1].to_owned()));
    assert_eq!((scenario.policy, scenario.server_certificate), (ClientPolicy::Opportunistic, Certificate::SelfSigned));
    // Who listens is there in any run, and does no more.
    assert_eq!(scenario.path, Path::Direct);
    let recipient = format!("RCPT TO:<{}>", text.mail.1);
    assert!(study.trace.streams.iter().any(|stream| String::from_utf8_lossy(&stream.bytes).contains(&recipient)));
}

#[test]
fn the_lines_on_the_cover_are_the_book_s() {
    let book = include_str!("../../src/story/printed.txt");
    for (number, line) in EN.cover.printed {
        assert!(book.lines().any(|printed| printed == format!("{number} {line}")), "{number} {line}");
    }
}
