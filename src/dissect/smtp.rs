//! Follows an SMTP dialogue: which line is the greeting, a command, a reply to what, a capability, a message. RFC 5321

use crate::scenario::Side;
use crate::smtp::command::{Command, verb};
use crate::smtp::{Capability, ReplyLine};
use crate::trace::EventId;
use std::collections::VecDeque;

/// A line of the dialogue, or the content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub role: Role,
    /// Without its CRLF; octets that are no UTF-8 are shown as replacement characters.
    pub text: String,
    /// Not under TLS when it was sent, as far as the dialogue shows.
    pub sent_before_tls: bool,
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
    /// The client's next octets are a message.
    content_next: bool,
    /// The client's next line answers a challenge.
    response_next: bool,
}

impl Dialogue {
    /// TLS is up.
    pub fn secured(&mut self) {
        self.secured = true;
        self.open.clear();
    }

    /// Reads the next line, or content.
    pub fn read(&mut self, id: EventId, who: Side, octets: &[u8]) -> Line {
        let body = octets.strip_suffix(b"\r\n").unwrap_or(octets);
        let text = String::from_utf8_lossy(body).into_owned();
        let role = match who {
            Side::Client => self.client(id, &text),
            Side::Server => self.server(body),
        };
        Line { role, text, sent_before_tls: !self.secured }
    }

    fn client(&mut self, id: EventId, text: &str) -> Role {
        if std::mem::take(&mut self.content_next) {
            self.open.push_back(Asked { event: id, verb: String::new(), lines: 0 });
            return Role::Content;
        }
        if std::mem::take(&mut self.response_next) {
            self.open.push_back(Asked { event: id, verb: "AUTH".to_owned(), lines: 0 });
            return Role::AuthResponse;
        }
        let verb = verb(text);
        // A chunk follows its command at once and is answered with it. RFC 3030 §2
        self.content_next = matches!(Command::parse(text), Ok(Command::Bdat { size: 1.., .. }));
        if !self.content_next {
            self.open.push_back(Asked { event: id, verb: verb.clone(), lines: 0 });
        }
        Role::Command { verb }
    }

    fn server(&mut self, body: &[u8]) -> Role {
        let Ok(line) = ReplyLine::parse(body) else {
            return Role::NoReply;
        };
        if !self.greeted {
            self.greeted = line.last;
            return Role::Greeting { code: line.code };
        }
        let Some(asked) = self.open.front_mut() else {
            return Role::Reply { code: line.code, to: None, last: line.last };
        };
        let (event, index, is_ehlo) = (asked.event, asked.lines, asked.verb == "EHLO");
        let (awaits_content, awaits_response) = (line.code == 354, line.code == 334);
        asked.lines += 1;
        if line.last {
            self.open.pop_front();
            self.content_next |= awaits_content;
            self.response_next |= awaits_response;
        }
        if is_ehlo && line.code == 250 && index > 0 {
            let capability = Capability::parse(line.text);
            return Role::Capability { capability, ehlo: event, last: line.last };
        }
        Role::Reply { code: line.code, to: Some(event), last: line.last }
    }
}
