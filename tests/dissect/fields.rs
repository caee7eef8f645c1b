//! The field trees: leaves tile their buffer whatever it holds, and they say what others say of the same octets.

use crate::capture;
use crate::tiles::{malformed, tile, values};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use starttls_lab::dissect::field::{Field, leaves};
use starttls_lab::dissect::handshake::{MessageKind, TlsReader};
use starttls_lab::dissect::message::{self, Context};
use starttls_lab::dissect::smtp::fields as smtp;
use starttls_lab::dissect::smtp::{Form, Line, Role};
use starttls_lab::dissect::x509::{self, certificate, name_line, pem};
use starttls_lab::registry::Version;
use starttls_lab::scenario::{Party, preset};
use starttls_lab::smtp::Capability;
use starttls_lab::tls::{Names, Pki};

/// The DER of a file in PEM.
fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).expect("base64")
}

const EVERY_EXTENSION: &str = include_str!("../data/certificates/every-extension.pem");

#[test]
fn a_certificate_says_what_openssl_says_of_it() {
    let der = der(EVERY_EXTENSION);
    assert_eq!(pem(&der), EVERY_EXTENSION);
    let found = certificate(&der).expect("a certificate");
    let name =
        "C=DE, ST=Somewhere, L=Town, O=Example, OU=Post, CN=mail.example.org, emailAddress=postmaster@example.org";
    assert_eq!((name_line(&found.subject).as_str(), name_line(&found.issuer).as_str()), (name, name));
    assert_eq!((found.version, found.serial.as_slice()), (3, [0, 0xDE, 0xAD, 0xBE, 0xEF, 1].as_slice()));
    assert_eq!(found.signature_algorithm, "sha384WithRSAEncryption");
    assert_eq!(found.not_after - found.not_before, 30_000 * 86_400);
    assert_eq!(found.not_before, 1_795_581_353, "2026-11-25 04:35:53 UTC");
    assert_eq!((found.key.algorithm.as_str(), found.key.bits, found.key.curve), ("rsaEncryption", Some(2048), None));
    assert_eq!(found.dns_names, ["mail.example.org", "mx.example.net"]);
    assert_eq!(found.addresses, ["192.0.2.25", "2001:db8::25"]);
    assert_eq!(found.key_usage.unwrap(), ["digitalSignature", "keyCertSign", "cRLSign"]);
    assert_eq!(found.extended_key_usage.unwrap(), ["serverAuth", "clientAuth", "1.3.6.1.4.1.311.10.3.4"]);
    assert_eq!((found.is_ca, found.path_length), (Some(true), Some(2)));
    assert_eq!(found.subject_key_identifier, found.authority_key_identifier);
    assert_eq!(found.subject_key_identifier.expect("an identifier").len(), 20);

    let fields = x509::fields(&der);
    tile(&fields, 0..der.len());
    assert!(malformed(&fields).is_empty());
    assert_eq!(
        values(&fields, "Extension"),
        [
            "basicConstraints, critical",
            "keyUsage, critical",
            "extKeyUsage",
            "subjectAltName",
            "issuerAltName",
            "subjectKeyIdentifier",
            "authorityKeyIdentifier",
            "cRLDistributionPoints",
            "authorityInfoAccess",
            "certificatePolicies",
            "nameConstraints",
            "tlsFeature",
            "1.2.3.4.5",
            "1.2.3.4.6",
        ]
    );
    let uris = [
        "smtp://mail.example.org",
        "http://crl.example.org/1.crl",
        "http://ocsp.example.org/",
        "http://ca.example.org/ca.crt",
    ];
    assert_eq!(values(&fields, "uniformResourceIdentifier"), uris);
    assert_eq!(values(&fields, "PolicyInformation"), ["domain-validated", "1.3.6.1.4.1.99999.1"]);
    assert!(
        leaves(&fields)
            .iter()
            .all(|field| ["RFC 5280 §", "X.690 §"].iter().any(|document| field.source.starts_with(document))
                || field.source == "RFC 3279 §2.3.1")
    );
}

#[test]
fn the_lab_s_own_certificates_are_read() {
    let scenario = preset("book").expect("a preset").scenario;
    let names = Names { sender: "mail.example.com", between: "mx.example.org", receiver: "mail.example.net" };
    let pki = Pki::new(&scenario, &names).expect("certificates");
    let root = certificate(pki.root()).expect("a certificate");
    assert_eq!((root.is_ca, root.subject == root.issuer), (Some(true), true));
    let leaf = certificate(pki.chain(Party::Receiver).next().expect("a leaf")).expect("a certificate");
    assert_eq!((leaf.issuer.as_slice(), leaf.is_ca), (root.subject.as_slice(), Some(false)));
    assert_eq!(leaf.dns_names, ["mail.example.net"]);
    assert_eq!(leaf.authority_key_identifier, root.subject_key_identifier);
    assert_eq!((leaf.key.algorithm.as_str(), leaf.key.curve.as_deref()), ("id-ecPublicKey", Some("secp256r1")));
    assert_eq!(leaf.extended_key_usage.expect("purposes"), ["serverAuth", "clientAuth"]);
    assert_eq!(
        (leaf.serial.as_slice(), leaf.signature_algorithm.as_str()),
        ([0x10, 1].as_slice(), "ecdsa-with-SHA256")
    );
    let now = scenario.clock.unix() as i64;
    assert!(leaf.not_before < now && now < leaf.not_after);
}

#[test]
fn a_defect_in_one_extension_leaves_the_others() {
    let mut der = der(EVERY_EXTENSION);
    let at = der.windows(3).position(|octets| octets == [0x55, 0x1D, 0x25]).expect("extKeyUsage");
    // Its OCTET STRING holds a SEQUENCE, which now says that it is longer than it is.
    der[at + 6] += 1;
    let fields = x509::fields(&der);
    tile(&fields, 0..der.len());
    assert_eq!(malformed(&fields).len(), 1, "{:?}", malformed(&fields));
    assert_eq!(values(&fields, "Extension").len(), 14);
    assert!(certificate(&der).is_err());
}

/// All handshake messages of captures and vectors, with what was chosen before them.
fn messages() -> Vec<(Vec<u8>, Context)> {
    let files =
        ["c02b", "009e-client-certificate-and-status", "1301-client-certificate-and-status", "009d", "1302-key-update"];
    let vectors = files.map(|file| capture::vector(&format!("openssl/{file}.txt")));
    let captures = ["25-resumption-tls13", "36-parallel-sessions"].into_iter().flat_map(|name| {
        let secrets = capture::secrets(name);
        capture::connections(name).into_iter().map(move |connection| (connection, secrets.clone()))
    });
    let mut all: Vec<(Vec<u8>, Context)> = Vec::new();
    for (records, secrets) in vectors.into_iter().chain(captures) {
        let mut reader = TlsReader::new(&secrets);
        for (side, record) in records {
            let mut plaintext = Vec::new();
            let (messages, frame) = reader.read(side, &record, &mut plaintext);
            let mut context = frame.context;
            for message in messages.iter().filter(|message| matches!(message.kind, MessageKind::Handshake(_))) {
                all.push((plaintext[message.range.clone()].to_vec(), context));
                context = context.after(&message.facts);
            }
        }
    }
    all
}

#[test]
fn every_handshake_message_is_among_the_tested_ones() {
    let mut types: Vec<u8> = messages().iter().map(|(octets, _)| octets[0]).collect();
    types.sort();
    types.dedup();
    // Without hello_request, end_of_early_data and compressed_certificate, which no file has.
    assert_eq!(types, [1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24]);
}

/// A length that is one more than it should be, at any depth of any message, is found, and what stands before it is read as ever.
#[test]
fn every_wrong_length_is_malformed_and_what_stands_before_it_stays() {
    for (octets, context) in messages() {
        let (_, sound) = message::handshake(&octets, context);
        tile(&sound, 0..octets.len());
        assert!(malformed(&sound).is_empty(), "{:?}", malformed(&sound));
        for length in leaves(&sound).iter().filter(|leaf| ["length", "identifier and length"].contains(&leaf.name)) {
            let at = length.range.end - 1;
            let mut wrong = octets.clone();
            wrong[at] = wrong[at].wrapping_add(1);
            let (_, fields) = message::handshake(&wrong, context);
            tile(&fields, 0..wrong.len());
            assert!(!malformed(&fields).is_empty(), "{length:?} in {}", sound[0].name);
            let before = |fields: &[Field]| -> Vec<Field> {
                leaves(fields).into_iter().filter(|leaf| leaf.range.end <= at).cloned().collect()
            };
            assert_eq!(before(&fields), before(&sound), "{length:?} in {}", sound[0].name);
        }
    }
}

/// A message that ends too early is read up to there.
#[test]
fn every_message_can_be_cut_anywhere() {
    for (octets, context) in messages() {
        for length in 4..octets.len() {
            let mut cut = octets[..length].to_vec();
            cut[1..4].copy_from_slice(&(length as u32 - 4).to_be_bytes()[1..]);
            let (_, fields) = message::handshake(&cut, context);
            tile(&fields, 0..length);
        }
    }
}

/// The fields of a line, of this form, and what is in its base64.
fn line(role: Role, form: Form, octets: &[u8]) -> (Vec<Field>, Vec<Field>) {
    let line = Line { role, text: String::new(), sent_before_tls: true, form };
    let (fields, decoded) = smtp::of(octets, &line);
    tile(&fields, 0..octets.len());
    let (payload, inner) = decoded.map(|decoded| (decoded.octets, decoded.fields)).unwrap_or_default();
    tile(&inner, 0..payload.len());
    (fields, inner)
}

/// Leaves as `name=value`.
fn told(fields: &[Field]) -> String {
    let told = leaves(fields).into_iter().map(|leaf| format!("{}={}", leaf.name, leaf.value));
    told.collect::<Vec<_>>().join("|")
}

fn command(text: &str) -> String {
    told(&line(Role::Command { verb: String::new() }, Form::Line, text.as_bytes()).0)
}

#[test]
fn commands_field_by_field() {
    for (text, expected) in [
        ("EHLO mx.example\r\n", "verb=EHLO|SP=|Domain=mx.example|CRLF="),
        ("noop\r\n", "verb=noop|CRLF="),
        (
            "MAIL FROM:<a@b.example> SIZE=5 BODY=8BITMIME\r\n",
            "verb=MAIL|SP=|FROM:=FROM:|<=<|Local-part=a|@=@|Domain=b.example|>=>|SP=|esmtp-keyword=SIZE|==\
             =|esmtp-value=5|SP=|esmtp-keyword=BODY|===|esmtp-value=8BITMIME|CRLF=",
        ),
        ("MAIL FROM:<>\r\n", "verb=MAIL|SP=|FROM:=FROM:|<=<|>=>|CRLF="),
        (
            "rcpt to: <@relay.example:\"a>@\\\"b\"@c.example>\r\n",
            "verb=rcpt|SP=|TO:=to:|SP=|<=<|A-d-l=@relay.example|:=:|Local-part=\"a>@\\\"b\"|@=@|Domain=c.example|>=>|CRLF=",
        ),
        ("RCPT TO:<Postmaster>\r\n", "verb=RCPT|SP=|TO:=TO:|<=<|Local-part=Postmaster|>=>|CRLF="),
        ("BDAT 12 LAST\r\n", "verb=BDAT|SP=|chunk-size=12|SP=|end-marker=LAST|CRLF="),
        ("AUTH PLAIN =\r\n", "verb=AUTH|SP=|mechanism=PLAIN|SP=|initial-response==|CRLF="),
        ("XYZ some thing \r\n", "verb=XYZ|SP=|argument=some thing|SP=|CRLF="),
    ] {
        assert_eq!(command(text), expected.replace("==\u{20}", "=="), "{text}");
    }
}

#[test]
fn what_is_wrong_in_a_line_is_malformed_and_the_rest_stays() {
    let malformed_in = |role: Role, form: Form, text: &str| {
        let (fields, _) = line(role, form, text.as_bytes());
        let found: Vec<String> =
            malformed(&fields).iter().map(|field| format!("{} {}", field.range.len(), field.value)).collect();
        found.join("|")
    };
    let command = || Role::Command { verb: String::new() };
    let reply = || Role::Reply { code: 250, to: None, last: true };
    let sasl = || Form::Sasl { mechanism: "PLAIN".into(), responses: 0 };
    for (role, form, text, expected) in [
        (command(), Form::Line, "MAIL FRO:<a@b>\r\n", "9 argument should be FROM:"),
        (command(), Form::Line, "MAIL FROM:a@b\r\n", "3 < should be here"),
        (command(), Form::Line, "MAIL FROM:<a@b>SIZE=1\r\n", "6 parameter should be after a space"),
        (command(), Form::Line, "MAIL FROM:<a@b\r\n", "4 > needs 1 octet, 0 left"),
        (command(), Form::Line, "NOOP\n", "1 end of line should be CRLF"),
        (command(), Form::Line, "NOOP", "4 end of line should be CRLF"),
        (command(), sasl(), "AUTH PLAIN a!\r\n", "2 initial-response should be base64"),
        (Role::AuthResponse, sasl(), "a!\r\n", "2 response should be base64"),
        (Role::NoReply, Form::Line, "so?\r\n", "3 reply line should be three digits, a space or hyphen, and text"),
        (reply(), Form::Line, "25\r\n", "2 Reply-code should be digits"),
        (reply(), sasl(), "334 a!\r\n", "2 challenge should be base64"),
        (
            Role::Content,
            Form::Data,
            "a: b\r\n\r\nc\r\n",
            "11 end of mail data should be a line with a dot and nothing else",
        ),
        (Role::Content, Form::Data, ".\r\nMAIL\r\n", "6 6 octets more than the field has"),
    ] {
        assert_eq!(malformed_in(role, form, text), expected, "{text:?}");
    }
}

#[test]
fn replies_field_by_field() {
    let told = |role: Role, form: Form, text: &str| told(&line(role, form, text.as_bytes()).0);
    let code = "first digit=2|second digit=5|third digit=0";
    let reply = |last| Role::Reply { code: 250, to: None, last };
    let text = told(reply(true), Form::Line, "250 2.1.5 Recipient ok\r\n");
    let enhanced = "class=2|.=.|subject=1|.=.|detail=5";
    assert_eq!(text, format!("{code}|SP=|{enhanced}|SP=|textstring=Recipient ok|CRLF="));
    assert_eq!(told(reply(true), Form::Line, "250\r\n"), format!("{code}|CRLF="));
    // The class is not the code's first digit: no enhanced code. RFC 2034 §4
    assert_eq!(told(reply(true), Form::Line, "250 4.1.5 x\r\n"), format!("{code}|SP=|textstring=4.1.5 x|CRLF="));
    assert_eq!(told(reply(true), Form::Line, "250 2.1 x\r\n"), format!("{code}|SP=|textstring=2.1 x|CRLF="));
    let hello = told(reply(false), Form::Hello, "250-mx.example at your service\r\n");
    assert_eq!(hello, format!("{code}|hyphen=-|Domain=mx.example|SP=|textstring=at your service|CRLF="));
    let capability = Capability { keyword: "SIZE".into(), parameters: vec!["5".into()] };
    let capability = Role::Capability { capability, ehlo: 0, last: true };
    let keyword = told(capability, Form::Line, "250 SIZE 5\r\n");
    assert_eq!(keyword, format!("{code}|SP=|ehlo-keyword=SIZE|SP=|ehlo-param=5|CRLF="));
}

#[test]
fn base64_stands_for_what_its_mechanism_says() {
    let inner = |role: Role, mechanism: &str, responses, text: &str| {
        told(&line(role, Form::Sasl { mechanism: mechanism.into(), responses }, text.as_bytes()).1)
    };
    let encoded = |octets: &[u8]| format!("{}\r\n", STANDARD.encode(octets));
    let response =
        |mechanism, responses, octets: &[u8]| inner(Role::AuthResponse, mechanism, responses, &encoded(octets));
    assert_eq!(response("PLAIN", 0, b"z\0user\0secret"), "authzid=z|NUL=\\u{0}|authcid=user|NUL=\\u{0}|passwd=secret");
    assert_eq!(response("PLAIN", 0, b"z\0user"), "authzid=z|NUL=\\u{0}|authcid=user", "the rest is missing");
    assert_eq!(response("LOGIN", 0, b"user"), "user name=user");
    assert_eq!(response("LOGIN", 1, b"secret"), "password=secret");
    assert_eq!(response("NTLM", 1, b"NTLM\xFF"), "response=4e544c4dff");
    let command = Role::Command { verb: "AUTH".into() };
    let initial = format!("AUTH PLAIN {}", encoded(b"\0user\0secret"));
    assert_eq!(inner(command, "PLAIN", 0, &initial), "NUL=\\u{0}|authcid=user|NUL=\\u{0}|passwd=secret");
    let challenge = Role::Reply { code: 334, to: Some(0), last: true };
    assert_eq!(inner(challenge, "LOGIN", 0, "334 VXNlcm5hbWU6\r\n"), "challenge=Username:");
    assert_eq!(inner(Role::AuthResponse, "LOGIN", 0, "*\r\n"), "", "given up");
}

#[test]
fn a_message_field_by_field() {
    let content = |form, text: &str| told(&line(Role::Content, form, text.as_bytes()).0);
    let text = "Subject: Figures\r\n of the year\r\nX:\r\n\r\nHello\r\n..dot\r\nend\r\n.\r\n";
    assert_eq!(
        content(Form::Data, text),
        "field name=Subject|:=:|field body=Figures of the year|CRLF=|field name=X|:=:|CRLF=|empty line=|text=7 octets|\
         stuffed dot=.|text=11 octets|end of mail data=."
    );
    assert_eq!(content(Form::Data, ".\r\n"), "end of mail data=.");
    assert_eq!(content(Form::Data, "no header\r\n.\r\n"), "text=11 octets|end of mail data=.");
    // A chunk has neither stuffed dots nor an end of its own. RFC 3030 §2
    assert_eq!(
        content(Form::Chunk, "a: b\r\n\r\n.\r\n..x"),
        "field name=a|:=:|field body=b|CRLF=|empty line=|text=6 octets"
    );
    // Only CRLF ends a line: a dot behind a bare LF is text.
    assert_eq!(content(Form::Data, "\r\na\n.\nb\r\n.\r\n"), "empty line=|text=7 octets|end of mail data=.");
}

/// Were any reader quadratic, a megabyte of what is worst for it would take it hours.
#[test]
fn large_inputs_are_read_in_linear_time() {
    const SIZE: usize = 1 << 19;
    let context = Context { version: Some(Version::TLS13), suite: Some(0x1301) };
    let message = |handshake_type: u8, body: &[u8]| {
        let octets = [&[handshake_type], &(body.len() as u32).to_be_bytes()[1..], body].concat();
        let (_, fields) = message::handshake(&octets, context);
        tile(&fields, 0..octets.len());
        leaves(&fields).len()
    };
    // Certificates of no octets, each with no extensions: five octets, two fields.
    let list = |count: usize| [&[0], &(count as u32 * 5).to_be_bytes()[1..], vec![0; count * 5].as_slice()].concat();
    let (once, twice) = (message(11, &list(SIZE / 10)), message(11, &list(SIZE / 10 * 2)));
    assert_eq!(twice - 4, 2 * (once - 4), "twice the certificates are twice the fields");
    message(1, &vec![0xFF; SIZE]);
    for octet in [0x30, 0x31, 0xA0, 0x02, 0] {
        let octets = vec![octet; SIZE];
        tile(&x509::fields(&octets), 0..SIZE);
    }
    for text in
        ["a", "a:", "\r\n", "\n", ".", "\r\n.", "\r\n ", "a\r\n", " ", "<", "\"", "\\", "= ", "a=b ", "1.", "1. "]
    {
        let octets = text.repeat(SIZE / text.len());
        for form in [Form::Data, Form::Chunk] {
            line(Role::Content, form, octets.as_bytes());
        }
        for start in ["", "MAIL FROM:<", "MAIL FROM:<a@b> ", "RCPT TO:<\"", "AUTH PLAIN ", "EHLO "] {
            line(Role::Command { verb: String::new() }, Form::Line, format!("{start}{octets}").as_bytes());
        }
        let capability = Capability { keyword: String::new(), parameters: vec![] };
        for role in
            [Role::Reply { code: 250, to: None, last: true }, Role::Capability { capability, ehlo: 0, last: true }]
        {
            line(role, Form::Line, format!("250 {octets}").as_bytes());
        }
    }
}

fn roles() -> impl Strategy<Value = Role> {
    let capability = Capability { keyword: String::new(), parameters: vec![] };
    prop::sample::select(vec![
        Role::Greeting { code: 220 },
        Role::Command { verb: String::new() },
        Role::Reply { code: 250, to: None, last: true },
        Role::Capability { capability, ehlo: 0, last: true },
        Role::AuthResponse,
        Role::Content,
        Role::NoReply,
    ])
}

fn forms() -> impl Strategy<Value = Form> {
    let sasl = |mechanism: &str, responses| Form::Sasl { mechanism: mechanism.into(), responses };
    prop::sample::select(vec![
        Form::Line,
        Form::Hello,
        Form::Data,
        Form::Chunk,
        sasl("PLAIN", 0),
        sasl("LOGIN", 1),
        sasl("X", 0),
    ])
}

proptest! {
    #[test]
    fn any_octets_are_a_certificate_s_fields(octets: Vec<u8>) {
        tile(&x509::fields(&octets), 0..octets.len());
        prop_assert!(certificate(&octets).is_err());
    }

    #[test]
    fn a_damaged_certificate_is_read(damage: Vec<(prop::sample::Index, u8)>, cut: prop::sample::Index, cuts: bool) {
        let mut der = der(EVERY_EXTENSION);
        for (at, mask) in damage {
            let at = at.index(der.len());
            der[at] ^= mask;
        }
        if cuts {
            der.truncate(cut.index(der.len()));
        }
        let fields = x509::fields(&der);
        tile(&fields, 0..der.len());
        prop_assert_eq!(certificate(&der).is_ok(), malformed(&fields).is_empty() && !cuts);
    }

    #[test]
    fn any_octets_are_a_message_s_fields(handshake_type in 0..30_u8, body: Vec<u8>, versions: [Option<u16>; 2], suite in any::<prop::sample::Index>()) {
        let suites = [None, Some(0xC02B), Some(0x009E), Some(0x009C), Some(0x1301), Some(0x0A0A)];
        let version = [Some(Version::TLS12), Some(Version::TLS13), Some(Version::TLS10), versions[0].map(Version)][suite.index(4)];
        let context = Context { version, suite: suites[suite.index(suites.len())] };
        let octets = [&[handshake_type, 0, (body.len() >> 8) as u8, body.len() as u8], body.as_slice()].concat();
        let (_, fields) = message::handshake(&octets, context);
        tile(&fields, 0..octets.len());
        let (_, fields) = message::handshake(&body, context);
        tile(&fields, 0..body.len());
    }

    #[test]
    fn a_damaged_message_is_read(
        which: prop::sample::Index,
        damage in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..6),
        other: prop::sample::Index,
    ) {
        let all = messages();
        let (mut octets, _) = which.get(&all).clone();
        for (at, mask) in damage {
            let at = at.index(octets.len());
            octets[at] ^= mask;
        }
        let (_, fields) = message::handshake(&octets, other.get(&all).1);
        tile(&fields, 0..octets.len());
    }

    #[test]
    fn any_octets_are_a_line_s_fields(
        octets in prop_oneof![
            "[ -~]{0,40}(\r\n|\n|)".prop_map(String::into_bytes),
            "(MAIL FROM:|RCPT TO:|AUTH PLAIN |BDAT |250-|334 |220 |535 5\\.7\\.8 )[<>@\":=;. a-c0-9\\\\]{0,30}\r\n".prop_map(String::into_bytes),
            "([.a:]{0,3}(\r\n|\n|\r| ))*".prop_map(String::into_bytes),
            any::<Vec<u8>>(),
        ],
        role in roles(),
        form in forms(),
    ) {
        line(role, form, &octets);
    }
}
