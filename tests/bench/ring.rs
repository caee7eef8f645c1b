//! Handshakes of rustls with ring, between two ends in memory: one line of JSON, microseconds a handshake.

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};
use std::sync::Arc;
use std::time::Instant;

const HOST: &str = "mx.partner.example";
const HANDSHAKES: u32 = 400;

struct Ends {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

fn ends(version: &'static SupportedProtocolVersion, mutual: bool) -> Ends {
    // As in the lab: a root, and below it a certificate of each end, all of P-256.
    let root_key = rcgen::KeyPair::generate().expect("a key");
    let mut root = rcgen::CertificateParams::new(Vec::new()).expect("a root");
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root_der = root.self_signed(&root_key).expect("a root").der().clone();
    let issuer = rcgen::Issuer::new(root, root_key);
    let leaf = |name: &str| -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("a leaf");
        let leaf = params.signed_by(&key, &issuer).expect("a leaf");
        (leaf.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).expect("a key"))
    };
    let mut roots = RootCertStore::empty();
    roots.add(root_der).expect("a root");
    let roots = Arc::new(roots);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone()).build().expect("roots");
    let client = ClientConfig::builder_with_provider(provider.clone()).with_protocol_versions(&[version]).expect("a version").with_webpki_verifier(verifier);
    let mut client = if mutual {
        let (certificate, key) = leaf("mail.somorita.com");
        client.with_client_auth_cert(vec![certificate], key).expect("a certificate")
    } else {
        client.with_no_client_auth()
    };
    client.resumption = rustls::client::Resumption::disabled();
    let server = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(&[version]).expect("a version");
    let server = if mutual {
        server.with_client_cert_verifier(WebPkiClientVerifier::builder_with_provider(roots, provider).build().expect("roots"))
    } else {
        server.with_no_client_auth()
    };
    let (certificate, key) = leaf(HOST);
    let mut server = server.with_single_cert(vec![certificate], key).expect("a certificate");
    server.send_tls13_tickets = 0;
    Ends { client: Arc::new(client), server: Arc::new(server) }
}

fn handshake(ends: &Ends) {
    let mut client = ClientConnection::new(ends.client.clone(), ServerName::try_from(HOST).expect("a name")).expect("a client");
    let mut server = ServerConnection::new(ends.server.clone()).expect("a server");
    let mut wire = Vec::new();
    while client.is_handshaking() || server.is_handshaking() {
        wire.clear();
        while client.wants_write() {
            client.write_tls(&mut wire).expect("memory");
        }
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).expect("memory");
            server.process_new_packets().expect("a handshake");
        }
        wire.clear();
        while server.wants_write() {
            server.write_tls(&mut wire).expect("memory");
        }
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            client.read_tls(&mut rest).expect("memory");
            client.process_new_packets().expect("a handshake");
        }
    }
}

fn microseconds(version: &'static SupportedProtocolVersion, mutual: bool) -> f64 {
    let ends = ends(version, mutual);
    (0..HANDSHAKES / 4).for_each(|_| handshake(&ends));
    let start = Instant::now();
    (0..HANDSHAKES).for_each(|_| handshake(&ends));
    start.elapsed().as_secs_f64() * 1_000_000.0 / f64::from(HANDSHAKES)
}

fn main() {
    println!(
        "{{\"handshake12\":{:.1},\"handshake13\":{:.1},\"mutual\":{:.1}}}",
        microseconds(&TLS12, false),
        microseconds(&TLS13, false),
        microseconds(&TLS13, true),
    );
}
