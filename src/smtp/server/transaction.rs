//! The mail transaction: MAIL, RCPT, DATA and BDAT, and taking responsibility for the message. RFC 5321 §3.3, RFC 3030

use super::super::command::{Parameter, value_is_valid};
use super::super::content::{ContentCheck, Unstuffer};
use super::super::path::MailPath;
use super::super::table::{self, On};
use super::super::{Accepted, Note, Output};
use super::Server;

/// Most recipients of one message. RFC 5321 §4.5.3.1.8 asks for at least 100.
const RECIPIENTS: usize = 100;

/// The transaction. RFC 5321 §3.3
#[derive(Debug, Default)]
pub(super) struct Envelope {
    pub(super) from: Option<MailPath>,
    to: Vec<MailPath>,
    /// What has come in BDAT chunks.
    chunks: Vec<u8>,
    too_big: bool,
    /// BODY=BINARYMIME: any octets, and BDAT only. RFC 3030 §3
    binary: bool,
    /// SMTPUTF8 was asked for. RFC 6531 §3.4
    utf8: bool,
}

/// A BDAT chunk on its way in. RFC 3030 §2
#[derive(Debug)]
pub(super) struct Chunk {
    left: u64,
    size: u64,
    last: bool,
    /// The reply for a chunk that is out of place: its octets are discarded first.
    refused: Option<&'static str>,
}

impl Server {
    pub(super) fn mail(&mut self, from: MailPath, parameters: &[Parameter]) {
        let says = self.config.profile.says;
        if !self.permits(On::Mail) || !self.parameters_ok(parameters, true) {
            return;
        }
        let size = parameters.iter().find(|parameter| parameter.keyword == "SIZE");
        let size = size.and_then(|parameter| parameter.value.as_ref()).map(|value| value.parse::<u64>());
        // A number too long for 64 bits is too big as well. RFC 1870 §6.1
        if size.is_some_and(|size| size.map_or(true, |size| size > self.config.profile.largest_message)) {
            return self.refuse(says.too_big);
        }
        let has = |keyword: &str, value: Option<&str>| {
            parameters.iter().any(|parameter| {
                let found = parameter.value.as_deref().unwrap_or_default();
                parameter.keyword == keyword && value.is_none_or(|value| found.eq_ignore_ascii_case(value))
            })
        };
        let (binary, utf8) = (has("BODY", Some("BINARYMIME")), has("SMTPUTF8", None));
        if !from.is_ascii() && !utf8 {
            return self.refuse(says.needs_smtputf8); // RFC 6531 §3.5
        }
        self.sender_known(Envelope { from: Some(from), binary, utf8, ..Envelope::default() });
    }

    pub(super) fn rcpt(&mut self, to: MailPath, parameters: &[Parameter]) {
        let says = self.config.profile.says;
        if !self.permits(On::Rcpt) || !self.parameters_ok(parameters, false) {
            return;
        }
        if self.envelope.to.len() >= RECIPIENTS {
            return self.say(says.too_many_recipients); // no error of the client: RFC 5321 §4.5.3.1.10
        }
        if !to.is_ascii() && !self.envelope.utf8 {
            return self.refuse(says.needs_smtputf8); // RFC 6531 §3.5
        }
        let ours = to.domain.is_empty() || to.domain.eq_ignore_ascii_case(self.config.profile.domain);
        if !ours && self.identity.is_none() {
            return self.refuse(says.relay_denied);
        }
        if self.config.puts_off && self.identity.is_none() {
            return self.say(says.put_off); // no error of the client. RFC 5321 §4.2.1; docs/rules.md R35
        }
        self.go(On::Rcpt);
        self.envelope.to.push(to);
        self.say(says.rcpt_ok);
    }

    /// 555 for what was not advertised, 501 for a value out of form. RFC 5321 §4.1.1.11
    fn parameters_ok(&mut self, parameters: &[Parameter], of_mail: bool) -> bool {
        let says = self.config.profile.says;
        for parameter in parameters {
            let extension = match (parameter.keyword.as_str(), parameter.value.as_deref()) {
                ("SIZE", _) => "SIZE",
                ("BODY", Some(value)) if value.eq_ignore_ascii_case("BINARYMIME") => "BINARYMIME",
                ("BODY", _) => "8BITMIME",
                ("RET" | "ENVID" | "NOTIFY" | "ORCPT", _) => "DSN",
                ("AUTH", _) => "AUTH",
                ("SMTPUTF8", _) => "SMTPUTF8",
                _ => "",
            };
            match value_is_valid(parameter, of_mail).filter(|_| self.offers(extension)) {
                Some(true) => {}
                Some(false) => {
                    self.refuse(says.bad_parameter);
                    return false;
                }
                None => {
                    self.refuse(says.unknown_parameter);
                    return false;
                }
            }
        }
        true
    }

    pub(super) fn data(&mut self) {
        if self.envelope.binary {
            // RFC 3030 §3: a binary message cannot be transferred with DATA.
            return self.refuse(self.config.profile.says.out_of_sequence);
        }
        if self.go(On::Data) {
            self.content = Some(Unstuffer::new(self.config.profile.largest_message));
            self.say(self.config.profile.says.data_go);
        }
    }

    pub(super) fn message_octets(&mut self, bytes: &[u8]) -> Option<usize> {
        let (taken, done) = self.content.as_mut()?.push(bytes);
        if let Some(received) = done {
            self.content = None;
            self.go(On::MessageEnds);
            self.finish(received.message, received.too_big, received.bad);
        }
        Some(taken)
    }

    pub(super) fn bdat(&mut self, size: u64, last: bool) {
        let on = if last { On::LastChunk } else { On::Chunk };
        let says = self.config.profile.says;
        // The chunk follows at once, so its octets are swallowed even when it is refused. RFC 3030 §2
        let refused = if !self.offers("CHUNKING") {
            Some(says.unrecognized)
        } else if table::server(self.state, on).is_none() {
            Some(self.out_of_sequence(on))
        } else {
            None
        };
        self.chunk(Chunk { left: size, size, last, refused });
    }

    /// Takes a chunk that is not wanted, and says why once it is over: its octets are no commands. RFC 3030 §2
    pub(super) fn swallow(&mut self, size: u64, text: &'static str) {
        self.chunk(Chunk { left: size, size, last: false, refused: Some(text) });
    }

    fn chunk(&mut self, chunk: Chunk) {
        let empty = chunk.size == 0;
        self.chunk = Some(chunk);
        if empty {
            self.chunk_octets(&[]);
        }
    }

    pub(super) fn chunk_octets(&mut self, bytes: &[u8]) -> Option<usize> {
        let limit = self.config.profile.largest_message;
        let chunk = self.chunk.as_mut()?;
        let taken = usize::try_from(chunk.left).unwrap_or(usize::MAX).min(bytes.len());
        chunk.left -= taken as u64;
        if chunk.refused.is_none() {
            let room = usize::try_from(limit).unwrap_or(usize::MAX) - self.envelope.chunks.len();
            self.envelope.chunks.extend_from_slice(&bytes[..taken.min(room)]);
            self.envelope.too_big |= taken > room;
        }
        if chunk.left == 0 {
            let (last, size, refused) = (chunk.last, chunk.size, chunk.refused);
            self.chunk = None;
            match refused {
                Some(text) => self.refuse(text),
                None => self.chunk_done(last, size),
            }
        }
        Some(taken)
    }

    fn chunk_done(&mut self, last: bool, size: u64) {
        self.go(if last { On::LastChunk } else { On::Chunk });
        if !last {
            let text = self.config.profile.says.chunk_ok.replace("{size}", &size.to_string());
            return self.say(&text);
        }
        let message = std::mem::take(&mut self.envelope.chunks);
        let mut check = ContentCheck::default();
        message.iter().for_each(|&b| check.octet(b));
        let bad = !self.envelope.binary && check.is_bad();
        self.finish(message, self.envelope.too_big, bad);
    }

    /// Takes responsibility for the message, or refuses it. RFC 5321 §4.2.5
    fn finish(&mut self, message: Vec<u8>, too_big: bool, bad: bool) {
        let says = self.config.profile.says;
        let envelope = std::mem::take(&mut self.envelope);
        if too_big {
            return self.refuse(says.too_big);
        }
        if bad {
            return self.refuse(says.bad_content);
        }
        self.messages += 1;
        let number = self.config.clock.unix() << 16 | u64::from(self.messages);
        let id = format!("{number:012X}");
        // It comes from the message and goes into a reply, so it has to be fit for one. RFC 5321 §4.5.3.1.5
        let fit = |id: &String| (1..=250).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        let message_id = header(&message, "Message-ID")
            .filter(fit)
            .unwrap_or_else(|| format!("<{id}@{}>", self.config.profile.host));
        let from = envelope.from.map(|path| path.to_string()).unwrap_or_default();
        // The last server writes down where reports go, and no other does. RFC 5321 §4.4
        let return_path = if self.config.is_final { format!("Return-Path: <{from}>\r\n") } else { String::new() };
        let trace = return_path + &self.received_field(&id);
        let stamped = [trace.into_bytes(), self.marked(message)].concat();
        self.out.push_back(Output::Note(Note::Accepted(Accepted {
            from,
            to: envelope.to.iter().map(MailPath::to_string).collect(),
            message: stamped,
        })));
        let accepted = says.accepted.replace("{id}", &id).replace("{number}", &number.to_string());
        self.say(&accepted.replace("{message_id}", &message_id));
    }

    /// RFC 5321 §4.4; the names behind `with` are of RFC 3848: S for TLS, A for a login.
    fn received_field(&self, id: &str) -> String {
        let profile = self.config.profile;
        let with = match (self.inside.is_some(), self.identity.is_some() && !self.is_own) {
            (false, false) if !self.extended => "SMTP",
            (false, false) => "ESMTP",
            (false, true) => "ESMTPA",
            (true, false) => "ESMTPS",
            (true, true) => "ESMTPSA",
        };
        format!(
            "Received: from {} ([{}])\r\n by {} with {with} id {id};\r\n {}\r\n",
            self.client_name.as_deref().unwrap_or("unknown"),
            self.config.address,
            profile.host,
            self.config.clock.moment().mail(profile.zone)
        )
    }
}

/// The first value of a header field, unfolded fields only.
fn header(message: &[u8], name: &str) -> Option<String> {
    let head = message.split(|&b| b == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    head.filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'))
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
}
