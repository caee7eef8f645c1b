//! Numbers that take long to find: the primes of RSA keys, the parameters of DSA keys, and a group for Diffie-Hellman.
//!
//! They are the same in every run: to make an RSA key takes up to a second. So an RSA key depends on its owner alone, never on the seed; all
//! other keys follow from the seed. Made by OpenSSL 3.0.19, `openssl genpkey`; DSA with q of 160 bits, which is all that there was
//! before FIPS 186-3, by `-pkeyopt pbits:1024 -pkeyopt qbits:160 -pkeyopt type:fips186_2`.

use crate::tls::leaf::KeyOwner;

/// The two primes of an RSA key; its public exponent is 65,537.
#[derive(Clone, Copy)]
pub(super) struct RsaPrimes {
    pub(super) p: &'static [u8],
    pub(super) q: &'static [u8],
}

/// For certificates, and the shortest that SHA-1 with RSA and a premaster secret fit in comfortably. All authorities have one of these.
pub(super) fn rsa_1024(owner: KeyOwner) -> RsaPrimes {
    match owner {
        KeyOwner::Root => ROOT_1024,
        KeyOwner::ReceiversCa => RECEIVERS_CA_1024,
        KeyOwner::SendersCa => SENDERS_CA_1024,
        // Internal certificates are not made for old TLS.
        KeyOwner::Receiver | KeyOwner::ReceiverInternal | KeyOwner::ReceiverRenewed => RECEIVER_1024,
        KeyOwner::Sender | KeyOwner::SenderInternal => SENDER_1024,
        KeyOwner::Between => BETWEEN_1024,
    }
}

/// For certificates of 2008 and later; `None` for an authority.
pub(super) fn rsa_2048(owner: KeyOwner) -> Option<RsaPrimes> {
    match owner {
        KeyOwner::Root | KeyOwner::ReceiversCa | KeyOwner::SendersCa => None,
        KeyOwner::Receiver | KeyOwner::ReceiverInternal | KeyOwner::ReceiverRenewed => Some(RECEIVER_2048),
        KeyOwner::Sender | KeyOwner::SenderInternal => Some(SENDER_2048),
        KeyOwner::Between => Some(BETWEEN_2048),
    }
}

/// What a server uses for export instead of the key in its certificate; `None` for other than servers, and for other lengths.
/// RFC 2246 §7.4.3
pub(super) fn rsa_temporary(owner: KeyOwner, bits: u16) -> Option<RsaPrimes> {
    match (owner, bits) {
        (KeyOwner::Receiver, 512) => Some(RECEIVER_TEMPORARY_512),
        (KeyOwner::Receiver, 1024) => Some(RECEIVER_TEMPORARY_1024),
        (KeyOwner::Between, 512) => Some(BETWEEN_TEMPORARY_512),
        (KeyOwner::Between, 1024) => Some(BETWEEN_TEMPORARY_1024),
        _ => None,
    }
}

const ROOT_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "e0c4a77d48d4b205be8433ee2fe69e35d80384329dc1f0e3e757226767983caaf6f68381f009c51862e37c28a1ce02ac61c7\
         646c3cc09016228fdbe952d59bd9",
    ),
    q: &octets::<64>(
        "d2c40d205d42eda0016fe58582bbf72a86016e389809da4656e42fd31fc19c7e100b95619e188092371896015848ffbdb357\
         0da1becb272f18630c8513e36405",
    ),
};
const RECEIVERS_CA_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "cf55d64df75af07d5ba4ffea5bc31ab8af068aab86ae189f3528c7f807f8456ec835b83a9a8aa420315458973b6c27757ebd\
         87d563ef3e412ba20b8ed2f221ff",
    ),
    q: &octets::<64>(
        "c6d8c33e49d9f694e6ea1227b78e2badedaae2810041e0c8ca7fec850faf544976480bfd6dea296adb5c7a51210465b5cfcc\
         53dac3a2fb79b3491a1ea9d15971",
    ),
};
const SENDERS_CA_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "e71513ae45a0a8a7825940901ede6da029491b9605c063ea8b337dfc19a8d05c1e2b222f39d1d56c32e7f401a53609577cac\
         49e2850abc40ed5a03134424abad",
    ),
    q: &octets::<64>(
        "c990fde966cb97b1ba3d9a749817bf5c07b8fd35e3aaab77ea7f6384748d21b82db94e81171a94a27fa80b50c0dc95d53eb7\
         d1c460118c2df009b90601ca07e9",
    ),
};
const RECEIVER_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "e30bac95d033152f30a1d517a70cc9ac9e84b07fdf4cd56f66281cd35d8cdf0d245d75c4d021a2ad4db0e4d768de0904923b\
         191751dbcf8766022c390a15c141",
    ),
    q: &octets::<64>(
        "c450edca4390495e094fbabebde544e0918c9c3251e325c67ead391260d8fd79efcee0e1ac2180c39f392277193c4b90f344\
         078c12ab1c50d467adf5b5e4446b",
    ),
};
const SENDER_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "e75f741602d594c0387693fffb2ba82b56bd719914e7190df80a80870fbe90d311ae5f3e37739ae1fa409e6dc248c6d400fb\
         5f6007931d671d3c52fa04c672f7",
    ),
    q: &octets::<64>(
        "c3329eb00cd7796b11db62f8127997ab0f7f3c98fb0d06e95e61ded2c47c77428c0a6a45794c69a9b46d152f0fe01eb4cf21\
         f1cee78e82bc6d3c71690e45054b",
    ),
};
const BETWEEN_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "da3aa77b8867d0046ffdc35bec4b44e20494437cf7405ea153bac5038d4f9115bdea09ecc75e7c2cea1ec66edf929f24c5b2\
         730d5b3fefcb8b0ff4128831bf29",
    ),
    q: &octets::<64>(
        "c560b6188e723f4ff244b3bb3d28d7fc418f48ee78fd3cd2c5ca1a9da6bf14244dce0ec7cb404fd3b9c3df767d8398a807cc\
         e758cb6811f63b0be5d25c2ae9fd",
    ),
};
const RECEIVER_2048: RsaPrimes = RsaPrimes {
    p: &octets::<128>(
        "db91e4575b882ee0a56b092f8a0bdea78469fc7b77faf16ea55a5411a96355d314d8d3e2f1baa6bd151e6ad700ee8ea30160\
         737cff6e4f3410eece1648307ca072d30076b25ab1f99ad429701e26ecb3376c0f6b26bedd9163d676f7f6e93b78eccb4cc4\
         560f46ddd86c28474b79e011c4461d3ddd0568065a2bd2e96df00dfd",
    ),
    q: &octets::<128>(
        "d2b300e7fba02094afbb31cfc049103c684ed0d150c986a904aac473df2abddd932eb9dc91cd636235fc7cb31e20fbcdea87\
         07dab78a451c355d31a54ca1d113acc85fb0617911af64a1f501f80a8d82510c14fe34f39d791b66695135975f104ad0d594\
         d3412a84dc54192bdddf8ec944e7282c43242910c6634a1ba3419651",
    ),
};
const SENDER_2048: RsaPrimes = RsaPrimes {
    p: &octets::<128>(
        "d64fa7ad8411a6fc4b7d7a4d19a1dcaebd0b0baa2bbe598077274892885deffc70b707041e8f3244b32199d677562cbfe14d\
         ab05dc4bec7f2b21f453e5ca2bdd6927881ed7b6222588e1d7e26469bea8c8b9c2380cb53d4d25811bc15d976b196744de2f\
         fbf37457de4e70705ca096b77b80183e8976c6be2fee820378d6126f",
    ),
    q: &octets::<128>(
        "c99a67a9401501f6b094e30adc66f1da378b3ea03384961e7d8bb18a759116b69bed681141acb541cf4b9f3c4b63131d37d4\
         c3744dcf59ee17ae8b92f4ce4e7bf3d0b90c99bc377413c9cce37cbc8e0fe62aad42bebd6705f9aa0fd7ad95318081cc09e2\
         fc23b5dc3cd606b8ef44e6de38eef5332b6d89d023042dcea06889e5",
    ),
};
const BETWEEN_2048: RsaPrimes = RsaPrimes {
    p: &octets::<128>(
        "f59a01646dd7d6185d615f16dde876f8735ff4ba6bbc92d6778ca5c13ceece735dd658df0a5603e4a111827e23d0402aa057\
         389399ed6599af12823d196645d7bd2eea8a4ec5d93994a04b04eb56334e4d1a9b503adca747e82b642ada33ec017272b1cf\
         85051bd0cee34c40a0733c6c61a5e48a74c0d44756040c03d8781689",
    ),
    q: &octets::<128>(
        "ccff84332d2bf9fec0274e5f03a479108c1e51effeef3dcb2eb9b278759b9464e6fa821b1bdac6a85b17be329a65fc5af591\
         205f2827eeabdaf1636f923c14fd70033d5c7a85f0bb6a68b3086e16e31597552a7c511b9397a69fb80d4418d1b6ef682d28\
         cacb8f11c0234c7702b709a5269fd5998f8822ec2f41260352a1d9db",
    ),
};
const RECEIVER_TEMPORARY_512: RsaPrimes = RsaPrimes {
    p: &octets::<32>("fae5da551bf72ddba89772b3a0f3695fac825f1bd38ac181ed9f0b1335122cc3"),
    q: &octets::<32>("fa7b8f15724cf8cc235ac50b0618b387980474bf76b61c7cf8397cb57a2a3f29"),
};
const BETWEEN_TEMPORARY_512: RsaPrimes = RsaPrimes {
    p: &octets::<32>("dcd15e566aa23247d8a5624cd2ee34852cb9097fe0297743f5231d85be049baf"),
    q: &octets::<32>("d4bc04473683575ec45ff24d80f1aa89f8239780f9880561a9e7286bbd9773dd"),
};
const RECEIVER_TEMPORARY_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "ef7a8ee5eae6b60647a468c78863d4cf2167a3d0b059884e8e56ff05f7cc05aa3c2c49e3711c969fd44d29172ecc8f3b473d\
         112d02dbb27b34a9c717a136485f",
    ),
    q: &octets::<64>(
        "ebd3ac6f7b8a65438e24c0857a3b7c771bd1b4feb0c42883fb63fe372c12e5ad1c981a3e21fe3e4047fed0cc675d83fd2e8f\
         3f8983e9fb329f0b2ef5b365db83",
    ),
};
const BETWEEN_TEMPORARY_1024: RsaPrimes = RsaPrimes {
    p: &octets::<64>(
        "e12fdd4e3b5ea4620f1e02ba9bd3c8f62605167f67db27f304ea8f15631cedcecf5820c17fa2d34d85a58e1de79a775a24b8\
         5f9fdd53352b65b154436644da6d",
    ),
    q: &octets::<64>(
        "cc589ba4c46d473e46935416da255112ed804d320c420310b9922a371e70eb28531015a0519d2470749437bef82574fa2576\
         26f050a26e7fdf940c9bbecb8bf9",
    ),
};
// Parameters of DSA. Their users have them in common; only the keys are their own. FIPS 186-2 §4
pub(super) const DSA_P: [u8; 128] = octets(
    "e8ea86f4c0ca09260a7a547efb7c115235297b14315d928eeb049dd85469d83c888fb93bb3805771905ced13960bdcd0d4a9\
     63a726a728e029fb777f6ded4fb41c73c0a903988bee57488e42e22bab455f81212f9bb5fc1a4246897402fb761d0089f2a9\
     c67e47e2def218657733ec6aa3059c63aa15d0e8f073bd05b88bd243",
);
pub(super) const DSA_Q: [u8; 20] = octets("e1d346a8f2824c5c5fa63b9fdce8379db223b3a3");
pub(super) const DSA_G: [u8; 128] = octets(
    "12ed81cf2f45131d3bcbc2072ac60b6aa2b06ef48fb8e9df78239bc9d3f1487711f597d34e4b60eb96c392fe07f5f09ac9b4\
     6aa8fdc6acd2cf3168b16f8b95a87bbf62a4ea86c6e60327ff3d30c362c7dfa41c8f6e449cca6c92b33eb19c3dae8682bb1d\
     189892739799b04534f5a579c6c8c5d7af30646e053141f8b8efca9c",
);
/// The Second Oakley Group: 1024 bits; its generator is 2. RFC 2409 §6.2
pub(super) const DH_P: [u8; 128] = octets(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef95\
     19b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb\
     5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
);

/// The octets of hexadecimal digits, while the program is compiled.
const fn octets<const N: usize>(digits: &str) -> [u8; N] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 2 * N);
    let mut octets = [0; N];
    let mut at = 0;
    while at < N {
        octets[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
        at += 1;
    }
    octets
}

const fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit - b'a' + 10,
    }
}
