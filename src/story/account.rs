//! One passive reading of a connection, from its octets alone: what was offered, asked, answered, sealed, shown and sent, and what became
//! of it. Each value names the events that show it, and how sure it is.
//!
//! It reads lines and records ([`Reading`]), never what an end said it knew: so it tells a run and an imported session alike, and
//! tests hold it against what the ends of a run knew. Without keys much of what is inside TLS stays unknown, and is said to be.

use super::Connection;
use super::advertised::{Advertised, advertised};
use crate::dissect::Reading;
use crate::dissect::facts::{MessageFacts, ServerHello};
use crate::dissect::handshake::{Message, MessageKind};
use crate::dissect::record::NotARecord;
use crate::dissect::smtp::{Form, Role};
use crate::registry::{
    CERTIFICATE, CERTIFICATE_REQUEST, CLIENT_HELLO, FINISHED, SERVER_HELLO, SERVER_HELLO_DONE, SERVER_KEY_EXCHANGE,
    Version,
};
use crate::scenario::Side;
use crate::smtp::TlsVerb;
use crate::tls::SessionFacts;
use crate::trace::{EventId, What};

/// How sure a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Certainty {
    /// Octets say it.
    Shown,
    /// It follows from octets, but none of them says it.
    Inferred,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// A value, the events behind it, and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    pub value: Option<T>,
    pub because: Vec<EventId>,
    pub certainty: Certainty,
}

impl<T> Default for Known<T> {
    fn default() -> Known<T> {
        Known { value: None, because: Vec::new(), certainty: Certainty::Unknown }
    }
}

impl<T> Known<T> {
    fn shown(value: T, because: EventId) -> Known<T> {
        Known { value: Some(value), because: vec![because], certainty: Certainty::Shown }
    }

    fn inferred(value: T, because: EventId) -> Known<T> {
        Known { value: Some(value), because: vec![because], certainty: Certainty::Inferred }
    }

    /// The event that settled it.
    pub fn event(&self) -> Option<EventId> {
        self.because.last().copied()
    }
}

/// What the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub version: Version,
    pub suite: u16,
    /// Of the key exchange, where there is a named one.
    pub group: Option<u16>,
}

/// The alert that ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The side that ended it; `None` where the connection just ended.
    pub by: Option<Side>,
    /// `None`, if there was no alert that could be read.
    pub alert: Option<u8>,
}

/// Certificates that a side showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    pub certificates: usize,
    /// Of their DER, together.
    pub octets: usize,
}

/// An AUTH exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLogin {
    pub event: EventId,
    /// As the client named it.
    pub mechanism: String,
    pub inside_tls: bool,
    /// The code that ended it.
    pub answer: Known<u16>,
}

/// A mail transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// MAIL FROM.
    pub event: EventId,
    pub from: String,
    /// Of the RCPT TO that were accepted.
    pub to: Vec<String>,
    /// Its content, the first octets of it.
    pub content: Option<EventId>,
    pub inside_tls: bool,
    pub fate: Known<MailAnswer>,
}

/// What the server said of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAnswer {
    /// It took responsibility. RFC 5321 §4.2.5
    Taken,
    /// It refused with this code.
    Refused(u16),
}

/// How a side ended the connection, as far as SMTP and TLS say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// QUIT or 221.
    Quit,
    /// 421. RFC 5321 §3.8
    Shutdown,
    /// A fatal alert.
    Alert,
}

/// A connection, as its octets show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub connection: u16,
    /// The code of the greeting.
    pub greeting: Known<u16>,
    /// The first list of keywords in clear, and inside TLS.
    pub before: Option<Advertised>,
    pub after: Option<Advertised>,
    /// A verb that starts TLS was sent: which one.
    pub asked: Known<TlsVerb>,
    /// The code of the reply to it.
    pub answered: Known<u16>,
    /// Octets in clear of this side behind STARTTLS or its answer, where TLS should begin: the client's, the server's.
    pub surplus: [Known<usize>; 2],
    /// The client sent the first record of TLS.
    pub began: Known<()>,
    /// What the client asked for by name. RFC 6066 §3
    pub server_name: Option<String>,
    pub chosen: Known<Chosen>,
    /// The handshake was completed at the client, and so is TLS.
    pub up: Known<()>,
    pub failed: Known<Ending>,
    /// The session goes on with the secret of an earlier one. RFC 8446 §2.2, RFC 5077 §3.1
    pub resumed: Known<()>,
    /// Certificates of the client, of the server.
    pub presented: [Known<Presented>; 2],
    /// The server asked for a certificate.
    pub certificate_asked: Known<bool>,
    pub logins: Vec<SeenLogin>,
    pub mails: Vec<Mail>,
    /// The client's, the server's.
    pub goodbye: [Known<Goodbye>; 2],
    /// The last record of the handshake.
    pub last_of_handshake: Option<EventId>,
    /// Records of a side that stayed sealed.
    sealed: [usize; 2],
    /// The message comes in chunks, and this one is the last. RFC 3030 §2
    chunk: Option<bool>,
    finished: [Option<EventId>; 2],
    /// The server has sent ServerHelloDone, so the handshake is a whole one.
    server_done: bool,
}

pub(super) fn of(side: Side) -> usize {
    usize::from(side == Side::Server)
}

impl Account {
    /// Of one connection.
    pub(super) fn of(connection: Connection) -> Account {
        let reading = connection.reading;
        let mut account = Account { connection: connection.number, ..Account::default() };
        account.before = advertised(connection, false);
        account.after = advertised(connection, true);
        for (id, event) in connection.events() {
            if !matches!(event.what, What::Sent { .. }) {
                continue;
            }
            match reading.line(id) {
                Some(line) => {
                    account.surplus(id, event.who, line.sent_before_tls, line.text.len());
                    account.line(reading, id, event.who);
                }
                None => reading.messages(id).iter().for_each(|message| account.message(id, event.who, message)),
            }
        }
        account.conclude(connection.goes_on());
        account
    }

    /// Whether the list in clear has a verb.
    pub fn offered(&self, verb: TlsVerb) -> Known<bool> {
        let Some(list) = &self.before else { return Known::default() };
        match (list.find(verb.name()), list.lines.last()) {
            (Some((_, line)), _) => Known::shown(true, line),
            (None, Some(&last)) if !list.goes_on => Known::shown(false, last),
            (None, _) => Known::default(),
        }
    }

    /// What both ends know once TLS is up.
    pub fn session(&self) -> Option<SessionFacts> {
        let Chosen { version, suite, group } = self.chosen.value.filter(|_| self.up.value.is_some())?;
        Some(SessionFacts {
            version,
            suite,
            group,
            server_name: self.server_name.clone(),
            resumed: self.resumed.value.is_some(),
        })
    }

    /// What is known of it that a message of this connection was sealed, or not: of the last one that had content.
    pub fn last_mail(&self) -> Option<&Mail> {
        self.mails.iter().rfind(|mail| mail.content.is_some()).or(self.mails.last())
    }

    /// Records that stayed sealed may hold anything.
    pub fn has_unread(&self) -> bool {
        self.sealed.iter().any(|&count| count > 0)
    }

    /// Octets in clear where nothing may stand: of the client behind STARTTLS, before the answer; of the server behind that. RFC 3207 §4
    fn surplus(&mut self, id: EventId, who: Side, in_clear: bool, octets: usize) {
        let waits = match who {
            Side::Client => self.asked.value.is_some() && self.answered.value.is_none(),
            Side::Server => self.answered.value.is_some_and(|code| code / 100 == 2),
        };
        if waits && in_clear && self.up.value.is_none() {
            let found = &mut self.surplus[of(who)];
            found.value = Some(found.value.unwrap_or_default() + octets + 2);
            found.because.push(id);
            found.certainty = Certainty::Shown;
        }
    }

    fn line(&mut self, reading: &Reading, id: EventId, who: Side) {
        let Some(line) = reading.line(id) else { return };
        let inside_tls = !line.sent_before_tls;
        if inside_tls {
            // SMTP inside TLS could be read: the handshake was complete before it.
            self.came_up(id);
        }
        match &line.role {
            Role::Greeting { code } if self.greeting.value.is_none() => self.greeting = Known::shown(*code, id),
            Role::Greeting { .. } | Role::Capability { .. } | Role::NoReply | Role::AuthResponse => {}
            Role::Command { verb } => self.command(verb, &line.text, &line.form, id, inside_tls),
            Role::Content => {
                if let Some(mail) = self.mails.last_mut() {
                    mail.content = mail.content.or(Some(id));
                    mail.inside_tls = inside_tls;
                }
            }
            Role::Reply { code, to, last } => {
                let asked = to.and_then(|to| reading.line(to)).map(|line| (&line.role, line.text.as_str()));
                self.reply(*code, asked, *last, id);
            }
        }
        if who == Side::Server && line.text.starts_with("421") {
            self.goodbye[of(who)] = Known::shown(Goodbye::Shutdown, id);
        }
    }

    fn command(&mut self, verb: &str, text: &str, form: &Form, id: EventId, inside_tls: bool) {
        if let Some(verb) = TlsVerb::of(verb).filter(|_| !inside_tls && self.asked.value.is_none()) {
            self.asked = Known::shown(verb, id);
        }
        match verb {
            "AUTH" => {
                let mechanism = match form {
                    Form::Sasl { mechanism, .. } => mechanism.clone(),
                    _ => text.split_ascii_whitespace().nth(1).unwrap_or_default().to_owned(),
                };
                self.logins.push(SeenLogin { event: id, mechanism, inside_tls, answer: Known::default() });
            }
            "MAIL" => {
                let (to, content, fate) = (Vec::new(), None, Known::default());
                self.mails.push(Mail { event: id, from: path(text), to, content, inside_tls, fate });
            }
            "DATA" => self.chunk = None,
            "BDAT" => self.chunk = Some(text.to_ascii_uppercase().ends_with(" LAST")),
            "QUIT" => self.goodbye[of(Side::Client)] = Known::shown(Goodbye::Quit, id),
            _ => {}
        }
    }

    fn reply(&mut self, code: u16, asked: Option<(&Role, &str)>, last: bool, id: EventId) {
        let Some((role, text)) = asked else { return };
        let verb = match role {
            Role::Command { verb } => verb.as_str(),
            Role::AuthResponse => "AUTH",
            Role::Content => "",
            _ => return,
        };
        if TlsVerb::of(verb).is_some() && self.answered.value.is_none() {
            self.answered = Known::shown(code, id);
        }
        match verb {
            "AUTH" if code != 334 && last => {
                if let Some(login) = self.logins.last_mut() {
                    login.answer = Known::shown(code, id);
                }
            }
            "QUIT" if code == 221 => self.goodbye[of(Side::Server)] = Known::shown(Goodbye::Quit, id),
            "RCPT" if code / 100 == 2 => {
                if let Some(mail) = self.mails.last_mut() {
                    mail.to.push(path(text));
                }
            }
            // The reply that settles a mail: the first refusal, or the last word on its content. RFC 5321 §3.3
            "MAIL" | "RCPT" | "DATA" | "BDAT" | "" => {
                let settled = match code / 100 {
                    2 if verb.is_empty() && self.chunk.unwrap_or(true) => Some(MailAnswer::Taken),
                    2 if verb == "BDAT" && self.chunk == Some(true) => Some(MailAnswer::Taken),
                    4 | 5 => Some(MailAnswer::Refused(code)),
                    _ => None,
                };
                if let (Some(mail), Some(fate)) = (self.mails.last_mut(), settled) {
                    // What is refused behind a refusal, in one group with it, follows from it. RFC 2920 §3.1
                    let follows = mail.fate.value.is_some() && mail.to.is_empty();
                    if !follows {
                        mail.fate = Known::shown(fate, id);
                    }
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, id: EventId, who: Side, message: &Message) {
        match (message.kind, &message.facts) {
            (MessageKind::Handshake(CLIENT_HELLO), facts) if who == Side::Client && self.began.value.is_none() => {
                self.began = Known::shown((), id);
                if let MessageFacts::ClientHello(hello) = facts {
                    self.server_name.clone_from(&hello.server_name);
                }
            }
            (MessageKind::NotARecord(NotARecord::Sslv2Hello { .. }), _) if who == Side::Client => {
                self.began = Known::shown((), id);
                self.last_of_handshake = Some(id);
            }
            (MessageKind::Handshake(SERVER_HELLO), MessageFacts::ServerHello(hello))
                if !hello.is_hello_retry_request =>
            {
                let ServerHello { version, suite, group, takes_psk, .. } = *hello;
                self.chosen = Known::shown(Chosen { version, suite, group }, id);
                if takes_psk {
                    self.resumed = Known::shown((), id);
                }
            }
            (MessageKind::Handshake(SERVER_HELLO_DONE), _) => self.server_done = true,
            // Before TLS 1.3 a server that has more to say than its hello changes its cipher after the client. RFC 5246 §7.3
            (MessageKind::ChangeCipherSpec, _) if who == Side::Server && self.is_short() => {
                self.resumed = Known::shown((), id);
            }
            (MessageKind::Handshake(SERVER_KEY_EXCHANGE), MessageFacts::ServerKeyExchange { group }) => {
                if let Some(chosen) = &mut self.chosen.value {
                    chosen.group = chosen.group.or(*group);
                }
            }
            (MessageKind::Handshake(CERTIFICATE), MessageFacts::Certificate { count: 1.., octets, .. }) => {
                let MessageFacts::Certificate { count: certificates, .. } = message.facts else { return };
                self.presented[of(who)] = Known::shown(Presented { certificates, octets: *octets }, id);
            }
            (MessageKind::Handshake(CERTIFICATE_REQUEST), _) => self.certificate_asked = Known::shown(true, id),
            (MessageKind::Handshake(FINISHED), _) => self.finish(who, id, Certainty::Shown),
            (MessageKind::Alert, MessageFacts::Alert { level: 2, description }) => {
                self.fail(Ending { by: Some(who), alert: Some(*description) }, id, Certainty::Shown);
            }
            (MessageKind::Sealed, _) => {
                self.sealed[of(who)] += 1;
                // What is longer than a sealed alert ends a side's handshake, or comes after its end. RFC 8446 §4.4.4, RFC 5246 §7.4.9
                if message.size > SEALED_ALERT {
                    self.finish(who, id, Certainty::Inferred);
                }
            }
            _ => {}
        }
        let is_handshake = matches!(
            message.kind,
            MessageKind::Handshake(_) | MessageKind::ChangeCipherSpec | MessageKind::Fragment(_)
        );
        if self.up.value.is_none() && (is_handshake || message.kind == MessageKind::Sealed)
            || self.up.event() == Some(id)
        {
            self.last_of_handshake = Some(id);
        }
    }

    /// Of TLS 1.2 or before: the server has chosen, and sent no more of a handshake.
    fn is_short(&self) -> bool {
        self.chosen.value.is_some_and(|chosen| chosen.version < Version::TLS13) && !self.server_done
    }

    fn finish(&mut self, who: Side, id: EventId, certainty: Certainty) {
        self.finished[of(who)].get_or_insert(id);
        let [Some(client), Some(server)] = self.finished else { return };
        if self.up.value.is_none() && self.failed.value.is_none() {
            self.up = Known { value: Some(()), because: vec![client.min(server), client.max(server)], certainty };
        }
    }

    fn came_up(&mut self, id: EventId) {
        if self.up.value.is_none() || self.up.certainty == Certainty::Inferred {
            let because = if self.up.because.is_empty() { vec![id] } else { std::mem::take(&mut self.up.because) };
            self.up = Known { value: Some(()), because, certainty: Certainty::Shown };
        }
    }

    fn fail(&mut self, ending: Ending, id: EventId, certainty: Certainty) {
        if self.failed.value.is_none() {
            self.failed = Known { value: Some(ending), because: vec![id], certainty };
            if let Some(by) = ending.by {
                self.goodbye[of(by)] = Known::shown(Goodbye::Alert, id);
            }
        }
    }

    /// What follows from all of it, unless more may come.
    fn conclude(&mut self, goes_on: bool) {
        if !goes_on
            && let (Some(()), None, None) = (self.began.value, self.up.value, self.failed.value)
            && let Some(last) = self.last_of_handshake
        {
            // Nothing came after: the connection ended in the handshake, or an alert that cannot be opened ended it.
            self.failed = Known::inferred(Ending { by: None, alert: None }, last);
        }
        // A handshake without the message asked for no certificate, if all of it could be read.
        if self.certificate_asked.value.is_none() && self.up.certainty == Certainty::Shown && !self.has_unread() {
            let because = self.up.event().unwrap_or_default();
            self.certificate_asked = Known::shown(false, because);
        }
    }
}

/// Octets of an alert's fragment in the longest protection of these versions: 2 of the alert, its type, an explicit nonce and a tag, or an
/// IV, a MAC and padding.
const SEALED_ALERT: usize = 32;

/// The path of MAIL or RCPT.
fn path(text: &str) -> String {
    let path = text.split_once(':').map_or("", |(_, path)| path);
    path.split_ascii_whitespace().next().unwrap_or_default().to_owned()
}
