//! Every setting: its name, its default, and what it does. The environment is read by this table, and
//! `.env.sample` and `docs/configuration.md` are generated from it.

mod database;
mod limits;
mod listening;
mod operation;
mod signing_in;
mod stripe;

/// Settings that belong together.
pub struct Section {
    pub title: &'static str,
    pub settings: &'static [Setting],
}

/// One environment variable.
pub struct Setting {
    pub name: &'static str,
    /// Its value when nothing is set; empty for none.
    pub default: &'static str,
    /// Whether it can also be read from the file that `{name}_FILE` names, and is never shown.
    pub secret: bool,
    /// What it does, in sentences.
    pub text: &'static str,
}

/// All sections.
pub const SECTIONS: &[Section] = &[
    listening::SECTION,
    database::SECTION,
    stripe::SECTION,
    signing_in::SECTION,
    limits::SECTION,
    operation::SECTION,
];

/// The setting with this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}

/// Each setting, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}
