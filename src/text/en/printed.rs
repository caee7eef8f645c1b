//! Why the book's log and the wire differ.

use crate::story::printed::Difference;
use crate::text::Printed;

pub const PRINTED: Printed = Printed {
    intro: "The book's log, quoted with its mistakes, beside what the two programs in this page really say to each other. Choose a line to step to it.",
    table: "The log as printed and as on the wire",
    book: "As printed in the book",
    wire: "As on the wire",
    nothing: "nothing is sent",
    not_yet: "not yet",
    difference,
};

fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Narration => "The author's remark, not a line of SMTP.",
        Difference::Code250For220 => {
            "Printed as 250; it must be 220. A sender that insists on 220, as Exchange does, would take 250 for a refusal, while the server waits for TLS."
        }
        Difference::SecondGreeting => {
            "There is no second greeting. The session goes back to just after the greeting, and the client speaks first."
        }
        Difference::AnonymousTlsInside => {
            "X-ANONYMOUSTLS starts TLS between Exchange servers. Inside TLS it has nothing to start, and Exchange drops it with STARTTLS."
        }
        Difference::PlainBesideLogin => {
            "The lab follows the book here. Exchange servers since observed offer LOGIN alone; PLAIN is in no log but this."
        }
        Difference::Repeated => "Printed twice. A server lists a keyword once.",
        Difference::Fused => "Two lines run together in print: the reply's last line stands behind the one before.",
        Difference::FusedRest => {
            "The second half of the run-together line. Its space instead of a hyphen says: last line."
        }
        Difference::NotPrinted => "Sent, and not in the book.",
        Difference::NotInThisRun => "Not in this run: a switch was changed.",
    }
}
