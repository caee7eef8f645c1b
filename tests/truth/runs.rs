//! Random scenarios, the same in every run of the tests, on all processors.

use crate::scenarios::{any_scenario, values};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use starttls_lab::scenario::{Edit, PRESETS, Scenario};
use starttls_lab::share;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Sessions of which something false was once said, or could easily be.
const LINKS: &[&str] = &[
    "#preset=hub-to-hub&anonymous_tls=suppressed&downgraded_auth=on&auth_mechanism=Tls+Integrated+BasicAuth",
    // The policies want different names in the certificate.
    "preset=hygiene-relay&send_domain_secure=off&policy=verify_or_clear",
    "preset=hygiene-relay&send_domain_secure=off&policy=verified",
    // A sender that is no Exchange.
    "preset=postfix&policy=required&starttls=not_offered",
    "preset=server-requires-tls&policy=required&starttls=unavailable",
    // Two replies with one code; a login decides.
    "preset=refused-454&credentials=ntlm&password=wrong",
    "preset=book&credentials=ntlm",
    "preset=ntlm-clear-weak&ntlm_era=2003",
    "preset=ntlm-inside-tls&epa=require",
    "preset=ntlm-inside-tls&epa=require&client_binding=on",
    "preset=ntlm-inside-tls&epa=allow&client_binding=on&server_stack=ws2008&client_stack=ws2008",
    "preset=ntlm-clear-strong&epa=require&client_binding=on",
    "preset=ntlm-inside-tls&path=impostor",
    "preset=hub-to-hub&credentials=ntlm",
    "preset=hub-to-hub&credentials=ntlm&controller=down",
    "preset=hub-to-hub&credentials=ntlm&controller=clock_off&client_binding=on&epa=require",
    "preset=hub-to-hub&credentials=ntlm&anonymous_tls=suppressed&downgraded_auth=on&password=wrong",
    "preset=hub-to-stranger&credentials=ntlm",
    "preset=hub-to-edge&credentials=ntlm",
    "preset=ntlm-to-impostor&client_binding=on&epa=require",
    "preset=ntlm-to-impostor&client_binding=on&epa=allow&starttls=not_offered",
    "preset=ntlm-to-impostor&policy=never&epa=require",
    "preset=ntlm-to-impostor&password=wrong&ntlm_era=2003",
    "preset=ntlm-to-impostor&auth_mechanism=Tls+BasicAuth",
    "preset=ntlm-to-impostor&server_stack=ws2003&pipelining=on",
    "preset=book&credentials=wrong_password",
    "preset=not-offered&credentials=login&auth_mechanism=Tls+Integrated+BasicAuth+ExchangeServer",
    "preset=impostor&credentials=plain",
    "preset=impostor&credentials=wrong_password",
    // The second hop is in clear.
    "preset=impostor&server_stack=ws2003",
    "preset=relay-forwards&server_stack=ws2003&receive_list=off",
    // What makes the mark, and what forges it.
    "preset=domain-secured&partners=off",
    "preset=domain-secured&credentials=login",
    "preset=domain-secured&client_certificate=revoked",
    "preset=postfix&spoofs=on&reader=outlook&sender=exchange",
    "preset=postfix&spoofs=on&reader=outlook&sender=exchange&starttls=not_offered",
    "preset=domain-secured&path=misissued&server=book",
    "preset=domain-secured&sender=other&policy=verified&send_domain_secure=off&icon_rule=technical",
    // A policy that is not opportunistic, and does without.
    "preset=verify-or-clear&starttls=not_offered",
    "preset=verify-or-clear&starttls=unavailable",
    "preset=verify-or-clear&path=strip",
    "preset=domain-secured&send_domain_secure=off&routing=smart_host&starttls=not_offered",
    "preset=domain-secured&send_domain_secure=off",
    // Certificates that pass wrongly.
    "preset=impostor&path=misissued",
    "preset=relay-forwards&path=misissued",
    "preset=self-signed&path=impostor&sender_imports=on",
    // Looked at in the handshake, passing and failing, with each way on.
    "preset=verify-or-clear&verifier=breaks_off",
    "preset=verify-or-clear&verifier=breaks_off&server_certificate=trusted",
    "preset=verified-wrong-name&verifier=breaks_off",
    "preset=impostor&policy=verified&verifier=breaks_off&client_versions=1.2",
    "preset=book&verifier=breaks_off",
    // SSL 3.0 has an alert for a client without a certificate.
    "preset=domain-secured&client_stack=ws2008&server_stack=ws2008&client_ssl3=on&client_certificate=none",
    // Only one end begins TLS.
    "preset=book-250&go_ahead=220",
    "preset=book-250&server_stack=ws2008",
    "preset=book-250&policy=required",
    // Mechanisms: none at all, and all of them in clear.
    "preset=book&auth_mechanism=Tls",
    "preset=book&auth_mechanism=Tls+Integrated+BasicAuth+ExchangeServer&credentials=plain",
    // AUTH is a keyword that is always listed, and hidden where all its mechanisms send the password.
    "preset=book&auth_mechanism=Tls+BasicAuth+BasicAuthRequireTLS",
    // Both connections of one delivery, in other versions.
    "preset=relay-forwards&server_versions=1.2+1.3&client_versions=1.2",
    "preset=postfix&transfer=bdat&pipelining=off",
    // Another hello is asked for; no group is in common; TLS 1.2 has no hybrid.
    "preset=post-quantum&server_groups=p384+p256",
    "preset=post-quantum&client_groups=x25519+p256+x25519mlkem768&server_groups=x25519mlkem768",
    "preset=postfix&client_groups=x25519mlkem768",
    "preset=post-quantum&client_versions=1.2",
    "preset=book&client_groups=p384+p256&server_groups=p384+p256",
    // Two old ends, whose secret the client encrypts to the server's key; of the relay's hop nothing is sealed.
    "preset=postfix&client_stack=ws2008&server_stack=ws2008",
    "preset=book-login&client_stack=ws2003&server_stack=ws2003",
    "preset=hygiene-relay&policy=opportunistic&send_domain_secure=off&client_stack=ws2003&server_stack=ws2008",
    "preset=postfix&client_stack=ws2008&server_stack=ws2008&client_suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256",
    "preset=postfix&client_stack=ws2003&server_stack=ws2003&client_suite=TLS_RSA_EXPORT_WITH_RC4_40_MD5",
    "preset=postfix&client_stack=ws2003&server_stack=ws2003&client_suite=TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",
    // Put off and tried again: in both versions, with a whole handshake, by two that have proved themselves, and by a relay.
    "preset=resumed&server_versions=1.2",
    "preset=resumed&second_try=full",
    "preset=resumed&policy=verified",
    "preset=resumed&policy=verify_or_clear&server_certificate=expired",
    "preset=domain-secured&second_try=resumed",
    "preset=domain-secured&second_try=resumed&client_versions=1.3&server_versions=1.3",
    "preset=relay-forwards&second_try=resumed&receive_list=off",
    "preset=stripped&second_try=resumed",
    "preset=no-common-version&second_try=resumed",
    "preset=resumed&credentials=plain",
    "preset=post-quantum&second_try=resumed",
    // A bit of the mail is flipped: in every kind of record, in clear, on the first hop of two, and where it comes at the second try.
    "preset=postfix&flip=data",
    "preset=postfix&flip=end&server_versions=1.2",
    "preset=book-2009&flip=data",
    "preset=book-2009&flip=end",
    "preset=export-40&flip=data",
    "preset=null-suite&flip=end",
    "preset=ssl3-fallback&flip=data&transfer=bdat",
    "preset=export-40&client_suite=TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5&flip=data",
    "preset=not-offered&flip=data",
    "preset=not-offered&flip=end",
    "preset=relay-forwards&flip=data",
    "preset=impostor&flip=end",
    "preset=stripped&flip=data",
    "preset=domain-secured&flip=data",
    "preset=resumed&flip=data",
    // One suite alone: without a cipher to whom the sender has verified, with a login, and beside a server that lacks it.
    "preset=null-suite&policy=verified",
    "preset=null-suite&credentials=login",
    "preset=null-suite&server_stack=ws2003&client_ssl3=on",
    "preset=export-40&server_stack=ws2008",
    "preset=book-2009&client_suite=TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P521&server_certificate=internal_ca",
    // Own servers: no ticket, no door, a door that is written over, certificates that are not published.
    "preset=hub-to-hub&controller=down",
    "preset=hub-to-hub&anonymous_tls=suppressed",
    "preset=hub-to-hub&anonymous_tls=suppressed&downgraded_auth=on",
    "preset=hub-to-hub&anonymous_tls=suppressed&downgraded_auth=on&controller=clock_off",
    "preset=hub-to-hub&path=strip",
    "preset=hub-to-hub&path=strip_both",
    "preset=hub-to-hub&path=strip_both&downgraded_auth=on",
    "preset=hub-to-hub&client_versions=1.2+1.3&server_versions=1.2+1.3&credentials=login",
    "preset=hub-to-edge&published=missing",
    "preset=hub-to-edge&published=renewed&policy=never",
    "preset=hub-to-edge&anonymous_tls=suppressed",
    "preset=ssl3-fallback&client_suite=TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA&policy=verified",
];

/// The scenarios of these links.
pub fn linked() -> Vec<Scenario> {
    let read = |link: &&str| {
        let shared = share::read(link);
        assert!(shared.notices.is_empty(), "{link}: {:?}", shared.notices);
        shared.scenario
    };
    LINKS.iter().map(read).collect()
}

/// Scenarios that are made from one seed.
const BATCH: usize = 50;

/// A preset with a few switches changed: what many random switches rarely come to, a mail that is delivered under Domain Security for
/// instance.
fn near_a_preset() -> impl Strategy<Value = Scenario> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..5);
    (any::<prop::sample::Index>(), edits).prop_map(|(preset, edits)| {
        edits.iter().fold(preset.get(PRESETS).scenario, |scenario, (key, value)| {
            let values: Vec<Edit> = match *key.get(Edit::KEYS) {
                "seed" | "clock" | "auth_mechanism" => Vec::new(),
                key => values(key),
            };
            if values.is_empty() { scenario } else { scenario.with(*value.get(&values)) }
        })
    })
}

fn batch(number: usize) -> Vec<Scenario> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&(number as u64).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let mut of = |strategy: BoxedStrategy<Scenario>| strategy.new_tree(&mut runner).expect("a scenario").current();
    (0..BATCH).map(|at| of(if at % 2 == 0 { any_scenario().boxed() } else { near_a_preset().boxed() })).collect()
}

/// Looks at so many scenarios, half of them any, half of them near a preset. Each thread has a state of its own; these come back.
pub fn each<S: Send>(wanted: usize, state: impl Fn() -> S + Sync, look: impl Fn(&mut S, &Scenario) + Sync) -> Vec<S> {
    let next = AtomicUsize::new(0);
    let processors = thread::available_parallelism().map_or(2, |count| count.get());
    thread::scope(|scope| {
        let work = || {
            let mut own = state();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let left = wanted.saturating_sub(number * BATCH);
                if left == 0 {
                    return own;
                }
                batch(number).iter().take(left).for_each(|scenario| look(&mut own, scenario));
            }
        };
        let threads: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|state| state.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
