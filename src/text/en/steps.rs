//! One sentence for each thing that can happen.

use super::decisions;
use super::ntlm;
use super::words::{self, count, join, side};
use crate::registry::Version;
use crate::scenario::Side;
use crate::smtp::{Delivery, OwnProof};
use crate::story::say::{
    AlertClaim, CommandClaim, FlipClaim, FlipEffect, FlipFault, KeywordClaim, LengthClaim, Opening, RecordClaim,
    RecordingClaim, ReplyClaim, StepClaim, StreamClaim,
};

pub fn step(claim: &StepClaim) -> String {
    let words = match *claim {
        StepClaim::Nothing => "",
        StepClaim::Opened(opening) => return opened(opening),
        StepClaim::Greeted => "The server greets: `220`, its name, and that it speaks ESMTP. Nothing proves the name.",
        StepClaim::TurnedAway => "The server turns the client away at once.",
        StepClaim::Command(claim) => command(claim),
        StepClaim::Reply(claim) => reply(claim),
        StepClaim::Keyword(claim) => keyword(claim),
        StepClaim::AuthResponse => {
            "The answer to the challenge, in base64. Base64 hides nothing: only TLS keeps it from a listener."
        }
        StepClaim::Content => {
            "The message, to a line that holds a dot alone. A line that begins with a dot gets a second one on the way."
        }
        StepClaim::NoReply => "The server sends a line that is no reply.",
        StepClaim::Record { first, more, version } => return record(first, more, version == Version::TLS13),
        StepClaim::Moved => "An end changes its state; nothing is sent.",
        StepClaim::HandsToTls => {
            "The SMTP program steps back and hands the connection to TLS. What comes next must be a TLS record."
        }
        StepClaim::HandsToOldTls { who, stack } => {
            return format!(
                "The {} hands the connection to TLS as {} has it: SSL 3.0 or TLS 1.0, with suites of its list. The lab has an engine of its own for that, beside rustls.",
                side(who),
                words::stack(stack)
            );
        }
        StepClaim::TlsUp { who, version, suite, resumed } => {
            return format!(
                "For the {} the handshake is complete: {} with {}. From here on it seals all that it sends.{}",
                side(who),
                words::version(version),
                words::suite(suite),
                if resumed {
                    " The session is resumed: of the other end it knows what it found in the first one, and nothing newer."
                } else {
                    ""
                }
            );
        }
        StepClaim::TlsFailed { who, is_old, late, cause, instead, .. } => {
            return format!(
                "For the {} {}: {} says “{}”. The connection is dead.{}",
                side(who),
                if late { "TLS is over" } else { "the handshake has failed" },
                if is_old { "the engine of old TLS" } else { "rustls" },
                words::cause(cause),
                instead.map_or("", alert_instead)
            );
        }
        StepClaim::CheckedClientName => {
            "MAIL FROM has told for which domain the client speaks, so now the names in its certificate can be compared with it."
        }
        StepClaim::CheckedClient { .. } => {
            "The server has asked for a certificate, and looks at it: chain, dates and purpose. For which domain the client will speak is not known yet, so the names wait until MAIL FROM. The handshake goes on whatever is found."
        }
        StepClaim::CheckedClientOwn => {
            "The server has asked for a certificate, and looks at it. What counts is that the organisation's directory holds this very one; chain, name and dates are written down and not asked about."
        }
        StepClaim::CheckedServer => {
            "The verifier looks at chain, name, dates and purpose apart, notes each result, and lets the handshake go on. The signature of the handshake itself is always checked."
        }
        StepClaim::Decided(claim) => return decisions::decided(claim),
        StepClaim::Altered => {
            "Between the two ends somebody has written over the keyword, with as many letters, so that no counter of TCP moves. The client reads a keyword that it does not know, and no offer. It need not be an attacker: a firewall that inspects SMTP does it to every connection, and leaves `XXXXXXXA` in the list and stars in the greeting."
        }
        StepClaim::Flipped(claim) => return flipped(claim),
        StepClaim::Stripped(fields) => {
            return format!(
                "The header firewall: `{}` came from outside. These fields tell the servers behind this one who the sender is, so only this organisation may write them.",
                fields.join("`, `")
            );
        }
        StepClaim::LeftOver => {
            "Octets in clear stood where TLS should begin. They may have been slipped in by someone on the path, so they must never be read as if they had come through TLS."
        }
        StepClaim::Forgot { who, what } => {
            let list: Vec<&str> = what.iter().map(|&what| words::forgotten(who, what)).collect();
            return format!(
                "The {} discards what it learned in clear: {}. It could have been forged by anyone on the path.",
                side(who),
                join(&list)
            );
        }
        StepClaim::NotRun { proof, controller } => return format!("{}{}", not_run(proof), words::ticket(controller)),
        StepClaim::Recognised { by: OwnProof::Certificate, identity } => {
            return format!(
                "The directory holds the certificate that the client showed, so TLS itself was the login: the session counts as one of “{identity}”, an Exchange server of the organisation, and its mail as internal."
            );
        }
        StepClaim::Recognised { by: OwnProof::Ntlm, identity } => {
            return format!(
                "The proof is right, so the client is “{identity}”: the account of a computer, one of the organisation's Exchange servers, and its mail is internal. The password was drawn, and nobody can guess it; but NTLM can be relayed."
            );
        }
        StepClaim::Recognised { identity, .. } => {
            return format!(
                "By the box before, the server now takes the client for “{identity}”, an Exchange server of the organisation, and its mail for internal. This is a setting's doing, not a line's."
            );
        }
        StepClaim::Authenticated { identity, relayed: true, .. } => {
            return format!(
                "The proof is right, and not the attacker's: the server takes him for “{identity}”. He has this one session, and no password."
            );
        }
        StepClaim::Authenticated { mechanism, identity, .. } => {
            return format!(
                "The server knows the password: the client is now “{identity}”, by {}.",
                words::mechanism(mechanism)
            );
        }
        StepClaim::NtlmJudged(verdict) => return ntlm::judged(verdict),
        StepClaim::Stored { is_sealed, is_login, is_final } => return stored(is_sealed, is_login, is_final),
        StepClaim::Violated { who, violation } => {
            return format!(
                "The {} notes what the protocol does not allow: {}.",
                side(who),
                words::violation(violation)
            );
        }
        StepClaim::Settled { by, delivery } => return settled(words::party(by), delivery),
        StepClaim::Closed(who) => return format!("The {} closes its end of the TCP connection.", side(who)),
        StepClaim::Reset(who) => {
            return format!("The {} breaks the TCP connection off. Why, no octet says.", side(who));
        }
        StepClaim::Missing { who, octets } => {
            return format!("Here the {} sent {octets} octets that the source lacks.", side(who));
        }
        StepClaim::Stalled => "Nothing was on its way and nobody would speak, so the run was ended.",
    };
    words.to_owned()
}

fn flipped(FlipClaim { octet, does, .. }: FlipClaim) -> String {
    let what = match does {
        FlipEffect::InClear => {
            "In clear nobody notices: SMTP has no checksum, and whoever changes octets makes those of TCP fit.".to_owned()
        }
        FlipEffect::Refused => {
            "The tag is over every bit of the record, and does not fit: nothing is decrypted, not even the part that is whole.".to_owned()
        }
        FlipEffect::SameBit { hidden, in_mac } => {
            let why = if hidden { "The cipher adds a key stream bit by bit: once decrypted," } else { "Nothing is encrypted:" };
            let place = if in_mac { "of the MAC" } else { "of the content" };
            format!("{why} exactly this bit {place} is another, and no other. The MAC does not fit, and only that gives it away.")
        }
        FlipEffect::Blocks { garbled, flipped, fault } => {
            let next = flipped.map(|flipped| format!(", and of block {flipped} exactly this bit is another"));
            let fault = match fault {
                Some(FlipFault::Padding) => "What stands where padding should be is none. The alert is the one for a wrong MAC: to tell the two apart would help an attacker.",
                Some(FlipFault::Mac) => "The MAC does not fit. The alert is the one for wrong padding, too: to tell the two apart would help an attacker.",
                None => "Padding and MAC fit all the same.",
            };
            format!("Once decrypted, block {garbled} is garbled{}. {fault}", next.unwrap_or_default())
        }
        FlipEffect::Unknown => "What it does cannot be told without the keys.".to_owned(),
    };
    format!("Somebody on the path has flipped a bit of octet {octet}. {what}")
}

fn settled(by: &str, delivery: Delivery) -> String {
    match delivery {
        Delivery::Delivered => format!("The {by} has the server's word for the message, and takes it off its queue."),
        Delivery::Deferred(_) => format!("The {by} keeps the message in its queue and will try again later."),
        Delivery::Returned(_) => format!("The refusal is permanent: the {by} gives up and reports to the author."),
    }
}

fn stored(is_sealed: bool, is_login: bool, is_final: bool) -> String {
    let way = match (is_sealed, is_login) {
        (false, false) => "“ESMTP” without an S records that it came in clear.",
        (false, true) => "In “ESMTPA” the A records that the client had logged in; without an S it came in clear.",
        (true, false) => "The S in “ESMTPS” records that it came through TLS.",
        (true, true) => "In “ESMTPSA” the S records that it came through TLS, and the A that the client had logged in.",
    };
    let above = if is_final { ", and above it the Return-Path, for here the delivery ends" } else { "" };
    format!(
        "The server writes the message down, with its own Received field on top{above}. By accepting it the server takes responsibility for it. {way}"
    )
}

fn opened(opening: Opening) -> String {
    let words = match opening {
        Opening::First => {
            "The client opens a TCP connection. Nothing is sent on it yet: in SMTP the server speaks first."
        }
        Opening::RelaySendsOn => {
            "The second hop. The relay has the mail, readable, and sends it on as a client of its own: with its own name, its own policy and its own certificate. What the sender demanded holds no longer."
        }
        Opening::AttackerSendsOn => {
            "The attacker has the mail, readable. To stay unnoticed he sends it on, as it is or as he would like it to be."
        }
        Opening::AttackerLogsIn => {
            "The sender waits for a challenge, and the attacker gets it one: he connects to the receiver, and passes on what each says to the other, unaltered. A MIC does not notice."
        }
        Opening::Anew { by, at_once } => {
            let habit = if at_once {
                " It does so at once, as Exchange and Exim do; Postfix would let the message wait first."
            } else {
                ""
            };
            return format!(
                "The {} connects anew. What was agreed on the connection before is over; only a fresh one can carry SMTP in clear.{habit}",
                words::party(by)
            );
        }
        Opening::FromQueue(by) => {
            return format!(
                "The message has waited in the queue, since it was put off. The {} tries again, on a new connection.",
                words::party(by)
            );
        }
        Opening::Another => "Another TCP connection is opened.",
    };
    words.to_owned()
}

fn command(claim: CommandClaim) -> &'static str {
    match claim {
        CommandClaim::Ehlo => "The client gives its name and asks what the server can do.",
        CommandClaim::EhloInside => {
            "The client greets again, as if for the first time: the list from before TLS is void. This is the first SMTP that a wiretap cannot read."
        }
        CommandClaim::Helo => "The old greeting, without a list of extensions.",
        CommandClaim::Starttls => "The client asks to begin TLS, and says nothing more until it has the answer.",
        CommandClaim::AnonymousTls => {
            "The client asks to begin TLS by the other door, which is for servers of one organisation, and says nothing more until it has the answer."
        }
        CommandClaim::Auth => "The client begins to log in, with a mechanism from the server's list.",
        CommandClaim::Exps => {
            "The client logs in as a server of the organisation, with the account of its computer. That the dialogue is like that of AUTH is modelled; the messages of NTLM are real."
        }
        CommandClaim::Mail => "The envelope begins: who sends. SIZE announces how large the message will be.",
        CommandClaim::Rcpt => "The envelope goes on: who is to receive it.",
        CommandClaim::Data => "The client asks to send the message itself.",
        CommandClaim::BdatAtOnce => {
            "The client announces how many octets follow, and sends them at once: no dots, no waiting."
        }
        CommandClaim::Bdat => "The client announces how many octets follow.",
        CommandClaim::Quit => "The client is done, and waits for the server's goodbye.",
        CommandClaim::Rset => "The client drops the envelope and starts anew.",
        CommandClaim::Noop => "The client asks for nothing but an answer.",
        CommandClaim::Vrfy => "The client asks whether a mailbox exists.",
        CommandClaim::Help => "The client asks for help.",
        CommandClaim::Unknown => "A command that the lab's client does not use.",
    }
}

/// What stands in a box in the place of octets.
fn not_run(proof: OwnProof) -> &'static str {
    match proof {
        OwnProof::ExchangeAuth => {
            "Here the client would log in with X-EXPS EXCHANGEAUTH. It is undocumented, and not run. Known is: it uses Kerberos, is offered in TLS between own servers and not after STARTTLS, and comes with SHA256. Whether it would find out an impostor is not known. The client asks a domain controller for a ticket to this server: "
        }
        OwnProof::Gssapi => {
            "Here the client would log in with X-EXPS GSSAPI: Kerberos, not run here, for it takes a third machine. In its standard form each side sends its token in base64, and the server then offers security layers in four octets. The client asks a domain controller for a ticket to this server: "
        }
        OwnProof::Ntlm | OwnProof::Certificate => "",
    }
}

fn reply(claim: ReplyClaim) -> &'static str {
    match claim {
        ReplyClaim::GoAhead => "Go ahead. The server now waits for TLS and for nothing else.",
        ReplyClaim::YesWithWrongCode => {
            "A yes with the wrong code. The server begins TLS now; a sender that insists on 220 takes the reply for a refusal."
        }
        ReplyClaim::TlsNotNow => "Not now: as a rule its certificate or key is missing. The session stays in clear.",
        ReplyClaim::TlsNo => "The server does not start TLS. The session stays as it was.",
        ReplyClaim::Hello => {
            "The server accepts the greeting and says its name. Each line that follows is an extension; a hyphen behind the code means that another line comes."
        }
        ReplyClaim::HelloInside => {
            "The server answers as if it had never heard of this client. Now follows a new list."
        }
        ReplyClaim::Challenge => "The server asks for the next piece, in base64.",
        ReplyClaim::LoginAccepted => "The login is accepted.",
        ReplyClaim::LoginWrong => "The login is refused: name or password is wrong.",
        ReplyClaim::LoginRefused => "The server does not accept this login.",
        ReplyClaim::DataGo => "Go on: the server now reads the message, up to a dot on a line of its own.",
        ReplyClaim::Accepted => "The server has the message. With this reply it takes responsibility for it.",
        ReplyClaim::Goodbye => "The server says goodbye and will close the connection.",
        ReplyClaim::TlsFirst => {
            "The server takes no mail without TLS. Only NOOP, EHLO, STARTTLS and QUIT are answered otherwise."
        }
        ReplyClaim::NotAuthenticated => {
            "The server takes no mail from this client before it has proved who it is, by a login or a certificate."
        }
        ReplyClaim::NtlmSupported => {
            "Go on. The words mean nothing and are no base64: Exchange breaks the RFC here, and clients know it."
        }
        ReplyClaim::NtlmRefused => {
            "The login is refused, with the same words for every reason: an unknown user, a wrong password, a wrong binding."
        }
        ReplyClaim::SenderAccepted => "The sender is accepted.",
        ReplyClaim::RecipientAccepted => "The recipient is accepted.",
        ReplyClaim::Done => "Done.",
        ReplyClaim::NotNow => "Not now; the client may try again later.",
        ReplyClaim::No => "No; trying the same again would not help.",
        ReplyClaim::Other => "A reply.",
    }
}

fn keyword(claim: KeywordClaim) -> &'static str {
    match claim {
        KeywordClaim::Starttls => {
            "The server offers to turn this connection into TLS. Nothing protects the offer itself."
        }
        KeywordClaim::AnonymousTls => {
            "Exchange's private twin of STARTTLS, for servers of one organisation. Not a standard."
        }
        KeywordClaim::ExpsInside => {
            "The same login as before, now with EXCHANGEAUTH: undocumented, and offered only inside the TLS that X-ANONYMOUSTLS began."
        }
        KeywordClaim::ExchangeAuth => "It goes with EXCHANGEAUTH. What SHA256 is used for is not documented.",
        KeywordClaim::Shadow => "An Exchange extension for copies that are kept until a mail has left. Not a standard.",
        KeywordClaim::Auth => "The ways to log in that the server accepts in clear.",
        KeywordClaim::AuthInside => {
            "The ways to log in that the server accepts inside TLS: now those that send the password itself may be among them."
        }
        KeywordClaim::Exps => "Exchange's own login between its servers. Not a standard.",
        KeywordClaim::Size => {
            "The server can be told the message's size beforehand; a number here is the largest that it takes."
        }
        KeywordClaim::Pipelining => {
            "Commands may be sent in groups, without waiting for each reply. STARTTLS must be the last of its group."
        }
        KeywordClaim::Dsn => "The sender can ask for reports of delivery.",
        KeywordClaim::EnhancedStatusCodes => "Replies carry a second, finer code, such as 2.1.0.",
        KeywordClaim::EightBitMime => "Messages may hold octets above 127.",
        KeywordClaim::BinaryMime => "Messages may hold any octets, if they are sent with BDAT.",
        KeywordClaim::Chunking => "Messages may be sent by length, with BDAT, instead of DATA.",
        KeywordClaim::Exch50 => {
            "An Exchange extension that carries properties of a message between its servers. Not a standard."
        }
        KeywordClaim::Rdst => "An Exchange extension. Not a standard, and not documented.",
        KeywordClaim::Vrfy => "The server knows the command that asks whether a mailbox exists.",
        KeywordClaim::Etrn => "A client can ask for its waiting mail.",
        KeywordClaim::SmtpUtf8 => "Addresses may hold letters beyond ASCII.",
        KeywordClaim::Unknown => "An extension that the lab does not know; it is kept as it came.",
    }
}

pub fn recording(claim: RecordingClaim) -> String {
    match claim {
        RecordingClaim::Opens { group } => format!(
            "Whoever records this today and has a large quantum computer one day can open it: {} falls to one.",
            words::group(group)
        ),
        RecordingClaim::Stays { group } => format!(
            "Whoever records this today cannot open it by any way known, not even with a large quantum computer one day: ML-KEM has a part in {}.",
            words::group(group)
        ),
    }
}

pub fn length(LengthClaim { octets, segments }: LengthClaim) -> String {
    let takes = match segments {
        1 => "it fits into one",
        2 => "it takes two",
        _ => "it takes several",
    };
    let [long, most] = [octets, LengthClaim::SEGMENT].map(|octets| words::big(octets as u64));
    format!(
        "The share of ML-KEM makes this hello {long} octets long. A segment of TCP carries {most} over Ethernet: {takes}. A program that takes the first segment for the whole hello breaks off at a longer one."
    )
}

pub fn stream(StreamClaim { first, last, .. }: StreamClaim) -> String {
    format!(
        "It takes octets {} to {} of the one key stream of this direction, which never starts anew: to open it, all records before must be counted. Whoever knows some of what it says, and verbs of SMTP are known, knows the key stream there, and could flip those words to others, if there were no MAC.",
        words::big(first),
        words::big(last)
    )
}

fn alert_instead(claim: AlertClaim) -> &'static str {
    match claim {
        AlertClaim::OldHello => {
            " To a hello older than all that a server speaks the RFC answers protocol_version (70). rustls first looks for signature_algorithms, which came with TLS 1.2, and says handshake_failure (40)."
        }
        AlertClaim::UnknownType => {
            " What came is no record of TLS, to which the RFC answers unexpected_message (10). rustls takes it for a damaged record, and says decode_error (50)."
        }
    }
}

fn record(first: RecordClaim, more: usize, is_tls13: bool) -> String {
    let mut words = match first {
        RecordClaim::ClientHello => {
            "The client opens TLS: which versions and cipher suites it knows, and the name of the server that it wants, readable."
        }
        RecordClaim::ServerHello => "The server has chosen version and cipher suite from the client's offer.",
        RecordClaim::ResumingServerHello => {
            "The server takes up the session of the client's ticket. Who it is, both know from the first one: no certificate is shown."
        }
        RecordClaim::LastExtensions => "Already sealed: the rest of the server's handshake, which shows no certificate.",
        RecordClaim::HelloRetryRequest(group) => {
            let wanted = group.map_or_else(|| "another group".to_owned(), words::group);
            return format!(
                "The server cannot use the share that the client guessed, and asks for one of {wanted}. It costs a round trip."
            );
        }
        RecordClaim::SecondClientHello => "The same hello again, with a share of the group that the server asked for.",
        RecordClaim::Certificate => "A certificate: a public key, and who vouches that it belongs to a name.",
        RecordClaim::ServerKeyExchange => {
            "The server's half of the key exchange, signed with the key of its certificate."
        }
        RecordClaim::EncryptedExtensions => {
            "Already sealed: from here on the rest of the server's handshake is hidden, the certificate too."
        }
        RecordClaim::ClientKeyExchange => {
            "The client's half of the key exchange. Now both ends can compute the same keys, and no listener can."
        }
        RecordClaim::EncryptedPremaster { temporary: false } => {
            "The secret that all keys are made of, encrypted to the key of the server's certificate. Whoever gets that key, even years later, opens a recording of this session."
        }
        RecordClaim::EncryptedPremaster { temporary: true } => {
            "The secret that all keys are made of, encrypted to the short key that the server sent for it. Whoever breaks that key opens a recording of this session."
        }
        RecordClaim::Finished { .. } if is_tls13 => {
            "A digest of the whole handshake, sealed as all since the hellos. It proves to the other end that both saw the same messages: nobody changed one between these two."
        }
        RecordClaim::Finished { hides: true } => {
            "This side's first sealed message: a digest of the whole handshake. It proves to the other end that both saw the same messages: nobody changed one between these two."
        }
        RecordClaim::Finished { hides: false } => {
            "This side's first message under the new suite: a digest of the whole handshake. It proves to the other end that both saw the same messages; hidden it is not."
        }
        RecordClaim::Ticket => "A ticket with which a later session could be resumed.",
        RecordClaim::OtherHandshake => "A message of the handshake.",
        RecordClaim::ChangeCipherSpec13 => {
            "Means nothing in TLS 1.3. It is sent so that the exchange looks like TLS 1.2 to boxes on the path."
        }
        RecordClaim::ChangeCipherSpec { hides: true } => "From the next record on, this side's octets are sealed.",
        RecordClaim::ChangeCipherSpec { hides: false } => {
            "From the next record on, this side's octets carry a MAC, and are readable as before: the suite has no cipher."
        }
        RecordClaim::Alert(Side::Client) => {
            "The client sends an alert as a warning. The one named close_notify ends a session in order; without it, the end could be a cut."
        }
        RecordClaim::Alert(Side::Server) => {
            "The server sends an alert as a warning. The one named close_notify ends a session in order; without it, the end could be a cut."
        }
        RecordClaim::FatalAlert(Side::Client) => {
            "The client ends the handshake with a fatal alert. Nothing may follow it on this connection."
        }
        RecordClaim::FatalAlert(Side::Server) => {
            "The server ends the handshake with a fatal alert. Nothing may follow it on this connection."
        }
        RecordClaim::LateAlert(Side::Client) => {
            "The client ends the session with a fatal alert. Nothing may follow it on this connection."
        }
        RecordClaim::LateAlert(Side::Server) => {
            "The server ends the session with a fatal alert. Nothing may follow it on this connection."
        }
        RecordClaim::Sealed => "A sealed record.",
        RecordClaim::Broken => "Octets where a TLS record should stand, and no whole one does.",
        RecordClaim::Other | RecordClaim::Unread => "A TLS record.",
    }
    .to_owned();
    if more > 0 {
        words.push_str(&format!(" The same record holds {}.", count(more, "more message", "more messages")));
    }
    words
}
