//! A server as its profile has it. For tests only.

use starttls_lab::scenario::{AuthMechanism, Clock, Offer};
use starttls_lab::smtp::Treatment;
use starttls_lab::smtp::profile::Profile;
use starttls_lab::smtp::server::Config;

pub fn config(profile: &'static Profile) -> Config {
    Config {
        profile,
        offer: Offer::Offered,
        left_over: Treatment::Purge,
        clock: Clock::BOOK,
        address: profile.client.address,
        auth: AuthMechanism::DEFAULT,
        asks: false,
        stamps: false,
    }
}
