//! Every setting: what it is called, what it is without being set, and what it does. The
//! environment is read by this table, and `.env.sample` and `docs/configuration.md` are made from it.

mod database;
mod limits;
mod listening;
mod operation;
mod signing_in;
mod stripe;

/// What belongs together.
pub struct Section {
    pub title: &'static str,
    pub settings: &'static [Setting],
}

/// One name of the environment.
pub struct Setting {
    pub name: &'static str,
    /// What it is when nothing is set; empty where there is nothing.
    pub default: &'static str,
    /// Whether it is also read from the file that `{name}_FILE` names, and shown nowhere.
    pub secret: bool,
    /// What it does, in sentences.
    pub text: &'static str,
}

/// All of them.
pub const SECTIONS: &[Section] = &[
    listening::SECTION,
    database::SECTION,
    stripe::SECTION,
    signing_in::SECTION,
    limits::SECTION,
    operation::SECTION,
];

/// The setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}

/// Each setting, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}
