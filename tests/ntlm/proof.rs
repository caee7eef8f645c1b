//! The arithmetic: RFC 1320, RFC 2104, [MS-NLMP] 4.2, Chromium's test data.

use super::{eight, octets, sixteen};
use starttls_lab::bytes::hex;
use starttls_lab::ntlm::{
    AvPairs, channel_bindings, exchange_key, file_time, lm_response, mic, nt_owf_v1, nt_owf_v2, nt_proof,
    response_body, session_base_key,
};
use starttls_lab::registry::ntlm::*;

/// [MS-NLMP] 4.2.1
const SERVER_CHALLENGE: &str = "0123456789abcdef";
const CLIENT_CHALLENGE: &str = "aaaaaaaaaaaaaaaa";
const AV_PAIRS: &str = "02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000";

/// MD4 of nothing, RFC 1320 §A.5; HMAC-MD5, RFC 2104. The other functions are made of these.
#[test]
fn the_hashes_are_those_of_the_rfcs() {
    assert_eq!(hex(&nt_owf_v1("")), "31d6cfe0d16ae931b73c59d7e0c089c0");
    // Its key is sixteen octets, and its text the two arguments.
    let hi_there = nt_proof(&[0x0b; 16], b"Hi There", b"");
    assert_eq!(hex(&hi_there), "9294727a3638bb1c13f48ef8158bfc9d");
    // RC4 of sixteen zeros with the key 0102030405060708090a0b0c0d0e0f10. RFC 6229 §2
    let stream = exchange_key(&sixteen("0102030405060708090a0b0c0d0e0f10"), [0; 16]);
    assert_eq!(hex(&stream), "9ac7cc9a609d1ef7b2932899cde41b97");
}

#[test]
fn the_example_of_the_specification() {
    let v1 = nt_owf_v1("Password");
    assert_eq!(hex(&v1), "a4f49c406510bdcab6824ee7c30fd852");
    let v2 = nt_owf_v2(&v1, "User", "Domain");
    assert_eq!(hex(&v2), "0c868a403bfd7a93a3001ef22ef02e3f");
    assert_eq!(nt_owf_v2(&v1, "USER", "Domain"), v2, "the user's name is in capitals");
    assert_ne!(nt_owf_v2(&v1, "User", "DOMAIN"), v2, "the domain is as it was sent");
    let body = response_body(&[0; 8], &eight(CLIENT_CHALLENGE), &octets(AV_PAIRS));
    let temp = format!("01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000{AV_PAIRS}00000000");
    assert_eq!((hex(&body), body.len()), (temp, 68));
    let proof = nt_proof(&v2, &eight(SERVER_CHALLENGE), &body);
    assert_eq!(hex(&proof), "68cd0ab851e51c96aabc927bebef6a1c");
    let lm = lm_response(&v2, &eight(SERVER_CHALLENGE), &eight(CLIENT_CHALLENGE));
    assert_eq!(hex(&lm), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    let base = session_base_key(&v2, &proof);
    assert_eq!(hex(&base), "8de40ccadbc14a82f15cb0ad0de95ca3");
    assert_eq!(hex(&exchange_key(&base, [0x55; 16])), "c5dad2544fc9799094ce1ce90bc9d03e");
}

/// The server's certificate goes under the proof as MD5 of its hash in a structure of GSS.
#[test]
fn a_channel_is_bound_as_chromium_does() {
    let end_point = octets("ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95");
    assert_eq!(hex(&channel_bindings(&end_point)), "6586e99d81c2fc984e47172fd4dd0310");
}

/// Chromium's answer to the example's challenge, with its own additions and a seal; written down here from its layout.
#[test]
fn proof_keys_and_seal_are_those_of_chromium() {
    let mut pairs = AvPairs::default();
    pairs.push_text(AV_NB_DOMAIN_NAME, "Domain");
    pairs.push_text(AV_NB_COMPUTER_NAME, "Server");
    pairs.push(AV_FLAGS, [2, 0, 0, 0]);
    pairs.push(AV_CHANNEL_BINDINGS, sixteen("6586e99d81c2fc984e47172fd4dd0310"));
    pairs.push_text(AV_TARGET_NAME, "HTTP/Server");
    let v2 = nt_owf_v2(&nt_owf_v1("Password"), "User", "Domain");
    let time = 131_400_439_870_000_000_u64.to_le_bytes();
    let body = response_body(&time, &eight(CLIENT_CHALLENGE), &pairs.write());
    let proof = nt_proof(&v2, &eight(SERVER_CHALLENGE), &body);
    assert_eq!(hex(&proof), "8c0260dbef690662af9c42d50782d2ed");
    let base = session_base_key(&v2, &proof);
    assert_eq!(hex(&base), "623dbd071be7a530b6a95c2eb4982470");

    let negotiate = octets("4e544c4d53535000010000000782080000000000200000000000000020000000");
    // Headers of LM, NT, domain, user, workstation and key; flags; no version, and zeros for the seal.
    let fixed = [
        "4e544c4d5353500003000000",
        "1800180058000000",
        "8a008a0070000000",
        "0c000c00fa000000",
        "0800080006010000",
        "100010000e010000",
        "0000000058000000",
        "03820800",
        "0000000000000000",
        "00000000000000000000000000000000",
    ];
    let fixed = octets(&fixed.concat());
    let names: Vec<u8> = "DomainUserCOMPUTER".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let authenticate = [&fixed[..], &[0; 24], &proof, &body, &names].concat();
    assert_eq!(
        hex(&mic(&base, &negotiate, &octets(super::messages::CHALLENGE), &authenticate)),
        "f7361633f0ad9bdf4a7c421bc6b824a3"
    );
}

/// 5:37:28 of 1 June 2009, and a moment later.
#[test]
fn time_is_in_tenths_of_microseconds_since_1601() {
    assert_eq!(hex(&file_time(1_243_834_648_000_000)), "001cc70c7be2c901");
    assert_eq!(u64::from_le_bytes(file_time(1_243_834_648_000_007)), 128_883_082_480_000_070);
}
