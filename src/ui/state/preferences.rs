//! What the learner prefers, whatever is on show.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    pub theme: Theme,
    /// Chosen here, not the system's: only then is it kept for the next visit.
    pub chosen: bool,
}

impl Preferences {
    /// As the page was found.
    pub fn of(theme: Theme) -> Preferences {
        Preferences { theme, chosen: false }
    }

    pub fn other_theme(self) -> Preferences {
        let theme = match self.theme {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        };
        Preferences { theme, chosen: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_kept_once_it_was_chosen() {
        let found = Preferences::of(Theme::Dark);
        assert!(!found.chosen);
        assert_eq!(found.other_theme(), Preferences { theme: Theme::Light, chosen: true });
        assert_eq!(found.other_theme().other_theme(), Preferences { theme: Theme::Dark, chosen: true });
    }
}
