//! Lines for administrators, to be copied: complete, with example names in them. HOST is the server that was called. Every name of a setting is
//! in the list of tests/story/advice.rs, with where it is documented.

use crate::advice::{Advice, Purpose};
use crate::scenario::ClientPolicy;
use crate::story::say::HeadlineClaim;
use crate::text::AdviceWords;

pub const ADVICE: AdviceWords = AdviceWords {
    heading: "In a real system",
    note: "X is a connector's name, T a thumbprint; the other names are examples. Ask only servers that you may ask.",
    purpose: |purpose| match purpose {
        Purpose::Set => "To have this setting",
        Purpose::Mend => "To mend this outcome",
        Purpose::See => "To see it yourself",
    },
    what,
    lines,
    copy: "Copy",
    after,
};

fn what(advice: Advice) -> &'static str {
    match advice {
        Advice::Policy { .. } => "The sender's policy.",
        Advice::Insist { .. } => {
            "Let the sender wait rather than send in clear. For all domains that is seldom wanted: mail to servers without TLS would wait, too."
        }
        Advice::Verify { .. } => "Let the sender ask for the certificate of the host that it called.",
        Advice::UseTls { .. } => "Let the sender use TLS.",
        Advice::OfferTls { .. } => "Let the receiver offer STARTTLS.",
        Advice::ServerCertificate { .. } => {
            "Give the receiver a certificate of a CA that senders trust, with the name that they look for."
        }
        Advice::ClientCertificate => {
            "See whether the sender's certificate will do: it must verify as a client's and name the domain."
        }
        Advice::SendConnector => "Set the Send connector up for Domain Security.",
        Advice::ReceiveConnector => "Set the Receive connector up for Domain Security.",
        Advice::Partners => "Let partners submit to the Receive connector.",
        Advice::AskOffer => {
            "See whether STARTTLS is offered. Ask from two networks: what is stripped on one way may be there on another."
        }
        Advice::AskRefusal => "See what STARTTLS is answered; without a 220 it stops.",
        Advice::AskVersions => "See which versions the server has; alert number 70 says that this is none.",
        Advice::AskCertificate => {
            "See whether the certificate verifies, and for this name; roots.pem are the roots that you trust."
        }
        Advice::AskInside => "See both lists, before TLS and inside.",
        Advice::AskLogin => "Try the login, inside TLS.",
        Advice::AskClient => "Show a client's certificate; without the two files, a domain on the list gets 530.",
        Advice::LookInQueue { .. } => "Look into the queue, and why the mail is there.",
    }
}

fn lines(advice: Advice) -> &'static [&'static str] {
    match advice {
        Advice::Policy { policy, exchange: true } => exchange_policy(policy),
        Advice::Policy { policy, exchange: false } => other_policy(policy),
        Advice::Insist { exchange: true } => exchange_policy(ClientPolicy::Required),
        Advice::Insist { exchange: false } => other_policy(ClientPolicy::Required),
        Advice::Verify { exchange: true } => exchange_policy(ClientPolicy::Verified),
        Advice::Verify { exchange: false } => other_policy(ClientPolicy::Verified),
        Advice::UseTls { exchange: true } => exchange_policy(ClientPolicy::Opportunistic),
        Advice::UseTls { exchange: false } => other_policy(ClientPolicy::Opportunistic),
        Advice::OfferTls { exchange: true } => {
            &["Set-ReceiveConnector X -AuthMechanism Tls,Integrated,BasicAuth,BasicAuthRequireTLS,ExchangeServer"]
        }
        Advice::OfferTls { exchange: false } => &["postconf -e smtpd_tls_security_level=may"],
        Advice::ServerCertificate { exchange: true } => &[
            "Get-ExchangeCertificate | FL Thumbprint,Services,CertificateDomains,NotAfter",
            "Enable-ExchangeCertificate -Thumbprint T -Services SMTP",
        ],
        Advice::ServerCertificate { exchange: false } => {
            &["postconf -e smtpd_tls_cert_file=/etc/postfix/chain.pem smtpd_tls_key_file=/etc/postfix/key.pem"]
        }
        Advice::ClientCertificate => &[
            "openssl verify -CAfile roots.pem -purpose sslclient me.pem",
            "openssl x509 -in me.pem -noout -ext subjectAltName,extendedKeyUsage",
        ],
        Advice::SendConnector => &["Set-SendConnector X -DomainSecureEnabled $true"],
        Advice::ReceiveConnector => &["Set-ReceiveConnector X -DomainSecureEnabled $true"],
        Advice::Partners => &["Set-ReceiveConnector X -PermissionGroups AnonymousUsers,Partners"],
        Advice::AskOffer => &["swaks --server HOST --ehlo mail.somorita.com --quit-after FIRST-EHLO"],
        Advice::AskRefusal => &[
            "swaks --server HOST --tls-optional-strict --from sales@somorita.com --to office@partner.example --quit-after MAIL",
        ],
        Advice::AskVersions => &[
            "openssl s_client -connect HOST:25 -starttls smtp -tls1_2 -brief",
            "openssl s_client -connect HOST:25 -starttls smtp -tls1_3 -brief",
        ],
        Advice::AskCertificate => &[
            "openssl s_client -connect HOST:25 -starttls smtp -servername HOST -verify_hostname HOST -verify_return_error -CAfile roots.pem -brief",
        ],
        Advice::AskInside => &["swaks --server HOST --tls --quit-after EHLO"],
        Advice::AskLogin => {
            &["swaks --server HOST --tls --auth LOGIN --auth-user sales --auth-password SECRET --quit-after AUTH"]
        }
        Advice::AskClient => &[
            "swaks --server HOST --tls --tls-cert me.pem --tls-key me.key --from sales@somorita.com --to office@partner.example --quit-after MAIL",
        ],
        Advice::LookInQueue { exchange: true } => &["Get-Queue | FL Identity,Status,LastError"],
        Advice::LookInQueue { exchange: false } => &["postqueue -p", "exim -bp"],
    }
}

fn exchange_policy(policy: ClientPolicy) -> &'static [&'static str] {
    match policy {
        ClientPolicy::Never => &["Set-SendConnector X -IgnoreSTARTTLS $true"],
        ClientPolicy::Opportunistic => &["Set-SendConnector X -RequireTLS $false -IgnoreSTARTTLS $false"],
        ClientPolicy::Required => &["Set-SendConnector X -RequireTLS $true"],
        ClientPolicy::Verified => {
            &["Set-SendConnector X -RequireTLS $true -TlsAuthLevel DomainValidation -TlsDomain HOST"]
        }
        ClientPolicy::VerifiedDomain => &["Set-SendConnector X -RequireTLS $true -TlsAuthLevel DomainValidation"],
        ClientPolicy::DomainSecure => &[
            "Set-TransportConfig -TLSSendDomainSecureList partner.example",
            "Set-SendConnector X -DomainSecureEnabled $true",
        ],
        ClientPolicy::VerifyOrClear | ClientPolicy::LegacyOff | ClientPolicy::LegacyOn => &[],
    }
}

/// Of Postfix; where an option of Exim's smtp transport says the same, that too.
fn other_policy(policy: ClientPolicy) -> &'static [&'static str] {
    match policy {
        ClientPolicy::Never => &["postconf -e smtp_tls_security_level=none", "hosts_avoid_tls = *"],
        ClientPolicy::Opportunistic => &["postconf -e smtp_tls_security_level=may"],
        ClientPolicy::Required => &["postconf -e smtp_tls_security_level=encrypt", "hosts_require_tls = *"],
        ClientPolicy::Verified => &["postconf -e smtp_tls_security_level=verify"],
        ClientPolicy::VerifiedDomain => &["postconf -e smtp_tls_security_level=secure"],
        _ => &[],
    }
}

/// What comes after the run, and who is told.
fn after(headline: HeadlineClaim, exchange: bool) -> &'static str {
    match headline {
        HeadlineClaim::Waits if exchange => {
            "The queue tries again by itself. After 4 hours Exchange tells the author of the delay, after 2 days it gives up, and the author gets the report `550 4.4.7 QUEUE.Expired`: DelayNotificationTimeout and MessageExpirationTimeout, as they are if nobody sets them."
        }
        HeadlineClaim::Waits => {
            "The queue tries again by itself. Postfix tells nobody of the delay (delay_warning_time is 0h) and gives up after 5 days (maximal_queue_lifetime), if nothing else is set; then the author gets a report."
        }
        HeadlineClaim::Returned => {
            "The author gets a report at once, with the server's reply in it. Nothing is tried again."
        }
        HeadlineClaim::RelayWaits => {
            "To the sender the mail is delivered. It lies in the relay's queue, is tried again there, and days later the relay reports to the author that it has failed."
        }
        HeadlineClaim::RelayReturned => "To the sender the mail was delivered. The relay sends the author a report.",
        HeadlineClaim::Readable | HeadlineClaim::ReadableToAttacker => {
            "Nobody is told that it went out readable: SMTP has no message for that. A log has it at most; TLSRPT reports it, where the receiver's domain asks for that."
        }
        HeadlineClaim::ToAttacker | HeadlineClaim::ToVerifiedAttacker => {
            "Nobody is told: to the sender this is a delivery like any other."
        }
        _ => "",
    }
}
