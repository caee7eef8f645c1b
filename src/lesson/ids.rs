//! The questions by their keys: a letter for what they are about, and a number. A key is part of links and never changes.

use crate::scenario::{Choice, Value, choice};

choice!(
    /// A question of the bank.
    AskId {
        // Greeting and EHLO.
        G1 = "G1", G2 = "G2", G3 = "G3", G4 = "G4",
        // STARTTLS is offered.
        O1 = "O1", O2 = "O2", O3 = "O3", O4 = "O4", O5 = "O5", O6 = "O6",
        // AUTH before TLS.
        A1 = "A1", A2 = "A2", A3 = "A3", A4 = "A4", A5 = "A5",
        // STARTTLS and its answer.
        S1 = "S1", S2 = "S2", S3 = "S3", S4 = "S4", S5 = "S5", S6 = "S6", S7 = "S7", S8 = "S8",
        // The handshake.
        H1 = "H1", H2 = "H2", H3 = "H3", H4 = "H4", H5 = "H5", H6 = "H6", H7 = "H7", H8 = "H8", H9 = "H9", H10 = "H10", H11 = "H11",
        // The reset.
        R1 = "R1", R2 = "R2", R3 = "R3", R4 = "R4",
        // The list inside TLS.
        L1 = "L1", L2 = "L2", L3 = "L3", L4 = "L4",
        // The checks of a certificate.
        C1 = "C1", C2 = "C2", C3 = "C3", C4 = "C4", C5 = "C5", C6 = "C6", C7 = "C7", C8 = "C8",
        // What the sender makes of it.
        K1 = "K1", K2 = "K2", K3 = "K3", K4 = "K4",
        // What the receiver makes of MAIL FROM.
        M1 = "M1", M2 = "M2", M3 = "M3", M4 = "M4", M5 = "M5", M6 = "M6",
        // The mail.
        E1 = "E1", E2 = "E2", E3 = "E3", E4 = "E4", E5 = "E5",
        // Goodbye and outcome.
        B1 = "B1", B2 = "B2", B3 = "B3",
        // The eavesdropper.
        W1 = "W1", W2 = "W2", W3 = "W3", W4 = "W4", W5 = "W5", W6 = "W6",
        // Attackers.
        X1 = "X1", X2 = "X2", X3 = "X3", X4 = "X4", X5 = "X5", X6 = "X6", X7 = "X7", X8 = "X8", X9 = "X9",
        // Relays.
        Y1 = "Y1", Y2 = "Y2", Y3 = "Y3", Y4 = "Y4",
        // NTLM, recorded and relayed.
        N1 = "N1", N2 = "N2", N3 = "N3", N4 = "N4",
        // The mark.
        D1 = "D1", D2 = "D2", D3 = "D3",
        // Old suites.
        U1 = "U1", U2 = "U2", U4 = "U4", U5 = "U5", U6 = "U6", U7 = "U7",
        // Newer groups, and sessions that go on.
        P1 = "P1", P2 = "P2", P3 = "P3",
        // Failures.
        F3 = "F3", F6 = "F6",
    }
);

impl AskId {
    /// Who can read something is asked: how each line is protected would answer.
    pub fn asks_who_reads(self) -> bool {
        matches!(self, AskId::A4 | AskId::E1 | AskId::G4 | AskId::U1 | AskId::W1 | AskId::W2 | AskId::X3)
    }
}
