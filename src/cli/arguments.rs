//! Arguments: operands in their order, options wherever they stand, each at most once.
//!
//! `--name VALUE` and `--name=VALUE` are one; behind `--` everything is an operand. Left out: short options but `-h`, and names cut short.

use super::fault::CliError;

/// Something that a command takes.
pub struct Taken {
    /// As its help has it: `LINK` is an operand, `--lenient` a flag, `--format FORMAT` an option with a value.
    pub form: &'static str,
    pub required: bool,
    pub meaning: &'static str,
    /// Which values it takes; empty if any.
    pub expected: fn() -> String,
}

impl Taken {
    pub fn name(&self) -> &'static str {
        self.form.split_once(' ').map_or(self.form, |(name, _)| name)
    }

    fn is_option(&self) -> bool {
        self.form.starts_with('-')
    }

    fn has_value(&self) -> bool {
        self.form.contains(' ')
    }
}

/// What a command was given: names and values. A flag's value is empty.
pub struct Arguments(Vec<(&'static str, String)>);

impl Arguments {
    pub fn read(words: &[String], takes: &'static [Taken]) -> Result<Arguments, CliError> {
        let mut given: Vec<(&'static str, String)> = Vec::new();
        let mut operands = takes.iter().filter(|taken| !taken.is_option());
        let mut operands_only = false;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (taken, value) = if operands_only || !word.starts_with('-') {
                (operands.next().ok_or_else(|| CliError::Surplus { found: word.clone() })?, word.clone())
            } else if word == "--" {
                operands_only = true;
                continue;
            } else {
                option(word, &mut words, takes)?
            };
            if given.iter().any(|(name, _)| *name == taken.name()) {
                return Err(CliError::Repeated { name: taken.name() });
            }
            given.push((taken.name(), value));
        }
        let is_given = |taken: &&Taken| given.iter().any(|(name, _)| *name == taken.name());
        match takes.iter().find(|taken| taken.required && !is_given(taken)) {
            Some(taken) => Err(CliError::Missing { form: taken.form }),
            None => Ok(Arguments(given)),
        }
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// The value of an argument, if there is one, as `read` reads it.
    pub fn parsed<T>(&self, taken: &Taken, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, CliError> {
        let bad = |found: &str| {
            let (name, found, expected) = (taken.name(), found.to_owned(), (taken.expected)());
            CliError::BadValue { name, found, expected }
        };
        self.value(taken.name()).map(|found| read(found).ok_or_else(|| bad(found))).transpose()
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }
}

/// The option that `word` begins, and its value, which may be the next word.
fn option<'a>(
    word: &str,
    next: &mut impl Iterator<Item = &'a String>,
    takes: &'static [Taken],
) -> Result<(&'static Taken, String), CliError> {
    let (name, attached) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
    let named = takes.iter().find(|taken| taken.is_option() && taken.name() == name);
    let taken = named.ok_or_else(|| CliError::UnknownOption {
        found: name.to_owned(),
        known: takes.iter().filter(|taken| taken.is_option()).map(Taken::name).collect(),
    })?;
    let value = match attached {
        Some(value) if taken.has_value() => value.to_owned(),
        Some(value) => return Err(CliError::ValueOfFlag { name: taken.name(), found: value.to_owned() }),
        None if taken.has_value() => {
            // What looks like an option is one: a file of such a name is written with `=`.
            let value = next.next().filter(|value| !value.starts_with("--"));
            value.cloned().ok_or(CliError::NoValue { form: taken.form })?
        }
        None => String::new(),
    };
    Ok((taken, value))
}

/// Help is asked for, among whatever else.
pub fn ask_for_help(words: &[String]) -> bool {
    words.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h")
}

/// For [`Taken::expected`].
pub fn one_of(keys: &[&str]) -> String {
    format!("one of {}", keys.join(", "))
}

/// For [`Taken::expected`]: a text that nothing is expected of.
pub fn any() -> String {
    String::new()
}
