//! Code points of TLS and what they are called, but for versions and cipher suites. An unknown code has no name.
//!
//! Source: the IANA registries "TLS Parameters" and "TLS Extensions", which take them from RFC 8446 §B, RFC 5246 §A, RFC 8422 §5.1 and
//! RFC 9846. Left out: what neither today's stacks nor those of Windows Server 2003 and 2008 use.

// The content types. RFC 8446 §5.1
pub const CHANGE_CIPHER_SPEC: u8 = 20;
pub const ALERT: u8 = 21;
pub const HANDSHAKE: u8 = 22;
pub const APPLICATION_DATA: u8 = 23;

// The handshake types. RFC 8446 §4, RFC 5246 §7.4
pub const HELLO_REQUEST: u8 = 0;
pub const CLIENT_HELLO: u8 = 1;
pub const SERVER_HELLO: u8 = 2;
pub const NEW_SESSION_TICKET: u8 = 4;
pub const END_OF_EARLY_DATA: u8 = 5;
pub const ENCRYPTED_EXTENSIONS: u8 = 8;
pub const CERTIFICATE: u8 = 11;
pub const SERVER_KEY_EXCHANGE: u8 = 12;
pub const CERTIFICATE_REQUEST: u8 = 13;
pub const SERVER_HELLO_DONE: u8 = 14;
pub const CERTIFICATE_VERIFY: u8 = 15;
pub const CLIENT_KEY_EXCHANGE: u8 = 16;
pub const FINISHED: u8 = 20;
pub const CERTIFICATE_STATUS: u8 = 22;
pub const KEY_UPDATE: u8 = 24;
pub const COMPRESSED_CERTIFICATE: u8 = 25;

/// Extensions that a hello of before TLS 1.3 is made with. RFC 6066 §3, RFC 8422 §5.1, RFC 5246 §7.4.1.4.1
pub mod extension {
    pub const SERVER_NAME: u16 = 0;
    pub const SUPPORTED_GROUPS: u16 = 10;
    pub const EC_POINT_FORMATS: u16 = 11;
    pub const SIGNATURE_ALGORITHMS: u16 = 13;
}

// Alerts that an old end sends. RFC 8446 §6.2
pub const UNEXPECTED_MESSAGE: u8 = 10;
pub const HANDSHAKE_FAILURE: u8 = 40;
pub const DECODE_ERROR: u8 = 50;
pub const PROTOCOL_VERSION: u8 = 70;
pub const INTERNAL_ERROR: u8 = 80;

/// Code points in rising order, each with its name.
pub type Table = [(u32, &'static str)];

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

/// RFC 8446 §5.1, RFC 6520
pub const CONTENT_TYPES: &Table =
    &[(20, "change_cipher_spec"), (21, "alert"), (22, "handshake"), (23, "application_data"), (24, "heartbeat")];

/// RFC 8446 §4, RFC 5246 §7.4, RFC 5077, RFC 6066, RFC 8879
pub const HANDSHAKE_TYPES: &Table = &[
    (0, "hello_request"),
    (1, "client_hello"),
    (2, "server_hello"),
    (3, "hello_verify_request"),
    (4, "new_session_ticket"),
    (5, "end_of_early_data"),
    (6, "hello_retry_request"),
    (8, "encrypted_extensions"),
    (11, "certificate"),
    (12, "server_key_exchange"),
    (13, "certificate_request"),
    (14, "server_hello_done"),
    (15, "certificate_verify"),
    (16, "client_key_exchange"),
    (20, "finished"),
    (21, "certificate_url"),
    (22, "certificate_status"),
    (23, "supplemental_data"),
    (24, "key_update"),
    (25, "compressed_certificate"),
    (254, "message_hash"),
];

/// RFC 8446 §6
pub const ALERT_LEVELS: &Table = &[(1, "warning"), (2, "fatal")];

/// RFC 8446 §6, RFC 5246 §7.2 and what came before them
pub const ALERTS: &Table = &[
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (21, "decryption_failed"),
    (22, "record_overflow"),
    (30, "decompression_failure"),
    (40, "handshake_failure"),
    (41, "no_certificate"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode_error"),
    (51, "decrypt_error"),
    (60, "export_restriction"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (86, "inappropriate_fallback"),
    (90, "user_canceled"),
    (100, "no_renegotiation"),
    (109, "missing_extension"),
    (110, "unsupported_extension"),
    (111, "certificate_unobtainable"),
    (112, "unrecognized_name"),
    (113, "bad_certificate_status_response"),
    (114, "bad_certificate_hash_value"),
    (115, "unknown_psk_identity"),
    (116, "certificate_required"),
    (120, "no_application_protocol"),
];

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

/// RFC 8446 §4.2.3, RFC 8734; those that only TLS 1.2 has, by its hash and signature. RFC 5246 §7.4.1.4.1
pub const SIGNATURE_SCHEMES: &Table = &[
    (0x0201, "rsa_pkcs1_sha1"),
    (0x0202, "sha1 and dsa"),
    (0x0203, "ecdsa_sha1"),
    (0x0301, "sha224 and rsa"),
    (0x0302, "sha224 and dsa"),
    (0x0303, "sha224 and ecdsa"),
    (0x0401, "rsa_pkcs1_sha256"),
    (0x0402, "sha256 and dsa"),
    (0x0403, "ecdsa_secp256r1_sha256"),
    (0x0501, "rsa_pkcs1_sha384"),
    (0x0502, "sha384 and dsa"),
    (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0601, "rsa_pkcs1_sha512"),
    (0x0602, "sha512 and dsa"),
    (0x0603, "ecdsa_secp521r1_sha512"),
    (0x0804, "rsa_pss_rsae_sha256"),
    (0x0805, "rsa_pss_rsae_sha384"),
    (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"),
    (0x0808, "ed448"),
    (0x0809, "rsa_pss_pss_sha256"),
    (0x080A, "rsa_pss_pss_sha384"),
    (0x080B, "rsa_pss_pss_sha512"),
    (0x081A, "ecdsa_brainpoolP256r1tls13_sha256"),
    (0x081B, "ecdsa_brainpoolP384r1tls13_sha384"),
    (0x081C, "ecdsa_brainpoolP512r1tls13_sha512"),
    (0x0904, "mldsa44"),
    (0x0905, "mldsa65"),
    (0x0906, "mldsa87"),
];

/// RFC 8446 §4.2 and the registry
pub const EXTENSIONS: &Table = &[
    (0, "server_name"),
    (1, "max_fragment_length"),
    (5, "status_request"),
    (10, "supported_groups"),
    (11, "ec_point_formats"),
    (13, "signature_algorithms"),
    (14, "use_srtp"),
    (15, "heartbeat"),
    (16, "application_layer_protocol_negotiation"),
    (17, "status_request_v2"),
    (18, "signed_certificate_timestamp"),
    (19, "client_certificate_type"),
    (20, "server_certificate_type"),
    (21, "padding"),
    (22, "encrypt_then_mac"),
    (23, "extended_master_secret"),
    (27, "compress_certificate"),
    (28, "record_size_limit"),
    (34, "delegated_credential"),
    (35, "session_ticket"),
    (41, "pre_shared_key"),
    (42, "early_data"),
    (43, "supported_versions"),
    (44, "cookie"),
    (45, "psk_key_exchange_modes"),
    (47, "certificate_authorities"),
    (48, "oid_filters"),
    (49, "post_handshake_auth"),
    (50, "signature_algorithms_cert"),
    (51, "key_share"),
    (57, "quic_transport_parameters"),
    (0xFE0D, "encrypted_client_hello"),
    (0xFF01, "renegotiation_info"),
];

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
