//! A server as its profile has it. For tests only.

use starttls_lab::scenario::{AnonymousOffer, AuthMechanism, Clock, Offer};
use starttls_lab::smtp::Treatment;
use starttls_lab::smtp::profile::{PASSWORD, Profile};
use starttls_lab::smtp::server::Config;
use std::net::Ipv4Addr;

pub fn config(profile: &'static Profile) -> Config {
    Config {
        profile,
        offer: Offer::Offered,
        anonymous_tls: AnonymousOffer::Offered,
        left_over: Treatment::Purge,
        clock: Clock::BOOK,
        address: Ipv4Addr::new(192, 0, 2, 10),
        is_final: true,
        auth: AuthMechanism::DEFAULT,
        password: PASSWORD,
        ntlm: None,
        passes_on: false,
        asks: false,
        puts_off: false,
        stamps: false,
    }
}
