//! The client's half of a mail transaction: MAIL, RCPT, then DATA or BDAT, one by one or in a group. RFC 5321 §3.3, RFC 2920, RFC 3030

use super::super::table::Step;
use super::super::{Delivery, Output, Reply};
use super::Client;

/// Octets of one BDAT chunk.
const CHUNK: usize = 65_536;

impl Client {
    pub(super) fn mail(&mut self) {
        self.go(Step::AwaitMail);
        let mut parameters = String::new();
        if self.offers("SIZE") {
            parameters.push_str(&format!(" SIZE={}", self.plan.message.len())); // RFC 1870 §6
        }
        if self.offers("8BITMIME") && !self.plan.message.is_ascii() {
            parameters.push_str(" BODY=8BITMIME"); // RFC 6152 §3
        }
        let mut group = vec![format!("MAIL FROM:<{}>{parameters}", self.plan.from)];
        self.grouped = self.plan.pipelining && self.offers("PIPELINING");
        if self.grouped {
            group.extend(self.plan.to.iter().map(|to| format!("RCPT TO:<{to}>")));
            if !self.chunks() {
                group.push("DATA".to_owned()); // last of the group. RFC 2920 §3.1
            }
        }
        self.command(&group.join("\r\n"));
    }

    pub(super) fn rcpt(&mut self, index: usize) {
        let to = self.plan.to.get(index).cloned().unwrap_or_default();
        self.command(&format!("RCPT TO:<{to}>"));
    }

    pub(super) fn rcpt_answered(&mut self, reply: &Reply) {
        self.answered += 1;
        if reply.class() == 2 {
            self.accepted += 1;
        } else {
            self.refused = Some(reply.code);
        }
        if self.answered < self.plan.to.len() {
            if !self.grouped {
                self.rcpt(self.answered);
            }
            return;
        }
        let data_is_out = self.grouped && !self.chunks();
        if self.accepted == 0 {
            self.settle_refused(self.refused.unwrap_or(reply.code));
            if !data_is_out {
                return self.quit();
            }
        }
        if self.chunks() {
            self.go(Step::AwaitAccepted);
            return self.next_chunk();
        }
        self.go(Step::AwaitData);
        if !data_is_out {
            self.command("DATA");
        }
    }

    fn chunks(&self) -> bool {
        self.plan.chunking && self.offers("CHUNKING")
    }

    /// Sends the next chunk, the last one marked. RFC 3030 §2
    fn next_chunk(&mut self) {
        let rest = self.plan.message.get(self.chunked..).unwrap_or_default();
        let chunk = &rest[..rest.len().min(CHUNK)];
        let last = if chunk.len() == rest.len() { " LAST" } else { "" };
        let command = format!("BDAT {}{last}\r\n", chunk.len()).into_bytes();
        let chunk = chunk.to_vec();
        self.chunked += chunk.len();
        self.out.push_back(Output::Send { bytes: command, content: false });
        self.out.push_back(Output::Send { bytes: chunk, content: true });
    }

    pub(super) fn message_answered(&mut self, reply: &Reply) {
        if reply.class() != 2 || self.accepted == 0 {
            return self.refused(reply);
        }
        if self.chunks() && self.chunked < self.plan.message.len() {
            return self.next_chunk();
        }
        self.settle(Delivery::Delivered);
        self.quit();
    }
}
