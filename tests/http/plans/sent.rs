//! The statements that a test's connections send, with their values.

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use tokio::runtime::{Handle, Id};

/// The statements that a test has sent.
#[derive(Default)]
struct Sent {
    /// Each with one example of its values.
    statements: BTreeMap<String, String>,
    /// Those that their connection keeps prepared.
    prepared: BTreeSet<String>,
}

/// The statements sent in each test that listens, by the test's own runtime.
static SENT: Mutex<BTreeMap<String, Sent>> = Mutex::new(BTreeMap::new());

struct Recorder(String);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut sent = SENT.lock().expect("the statements");
        let sent = sent.entry(self.0.clone()).or_default();
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let (sql, values) = text.split_once(" -- binds: ").unwrap_or((&text, "[]"));
                // The longest values, since a list may be empty.
                let example = sent.statements.entry(sql.to_owned()).or_default();
                if values.len() > example.len() {
                    *example = values.to_owned();
                }
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                sent.prepared.insert(sql.to_owned());
            }
            _ => {}
        }
    }
}

fn name(runtime: Id) -> String {
    runtime.to_string()
}

/// Records the statements of connections opened in this test from now on.
pub fn listen() {
    SENT.lock().expect("the statements").insert(name(Handle::current().id()), Sent::default());
    let recorder = || -> Option<Box<dyn Instrumentation>> {
        let runtime = name(Handle::try_current().ok()?.id());
        let listens = SENT.lock().ok()?.contains_key(&runtime);
        listens.then(|| Box::new(Recorder(runtime)) as Box<dyn Instrumentation>)
    };
    set_default_instrumentation(recorder).expect("a recorder");
}

fn take() -> Sent {
    let mut sent = SENT.lock().expect("the statements");
    sent.remove(&name(Handle::current().id())).expect("a test that listens")
}

/// The queries of tables that their connections parse and plan anew each time.
pub fn unprepared() -> Vec<String> {
    let Sent { mut statements, prepared } = take();
    statements.retain(|sql, _| sql.starts_with("SELECT") && sql.contains(" FROM "));
    statements.retain(|sql, _| !prepared.contains(sql));
    statements.into_keys().collect()
}

/// The statements that read, change or delete rows, with their values filled in.
pub fn statements() -> BTreeSet<String> {
    take()
        .statements
        .iter()
        .filter(|(sql, _)| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb)))
        .filter(|(sql, _)| !sql.contains("pg_"))
        // A condition on an empty list, on SQLite: it matches nothing and reads nothing.
        .filter(|(sql, _)| !sql.contains("WHERE (1=0)"))
        .map(|(sql, values)| written_out(sql, values))
        .collect()
}

/// A statement with its values in place of `?` or `$1`. The plan may depend on them, as with a partial
/// index.
fn written_out(sql: &str, values: &str) -> String {
    let values = read(values);
    let mut left = values.iter();
    let mut text = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find(['?', '$']) {
        text.push_str(&rest[..at]);
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let value = match rest[at + 1..at + 1 + digits].parse::<usize>() {
            Ok(number) => values.get(number - 1),
            Err(_) => left.next(),
        };
        text.push_str(value.unwrap_or_else(|| panic!("too few values: {sql} {values:?}")));
        rest = &rest[at + 1 + digits..];
    }
    text + rest
}

/// The values in Rust's debug format, as SQL literals.
fn read(debug: &str) -> Vec<String> {
    let mut values = Vec::new();
    let inner = debug.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let mut rest = inner.unwrap_or_else(|| panic!("no list: {debug}"));
    while !rest.is_empty() {
        // Wrappers such as `Some(…)` and `Text(…)`.
        let wrapper = |c: char| c.is_ascii_alphanumeric();
        let mut value = rest;
        while let Some(inner) = value.trim_start_matches(wrapper).strip_prefix('(') {
            value = inner;
        }
        let end = match value.as_bytes() {
            [b'"', text @ ..] => text.iter().position(|byte| *byte == b'"').map(|at| at + 2),
            [b'[', ..] => value.find(']').map(|at| at + 1),
            _ => value.find([',', ')']),
        };
        let (value, after) = value.split_at(end.unwrap_or(value.len()));
        assert!(!value.is_empty(), "not understood: {debug}");
        values.push(literal(value));
        let after = after.trim_start_matches(')');
        rest = after.strip_prefix(", ").unwrap_or(after);
    }
    values
}

fn literal(value: &str) -> String {
    match value.as_bytes() {
        b"None" | b"Null" => "NULL".to_owned(),
        [b'"', text @ .., b'"'] => format!("'{}'", String::from_utf8_lossy(text)),
        [b'[', list @ .., b']'] => format!("'{{{}}}'", String::from_utf8_lossy(list)),
        // A time.
        _ if value.contains(':') => format!("'{value}'"),
        _ => value.to_owned(),
    }
}
