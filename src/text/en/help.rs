//! Keys, marks and glossary.

use crate::text::{Help, Term};

const fn term(name: &'static str, meaning: &'static str) -> Term {
    Term { name, meaning }
}

pub const HELP: Help = Help {
    title: "Keyboard and glossary",
    close: "Close",
    keys: "Keys",
    key: &[
        (&["←", "→"], "one step back, one step on"),
        (&["Home", "End"], "first step, last step"),
        (&["1", "…", "7"], "go to a point of the log"),
        (&["Space"], "play and pause"),
        (&["P"], "the stage: large, for a room"),
        (&["PageUp", "PageDown"], "on the stage: back, next"),
        (&["B", "V", "Esc"], "on the stage: blank, verdict, leave"),
        (&["?"], "this list"),
        (&["Esc"], "close this list"),
    ],
    marks: "Marks in the log",
    mark: &[
        ("→  ←", "readable on the wire, from the client and from the server"),
        ("~>  <~", "inside TLS, from the client and from the server"),
        ("∙", "nothing was sent: an end decided, forgot, stored or closed"),
    ],
    glossary: "Words",
    terms: &[
        term(
            "STARTTLS",
            "The SMTP command that turns the open connection into TLS. Answered `220` (go ahead), `454` (not now) or `501` (it takes no parameter).",
        ),
        term("EHLO keyword", "One line of the server's list of abilities. Forgotten when TLS starts."),
        term(
            "Sealed",
            "Inside TLS: encrypted, and protected against change. A wiretap sees only that a record went by, and how long it was.",
        ),
        term(
            "Opportunistic TLS",
            "Encrypt if it is offered, take any certificate, send in clear if it is not. Stops listeners; does not stop someone who sits on the path and changes what passes.",
        ),
        term(
            "Stripping",
            "Removing `STARTTLS` from the server's reply on its way, or forging a refusal: an attacker does it, and so does a firewall that inspects SMTP. An opportunistic sender then sends in clear.",
        ),
        term("Capability, extension", "What `EHLO` advertises: `SIZE`, `PIPELINING`, `AUTH` and so on."),
        term(
            "AUTH mechanism",
            "A way to log in. `PLAIN` and `LOGIN` send the password itself, only dressed in base64; `NTLM` answers a challenge instead.",
        ),
        term(
            "NTLM",
            "Windows' own login, in three messages: NEGOTIATE, CHALLENGE, AUTHENTICATE. The password stays at home, but who records the messages in clear can try words on them.",
        ),
        term(
            "MIC",
            "Message integrity code: in NTLM a hash over all three messages, so that none of them can be altered. It does not keep anybody from passing them on as they are.",
        ),
        term(
            "Channel binding",
            "In NTLM a hash of the certificate that the client saw, under its proof: at a server with another certificate the proof is worth nothing.",
        ),
        term("Envelope", "Sender and recipients as given by `MAIL` and `RCPT`. They need not be those in the message."),
        term(
            "Handshake",
            "The exchange in which both ends agree on a TLS version and keys, and the server shows its certificate.",
        ),
        term("Flight", "Messages that one end sends before it has to wait for the other."),
        term(
            "Record",
            "The unit that TLS puts on the wire: a header of five octets, and up to 16,384 octets of content.",
        ),
        term(
            "Cipher suite",
            "The algorithms of a session in one name: key exchange, authentication, encryption, hash. TLS 1.3 names only the last two.",
        ),
        term("SNI", "The name of the server that the client wants, sent in the first message, in clear."),
        term(
            "Certificate chain",
            "The server's certificate and those that vouch for it, up to a trust anchor: a root that the verifier accepts without proof.",
        ),
        term(
            "MAC",
            "A sum over a record that only who has the key can make: it shows that no bit was changed on the way. An AEAD has a tag for that.",
        ),
        term("Forward secrecy", "Whoever steals the server's key later cannot open sessions recorded before."),
        term(
            "Group",
            "Of the key exchange: a curve such as X25519 on which both ends choose a point, their share, or a hybrid of one with ML-KEM.",
        ),
        term(
            "HelloRetryRequest",
            "The server's answer to a client that guessed the group wrong: it names another one, and the client sends its hello again.",
        ),
        term(
            "Resumption",
            "A new connection goes on with the secret of an earlier session, by a ticket that the server gave. No certificate is shown again.",
        ),
        term(
            "Greylisting",
            "A server puts off mail from whom it does not know yet, with `450`. Who has a queue comes again.",
        ),
        term(
            "Post-quantum",
            "Made so that a large quantum computer does not break it. ML-KEM is; X25519 and the other curves are not, and who records today may have one later.",
        ),
        term("Alert", "A TLS message that ends a session, in order (close_notify) or because of an error."),
        term(
            "X-ANONYMOUSTLS",
            "Exchange's private twin of `STARTTLS`, for servers of one organisation. Anonymous means that the certificate need not prove who it is; the cipher suites are ordinary ones.",
        ),
        term(
            "X-EXPS",
            "The login between Exchange servers of one organisation, by Kerberos or NTLM. That it is offered opens no door: only such servers can finish it.",
        ),
        term(
            "Direct trust",
            "A certificate counts because the directory holds that very one, as of an Edge and the Hubs that it is subscribed to. Who signed it does not matter.",
        ),
        term(
            "Dot-stuffing",
            "A line of the message that begins with a dot gets a second one on the way, so that it cannot be taken for the end of the message.",
        ),
    ],
};
