//! Sheets to print: the handout of a run, its exercise, a plan for a class, and tasks. The key of each task was read from its run.

use crate::share::Sheet;
use crate::text::{ClassPlan, SheetWords};

pub const SHEETS: SheetWords = SheetWords {
    name: "Print",
    intro: "Sheets of the run on show and for a class. In a lesson, exercise and plan are of all its runs. Sheets show how it ends.",
    sheet: |sheet| match sheet {
        Sheet::Handout => "Handout",
        Sheet::Exercise => "Exercise",
        Sheet::ExerciseKey => "Exercise: answers",
        Sheet::Plan => "Class plan",
        Sheet::Tasks => "Tasks",
        Sheet::TasksKey => "Tasks: answers",
    },
    print: "Print this sheet",
    sender: "Sender",
    path: "Path",
    receiver: "Receiver",
    certificate: "Receiver's certificate",
    notes: "Notes to the points",
    decisions: "Decisions",
    marks: "→ ← readable on the wire; ~> <~ inside TLS; ∙ nothing was sent. Numbers are steps; those in rings the points.",
    student: "Name",
    before: "Before the run",
    tick: "Tick one, and say why:",
    during: "During the run",
    at_step: |step| format!("after step {step}"),
    rest: "After the run",
    other_policies: "One switch at a time: the sender's policy. What becomes of the mail?",
    what_becomes: "What becomes of it",
    to: "The run:",
    to_lesson: "The lesson:",
    page: "The page:",
    behind: "What begins with # at a task goes behind it.",
    class: "STARTTLS in class",
    stage: "On a wall: P opens the stage; PageDown goes on, PageUp back; V shows the verdict, B blanks the screen, Esc leaves.",
    columns: ["Stop", "Questions and answers", "Take away"],
    plan: PLAN,
};

const PLAN: ClassPlan = ClassPlan {
    parts: &[
        (
            "A lesson of 45 minutes: one screen",
            &[
                "0–3 · The session in the book, before it runs. Show of hands: would it arrive, and who could read it?",
                "3–12 · Stop 1 and 2 of “Six twists”: seven points, one sentence each. Stop at each question.",
                "12–18 · Not offered; stripped. Ask why the offer is missing before the altered line is shown.",
                "18–26 · Required; impostor. Let the class choose the next switch.",
                "26–36 · Domain Security that works; then the client's certificate is missing.",
                "36–42 · Policies: find the row in which an attacker gets delay only, and the column in which even that row falls (mis-issued).",
                "42–45 · Hands again, for Postfix with an impostor.",
                "On the board at the end: what is offered? what does the sender do? who is on the path? who has proved what?",
            ],
        ),
        (
            "A lab of 90 minutes: in pairs",
            &[
                "10 minutes: keys and marks. Step through the book, one sentence for each point.",
                "15 minutes: tasks 1 to 3. 20 minutes: tasks 4 to 7. 20 minutes: tasks 8 to 11. 10 minutes: task 12.",
                "10 minutes: an experiment of your own, one of the list in Lessons changed by one switch. Write down the link, a guess, the outcome, and the line that decides.",
                "5 minutes: exchange links. The other pair guesses first.",
                "Hand in the sheet and two links. Needed beforehand: a browser. The page asks no network.",
                "To mark: not by points. A task is done if the line that decides is named; if not, open the link at that line together.",
            ],
        ),
    ],
    tasks: &[
        (
            "preset=book",
            "Which keywords stand in one list only, and which word of AUTH is new inside?",
            "STARTTLS and X-ANONYMOUSTLS (first list only); LOGIN and PLAIN.",
        ),
        (
            "preset=book",
            "Which code does the book print after STARTTLS, and which is on the wire? Who speaks first after the handshake?",
            "250; 220; the client, with EHLO.",
        ),
        (
            "preset=book-tls13",
            "How many milliseconds from ClientHello to the sealed EHLO, here and in the book's session? Why?",
            "20 and 40: one round trip against two, 10 ms a way.",
        ),
        (
            "preset=not-offered",
            "Change one switch so that the mail waits instead. Name the line that decides.",
            "The sender's policy, to “Require TLS” for instance: give up for now, because STARTTLS is not in the list.",
        ),
        (
            "preset=stripped",
            "Which octets did the attacker change, and how many? What would the sender have to require?",
            "STARTTLS to XXXXXXXX, eight letters; TLS: then the mail waits.",
        ),
        (
            "preset=impostor",
            "Which check failed? Try “Require TLS” and “Require the MX's certificate”. Which helps?",
            "The chain (self-signed); only the second: the mail waits.",
        ),
        (
            "preset=postfix&policy=verified&path=misissued",
            "Why does this policy not help here? Name a technique that would.",
            "A trusted CA certified his key; DANE with the receiver's own key in a signed zone.",
        ),
        (
            "preset=verified-wrong-name",
            "Which name was wanted, which was there? Is QUIT readable for a listener?",
            "mx.partner.example, other.example; no, it is inside TLS.",
        ),
        (
            "preset=client-certificate-missing",
            "In which message could the certificate have come? When is the refusal, with which code, and what becomes of the mail?",
            "Certificate of the client, empty here; at MAIL FROM, 530 5.7.1; back to its author.",
        ),
        (
            "preset=default-self-signed",
            "Mend it with as few switches as possible, and say what each mends.",
            "The sender imports the receiver's root (the server's chain), the receiver the sender's (the client's); with the first alone it stops at 454 4.7.5.",
        ),
        (
            "preset=relay-forwards",
            "Who has read the mail? Which certificate was presented at the second hop, for which domain?",
            "The relay; mx.hygiene.example for somorita.com: 454 4.7.5.",
        ),
        (
            "preset=no-common-version",
            "Which alert, from whom? What would have kept the mail secret: another policy, or other versions? Try both.",
            "protocol_version, from the server; “Require TLS”: it waits; a client with TLS 1.3 too: it is sealed.",
        ),
    ],
};
