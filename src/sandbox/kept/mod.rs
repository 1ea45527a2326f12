//! Keeping a sandbox's state: as rows of a file, and back.

mod file;
mod rows;

pub use file::File;
pub use rows::Rows;

use crate::sandbox::delivery::Delivery;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use diesel::Queryable;
use serde::Serialize;
use serde::de::DeserializeOwned;

const DELIVERY: &str = "delivery";
const ANSWER: &str = "answer";
const CLOCK: &str = "clock";
const FAULTS: &str = "faults";
const PLAN: &str = "delivery plan";
const RETRIES: &str = "retries";

/// One stored row.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    kind: String,
    id: String,
    /// Its place among its kind.
    place: i64,
    /// JSON.
    value: String,
}

impl Row {
    fn new(kind: &str, id: &str, place: i64, value: &impl Serialize) -> Row {
        let value = serde_json::json!(value).to_string();
        Row { kind: kind.to_owned(), id: id.to_owned(), place, value }
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_str(&self.value)
            .map_err(|error| format!("{} {} is damaged: {error}", self.kind, self.id))
    }
}

/// The objects, deliveries and answers that have changed since they were last kept.
fn changes(state: &State) -> Vec<Row> {
    let objects = Kind::ALL.iter().flat_map(|kind| {
        state.store.touched(*kind).map(move |(place, object)| {
            Row::new(kind.word(), object.text("id"), place as i64, object)
        })
    });
    let deliveries = state
        .deliveries
        .touched()
        .map(|(place, delivery)| Row::new(DELIVERY, &place.to_string(), place as i64, delivery));
    let answers =
        state.answers.touched().map(|(key, answer)| Row::new(ANSWER, key, answer.at(), answer));
    objects.chain(deliveries).chain(answers).collect()
}

/// The state that exists once: small enough to compare whole.
fn settings(state: &State) -> [Row; 4] {
    [
        Row::new(CLOCK, "", 0, &state.clock),
        Row::new(FAULTS, "", 0, &state.faults),
        Row::new(PLAN, "", 0, &state.plan),
        Row::new(RETRIES, "", 0, &state.retries),
    ]
}

/// Marks everything as kept.
pub fn settle(state: &mut State) {
    state.store.settle();
    state.deliveries.settle();
    state.answers.settle();
}

/// Fills an empty state from the stored rows.
pub fn restore(state: &mut State, rows: &[Row]) -> Result<(), String> {
    for row in rows {
        match row.kind.as_str() {
            DELIVERY => state.deliveries.push(row.read::<Delivery>()?.resumed()),
            ANSWER => state.answers.insert(row.id.clone(), row.read()?),
            CLOCK => state.clock = row.read()?,
            FAULTS => state.faults = row.read()?,
            PLAN => state.plan = row.read()?,
            RETRIES => state.retries = row.read()?,
            word => {
                let kind = Kind::ALL.iter().find(|kind| kind.word() == word);
                let kind = kind.ok_or_else(|| format!("it holds an unknown {word}"))?;
                state.store.insert(*kind, row.read()?);
            }
        }
    }
    settle(state);
    Ok(())
}
