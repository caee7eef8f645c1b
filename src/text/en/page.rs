//! Header, strip, playback and foot.

use super::controls;
use super::words::number;
use crate::scenario::Edit;
use crate::share::PlayPace;
use crate::text::{About, Page, PlaybackText, Term};

pub const PAGE: Page = Page {
    mark: ("STARTTLS", "lab"),
    places: "Places",
    places_here: |here| format!("Places: {here}"),
    actions: "Actions",
    scenario: "Scenario",
    share: "Share",
    help: "Help: keyboard and glossary",
    theme: "Theme: switch between light and dark",
    watch: "In short:",
    preset,
    changed_from: |name| format!("Changed from: {name}"),
    cell: |policy, situation| format!("{policy} · {situation}"),
    as_before: "The same becomes of it as before the change.",
    was: |was| format!("Was: {was}."),
    extent: "How much is shown",
    so_far: "So far",
    the_end: "Show the end",
    in_grid: "A cell of the table:",
    back_to_grid: "Back to the table",
    step: |number, count| format!("Step {number} of {count}"),
    changed: "Changed:",
    reset: "Reset",
    edit,
    grid: "Policies",
    link_copied: "The link to what is shown here is copied.",
    link_not_copied: "The browser did not allow copying. The link stands in the address bar: it is always that of this view.",
    text_copied: "Copied.",
    text_not_copied: "The browser did not allow copying. Select the text and copy it by hand.",
    dismiss: "Dismiss",
};

fn preset(name: &str) -> Term {
    let (name, meaning) = match name {
        "book" => (
            "The session in the book",
            "`STARTTLS` is offered in clear and gone inside TLS. `AUTH` offers `NTLM` alone before it, `LOGIN` and `PLAIN` as well after.",
        ),
        "book-tls13" => (
            "The same session with TLS 1.3",
            "the certificate, readable in TLS 1.2, is sealed here, and the client greets again one round trip earlier.",
        ),
        "book-login" => (
            "Logging in with a password",
            "`LOGIN` is not offered in clear. The password waits until the session is sealed, and goes out right after.",
        ),
        "ntlm-clear-weak" => (
            "NTLM in clear, with a weak password",
            "three messages, and no password in them. Names and proof are readable all the same: whoever records them can guess at home.",
        ),
        "ntlm-clear-strong" => (
            "NTLM in clear, with a good password",
            "the same names are readable, and guessing comes to nothing. Compare with the weak one: the proof alone differs.",
        ),
        "ntlm-inside-tls" => (
            "NTLM inside TLS",
            "a listener sees sizes. The challenge is given to any stranger all the same, after `STARTTLS`.",
        ),
        "ntlm-wrong" => (
            "NTLM with a wrong password",
            "a new challenge at each try, the same `535` for whatever reason, and at the third failure the server hangs up with `421`.",
        ),
        "login-to-impostor" => (
            "A password for an impostor",
            "the session is sealed, and nobody looked at the certificate. The attacker reads name and password, and has them for good.",
        ),
        "ntlm-to-impostor" => (
            "NTLM to an impostor, who relays it",
            "he gets no password, and `235` at the receiver all the same: one session, and a mail as the sender. Then require the binding at both ends.",
        ),
        "book-250" => (
            "The book's misprint, played for real",
            "the server answers `250` where only `220` lets TLS begin. It waits for TLS, the sender goes on in clear, and the connection dies.",
        ),
        "book-2009" => (
            "The book's session in the TLS of 2009",
            "TLS 1.0 with `TLS_RSA_WITH_AES_128_CBC_SHA`, as an Exchange 2010 on Windows Server 2008 would have spoken it. The client encrypts the secret to the key of the certificate.",
        ),
        "postfix" => (
            "Two servers of today",
            "TLS 1.3, no `AUTH` at all in clear, and commands that travel in groups because the server offers `PIPELINING`.",
        ),
        "not-offered" => (
            "STARTTLS is not offered",
            "opportunistic means taking what is there. Without the offer the mail goes out readable, and nobody is told.",
        ),
        "refused-454" => (
            "STARTTLS is refused",
            "the server advertises `STARTTLS` and answers `454`. Nothing has begun, so the same session goes on in clear.",
        ),
        "required-not-offered" => (
            "TLS is required, but not offered",
            "a sender that requires TLS says `QUIT` where another would say `MAIL`. The mail stays in its queue.",
        ),
        "server-requires-tls" => (
            "The server requires TLS",
            "this sender never uses TLS, and this server answers `530` until it does. The mail goes back to its author.",
        ),
        "internal-ca" => (
            "A certificate from an internal CA",
            "the sender does not know the issuer, and takes the certificate all the same. Nobody listens in, but nobody proved who is there.",
        ),
        "self-signed" => (
            "A self-signed certificate",
            "it proves nothing, and still keeps every passive listener out: the chain fails, the session is sealed.",
        ),
        "verify-or-clear" => (
            "Verify, or else send in clear",
            "the certificate has expired, so this sender leaves a sealed session and sends the same mail readable. Compare with opportunistic.",
        ),
        "verified-wrong-name" => (
            "A valid certificate is required",
            "the chain passes and the name does not. The sender says `QUIT` inside TLS, and the mail stays in its queue.",
        ),
        "legacy-no-tls" => (
            "Legacy Exchange, and a partner without TLS",
            "Exchange 2003 with “TLS encryption” ticked knows no way back: the partner does not offer `STARTTLS`, and the mail waits.",
        ),
        "domain-secured" => (
            "Domain Security that works",
            "the server asks for a certificate in the handshake, and judges it at `MAIL FROM`. The message gets the mark in Outlook.",
        ),
        "list-forgotten" => (
            "The partner forgot his list",
            "the sender has verified the server, and nobody asked the sender for a certificate. Delivered, and no mark.",
        ),
        "client-certificate-missing" => (
            "The client's certificate is missing",
            "the handshake succeeds all the same. Only `MAIL FROM` is refused, with `530`, and the mail goes back to its author.",
        ),
        "domain-wrong-name" => (
            "Domain Security and a wrong name",
            "the server's certificate is trusted and names another domain. The sender leaves inside TLS, and the queue says `454 4.7.5`.",
        ),
        "default-self-signed" => (
            "Default certificates on both sides",
            "what Setup installs is good enough for opportunistic TLS, and fails here until each side imports the other's.",
        ),
        "hygiene-relay" => (
            "A hygiene service in the path",
            "the domain's MX has a valid certificate in its own name. Domain Security wants the recipient's, so the mail waits.",
        ),
        "relay-forwards" => (
            "What the hygiene service sends on",
            "the sender has verified the MX, and the mail arrives there. On the second hop the receiver asks the relay to prove the sender's domain.",
        ),
        "stripped" => (
            "STARTTLS is stripped on the path",
            "one overwritten keyword, and an opportunistic sender sends readable mail without noticing.",
        ),
        "impostor" => (
            "An impostor in the receiver's place",
            "the session is sealed, to the wrong end. He reads the mail and sends it on, and nobody is told.",
        ),
        "hub-to-hub" => (
            "From Hub to Hub",
            "a second door, `X-ANONYMOUSTLS`: a self-signed certificate that nobody asks about, another list inside, and a login that is only a box here.",
        ),
        "hub-to-stranger" => (
            "The other door, to a stranger",
            "the server of another organisation offers it, too. TLS comes up, no ticket is to be had, and the mail waits: encryption is not acquaintance.",
        ),
        "hub-to-edge" => (
            "From Hub to Edge",
            "each knows the other's self-signed certificate from the directory. TLS is the login, and no other follows.",
        ),
        "old-client" => (
            "A client of 2003",
            "its list has nothing that a server of today takes. One alert, and the opportunistic sender sends the mail readable.",
        ),
        "old-client-requires-tls" => (
            "A client of 2008 that requires TLS",
            "the same alert, and no way back: the mail waits in the queue until somebody updates the sender.",
        ),
        "old-server" => (
            "A server of 2003",
            "a modern ClientHello meets a server with an old list. It finds nothing that it has, and says so with an alert.",
        ),
        "null-suite" => (
            "TLS without a cipher",
            "`TLS_RSA_WITH_NULL_SHA` stands in both old lists. The handshake succeeds, and the eavesdropper reads the mail inside TLS.",
        ),
        "export-40" => (
            "A suite for export",
            "the cipher has 40 secret bits, few enough to try them all. The secret is encrypted to a short key of 512 bits that the server sends beside its certificate.",
        ),
        "ssl3-fallback" => (
            "Back to SSL 3.0",
            "the sender offers nothing newer, as programs did when TLS had failed. This server takes it, and the mail goes out sealed with RC4.",
        ),
        "rsa-stolen-key" => (
            "The key, stolen later",
            "the sender encrypts the secret of the session to the server's RSA key. Press “Steal the server's key” in the Eavesdropper: the recording opens.",
        ),
        "forward-secret" => (
            "The key, stolen in vain",
            "the same mail, key and cipher, and a key exchange made for this session alone (ECDHE). Press “Steal the server's key” in the Eavesdropper: nothing opens.",
        ),
        "no-common-version" => (
            "No TLS version in common",
            "the handshake fails, and the mail is delivered in clear over a second connection. The first is never used again.",
        ),
        "post-quantum" => (
            "Ready for the quantum computer",
            "the key exchange is `X25519MLKEM768`. The hellos are long, and whoever records the session cannot open it by any way known.",
        ),
        "resumed" => (
            "The second try resumes the first",
            "the server puts the mail off with `450`. Five minutes later the sender comes again with a ticket: one session goes on, and no certificate is shown.",
        ),
        "retry-request" => (
            "The wrong guess at the group",
            "the sender leads with `X25519MLKEM768`, which this server does not have. A HelloRetryRequest, a second hello, and one round trip more.",
        ),
        _ => ("", ""),
    };
    Term { name, meaning }
}

pub(super) fn edit(edit: Edit) -> String {
    format!("{}: {}", (controls::CONTROLS.field)(edit), value(edit))
}

pub(super) fn value(edit: Edit) -> String {
    match (edit, (controls::CONTROLS.value)(edit).name) {
        (Edit::Clock(clock), _) => clock.moment().utc(),
        (_, "") => edit.value(),
        (_, name) => name.to_owned(),
    }
}

pub const PLAYBACK: PlaybackText = PlaybackText {
    bar: "Playback",
    first: "First",
    previous: "Previous",
    play: "Play",
    pause: "Pause",
    next: "Next",
    last: "Last",
    step: "Step",
    speed: "Speed of playing",
    pace: |pace| match pace {
        PlayPace::Slow => "slow",
        PlayPace::Normal => "normal",
        PlayPace::Fast => "fast",
    },
    value: |step, steps, point| format!("step {step} of {steps}, point {point}"),
};

pub const ABOUT: About = About {
    heading: "About this lab",
    real: Term {
        name: "What is real",
        meaning: "The SMTP client and server, TLS on both ends by rustls, the keys, and the certificates, which are made when a run starts. Every octet shown was sent by one end and read by the other. An end with the suites of Windows Server 2003 or 2008 has an engine of the lab's own in rustls's place, for nothing but this: it is not safe for anything else.",
    },
    modelled: Term {
        name: "What is modelled",
        meaning: "The network (10 ms each way, nothing lost), the clock, and chance: all randomness comes from the seed, so a link shows everybody the same octets. There is no DNS, and one account. The replies in Exchange's words are those observed of Exchange 2013; that Exchange 2010 says the same is presumed. TLS 1.2 is the oldest that rustls speaks; a server of 2009 would have used TLS 1.0, as in the scenario “The book's session in the TLS of 2009”.",
    },
    sources: Term {
        name: "Where it is written",
        meaning: "SMTP: RFC 5321. STARTTLS: RFC 3207. AUTH: RFC 4954. Enhanced codes: RFC 2034. PIPELINING: RFC 2920. SIZE: RFC 1870. CHUNKING: RFC 3030. DSN: RFC 3461. TLS 1.2: RFC 5246 and 8422. TLS 1.3: RFC 8446. The log is the book's; where the book and the RFCs differ, the page says so.",
    },
    fingerprint: |octets| format!("{} octets went over the wire. SHA-256:", number(octets)),
    fingerprint_note: "The command line prints the same digest for the same link.",
};
