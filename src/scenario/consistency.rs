//! Settings that Exchange refuses together, and one pair that the lab cannot run. A run takes any scenario; the page and the links do not offer these.
//!
//! Two of Exchange's checks cannot fail here, because the sender's policy is one choice: RequireTLS with IgnoreSTARTTLS, and
//! TlsAuthLevel without RequireTLS.

use super::{AuthFlag, Edit, Identity, Need, Offer, Routing, Scenario, TlsStack};

/// Why the settings are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conflict {
    /// Send connector: DomainSecureEnabled needs IgnoreSTARTTLS to be false.
    DomainSecureIgnoresStartTls,
    /// Send connector: DomainSecureEnabled needs DNSRoutingEnabled.
    DomainSecureNeedsDns,
    /// Send connector: DomainValidation through a smart host needs TlsDomain, which is what gives another name than the recipient's domain.
    ValidationNeedsTlsDomain,
    /// Receive connector: BasicAuthRequireTLS needs BasicAuth and Tls.
    BasicRequireTlsNeedsBoth,
    /// Receive connector: RequireTLS needs Tls.
    RequireTlsNeedsTls,
    /// Receive connector: ExternalAuthoritative stands alone, or with Tls.
    ExternalStandsAlone,
    /// Receive connector: DomainSecureEnabled needs Tls.
    DomainSecureNeedsTls,
    /// Receive connector: DomainSecureEnabled does not go with ExternalAuthoritative.
    DomainSecureNotExternal,
    /// Not Exchange's: two old ends would agree on a suite that the lab cannot compute.
    BothStacksOld,
}

impl Scenario {
    /// The first check that these settings fail: Exchange's, or the lab's own.
    pub fn conflict(&self) -> Option<Conflict> {
        let both_old = self.client_stack != TlsStack::Rustls && self.server_stack != TlsStack::Rustls;
        let lab = both_old.then_some(Conflict::BothStacksOld);
        self.send_conflict().or_else(|| self.receive_conflict()).or(lab)
    }

    fn send_conflict(&self) -> Option<Conflict> {
        let domain_secure = self.sender_is_exchange() && self.send_domain_secure.is_on();
        let smart_host = self.routing == Routing::SmartHost;
        let demands = self.policy.demands();
        if domain_secure && demands.tls == Need::Never {
            Some(Conflict::DomainSecureIgnoresStartTls)
        } else if domain_secure && smart_host {
            Some(Conflict::DomainSecureNeedsDns)
        } else if smart_host && self.sender_is_exchange() && demands.validates() && demands.identity == Identity::Domain
        {
            Some(Conflict::ValidationNeedsTlsDomain)
        } else {
            None
        }
    }

    fn receive_conflict(&self) -> Option<Conflict> {
        if !self.receiver_is_exchange() {
            return None;
        }
        let has = |flag| self.auth_mechanism.has(flag);
        let (tls, external) = (has(AuthFlag::Tls), has(AuthFlag::ExternalAuthoritative));
        let others =
            [AuthFlag::Integrated, AuthFlag::BasicAuth, AuthFlag::BasicAuthRequireTls, AuthFlag::ExchangeServer];
        if has(AuthFlag::BasicAuthRequireTls) && !(has(AuthFlag::BasicAuth) && tls) {
            Some(Conflict::BasicRequireTlsNeedsBoth)
        } else if self.starttls == Offer::Required && !tls {
            Some(Conflict::RequireTlsNeedsTls)
        } else if external && others.into_iter().any(has) {
            Some(Conflict::ExternalStandsAlone)
        } else if self.receive_domain_secure.is_on() && !tls {
            Some(Conflict::DomainSecureNeedsTls)
        } else if self.receive_domain_secure.is_on() && external {
            Some(Conflict::DomainSecureNotExternal)
        } else {
            None
        }
    }

    /// This scenario with the edits that go together; those that Exchange would refuse, each with its reason, are left out.
    pub fn with_consistent(self, edits: &[Edit]) -> (Scenario, Vec<(Edit, Conflict)>) {
        let all = edits.iter().copied().fold(self, Scenario::with);
        if all.conflict().is_none() {
            return (all, Vec::new());
        }
        let mut refused = Vec::new();
        let kept = edits.iter().fold(self, |scenario, &edit| {
            let next = scenario.with(edit);
            match next.conflict() {
                None => next,
                Some(conflict) => {
                    refused.push((edit, conflict));
                    scenario
                }
            }
        });
        (kept, refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{AuthMechanism, ClientPolicy, PRESETS, ServerProfile, Switch, preset};

    #[test]
    fn presets_are_what_exchange_allows() {
        for preset in PRESETS {
            assert_eq!(preset.scenario.conflict(), None, "{}", preset.name);
        }
    }

    #[test]
    fn each_check_refuses_what_exchange_refuses() {
        let base = preset("domain-secured").unwrap().scenario;
        let auth = |flags: &[(AuthFlag, bool)]| {
            flags.iter().fold(AuthMechanism::DEFAULT, |set, &(flag, on)| set.with(flag, on))
        };
        let external_only = auth(&[
            (AuthFlag::Integrated, false),
            (AuthFlag::BasicAuth, false),
            (AuthFlag::BasicAuthRequireTls, false),
            (AuthFlag::ExchangeServer, false),
            (AuthFlag::ExternalAuthoritative, true),
        ]);
        let no_tls = auth(&[(AuthFlag::Tls, false), (AuthFlag::BasicAuthRequireTls, false)]);
        let off = Edit::ReceiveDomainSecure(Switch::Off);
        let cases: [(&[Edit], Option<Conflict>); 12] = [
            (&[], None),
            (&[Edit::Policy(ClientPolicy::Never)], Some(Conflict::DomainSecureIgnoresStartTls)),
            (&[Edit::Policy(ClientPolicy::Never), Edit::SendDomainSecure(Switch::Off)], None),
            (&[Edit::Routing(Routing::SmartHost)], Some(Conflict::DomainSecureNeedsDns)),
            (
                &[
                    Edit::SendDomainSecure(Switch::Off),
                    Edit::Routing(Routing::SmartHost),
                    Edit::Policy(ClientPolicy::VerifiedDomain),
                ],
                Some(Conflict::ValidationNeedsTlsDomain),
            ),
            (
                &[
                    Edit::SendDomainSecure(Switch::Off),
                    Edit::Routing(Routing::SmartHost),
                    Edit::Policy(ClientPolicy::Verified),
                ],
                None,
            ),
            (&[Edit::AuthMechanism(auth(&[(AuthFlag::BasicAuth, false)]))], Some(Conflict::BasicRequireTlsNeedsBoth)),
            (&[Edit::AuthMechanism(no_tls), off, Edit::Starttls(Offer::Required)], Some(Conflict::RequireTlsNeedsTls)),
            (&[Edit::AuthMechanism(no_tls)], Some(Conflict::DomainSecureNeedsTls)),
            (
                &[Edit::AuthMechanism(auth(&[(AuthFlag::ExternalAuthoritative, true)]))],
                Some(Conflict::ExternalStandsAlone),
            ),
            (&[Edit::AuthMechanism(external_only)], Some(Conflict::DomainSecureNotExternal)),
            (&[Edit::AuthMechanism(external_only), off], None),
        ];
        for (edits, expected) in cases {
            let scenario = edits.iter().copied().fold(base, Scenario::with);
            assert_eq!(scenario.conflict(), expected, "{edits:?}");
            // Postfix has no such connector, and its checks do not apply.
            let postfix = Scenario { server: ServerProfile::Postfix, ..scenario };
            assert_eq!(postfix.receive_conflict(), None);
        }
    }

    #[test]
    fn two_old_ends_are_refused_and_one_is_not() {
        let (client, server) = (Edit::ClientStack(TlsStack::Ws2003), Edit::ServerStack(TlsStack::Ws2008));
        let base = preset("postfix").unwrap().scenario;
        assert_eq!(base.with(client).conflict(), None);
        assert_eq!(base.with(server).conflict(), None);
        assert_eq!(
            base.with_consistent(&[client, server]),
            (base.with(client), vec![(server, Conflict::BothStacksOld)])
        );
    }

    #[test]
    fn edits_that_mend_each_other_pass_and_others_are_named() {
        let base = preset("domain-secured").unwrap().scenario;
        let (never, off) = (Edit::Policy(ClientPolicy::Never), Edit::SendDomainSecure(Switch::Off));
        assert_eq!(base.with_consistent(&[never, off]), (base.with(never).with(off), Vec::new()));
        let host = Edit::Routing(Routing::SmartHost);
        let (kept, refused) = base.with_consistent(&[never, host]);
        assert_eq!(kept, base);
        assert_eq!(refused, [(never, Conflict::DomainSecureIgnoresStartTls), (host, Conflict::DomainSecureNeedsDns)]);
    }
}
