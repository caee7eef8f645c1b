#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| starttls_lab_fuzz::targets::ntlm(octets));
