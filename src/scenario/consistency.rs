//! Settings that Exchange refuses together, and some that are not its own, for an end with them can agree on nothing. A run takes any scenario; the page
//! and the links do not offer these.
//!
//! Two of Exchange's checks cannot fail here, because the sender's policy is one choice: RequireTLS with IgnoreSTARTTLS, and
//! TlsAuthLevel without RequireTLS.

use super::{
    AuthFlag, AuthMechanism, ClientPolicy, Credentials, Edit, Epa, Groups, Identity, Need, NextHop, Offer, Path,
    Routing, Scenario, ServerProfile, Switch, System, TlsStack, Versions,
};

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
    /// Receive connector: ExtendedProtectionPolicy other than None needs Integrated.
    EpaNeedsIntegrated,
    /// Not Exchange's: the attacker is to pass on a login with NTLM, and none is made.
    NothingToRelay,
    /// Not Exchange's: the one group of an end is of TLS 1.3, which that end does not have.
    HybridNeedsTls13,
    /// A suite that an old end is to have is not in its list.
    SuiteNotInList,
    /// They are, and SSL 3.0 has none of those that the sender is to offer.
    SuiteNotInSsl3,
    /// A server of the sender's own organisation is Exchange, and so is the sender.
    OwnServersAreExchange,
    /// No host stands between two servers of one organisation and answers for one of them.
    OwnServersMeet,
    /// The lab has internal certificates for rustls alone.
    OwnServersHaveRustls,
}

impl Scenario {
    /// The first check that these settings fail: Exchange's, then the lab's.
    pub fn conflict(&self) -> Option<Conflict> {
        let no_group = |groups, versions| groups == Groups::HybridOnly && versions == Versions::Tls12;
        let no_group =
            no_group(self.client_groups, self.client_versions) || no_group(self.server_groups, self.server_versions);
        let relays = self.path == Path::NtlmRelay;
        let lab = if relays && !(self.credentials == Credentials::Ntlm && self.receiver_is_exchange()) {
            Some(Conflict::NothingToRelay)
        } else if no_group {
            Some(Conflict::HybridNeedsTls13)
        } else if self.lacks_its_suite() {
            Some(Conflict::SuiteNotInList)
        } else {
            self.lacks_its_version().then_some(Conflict::SuiteNotInSsl3)
        };
        self.send_conflict().or_else(|| self.receive_conflict()).or(lab).or_else(|| self.next_hop_conflict())
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
        } else if self.epa != Epa::None && !has(AuthFlag::Integrated) {
            Some(Conflict::EpaNeedsIntegrated)
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

impl Scenario {
    /// What has to change as well, so that a change that is refused passes: as little as will do. `None` where it passes already, and
    /// where nothing that is tried here makes it pass.
    pub fn way_out(&self, wanted: Edit) -> Option<Vec<Edit>> {
        let asked = self.with(wanted);
        asked.conflict()?;
        let one = Scenario::companions(&asked);
        let pairs = one.iter().flat_map(|&first| one.iter().map(move |&second| vec![first, second]));
        let triples = one.iter().flat_map(|&first| {
            one.iter().flat_map(move |&second| {
                Scenario::companions(&asked).into_iter().map(move |third| vec![first, second, third])
            })
        });
        let tried = one.iter().map(|&edit| vec![edit]).chain(pairs).chain(triples);
        tried.into_iter().find(|edits| {
            let mended = edits.iter().copied().fold(asked, Scenario::with);
            mended.conflict().is_none() && mended.keeps(self, &asked)
        })
    }

    /// Changes that make room for others, in the order in which they are preferred: a feature that is switched off, then flags of the
    /// Receive connector, then what a whole end is.
    fn companions(asked: &Scenario) -> Vec<Edit> {
        let set = asked.auth_mechanism;
        let flags = |changes: &[(AuthFlag, bool)]| {
            Edit::AuthMechanism(changes.iter().fold(set, |set: AuthMechanism, &(flag, on)| set.with(flag, on)))
        };
        vec![
            Edit::SendDomainSecure(Switch::Off),
            Edit::ReceiveDomainSecure(Switch::Off),
            Edit::Epa(Epa::None),
            Edit::Starttls(Offer::Offered),
            Edit::Routing(Routing::Dns),
            flags(&[(AuthFlag::BasicAuthRequireTls, false)]),
            flags(&[(AuthFlag::Tls, true)]),
            flags(&[(AuthFlag::Integrated, true)]),
            flags(&[(AuthFlag::Tls, true), (AuthFlag::BasicAuth, true)]),
            flags(&[(AuthFlag::ExternalAuthoritative, false)]),
            flags(&[
                (AuthFlag::Integrated, false),
                (AuthFlag::BasicAuth, false),
                (AuthFlag::BasicAuthRequireTls, false),
                (AuthFlag::ExchangeServer, false),
            ]),
            Edit::Policy(ClientPolicy::Verified),
            Edit::Policy(ClientPolicy::Opportunistic),
            Edit::ClientVersions(Versions::Both),
            Edit::ServerVersions(Versions::Both),
            Edit::ClientSsl3(Switch::Off),
            Edit::ClientStack(TlsStack::Ws2003),
            Edit::ClientStack(TlsStack::Ws2008),
            Edit::ServerStack(TlsStack::Ws2003),
            Edit::ServerStack(TlsStack::Ws2008),
            Edit::ClientSuite(None),
            Edit::ServerSuite(None),
            Edit::ClientGroups(Groups::Classical),
            Edit::ServerGroups(Groups::Classical),
            Edit::Server(ServerProfile::Postfix),
            Edit::NextHop(NextHop::Internet),
            Edit::Credentials(Credentials::Ntlm),
            Edit::Sender(System::Exchange),
            Edit::Server(ServerProfile::Exchange),
            Edit::Path(Path::Direct),
            Edit::ClientStack(TlsStack::Rustls),
            Edit::ServerStack(TlsStack::Rustls),
        ]
    }

    /// What was asked for is still there: each field that differs from `before` in `asked`, and each flag of the set.
    fn keeps(&self, before: &Scenario, asked: &Scenario) -> bool {
        let kept = |flag| {
            asked.auth_mechanism.has(flag) == before.auth_mechanism.has(flag)
                || self.auth_mechanism.has(flag) == asked.auth_mechanism.has(flag)
        };
        let mut edits = asked.edits_from(before).into_iter();
        AuthFlag::ALL.into_iter().all(kept)
            && edits.all(|edit| matches!(edit, Edit::AuthMechanism(_)) || self.with(edit) == *self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{EditError, PRESETS, preset};

    /// Every value of every field that takes one of a list.
    fn choices() -> Vec<Edit> {
        let values = Edit::KEYS.iter().filter_map(|&key| match Edit::parse(key, "?") {
            Err(EditError::BadValue { expected }) => Some((key, expected)),
            _ => None,
        });
        let values: Vec<(&str, String)> = values.collect();
        values.iter().flat_map(|(key, all)| all.split(", ").filter_map(|value| Edit::parse(key, value).ok())).collect()
    }

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
        let epa = Edit::Epa(Epa::Allow);
        let not_integrated = Edit::AuthMechanism(auth(&[(AuthFlag::Integrated, false)]));
        let cases: [(&[Edit], Option<Conflict>); 15] = [
            (&[epa], None),
            (&[not_integrated], None),
            (&[epa, not_integrated], Some(Conflict::EpaNeedsIntegrated)),
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

    /// Every single change of every preset that is refused has a way out that is allowed, holds what was asked for, and leaves out
    /// nothing: without any one of its parts it would be refused.
    #[test]
    fn what_is_refused_has_a_way_out() {
        let mut refused = 0;
        for preset in PRESETS {
            let flags = AuthFlag::ALL.map(|flag| {
                let set = preset.scenario.auth_mechanism;
                Edit::AuthMechanism(set.with(flag, !set.has(flag)))
            });
            for wanted in choices().into_iter().chain(flags) {
                let asked = preset.scenario.with(wanted);
                let Some(conflict) = asked.conflict() else {
                    assert_eq!(preset.scenario.way_out(wanted), None);
                    continue;
                };
                refused += 1;
                let what = format!("{}: {}={}, {conflict:?}", preset.name, wanted.key(), wanted.value());
                let out = preset.scenario.way_out(wanted).unwrap_or_else(|| panic!("{what}"));
                let after = |skipped: Option<usize>| {
                    let parts = out.iter().enumerate().filter(|(place, _)| Some(*place) != skipped);
                    parts.fold(asked, |scenario, (_, &edit)| scenario.with(edit))
                };
                assert_eq!(after(None).conflict(), None, "{what}");
                assert!((0..out.len()).all(|part| after(Some(part)).conflict().is_some()), "{what}");
                match wanted {
                    Edit::AuthMechanism(set) => {
                        let (before, end) = (preset.scenario.auth_mechanism, after(None).auth_mechanism);
                        let asked = AuthFlag::ALL.into_iter().filter(|&flag| set.has(flag) != before.has(flag));
                        assert!(asked.into_iter().all(|flag| end.has(flag) == set.has(flag)), "{what}");
                    }
                    _ => assert_eq!(after(None).with(wanted), after(None), "{what}"),
                }
            }
        }
        assert!(refused > 50, "{refused}");
    }

    #[test]
    fn domain_security_makes_room_by_being_switched_off() {
        let base = preset("domain-secured").unwrap().scenario;
        let out = |edit| base.way_out(edit);
        assert_eq!(out(Edit::Policy(ClientPolicy::Never)), Some(vec![Edit::SendDomainSecure(Switch::Off)]));
        assert_eq!(out(Edit::Routing(Routing::SmartHost)), Some(vec![Edit::SendDomainSecure(Switch::Off)]));
    }

    #[test]
    fn an_end_with_a_group_of_tls_13_alone_has_tls_13() {
        let base = preset("postfix").unwrap().scenario;
        let client = [Edit::ClientGroups(Groups::HybridOnly), Edit::ClientVersions(Versions::Tls12)];
        let server = [Edit::ServerGroups(Groups::HybridOnly), Edit::ServerVersions(Versions::Tls12)];
        for [groups, versions] in [client, server] {
            assert_eq!((base.with(groups).conflict(), base.with(versions).conflict()), (None, None));
            assert_eq!(base.with(groups).with(versions).conflict(), Some(Conflict::HybridNeedsTls13));
        }
    }

    #[test]
    fn a_suite_that_is_offered_alone_is_in_the_list_and_in_the_version() {
        let line = |name| Edit::parse("client_suite", name).unwrap();
        let old = preset("postfix").unwrap().scenario.with(Edit::ClientStack(TlsStack::Ws2003));
        let aes = line("TLS_RSA_WITH_AES_128_CBC_SHA");
        assert_eq!(old.with(aes).conflict(), Some(Conflict::SuiteNotInList));
        assert_eq!(old.way_out(aes), Some(vec![Edit::ClientStack(TlsStack::Ws2008)]));
        let newer = old.with(Edit::ClientStack(TlsStack::Ws2008));
        assert_eq!(newer.with(aes).way_out(Edit::ClientStack(TlsStack::Ws2003)), Some(vec![Edit::ClientSuite(None)]));
        let curve = line("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P384");
        let ssl3 = newer.with(curve).with(Edit::ClientSsl3(Switch::On));
        assert_eq!((newer.with(curve).conflict(), ssl3.conflict()), (None, Some(Conflict::SuiteNotInSsl3)));
        // It says nothing with rustls.
        assert_eq!(ssl3.with(Edit::ClientStack(TlsStack::Rustls)).conflict(), None);
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
