//! Code points of TLS and what they are called, but for versions and cipher suites. An unknown code has no name.
//!
//! Source: the IANA registries "TLS Parameters" and "TLS Extensions", which take them from RFC 8446 §B, RFC 5246 §A, RFC 8422 §5.1 and
//! RFC 9846. Left out: what neither today's stacks nor those of Windows Server 2003 and 2008 use.

pub use alert::ALERTS;
pub use extension::EXTENSIONS;
pub use signature::SIGNATURE_SCHEMES;

/// Code points in rising order, each with its name.
pub type Table = [(u32, &'static str)];

/// A table, and a constant for each of its rows.
macro_rules! named {
    ($(#[$doc:meta])* $table:ident: $type:ty { $($name:ident = $code:literal, $words:literal;)* }) => {
        $(#[$doc])*
        pub const $table: &$crate::registry::Table = &[$(($code, $words)),*];
        $(pub const $name: $type = $code;)*
    };
}

pub(super) use named;

/// The name of a code point, if the table has it.
pub fn name(table: &'static Table, code: impl Into<u32>) -> Option<&'static str> {
    let code = code.into();
    let index = table.binary_search_by_key(&code, |&(code, _)| code).ok()?;
    table.get(index).map(|&(_, name)| name)
}

/// Whether a code point of two octets is one that clients make up, so that servers learn to ignore what they do not know. RFC 8701 §2
pub fn is_grease(code: u16) -> bool {
    let [high, low] = code.to_be_bytes();
    high == low && low & 0x0F == 0x0A
}

named! {
    /// RFC 8446 §5.1, RFC 6520
    CONTENT_TYPES: u8 {
        CHANGE_CIPHER_SPEC = 20, "change_cipher_spec";
        ALERT = 21, "alert";
        HANDSHAKE = 22, "handshake";
        APPLICATION_DATA = 23, "application_data";
        HEARTBEAT = 24, "heartbeat";
    }
}

named! {
    /// RFC 8446 §4, RFC 5246 §7.4, RFC 5077, RFC 6066, RFC 8879
    HANDSHAKE_TYPES: u8 {
        HELLO_REQUEST = 0, "hello_request";
        CLIENT_HELLO = 1, "client_hello";
        SERVER_HELLO = 2, "server_hello";
        HELLO_VERIFY_REQUEST = 3, "hello_verify_request";
        NEW_SESSION_TICKET = 4, "new_session_ticket";
        END_OF_EARLY_DATA = 5, "end_of_early_data";
        HELLO_RETRY_REQUEST = 6, "hello_retry_request";
        ENCRYPTED_EXTENSIONS = 8, "encrypted_extensions";
        CERTIFICATE = 11, "certificate";
        SERVER_KEY_EXCHANGE = 12, "server_key_exchange";
        CERTIFICATE_REQUEST = 13, "certificate_request";
        SERVER_HELLO_DONE = 14, "server_hello_done";
        CERTIFICATE_VERIFY = 15, "certificate_verify";
        CLIENT_KEY_EXCHANGE = 16, "client_key_exchange";
        FINISHED = 20, "finished";
        CERTIFICATE_URL = 21, "certificate_url";
        CERTIFICATE_STATUS = 22, "certificate_status";
        SUPPLEMENTAL_DATA = 23, "supplemental_data";
        KEY_UPDATE = 24, "key_update";
        COMPRESSED_CERTIFICATE = 25, "compressed_certificate";
        MESSAGE_HASH = 254, "message_hash";
    }
}

/// RFC 8446 §6
pub const ALERT_LEVELS: &Table = &[(1, "warning"), (2, "fatal")];

/// The alerts, by name.
pub mod alert {
    named! {
        /// RFC 8446 §6, RFC 5246 §7.2 and what came before them
        ALERTS: u8 {
            CLOSE_NOTIFY = 0, "close_notify";
            UNEXPECTED_MESSAGE = 10, "unexpected_message";
            BAD_RECORD_MAC = 20, "bad_record_mac";
            DECRYPTION_FAILED = 21, "decryption_failed";
            RECORD_OVERFLOW = 22, "record_overflow";
            DECOMPRESSION_FAILURE = 30, "decompression_failure";
            HANDSHAKE_FAILURE = 40, "handshake_failure";
            NO_CERTIFICATE = 41, "no_certificate";
            BAD_CERTIFICATE = 42, "bad_certificate";
            UNSUPPORTED_CERTIFICATE = 43, "unsupported_certificate";
            CERTIFICATE_REVOKED = 44, "certificate_revoked";
            CERTIFICATE_EXPIRED = 45, "certificate_expired";
            CERTIFICATE_UNKNOWN = 46, "certificate_unknown";
            ILLEGAL_PARAMETER = 47, "illegal_parameter";
            UNKNOWN_CA = 48, "unknown_ca";
            ACCESS_DENIED = 49, "access_denied";
            DECODE_ERROR = 50, "decode_error";
            DECRYPT_ERROR = 51, "decrypt_error";
            EXPORT_RESTRICTION = 60, "export_restriction";
            PROTOCOL_VERSION = 70, "protocol_version";
            INSUFFICIENT_SECURITY = 71, "insufficient_security";
            INTERNAL_ERROR = 80, "internal_error";
            INAPPROPRIATE_FALLBACK = 86, "inappropriate_fallback";
            USER_CANCELED = 90, "user_canceled";
            NO_RENEGOTIATION = 100, "no_renegotiation";
            MISSING_EXTENSION = 109, "missing_extension";
            UNSUPPORTED_EXTENSION = 110, "unsupported_extension";
            CERTIFICATE_UNOBTAINABLE = 111, "certificate_unobtainable";
            UNRECOGNIZED_NAME = 112, "unrecognized_name";
            BAD_CERTIFICATE_STATUS_RESPONSE = 113, "bad_certificate_status_response";
            BAD_CERTIFICATE_HASH_VALUE = 114, "bad_certificate_hash_value";
            UNKNOWN_PSK_IDENTITY = 115, "unknown_psk_identity";
            CERTIFICATE_REQUIRED = 116, "certificate_required";
            NO_APPLICATION_PROTOCOL = 120, "no_application_protocol";
        }
    }
}

/// RFC 8446 §4.2.7, RFC 8422 §5.1.1, RFC 7027, RFC 8734, RFC 7919 and the registry
pub const GROUPS: &Table = &[
    (19, "secp192r1"),
    (21, "secp224r1"),
    (22, "secp256k1"),
    (23, "secp256r1"),
    (24, "secp384r1"),
    (25, "secp521r1"),
    (26, "brainpoolP256r1"),
    (27, "brainpoolP384r1"),
    (28, "brainpoolP512r1"),
    (29, "x25519"),
    (30, "x448"),
    (31, "brainpoolP256r1tls13"),
    (32, "brainpoolP384r1tls13"),
    (33, "brainpoolP512r1tls13"),
    (256, "ffdhe2048"),
    (257, "ffdhe3072"),
    (258, "ffdhe4096"),
    (259, "ffdhe6144"),
    (260, "ffdhe8192"),
    (512, "MLKEM512"),
    (513, "MLKEM768"),
    (514, "MLKEM1024"),
    (4587, "SecP256r1MLKEM768"),
    (4588, "X25519MLKEM768"),
    (4589, "SecP384r1MLKEM1024"),
];

/// The algorithms of signatures, by name.
pub mod signature {
    named! {
        /// RFC 8446 §4.2.3, RFC 8734; those that only TLS 1.2 has, by its hash and signature. RFC 5246 §7.4.1.4.1
        SIGNATURE_SCHEMES: u16 {
            RSA_PKCS1_SHA1 = 0x0201, "rsa_pkcs1_sha1";
            DSA_SHA1 = 0x0202, "sha1 and dsa";
            ECDSA_SHA1 = 0x0203, "ecdsa_sha1";
            RSA_SHA224 = 0x0301, "sha224 and rsa";
            DSA_SHA224 = 0x0302, "sha224 and dsa";
            ECDSA_SHA224 = 0x0303, "sha224 and ecdsa";
            RSA_PKCS1_SHA256 = 0x0401, "rsa_pkcs1_sha256";
            DSA_SHA256 = 0x0402, "sha256 and dsa";
            ECDSA_SECP256R1_SHA256 = 0x0403, "ecdsa_secp256r1_sha256";
            RSA_PKCS1_SHA384 = 0x0501, "rsa_pkcs1_sha384";
            DSA_SHA384 = 0x0502, "sha384 and dsa";
            ECDSA_SECP384R1_SHA384 = 0x0503, "ecdsa_secp384r1_sha384";
            RSA_PKCS1_SHA512 = 0x0601, "rsa_pkcs1_sha512";
            DSA_SHA512 = 0x0602, "sha512 and dsa";
            ECDSA_SECP521R1_SHA512 = 0x0603, "ecdsa_secp521r1_sha512";
            RSA_PSS_RSAE_SHA256 = 0x0804, "rsa_pss_rsae_sha256";
            RSA_PSS_RSAE_SHA384 = 0x0805, "rsa_pss_rsae_sha384";
            RSA_PSS_RSAE_SHA512 = 0x0806, "rsa_pss_rsae_sha512";
            ED25519 = 0x0807, "ed25519";
            ED448 = 0x0808, "ed448";
            RSA_PSS_PSS_SHA256 = 0x0809, "rsa_pss_pss_sha256";
            RSA_PSS_PSS_SHA384 = 0x080A, "rsa_pss_pss_sha384";
            RSA_PSS_PSS_SHA512 = 0x080B, "rsa_pss_pss_sha512";
            ECDSA_BRAINPOOLP256R1TLS13_SHA256 = 0x081A, "ecdsa_brainpoolP256r1tls13_sha256";
            ECDSA_BRAINPOOLP384R1TLS13_SHA384 = 0x081B, "ecdsa_brainpoolP384r1tls13_sha384";
            ECDSA_BRAINPOOLP512R1TLS13_SHA512 = 0x081C, "ecdsa_brainpoolP512r1tls13_sha512";
            MLDSA44 = 0x0904, "mldsa44";
            MLDSA65 = 0x0905, "mldsa65";
            MLDSA87 = 0x0906, "mldsa87";
        }
    }
}

/// The extensions, by name.
pub mod extension {
    named! {
        /// RFC 8446 §4.2 and the registry
        EXTENSIONS: u16 {
            SERVER_NAME = 0, "server_name";
            MAX_FRAGMENT_LENGTH = 1, "max_fragment_length";
            STATUS_REQUEST = 5, "status_request";
            SUPPORTED_GROUPS = 10, "supported_groups";
            EC_POINT_FORMATS = 11, "ec_point_formats";
            SIGNATURE_ALGORITHMS = 13, "signature_algorithms";
            USE_SRTP = 14, "use_srtp";
            HEARTBEAT = 15, "heartbeat";
            APPLICATION_LAYER_PROTOCOL_NEGOTIATION = 16, "application_layer_protocol_negotiation";
            STATUS_REQUEST_V2 = 17, "status_request_v2";
            SIGNED_CERTIFICATE_TIMESTAMP = 18, "signed_certificate_timestamp";
            CLIENT_CERTIFICATE_TYPE = 19, "client_certificate_type";
            SERVER_CERTIFICATE_TYPE = 20, "server_certificate_type";
            PADDING = 21, "padding";
            ENCRYPT_THEN_MAC = 22, "encrypt_then_mac";
            EXTENDED_MASTER_SECRET = 23, "extended_master_secret";
            COMPRESS_CERTIFICATE = 27, "compress_certificate";
            RECORD_SIZE_LIMIT = 28, "record_size_limit";
            DELEGATED_CREDENTIAL = 34, "delegated_credential";
            SESSION_TICKET = 35, "session_ticket";
            PRE_SHARED_KEY = 41, "pre_shared_key";
            EARLY_DATA = 42, "early_data";
            SUPPORTED_VERSIONS = 43, "supported_versions";
            COOKIE = 44, "cookie";
            PSK_KEY_EXCHANGE_MODES = 45, "psk_key_exchange_modes";
            CERTIFICATE_AUTHORITIES = 47, "certificate_authorities";
            OID_FILTERS = 48, "oid_filters";
            POST_HANDSHAKE_AUTH = 49, "post_handshake_auth";
            SIGNATURE_ALGORITHMS_CERT = 50, "signature_algorithms_cert";
            KEY_SHARE = 51, "key_share";
            QUIC_TRANSPORT_PARAMETERS = 57, "quic_transport_parameters";
            ENCRYPTED_CLIENT_HELLO = 0xFE0D, "encrypted_client_hello";
            RENEGOTIATION_INFO = 0xFF01, "renegotiation_info";
        }
    }
}

/// RFC 3749 §2
pub const COMPRESSION_METHODS: &Table = &[(0, "null"), (1, "DEFLATE")];

/// RFC 8422 §5.1.2
pub const EC_POINT_FORMATS: &Table =
    &[(0, "uncompressed"), (1, "ansiX962_compressed_prime"), (2, "ansiX962_compressed_char2")];

/// RFC 8422 §5.4
pub const CURVE_TYPES: &Table = &[(1, "explicit_prime"), (2, "explicit_char2"), (3, "named_curve")];

/// RFC 6066 §3
pub const NAME_TYPES: &Table = &[(0, "host_name")];

/// RFC 6066 §8, RFC 6961 §2.2
pub const STATUS_TYPES: &Table = &[(1, "ocsp"), (2, "ocsp_multi")];

/// RFC 6066 §4
pub const FRAGMENT_LENGTHS: &Table = &[(1, "2^9"), (2, "2^10"), (3, "2^11"), (4, "2^12")];

/// RFC 8446 §4.2.9
pub const PSK_MODES: &Table = &[(0, "psk_ke"), (1, "psk_dhe_ke")];

/// RFC 5246 §7.4.4, RFC 8422 §5.5
pub const CLIENT_CERTIFICATE_TYPES: &Table = &[
    (1, "rsa_sign"),
    (2, "dss_sign"),
    (3, "rsa_fixed_dh"),
    (4, "dss_fixed_dh"),
    (64, "ecdsa_sign"),
    (65, "rsa_fixed_ecdh"),
    (66, "ecdsa_fixed_ecdh"),
];

/// RFC 7250 §7.1 and the registry
pub const CERTIFICATE_TYPES: &Table = &[(0, "X509"), (1, "OpenPGP"), (2, "RawPublicKey")];

/// RFC 8879 §3
pub const CERTIFICATE_COMPRESSIONS: &Table = &[(1, "zlib"), (2, "brotli"), (3, "zstd")];

/// RFC 6520 §2
pub const HEARTBEAT_MODES: &Table = &[(1, "peer_allowed_to_send"), (2, "peer_not_allowed_to_send")];

/// RFC 8446 §4.6.3
pub const KEY_UPDATE_REQUESTS: &Table = &[(0, "update_not_requested"), (1, "update_requested")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_rise_so_that_the_search_finds_every_entry() {
        let tables = [
            CONTENT_TYPES,
            HANDSHAKE_TYPES,
            ALERT_LEVELS,
            ALERTS,
            GROUPS,
            SIGNATURE_SCHEMES,
            EXTENSIONS,
            CLIENT_CERTIFICATE_TYPES,
        ];
        for table in tables {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0), "{:?}", table.first());
        }
    }

    #[test]
    fn what_is_unknown_has_no_name() {
        assert_eq!(name(HANDSHAKE_TYPES, 1_u8), Some("client_hello"));
        assert_eq!(name(ALERTS, 255_u8), None);
        assert!(is_grease(0x0A0A) && is_grease(0xFAFA) && !is_grease(0x0A1A) && !is_grease(0x0B0B));
    }
}
