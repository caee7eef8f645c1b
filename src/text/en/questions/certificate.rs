//! Checks of certificates, and what each end makes of them.

use crate::text::Asked;

pub(super) const C1: Asked = Asked {
    question: "Will the chain check pass?",
    answers: &[
        ("Yes", "No trusted root vouches for it."),
        ("No: the issuer is unknown", "Its issuer is a trusted root, or it has issued itself."),
        ("No: it vouches for itself", "Issuer and subject differ, or it has been imported."),
    ],
};

pub(super) const C2: Asked = Asked {
    question: "Which name must the certificate bear for this sender?",
    answers: &[
        ("That of the host it called", "This policy asks for the domain."),
        ("The recipient's domain", "This policy compares the host of the MX record."),
        (
            "The name in the greeting",
            "Anybody can print a greeting; the name must come from what the sender set out to reach.",
        ),
    ],
};

pub(super) const C3: Asked = Asked {
    question: "Does the certificate bear that name?",
    answers: &[("Yes", "It names {}."), ("No", "{} is among its names.")],
};

pub(super) const C4: Asked = Asked {
    question: "All but one check passed. Which one failed?",
    answers: &[
        ("The purpose: it is for clients", ""),
        ("The chain", "A trusted root issued it."),
        ("The dates", "The clock is inside its validity."),
    ],
};

pub(super) const C5: Asked = Asked {
    question: "Against a listener who only listens, is it weaker?",
    answers: &[
        ("No: the session is sealed just as well", ""),
        ("Yes: an untrusted key is short", "Who vouches for a key does not change its length."),
        ("Yes: he can open the session", "Only the holder of the private key was at the other end."),
    ],
};

pub(super) const C6: Asked = Asked {
    question: "The sender imports that root. What changes?",
    answers: &[
        ("The chain check passes", ""),
        ("Name and dates pass as well", "Each is a check of its own."),
        ("Nothing, until a CA signs it", "Trust is whatever the verifier accepts without proof."),
    ],
};

pub(super) const C7: Asked = Asked {
    question: "This certificate was revoked. Which check will notice?",
    answers: &[
        ("None: no list is looked at", ""),
        ("The chain", "A revoked certificate keeps its signature."),
        ("The dates", "Its dates are unchanged; revocation stands in a list elsewhere."),
    ],
};

pub(super) const C8: Asked = Asked {
    question: "Every check passed. Is it surely the right server?",
    answers: &[
        ("As sure as every trusted CA", ""),
        ("Yes: four checks cannot all err", "One CA that errs, or is deceived, is enough."),
        ("No: TLS proves nothing", "It proves that the other end holds the key; the CA says whose key it is."),
    ],
};

pub(super) const K1: Asked = Asked {
    question: "The checks are noted. What will the sender do?",
    answers: &[
        ("Go on, whatever they say", "This policy asks for a certificate that verifies."),
        ("Go on, because all passed", "This policy would take any, or a check failed."),
        ("QUIT inside TLS, keep the mail", "Only a policy that requires a valid certificate does that."),
        ("Leave TLS, send in clear", "No mail server ships that policy."),
    ],
};

pub(super) const K2: Asked = Asked {
    question: "It left TLS for that. Who gains?",
    answers: &[
        ("Every listener on the path", ""),
        ("The sender", "He learned nothing and lost the encryption."),
        ("Nobody", "The same mail now goes readable."),
    ],
};

pub(super) const K3: Asked = Asked {
    question: "Why does it not go back to clear text to say QUIT?",
    answers: &[
        ("TLS cannot be undone on a connection", ""),
        ("To hide the reason", "QUIT gives no reason."),
        ("It does", "Look at the mark of the line: it is sealed."),
    ],
};

pub(super) const K4: Asked = Asked {
    question: "All checks passed. Was the server verified?",
    answers: &[
        ("No: any would have been taken", ""),
        ("Yes", "A check that cannot stop anything proves nothing: an attacker would have been taken as well."),
        ("Yes, but only this time", "The outcome would have been the same with a forged one."),
    ],
};

pub(super) const M1: Asked = Asked {
    question: "What will the server answer to MAIL FROM?",
    answers: &[
        ("250", "The domain is listed, and one thing is missing."),
        ("530 5.7.1", "A certificate was presented, or none was needed."),
        ("454 4.7.5", "No certificate, or a good one."),
        ("454 4.7.0", "TLS was offered."),
        ("451 4.7.3", "The Receive connector is enabled."),
        ("550 5.7.1", "Partners may submit here."),
    ],
};

pub(super) const M2: Asked = Asked {
    question: "Why only now, and not in the handshake?",
    answers: &[
        ("MAIL FROM says for whom it speaks", ""),
        ("The server forgot to look", "It looked, and could not know yet which domain was meant."),
        ("TLS cannot refuse a client", "It can, with an alert; Exchange waits so that other senders get in."),
    ],
};

pub(super) const M3: Asked = Asked {
    question: "The code begins with {}. What becomes of the mail?",
    answers: &[
        ("It waits and is tried again", "5 is for good."),
        ("It goes back to its author", "4 means: later."),
        ("It is tried without a certificate", "The demand would be the same."),
    ],
};

pub(super) const M4: Asked = Asked {
    question: "Whose domain must the client's certificate name?",
    answers: &[
        ("That of MAIL FROM", ""),
        ("That of EHLO", "The EHLO name proves nothing; Exchange asks for the domain that is spoken for."),
        ("The recipient's", "That is what the sender asks of the server."),
    ],
};

pub(super) const M5: Asked = Asked {
    question: "Will this server ask the client for a certificate?",
    answers: &[
        ("Yes", "Domain Security is not set up at this receiver."),
        ("No", "Both are set."),
        ("Only if the client has one", "The server cannot know that before it asks."),
    ],
};

pub(super) const M6: Asked = Asked {
    question: "Who is protected when the partner forgot the list?",
    answers: &[
        ("The sender: it verified the server", ""),
        ("Both", "The receiver took the sender's word."),
        ("Nobody", "The sender would have kept the mail from a wrong server."),
    ],
};
