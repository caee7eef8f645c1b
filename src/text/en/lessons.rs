//! The lessons: what to watch at a stop, and what to take away.

use super::experiments;
use crate::lesson::LessonId;
use crate::text::{LessonText, Lessons};

pub const LESSONS: Lessons = Lessons {
    lesson,
    stop: |stop, all| format!("Stop {stop} of {all}"),
    name: "Lessons",
    intro: "A lesson is a few runs, with one change from most of them to the next. A run halts and asks what will come; guess, and see. No answer is kept or sent.",
    length: |stops, questions| format!("{stops} stops, {questions} questions"),
    start: |title| format!("Begin “{title}”"),
    room: |title| format!("Stage: “{title}”, large, for a room"),
    next: "Next stop",
    next_run: "Next run",
    done: "Lesson done",
    previous: "Previous stop",
    run: |run| format!("Run {run} of this stop"),
    nth: |run| format!("run {run}"),
    leave: "Leave the lesson",
    watch: "Watch",
    takeaway: "Take away",
    visited: |stop, run| format!("Stop {stop}{}", run.map(|run| format!(", run {run}")).unwrap_or_default()),
    ended: "Your lesson, beside the row “Opportunistic” of the policies",
    ended_here: "Your lesson",
    ended_question: "Which switch would you change first?",
    own: "Your own lesson",
    own_intro: "Runs in an order, all in a link. Open a run, set its switches, come back and add it. Begin the lesson, then press Share: that is the link for a class.",
    own_title: "Title",
    untitled: "A lesson of your own",
    add: |run| format!("Add the run on show: {run}"),
    full: "It has as many stops as a link takes.",
    drop: |stop| format!("Take out stop {stop}"),
    changed: "Changed",
    experiments_heading: "Experiments worth trying",
    experiments: experiments::EXPERIMENTS,
};

fn lesson(id: LessonId) -> LessonText {
    match id {
        LessonId::SixTwists => LessonText {
            title: "Six twists",
            aim: "Of any sender and any path, you can say who can read the mail.",
            stops: &[
                (
                    "Guess first, then watch who says what.",
                    "Three things decide: what is offered, what the sender does, who is on the path.",
                ),
                (
                    "The line's colour where TLS begins, and AUTH before and after.",
                    "Sealed is not the same as verified.",
                ),
                ("The list, and what the sender does next.", "Opportunistic means that nobody is told."),
                (
                    "The server's line, and the line that the client reads.",
                    "One changed word undoes TLS, and the sender sees the same as where nothing is offered.",
                ),
                ("The line behind the list.", "The attacker now wins delay, not the mail."),
                (
                    "The checks of the certificate, and the decision behind them.",
                    "Encryption without a name is encryption to whoever is there.",
                ),
                (
                    "What the sender does inside TLS; then, without the attacker, the reply to MAIL FROM.",
                    "Both ends must ask, and both must have something to show.",
                ),
            ],
        },
        LessonId::Certificates => LessonText {
            title: "Certificates",
            aim: "You can say which of four checks fails, and what each policy makes of it.",
            stops: &[
                ("The check, then the decision.", "A failed check does not stop a sender that does not ask."),
                ("The check of the chain, in both runs.", "Trust is what you import."),
                ("Each of the checks, and what the sender says next.", "A good certificate for another is no proof."),
                ("Which checks are made, in both runs.", "A check that is not made cannot fail."),
                ("How often each of the two senders connects.", "Judging without waiting is worse than not judging."),
            ],
        },
        LessonId::DomainSecurity => LessonText {
            title: "Who verifies whom: Domain Security",
            aim: "You can tell the sender's half from the receiver's, and read 530, 454 and 451 at MAIL FROM.",
            stops: &[
                (
                    "Who asks for a certificate, and the reply to MAIL FROM.",
                    "Both sides are verified, each by the other.",
                ),
                ("What the server asks for, and the mark.", "The sender's half works alone."),
                (
                    "The client's Certificate, and the reply to MAIL FROM.",
                    "The refusal comes when the domain is named.",
                ),
                ("The checks on either side, in three runs.", "Each side needs the other's root."),
                (
                    "The mark, and what the sender asked for.",
                    "The mark speaks of the sender's domain, not of the sender's care.",
                ),
            ],
        },
        LessonId::Wiretap => LessonText {
            title: "What a wiretap learns",
            aim: "You can list what is readable in clear, in TLS 1.2 and in TLS 1.3.",
            stops: &[
                ("The eavesdropper's list.", "In clear everything leaks."),
                ("What leaks, and what is kept.", "TLS hides what is said, not that it is said."),
                ("The certificate, in the eavesdropper's list.", "TLS 1.3 hides more, one round trip earlier."),
                ("The partner's certificate, in both runs.", "The name in the first EHLO leaks in both."),
                ("What went before the alert.", "Nothing was delivered, and the sender's address leaked."),
            ],
        },
        LessonId::Passwords => LessonText {
            title: "Passwords: PLAIN, LOGIN, NTLM",
            aim: "You can say when a password may be sent, and who gets it.",
            stops: &[
                ("AUTH before TLS and inside; decode its base64 in Bytes.", "Base64 is a spelling."),
                ("What stands where AUTH would.", "No mechanism that may be used: the mail waits."),
                ("What the attacker reads inside TLS.", "TLS without a name gives the password away."),
                ("What comes before AUTH.", "Verify first, log in then."),
                (
                    "AUTH NTLM, listed in clear.",
                    "What sends no password may be listed in clear, and can still be guessed at home.",
                ),
                ("Guess the password, in the eavesdropper.", "Length saves it, not NTLM."),
                (
                    "One login on two connections; then what the server asks of it.",
                    "No password is lost but a session is, and a binding helps where it is asked for.",
                ),
            ],
        },
        LessonId::OldSuites => LessonText {
            title: "Old suites",
            aim: "You can predict a choice, and say why old and new do not meet.",
            stops: &[
                ("The suite of the ServerHello.", "The first that fits wins, not the strongest."),
                ("One alert, two policies.", "What becomes of the mail is not for TLS to decide."),
                ("What the eavesdropper reads inside TLS.", "TLS without a cipher hides nothing."),
                ("“With the stolen key” in the eavesdropper.", "Forward secrecy is what keeps old recordings shut."),
                ("The key in ServerKeyExchange.", "The weakest part opens all the others."),
                (
                    "The key share; then the messages of the second handshake.",
                    "A session that goes on was judged before.",
                ),
            ],
        },
        LessonId::Reset => LessonText {
            title: "Why the server forgets",
            aim: "You can give the reason for the reset, and name what is kept.",
            stops: &[
                (
                    "What both sides forget, and who speaks first after it.",
                    "What was said in clear may be anybody's, so it does not count.",
                ),
                (
                    "The printed second 220, in the log as printed.",
                    "The book's second 220 was never sent: after the handshake the client speaks first.",
                ),
                ("Who is done first.", "In TLS 1.3 the client may greet before the server knows that all is done."),
            ],
        },
        LessonId::Relays => LessonText {
            title: "Relays and hygiene services",
            aim: "You can say how far each proof reaches.",
            stops: &[
                (
                    "Whose name the certificate bears.",
                    "A valid certificate proves the name that is in it, and no other.",
                ),
                ("Both connections, and the last reply to MAIL FROM.", "The relay keeps what it cannot prove."),
                ("The second hop's decision.", "It is delivered, because nobody asked the relay."),
                ("The headline, and the second hop.", "“Verified” speaks of one hop."),
            ],
        },
        LessonId::Failures => LessonText {
            title: "Reading a failing session",
            aim: "You can find in a log the line that decided, and say whose fault it is.",
            stops: &[
                (
                    "The reply to STARTTLS, and what the sender does then.",
                    "The server's certificate or key is not in order.",
                ),
                ("The alert, and what the sender does then.", "The versions of the two ends do not meet."),
                ("The reply to MAIL FROM.", "A sender that never uses TLS gets its mail back."),
                ("What the sender says inside TLS.", "The receiver's certificate names another."),
                (
                    "What the sender makes of the reply to STARTTLS.",
                    "RFC 3207 says 220; a sender that takes any 2xx goes on.",
                ),
            ],
        },
    }
}
