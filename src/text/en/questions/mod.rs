//! The questions, their answers, and what is said to an answer that is not right.

mod attacks;
mod certificate;
mod handshake;
mod mail;
mod old;
mod points;

use crate::lesson::AskId;
use crate::share::AskMe;
use crate::text::{Asked, Questions};

pub const QUESTIONS: Questions = Questions {
    asked,
    ask_me: "Ask me",
    when: |when| match when {
        AskMe::Lessons => "in lessons",
        AskMe::Always => "always",
        AskMe::Never => "never",
    },
    region: "A question",
    yours: |answer| format!("You said: {answer}."),
    open: "The run will show.",
    first: "Answer first",
    covered: "To say what this step means would give the answer away.",
    show: "Show me",
    right: "Right:",
    passed: "The answer:",
    wrong: |sentence| format!("Not so: {sentence}"),
};

fn asked(ask: AskId) -> Asked {
    match ask {
        AskId::G1 => points::G1,
        AskId::G2 => points::G2,
        AskId::G3 => points::G3,
        AskId::G4 => points::G4,
        AskId::O1 => points::O1,
        AskId::O2 => points::O2,
        AskId::O3 => points::O3,
        AskId::O4 => points::O4,
        AskId::O5 => points::O5,
        AskId::O6 => points::O6,
        AskId::A1 => points::A1,
        AskId::A2 => points::A2,
        AskId::A3 => points::A3,
        AskId::A4 => points::A4,
        AskId::A5 => points::A5,
        AskId::S1 => points::S1,
        AskId::S2 => points::S2,
        AskId::S3 => points::S3,
        AskId::S4 => points::S4,
        AskId::S5 => points::S5,
        AskId::S6 => points::S6,
        AskId::S7 => points::S7,
        AskId::S8 => points::S8,
        AskId::H1 => handshake::H1,
        AskId::H2 => handshake::H2,
        AskId::H3 => handshake::H3,
        AskId::H4 => handshake::H4,
        AskId::H5 => handshake::H5,
        AskId::H6 => handshake::H6,
        AskId::H7 => handshake::H7,
        AskId::H8 => handshake::H8,
        AskId::H9 => handshake::H9,
        AskId::H10 => handshake::H10,
        AskId::H11 => handshake::H11,
        AskId::R1 => handshake::R1,
        AskId::R2 => handshake::R2,
        AskId::R3 => handshake::R3,
        AskId::R4 => handshake::R4,
        AskId::L1 => handshake::L1,
        AskId::L2 => handshake::L2,
        AskId::L3 => handshake::L3,
        AskId::L4 => handshake::L4,
        AskId::C1 => certificate::C1,
        AskId::C2 => certificate::C2,
        AskId::C3 => certificate::C3,
        AskId::C4 => certificate::C4,
        AskId::C5 => certificate::C5,
        AskId::C6 => certificate::C6,
        AskId::C7 => certificate::C7,
        AskId::C8 => certificate::C8,
        AskId::K1 => certificate::K1,
        AskId::K2 => certificate::K2,
        AskId::K3 => certificate::K3,
        AskId::K4 => certificate::K4,
        AskId::M1 => certificate::M1,
        AskId::M2 => certificate::M2,
        AskId::M3 => certificate::M3,
        AskId::M4 => certificate::M4,
        AskId::M5 => certificate::M5,
        AskId::M6 => certificate::M6,
        AskId::E1 => mail::E1,
        AskId::E2 => mail::E2,
        AskId::E3 => mail::E3,
        AskId::E4 => mail::E4,
        AskId::E5 => mail::E5,
        AskId::B1 => mail::B1,
        AskId::B2 => mail::B2,
        AskId::B3 => mail::B3,
        AskId::W1 => mail::W1,
        AskId::W2 => mail::W2,
        AskId::W3 => mail::W3,
        AskId::W4 => mail::W4,
        AskId::W5 => mail::W5,
        AskId::W6 => mail::W6,
        AskId::X1 => attacks::X1,
        AskId::X2 => attacks::X2,
        AskId::X3 => attacks::X3,
        AskId::X4 => attacks::X4,
        AskId::X5 => attacks::X5,
        AskId::X6 => attacks::X6,
        AskId::X7 => attacks::X7,
        AskId::X8 => attacks::X8,
        AskId::X9 => attacks::X9,
        AskId::Y1 => attacks::Y1,
        AskId::Y2 => attacks::Y2,
        AskId::Y3 => attacks::Y3,
        AskId::Y4 => attacks::Y4,
        AskId::N1 => attacks::N1,
        AskId::N2 => attacks::N2,
        AskId::N3 => attacks::N3,
        AskId::N4 => attacks::N4,
        AskId::D1 => attacks::D1,
        AskId::D2 => attacks::D2,
        AskId::D3 => attacks::D3,
        AskId::U1 => old::U1,
        AskId::U2 => old::U2,
        AskId::U4 => old::U4,
        AskId::U5 => old::U5,
        AskId::U6 => old::U6,
        AskId::U7 => old::U7,
        AskId::P1 => old::P1,
        AskId::P2 => old::P2,
        AskId::P3 => old::P3,
        AskId::F3 => old::F3,
        AskId::F6 => old::F6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::LessonId;
    use crate::lesson::bank::{self, Right};
    use crate::scenario::Choice;
    use crate::text::EN;

    #[test]
    fn every_question_has_its_answers_and_a_sentence_for_each_that_can_be_wrong() {
        let mut seen = Vec::new();
        for ask in bank::all() {
            let Asked { question, answers } = asked(ask.id);
            assert_eq!(answers.len(), ask.answers.len(), "{:?}", ask.id);
            assert!((2..=4).contains(&answers.len()) || ask.id == AskId::M1 && answers.len() == 6, "{:?}", ask.id);
            for ((words, sentence), right) in answers.iter().zip(ask.answers) {
                assert_eq!(sentence.is_empty(), matches!(right, Right::Always), "{:?}: {words}", ask.id);
            }
            assert!(question.ends_with('?'), "{:?}", ask.id);
            assert!(!seen.contains(&ask.id), "{:?} stands twice", ask.id);
            seen.push(ask.id);
        }
        assert_eq!(seen.len(), AskId::ALL.len());
    }

    #[test]
    fn everything_is_short() {
        let length = |words: &str| words.chars().count();
        for &ask in AskId::ALL {
            let Asked { question, answers } = asked(ask);
            assert!(length(question) <= 90, "{ask:?}: {question}");
            for (words, sentence) in answers {
                assert!(length(words) <= 60, "{ask:?}: {words}");
                // A value takes the place of `{}`.
                assert!(length(sentence) + 40 * sentence.matches("{}").count() <= 160, "{ask:?}: {sentence}");
                assert!(sentence.matches(". ").count() <= 1, "{ask:?}: {sentence}");
                assert!(sentence.is_empty() || sentence.ends_with('.'), "{ask:?}: {sentence}");
            }
        }
    }

    /// "Right:", or "Not so:", stands before what is said already.
    #[test]
    fn no_sentence_judges_twice() {
        assert_eq!((QUESTIONS.right, (QUESTIONS.wrong)("X.")), ("Right:", "Not so: X.".to_owned()));
        for &ask in AskId::ALL {
            for (_, sentence) in asked(ask).answers {
                let judges = ["Not so", "No:", "No,", "No.", "Yes", "Right", "Wrong"];
                assert!(judges.iter().all(|word| !sentence.starts_with(word)), "{ask:?}: {sentence}");
            }
        }
    }

    #[test]
    fn answers_stand_by_the_alphabet_and_none_stands_twice() {
        for &ask in AskId::ALL {
            let shown = asked(ask).answers();
            assert!(shown.is_sorted_by_key(|(_, words)| words.to_ascii_lowercase()), "{ask:?}");
            assert!(shown.windows(2).all(|pair| pair[0].1 != pair[1].1), "{ask:?}");
            assert_eq!(shown.len(), asked(ask).answers.len());
        }
    }

    #[test]
    fn a_value_stands_in_the_words() {
        assert_eq!(asked(AskId::M3).question("5"), "The code begins with 5. What becomes of the mail?");
        assert_eq!(asked(AskId::L2).correction(1, "LOGIN PLAIN"), "LOGIN PLAIN is new.");
        assert_eq!(asked(AskId::L2).correction(9, ""), "");
    }

    #[test]
    fn every_stop_of_a_lesson_has_its_words() {
        for &lesson in LessonId::ALL {
            let words = (EN.lessons.lesson)(lesson);
            assert_eq!(words.stops.len(), lesson.stops().len(), "{lesson:?}");
            for (watch, takeaway) in words.stops {
                assert!(watch.ends_with('.') && takeaway.ends_with('.'), "{lesson:?}: {watch} {takeaway}");
                assert_eq!(takeaway.matches(". ").count(), 0, "a takeaway is one sentence: {takeaway}");
            }
        }
    }
}
