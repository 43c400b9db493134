//! `gitsm.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::base::period::Length;
use crate::base::source::Source;
use crate::base::span::offset;
use crate::base::suggest::nearest;
use crate::base::text::and;

/// The format of repositories that this version reads and writes.
pub const FORMAT: u32 = 1;

/// Settings of a repository. What is left out has the default.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Version of the repository's format; 1 is the only one so far.
    pub format: u32,
    /// The published site.
    #[serde(default)]
    pub site: SiteSettings,
    /// The branches that evidence comes from.
    #[serde(default)]
    pub evidence: EvidenceSettings,
    /// Severity of single rules, by name.
    #[serde(default)]
    pub rules: BTreeMap<String, Level>,
    /// Where each of those names stands, as `path:line:column`.
    #[serde(skip)]
    places: BTreeMap<String, String>,
}

/// Settings of the published site.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct SiteSettings {
    /// Name in the head of every page.
    pub title: String,
    /// What stands small below the name.
    pub tagline: String,
    /// Language of titles and texts, as BCP 47 writes it, for screen readers and hyphenation.
    pub language: String,
    /// Time zone by whose days the calendar is drawn, such as `Europe/Oslo`.
    pub zone: String,
    /// Colours of the head by name: `brand` behind it, `on-brand` and `on-brand-2` for words on it; each as `#` and six hexadecimal digits.
    pub colors: BTreeMap<String, String>,
    /// Whether pages show roles or teams in place of the names of people.
    pub names: Names,
    /// Where the site is published, for whole links in feeds; empty when that is not known.
    pub url: String,
    /// A line above every page, such as whom to ask; empty for none.
    pub notice: String,
    /// Whether the page of each record tells what was done to it, from the git history.
    pub history: bool,
    /// Whether the site holds the audit packs of the last period that is over.
    pub packs: bool,
    /// How long the periods are that are compared with one another, and that packs are for.
    pub periods: Periods,
    /// Words of the frame, of headings and of tables in another language or of another choice, by the words that stand
    /// there otherwise.
    pub words: BTreeMap<String, String>,
}

/// How long the periods of comparisons are.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Periods {
    /// Months.
    Month,
    /// Three months.
    #[default]
    Quarter,
    /// Six months.
    HalfYear,
    /// Years.
    Year,
}

impl Periods {
    /// As a length of time.
    #[must_use]
    pub const fn length(self) -> Length {
        match self {
            Self::Month => Length::Month,
            Self::Quarter => Length::Quarter,
            Self::HalfYear => Length::HalfYear,
            Self::Year => Length::Year,
        }
    }
}

/// Who is named on pages.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// People by their names.
    #[default]
    People,
    /// The role or job that a person has, in place of the name.
    Roles,
}

/// Colours that may be set, as the style sheet calls them.
const COLORS: [&str; 3] = ["brand", "on-brand", "on-brand-2"];

impl SiteSettings {
    /// What is wrong with a setting: its name and words about it.
    fn wrong(&self) -> Option<(&str, String)> {
        let is_web = ["https://", "http://"].iter().any(|scheme| self.url.starts_with(scheme));
        if !self.url.is_empty() && !is_web {
            return Some(("url", format!("'{}' is no web address; begin it with https://", self.url)));
        }
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            return Some(("zone", format!("there is no time zone '{}'; write one such as Europe/Oslo", self.zone)));
        }
        for (name, color) in &self.colors {
            if !COLORS.contains(&name.as_str()) {
                return Some((name, format!("there is no color '{name}'; there are {}", and(&COLORS))));
            }
            let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6);
            if digits.is_none_or(|digits| !digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
                return Some((name, format!("'{color}' is no color; write # and six hexadecimal digits")));
            }
        }
        None
    }
}

/// Where evidence comes from and who may write it.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceSettings {
    /// The protected branch: every commit on it that touches what is controlled needs a decision.
    pub branch: String,
    /// The branch of the ledger, to which decisions are only ever added.
    pub ledger: String,
    /// Public SSH keys of those who may write to the ledger. With any, an entry that none of them signed counts for
    /// nothing.
    pub recorders: Vec<String>,
    /// How long records are kept: deleting a younger one is told.
    pub keep: Keep,
    /// Whether what reading the history gave is kept in the clone's own folder, for commands that show it.
    pub cache: bool,
}

/// How long records are kept; three years, the time between two certifications, when nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep(pub Duration);

impl Default for Keep {
    fn default() -> Self {
        Self(Duration::from_days(3 * 365))
    }
}

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Duration::parse(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        Self {
            branch: "main".to_owned(),
            ledger: "gitsm/ledger".to_owned(),
            recorders: Vec::new(),
            keep: Keep::default(),
            cache: true,
        }
    }
}

/// What a rule's findings count as.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is not run.
    Off,
    /// Worth knowing.
    Info,
    /// Should be mended or decided on.
    Warning,
    /// Fails the check.
    Error,
}

impl Level {
    /// The severity; `None` for off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: FORMAT,
            site: SiteSettings::default(),
            evidence: EvidenceSettings::default(),
            rules: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            title: "Service management".to_owned(),
            tagline: "Service management record".to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            colors: BTreeMap::new(),
            names: Names::People,
            url: String::new(),
            notice: String::new(),
            history: true,
            packs: false,
            periods: Periods::Quarter,
            words: BTreeMap::new(),
        }
    }
}

/// Why `gitsm.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, or not settings.
    #[error("{path}:{line}:{column}: {words}")]
    Syntax {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What is wrong.
        words: String,
    },
    /// Written for another version.
    #[error("gitsm.toml has format {found}, but this version of gitsm reads format {FORMAT}; use a newer gitsm")]
    Format {
        /// The format found.
        found: u32,
    },
}

impl Settings {
    /// Reads the settings from their file.
    ///
    /// # Errors
    /// With the place, when the text is not TOML, names an unknown setting, or has another format.
    pub fn parse(source: &Source) -> Result<Self, SettingsError> {
        let mut settings: Self = toml::from_str(source.text()).map_err(|error| {
            let at = source.position(error.span().map_or(0, |span| offset(span.start)));
            let words = plainly(error.message());
            SettingsError::Syntax { path: source.path().to_owned(), line: at.line, column: at.column, words }
        })?;
        if let Some((name, words)) = settings.site.wrong() {
            // The first mention of the name is its place, or near enough to find it.
            let at = source.position(offset(source.text().find(name).unwrap_or(0)));
            return Err(SettingsError::Syntax {
                path: source.path().to_owned(),
                line: at.line,
                column: at.column,
                words,
            });
        }
        settings.places = places(source);
        if settings.format == FORMAT { Ok(settings) } else { Err(SettingsError::Format { found: settings.format }) }
    }
}

impl Settings {
    /// Where the level of rule `name` is set, as `path:line:column`.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<String> {
        self.places.get(name).cloned()
    }
}

/// Where the names of rules stand in a file that can be read.
fn places(source: &Source) -> BTreeMap<String, String> {
    let Ok(table) = toml::de::DeTable::parse(source.text()) else { return BTreeMap::new() };
    let rules = table.get_ref().get("rules").and_then(|rules| rules.get_ref().as_table());
    let place = |key: &toml::Spanned<toml::de::DeString<'_>>| {
        let at = source.position(offset(key.span().start));
        format!("{}:{}:{}", source.path(), at.line, at.column)
    };
    rules.into_iter().flatten().map(|(key, _)| (key.get_ref().to_string(), place(key))).collect()
}

/// The words of the TOML reader in those of gitsm, with the nearest name that may stand there.
fn plainly(words: &str) -> String {
    let quoted: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    let Some((wrong, known)) = quoted.split_first() else { return words.to_owned() };
    let what = if words.starts_with("unknown field") {
        format!("there is no setting '{wrong}'")
    } else if words.starts_with("unknown variant") {
        format!("'{wrong}' may not stand here")
    } else {
        return words.to_owned();
    };
    match nearest(wrong, known.iter().copied()) {
        Some(near) => format!("{what}; did you mean '{near}'?"),
        None => format!("{what}; there are {}", and(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::source::Role;

    fn parse(text: &str) -> Result<Settings, String> {
        Settings::parse(&Source::new("gitsm.toml", text, Role::Settings)).map_err(|error| error.to_string())
    }

    #[test]
    fn settings_are_read() {
        let settings = parse("format = 1\n[site]\ntitle = \"Port\"\n[rules]\nci-orphan = \"off\"\n").unwrap();
        assert_eq!(settings.site.title, "Port");
        assert_eq!(settings.rules["ci-orphan"].severity(), None);
    }

    #[test]
    fn zones_and_colours_that_there_are_not_are_told_with_their_place() {
        let told = |line: &str| parse(&format!("format = 1\n[site]\n{line}\n")).unwrap_err();
        assert_eq!(
            told("zone = \"Mars/Base\""),
            "gitsm.toml:3:1: there is no time zone 'Mars/Base'; write one such as Europe/Oslo"
        );
        assert_eq!(
            told("colors = {brnd = \"#112233\"}"),
            "gitsm.toml:3:11: there is no color 'brnd'; there are brand, on-brand and on-brand-2"
        );
        assert!(told("url = \"sms.example\"").contains("begin it with https://"));
        assert!(told("colors = {brand = \"red\"}").contains("'red' is no color"));
        assert!(parse("format = 1\n[site]\nzone = \"Europe/Oslo\"\nnames = \"roles\"\n").is_ok());
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let error = parse("format = 1\n[site]\ntitel = \"x\"\n").unwrap_err();
        assert!(error.starts_with("gitsm.toml:3:1: ") && error.contains("titel"), "{error}");
        assert!(parse("format = 2\n").unwrap_err().contains("newer gitsm"));
        assert!(parse("[site]\n").unwrap_err().contains("format"));
    }

    #[test]
    fn what_may_not_stand_somewhere_is_told_with_what_may() {
        for (text, told) in [
            ("format = 1\nsiet = {}\n", "gitsm.toml:2:1: there is no setting 'siet'; did you mean 'site'?"),
            (
                "format = 1\n[site]\ntitel = \"x\"\n",
                "gitsm.toml:3:1: there is no setting 'titel'; did you mean 'title'?",
            ),
            (
                "format = 1\n[rules]\n  ci-orphan = \"warn\"\n",
                "gitsm.toml:3:15: 'warn' may not stand here; there are off, info, warning and error",
            ),
            (
                "format = 1\n[rules]\nci-orphan = \"eror\"\n",
                "gitsm.toml:3:13: 'eror' may not stand here; did you mean 'error'?",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(told), "{text:?}: {error}");
        }
        assert!(parse("format = 1\nxyzzyxyzzy = 1\n").unwrap_err().contains("; there are format, "));
    }

    #[test]
    fn the_place_of_each_level_is_known() {
        let settings = parse("format = 1\n\n[rules]\n# words\n ci-orphan = \"off\"\n\"a b\" = \"info\"\n").unwrap();
        assert_eq!(settings.place("ci-orphan").as_deref(), Some("gitsm.toml:5:2"));
        assert_eq!(settings.place("a b").as_deref(), Some("gitsm.toml:6:1"));
        assert_eq!(settings.place("format"), None);
        let inline = parse("format = 1\nrules = {x = \"off\"}\n").unwrap();
        assert_eq!(inline.place("x").as_deref(), Some("gitsm.toml:2:10"));
    }

    #[test]
    fn what_is_left_out_has_the_default() {
        assert_eq!(parse("format = 1\n").unwrap(), Settings::default());
        assert_eq!(parse("format = 1\n[site]\n").unwrap().site.title, "Service management");
    }

    #[test]
    fn every_level_has_its_severity() {
        let levels = ["off", "info", "warning", "error"]
            .map(|word| parse(&format!("format = 1\n[rules]\nr = \"{word}\"\n")).unwrap().rules["r"].severity());
        assert_eq!(levels, [None, Some(Severity::Info), Some(Severity::Warning), Some(Severity::Error)]);
    }

    #[test]
    fn what_is_no_settings_file_is_told_with_line_and_column() {
        for (text, place, word) in [
            ("", "gitsm.toml:1:1: ", "format"),
            ("format = \"1\"\n", "gitsm.toml:1:10: ", "invalid type"),
            ("format = -1\n", "gitsm.toml:1:10: ", "invalid value"),
            ("format = 1\n[rules]\nci-orphan = \"loud\"\n", "gitsm.toml:3:13: ", "loud"),
            ("format = 1\nformat = 1\n", "gitsm.toml:2:1: ", "duplicate"),
            ("format = 1\n[site\n", "gitsm.toml:2:", ""),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(place) && error.contains(word), "{text:?}: {error}");
        }
    }
}
