//! Markup, controls and characters that turn the direction of writing, in everything that comes from outside and is shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use starttls_lab::bytes::{printable, printable_lines};
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::field::leaves;
use starttls_lab::files::{Format, json, write};
use starttls_lab::scenario::{Choice, Side};
use starttls_lab::share::{self, Fold, Tab};
use starttls_lab::smtp::{Delivery, Mechanism};
use starttls_lab::story::Story;
use starttls_lab::story::rows::At;
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;
use starttls_lab::tls::{Cause, Failure};
use starttls_lab::trace::{Meeting, Recorder, Source, SourceKind, Trace, What};
use starttls_lab::ui::state::{Playback, State, Theme};
use starttls_lab::ui::study::{Spot, Study};
use starttls_lab::ui::view::{Page, PageProps};
use std::rc::Rc;
use yew::{Callback, LocalServerRenderer};

const MARKUP: &str = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'&";
/// Right-to-left override, isolates, zero width, a line separator, an escape sequence of a terminal, BEL.
const TURNS: &str = "\u{202E}gpj.exe\u{2066}\u{200B}\u{2028}\u{1B}[31m\u{7}\u{FEFF}";

/// A character that does something to what stands beside it.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[test]
fn what_acts_becomes_an_escape_and_everything_else_stays() {
    let shown = printable(TURNS.as_bytes());
    assert_eq!(shown, r"\u{202e}gpj.exe\u{2066}\u{200b}\u{2028}\u{1b}[31m\u{7}\u{feff}");
    assert_eq!(printable("Grüße, שלום, 你好, 🙂".as_bytes()), "Grüße, שלום, 你好, 🙂");
    assert_eq!(printable(b"a\r\nb\0\xFF"), "a\\r\\nb\\u{0}\u{FFFD}");
    assert_eq!(printable_lines(b"a\r\nb\tc\rd\n\x7F"), "a\r\nb\tc\\rd\n\\u{7f}");
}

/// A trace in which the greeting, the list, the commands, the message and its header hold all of it, with a session by which it could
/// have come about.
fn hostile() -> Trace {
    let mut recorder = Recorder::import(Source { kind: SourceKind::Capture, name: String::new() }, None);
    recorder.open(Meeting::UNKNOWN);
    let mut say = |who, text: &str| recorder.sent_clear(who, format!("{text}\r\n").as_bytes(), false);
    say(Side::Server, &format!("220 {MARKUP}{TURNS} ready"));
    say(Side::Client, &format!("EHLO {MARKUP}{TURNS}"));
    say(Side::Server, &format!("250-{TURNS}{MARKUP}\r\n250-X-{MARKUP} {TURNS}\r\n250-AUTH {MARKUP}\r\n250 {TURNS}"));
    say(Side::Client, &format!("MAIL FROM:<{MARKUP}{TURNS}@{TURNS}> {MARKUP}={TURNS}"));
    say(Side::Server, &format!("250 2.1.0 {MARKUP}{TURNS}"));
    say(Side::Client, &format!("RCPT TO:<{TURNS}@{MARKUP}>"));
    say(Side::Server, "250 ok");
    say(Side::Client, &format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{MARKUP}\0{TURNS}"))));
    say(Side::Server, "235 ok");
    say(Side::Client, "DATA");
    say(Side::Server, &format!("354 {TURNS}"));
    let message = format!(
        "Subject: {MARKUP}{TURNS}\r\nFrom: {MARKUP}{TURNS} <a@b.example>\r\nX-{MARKUP}: {TURNS}\r\n\r\n{MARKUP}\r\n{TURNS}\r\n"
    );
    recorder.sent_clear(Side::Client, format!("{message}.\r\n").as_bytes(), true);
    recorder.stored(format!("{MARKUP}{TURNS}@b.example"), vec![format!("{TURNS}{MARKUP}")], message.as_bytes(), false);
    recorder
        .event(Side::Server, What::Authenticated { mechanism: Mechanism::Plain, identity: format!("{MARKUP}{TURNS}") });
    recorder.altered(Side::Server, format!("250-{MARKUP}{TURNS}").as_bytes());
    recorder.event(Side::Server, What::Stripped(vec![format!("{MARKUP}{TURNS}")]));
    let failure = Failure { cause: Cause::Setup(format!("{MARKUP}{TURNS}")), alert: None };
    recorder.event(Side::Client, What::TlsFailed(failure));
    recorder.event(Side::Client, What::Settled(Delivery::Delivered));
    let trace = recorder.finish(Vec::new());
    // As it is read from a foreign file.
    json::read(&json::write(&trace)).expect("a trace")
}

#[test]
fn a_hostile_session_is_inert_in_every_field_and_every_file() {
    let trace = hostile();
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let mut seen = 0;
    for id in 0..trace.events.len() {
        for layer in reading.layers(&trace, id) {
            for leaf in leaves(&layer.fields) {
                assert!(!leaf.value.chars().any(acts), "{:?}", leaf.value);
                seen += 1;
            }
        }
        if let Some(line) = reading.line(id) {
            assert!(!line.text.replace("\r\n", "").chars().any(acts), "{:?}", line.text);
        }
    }
    assert!(seen > 20);
    let facts = Facts { trace: &trace, reading: &reading, story: &story };
    for format in [Format::Transcript, Format::Listing, Format::SendLog, Format::ReceiveLog, Format::Svg] {
        let text = String::from_utf8(write(format, facts, &EN)).expect("text");
        let plain = text.replace("\r\n", "\n");
        assert!(!plain.chars().any(acts), "{format:?}");
        if format == Format::Svg {
            assert!(!text.contains("<img") && !text.contains("<script"));
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_hostile_session_is_inert_in_every_view() {
    let shared = share::read("preset=not-offered");
    let study = Rc::new(Study::read(hostile()));
    let mut shown = String::new();
    for id in 0..study.trace.events.len() {
        for &tab in Tab::ALL {
            let mut state = State::new(shared.clone(), Theme::Light);
            state.playback = Playback::at(Spot::At(At::Event(id)));
            (state.shown.tab, state.help) = (tab, true);
            // Everything that can be unfolded is.
            state.shown.open = Fold::ALL.iter().fold(state.shown.open, |open, &fold| open.with(fold, true));
            let props = PageProps {
                text: &EN,
                state,
                study: study.clone(),
                seen: study.clone(),
                halts: Rc::default(),
                was: None,
                other: Rc::default(),
                endings: Rc::default(),
                on: Callback::noop(),
                perform: Callback::noop(),
            };
            shown.push_str(&LocalServerRenderer::<Page>::with_props(props).hydratable(false).render().await);
        }
    }
    assert!(shown.contains("&lt;script&gt;"), "it is shown");
    assert!(!shown.contains("<img src=x") && !shown.contains("<script"));
    let shown = shown.replace("\r\n", "\n");
    if let Some(at) = shown.find(acts) {
        let before: Vec<char> = shown[..at].chars().rev().take(300).collect();
        panic!("it acts behind {:?}", before.into_iter().rev().collect::<String>());
    }
}
