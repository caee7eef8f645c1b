//! What the learner prefers, whatever is on show.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// Where a page opens whose link says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Cover,
    Lab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    pub theme: Theme,
    /// Chosen here, not the system's: only then is it kept for the next visit.
    pub chosen: bool,
    /// Chosen here, and kept.
    pub start: Option<Start>,
}

impl Preferences {
    /// As the page was found.
    pub fn of(theme: Theme) -> Preferences {
        Preferences { theme, chosen: false, start: None }
    }

    /// With another theme than this one.
    pub fn other_theme(self, shown: Theme) -> Preferences {
        let theme = match shown {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        };
        Preferences { theme, chosen: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_kept_once_it_was_chosen() {
        let found = Preferences { start: Some(Start::Lab), ..Preferences::of(Theme::Dark) };
        assert!(!found.chosen);
        let (light, dark) =
            (Preferences { theme: Theme::Light, chosen: true, ..found }, Preferences { chosen: true, ..found });
        assert_eq!(found.other_theme(Theme::Dark), light);
        assert_eq!(light.other_theme(Theme::Light), dark);
        // What is on show counts: the system's may have changed.
        assert_eq!(found.other_theme(Theme::Light), dark);
    }
}
