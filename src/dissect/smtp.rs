//! Follows an SMTP dialogue: which line is the greeting, a command, a reply to what, a capability, a message. RFC 5321
//!
//! What a line means depends on those before it; what stands in it is in `fields.rs`.

pub mod fields;
mod command;
mod content;
mod ntlm;
mod reply;
mod sasl;
mod take;

use crate::bytes::{from_base64, printable_lines};
use crate::scenario::Side;
use crate::smtp::command::{Command, verb};
use crate::smtp::{Capability, ReplyLine, X_EXPS};
use crate::trace::EventId;
use std::collections::VecDeque;

/// A line of the dialogue, or the content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub role: Role,
    /// Without its CRLF; octets that are no UTF-8 are shown as replacement characters.
    pub text: String,
    /// Not under TLS when it was sent.
    pub sent_before_tls: bool,
    pub form: Form,
}

/// How the octets of a line are to be read, where its role does not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Line,
    /// The first line of the reply to EHLO or HELO, which names the server. RFC 5321 §4.1.1.1
    Hello,
    /// Part of an AUTH exchange with this mechanism, after `responses` responses. RFC 4954 §4
    Sasl { mechanism: String, responses: usize },
    /// The content of a message as DATA carries it, dots stuffed. RFC 5321 §4.5.2
    Data,
    /// A chunk of a message as BDAT carries it, as it is. RFC 3030 §2
    Chunk,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The first reply of the server. RFC 5321 §3.1
    Greeting {
        code: u16,
    },
    Command {
        verb: String,
    },
    /// A line of a reply to the command of event `to`; `None` where nothing was asked.
    Reply {
        code: u16,
        to: Option<EventId>,
        last: bool,
    },
    /// A keyword line in the reply to EHLO.
    Capability {
        capability: Capability,
        ehlo: EventId,
        last: bool,
    },
    /// A response in an AUTH exchange.
    AuthResponse,
    /// The content of a message, dots stuffed, or a BDAT chunk.
    Content,
    /// A line of the server that is no reply.
    NoReply,
}

/// What a client sends between commands that is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Up to a line with a dot and nothing else. RFC 5321 §4.1.1.4
    Data,
    /// This many octets. RFC 3030 §2
    Chunk(u64),
}

#[derive(Debug)]
struct Asked {
    event: EventId,
    verb: String,
    /// Lines of the reply so far.
    lines: usize,
}

/// Where a dialogue stands.
#[derive(Debug, Default)]
pub struct Dialogue {
    greeted: bool,
    secured: bool,
    /// Commands without a whole answer, oldest first.
    open: VecDeque<Asked>,
    /// The client's next octets are this.
    content_next: Option<Content>,
    /// The client's next line answers a challenge.
    response_next: bool,
    /// The AUTH exchange that goes on: its mechanism, and how many responses there were.
    exchange: Option<(String, usize)>,
}

impl Dialogue {
    /// Reads the next line, or content. `sealed`: it came through TLS, which begins with the first such line.
    pub fn read(&mut self, id: EventId, who: Side, octets: &[u8], sealed: bool) -> Line {
        if sealed && !self.secured {
            // Nothing of what was said in clear goes on. RFC 3207 §4.2
            *self = Dialogue { greeted: self.greeted, secured: true, ..Dialogue::default() };
        }
        let body = octets.strip_suffix(b"\r\n").unwrap_or(octets);
        let text = printable_lines(body);
        let (role, form) = match who {
            Side::Client => self.client(id, &text),
            Side::Server => self.server(body),
        };
        Line { role, text, sent_before_tls: !sealed, form }
    }

    /// What the client sends next, if it is no line.
    pub fn content(&self) -> Option<Content> {
        self.content_next
    }

    fn client(&mut self, id: EventId, text: &str) -> (Role, Form) {
        if let Some(content) = self.content_next.take() {
            self.ask(id, String::new());
            return (Role::Content, if content == Content::Data { Form::Data } else { Form::Chunk });
        }
        if std::mem::take(&mut self.response_next) {
            self.ask(id, "AUTH".to_owned());
            return (Role::AuthResponse, self.sasl(1));
        }
        let verb = verb(text);
        let form = match Command::parse(text) {
            // A chunk follows its command at once and is answered with it. RFC 3030 §2
            Ok(Command::Bdat { size: size @ 1.., .. }) => {
                self.content_next = Some(Content::Chunk(size));
                return (Role::Command { verb }, Form::Line);
            }
            Ok(Command::Auth { mechanism, initial, .. }) => {
                self.exchange = Some((mechanism, 0));
                self.sasl(usize::from(initial.is_some()))
            }
            _ => Form::Line,
        };
        self.ask(id, verb.clone());
        (Role::Command { verb }, form)
    }

    fn server(&mut self, body: &[u8]) -> (Role, Form) {
        let Ok(line) = ReplyLine::parse(body) else {
            return (Role::NoReply, Form::Line);
        };
        if !self.greeted {
            self.greeted = line.last;
            return (Role::Greeting { code: line.code }, Form::Line);
        }
        let begins_ntlm = matches!(&self.exchange, Some((mechanism, 0)) if mechanism == "NTLM");
        let is_only_code = begins_ntlm && from_base64(line.text.as_bytes()).is_none();
        let Some(asked) = self.open.front_mut() else {
            return (Role::Reply { code: line.code, to: None, last: line.last }, Form::Line);
        };
        let (event, index) = (asked.event, asked.lines);
        let (is_ehlo, is_auth) = (asked.verb == "EHLO", asked.verb == "AUTH" || asked.verb == X_EXPS);
        let is_hello = is_ehlo || asked.verb == "HELO";
        let (awaits_content, awaits_response) = (line.code == 354, line.code == 334);
        asked.lines += 1;
        if line.last {
            self.open.pop_front();
            if awaits_content {
                self.content_next = Some(Content::Data);
            }
            self.response_next |= awaits_response;
        }
        if is_ehlo && line.code == 250 && index > 0 {
            let capability = Capability::parse(line.text);
            return (Role::Capability { capability, ehlo: event, last: line.last }, Form::Line);
        }
        let form = match index {
            // Of the first 334 of NTLM nothing but the code counts, and its text is no base64. [MS-SMTPNTLM] 2.2.1.2
            _ if is_auth && awaits_response && !is_only_code => self.sasl(0),
            0 if is_hello && line.code == 250 => Form::Hello,
            _ => Form::Line,
        };
        (Role::Reply { code: line.code, to: Some(event), last: line.last }, form)
    }

    fn ask(&mut self, event: EventId, verb: String) {
        self.open.push_back(Asked { event, verb, lines: 0 });
    }

    /// A line of the open exchange, which counts as `more` responses.
    fn sasl(&mut self, more: usize) -> Form {
        let Some((mechanism, responses)) = &mut self.exchange else { return Form::Line };
        let form = Form::Sasl { mechanism: mechanism.clone(), responses: *responses };
        *responses += more;
        form
    }
}
