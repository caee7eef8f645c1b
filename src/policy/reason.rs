//! Why something was decided, as facts. The words are in `text/`.

use serde::{Deserialize, Serialize};

/// Why, as facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The sender is set never to use TLS.
    TlsSwitchedOff,
    Offered,
    NotOffered,
    Refused,
    HandshakeFailed,
    CertificatePassed,
    CertificateFailed,
    /// A handshake failed on an earlier connection of this delivery.
    HandshakeFailedBefore,
    /// The certificate of an earlier connection of this delivery did not verify.
    CertificateFailedBefore,
    /// The policy demands TLS.
    TlsRequired,
    /// The policy takes TLS when it can be had and does without when it cannot.
    TlsOptional,
    /// The policy does not judge the certificate.
    CertificateNotJudged,
    /// The policy demands a certificate that verifies.
    CertificateRequired,
    /// The policy would rather send in clear than to a certificate that does not verify.
    ClearRatherThanUnverified,
    /// The recipient's domain is in TLSSendDomainSecureList.
    InSendList,
    /// DomainSecureEnabled of the Send connector is off.
    SendConnectorNotEnabled,
    /// The connector names a smart host, so TLSSendDomainSecureList has no effect.
    SmartHost,
    /// The domain of MAIL FROM is in TLSReceiveDomainSecureList.
    InReceiveList,
    NotInReceiveList,
    /// DomainSecureEnabled of the Receive connector is off.
    ReceiveConnectorNotEnabled,
    TlsNotAdvertised,
    TlsNotUsed,
    NoClientCertificate,
    ClientNameFailed,
    ClientPathFailed,
    ClientCertificatePassed,
    /// Partners lack the permission to submit.
    PartnersMayNotSubmit,
    /// Between servers of one organisation TLS is not optional.
    OwnServer,
    /// Between such servers the certificate is for encryption alone.
    CertificateForEncryption,
    /// UseDowngradedExchangeServerAuth is on.
    DowngradeAllowed,
    LeafPublished,
    LeafNotPublished,
    TicketGranted,
    ControllerDown,
    ClockOff,
    ServerUnknown,
}

impl Reason {
    /// The word in listings. It does not follow a variant that is renamed.
    pub fn key(self) -> &'static str {
        match self {
            Reason::TlsSwitchedOff => "TlsSwitchedOff",
            Reason::Offered => "Offered",
            Reason::NotOffered => "NotOffered",
            Reason::Refused => "Refused",
            Reason::HandshakeFailed => "HandshakeFailed",
            Reason::CertificatePassed => "CertificatePassed",
            Reason::CertificateFailed => "CertificateFailed",
            Reason::HandshakeFailedBefore => "HandshakeFailedBefore",
            Reason::CertificateFailedBefore => "CertificateFailedBefore",
            Reason::TlsRequired => "TlsRequired",
            Reason::TlsOptional => "TlsOptional",
            Reason::CertificateNotJudged => "CertificateNotJudged",
            Reason::CertificateRequired => "CertificateRequired",
            Reason::ClearRatherThanUnverified => "ClearRatherThanUnverified",
            Reason::InSendList => "InSendList",
            Reason::SendConnectorNotEnabled => "SendConnectorNotEnabled",
            Reason::SmartHost => "SmartHost",
            Reason::InReceiveList => "InReceiveList",
            Reason::NotInReceiveList => "NotInReceiveList",
            Reason::ReceiveConnectorNotEnabled => "ReceiveConnectorNotEnabled",
            Reason::TlsNotAdvertised => "TlsNotAdvertised",
            Reason::TlsNotUsed => "TlsNotUsed",
            Reason::NoClientCertificate => "NoClientCertificate",
            Reason::ClientNameFailed => "ClientNameFailed",
            Reason::ClientPathFailed => "ClientPathFailed",
            Reason::ClientCertificatePassed => "ClientCertificatePassed",
            Reason::PartnersMayNotSubmit => "PartnersMayNotSubmit",
            Reason::OwnServer => "OwnServer",
            Reason::CertificateForEncryption => "CertificateForEncryption",
            Reason::DowngradeAllowed => "DowngradeAllowed",
            Reason::LeafPublished => "LeafPublished",
            Reason::LeafNotPublished => "LeafNotPublished",
            Reason::TicketGranted => "TicketGranted",
            Reason::ControllerDown => "ControllerDown",
            Reason::ClockOff => "ClockOff",
            Reason::ServerUnknown => "ServerUnknown",
        }
    }
}
