//! Captures of other kinds, other protocols, and damaged ones, beside their manifest: what each holds, what is told of it, and what the
//! manifest wants that is not told yet. They are read where they are, in `../shared/import/variants`.

use crate::{assert_sound, data, samples, samples_root};
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::import::pcapng::NotTcp;
use starttls_lab::import::{Imported, capture};
use starttls_lab::scenario::Side;
use starttls_lab::smtp::TlsVerb;
use starttls_lab::story::Story;
use starttls_lab::story::account::{Account, Ending, Goodbye, MailAnswer};
use starttls_lab::trace::{Close, What};

/// A session that was read, and what it comes to.
struct Read {
    imported: Imported,
    reading: Reading,
    account: Account,
}

impl Read {
    fn of(imported: Imported) -> Read {
        let reading = dissect(&imported.trace);
        let account = Story::of(&imported.trace, &reading).first().account.clone();
        Read { imported, reading, account }
    }

    /// What a side said, where it could be read; messages of TLS by their kinds.
    fn said(&self, side: Side) -> Vec<String> {
        let events = self.imported.trace.events.iter().enumerate().filter(|(_, event)| event.who == side);
        let said = events.flat_map(|(id, _)| {
            let line = self.reading.line(id).map(|line| format!("{} {}", line.sent_before_tls, line.text));
            let messages = self.reading.messages(id).iter().map(|message| format!("{:?}", message.kind));
            line.into_iter().chain(messages).collect::<Vec<_>>()
        });
        said.collect()
    }

    fn missing(&self, side: Side) -> u64 {
        let events = self.imported.trace.events.iter().filter(|event| event.who == side);
        let missing = events.filter_map(|event| match event.what {
            What::Missing { octets } => Some(octets),
            _ => None,
        });
        missing.sum()
    }

    fn ends(&self) -> Vec<(Side, Close)> {
        let ends = self.imported.trace.events.iter().filter_map(|event| match event.what {
            What::Closed(close) => Some((event.who, close)),
            _ => None,
        });
        ends.collect()
    }

    fn is_taken(&self) -> bool {
        self.account.mails.iter().any(|mail| mail.fate.value == Some(MailAnswer::Taken))
    }
}

/// What these are wanted for is not told yet, or they are not read at all; what is told of them is checked all the same.
const SHORT: &[&str] = &[
    "a03-lmtp.pcapng",
    "a04-imap.pcapng",
    "a06-ftp.pcapng",
    "a08-http.pcapng",
    "a11-pix-asterisks.pcapng",
    "a13-xanonymoustls.pcapng",
    "c05-pcapng.pcapng.gz",
    "c05-pcapng.pcapng.zst",
    "c07-netmon2.cap",
    "c18-erf.erf",
    "t05b-swapped47.pcapng",
    "t07-ip-fragments.pcapng",
];

/// Whether a file is told as it has to be; `None` if this test does not know what to ask.
fn is_told(file: &str, read: &Read, whole: &Read) -> Option<bool> {
    let Read { imported, account, .. } = read;
    let last_in_clear = || {
        let said = read.said(Side::Client);
        said.iter().rfind(|line| line.starts_with("true ")).cloned().unwrap_or_default()
    };
    let is_sealed = || account.has_unread() && read.said(Side::Client).iter().all(|line| !line.starts_with("false "));
    Some(match file.split('-').next()? {
        "a01" => {
            let began = account.began.event() < account.greeting.event();
            began && account.asked.value.is_none() && account.failed.value.is_none() && read.is_taken()
        }
        "a03" | "a06" | "a04" => account.began.value.is_some() && account.up.value.is_some(),
        "a08" => account.greeting.value.is_none() && account.began.value.is_none() && account.mails.is_empty(),
        "a10" => {
            let is_old = |message: &starttls_lab::dissect::handshake::Message| matches!(&message.facts, MessageFacts::ClientHello(hello) if hello.is_sslv2);
            let hello = account.began.event()?;
            let ending = Some(Ending { by: Some(Side::Server), alert: Some(70) });
            read.reading.messages(hello).iter().any(is_old) && account.failed.value == ending
        }
        "a11" => account.greeting.value == Some(220) && account.before.is_none() && account.asked.value.is_none(),
        "a13" => last_in_clear() == "true X-ANONYMOUSTLS" && account.up.value.is_some() && read.is_taken(),
        "a15" => {
            let in_clear = account.mails.iter().any(|mail| !mail.inside_tls);
            account.answered.value == Some(220) && account.began.value.is_none() && in_clear
        }
        "a16" => {
            let login = account.logins.first()?;
            account.offered(TlsVerb::StartTls).value == Some(true)
                && !login.inside_tls
                && login.answer.value == Some(235)
        }
        "a17" => read.said(Side::Client).last()? == "false QUIT" && read.is_taken(),
        "a22" => account.greeting.value == Some(421) && account.goodbye[1].value == Some(Goodbye::Shutdown),
        "c05" | "c07" | "c18" => imported.trace.events.is_empty() && imported.remarks.len() == 1,
        "t02" => {
            let listed = account.before.as_ref().is_some_and(|list| list.find("STARTTLS").is_some());
            read.missing(Side::Client) > 0 && read.missing(Side::Server) > 0 && listed && is_sealed()
        }
        "t03" => {
            let heard = (account.greeting.value, account.answered.value, account.chosen.value);
            heard == (None, None, None) && account.began.value.is_some() && is_sealed()
        }
        "t05b" => read.missing(Side::Client) + read.missing(Side::Server) == 0 && is_sealed(),
        "t07" => imported.others.get(&NotTcp::Fragment) == Some(&18) && read.missing(Side::Client) > 0,
        "t09" => read.missing(Side::Client) == 243 && account.chosen.value.is_some() && is_sealed(),
        "t10" => read.said(Side::Client).is_empty() && read.ends() == [(Side::Server, Close::Reset)],
        "t10c" => read.said(Side::Server).is_empty() && read.ends().is_empty(),
        "c01" | "c04" | "c12" | "l11" | "l12" | "l14" | "l16" | "l19" | "t19" => {
            let same = |side| read.said(side) == whole.said(side) && read.missing(side) == 0;
            same(Side::Client) && same(Side::Server) && read.is_taken() && read.ends() == whole.ends()
        }
        _ => return None,
    })
}

#[test]
fn each_variant_is_told_as_its_manifest_says() {
    let folder = "../import/variants";
    let Ok(manifest) = std::fs::read_to_string(samples_root().join(folder).join("MANIFEST.tsv")) else { return };
    let rows: Vec<Vec<&str>> = manifest.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let key_log = data("01-postfix-tls13-ok.keylog");
    let whole = Read::of(capture("01", &data("01-postfix-tls13-ok.pcapng"), &key_log));
    assert!(whole.is_taken());
    let found = samples(folder);
    assert_eq!(found.len(), rows.len(), "each variant has its row");
    for (name, file, of_its_own) in found {
        let row = rows.iter().find(|row| row[0] == name).expect("its row");
        // Those that were made of others are opened by the keys of those.
        let base =
            samples_root().join(folder).join(if name.contains("47") { "base47.keylog" } else { "base01.keylog" });
        let key_log = if of_its_own.is_empty() { std::fs::read(base).expect("keys") } else { of_its_own };
        let read = Read::of(capture(&name, &file, &key_log));
        assert_sound(&name, &file, &read.imported);
        assert_eq!(is_told(&name, &read, &whole), Some(true), "{name}: {}", row[2]);

        // What tshark counts, and the suite that it finds.
        let [packets, streams, suite] = row[3].split(' ').collect::<Vec<_>>()[..] else { panic!("{name}: {}", row[3]) };
        let of_tshark = (packets.parse().ok(), streams.parse().ok(), suite.to_owned());
        let suite = read.account.chosen.value.map(|chosen| format!("{:#06x}", chosen.suite)).unwrap_or_default();
        let connections = read.imported.trace.connections().count();
        let same = (Some(read.imported.packets), Some(connections), suite) == of_tshark;
        assert!(same || SHORT.contains(&name.as_str()), "{name}: {of_tshark:?}");
    }
    for name in SHORT {
        assert!(rows.iter().any(|row| row[0] == *name), "{name}");
    }
}

#[test]
fn a_key_log_that_an_editor_has_touched_opens_the_same() {
    let file = data("01-postfix-tls13-ok.pcapng");
    let opened = capture("01", &file, &data("01-postfix-tls13-ok.keylog"));
    let folder = samples_root().join("../import/keylogs");
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let read = capture("01", &file, &std::fs::read(&path).expect("a key log"));
        assert_eq!((&read.trace.events, read.ignored.len()), (&opened.trace.events, 0), "{}", path.display());
    }
}
